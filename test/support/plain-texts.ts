// Long prose and code without personal data (test/vectors/pii/plain), and what a detector reports in them all the same.
// Whatever it reports there is a false alarm.
import { readdirSync, readFileSync } from "node:fs";

const FOLDER = new URL("../vectors/pii/plain/", import.meta.url);

/** Types of the two kinds of text, as the names of the files begin. */
export const KINDS = ["prose", "code"] as const;
export type PlainKind = (typeof KINDS)[number];

/** As much of a detector as is needed. */
interface Detecting {
  detect(text: string): readonly { readonly type: string; readonly start: number; readonly end: number }[];
}

/** A false alarm: where, and what as `TYPE:text`. */
export interface FalseAlarm {
  readonly file: string;
  readonly what: string;
}

/** The false alarms in all texts of a kind. */
export interface PlainResult {
  readonly kind: PlainKind;
  readonly files: number;
  /** UTF-16 units */
  readonly characters: number;
  readonly alarms: readonly FalseAlarm[];
  /** false alarms in 100,000 characters */
  readonly rate: number;
}

/** Runs a detector over all texts of a kind. */
export function plainResult(kind: PlainKind, detector: Detecting): PlainResult {
  const names = readdirSync(FOLDER).filter((name) => name.startsWith(`${kind}.`));
  let characters = 0;
  const alarms: FalseAlarm[] = [];
  for (const file of names.sort()) {
    const text = readFileSync(new URL(file, FOLDER), "utf8");
    characters += text.length;
    for (const { type, start, end } of detector.detect(text))
      alarms.push({ file, what: `${type}:${text.slice(start, end)}` });
  }
  return { kind, files: names.length, characters, alarms, rate: (100_000 * alarms.length) / characters };
}

/** The false alarms that are known, by file: `TYPE:text`. */
export function knownAlarms(): Readonly<Record<string, readonly string[]>> {
  return JSON.parse(readFileSync(new URL("known-alarms.json", FOLDER), "utf8")) as Record<string, string[]>;
}
