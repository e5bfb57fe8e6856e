// The burn of the panic key, when the page is empty already: tried again where the service cannot be reached, within a
// bound, since nobody sees any more that it failed.
import { GhostError, platformEnvironment, type GhostErrorCode, type Session } from "../../client/index.ts";

/** milliseconds; the tab must stay open meanwhile, and nobody waits much longer. */
const BURN_WITHIN_MS = 20_000;
/** milliseconds; between two tries. */
const BURN_AGAIN_MS = 1_000;

const PASSING: ReadonlySet<GhostErrorCode> = new Set([
  "unreachable",
  "unavailable",
  "internal",
  "rate_limited",
]);

/** False where the burn did not reach the service. Never rejects. */
export async function burnWithin(session: Session, environment = platformEnvironment()): Promise<boolean> {
  const bound = new AbortController();
  const cancel = environment.after(BURN_WITHIN_MS, () => {
    bound.abort();
  });
  try {
    while (!bound.signal.aborted) {
      try {
        await session.burn({ signal: bound.signal });
        return true;
      } catch (error) {
        const code = error instanceof GhostError ? error.code : "misuse";
        if (code === "burned") return true;
        if (!PASSING.has(code)) return false;
      }
      await new Promise<void>((resolve) => {
        environment.after(BURN_AGAIN_MS, resolve);
      });
    }
    return false;
  } finally {
    cancel();
  }
}
