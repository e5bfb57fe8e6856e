// What this instance has to say, in order, until the service confirms it. A frame is sealed right before it is
// first sent and sent again as the same bytes; the rate stays below the service's, so that none is refused and
// overtaken by the next.
import { zero } from "../crypto/bytes.ts";
import type { Seal } from "../crypto/seal.ts";
import { encodeContent, type Content } from "../crypto/seal-content.ts";
import { CLIENT_RELAY_HEADER_BYTES, encodeClientRelay } from "../protocol/frames.ts";
import type { Environment } from "./environment.ts";
import type { GhostErrorCode } from "./error.ts";
import {
  EPOCH_RECEIPT_TIMEOUT_MS,
  MAX_IN_FLIGHT,
  MAX_PAUSE_MS,
  MAX_SEND_ATTEMPTS,
  MAX_UNSENT_BYTES,
  MAX_UNSENT_MESSAGES,
  RECEIPT_TIMEOUT_MS,
} from "./limits.ts";

/** What becomes of an entry: relayed under this counter, or not as far as is known. Called once. */
export type Settle = (outcome: { readonly counter: number } | { readonly error: GhostErrorCode }) => void;

interface Entry {
  readonly makeContent: () => Content;
  readonly bytes: number;
  readonly settle: Settle;
  /** the counter is claimed: it can no longer be taken back without leaving a gap */
  claimed: boolean;
  counter: number | null;
  frame: Uint8Array<ArrayBuffer> | null;
  attempts: number;
  /** monotonic ms by which its receipt has to be here; null where it was not sent on this connection */
  dueAtMs: number | null;
}

/** fraction of the service's rate that is used, so that two clocks may differ a little. */
const RATE_SHARE = 0.95;

export class Outbox {
  readonly #environment: Environment;
  readonly #seal: Seal;
  readonly #onStall: () => void;
  #entries: Entry[] = [];
  #bytes = 0;
  #send: ((frame: Uint8Array<ArrayBuffer>) => void) | null = null;
  #framesPerSecond = 1;
  /** frames that may leave now, and when that was counted */
  #tokens = 0;
  #tokensAtMs = 0;
  #pausedUntilMs = 0;
  #pumping = false;
  /** what is on its way has to be settled before anything else leaves */
  #settling = false;
  #lastConfirmed = 0;
  #cancelPump: (() => void) | null = null;
  #cancelWatch: (() => void) | null = null;

  /** `onStall`: a receipt is overdue, so the connection is dead or the service is not relaying. */
  constructor(environment: Environment, seal: Seal, onStall: () => void) {
    this.#environment = environment;
    this.#seal = seal;
    this.#onStall = onStall;
  }

  /** A connection has caught up: sends again what is not confirmed, then goes on. */
  attach(send: (frame: Uint8Array<ArrayBuffer>) => void, framesPerSecond: number): void {
    this.detach();
    this.#send = send;
    this.#framesPerSecond = Math.max(1, framesPerSecond);
    // The service allows three seconds' worth at once. One is for what may leave here at once, one for what a
    // stalled network holds back and delivers together, one is slack.
    this.#tokens = this.#framesPerSecond;
    this.#tokensAtMs = this.#environment.monotonicMs();
    this.#pausedUntilMs = 0;
    this.#pump();
  }

