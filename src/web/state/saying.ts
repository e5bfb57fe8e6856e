// Says things to the people of one session, and shows of each whether it was relayed.
import type { Session } from "../../client/index.ts";
import type { Store } from "./state.ts";
import { wordsOf } from "./words.ts";

export class Saying {
  readonly #session: Session;
  readonly #store: Store;
  #sent = 0;

  constructor(session: Session, store: Store) {
    this.#session = session;
    this.#store = store;
  }

  async say(text: string): Promise<void> {
    this.#sent += 1;
    const key = `own ${String(this.#sent)}`;
    const item = { key, own: true, name: null, text, atMs: Date.now(), problem: null };
    this.#store.dispatch({ type: "add", item: { kind: "message", ...item, delivery: "sending" } });
    await this.#deliver(key, text);
  }

  async again(key: string, text: string): Promise<void> {
    this.#store.dispatch({ type: "message", key, facts: { delivery: "sending", problem: null } });
    await this.#deliver(key, text);
  }

  async #deliver(key: string, text: string): Promise<void> {
    try {
      await this.#session.send(text);
      this.#store.dispatch({ type: "message", key, facts: { delivery: "relayed" } });
    } catch (error) {
      const problem = wordsOf(error);
      this.#store.dispatch({ type: "message", key, facts: { delivery: "unsent", problem } });
    }
  }
}
