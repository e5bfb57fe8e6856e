// Lies under the text that is being written and draws the lines. It has the same letters in the same places, and it
// also gives the field its height. Screen readers get the list of findings instead.
import type { PiiSpan } from "../../client/index.ts";
import { Fragment } from "react";
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
  return (
    <div className="draft-marks" dir="auto" aria-hidden="true">
      {spans.map((span) => {
        const before = text.slice(at, span.start);
        const value = text.slice(span.start, span.end);
        const label = named.has(value) ? undefined : typeName(span.type);
        named.add(value);
        at = span.end;
        return (
          <Fragment key={span.start}>
            {before}
            <mark className={isKept(span) ? "kept" : "replaced"} data-type={label}>
              {value}
            </mark>
          </Fragment>
        );
      })}
      {text.slice(at)}
      {"\n"}
    </div>
  );
}
