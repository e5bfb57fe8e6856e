// The page's one session: begins it, ends it, and passes on what the person does. It holds the only reference to the
// session; at the end it lets go of it and the state is emptied, so that nothing of the chat can be reached any more.
import {
  createSession,
  GhostError,
  joinSession,
  parseInviteLink,
  type Model,
  type Session,
  type SessionEnd,
  type StartOptions,
} from "../../client/index.ts";
import { Asking, type Question } from "./asking.ts";
import { Attempt } from "./attempt.ts";
import { FIRST_CHOICES, refusedPart, sessionOf, type Choices } from "./choices.ts";
import { listen, note } from "./listen.ts";
import { isLostWithPage, undelivered } from "./loss.ts";
import { Parting } from "./parting.ts";
import { Saying } from "./saying.ts";
import { ServiceCalls } from "./service-calls.ts";
import { mayBurnIn, type Place, type Refused, type Store } from "./state.ts";
import { isLostForGood, KeptAccess, recall } from "./stay.ts";
import { COME_BACK, NOT_FORGOTTEN, NOT_KEPT, ONE_AT_A_TIME, wordsOf, wordsOfRefusal } from "./words.ts";

/** What the page brings along for each session: the detector, and surroundings other than the platform's. */
export type Equipment = Pick<StartOptions, "pii" | "environment">;

export class Chat {
  readonly store: Store;
  readonly calls: ServiceCalls;
  readonly #service: string;
  readonly #equipment: Equipment;
  #session: Session | null = null;
  /** the one that is off the page already, by the panic key or by leaving, until its end is known */
  #parting: Parting | null = null;
  #asking: Asking | null = null;
  #saying: Saying | null = null;
  #stopListening: (() => void) | null = null;
  #link: string | null = null;
  #attempt: Attempt | null = null;
  readonly #access = new KeptAccess();

