// A text with its personal data underlined by type: a solid line where it is replaced, a dotted one where it is kept.
import { Fragment, memo } from "react";
import type { PiiSpan, TextRange } from "../../client/index.ts";
import { typeName } from "../state/pii-names.ts";

interface MarkedTextProps {
  readonly text: string;
  readonly spans: readonly PiiSpan[];
  /** places that were sent as they are */
  readonly keep: readonly TextRange[];
}

export const MarkedText = memo(function MarkedText({ text, spans, keep }: MarkedTextProps) {
  let at = 0;
  const parts = spans.map((span) => {
    const before = text.slice(at, span.start);
    const kept = keep.some(({ start, end }) => start < span.end && span.start < end);
    at = span.end;
    return (
      <Fragment key={span.start}>
        {before}
        <mark className={kept ? "kept" : "replaced"} title={typeName(span.type)} dir="auto">
          {text.slice(span.start, span.end)}
        </mark>
      </Fragment>
    );
  });
  return (
    <>
      {parts}
      {text.slice(at)}
    </>
  );
});
