// How long to wait before the next connection. Drawn at random from the whole range (full jitter), so that
// clients that a restart threw out together do not come back together.
import { BACKOFF_MAX_MS, BACKOFF_START_MS } from "./limits.ts";

export class Backoff {
  readonly #random: () => number;
  #ceilingMs = BACKOFF_START_MS;

  /** `random`: at least 0 and below 1. */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** milliseconds to wait now; the next wait can be twice as long. */
  next(): number {
    const waitMs = Math.floor(this.#random() * this.#ceilingMs);
    this.#ceilingMs = Math.min(BACKOFF_MAX_MS, this.#ceilingMs * 2);
    // Never at once: a service that closes every connection must not be asked in a tight loop.
    return Math.max(50, waitMs);
  }

  /** A connection held: start anew. */
  reset(): void {
    this.#ceilingMs = BACKOFF_START_MS;
  }
}
