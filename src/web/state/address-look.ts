// What personal data an address of a link carries. A value may stand there encoded, with blanks as `+` or with a `+` of its
// own, and may hold what separates the parts of an address, as a date does. So each part is looked through as a whole and
// cut further, read both ways.
import type { PiiSpan } from "../../client/index.ts";

/** Something that stands in an address, as a person would write it. */
export interface Found {
  readonly type: string;
  readonly value: string;
}

/** What `find` finds in any reading of an address; a value that stands in a longer one is not told by itself. */
export async function lookThrough(
  address: string,
  find: (text: string) => Promise<readonly PiiSpan[]>,
): Promise<readonly Found[]> {
  // An empty line ends every value. A host is an address by itself: that is no news.
  const text = readingsOf(address).join("\n\n");
  const found = new Map<string, Found>();
  for (const { type, start, end } of await find(text)) {
    const value = text.slice(start, end);
    if (type !== "URL") found.set(value, { type, value });
  }
  const values = [...found.keys()];
  return [...found.values()].filter(
    ({ value }) => !values.some((other) => other !== value && other.includes(value)),
  );
}

/** All that an address says, each part in all its readings, once. */
export function readingsOf(address: string): string[] {
  const { protocol, username, password, hostname, pathname, search, hash } = new URL(address);
  const pairs = [...search.slice(1).split(/[&;]/), ...hash.slice(1).split(/[&;]/)];
  const values = pairs.map((pair) => pair.slice(pair.indexOf("=") + 1));
  const wholes = [username, password, hostname, ...pairs, ...values];
  if (protocol === "mailto:") wholes.push(...pathname.split(",").map(strangeIn));
  else wholes.push(pathname.slice(1));
  const pieces = [...hostname.split("."), ...wholes.slice(3).flatMap((whole) => whole.split(/[/?&=#;]/))];
  const readings = [...wholes, ...pieces].flatMap((part) => {
    const spaced = part.replaceAll("+", " ");
    // A telephone number begins with a `+` of its own.
    const numbered = part.startsWith("+") ? `+${spaced.slice(1)}` : spaced;
    return [part, spaced.trim(), numbered].map(decoded);
  });
  return [...new Set(readings)].filter((reading) => reading !== "");
}

/** Whom a mail goes to is no finding: that is what it is for. What stands before the `@` may be one. */
function strangeIn(recipient: string): string {
  const [local = "", ...domains] = recipient.split("@");
  return domains.length === 1 ? local : recipient;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
