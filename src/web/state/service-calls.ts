// What the page asks of the service about its session. Each call answers null, or why not.
import { GhostError, type BurnChange, type InviteTerms, type Session } from "../../client/index.ts";
import { dropInvite, mintInvite } from "./invites.ts";
import type { Store } from "./state.ts";
import { wordsOf } from "./words.ts";

export class ServiceCalls {
  readonly #store: Store;
  readonly #sessionNow: () => Session | null;

  /** `sessionNow`: null where there is none any more. */
  constructor(store: Store, sessionNow: () => Session | null) {
    this.#store = store;
    this.#sessionNow = sessionNow;
  }

  invite(terms: InviteTerms): Promise<string | null> {
    return this.#refusalOf((session) => mintInvite(session, this.#store, terms));
  }

  revoke(id: string): Promise<string | null> {
    return this.#refusalOf((session) => dropInvite(session, this.#store, id));
  }

  remove(participant: string): Promise<string | null> {
    return this.#refusalOf((session) => session.remove(participant));
  }

  changeBurn(change: BurnChange): Promise<string | null> {
    return this.#refusalOf(async (session) => {
      await session.changeBurn(change);
      this.#store.dispatch({ type: "facts", facts: { burn: session.burnPolicy } });
    });
  }

  burn(): Promise<string | null> {
    return this.#refusalOf((session) => session.burn());
  }

  async #refusalOf(call: (session: Session) => Promise<unknown>): Promise<string | null> {
    try {
      const session = this.#sessionNow();
      if (session === null) throw new GhostError("ended");
      await call(session);
      return null;
    } catch (error) {
      return wordsOf(error);
    }
  }
}
