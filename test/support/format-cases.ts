// The project's own cases of published formats (test/vectors/pii/formats): texts in which each value stands between ⟦TYPE| and ⟧, and
// texts that hold none. Secrets stand in pieces with "¦" between and are put together here, so that no file holds one.
import { readdirSync, readFileSync } from "node:fs";

const FOLDER = new URL("../vectors/pii/formats/", import.meta.url);
const NOT_CASES = ["known-misses.json", "negatives.json"];

/** As much of a detector as is needed. */
interface Detecting {
  detect(text: string): readonly { readonly type: string; readonly start: number; readonly end: number }[];
}
interface Marked {
  readonly start: number;
  readonly end: number;
  readonly types: readonly string[];
}
export interface FormatCase {
  /** file and set, as "money/iban" */
  readonly set: string;
  readonly text: string;
  readonly marked: readonly Marked[];
}

function read(file: string): [string, string[]][] {
  return Object.entries(JSON.parse(readFileSync(new URL(file, FOLDER), "utf8")) as Record<string, string[]>);
}

/** The plain text of a case and what is marked in it. */
function unmark(set: string, raw: string): FormatCase {
  const marked: Marked[] = [];
  let text = "";
  for (const part of raw.replaceAll("¦", "").split("⟦")) {
    const close = part.indexOf("⟧"),
      bar = part.indexOf("|");
    if (close < 0) text += part;
    else {
      const value = part.slice(bar + 1, close);
      marked.push({
        start: text.length,
        end: text.length + value.length,
        types: part.slice(0, bar).split("/"),
      });
      text += value + part.slice(close + 1);
    }
  }
  return { set, text, marked };
}

/** All cases that hold values. */
export function positiveCases(): FormatCase[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith(".json") && !NOT_CASES.includes(file))
    .flatMap((file) =>
      read(file).flatMap(([set, raws]) => raws.map((raw) => unmark(`${file.slice(0, -5)}/${set}`, raw))),
    );
}

/** All cases that hold none and look as if they did. */
export function negativeCases(): FormatCase[] {
  return read("negatives.json").flatMap(([set, raws]) => raws.map((raw) => unmark(`negatives/${set}`, raw)));
}

/** What is wrong with a detector's answer to a case: letters or figures of a value left, another type, more than is marked. */
export function faultsOf({ text, marked }: FormatCase, detector: Detecting): string[] {
  const got = detector.detect(text),
    covered = (at: number): boolean => got.some(({ start, end }) => start <= at && at < end);
  const values = marked.flatMap(({ start, end, types }) => {
    const left = Array.from({ length: end - start }, (_, k) => start + k).filter(
      (at) => /[\p{L}\p{N}]/u.test(text.charAt(at)) && !covered(at),
    ).length;
    if (left > 0) return [`left ${types.join("/")}`];
    const typed = got.some((span) => span.start < end && span.end > start && types.includes(span.type));
    return typed ? [] : [`not ${types.join("/")}`];
  });
  const more = got
    .filter((span) => !marked.some(({ start, end }) => span.start < end && span.end > start))
    .map((span) => `more ${span.type}`);
  return [...values, ...more];
}

/** The cases with known faults, by their text. */
export function knownMisses(): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(read("known-misses.json"));
}
