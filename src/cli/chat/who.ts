// How people are named. The first characters of the participant id come first, and always: names are free to
// choose, two people may have the same one, and a name may look like the end of a name and the start of a message.
import type { BurnPolicy, Person } from "../../client/index.ts";
import { duration } from "../statement-words.ts";
import { formatLeft } from "./duration.ts";
import { TAG_CHARS } from "./limits.ts";
import { printableName } from "./printable.ts";

/** "[k3Xd] Ada"; `id` null where nobody vouches for who it is. */
export function describeWho(id: string | null, name: string | null): string {
  const tag = id === null ? "?".repeat(TAG_CHARS) : printableName(id.slice(0, TAG_CHARS));
  return name === null || name === "" ? `[${tag}]` : `[${tag}] ${printableName(name)}`;
}

export function describePerson({ id, name, role, self }: Person): string {
  const notes = [...(self ? ["you"] : []), ...(role === "host" ? ["host"] : [])];
  return describeWho(id, name) + (notes.length > 0 ? ` (${notes.join(", ")})` : "");
}

/** When the session burns, in one line. */
export function describeBurn(
  burn: BurnPolicy | null,
  msLeft: number | null,
  messagesLeft: number | null,
): string {
  const timers = [
    ...(burn?.idle == null ? [] : [`after ${duration(burn.idle * 1_000)} without a message`]),
    ...(burn?.empty == null ? [] : [emptyWords(burn.empty)]),
    ...(messagesLeft === null ? [] : [`after ${count(messagesLeft, "more message")}`]),
  ];
  const left = msLeft === null ? "unknown" : formatLeft(msLeft);
  const by = burn?.burnBy === "anyone" ? "anyone" : "hosts only";
  return `Time left: ${left}${timers.map((timer) => `; burns ${timer}`).join("")}. May burn it now: ${by}.`;
}

function emptyWords(seconds: number): string {
  return seconds === 0 ? "when everybody left" : `${duration(seconds * 1_000)} after everybody left`;
}

export function count(number: number, noun: string): string {
  return `${String(number)} ${noun}${number === 1 ? "" : "s"}`;
}
