// What would be replaced in a draft, as it is being written. Looking for it waits until the letter that was written is
// on the screen, so that no key waits for it. A finding for an older text never lands on a newer one.
import { useEffect, useMemo, useState } from "react";
import type { PiiSpan } from "../../client/index.ts";
import { carriedOver, sameSpans } from "../state/live-findings.ts";
import { afterFrame } from "../timers.ts";
import { useChat } from "./context.ts";

interface Findings {
  readonly spans: readonly PiiSpan[];
  /** the detector does not work here: nothing will be sent to an assistant */
  readonly failed: boolean;
}

const NOTHING: Findings & { readonly text: string } = { spans: [], failed: false, text: "" };

export function useFindings(text: string): Findings {
  const { session } = useChat();
  const [found, setFound] = useState(NOTHING);
  // Until the new text is looked through, marks stay on the letters that they stood on.
  const spans = useMemo(() => carriedOver(found.text, found.spans, text), [found, text]);
  useEffect(() => {
    if (text === "" || session === null) return;
    let stale = false;
    const show = (now: readonly PiiSpan[], failed: boolean): void => {
      if (stale) return;
      setFound((before) => {
        const carried = carriedOver(before.text, before.spans, text);
        // Where they lie already the same list is kept, so that nothing is drawn again.
        return { text, spans: sameSpans(carried, now) ? carried : now, failed };
      });
    };
    const cancel = afterFrame(() => {
      session.preview(text).then(
        (now) => {
          show(now, false);
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
  }, [text, session]);
  return text === "" ? NOTHING : { spans, failed: found.failed };
}
