// The sealed records of one answer, kept until the asker has them all, so that another connection can go on where
// one was lost. Bounded in number, and in bytes together with those of the session's other answers: who is further
// behind than that starts a new attempt.
import { zero } from "../../crypto/bytes.ts";
import { MAX_KEPT_RECORDS } from "../../protocol/limits.ts";

type Frame = Uint8Array<ArrayBuffer>;

export class AnswerLog {
  #frames: Frame[] = [];
  /** index of the oldest record that is kept */
  #first = 0;
  #bytes = 0;

  /** bytes kept */
  get bytes(): number {
    return this.#bytes;
  }

  push(frame: Frame): void {
    this.#frames.push(frame);
    this.#bytes += frame.length;
    while (this.#frames.length > MAX_KEPT_RECORDS) this.dropOldest();
  }

  /** Zeroes and forgets the oldest record, if there is one. */
  dropOldest(): void {
    const oldest = this.#frames.shift();
    if (oldest === undefined) return;
    this.#first += 1;
    this.#bytes -= oldest.length;
    zero(oldest);
  }

  /** All records from `index` on; null where some of them are not kept any more, or where no such one was made. */
  from(index: number): readonly Frame[] | null {
    const at = index - this.#first;
    return at >= 0 && at <= this.#frames.length ? this.#frames.slice(at) : null;
  }

  clear(): void {
    zero(...this.#frames);
    this.#frames = [];
    this.#bytes = 0;
  }
}
