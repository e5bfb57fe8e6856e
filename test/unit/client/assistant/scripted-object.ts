// The object's end of the channel, with the real cryptography and a script in place of a model. It keeps what it was
// asked, so that tests can say what left the device.
import { sha256, toBase64Url } from "../../../../src/crypto/bytes.ts";
import type { AnswerEnd } from "../../../../src/crypto/channel/answer-content.ts";
import type { AnswerSealer } from "../../../../src/crypto/channel/answer-sealer.ts";
import { createOffer, type OfferKeys } from "../../../../src/crypto/channel/offer.ts";
import { acceptRequest, type RequestReader } from "../../../../src/crypto/channel/request-reader.ts";
import { parseIdentity } from "../../../../src/crypto/identity.ts";
import type { AssistantTerms } from "../../../../src/protocol/assistant.ts";
import { parseRequestFrame } from "../../../../src/protocol/channel-frames.ts";
import type { ClientControl, ServerControl } from "../../../../src/protocol/control.ts";
import { AssistantClient } from "../../../../src/client/assistant/assistant.ts";
import { createChannel } from "../../../../src/client/assistant/channel.ts";
import type { Privacy, Replaced } from "../../../../src/client/assistant/privacy.ts";
import type { TurnPart } from "../../../../src/crypto/seal-turn-part.ts";
import { OWN_CARD } from "../../../support/card.ts";
import { fakeIdentity, fakePublicJwk } from "../../crypto/fake-keys.ts";
import { until, World } from "../world.ts";

export const SESSION = "0123456789abcdef".repeat(4);
const PARTICIPANT = "AAECAwQFBgcICQoL";
const identity = await parseIdentity(fakeIdentity(1));
const keys = { keys: [{ ...fakePublicJwk(1), kid: identity.thumbprint, alg: "Ed25519", use: "sig" }] };

export const TERMS: AssistantTerms = {
  model: "mirror",
  pii: "required",
  policy: { maxRetentionDays: 30, allowTraining: false, regions: null },
  card: OWN_CARD,
  maxTokens: 4_096,
};

interface Running {
  readonly turn: string;
  readonly attempt: number;
  readonly reader: RequestReader;
  asked: { readonly role: string; readonly text: string }[] | null;
  firstToken: number | null;
  settings: { readonly maxTokens: number | null; readonly temperature: number | null } | null;
  sealer: AnswerSealer | null;
  readonly frames: Uint8Array[];
}

type Told = Replaced & { readonly places?: readonly (readonly [number, number])[] };

export class ScriptedObject {
  readonly world = new World();
  readonly shared: TurnPart[] = [];
  readonly heard: ClientControl[] = [];
  readonly client: AssistantClient;
  readonly running: Running[] = [];
  /** What offers say; by default what the client was told. */
  terms = TERMS;
  /** Seals offers for another connection than the one that asks. */
  wrongConnection = false;
  counted = false;
  /** offers that were made */
  offers = 0;
  /** frames of requests that the client sent */
  uploads = 0;
  /** answers no offer that is asked for */
  withholdsOffers = false;
  /** attempts that the client counted as content */
  counts = 0;
  queueFull = false;
  /** refuses each `turn_resume` with this pause */
  resumePauseMs: number | null = null;
  /** the client's cryptography is not there before */
  loading: Promise<void> = Promise.resolve();
  /** parts that the queue takes in all */
  room = Infinity;
  #secret = "";
  readonly #offers: OfferKeys[] = [];

  constructor(privacy: Privacy | null = null) {
    this.client = new AssistantClient({
      environment: this.world.environment,
      privacy,
      counted: () => {
        this.counts += 1;
      },
      channel: async () => {
        await this.loading;
        return createChannel({ session: SESSION, identity: keys, suite: "x25519" }, PARTICIPANT);
      },
      sharing: {
        capacity: () => 1_000,
        sparing: () => this.counted,
        push: (part) => {
          const taken = !this.queueFull && this.shared.length < this.room;
          if (taken) this.shared.push(part);
          return taken;
        },
      },
    });
  }

