// Watches one turn: the asker's signal, the clock, and everything that is being waited for. Whatever happens
// first aborts the upstream request. Its timers are gone when the turn is.
import type { ErrorCode } from "../protocol/errors.ts";
import { ServiceError } from "../protocol/errors.ts";
import { TURN_TIMEOUT_MS } from "../protocol/limits.ts";
import type { Upstream } from "./provider.ts";

/** Thrown inside an adapter when the asker went away; it never leaves the adapter. */
export class Aborted extends Error {}

const NOTHING = (): void => undefined;

export class Watch {
  readonly #upstream: Upstream;
  readonly #abort = new AbortController();
  readonly #signal: AbortSignal;
  readonly #onAbort = (): void => {
    this.#stop(new Aborted());
  };
  readonly #endTurn: () => void;
  #reason: Error | null = null;
  /** rejects what is being waited for just now */
  #interrupt: (reason: Error) => void = NOTHING;
  #endWait: () => void = NOTHING;

  constructor(upstream: Upstream, signal: AbortSignal) {
    this.#upstream = upstream;
    this.#signal = signal;
    this.#endTurn = upstream.after(TURN_TIMEOUT_MS, () => {
      this.#stop(timeout());
    });
    signal.addEventListener("abort", this.#onAbort);
    if (signal.aborted) this.#onAbort();
  }

  /** Goes to `fetch`: aborted by everything that ends the turn, its regular end included. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** The next piece of the answer has to be there within `delayMs`. Replaces what was expected before. */
  expect(delayMs: number): void {
    this.#endWait();
    this.#endWait = this.#upstream.after(delayMs, () => {
      this.#stop(timeout());
    });
  }

  /** Nothing is expected: the reader of the answer takes its time. */
  rest(): void {
    this.#endWait();
    this.#endWait = NOTHING;
  }

  /** Throws where the turn has ended: what was read before is not handed out after. */
  check(): void {
    if (this.#reason !== null) throw this.#reason;
  }

  /** Waits for `work`, but not beyond the end of the turn: not every runtime lets go of a read on abort. */
  async until<T>(work: Promise<T>): Promise<T> {
    // One waiter at a time; a race against one long-lived promise would pile up on it, piece by piece.
    try {
      return await new Promise<T>((resolve, reject) => {
        if (this.#reason !== null) {
          reject(this.#reason);
          // It may still fail, and nobody listens any more.
          work.catch(NOTHING);
          return;
        }
        this.#interrupt = reject;
        work.then(resolve, reject);
      });
    } finally {
      this.#interrupt = NOTHING;
    }
  }

  pause(delayMs: number): Promise<void> {
    let end = NOTHING;
    const work = new Promise<void>((resolve) => {
      end = this.#upstream.after(delayMs, resolve);
    });
    return this.until(work).finally(end);
  }

  /** Ends everything. Safe to call twice. */
  close(): void {
    this.#stop(new Aborted());
    this.#signal.removeEventListener("abort", this.#onAbort);
  }

  #stop(reason: Error): void {
    if (this.#reason !== null) return;
    this.#reason = reason;
    this.#endTurn();
    this.rest();
    this.#abort.abort();
    this.#interrupt(reason);
  }
}

function timeout(): ServiceError {
  const code: ErrorCode = "turn_timeout";
  return new ServiceError(code);
}
