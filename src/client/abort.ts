// Giving up to wait for what cannot be stopped by itself.
import { checkAborted, GhostError } from "./error.ts";

/** What `begin` answers, or `aborted` where the signal comes first: then what was begun goes on unheard. */
export async function orAborted<T>(signal: AbortSignal | undefined, begin: () => Promise<T>): Promise<T> {
  checkAborted(signal);
  let abort = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    abort = () => {
      reject(new GhostError("aborted"));
    };
    signal?.addEventListener("abort", abort);
  });
  try {
    return await Promise.race([begin(), aborted]);
  } finally {
    // A signal often outlives what it was given to.
    signal?.removeEventListener("abort", abort);
  }
}
