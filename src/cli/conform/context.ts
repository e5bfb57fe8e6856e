// What a check works with: sessions of its own, made on the spot and burned when it is done, whatever happened.
// Its helpers only set the scene; what fails in them leaves a check unmade and accuses nobody.
import { setTimeout as delay } from "node:timers/promises";
import type { JSONWebKeySet } from "jose";
import * as v from "valibot";
import { CreatedSchema, InviteSchema, JwksSchema, type Created } from "../../protocol/api.ts";
import { PING, SUBPROTOCOL, TOKEN_SUBPROTOCOL } from "../../protocol/control.ts";
import { FRAME_BURST_SECONDS } from "../../protocol/limits.ts";
import { SESSION_TTL_SECONDS, SWEEP_WITHIN_MS } from "./bounds.ts";
import type { MemoryLoss } from "./memory-loss.ts";
import { isUnknownField, Peer, type Control, type PeerOptions } from "./peer.ts";
import { BoundReached, NotVisible, premise, Unmade } from "./verdict.ts";
import { RawSocket } from "./web-socket.ts";
import type { Answer, Ask, Upgraded, Wire } from "./wire.ts";

export type Invite = v.InferOutput<typeof InviteSchema>;
/** Somebody who is in: a connection and its greeting. */
export interface Seat {
  readonly peer: Peer;
  readonly welcome: Control<"welcome">;
}

/** What a connection offers besides `ghost.v1` and its token. */
export interface Offer extends PeerOptions {
  /** a subprotocol that asks to resume */
  readonly resume?: string;
}

/** What checks share: found out once a run. */
export interface Shared {
  /** whether the deployment lets sessions live as short as {@link SESSION_TTL_SECONDS} */
  shortLived: boolean;
  /** the identity keys, fetched before anything burned */
  readonly keys: JSONWebKeySet;
  /** A session that was left alone until it lost its memory. */
  memoryLoss(): Promise<MemoryLoss>;
}

interface Owned {
  readonly id: string;
  readonly token: string;
}

/** What is left of the sessions of a scene when it is swept. */
export interface Leftover {
  /** sessions that could not be burned */
  readonly unburned: number;
  /** creations without an answer that says whether there is a session; nobody knows the token that burns it */
  readonly unknown: number;
}

export class Context {
  readonly wire: Wire;
  readonly shared: Shared;
  readonly #signal: AbortSignal;
  readonly #peers: Peer[] = [];
  readonly #owned: Owned[] = [];
  readonly #making = new Set<Promise<Answer>>();
  #unknown = 0;
  #swept = false;

  constructor(wire: Wire, shared: Shared, signal: AbortSignal) {
    this.wire = wire;
    this.shared = shared;
    this.#signal = signal;
  }

  /** One HTTP call. Whatever session it makes is burned in the end. */
  async call(method: string, path: string, ask: Ask = {}): Promise<Answer> {
    if (method === "POST" && path === "/v1/sessions") return this.#make(ask);
    return this.wire.request(method, path, ask, this.#signal);
  }

  // A creation that was begun is seen through, stopped or not: nobody else knows the token that burns it.
  async #make(ask: Ask): Promise<Answer> {
    if (this.#isOver) throw new Unmade("it was stopped");
    // Before it is asked for: afterwards there would already be one too many.
    this.wire.count("sessions", 1);
    const making = this.#creation(ask);
    this.#making.add(making);
    try {
      return await making;
    } finally {
      this.#making.delete(making);
    }
  }

  async #creation(ask: Ask): Promise<Answer> {
    const never = new AbortController().signal;
    let answer: Answer;
    try {
      // Over a connection of its own, which no request before it can have left half closed: it is sent once.
      answer = await this.wire.request("POST", "/v1/sessions", ask, never, { fresh: true });
    } catch (error) {
      if (error instanceof BoundReached && error.what !== "receivedBytes") this.wire.load.sessions -= 1;
      else this.#unknown += 1;
      throw error;
    }
    const made = v.safeParse(OwnedSchema, answer.body);
    if (made.success) this.#owned.push({ id: made.output.id, token: made.output.hostToken });
    else if (answer.status < 300) this.#unknown += 1;
    else this.wire.load.sessions -= 1;
    return answer;
  }

  /** A session. A timer that the operator does not allow leaves nothing to see. */
  async create(
    burn: Readonly<Record<string, unknown>> = {},
    more: Readonly<Record<string, unknown>> = {},
  ): Promise<Created> {
    const ttl = this.shared.shortLived ? { ttl: SESSION_TTL_SECONDS } : {};
    const answer = await this.call("POST", "/v1/sessions", { body: { burn: { ...ttl, ...burn }, ...more } });
    if (answer.status === 422) {
      throw new NotVisible(`this deployment does not allow ${JSON.stringify({ ...burn, ...more })}`);
    }
    return readAs(CreatedSchema, answer, 201, "creating a session");
  }

  /** Leaves a check without anything to see where the operator's rate is too low for so many frames at once. */
  needFrames({ limits }: Created, count: number): void {
    if (limits.framesPerSecond * FRAME_BURST_SECONDS < count) {
      throw new NotVisible(`this deployment does not take ${String(count)} frames at once`);
    }
  }

  async invite(
    created: Created,
    terms: Readonly<Record<string, unknown>> = {},
    token = created.hostToken,
  ): Promise<Invite> {
    const path = `/v1/sessions/${created.id}/invites`;
    return readAs(
      InviteSchema,
      await this.call("POST", path, { token, body: terms }),
      201,
      "minting an invite",
    );
  }

