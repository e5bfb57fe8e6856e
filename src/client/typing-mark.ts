// When to tell the others that somebody is typing: with the first key of a draft, then every few seconds. With what is
// said they take the mark off, so the next key is that of another draft.
import { TYPING_DRAFT_MS, TYPING_DRAFTS_AT_ONCE, TYPING_EVERY_MS } from "./limits.ts";

export class TypingMark {
  #toldAtMs = -Infinity;
  #newDraft = true;
  /** first marks of drafts that may still be told, as of `#countedAtMs` */
  #left = TYPING_DRAFTS_AT_ONCE;
  #countedAtMs = -Infinity;

  /** A key was pressed: whether that is to be told. `nowMs`: monotonic. */
  press(nowMs: number): boolean {
    const due = this.#newDraft ? this.#takeOne(nowMs) : nowMs - this.#toldAtMs >= TYPING_EVERY_MS;
    if (!due) return false;
    this.#toldAtMs = nowMs;
    this.#newDraft = false;
    return true;
  }

  /**
   * The draft was sent. A mark that overtakes it on its way is taken off with it, so there is another one once it was
   * relayed. Null where nobody is told when that is.
   */
  sent(relayed: Promise<unknown> | null): void {
    this.#newDraft = true;
    const again = (): void => {
      this.#newDraft = true;
    };
    relayed?.then(again, again);
  }

  #takeOne(nowMs: number): boolean {
    const regained = (nowMs - this.#countedAtMs) / TYPING_DRAFT_MS;
    this.#left = Math.min(TYPING_DRAFTS_AT_ONCE, this.#left + regained);
    this.#countedAtMs = nowMs;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
