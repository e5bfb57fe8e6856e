// What people are called. Names are whatever somebody says, and none of them passes for another's or for a word of the
// page.
import type { Person } from "../../client/index.ts";

type Named = Pick<Person, "name" | "id">;

/** What the page itself calls those who speak in it. */
const WORDS_OF_THE_PAGE = new Set([
  "you",
  "me",
  "assistant",
  "mirror",
  "mirror,notalanguagemodel",
  "somebody",
  "onlyyou",
  "host",
  "service",
]);

/**
 * One that shows nothing, that is the same as another's, that is a word of the page's own or what its answers are headed
 * with is told apart by the beginning of the id. `model`: the assistant's, where there is one.
 */
export function nameOf(
  { id, name }: Named,
  people: readonly Named[] = [],
  model: string | null = null,
): string {
  const guest = `Guest ${id.slice(0, 4)}`;
  const shown = asSeen(name ?? "");
  if (name === null || shown === "") return guest;
  const holder = holdersIn(people).get(shown) ?? id;
  const isTaken = holder !== id || (model !== null && shown === asSeen(model));
  const pretends = WORDS_OF_THE_PAGE.has(shown) || shown.includes("guest");
  return isTaken || pretends ? `${name} (${guest})` : name;
}

const SEVERAL = "";
const HOLDERS = new WeakMap<readonly Named[], ReadonlyMap<string, string>>();

/** Who has each name as it is seen. Read once for each list of people, since everybody in it is named by it. */
function holdersIn(people: readonly Named[]): ReadonlyMap<string, string> {
  const known = HOLDERS.get(people);
  if (known !== undefined) return known;
  const holders = new Map<string, string>();
  for (const { id, name } of people) {
    const shown = asSeen(name ?? "");
    holders.set(shown, holders.has(shown) ? SEVERAL : id);
  }
  HOLDERS.set(people, holders);
  return holders;
}

/** Two names that look the same are the same here, as far as widths, cases, blanks and unseen characters go. */
function asSeen(name: string): string {
  return name
    .normalize("NFKC")
    .replace(/[\p{C}\p{Z}\p{M}\p{Default_Ignorable_Code_Point}\u2800]/gu, "")
    .toLowerCase();
}
