// The page's one session: begins it, ends it, and passes on what the person does. It holds the only reference to the
// session; at the end it lets go of it and the state is emptied, so that nothing of the chat can be reached any more.
import {
  createSession,
  GhostError,
  joinSession,
  parseInviteLink,
  type BurnChange,
  type CreateOptions,
  type InviteTerms,
  type Session,
  type SessionEnd,
} from "../../client/index.ts";
import { loadEngine } from "../privacy-engine.ts";
import { Asking, type Question } from "./asking.ts";
import { listen, note } from "./listen.ts";
import type { Store } from "./state.ts";
import { forget, keep, recall } from "./stay.ts";
import { wordsOf } from "./words.ts";

/** What a person chooses before a session begins. */
export type Choice = Pick<CreateOptions, "burn" | "assistant" | "jurisdiction">;

export class Chat {
  readonly store: Store;
  readonly #service: string;
  #session: Session | null = null;
  #asking: Asking | null = null;
  #stopListening: (() => void) | null = null;
  #link: string | null = null;
  #sent = 0;

  constructor(store: Store, service: string) {
    this.store = store;
    this.#service = service;
  }

  /** The session, for what changes by itself: time left, what would be replaced. Null when there is none. */
  get session(): Session | null {
    return this.#session;
  }

  /** Somebody opened the page with this link. Nothing is joined before the person says so. */
  invited(link: string): void {
    if (this.#session !== null) {
      this.#tell(
        "warning",
        "Another invite link was opened in this tab. Open it in a tab of its own to join.",
      );
      return;
    }
    try {
      parseInviteLink(link).roomKey.fill(0);
      this.#link = link;
      this.store.dispatch({ type: "go", place: "invited" });
    } catch (error) {
      this.store.dispatch({ type: "go", place: "start", problem: wordsOf(error) });
    }
  }

  async start(choice: Choice, name: string): Promise<void> {
    await this.#begin("start", () =>
      createSession({ service: this.#service, ...choice, name, pii: { engine: loadEngine } }),
    );
  }

  async join(name: string): Promise<void> {
    const link = this.#link;
    if (link === null) return;
    await this.#begin("invited", () => joinSession(link, { name, pii: { engine: loadEngine } }));
    if (this.#session !== null) this.#link = null;
  }

  /** Comes back after a reload, where this tab was told to stay. True where it was. */
  async comeBack(): Promise<boolean> {
    const kept = recall();
    if (kept === null) return false;
    await this.#begin("start", () =>
      joinSession(kept.link, { name: kept.name, pii: { engine: loadEngine } }),
    );
    if (this.#session === null) forget();
    else {
      this.store.dispatch({ type: "facts", facts: { stays: true } });
      this.#tell(
        "loss",
        "The page was loaded anew. What was said before is not kept anywhere and is not shown here.",
      );
    }
    return true;
  }

  stay(wanted: boolean): void {
    if (this.#session === null) return;
    if (wanted) keep({ link: this.#session.rejoinLink(), name: this.#session.name });
    else forget();
    this.store.dispatch({ type: "facts", facts: { stays: wanted } });
  }

  async say(text: string): Promise<void> {
    this.#sent += 1;
    const key = `own ${String(this.#sent)}`;
    const item = { key, own: true, name: null, text, atMs: Date.now(), problem: null };
    this.store.dispatch({ type: "add", item: { kind: "message", ...item, delivery: "sending" } });
    await this.#deliver(key, text);
  }

  async sayAgain(key: string, text: string): Promise<void> {
    this.store.dispatch({ type: "message", key, facts: { delivery: "sending", problem: null } });
    await this.#deliver(key, text);
  }

  /** Null, or why it cannot be asked. */
  ask(question: Question): string | null {
    return this.#asking?.ask(question) ?? null;
  }

  askAgain(turn: string): void {
    const problem = this.#asking?.again(turn) ?? null;
    if (problem !== null) this.#tell("loss", problem);
  }

  cancel(turn: string): void {
    this.#asking?.cancel(turn);
  }

  rename(name: string): string | null {
    try {
      this.#session?.setName(name);
      if (this.store.get().stays) this.stay(true);
      this.store.dispatch({ type: "facts", facts: { people: this.#session?.people ?? [] } });
      return null;
    } catch (error) {
      return wordsOf(error);
    }
  }

  async invite(terms: InviteTerms): Promise<string | null> {
    try {
      const invite = await this.#live().invite(terms);
      this.store.dispatch({ type: "invites", invites: [...this.store.get().invites, invite] });
      return null;
    } catch (error) {
      return wordsOf(error);
    }
  }

  async revoke(id: string): Promise<string | null> {
    try {
      await this.#live().revokeInvite(id);
      this.store.dispatch({
        type: "invites",
        invites: this.store.get().invites.filter((invite) => invite.id !== id),
      });
      return null;
    } catch (error) {
      return wordsOf(error);
    }
  }

  async remove(participant: string): Promise<void> {
    try {
      await this.#live().remove(participant);
    } catch (error) {
      this.#tell("loss", wordsOf(error));
    }
  }

  async changeBurn(change: BurnChange): Promise<string | null> {
    try {
      await this.#live().changeBurn(change);
      return null;
    } catch (error) {
      return wordsOf(error);
    }
  }

  /** Null, or why it did not burn. */
  async burn(): Promise<string | null> {
    try {
      await this.#live().burn();
      return null;
    } catch (error) {
      return wordsOf(error);
    }
  }

  /** Whoever may burn burns; whoever may not is gone, and this page is empty either way and at once. */
  panic(): void {
    const session = this.#session;
    if (session === null) return;
    if (this.mayBurn) {
      session.burn().catch(() => {
        session.close();
      });
    } else void session.leave();
    this.#letGo();
    this.store.dispatch({ type: "go", place: "burning" });
  }

  get mayBurn(): boolean {
    const { host, burn } = this.store.get();
    return host || burn?.burnBy === "anyone";
  }

  async leave(): Promise<void> {
    await this.#session?.leave();
  }

  /** Back to the first screen. */
  reset(): void {
    this.#link = null;
    this.store.dispatch({ type: "go", place: "start" });
  }

  async #begin(from: "start" | "invited", connect: () => Promise<Session>): Promise<void> {
    this.store.dispatch({ type: "go", place: "connecting" });
    try {
      this.#adopt(await connect());
    } catch (error) {
      this.store.dispatch({ type: "go", place: from, problem: wordsOf(error) });
    }
  }

  #adopt(session: Session): void {
    this.#session = session;
    this.#asking = new Asking(session, this.store);
    const { people, burnPolicy: burn, assistant, role } = session;
    this.store.dispatch({ type: "live", facts: { people, burn, assistant, host: role === "host" } });
    this.#stopListening = listen(session, this.store);
    // The engine loads while the person reads; a failure shows when it is needed.
    if (assistant !== null) void session.preview("").catch(() => undefined);
    void session.ended.then((end) => {
      this.#finish(session, end);
    });
  }

  #finish(session: Session, { state, reason, burn }: SessionEnd): void {
    this.#letGo();
    const problem = reason === null ? null : wordsOf(new GhostError(reason));
    const { id, identity } = session;
    this.store.dispatch({ type: "over", ending: { state, problem, report: burn, session: id, identity } });
  }

  #letGo(): void {
    forget();
    this.#session = null;
    this.#stopListening?.();
    this.#stopListening = null;
    this.#asking?.close();
    this.#asking = null;
    this.#link = null;
  }

  async #deliver(key: string, text: string): Promise<void> {
    try {
      await this.#live().send(text);
      this.store.dispatch({ type: "message", key, facts: { delivery: "relayed" } });
    } catch (error) {
      const problem = wordsOf(error);
      this.store.dispatch({ type: "message", key, facts: { delivery: "unsent", problem } });
    }
  }

  #tell(tone: "loss" | "warning", text: string): void {
    this.store.dispatch({ type: "add", item: note(tone, text) });
  }

  #live(): Session {
    if (this.#session === null) throw new GhostError("ended");
    return this.#session;
  }
}
