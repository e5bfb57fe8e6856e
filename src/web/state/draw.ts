// When a turn is drawn: a new one at once, so that it stands where it was asked, and its changes in even steps, however
// fast somebody sends them.
import { after } from "../timers.ts";
import type { Store } from "./state.ts";
import type { TurnItem } from "./transcript.ts";

/** milliseconds; an answer is drawn anew so often, however fast it comes. */
export const DRAW_EVERY_MS = 60;

export class Drawing {
  readonly #store: Store;
  readonly #drawn = new Set<string>();
  readonly #waiting = new Map<string, TurnItem>();
  #cancel: (() => void) | null = null;

  constructor(store: Store) {
    this.#store = store;
  }

  draw(item: TurnItem): void {
    if (!this.#drawn.has(item.key)) {
      this.#drawn.add(item.key);
      this.#store.dispatch({ type: "turn", item });
      return;
    }
    this.#waiting.set(item.key, item);
    this.#cancel ??= after(DRAW_EVERY_MS, () => {
      this.#cancel = null;
      for (const waiting of this.#waiting.values()) this.#store.dispatch({ type: "turn", item: waiting });
      this.#waiting.clear();
    });
  }

  close(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#waiting.clear();
  }
}