  constructor(store: Store, service: string, equipment: Equipment) {
    this.store = store;
    this.calls = new ServiceCalls(store, () => this.#session);
    this.#service = service;
    this.#equipment = equipment;
    this.store.dispatch({ type: "facts", facts: { stays: this.#access.isKept } });
  }

  /** The session, for what changes by itself: time left, what would be replaced. Null when there is none. */
  get session(): Session | null {
    return this.#session;
  }

  /** Somebody opened the page with this link. Nothing is joined before the person says so. */
  invited(link: string): void {
    const { place } = this.store.get();
    if (place === "chat") this.#tell("warning", ONE_AT_A_TIME);
    else if (place === "connecting" || place === "burning" || place === "leaving" || this.#hasUnsaved) {
      this.store.dispatch({ type: "facts", facts: { problem: ONE_AT_A_TIME } });
    } else {
      try {
        parseInviteLink(link).roomKey.fill(0);
        this.#link = link;
        this.#go("invited");
      } catch (error) {
        this.#link = null;
        this.#go("start", wordsOf(error));
      }
    }
  }

  /** The last screen holds what exists nowhere else. No address takes it away: that is up to the person. */
  get #hasUnsaved(): boolean {
    const state = this.store.get();
    return state.place === "over" && isLostWithPage(state);
  }

  /** `models`: what the page showed of them, null where it could not. */
  async start(choices: Choices, models: readonly Model[] | null): Promise<void> {
    const options = { ...sessionOf(choices, models), name: choices.name.trim(), ...this.#equipment };
    const connect = (signal: AbortSignal): Promise<Session> =>
      createSession({ service: this.#service, ...options, signal });
    await this.#begin("start", { choices, models }, connect);
  }

  async join(name: string): Promise<void> {
    const link = this.#link;
    if (link === null) return;
    const options = { name: name.trim(), ...this.#equipment };
    const shown = { choices: { ...FIRST_CHOICES, name }, models: null };
    await this.#begin("invited", shown, (signal) => joinSession(link, { ...options, signal }));
  }

  /** Comes back after a reload, where this tab was told to stay. */
  async comeBack(): Promise<void> {
    const kept = recall();
    if (kept === null) return;
    const options = { name: kept.name, ...this.#equipment };
    const from = this.#link === null ? "start" : "invited";
    await this.#begin(from, null, (signal) => joinSession(kept.link, { ...options, signal }));
  }

  /** Back to where the attempt began that is on its way. */
  giveUp(): void {
    this.#attempt?.giveUp();
  }

  /** Drops what this tab keeps of an earlier session. */
  forget(): void {
    this.#access.drop();
    const { place, problem } = this.store.get();
    this.#go(place, this.#access.isKept ? NOT_FORGOTTEN : problem);
  }

  /** Null, or why not. */
  stay(wanted: boolean): string | null {
    const session = this.#session;
    if (session === null) return null;
    if (wanted) this.#access.keep(session);
    else this.#access.drop();
    const { isKept } = this.#access;
    this.store.dispatch({ type: "facts", facts: { stays: isKept } });
    if (isKept === wanted) return null;
    return wanted ? NOT_KEPT : NOT_FORGOTTEN;
  }

  /** Null once it is on its way, or why it can never be: that is known before anything else happens. */
  async say(text: string): Promise<string | null> {
    return this.#saying?.say(text) ?? null;
  }

  sayAgain(key: string, text: string): void {
    this.#saying?.sayAgain(key, text);
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

  /** Whoever may burn burns; whoever may not is gone, and this page is empty either way and at once. */
  panic(): void {
    const session = this.#session;
    if (session === null) return;
    const { mayBurn } = this;
    const parting = this.#part(session, "burning");
    void (mayBurn ? parting.burnOrLeave(this.#equipment.environment) : parting.leave());
  }

  get mayBurn(): boolean {
    return mayBurnIn(this.store.get());
  }

  /** This page is empty at once, whether the service can be told or not. */
  async leave(): Promise<void> {
    const session = this.#session;
    if (session === null) return;
    await this.#part(session, "leaving").leave();
  }

  /** To the first screen; an invite that was opened is dropped. */
  reset(): void {
    this.#link = null;
    this.#go("start", null, null, true);
  }

  // `shown`: what the screen that comes back then must still show; null where this tab only comes back.
  async #begin(
    from: "start" | "invited",
    shown: Omit<Refused, "part"> | null,
    connect: (signal: AbortSignal) => Promise<Session>,
  ): Promise<void> {
    if (this.store.get().place === "connecting") return;
    // Nobody else can have a session that was just created; one that was joined goes on.
    const drop = (session: Session): Promise<unknown> =>
      from === "start" && shown !== null ? session.burn() : session.leave();
    this.#attempt = new Attempt();
    this.#go("connecting");
    try {
      this.#adopt(await this.#attempt.run(connect, drop), from, shown === null);
    } catch (error) {
      if (isLostForGood(error)) {
        if (shown === null) this.#access.drop();
        else this.#link = null;
      }
      const code = error instanceof GhostError ? error.code : null;
      const part = code === null ? null : refusedPart(code);
      const isBack = code === "aborted";
      const problem = isBack ? null : wordsOfRefusal(error, part);
      this.#go(from, problem, shown === null ? null : { part, ...shown }, isBack);
    }
  }

  #adopt(session: Session, from: "start" | "invited", comesBack: boolean): void {
    this.#session = session;
    this.#parting = null;
    this.#asking = new Asking(session, this.store);
    this.#saying = new Saying(session, this.store);
    // A tab keeps the way into one session only.
    if (!comesBack) this.#access.drop();
    const { people, burnPolicy: burn, assistant, role } = session;
    // An invite that was opened meanwhile, or that somebody went back from to this chat, is put off.
    const problem = comesBack && this.#link !== null ? ONE_AT_A_TIME : this.store.get().problem;
    const began = from === "start" && !comesBack;
    const facts = { people, burn, assistant, host: role === "host", began, stays: this.#access.isKept };
    this.#link = null;
    this.store.dispatch({ type: "live", facts });
    this.#stopListening = listen(session, this.store);
    if (comesBack) this.#tell("loss", COME_BACK);
    if (problem !== null) this.#tell("warning", problem);
    // The engine loads while the person reads; a failure shows when it is needed.
    if (assistant !== null) void session.preview("").catch(() => undefined);
    void session.ended.then((end) => {
      this.#finish(session, end);
    });
  }

  // Nothing of the chat is shown from here on, whatever becomes of the session.
  #part(session: Session, place: "burning" | "leaving"): Parting {
    const parting = new Parting(session, this.store);
    this.#go(place);
    this.#letGo();
    return (this.#parting = parting);
  }

  #finish(session: Session, { state, reason, burn }: SessionEnd): void {
    // A late end is none of the session that the page has by now.
    const parting = this.#parting?.session === session ? this.#parting : null;
    if (session !== this.#session && parting === null) return;
    const problem = reason === null ? null : wordsOf(new GhostError(reason));
    const { id, identity } = session;
    const unburned = parting?.isUnburned === true && state !== "burned";
    const ending = {
      state,
      problem,
      report: burn,
      session: id,
      identity,
      unburned,
      untold: false,
      undelivered: parting?.undelivered ?? undelivered(this.store.get()),
      saved: false,
    };
    this.store.dispatch({ type: "over", ending });
    this.#letGo();
    this.store.dispatch({ type: "facts", facts: { stays: this.#access.isKept } });
  }

  // The state is emptied before: whatever fails here, nothing of the chat is shown any more.
  #letGo(): void {
    this.#session = this.#parting = null;
    this.#stopListening?.();
    this.#stopListening = null;
    this.#asking?.close();
    this.#asking = this.#saying = null;
    this.#link = null;
    this.#access.drop();
  }

  #go(place: Place, problem: string | null = null, refused: Refused | null = null, isBack = false): void {
    this.store.dispatch({ type: "go", place, problem, refused });
    const facts = { stays: this.#access.isKept, invite: this.#link !== null, isBack };
    this.store.dispatch({ type: "facts", facts });
  }

  #tell(tone: "loss" | "warning", text: string): void {
    this.store.dispatch({ type: "add", item: note(tone, text) });
  }
}
