// The assistant of the fake service: the object's end of the channel with the real cryptography, and no model. Tests say
// when it answers, and can make it say anything else.
import { sha256, toBase64Url } from "../../../src/crypto/bytes.ts";
import type { AnswerEnd } from "../../../src/crypto/channel/answer-content.ts";
import type { AnswerSealer } from "../../../src/crypto/channel/answer-sealer.ts";
import { createOffer, type OfferKeys } from "../../../src/crypto/channel/offer.ts";
import { acceptRequest, type RequestReader } from "../../../src/crypto/channel/request-reader.ts";
import { parseIdentity } from "../../../src/crypto/identity.ts";
import type { AssistantTerms } from "../../../src/protocol/assistant.ts";
import { parseRequestFrame } from "../../../src/protocol/channel-frames.ts";
import type { ClientControl } from "../../../src/protocol/control.ts";
import type { ErrorCode } from "../../../src/protocol/errors.ts";
import { OWN_CARD } from "../../support/card.ts";
import { fakeIdentity } from "../crypto/fake-keys.ts";
import { until, type FakeSocket } from "./world.ts";

type Frame = Uint8Array<ArrayBuffer>;
type TurnMessage = Extract<ClientControl, { type: "turn_cancel" | "turn_resume" | "turn_done" }>;

const identity = await parseIdentity(fakeIdentity(1));

/** One connection, as the assistant sees it. */
export interface Asker {
  readonly socket: FakeSocket;
  readonly participant: string;
  /** resume secret of the connection */
  readonly secret: string;
}

/** One attempt that reached it. */
export interface Asked {
  readonly turn: string;
  readonly attempt: number;
  readonly reader: RequestReader;
  asker: Asker;
  /** null until the request is whole */
  sealer: AnswerSealer | null;
  /** its end was sealed */
  ended: boolean;
  /** what was sealed of the answer, and is sent again */
  readonly frames: Frame[];
}

export class FakeAssistant {
  readonly terms: AssistantTerms = {
    model: "mirror",
    pii: "off",
    policy: { maxRetentionDays: 30, allowTraining: false, regions: null },
    card: OWN_CARD,
    maxTokens: 4_096,
  };
  asked: Asked[] = [];
  /** called with each attempt before it is told that it was accepted; false keeps that from it */
  accepting: (asked: Asked) => boolean = () => true;
  /** every control message that is about turns */
  readonly heard: ClientControl[] = [];
  readonly #session: string;
  readonly #offers = new Map<OfferKeys, Asker>();

  constructor(session: string) {
    this.#session = session;
  }

