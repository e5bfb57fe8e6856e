// What came in, worked off one after the other: opening a frame takes time, and nothing may overtake it. Bounded,
// because a hostile service can send faster than anybody opens. What fails never holds up what came behind it: the end
// of the session comes this way too.
import { MAX_INBOX_BYTES, MAX_INBOX_ITEMS } from "./limits.ts";

type Work = () => void | Promise<void>;

export class Inbox {
  readonly #onFailure: () => void;
  readonly #work: { readonly bytes: number; readonly run: Work }[] = [];
  #bytes = 0;
  #running = false;

  /** `onFailure`: something threw, which nothing in here should. */
  constructor(onFailure: () => void) {
    this.#onFailure = onFailure;
  }

  /** False where it is full: nothing was taken. */
  push(bytes: number, run: Work): boolean {
    if (this.#work.length >= MAX_INBOX_ITEMS || this.#bytes + bytes > MAX_INBOX_BYTES) return false;
    this.pushLast(run, bytes);
    return true;
  }

  /** Takes what must not get lost: how the session ended. */
  pushLast(run: Work, bytes = 0): void {
    this.#work.push({ bytes, run });
    this.#bytes += bytes;
    if (!this.#running) void this.#runAll();
  }

  async #runAll(): Promise<void> {
    this.#running = true;
    for (let next = this.#work.shift(); next !== undefined; next = this.#work.shift()) {
      try {
        await next.run();
      } catch {
        this.#onFailure();
      }
      this.#bytes -= next.bytes;
    }
    this.#running = false;
  }
}
