// The page's only timers. They drive what is shown, never a deadline: those are the service's and the SDK's.

/** Calls back every so many milliseconds; the result ends that. */
export function every(intervalMs: number, run: () => void): () => void {
  const timer = setInterval(run, intervalMs);
  return () => {
    clearInterval(timer);
  };
}

/** Calls back once after so many milliseconds; the result cancels. */
export function after(delayMs: number, run: () => void): () => void {
  const timer = setTimeout(run, delayMs);
  return () => {
    clearTimeout(timer);
  };
}
