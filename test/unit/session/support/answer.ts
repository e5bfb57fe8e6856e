// What becomes of one event: its answer, once it was let out, and what it took to get there.
import type { FakePlatform } from "./fake-platform.ts";

/** What became of an event. `left`: its answer was let out, so the caller knows. */
export interface Answer<T> {
  value: T | null;
  left: boolean;
  failed: unknown;
  /** ports called, in order */
  trace: readonly string[];
  /** how many of them may reject */
  fallible: number;
}

interface Progress<T> {
  readonly answer: Answer<T>;
  /** Lets the answer out. */
  readonly leave: (value: T) => void;
  readonly platform: FakePlatform | null;
  /** it may wait for time or an answer, and then goes on later */
  readonly waits: boolean;
}

/** Waits for an event. Hashing takes real time, so it is waited for unless it waits for us or its instance died. */
export async function progress<T>(
  running: Promise<T>,
  { answer, leave, platform, waits }: Progress<T>,
): Promise<void> {
  const state = { settled: false };
  running.then(
    (value) => {
      state.settled = true;
      leave(value);
    },
    (error: unknown) => {
      state.settled = true;
      answer.failed = error;
    },
  );
  for (;;) {
    await turn();
    if (state.settled || platform === null || platform.dead) return;
    if (waits && platform.parked.length + platform.waits.length > 0) return;
  }
}

/** One round of the event loop. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
