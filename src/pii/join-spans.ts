// Makes one list of places out of two: what was detected, and where a value is known to stand. No place of either is
// left out, not even in part.
import type { PiiSpan } from "./detector.ts";

/**
 * Both lists, in order and without overlaps. Where places overlap, the one that covers all of them stands for them, a
 * known one before a detected one, so that a value keeps its token; where none does, one place covers them together.
 */
export function joinSpans(detected: readonly PiiSpan[], known: readonly PiiSpan[]): PiiSpan[] {
  if (known.length === 0) return [...detected];
  const sorted = [...known, ...detected].sort(
    // The sort keeps known ones before detected ones of the same place.
    (one, other) => one.start - other.start || other.end - one.end,
  );
  const joined: PiiSpan[] = [];
  /** the longest of those that make up the last place */
  let longest = 0;
  for (const span of sorted) {
    const last = joined.at(-1);
    if (last === undefined || span.start >= last.end) {
      joined.push(span);
      longest = span.end - span.start;
    } else if (span.end > last.end) {
      const length = span.end - span.start;
      const type = length > longest ? span.type : last.type;
      longest = Math.max(longest, length);
      joined[joined.length - 1] = { ...last, type, end: span.end };
    }
  }
  return joined;
}
