// What is known of a draft while detection of its newest text has yet to run: the marks of the text before, moved along
// with the letters that they stand on. They are for the eye alone; what is sent is looked through anew.
import type { PiiSpan } from "../../client/index.ts";

/** The spans of `before` as they lie in `text`. One that was written in grows; one that was written over is gone. */
export function carriedOver(before: string, spans: readonly PiiSpan[], text: string): readonly PiiSpan[] {
  if (spans.length === 0 || before === text) return spans;
  const shorter = Math.min(before.length, text.length);
  let head = 0;
  while (head < shorter && before.charCodeAt(head) === text.charCodeAt(head)) head += 1;
  let tail = 0;
  while (
    tail < shorter - head &&
    before.charCodeAt(before.length - 1 - tail) === text.charCodeAt(text.length - 1 - tail)
  )
    tail += 1;
  const changedTo = before.length - tail;
  const moved = text.length - before.length;
  return spans.flatMap((span) => {
    if (span.end <= head) return [span];
    if (span.start >= changedTo) return [{ ...span, start: span.start + moved, end: span.end + moved }];
    return span.start < head && span.end > changedTo ? [{ ...span, end: span.end + moved }] : [];
  });
}