  connect(terms: AssistantTerms | null = TERMS): void {
    this.#secret = toBase64Url(crypto.getRandomValues(new Uint8Array(16)));
    const secret = this.#secret;
    const send = (data: string | Uint8Array): void => {
      if (secret !== this.#secret) return;
      if (typeof data === "string") this.#control(JSON.parse(data) as ClientControl);
      else {
        this.uploads += 1;
        void this.#frame(Uint8Array.from(data));
      }
    };
    this.client.attach({ secret, send }, terms);
  }

  /** The network under the connection dies; offers die with it. */
  disconnect(): void {
    this.#secret = "";
    this.#offers.length = 0;
    this.client.detach();
  }

  /** The object loses its memory; the connection stays. */
  forget(): void {
    this.#offers.length = 0;
    this.running.length = 0;
    this.client.memoryLost();
  }

  say(message: ServerControl): void {
    const told = message as Parameters<AssistantClient["hear"]>[0];
    this.client.noteArrival(told);
    this.client.hear(told);
  }

  async asked(count = 1): Promise<Running> {
    await until(() => this.running.filter(({ sealer }) => sealer !== null).length >= count, "a question");
    const running = this.running.at(-1);
    if (running === undefined) throw new Error("nothing was asked");
    return running;
  }

  /** One record with this text. */
  async answer({ sealer, frames, turn, attempt }: Running, text: string): Promise<void> {
    sealer?.write(new TextEncoder().encode(text));
    const frame = await sealer?.record();
    if (frame === undefined) return;
    frames.push(frame);
    if (this.#secret !== "") await this.client.record(turn, attempt, Uint8Array.from(frame));
  }

  async finish(
    running: Running,
    end: Partial<AnswerEnd> | { redactions: readonly Told[] } = {},
  ): Promise<void> {
    const { redactions = [], ...rest } = end;
    const told = redactions.map((each) => ({ places: null, ...each }));
    const whole = { finish: "stop", error: null, usage: null, model: "mirror", redactions: told, ...rest };
    const last = (await running.sealer?.finish(whole as AnswerEnd)) ?? [];
    running.frames.push(...last);
    if (this.#secret === "") return;
    for (const frame of last) await this.client.record(running.turn, running.attempt, Uint8Array.from(frame));
  }

  #control(message: ClientControl): void {
    this.heard.push(message);
    if (message.type === "offer" && !this.withholdsOffers) void this.#offer(message.nonce);
    if (message.type !== "turn_resume") return;
    if (this.resumePauseMs !== null) {
      this.client.refused("rate_limited", this.resumePauseMs);
      return;
    }
    const running = this.running.find(
      ({ turn, attempt }) => turn === message.turn && attempt === message.attempt,
    );
    const { turn, attempt, index } = message;
    if (running === undefined) {
      this.say({ type: "turn_refused", turn, attempt, code: "turn_unknown", retryable: true });
      return;
    }
    if (running.sealer !== null) this.say({ type: "turn_accepted", turn, attempt });
    void (async () => {
      for (const frame of running.frames.slice(index)) {
        await this.client.record(turn, attempt, Uint8Array.from(frame));
      }
    })();
  }

  async #offer(nonce: string): Promise<void> {
    const secret = this.#secret;
    const { jws, keys: offered } = await createOffer(identity, {
      session: SESSION,
      connection: await sha256(this.wrongConnection ? "another" : secret),
      terms: this.terms,
      build: "test",
      nonce,
    });
    if (secret !== this.#secret) return;
    this.#offers.push(offered);
    this.offers += 1;
    this.say({ type: "offer", offer: jws });
  }

  async #frame(bytes: Uint8Array): Promise<void> {
    const frame = parseRequestFrame(bytes);
    if (!frame.ok) throw new Error("the client sent a bad frame");
    const turn = toBase64Url(frame.value.turn);
    const { attempt, start } = frame.value;
    let running = this.running.find((each) => each.turn === turn && each.attempt === attempt);
    if (running === undefined) {
      const offered = this.#offers.find(({ keyId }) => start !== null && keyId === toBase64Url(start.keyId));
      const place = { session: SESSION, participant: PARTICIPANT, turn, attempt };
      const accepted = offered && start ? acceptRequest(offered, place, start) : null;
      if (accepted?.ok !== true) {
        this.say({ type: "turn_refused", turn, attempt, code: "offer_unknown", retryable: true });
        return;
      }
      running = {
        turn,
        attempt,
        reader: accepted.value,
        asked: null,
        firstToken: null,
        settings: null,
        sealer: null,
        frames: [],
      };
      this.running.push(running);
    }
    const content = await running.reader.push(frame.value);
    if (!content.ok) throw new Error("the request does not verify");
    if (content.value === null) return;
    const decoder = new TextDecoder();
    running.asked = content.value.messages.map(({ role, content: text }) => ({
      role,
      text: decoder.decode(text),
    }));
    running.firstToken = content.value.firstToken;
    const { maxTokens, temperature } = content.value;
    running.settings = { maxTokens, temperature };
    running.sealer = await running.reader.answer(crypto.getRandomValues(new Uint8Array(32)));
    this.say({ type: "turn_accepted", turn, attempt });
  }
}

/** One that a client is connected to. */
export function connected(privacy: Privacy | null = null): ScriptedObject {
  const object = new ScriptedObject(privacy);
  object.connect();
  return object;
}