  /** The connection is gone. */
  detach(): void {
    this.#send = null;
    this.#settling = false;
    this.#cancelPump?.();
    this.#cancelWatch?.();
    this.#cancelPump = this.#cancelWatch = null;
    for (const entry of this.#entries) entry.dueAtMs = null;
  }

  /**
   * Takes something to say. `makeContent` runs when it is sealed; `bytes` counts towards the bounds, 0 for the
   * client's own business. Answers how to take it back, or null where the queue is full.
   */
  push(makeContent: () => Content, bytes: number, settle: Settle): (() => void) | null {
    const full = this.#entries.length >= MAX_UNSENT_MESSAGES || this.#bytes + bytes > MAX_UNSENT_BYTES;
    if (bytes > 0 && full) return null;
    const entry: Entry = {
      makeContent,
      bytes,
      settle: once(settle),
      claimed: false,
      counter: null,
      frame: null,
      attempts: 0,
      dueAtMs: null,
    };
    this.#entries.push(entry);
    this.#bytes += bytes;
    this.#pump();
    return () => {
      // With a counter it has to be sent all the same: a number left out would look like a loss.
      if (!entry.claimed) this.#remove(entry, { error: "aborted" });
      else entry.settle({ error: "aborted" });
    };
  }

  /** The service says that it relayed the frame with this reference. */
  confirm(ref: number): void {
    const entry = this.#entries.find(({ counter, attempts }) => counter === ref && attempts > 0);
    if (entry !== undefined) this.#confirm(entry);
  }

  /** the highest counter that was relayed as far as is known; 0 for none */
  get lastConfirmed(): number {
    return this.#lastConfirmed;
  }

  /** One of our own frames came back after a resume. False where it is not one that waits for its receipt. */
  confirmReflected(counter: number, sealed: Uint8Array): boolean {
    const entry = this.#entries.find((each) => each.counter === counter && each.attempts > 0);
    if (entry?.frame == null || !equal(entry.frame.subarray(CLIENT_RELAY_HEADER_BYTES), sealed)) return false;
    this.#confirm(entry);
    return true;
  }

  /** The service refused a frame for its rate. */
  refused(ref: number, retryAfterMs: number): void {
    // Of a frame that is not on its way there is nothing to refuse: each refusal has to cost an attempt.
    const entry = this.#entries.find(({ counter, dueAtMs }) => counter === ref && dueAtMs !== null);
    if (entry === undefined) return;
    entry.dueAtMs = null;
    this.#pausedUntilMs = this.#environment.monotonicMs() + Math.min(retryAfterMs, MAX_PAUSE_MS);
    this.#pump();
  }

  /**
   * The service lost its memory on this connection. What had reached it was confirmed before; what woke it is
   * confirmed at once; what it lost never is. So nothing is sent again yet, but the receipts are due soon, and
   * nothing new overtakes what may have to be sent again.
   */
  expectReceiptsSoon(): void {
    this.#settling = true;
    const dueAtMs = this.#environment.monotonicMs() + EPOCH_RECEIPT_TIMEOUT_MS;
    for (const entry of this.#entries)
      if (entry.dueAtMs !== null && entry.dueAtMs > dueAtMs) entry.dueAtMs = dueAtMs;
    this.#cancelWatch?.();
    this.#cancelWatch = null;
    this.#watch();
  }

  /** The session is over. */
  close(error: GhostErrorCode): void {
    this.detach();
    for (const entry of [...this.#entries]) this.#remove(entry, { error });
  }

  // Receivers take a stream in its order only: what a later frame has overtaken can no longer arrive.
  #confirm(entry: Entry): void {
    const { counter } = entry;
    if (counter === null) return;
    this.#lastConfirmed = Math.max(this.#lastConfirmed, counter);
    for (const each of [...this.#entries]) {
      if (each.counter !== null && each.counter < counter) this.#remove(each, { error: "delivery_unknown" });
    }
    this.#remove(entry, { counter });
    this.#pump();
  }

  #remove(entry: Entry, outcome: Parameters<Settle>[0]): void {
    const at = this.#entries.indexOf(entry);
    if (at < 0) return;
    this.#entries.splice(at, 1);
    this.#bytes -= entry.bytes;
    entry.settle(outcome);
  }

  #pump(): void {
    if (this.#pumping) return;
    void this.#sendAll();
  }

  async #sendAll(): Promise<void> {
    this.#pumping = true;
    for (let entry = this.#next(); entry !== null; entry = this.#next()) {
      if (entry.frame === null) await this.#sealEntry(entry);
      else this.#sendEntry(entry, entry.frame);
    }
    // In the same breath as the last look: whatever is pushed from now on starts anew.
    this.#pumping = false;
  }

  /** What can be sealed or sent at this very moment. */
  #next(): Entry | null {
    const next = this.#entries.find(({ dueAtMs }) => dueAtMs === null);
    if (next === undefined || this.#send === null) return null;
    const inFlight = this.#inFlight.length;
    this.#settling &&= inFlight > 0;
    if (this.#settling || inFlight >= Math.min(MAX_IN_FLIGHT, this.#framesPerSecond)) return null;
    const waitMs = this.#waitMs();
    if (waitMs === 0) return next;
    this.#cancelPump ??= this.#environment.after(waitMs, () => {
      this.#cancelPump = null;
      this.#pump();
    });
    return null;
  }

  #waitMs(): number {
    const now = this.#environment.monotonicMs();
    const perMs = (this.#framesPerSecond * RATE_SHARE) / 1_000;
    this.#tokens = Math.min(this.#framesPerSecond, this.#tokens + (now - this.#tokensAtMs) * perMs);
    this.#tokensAtMs = now;
    const forToken = this.#tokens >= 1 ? 0 : Math.ceil((1 - this.#tokens) / perMs);
    return Math.max(forToken, this.#pausedUntilMs - now, 0);
  }

  async #sealEntry(entry: Entry): Promise<void> {
    entry.claimed = true;
    let plaintext: Uint8Array<ArrayBuffer> | null = null;
    try {
      plaintext = encodeContent(entry.makeContent());
      const { counter, bytes } = await this.#seal.seal(plaintext);
      entry.counter = counter;
      entry.frame = encodeClientRelay(counter, bytes);
    } catch {
      // Closed, or used up: whatever it is, the queue goes on and the caller is told.
      this.#remove(entry, { error: "ended" });
    } finally {
      if (plaintext !== null) zero(plaintext);
    }
  }

  #sendEntry(entry: Entry, frame: Uint8Array<ArrayBuffer>): void {
    if (entry.attempts >= MAX_SEND_ATTEMPTS) {
      this.#remove(entry, { error: "delivery_unknown" });
      return;
    }
    entry.attempts += 1;
    entry.dueAtMs = this.#environment.monotonicMs() + RECEIPT_TIMEOUT_MS;
    this.#tokens -= 1;
    this.#send?.(frame);
    this.#watch();
  }

  /** when the receipts of what is on its way are due */
  get #inFlight(): number[] {
    return this.#entries.flatMap(({ dueAtMs }) => dueAtMs ?? []);
  }

  #watch(): void {
    const now = this.#environment.monotonicMs();
    const firstDueAtMs = Math.min(...this.#inFlight);
    if (this.#cancelWatch !== null || firstDueAtMs === Infinity) return;
    this.#cancelWatch = this.#environment.after(Math.max(0, firstDueAtMs - now), () => {
      this.#cancelWatch = null;
      if (Math.min(...this.#inFlight) <= this.#environment.monotonicMs()) this.#onStall();
      else this.#watch();
    });
  }
}

function once(settle: Settle): Settle {
  let settled = false;
  return (outcome) => {
    if (settled) return;
    settled = true;
    settle(outcome);
  };
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
