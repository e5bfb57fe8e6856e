// A text with its personal data underlined by type: a solid line where it is replaced, a dotted one where it is kept.
import { Fragment, memo } from "react";
import type { PiiSpan, TextRange } from "../../client/index.ts";
import { typeName } from "../state/pii-names.ts";

interface MarkedTextProps {
  readonly text: string;
  readonly spans: readonly PiiSpan[];
  readonly isKept: (span: PiiSpan) => boolean;
}

export const MarkedText = memo(function MarkedText({ text, spans, isKept }: MarkedTextProps) {
  let at = 0;
  const parts = spans.map((span) => {
    const before = text.slice(at, span.start);
    at = span.end;
    return (
      <Fragment key={span.start}>
        {before}
        <mark className={isKept(span) ? "kept" : "replaced"} title={typeName(span.type)}>
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

/** Whether a place is among those that are sent as they are. */
export function isAmong(ranges: readonly TextRange[]): (span: PiiSpan) => boolean {
  return (span) => ranges.some(({ start, end }) => start < span.end && span.start < end);
}
