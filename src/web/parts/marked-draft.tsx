// Lies under the text that is being written and draws the lines. It has the same letters in the same places; where a
// field does not grow by itself it also gives the field its height. Screen readers get the list of findings instead.
import { memo } from "react";
import { typeName } from "../state/pii-names.ts";
import type { Findings } from "./use-findings.ts";

interface MarkedDraftProps {
  readonly findings: Findings;
  readonly isKept: (value: string) => boolean;
}

export const MarkedDraft = memo(function MarkedDraft({ findings, isKept }: MarkedDraftProps) {
  const { text, spans } = findings;
  let at = 0;
  const seen = new Map<string, number>();
  const pieces = spans.map(({ start, end, type }) => {
    const before = text.slice(at, start);
    const value = text.slice(start, end);
    const nth = seen.get(value) ?? 0;
    seen.set(value, nth + 1);
    at = end;
    return (
      <Piece
        // By what it is, not where: a new mark leaves those behind it as they are.
        key={`${String(nth)} ${value}`}
        before={before}
        value={value}
        // Named where it stands first: a name under each of a hundred repetitions helps nobody and costs every key.
        label={nth === 0 ? typeName(type) : null}
        kept={isKept(value)}
      />
    );
  });
  return (
    <div className="draft-marks" dir="auto" aria-hidden="true">
      {pieces}
      {text.slice(at)}
      {"\n"}
    </div>
  );
});

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
