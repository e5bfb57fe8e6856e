// What would be replaced in a draft, as it is being written. Looking for it, and drawing what was found, waits until the
// letter that was written is on the screen, so that no key waits for it. What was found for a text comes with that text.
import { useEffect, useMemo, useState } from "react";
import type { PiiSpan } from "../../client/index.ts";
import { carriedOver } from "../state/live-findings.ts";
import { afterFrame } from "../timers.ts";
import { useChat } from "./context.ts";

export interface Findings {
  /** the text that the spans lie in */
  readonly text: string;
  readonly spans: readonly PiiSpan[];
  /** the detector does not work here: nothing will be sent to an assistant */
  readonly failed: boolean;
}

const NOTHING: Findings = { text: "", spans: [], failed: false };

/** Whether the field grows with its text by itself. Where it does not, what draws the marks gives it its height. */
const GROWS = CSS.supports("field-sizing", "content");

/** `wanted`: somebody else than the people here will read the text. */
export function useFindings(text: string, wanted: boolean): Findings {
  const { session } = useChat();
  const [found, setFound] = useState(NOTHING);
  const idle = text === "" || !wanted;
  // While it is drawn: the next draft begins without what stood in the last one.
  if (idle && found !== NOTHING) setFound(NOTHING);
  useEffect(() => {
    if (idle || session === null) return;
    let stale = false;
    const show = (spans: readonly PiiSpan[], failed: boolean): void => {
      // A finding for an older text never replaces one for a newer.
      if (!stale) setFound({ text, spans, failed });
    };
    const cancel = afterFrame(() => {
      session.preview(text).then(
        (spans) => {
          show(spans, false);
        },
        () => {
          show([], true);
        },
      );
    });
    return () => {
      stale = true;
      cancel();
    };
  }, [text, idle, session]);
  return useMemo(() => {
    if (GROWS) return found;
    // With the text that the field must have room for. Until it is looked through, marks stay on their letters.
    return { text, spans: carriedOver(found.text, found.spans, text), failed: found.failed };
  }, [found, text]);
}
