// A small honest service in memory, with switches to make it dishonest: order, receipts, replay window and epochs
// as docs/protocol.md has them. It never looks into what it relays.
import { encodeReceipt, encodeServerRelay, parseClientMessage } from "../../../src/protocol/frames.ts";
import { toBase64Url, fromBase64Url } from "../../../src/crypto/bytes.ts";
import { compactJws, fakeBytes, fakeIdentity, fakePublicJwk } from "../crypto/fake-keys.ts";
import { parseIdentity } from "../../../src/crypto/identity.ts";
import { signStatement } from "../../../src/crypto/statement.ts";
import { createSession, joinSession, type Session, type StartOptions } from "../../../src/client/index.ts";
import type { FakeAssistant } from "./fake-assistant.ts";
import { World, until, type FakeSocket } from "./world.ts";

export const SESSION = "0123456789abcdef".repeat(4);
export const SERVICE = "https://ghost.test";
const random = (bytes: number): string => toBase64Url(crypto.getRandomValues(new Uint8Array(bytes)));
const { thumbprint } = await parseIdentity(fakeIdentity(1));
export const THUMBPRINT = thumbprint;
export const JWK = { ...fakePublicJwk(1), kid: thumbprint, alg: "Ed25519", use: "sig" };

interface Seat {
  readonly socket: FakeSocket;
  readonly participant: string;
  /** resume secret */
  readonly secret: string;
}
interface Relayed {
  readonly seq: number;
  readonly sender: string;
  readonly sealed: Uint8Array;
}

export class FakeService {
  burn = {
    ttl: 600,
    idle: null as number | null,
    empty: null,
    messages: null as number | null,
    burnBy: "anyone",
  };
  seq = 0;
  epoch = random(12);
  framesPerSecond = 20;
  window: Relayed[] = [];
  seats: Seat[] = [];
  /** What to do with a frame; by default it is relayed. */
  relay: (seat: Seat, ref: number, sealed: Uint8Array) => void = (seat, ref, sealed) => {
    this.deliver(seat, ref, sealed);
  };
  /** frames that can be replayed */
  windowFrames = Infinity;
  /** null: the session has none */
  assistant: FakeAssistant | null = null;
  readonly #tokens = new Map<string, string>();
  readonly #joins = new Map<string, string>();

