// A session that is off the page already, by the panic key or by leaving. What becomes of it is said on its own last
// screen and on no other's.
import type { Environment, Session } from "../../client/index.ts";
import { burnWithin } from "./burn-within.ts";
import { undelivered } from "./loss.ts";
import type { Ending, Store } from "./state.ts";

export class Parting {
  readonly session: Session;
  /** own messages that were not delivered when it left the page */
  readonly undelivered: number;
  readonly #store: Store;
  #isUnburned = false;

  constructor(session: Session, store: Store) {
    this.session = session;
    this.#store = store;
    this.undelivered = undelivered(store.get());
  }

  /** The burn of the panic key did not reach the service. */
  get isUnburned(): boolean {
    return this.#isUnburned;
  }

  async burnOrLeave(environment?: Environment): Promise<void> {
    if (await burnWithin(this.session, environment)) return;
    this.#isUnburned = true;
    this.#tell({ unburned: true });
    await this.leave();
  }

  async leave(): Promise<void> {
    if (!(await this.session.leave())) this.#tell({ untold: true });
  }

  // Where it ended by something else meanwhile, its last screen stands already.
  #tell(facts: Partial<Ending>): void {
    const { ending } = this.#store.get();
    if (ending?.session !== this.session.id || ending.state === "burned") return;
    this.#store.dispatch({ type: "facts", facts: { ending: { ...ending, ...facts } } });
  }
}
