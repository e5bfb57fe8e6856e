// The findings in the draft as buttons: what will be replaced, and what was chosen to go as it is.
import { memo } from "react";
import type { PiiSpan } from "../../client/index.ts";
import { typeName } from "../state/pii-names.ts";
import { counted } from "../state/words.ts";
import type { Findings } from "./use-findings.ts";

interface FindingListProps {
  readonly findings: Findings;
  /** the session lets its people reveal items */
  readonly mayKeep: boolean;
  readonly isKept: (value: string) => boolean;
  readonly onToggle: (value: string) => void;
}

/** characters; a value is shown so far, it stands in the draft in full. */
const SHOWN_CHARS = 24;
/** findings; beyond so many the draft itself has to show them. */
const MAX_SHOWN = 40;

export const FindingList = memo(function FindingList(props: FindingListProps) {
  const { findings, mayKeep, isKept, onToggle } = props;
  const { text, spans, failed } = findings;
  const values = new Map<string, PiiSpan>();
  for (const span of spans) values.set(text.slice(span.start, span.end), span);
  const kept = [...values.keys()].filter(isKept).length;
  return (
    <div className="findings">
      <p className="unseen" role="status">
        {values.size > 0 &&
          `${counted(values.size - kept, "item")} will be replaced, ${String(kept)} will be sent as written`}
      </p>
      {failed && (
        <p className="problem" role="alert">
          The detector of personal data could not be loaded. Nothing will be sent to the assistant until it
          is.
        </p>
      )}
      {values.size > 0 && (
        <ul aria-label="Personal data in your question">
          {[...values].slice(0, MAX_SHOWN).map(([value, span]) => (
            <li key={value}>
              <button
                type="button"
                className={`finding ${isKept(value) ? "kept" : "replaced"}`}
                aria-pressed={!isKept(value)}
                disabled={!mayKeep}
                title={fateOf(mayKeep, isKept(value))}
                onClick={() => {
                  onToggle(value);
                }}
              >
                <span className="finding-type">{typeName(span.type)}</span>
                <bdi>{value.length > SHOWN_CHARS ? `${value.slice(0, SHOWN_CHARS)}…` : value}</bdi>
                <span className="finding-fate">{isKept(value) ? "revealed" : "replaced"}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
});

function fateOf(mayKeep: boolean, isKept: boolean): string {
  if (!mayKeep) return "Replaced before it leaves. This session replaces it always.";
  return isKept
    ? "Sent as written. Click to replace it."
    : "Replaced before it leaves. Click to send it as written.";
}
