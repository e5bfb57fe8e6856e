// Says something to the people in the chat, and shows what became of it.
import { GhostError, type Session } from "../../client/index.ts";
import type { Store } from "./state.ts";
import { wordsOf } from "./words.ts";

/** What one session is told by this page. */
export class Saying {
  readonly #session: Session;
  readonly #store: Store;
  #said = 0;

  constructor(session: Session, store: Store) {
    this.#session = session;
    this.#store = store;
  }

  /** Null, or why it can never be sent as it is: then it stays with whoever wrote it. */
  async say(text: string): Promise<string | null> {
    this.#said += 1;
    const key = `own ${String(this.#said)}`;
    const item = { key, own: true, name: null, text, atMs: Date.now(), problem: null };
    this.#store.dispatch({ type: "add", item: { kind: "message", ...item, delivery: "sending" } });
    return this.#deliver(key, text, true);
  }

  sayAgain(key: string, text: string): void {
    this.#store.dispatch({ type: "message", key, facts: { delivery: "sending", problem: null } });
    void this.#deliver(key, text, false);
  }

  // Only what was just written goes back to where it was written: what was said before has no other place than this.
  async #deliver(key: string, text: string, isNew: boolean): Promise<string | null> {
    const before = this.#hasOthers();
    try {
      await this.#session.send(text);
      // Whoever was here at either end of it may have it. Who joins later never gets it.
      const delivery = before || this.#hasOthers() ? "relayed" : "unheard";
      this.#store.dispatch({ type: "message", key, facts: { delivery } });
    } catch (error) {
      const problem = wordsOf(error);
      if (isNew && error instanceof GhostError && error.code === "message_too_large") {
        this.#store.dispatch({ type: "unsay", key });
        return `${problem} Shorten it, or send it in parts.`;
      }
      this.#store.dispatch({ type: "message", key, facts: { delivery: "unsent", problem } });
    }
    return null;
  }

  #hasOthers(): boolean {
    return this.#session.people.some(({ self }) => !self);
  }
}
