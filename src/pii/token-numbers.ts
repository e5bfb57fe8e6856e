// Which token numbers a text uses already, read from its bytes: new tokens must not be mistaken for them. Generous on
// purpose: a name in any case, with or without brackets, counts.
import { PII_TYPES } from "./types.ts";

const UNDERSCORE = 95;
const BACKSLASH = 92;
const SPACE = 32;
/** digits of the highest number that a token may have; longer ones are no tokens */
const MAX_DIGITS = 6;
const NAMES: ReadonlySet<string> = new Set<string>([...PII_TYPES, "LITERAL"]);
const LONGEST_NAME = Math.max(...[...NAMES].map((name) => name.length));

/**
 * Adds every number that follows the name of a type and a blank or underscore. Exactly those are taken: were all numbers
 * up to the highest, one line of somebody else's text could leave none.
 */
export function addTokenNumbers(bytes: Uint8Array, taken: Set<number>): void {
  for (let at = 1; at < bytes.length; at++) {
    const joint = bytes[at];
    if ((joint !== UNDERSCORE && joint !== SPACE) || !isDigit(bytes[at + 1])) continue;
    const number = numberAt(bytes, at + 1);
    if (number > 0 && !taken.has(number) && endsWithName(bytes, at)) taken.add(number);
  }
}

function numberAt(bytes: Uint8Array, from: number): number {
  let number = 0;
  let at = from;
  for (; isDigit(bytes[at]); at++) {
    if (at - from >= MAX_DIGITS) return 0;
    number = number * 10 + (bytes[at] ?? 0) - 48;
  }
  return number;
}

/** Whether a type's name ends at `end`, its own underscores escaped or blank. */
function endsWithName(bytes: Uint8Array, end: number): boolean {
  let name = "";
  let at = end - 1;
  if (bytes[at] === BACKSLASH) at--;
  for (; at >= 0 && name.length < LONGEST_NAME; at--) {
    const byte = bytes[at] ?? 0;
    const lower = byte >= 97 && byte <= 122;
    if (byte === BACKSLASH) continue;
    if (lower || (byte >= 65 && byte <= 90)) name = String.fromCharCode(lower ? byte - 32 : byte) + name;
    else if (byte === UNDERSCORE || byte === SPACE) name = `_${name}`;
    else break;
    if (NAMES.has(name)) return true;
  }
  return false;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 48 && byte <= 57;
}
