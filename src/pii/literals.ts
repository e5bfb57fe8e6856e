// Finds given values literally, without regard to case: a session's own deny list. Longest first, no overlaps, no regular expression.
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
  const lower = text.toLowerCase();
  // a few capitals change length when lowered; then only exact matches are safe
  const exact = lower.length !== text.length;
  const hay = exact ? text : lower;
  const out: { start: number; end: number; type: PiiType; score: number }[] = [];
  for (const rule of [...rules].sort((a, b) => b.value.length - a.value.length)) {
    const needle = exact ? rule.value : rule.value.toLowerCase();
    for (let at = hay.indexOf(needle); at >= 0; at = hay.indexOf(needle, at + needle.length)) {
      const end = at + needle.length;
      if (!out.some((s) => s.start < end && at < s.end))
        out.push({ start: at, end, type: rule.type ?? "CUSTOM", score: 100 });
    }
  }
  return out
    .map((span) => ({ ...span, start: span.start + shift, end: span.end + shift }))
    .sort((a, b) => a.start - b.start);
}
