// What would be replaced in a draft, as it is being written. A finding for an older text never lands on a newer one.
import { useEffect, useState } from "react";
import type { PiiSpan } from "../../client/index.ts";
import { useChat } from "./context.ts";

interface Findings {
  readonly spans: readonly PiiSpan[];
  /** the detector does not work here: nothing will be sent to an assistant */
  readonly failed: boolean;
}

const NOTHING: Findings = { spans: [], failed: false };

export function useFindings(text: string): Findings {
  const { session } = useChat();
  const [found, setFound] = useState<Findings & { readonly text: string }>({ ...NOTHING, text: "" });
  useEffect(() => {
    if (text === "" || session === null) return;
    let stale = false;
    session.preview(text).then(
      (spans) => {
        if (!stale) setFound({ text, spans, failed: false });
      },
      () => {
        if (!stale) setFound({ text, spans: [], failed: true });
      },
    );
    return () => {
      stale = true;
    };
  }, [text, session]);
  if (text === "") return NOTHING;
  // Until the new text is looked at, what stands unchanged before the first difference keeps its marks.
  return found.text === text ? found : { failed: found.failed, spans: still(found, text) };
}

function still(
  { text: before, spans }: Findings & { readonly text: string },
  text: string,
): readonly PiiSpan[] {
  let same = 0;
  while (same < text.length && text.charCodeAt(same) === before.charCodeAt(same)) same += 1;
  return spans.filter(({ end }) => end <= same);
}
