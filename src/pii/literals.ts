// Finds given values literally: a session's own deny list. Case, the width and number of blanks and characters that are not
// seen make no difference. Longest first, no overlaps, no regular expression.
import { foldText } from "./folding.ts";
import type { PiiType } from "./types.ts";

/** A value that is always redacted. */
export interface LiteralRule {
  readonly value: string;
  readonly type?: PiiType;
}

export function literalSpans(
  text: string,
  rules: readonly LiteralRule[],
  shift = 0,
): { start: number; end: number; type: PiiType; score: number }[] {
  const { text: hay, starts, ends } = foldText(text);
  const taken = new Uint8Array(hay.length);
  const out: { start: number; end: number; type: PiiType; score: number }[] = [];
  const needles = rules
    .map(({ value, type = "CUSTOM" }) => ({ needle: foldText(value).text, type }))
    .filter(({ needle }) => needle !== "")
    .sort((a, b) => b.needle.length - a.needle.length);
  for (const { needle, type } of needles) {
    for (let at = hay.indexOf(needle); at >= 0; at = hay.indexOf(needle, at + needle.length)) {
      const last = at + needle.length - 1;
      // What is taken is no shorter than this: it cannot lie within.
      if (taken[at] === 1 || taken[last] === 1) continue;
      taken.fill(1, at, last + 1);
      out.push({ start: (starts[at] ?? 0) + shift, end: (ends[last] ?? 0) + shift, type, score: 100 });
    }
  }
  return out.sort((a, b) => a.start - b.start);
}
