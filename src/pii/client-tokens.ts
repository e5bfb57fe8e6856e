// Where the tokens of a client stand in the bytes of a message: `[EMAIL_1]` to the letter, since whatever is only like one
// may be somebody's value. No text becomes a string here.
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

/** Offset behind the token that begins at `start`, or -1. What it looks through holds no other beginning. */
function tokenEnd(bytes: Uint8Array, start: number, firstToken: number): number {
  let at = start + 1;
  while (isUpper(bytes[at]) || bytes[at] === UNDERSCORE) at++;
  const digits = at;
  let number = 0;
  for (let digit = digitAt(bytes, at); digit >= 0; digit = digitAt(bytes, ++at)) number = number * 10 + digit;
  const letters = at;
  while (isUpper(bytes[at])) at++;
  const fits =
    number > 0 &&
    number < firstToken &&
    // Nobody's number begins with a zero.
    digitAt(bytes, digits) > 0 &&
    at - letters <= MAX_LETTERS &&
    bytes[at] === CLOSING &&
    bytes[digits - 1] === UNDERSCORE &&
    isTypeName(bytes.subarray(start + 1, digits - 1));
  return fits ? at + 1 : -1;
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
