// Text of strangers made safe for a terminal. Whatever could move the cursor, change a colour, answer for the
// user, turn the reading direction, hide itself or pass for another line is shown as a visible escape. Nothing that
// another participant or the service chose may reach the terminal around this file.
import { MAX_COMBINING_MARKS, MAX_QUOTE_CHARS } from "./limits.ts";

/** Controls, formats, surrogates, private use and unassigned, and the two separators that break lines. */
const UNSAFE = /^[\p{C}\p{Zl}\p{Zp}]$/u;
/** Also characters that show nothing: they would make two names look alike. */
const UNSEEN = /^\p{Default_Ignorable_Code_Point}$/u;
const MARK = /^\p{M}$/u;
/** Joiners, which Persian, Indic scripts and many emoji need. Harmless in a text, deceptive in a name. */
const JOINERS = ["\u200c", "\u200d"];
const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** A message as one line that does nothing but stand there. */
export function printable(text: string): string {
  return escapeWhere(text, (char) => UNSAFE.test(char) && !JOINERS.includes(char));
}

/** A name: the same, and nothing unseen in it. */
export function printableName(name: string): string {
  return escapeWhere(name, (char) => UNSAFE.test(char) || UNSEEN.test(char));
}

function escapeWhere(text: string, isUnsafe: (char: string) => boolean): string {
  let out = "";
  let marks = 0;
  for (const char of text) {
    marks = MARK.test(char) ? marks + 1 : 0;
    out += isUnsafe(char) || marks > MAX_COMBINING_MARKS ? escaped(char) : char;
  }
  return out;
}

function escaped(char: string): string {
  return SHORT[char] ?? `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`;
}

/** JSON of one line that is safe to look at in a terminal too; whoever parses it gets the very same value. */
export function printableJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, (char) =>
    Array.from({ length: char.length }, (_, at) => escapedUnit(char.charCodeAt(at))).join(""),
  );
}

function escapedUnit(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, "0")}`;
}

/** The start of a text that was typed here, safe to print. */
export function quote(text: string, most = MAX_QUOTE_CHARS): string {
  const chars = Array.from(text);
  return printable((chars.length > most ? [...chars.slice(0, most), "..."] : chars).join(""));
}
