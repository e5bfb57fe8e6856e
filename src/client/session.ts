// A session as an application holds it: every public verb of the SDK but the two that start one.
import type { BurnChange, BurnPolicy } from "../protocol/burn-policy.ts";
import type { Role } from "../protocol/control.ts";
import { isName } from "../crypto/seal-content.ts";
import type { Delivery } from "./conversation.ts";
import type { AssistantTerms } from "../protocol/assistant.ts";
import type { Answer } from "./assistant/answer.ts";
import type { AskOptions } from "./assistant/assistant.ts";
import type { AskedTurn } from "./assistant/context.ts";
import type { PiiSpan } from "../pii/detector.ts";
import { orAborted } from "./abort.ts";
import { GhostError } from "./error.ts";
import type { BurnReport, Person, SessionEvent, SessionEvents, SessionState } from "./events.ts";
import { makeInviteLink, type Invite } from "./invite-link.ts";
import { LEAVE_TIMEOUT_MS } from "./limits.ts";
import type { InviteTerms, ServiceApi } from "./service-api.ts";
import type { SessionCore } from "./session-core.ts";
import { codeOfEnd, reportBurn, type SessionEnd } from "./session-parts.ts";
import { TypingMark } from "./typing-mark.ts";

/** Options of calls that wait. */
export interface CallOptions {
  /** gives up waiting; the call rejects with `aborted` */
  readonly signal?: AbortSignal | undefined;
}

/**
 * A chat session. Calls reject with a {@link GhostError}; once the session is over, with `burned`, `ended`, or the
 * reason of the refusal.
 */
export class Session {
  /** session id */
  readonly id: string;
  /** Resolves when the session is over for this client, and says how. Never rejects. */
  readonly ended: Promise<SessionEnd>;
  readonly #core: SessionCore;
  readonly #api: ServiceApi;
  readonly #page: string;
  readonly #typingMark = new TypingMark();

  /** @internal Use `createSession` or `joinSession`. */
  constructor(core: SessionCore, api: ServiceApi, page: string) {
    this.id = core.parts.session;
    this.ended = core.ended;
    this.#core = core;
    this.#api = api;
    this.#page = page;
  }

  get state(): SessionState {
    return this.#core.state;
  }

  /** participant id of oneself */
  get participant(): string {
    return this.#core.conversation.roster.self;
  }

  get role(): Role {
    return this.#core.role;
  }

  get name(): string {
    return this.#core.conversation.roster.ownName;
  }

  /** thumbprint of the identity key that the burn statement must be signed with */
  get identity(): string {
    return this.#core.parts.identity.thumbprint;
  }

  /** everyone connected, oneself included */
  get people(): readonly Person[] {
    return this.#core.conversation.roster.people;
  }

  /** the burn policy in force; null before the session is live */
  get burnPolicy(): BurnPolicy | null {
    return this.#core.countdown.burn;
  }

  /** milliseconds until the burn by the timers known here; null before the session is live */
  get msLeft(): number | null {
    return this.#core.countdown.msLeft;
  }

  /** milliseconds until an instant of the service's clock, below 0 once it has passed; null before the session is live */
  msUntil(instantMs: number): number | null {
    return this.#core.countdown.msUntil(instantMs);
  }

  /** content messages until the burn; null where they are not counted */
  get messagesLeft(): number | null {
    return this.#core.countdown.messagesLeft;
  }

  /** Calls back for each event of a type. The result ends that. */
  on<T extends keyof SessionEvents>(
    type: T,
    handler: (event: { readonly type: T } & SessionEvents[T]) => void,
  ): () => void {
    return this.#core.hub.on(type, handler);
  }

  /** Every event from now on; ends with the session or the signal. A slow reader gets `overflow` events. */
  events({ signal }: CallOptions = {}): AsyncIterableIterator<SessionEvent> {
    return this.#core.hub.iterate(signal);
  }