  /** Asks for an upgrade with whatever headers. What opens is closed in the end. */
  async upgrade(path: string, headers: Readonly<Record<string, string>>): Promise<Upgraded> {
    const upgraded = await this.wire.upgrade(path, headers, this.#signal);
    return upgraded;
  }

  /** Opens a connection with whatever subprotocols; it may turn out to be one that is closed at once. */
  async open(
    path: string,
    protocols: readonly string[],
    options: PeerOptions = {},
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Peer> {
    const offers: Record<string, string> =
      protocols.length > 0 ? { "sec-websocket-protocol": protocols.join(", ") } : {};
    const upgraded = await this.upgrade(path, { ...offers, ...headers });
    if (upgraded.socket === null) {
      throw new Unmade(
        `an upgrade that offers ${SUBPROTOCOL} was answered with status ${String(upgraded.answer.status)}`,
      );
    }
    return this.adopt(upgraded, options);
  }

  adopt({ socket, head, headers }: Exclude<Upgraded, { socket: null }>, options: PeerOptions = {}): Peer {
    let raw: RawSocket | null = null;
    const open = (hear: ConstructorParameters<typeof RawSocket>[1]) =>
      (raw = new RawSocket(socket, hear, (what, by) => {
        this.wire.count(what, by);
      }));
    const { answerWithinMs } = this.wire;
    const peer = new Peer(open, headers, { answerWithinMs, ...options }, () => {
      this.wire.count("receivedMessages", 1);
    });
    this.#peers.push(peer);
    // A check that gave up may still have had connections under way.
    if (this.#isOver) peer.drop();
    // A runtime may hold back the close of a connection that never said anything.
    peer.say(PING);
    (raw as RawSocket | null)?.start(head);
    return peer;
  }

  /** Connects with a token. */
  connect(session: string, token: string, { resume, ...options }: Offer = {}): Promise<Peer> {
    const offers = [SUBPROTOCOL, `${TOKEN_SUBPROTOCOL}${token}`, ...(resume === undefined ? [] : [resume])];
    return this.open(`/v1/sessions/${session}/ws`, offers, options);
  }

  /** Connects and is let in. */
  async join(session: string, token: string, offer?: Offer): Promise<Seat> {
    const peer = await this.connect(session, token, offer);
    return { peer, welcome: await premise("joining", peer.control("welcome")) };
  }

  host(created: Created, offer?: Offer): Promise<Seat> {
    return this.join(created.id, created.hostToken, offer);
  }

  /** Somebody new, by an invite of their own. */
  async guest(created: Created, terms: Readonly<Record<string, unknown>> = {}, offer?: Offer): Promise<Seat> {
    return this.join(created.id, (await this.invite(created, terms)).token, offer);
  }

  /** Sends `from` → `to` one frame that nobody else sends: what was to come to `to` before it has come. */
  async fence(from: Seat, to: Seat): Promise<void> {
    const content = crypto.getRandomValues(new Uint8Array(16));
    from.peer.relay(0xffff_ffff, content);
    await premise("a frame that shows that everything before it came", to.peer.heardContent(content));
  }

  /** The code of the state's refusal, or null where the session lives for this token. */
  async refusal(created: Created, token = created.hostToken): Promise<string | null> {
    const answer = await this.call("GET", `/v1/sessions/${created.id}`, { token });
    return answer.status === 200 ? null : codeOf(answer);
  }

  burn(created: Created, token = created.hostToken): Promise<Answer> {
    return this.call("DELETE", `/v1/sessions/${created.id}`, { token });
  }

  get #isOver(): boolean {
    return this.#swept || this.#signal.aborted;
  }

  /** Throws an {@link Unmade} where a connection was given up: nothing can be said of what it did not hear. */
  expectWhole(): void {
    for (const { givenUp } of this.#peers) if (givenUp !== null) throw givenUp;
  }

  async wait(ms: number): Promise<void> {
    try {
      await delay(ms, undefined, { signal: this.#signal });
    } catch {
      throw new Unmade("it was stopped");
    }
  }

  /** Closes what is open and burns what is left, also after the run was stopped or its bounds were reached. */
  async sweep(): Promise<Leftover> {
    this.#swept = true;
    for (const peer of this.#peers.splice(0)) peer.drop();
    await Promise.allSettled(this.#making);
    const signal = AbortSignal.timeout(SWEEP_WITHIN_MS);
    const burned = await Promise.all(
      this.#owned.splice(0).map(async ({ id, token }) => {
        try {
          const status = await this.wire.sweep(`/v1/sessions/${id}`, token, signal);
          return status === 200 || status === 410;
        } catch {
          return false;
        }
      }),
    );
    const unknown = this.#unknown;
    this.#unknown = 0;
    return { unburned: burned.filter((done) => !done).length, unknown };
  }
}

const OwnedSchema = v.object({ id: v.string(), hostToken: v.string() });

/** The `code` of a problem document; where there is none, the status. */
export function codeOf({ status, body }: Answer): string {
  const code = typeof body === "object" && body !== null && "code" in body ? body.code : undefined;
  return typeof code === "string" ? code : `status ${String(status)} without a code`;
}

/** Whether a value has the documented form. Fields of later versions pass. */
export function hasForm(schema: v.GenericSchema, value: unknown): boolean {
  const parsed = v.safeParse(schema, value);
  return parsed.success || parsed.issues.every(isUnknownField);
}

function readAs<S extends v.GenericSchema>(
  schema: S,
  answer: Answer,
  status: number,
  what: string,
): v.InferOutput<S> {
  if (answer.status !== status) throw new Unmade(`${what} was answered ${codeOf(answer)}`);
  if (!hasForm(schema, answer.body))
    throw new Unmade(`${what} was answered in another form than the documented one`);
  return answer.body;
}

/** Reads the key set. Throws where this is none. */
export function readKeys(answer: Answer): JSONWebKeySet {
  return readAs(JwksSchema, answer, 200, "reading the key set");
}
