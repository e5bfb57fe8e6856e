// The frames of this epoch that a reconnecting client may still be missing. Sealed bytes in memory only,
// bounded in bytes and number, zeroed when they fall out.
import { zero } from "../crypto/bytes.ts";
import { WINDOW_BYTES, WINDOW_FRAMES } from "../protocol/limits.ts";

export class ReplayWindow {
  /** Encoded relay frames; the last one has sequence number `#lastSeq`. */
  #frames: Uint8Array<ArrayBuffer>[] = [];
  #first = 0;
  #bytes = 0;
  #lastSeq = 0;

  /** bytes held */
  get bytes(): number {
    return this.#bytes;
  }

  /** sequence number of the last frame, 0 before the first */
  get lastSeq(): number {
    return this.#lastSeq;
  }

  /** Appends the frame with sequence number `lastSeq + 1`. The window owns the bytes from now on. */
  push(frame: Uint8Array<ArrayBuffer>): void {
    this.#frames.push(frame);
    this.#bytes += frame.length;
    this.#lastSeq += 1;
    while (this.#bytes > WINDOW_BYTES || this.#frames.length - this.#first > WINDOW_FRAMES) this.#drop();
  }

  /** The frames after `seq`, oldest first; null where some are gone or `seq` was never reached. */
  after(seq: number): readonly Uint8Array<ArrayBuffer>[] | null {
    const missed = this.#lastSeq - seq;
    if (missed < 0 || missed > this.#frames.length - this.#first) return null;
    return this.#frames.slice(this.#frames.length - missed);
  }

  /** Zeroes and forgets everything. */
  clear(): void {
    zero(...this.#frames.slice(this.#first));
    this.#frames = [];
    this.#first = 0;
    this.#bytes = 0;
  }

  #drop(): void {
    const frame = this.#frames[this.#first];
    if (frame === undefined) return;
    this.#bytes -= frame.length;
    zero(frame);
    this.#frames[this.#first] = EMPTY;
    this.#first += 1;
    // Shifting an array costs its length, so it is compacted only when half of it is dead.
    if (this.#first > 64 && this.#first * 2 > this.#frames.length) {
      this.#frames = this.#frames.slice(this.#first);
      this.#first = 0;
    }
  }
}

const EMPTY = new Uint8Array(0);
