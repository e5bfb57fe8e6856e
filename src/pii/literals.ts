// Finds given values literally: a session's own deny list. Case, the width and number of blanks and characters that are not
// seen make no difference. Every place counts, also within and across another; no regular expression.
import type { PiiSpan } from "./detector.ts";
import { foldText } from "./folding.ts";
import type { PiiType } from "./types.ts";

/** A value that is always redacted. */
export interface LiteralRule {
  readonly value: string;
  readonly type?: PiiType;
}

/** In no order. */
export function literalSpans(text: string, rules: readonly LiteralRule[], shift = 0): PiiSpan[] {
  const { text: hay, starts, ends } = foldText(text);
  const out: PiiSpan[] = [];
  for (const { value, type = "CUSTOM" } of rules) {
    const needle = foldText(value).text;
    if (needle === "") continue;
    for (let at = hay.indexOf(needle); at >= 0; at = hay.indexOf(needle, at + 1)) {
      const end = ends[at + needle.length - 1] ?? 0;
      out.push({ start: (starts[at] ?? 0) + shift, end: end + shift, type, score: 100 });
    }
  }
  return out;
}