  /** Takes what is about turns. False where it is not. */
  take(asker: Asker, data: string | Uint8Array): boolean {
    if (typeof data !== "string") {
      if (data[0] !== 2) return false;
      void this.#frame(asker, Uint8Array.from(data));
      return true;
    }
    if (!/^\{"type":"(?:offer|turn_)/.test(data)) return false;
    const message = JSON.parse(data) as TurnMessage | Extract<ClientControl, { type: "offer" }>;
    this.heard.push(message);
    if (message.type === "offer") void this.#offer(asker, message.nonce);
    else this.#control(asker, message);
    return true;
  }

  /** Memory loss. */
  forget(): void {
    this.asked = [];
    this.#offers.clear();
  }

  /** Waits for a question whose request is whole: of any turn, or of this one. */
  async question(attempt = 1, turn: string | null = null): Promise<Asked> {
    const find = () =>
      this.asked.find(
        (each) => each.attempt === attempt && (turn === null || each.turn === turn) && each.sealer !== null,
      );
    await until(() => find() !== undefined, "a question");
    const asked = find();
    if (asked === undefined) throw new Error("it was forgotten");
    return asked;
  }

  /** Seals one record with this text, and sends it. */
  async answer(asked: Asked, text: string): Promise<Frame> {
    asked.sealer?.write(new TextEncoder().encode(text));
    const frame = await asked.sealer?.record();
    if (frame === undefined) throw new Error("not accepted");
    asked.frames.push(frame);
    asked.asker.socket.bytes(frame);
    return frame;
  }

  /** Seals a whole answer, one record for each piece but the last, and neither sends nor keeps it. */
  async seal(asked: Asked, pieces: readonly string[]): Promise<Frame[]> {
    const { sealer } = asked;
    asked.ended = true;
    const frames: Frame[] = [];
    const end: AnswerEnd = { finish: "stop", error: null, usage: null, model: "mirror", redactions: [] };
    for (const [at, piece] of pieces.entries()) {
      sealer?.write(new TextEncoder().encode(piece));
      if (at < pieces.length - 1) frames.push((await sealer?.record()) ?? new Uint8Array());
    }
    return [...frames, ...((await sealer?.finish(end)) ?? [])];
  }

  /** Seals the end, and sends it. */
  async finish(asked: Asked, change: Partial<AnswerEnd> = {}): Promise<void> {
    if (asked.ended) return;
    asked.ended = true;
    const end = { finish: "stop", error: null, usage: null, model: "mirror", redactions: [], ...change };
    for (const frame of (await asked.sealer?.finish(end as AnswerEnd)) ?? []) {
      asked.frames.push(frame);
      asked.asker.socket.bytes(frame);
    }
  }

  #control(asker: Asker, { type, turn, attempt, ...more }: TurnMessage): void {
    const asked = this.asked.find((each) => each.turn === turn && each.attempt === attempt);
    if (type === "turn_done") return;
    if (asked?.sealer == null) refuse(asker, { turn, attempt }, "turn_unknown");
    else if (type === "turn_cancel") void this.finish(asked, { finish: "cancelled" });
    else {
      asked.asker = asker;
      asker.socket.say({ type: "turn_accepted", turn, attempt });
      const from = "index" in more ? more.index : 0;
      for (const frame of asked.frames.slice(from)) asker.socket.bytes(frame);
    }
  }

  async #offer(asker: Asker, nonce: string): Promise<void> {
    const connection = await sha256(asker.secret);
    const facts = { session: this.#session, connection, terms: this.terms, build: "test", nonce };
    const { jws, keys } = await createOffer(identity, facts);
    this.#offers.set(keys, asker);
    asker.socket.say({ type: "offer", offer: jws });
  }

  async #frame(asker: Asker, bytes: Frame): Promise<void> {
    const frame = parseRequestFrame(bytes);
    if (!frame.ok) throw new Error("the client sent a bad frame");
    const { attempt, start } = frame.value;
    const name = { turn: toBase64Url(frame.value.turn), attempt };
    let asked = this.asked.find((each) => each.turn === name.turn && each.attempt === attempt);
    if (asked === undefined) {
      const keys = [...this.#offers].find(
        ([{ keyId }, owner]) => owner === asker && start !== null && keyId === toBase64Url(start.keyId),
      )?.[0];
      const place = { session: this.#session, participant: asker.participant, ...name };
      const accepted = keys !== undefined && start !== null ? acceptRequest(keys, place, start) : null;
      if (accepted?.ok !== true) {
        refuse(asker, name, start === null ? "turn_unknown" : "offer_unknown");
        return;
      }
      // One request for each offer.
      if (keys !== undefined) this.#offers.delete(keys);
      asked = { ...name, reader: accepted.value, asker, sealer: null, ended: false, frames: [] };
      this.asked.push(asked);
    }
    const content = await asked.reader.push(frame.value);
    if (!content.ok) throw new Error("the request does not verify");
    if (content.value === null) return;
    asked.sealer = await asked.reader.answer(crypto.getRandomValues(new Uint8Array(32)));
    if (this.accepting(asked)) asked.asker.socket.say({ type: "turn_accepted", ...name });
  }
}

function refuse({ socket }: Asker, name: { turn: string; attempt: number }, code: ErrorCode): void {
  socket.say({ type: "turn_refused", ...name, code, retryable: true });
}
