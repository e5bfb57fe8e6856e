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

/** Lets what waits be done first: keys, clicks, what the network brought. */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    after(0, resolve);
  });
}

/** milliseconds; a page in the background makes no frames. */
const NO_FRAME_MS = 200;

/** Calls back once when the next frame has been made, style, layout and paint included; the result cancels. */
export function afterFrame(run: () => void): () => void {
  let cancelled = false;
  const once = (): void => {
    if (cancelled) return;
    cancel();
    run();
  };
  // A message that is sent before a frame is made arrives after it.
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = once;
  const frame = requestAnimationFrame(() => {
    port2.postMessage(null);
  });
  const timer = setTimeout(once, NO_FRAME_MS);
  const cancel = (): void => {
    cancelled = true;
    cancelAnimationFrame(frame);
    clearTimeout(timer);
    port1.close();
  };
  return cancel;
}
