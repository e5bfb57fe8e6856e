// How a run is told to end: Ctrl-C, a polite kill, or its terminal going away.
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Resolves on the first of the signals. A second one ends the process the hard way; the watchdog cleans up. */
export function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of SIGNALS) {
      process.once(signal, () => {
        resolve();
      });
    }
  });
}

/**
 * Runs `create` and drops the signal listeners that it leaves behind: Miniflare's exit the process before its
 * owner could stop anything in order.
 */
export async function withoutSignalListeners<T>(create: () => T | Promise<T>): Promise<T> {
  const before = new Map(SIGNALS.map((signal) => [signal, process.listeners(signal)]));
  const created = await create();
  for (const [signal, known] of before) {
    for (const listener of process.listeners(signal)) {
      if (!known.includes(listener)) process.removeListener(signal, listener);
    }
  }
  return created;
}
