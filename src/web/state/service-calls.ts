// What the page asks of the service about its session. Each call answers null, or why not. It is about the session that
// the page had when it was made: an answer that comes later changes nothing of another one.
import { GhostError, type BurnChange, type InviteTerms, type Session } from "../../client/index.ts";
import { dropInvite, mintInvite } from "./invites.ts";
import type { Changing, Store } from "./state.ts";
import { wordsOf } from "./words.ts";

export class ServiceCalls {
  readonly #store: Store;
  readonly #sessionNow: () => Session | null;
  /** the last change of each session's timers, until it is answered */
  readonly #changes = new WeakMap<Session, Promise<unknown>>();

  /** `sessionNow`: null where there is none any more. */
  constructor(store: Store, sessionNow: () => Session | null) {
    this.#store = store;
    this.#sessionNow = sessionNow;
  }

  invite(terms: InviteTerms): Promise<string | null> {
    return this.#refusalOf((session, store) => mintInvite(session, store, terms));
  }

  revoke(id: string): Promise<string | null> {
    return this.#refusalOf((session, store) => dropInvite(session, store, id));
  }

  remove(participant: string): Promise<string | null> {
    return this.#refusalOf((session) => session.remove(participant));
  }

  /** One at a time: the last choice has to be the last that the service hears of. */
  changeBurn(change: BurnChange): Promise<string | null> {
    return this.#refusalOf(async (session, store) => {
      const changing = (this.#changes.get(session) ?? Promise.resolve()).then(() => {
        if (this.#sessionNow() !== session) throw new GhostError("ended");
        return session.changeBurn(change);
      });
      this.#changes.set(
        session,
        changing.catch(() => undefined),
      );
      await changing;
      store.dispatch({ type: "facts", facts: { burn: session.burnPolicy } });
    });
  }

  burn(): Promise<string | null> {
    return this.#refusalOf((session) => session.burn());
  }

  async #refusalOf(call: (session: Session, store: Changing) => Promise<unknown>): Promise<string | null> {
    const { get, dispatch } = this.#store;
    try {
      const session = this.#sessionNow();
      if (session === null) throw new GhostError("ended");
      await call(session, {
        get,
        dispatch: (change) => {
          if (this.#sessionNow() === session) dispatch(change);
        },
      });
      return null;
    } catch (error) {
      return wordsOf(error);
    }
  }
}