  token(participant = random(12)): string {
    const token = compactJws({ n: this.#tokens.size }, {}, fakeBytes(this.#tokens.size));
    this.#tokens.set(token, participant);
    return token;
  }

  /** The answers to HTTP calls. */
  http = (method: string, path: string): { status: number; body?: unknown } => {
    if (path === "/.well-known/jwks.json") return { status: 200, body: { keys: [JWK] } };
    if (path === "/v1/sessions") return { status: 201, body: this.#created() };
    if (path.endsWith("/invites")) {
      const body = { id: random(12), role: "member", uses: 1, expiresAt: 0, token: this.token() };
      return { status: 201, body };
    }
    const problem = { type: "about:blank", title: "", status: 404, code: "not_found", retryable: false };
    return { status: method === "DELETE" ? 204 : 404, ...(method !== "DELETE" && { body: problem }) };
  };

  deadlines() {
    const now = 1_795_000_000_000;
    const burnsAt = now + this.burn.ttl * 1_000;
    const idleAt = this.burn.idle === null ? null : now + this.burn.idle * 1_000;
    const { messages } = this.burn;
    return {
      now,
      burnsAt,
      hardCapAt: burnsAt,
      ttlAt: burnsAt,
      idleAt,
      emptyAt: null,
      messagesLeft: messages,
    };
  }

  /** Lets a socket in, and replays what its resume asks for. */
  accept(socket: FakeSocket, change: object = {}): Seat {
    const seat = { socket, participant: this.#participantOf(socket), secret: random(16) };
    if (socket.resume !== null) {
      this.seats = this.seats.filter((each) => each.participant !== seat.participant);
    }
    this.seats.push(seat);
    const [epoch, from] = socket.resume?.split(".") ?? [];
    const missed = epoch === this.epoch ? this.window.filter(({ seq }) => seq > Number(from)) : [];
    const whole = epoch === this.epoch && missed.length === this.seq - Number(from);
    const lost = epoch === this.epoch ? this.seq - Number(from) : "unknown";
    const resumed = whole ? { recovered: true, missed: missed.length } : { recovered: false, missed: lost };
    socket.onSent = (data) => {
      if (!this.seats.includes(seat)) return;
      if (this.assistant?.take(seat, data) === true) return;
      if (data === "ping") socket.say("pong");
      if (typeof data === "string") return;
      const frames = parseClientMessage(data);
      if (!frames.ok) throw new Error("the client sent a bad frame");
      for (const { ref, sealed } of frames.value) this.relay(seat, ref, Uint8Array.from(sealed));
    };
    socket.open();
    const token = this.token(seat.participant);
    socket.say({
      type: "welcome",
      participant: seat.participant,
      role: "host",
      token,
      resume: seat.secret,
      epoch: this.epoch,
      seq: this.seq,
      resumed: socket.resume === null ? null : resumed,
      participants: this.seats.map(({ participant }) => ({ id: participant, role: "host" })),
      burn: this.burn,
      deadlines: this.deadlines(),
      limits: { participants: 256, frameBytes: 65_536, framesPerSecond: this.framesPerSecond },
      assistant: this.assistant?.terms ?? null,
      ...change,
    });
    if (whole) for (const frame of missed) socket.bytes(encode(frame));
    for (const other of this.seats) {
      if (other === seat) continue;
      other.socket.say({ type: "presence", joined: [{ id: seat.participant, role: "host" }], left: [] });
    }
    return seat;
  }

  deliver(seat: Seat, ref: number, sealed: Uint8Array, change: { sender?: string; to?: Seat[] } = {}): void {
    this.seq += 1;
    const frame = { seq: this.seq, sender: change.sender ?? seat.participant, sealed };
    this.#keep(frame);
    for (const other of change.to ?? this.seats) {
      if (other === seat) other.socket.bytes(encodeReceipt(this.seq, ref));
      else other.socket.bytes(encode(frame));
    }
  }

  /** Puts bytes into the order as if a participant had sent them. */
  inject(sealed: Uint8Array, sender = random(12)): void {
    this.seq += 1;
    const frame = { seq: this.seq, sender, sealed };
    this.#keep(frame);
    for (const { socket } of this.seats) socket.bytes(encode(frame));
  }

  /** Memory loss; sockets stay. */
  forget(): void {
    this.epoch = random(12);
    this.seq = 0;
    this.window = [];
    this.assistant?.forget();
    for (const { socket } of this.seats)
      socket.say({ type: "epoch", epoch: this.epoch, deadlines: this.deadlines() });
  }

  /** The network under a socket dies, or the service closes it with a code. */
  cut(socket: FakeSocket, code?: number): void {
    this.seats = this.seats.filter((seat) => seat.socket !== socket);
    socket.onSent = () => undefined;
    socket.drop(code);
  }

  seatOf(session: Session): Seat {
    const seat = this.seats.find(({ participant }) => participant === session.participant);
    if (seat === undefined) throw new Error("not connected");
    return seat;
  }

  async statement(cause: "asked" | "ttl", session = SESSION, key = 1): Promise<string> {
    const facts = { session, cause, createdAt: 1, burnedAt: 2, messages: 0, bytes: 0, complete: true };
    return signStatement(await parseIdentity(fakeIdentity(key)), { ...facts, storageKeys: 0, build: "test" });
  }

  /** Whoever asks twice to join by one invite with one secret is one participant. */
  #participantOf({ token, join }: FakeSocket): string {
    const known = this.#tokens.get(token) ?? random(12);
    if (join === null) return known;
    const key = `${token} ${join}`;
    this.#joins.set(key, this.#joins.get(key) ?? known);
    return this.#joins.get(key) ?? known;
  }

  #keep(frame: Relayed): void {
    this.window.push(frame);
    while (this.window.length > this.windowFrames) this.window.shift();
  }

  #created() {
    const { burn } = this;
    const links = { self: "", burn: "", invites: "", socket: "" };
    const limits = { participants: 256, frameBytes: 65_536, framesPerSecond: this.framesPerSecond };
    const participant = random(12);
    const who = { id: SESSION, participant, hostToken: this.token(participant) };
    return {
      ...who,
      burn,
      deadlines: this.deadlines(),
      limits,
      assistant: this.assistant?.terms ?? null,
      links,
    };
  }
}

function encode({ seq, sender, sealed }: Relayed): Uint8Array {
  return encodeServerRelay(seq, fromBase64Url(sender), sealed);
}

export interface Stage {
  readonly service: FakeService;
  readonly ada: Session;
  readonly bob: Session;
  readonly adasWorld: World;
  readonly bobsWorld: World;
}

/** A world whose sockets reach the service. */
export function worldOf(service: FakeService, share: World["share"] = null): World {
  const world = new World();
  world.share = share;
  world.http = service.http;
  world.onConnect = (socket) => service.accept(socket);
  return world;
}

/** Two people in one session, introduced to each other. */
export async function stage(options: StartOptions = {}, share: World["share"] = null): Promise<Stage> {
  const service = new FakeService();
  const [adasWorld, bobsWorld] = [worldOf(service, share), worldOf(service, share)];
  const ada = await createSession({
    service: SERVICE,
    name: "Ada",
    ...options,
    environment: adasWorld.environment,
  });
  const { link } = await ada.invite();
  const bob = await joinSession(link, { name: "Bob", ...options, environment: bobsWorld.environment });
  await until(() => ada.people.some(({ name }) => name === "Bob"), "Ada knows Bob's name");
  await adasWorld.advance(2_000);
  await until(() => bob.people.some(({ name }) => name === "Ada"), "Bob knows Ada's name");
  return { service, ada, bob, adasWorld, bobsWorld };
}
