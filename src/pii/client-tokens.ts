// Where the tokens of a client stand in the bytes of a message: `[EMAIL_1]` to the letter, since whatever is only like one
// may be somebody's value. No text becomes a string here.
import { MAX_TOKEN_NUMBER } from "./token-syntax.ts";
import { PII_TYPES } from "./types.ts";

/** A place in a text, in bytes. */
export interface BytePlace {
  readonly start: number;
  readonly end: number;
}

const OPENING = 91;
const CLOSING = 93;
const UNDERSCORE = 95;
const encoder = new TextEncoder();
const NAMES: readonly Uint8Array[] = [...PII_TYPES, "LITERAL"].map((name) => encoder.encode(name));
const LONGEST_NAME = NAMES.reduce((longest, { length }) => Math.max(longest, length), 0);
/** letters; more spellings of one value than anybody writes */
const MAX_LETTERS = 6;

/** Every token whose number is below `firstToken`, in order. */
export function clientTokens(bytes: Uint8Array, firstToken: number): BytePlace[] {
  const places: BytePlace[] = [];
  for (let start = bytes.indexOf(OPENING); start >= 0; start = bytes.indexOf(OPENING, start + 1)) {
    const end = tokenEnd(bytes, start, firstToken);
    if (end > 0) places.push({ start, end });
  }
  return places;
}

/** Offset behind the token that begins at `start`, or -1. */
function tokenEnd(bytes: Uint8Array, start: number, firstToken: number): number {
  const name = start + 1;
  let at = name;
  while (at - name <= LONGEST_NAME && (isUpper(bytes[at]) || bytes[at] === UNDERSCORE)) at++;
  if (bytes[at - 1] !== UNDERSCORE || !isTypeName(bytes.subarray(name, at - 1))) return -1;
  let number = 0;
  for (
    let digit = digitAt(bytes, at);
    digit >= 0 && number <= MAX_TOKEN_NUMBER;
    digit = digitAt(bytes, ++at)
  ) {
    // Nobody's number begins with a zero.
    if (number === 0 && digit === 0) return -1;
    number = number * 10 + digit;
  }
  const letters = at;
  while (at - letters <= MAX_LETTERS && isUpper(bytes[at])) at++;
  const fits = number > 0 && number < firstToken && at - letters <= MAX_LETTERS;
  return fits && bytes[at] === CLOSING ? at + 1 : -1;
}

function isTypeName(bytes: Uint8Array): boolean {
  return NAMES.some((name) => name.length === bytes.length && name.every((byte, at) => byte === bytes[at]));
}

function isUpper(byte = 0): boolean {
  return byte >= 65 && byte <= 90;
}

/** The value of a digit, -1 for anything else. */
function digitAt(bytes: Uint8Array, at: number): number {
  const digit = (bytes[at] ?? 0) - 48;
  return digit >= 0 && digit <= 9 ? digit : -1;
}
