// Lies under the text that is being written and draws the lines. It has the same letters in the same places, and it
// also gives the field its height. Screen readers get the list of findings instead.
import type { PiiSpan } from "../../client/index.ts";
import { memo } from "react";
import { typeName } from "../state/pii-names.ts";

interface MarkedDraftProps {
  readonly text: string;
  readonly spans: readonly PiiSpan[];
  readonly isKept: (span: PiiSpan) => boolean;
}

export function MarkedDraft({ text, spans, isKept }: MarkedDraftProps) {
  let at = 0;
  // Named where it stands first: a name under each of a hundred repetitions helps nobody and costs every key.
  const named = new Set<string>();
  const pieces = spans.map((span, key) => {
    const before = text.slice(at, span.start);
    const value = text.slice(span.start, span.end);
    const label = named.has(value) ? null : typeName(span.type);
    named.add(value);
    at = span.end;
    return <Piece key={key} before={before} value={value} label={label} kept={isKept(span)} />;
  });
  return (
    <div className="draft-marks" dir="auto" aria-hidden="true">
      {pieces}
      {text.slice(at)}
      {"\n"}
    </div>
  );
}

interface PieceProps {
  readonly before: string;
  readonly value: string;
  readonly label: string | null;
  readonly kept: boolean;
}

/** A key changes one piece. The others are the same letters in another place, and are not drawn again. */
const Piece = memo(function Piece({ before, value, label, kept }: PieceProps) {
  return (
    <>
      {before}
      <mark className={kept ? "kept" : "replaced"} data-type={label ?? undefined}>
        {value}
      </mark>
    </>
  );
});
