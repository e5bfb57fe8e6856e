// While a question is written, what it needs is fetched ahead: the next key of the service is there when it is sent.
import { useRef } from "react";
import type { Session } from "../../client/index.ts";

/** milliseconds; as long as a key that was fetched ahead is good for. */
const WARM_EVERY_MS = 8_000;

/** To be called with every key of a question; most calls do nothing. */
export function useWarmUp(session: Session | null): () => void {
  const warmedAtMs = useRef(Number.NEGATIVE_INFINITY);
  return () => {
    const nowMs = performance.now();
    if (session === null || nowMs - warmedAtMs.current < WARM_EVERY_MS) return;
    warmedAtMs.current = nowMs;
    // Where it fails the question itself says why.
    session.warmUp().catch(() => undefined);
  };
}