  /**
   * Seals a message and sends it. Resolves once the service has relayed it to whoever is connected. A message that
   * is given up with the signal after it was sealed may still be delivered.
   *
   * @throws {@link GhostError} `message_too_large`, `queue_full`, `aborted`, `delivery_unknown`
   */
  async send(text: string, { signal }: CallOptions = {}): Promise<Delivery> {
    this.#checkLive();
    const said = this.#core.conversation.say(text, signal);
    this.#typingMark.sent(said);
    return said;
  }

  /** the assistant and its terms, as the service last told them; null where there is none */
  get assistant(): AssistantTerms | null {
    return this.#core.assistant.terms;
  }

  /** Turns that this client asked, in the order of the context that the next one continues. */
  get turns(): readonly AskedTurn[] {
    return this.#core.assistant.context.turns;
  }

  /**
   * Asks the assistant. The question is encrypted to the session's object, which asks the model and forgets both; this
   * is not end-to-end encryption (docs/threat-model.md). Earlier complete turns go along as context. Iterate the answer
   * for its text, await its `result` for how it ended.
   *
   * @throws {@link GhostError} at once: `assistant_absent`, `policy_unmet`, `turns_full`, `turn_too_large`,
   * `turn_unknown`, `attempts_spent`, `misuse`, `aborted`, or how the session ended. What happens later is in the answer's `result`.
   */
  ask(prompt: string, options: AskOptions = {}): Answer {
    this.#checkLive();
    const answer = this.#core.assistant.ask(prompt, options);
    this.#typingMark.sent(null);
    return answer;
  }

  /**
   * Finds what would be replaced in a prompt: places, types and scores, never values. May run with every key; the
   * first call loads the engine. Give places to `ask` as `keep` to send them as they are.
   *
   * @throws {@link GhostError} `misuse` where the session was started without `pii`; `pii_failed`, `aborted`
   */
  async preview(prompt: string, { signal }: CallOptions = {}): Promise<readonly PiiSpan[]> {
    this.#checkLive();
    const { privacy } = this.#core.parts;
    if (privacy === null) throw new GhostError("misuse");
    return orAborted(signal, () => privacy.find(prompt));
  }

  /**
   * Makes the next question start sooner: loads its cryptography and, with `pii`, the engine, and fetches the service's
   * key for one question ahead. Call it when somebody is about to ask; the key is good for 8 seconds, one is held at most,
   * and none is fetched by itself. Nothing of a question leaves.
   *
   * @throws {@link GhostError} `assistant_absent`, `ask_failed`, `pii_failed`, `aborted`
   */
  async warmUp({ signal }: CallOptions = {}): Promise<void> {
    this.#checkLive();
    await orAborted(signal, () => this.#core.assistant.warmUp());
  }

  /** Tells the others that somebody is typing here. Cheap to call with every key. */
  typing(): void {
    const { environment } = this.#core.parts;
    if (this.state !== "live" || !this.#typingMark.press(environment.monotonicMs())) return;
    this.#core.reconnector.connection?.send(JSON.stringify({ type: "typing" }));
  }

  /** Changes one's display name; it travels sealed. @throws {@link GhostError} `name_invalid` */
  setName(name: string): void {
    this.#checkLive();
    if (!isName(name)) throw new GhostError("name_invalid");
    this.#core.conversation.roster.setOwnName(name);
    this.#core.conversation.announcer.tell(0);
  }

  /**
   * Mints an invite and makes its link. Hosts only.
   *
   * @throws {@link GhostError} `forbidden`, `invites_full`, `out_of_bounds`, `unreachable`, `aborted`
   */
  async invite(terms: InviteTerms = {}, { signal }: CallOptions = {}): Promise<Invite> {
    const { token, id, role, uses, expiresAt } = await this.#call((own) =>
      this.#api.invite(this.id, own, terms, signal),
    );
    return { id, role, uses, expiresAt, link: this.#linkWith(token) };
  }

  /**
   * A link by which this very participant comes back after its memory is gone, as after a reload: for `joinSession`. It
   * holds the participant's token and the room key. Whoever has it is this participant: it is for nobody else.
   */
  rejoinLink(): string {
    return this.#linkWith(this.#core.reconnector.token);
  }

  /**
   * Revokes an invite; whoever came by it stays. Hosts only.
   *
   * @throws {@link GhostError} `forbidden`, `invite_unknown`, `unreachable`, `aborted`
   */
  revokeInvite(invite: string, { signal }: CallOptions = {}): Promise<void> {
    return this.#call((token) => this.#api.revokeInvite(this.id, token, invite, signal));
  }

  /**
   * Shows a participant out and revokes the invite that admitted them. Hosts only. It is access control: they keep
   * the room key, and could read recorded frames with it.
   *
   * @throws {@link GhostError} `forbidden`, `participant_unknown`, `unreachable`, `aborted`
   */
  async remove(participant: string, { signal }: CallOptions = {}): Promise<void> {
    await this.#call((token) => this.#api.remove(this.id, token, participant, signal));
  }

  /**
   * Changes the burn policy within the hard cap. Hosts only.
   *
   * @throws {@link GhostError} `forbidden`, `beyond_hard_cap`, `deadline_in_past`, `out_of_bounds`, `unreachable`, `aborted`
   */
  async changeBurn(change: BurnChange, { signal }: CallOptions = {}): Promise<void> {
    const { burn, deadlines } = await this.#call((token) => {
      return this.#api.changeBurn(this.id, token, change, signal);
    });
    this.#core.countdown.set(burn, deadlines);
  }

