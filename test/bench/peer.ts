// One participant of the benchmark, and the content that travels. Every message says who sent it, which one it
// is and when, so that each peer can check that nothing is lost, doubled, reordered or altered.
import type { Dialect } from "./dialect.ts";
import { pause } from "./timing.ts";
import { FastSocket, type SocketEvents } from "./socket.ts";

/** bytes; a short chat message as the seal makes it: padded to 256, with header and authentication tag. */
export const CONTENT_BYTES = 300;
/** bytes of the content's head: time sent (ms, float64), sender and index (uint32). The rest is a pattern. */
const HEAD_BYTES = 16;
/** ms; what has not come by then is lost */
const ARRIVAL_MS = 10_000;
/** senders that a peer can tell apart */
const SENDERS = 256;

/** A mistake of a service, or a lost or doubled delivery: the run fails. */
export class CountError extends Error {}

export class Peer implements SocketEvents {
  readonly #dialect: Dialect;
  #socket: FastSocket | null = null;
  /** index of the next message of each sender */
  readonly #expected = new Uint32Array(SENDERS);
  #closedWith: number | null = null;
  #problem: string | null = null;
  /** compare every byte of the content, not only its index: on while warming up */
  thorough = true;
  /** messages of others that came since {@link reset}, or echoes of one's own */
  deliveries = 0;
  /** receipts for one's own messages */
  receipts = 0;
  /** the greeting, where the service sends one */
  greeting = "";
  burned = "";
  onDelivery: ((sentAt: number) => void) | null = null;
  onReceipt: (() => void) | null = null;
  onProgress: (() => void) | null = null;
  onClosed: ((code: number) => void) | null = null;
  onGreeting: (() => void) | null = null;

  constructor(dialect: Dialect) {
    this.#dialect = dialect;
  }

  /** Resolves once this peer takes part: upgraded and, where the service greets, greeted. */
  async connect(port: number, path: string, protocols: string): Promise<this> {
    const greeted = this.#dialect.greets
      ? new Promise<void>((resolve) => {
          this.onGreeting = resolve;
        })
      : null;
    await new Promise<void>((resolve, reject) => {
      this.#socket = new FastSocket(port, path, protocols, this, (error) => {
        if (error === null) resolve();
        else reject(error);
      });
    });
    await greeted;
    return this;
  }

  get socket(): FastSocket {
    if (this.#socket === null) throw new Error("not connected");
    return this.#socket;
  }

  /** Starts counting anew: the next message of each sender has to be number 0. */
  reset(): void {
    this.#expected.fill(0);
    this.deliveries = 0;
    this.receipts = 0;
  }

  /** Waits for what is still on its way; on a busy machine that may take a while. Whoever counts, checks then. */
  async arrived(deliveries: number, receipts: number): Promise<void> {
    const until = performance.now() + ARRIVAL_MS;
    while (this.deliveries < deliveries || this.receipts < receipts) {
      if (this.#problem !== null || this.#closedWith !== null || performance.now() > until) return;
      await pause(1);
    }
  }

  /** Throws where something came that should not have, or did not come that should have. */
  check(deliveries: number, receipts: number): void {
    if (this.#problem !== null) throw new CountError(this.#problem);
    if (this.#closedWith !== null) throw new CountError(`a socket closed with ${String(this.#closedWith)}`);
    expectCount("deliveries", deliveries, this.deliveries);
    expectCount("receipts", receipts, this.receipts);
  }

  delivered(bytes: Buffer, start: number, end: number): void {
    this.deliveries += 1;
    const sender = bytes.readUInt32LE(start + 8);
    const index = bytes.readUInt32LE(start + 12);
    const due = this.#expected[sender] ?? Number.NaN;
    if (index !== due) this.fail(`message ${String(index)} came, ${String(due)} was due`);
    this.#expected[sender] = index + 1;
    if (end - start !== CONTENT_BYTES) this.fail(`${String(end - start)} bytes came`);
    if (this.thorough && !isPattern(bytes, start, end, index)) this.fail("content was altered");
    this.onDelivery?.(bytes.readDoubleLE(start));
  }

  received(): void {
    this.receipts += 1;
    this.onReceipt?.();
  }

  fail(problem: string): void {
    this.#problem ??= problem;
  }

  binary(bytes: Buffer, start: number, end: number): void {
    this.#dialect.read(this, bytes, start, end);
  }

  text(text: string): void {
    this.#dialect.readText(this, text);
  }

  closed(code: number): void {
    this.#closedWith = code;
    this.onClosed?.(code);
  }

  progress(): void {
    this.onProgress?.();
  }
}

/** What the content of a message says. */
export interface Stamp {
  /** number of the sender in its room, below 256 */
  readonly sender: number;
  /** of its messages since the last reset, which one */
  readonly index: number;
  /** ms, as `performance.now` counts */
  readonly sentAt: number;
}

export function writeContent(target: Buffer, at: number, { sender, index, sentAt }: Stamp): void {
  target.writeDoubleLE(sentAt, at);
  target.writeUInt32LE(sender, at + 8);
  target.writeUInt32LE(index, at + 12);
  target.fill(index & 0xff, at + HEAD_BYTES, at + CONTENT_BYTES);
}

function isPattern(bytes: Buffer, start: number, end: number, index: number): boolean {
  for (let at = start + HEAD_BYTES; at < end; at++) if (bytes[at] !== (index & 0xff)) return false;
  return true;
}

function expectCount(what: string, expected: number, came: number): void {
  if (came !== expected) throw new CountError(`${String(came)} ${what} came, not ${String(expected)}`);
}