  /**
   * Burns the session now, where the policy allows it, and verifies the statement.
   *
   * @throws {@link GhostError} `forbidden`, `unreachable`, `aborted`; the session may have burned all the same
   */
  async burn({ signal }: CallOptions = {}): Promise<BurnReport> {
    const { cause, statement } = await this.#call((token) => this.#api.burn(this.id, token, signal));
    this.#core.finishBurned(cause, statement);
    const { burn } = await this.ended;
    // It may have ended by what was heard on the socket first, and that may have come without the statement.
    if (burn !== null && burn.statement !== null) return burn;
    return reportBurn(this.#core.parts, cause, statement);
  }

  /**
   * Leaves for good, so that the place becomes free; what still waits to be sent is not sent. Without a connection
   * one is tried for, some three seconds in all.
   *
   * @returns false where the service could not be told: then the place stays taken until the session ends
   * @throws {@link GhostError} `aborted`: nobody waits for it any more, and it goes on
   */
  async leave({ signal }: CallOptions = {}): Promise<boolean> {
    return orAborted(signal, () => this.#leave());
  }

  async #leave(): Promise<boolean> {
    const cancel = this.#core.parts.environment.after(LEAVE_TIMEOUT_MS, () => {
      this.close();
    });
    if (this.#core.end === null) this.#core.leave();
    const { state } = await this.ended;
    cancel();
    return state !== "left" || this.#core.leftForGood;
  }

  /** Ends this client's part at once. The participant stays admitted, but its token is forgotten here. */
  close(): void {
    this.#core.finish({ state: "left", reason: null, burn: null });
  }

  #linkWith(token: string): string {
    // The key is zeroed at the end: a link made of it would look right and open nothing.
    this.#checkLive();
    const { roomKey, identity } = this.#core.parts;
    const parts = { session: this.id, token, roomKey, identity: identity.thumbprint };
    return makeInviteLink({ service: this.#api.service, ...parts }, this.#page);
  }

  #call<T>(call: (token: string) => Promise<T>): Promise<T> {
    const { end } = this.#core;
    if (end !== null) return Promise.reject(new GhostError(codeOfEnd(end)));
    return call(this.#core.reconnector.token);
  }

  #checkLive(): void {
    if (this.#core.end !== null) throw new GhostError(codeOfEnd(this.#core.end));
  }
}
