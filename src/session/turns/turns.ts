// All that concerns the assistant in one session: offers, requests on their way in, answers on their way out. Its
// whole state is in memory. From the burn's mark on nothing of it is left and nothing of it leaves.
import type { TurnContent } from "../../crypto/channel/request-content.ts";
import { acceptRequest } from "../../crypto/channel/request-reader.ts";
import { fromBase64Url, toBase64Url, zero } from "../../crypto/bytes.ts";
import type { AssistantTerms } from "../../protocol/assistant.ts";
import {
  ANSWER_NONCE_BYTES,
  parseRequestFrame,
  type RecordPlace,
  type RequestFrame,
  type RequestStart,
} from "../../protocol/channel-frames.ts";
import type { ClientControl, ServerControl } from "../../protocol/control.ts";
import { ERRORS, refuse, type ErrorCode, type Result } from "../../protocol/errors.ts";
import type { Connection } from "../connection.ts";
import type { Platform } from "../ports.ts";
import { Asker } from "./asker.ts";
import { keyOf, type AttemptName } from "./attempt-name.ts";
import { Attempts } from "./attempts.ts";
import { Offers } from "./offers.ts";
import { prepareRequest } from "./prepare-request.ts";
import { RefusedUploads } from "./refused-uploads.ts";
import { RunningTurn, type Verified } from "./running-turn.ts";
import { sameTerms, termsInForce } from "./terms.ts";
import type { TurnsHost } from "./turns-host.ts";
import { Upload } from "./upload.ts";

/**
 * What became of a frame. `taken`: it belongs to an upload, which answers for it. Everything else belongs to nothing
 * and is charged to its sender: silently (`ignored`), or with a refusal.
 */
export type Received = "taken" | "ignored" | ErrorCode;

export type TurnControl = Extract<
  ClientControl,
  { type: "offer" | "turn_cancel" | "turn_resume" | "turn_done" }
>;

export class Turns {
  readonly #platform: Platform;
  readonly #host: TurnsHost;
  readonly #offers: Offers;
  readonly #attempts = new Attempts();
  readonly #refused = new RefusedUploads();

  constructor(platform: Platform, host: TurnsHost) {
    this.#platform = platform;
    this.#host = host;
    this.#offers = new Offers(platform, host);
  }

  /** bytes that uploads and answers hold */
  get bytes(): number {
    return this.#attempts.bytes;
  }

  /** A control message of a live connection. */
  control(connection: Connection, message: TurnControl, now: number): void {
    switch (message.type) {
      case "offer":
        this.#offers.ask(connection, message.nonce, now);
        return;
      case "turn_cancel":
        this.#cancel(connection, nameOf(connection, message));
        return;
      case "turn_resume":
        this.#resume(connection, nameOf(connection, message), message.index);
        return;
      case "turn_done":
        this.#done(nameOf(connection, message));
        return;
    }
  }

  /** A frame of the channel whose header could be read. Copies what it keeps. */
  receive(connection: Connection, bytes: Uint8Array, place: RecordPlace, now: number): Received {
    if (this.#host.life().record.assistant === null) return "assistant_absent";
    const name = nameOf(connection, { turn: toBase64Url(place.turn), attempt: place.attempt });
    const attempt = this.#attempts.find(name);
    const frame = parseRequestFrame(bytes.slice());
    if (attempt instanceof Upload && attempt.asker.connection === connection && !attempt.received) {
      if (frame.ok) attempt.take(frame.value);
      else attempt.fail("turn_invalid");
      return "taken";
    }
    if (place.index > 0 && this.#refused.takes(connection, keyOf(name))) return "taken";
    if (!frame.ok) return frame.code === "bad_frame" ? "turn_invalid" : frame.code;
    if (frame.value.start !== null) return this.#start(connection, name, frame.value, frame.value.start, now);
    return attempt === undefined ? "turn_unknown" : "ignored";
  }

  /** Tells that an attempt was refused. */
  refuse(connection: Connection, { turn, attempt }: Omit<AttemptName, "participant">, code: ErrorCode): void {
    const { retryable } = ERRORS[code];
    this.#tell(connection, { type: "turn_refused", turn, attempt, code, retryable });
  }

  /** The connection has gone. Its offers go with it, what can be resumed waits for a while. Sends nothing. */
  lost(connection: Connection): void {
    this.#offers.forget(connection);
    this.#refused.forget(connection);
    for (const attempt of this.#attempts.all) {
      if (attempt.asker.connection !== connection) continue;
      if (attempt instanceof RunningTurn) attempt.lost();
      else if (attempt.received) attempt.asker.detach();
      else this.#attempts.drop([attempt]);
    }
  }

  /** The participant may not be here any more: what was asked for them stops at once. */
  dropParticipant(participant: string): void {
    this.#attempts.drop(this.#attempts.all.filter(({ name }) => name.participant === participant));
  }

  /** The burn's mark: every model call is aborted, every buffer zeroed, every key dropped. Does not throw. */
  stop(): void {
    this.#attempts.drop();
    this.#offers.clear();
    this.#refused.clear();
  }

  /** The first record: its key is gone from here on, whatever comes of it. */
  #start(
    connection: Connection,
    name: AttemptName,
    frame: RequestFrame,
    start: RequestStart,
    now: number,
  ): Received {
    const offer = this.#offers.take(connection, toBase64Url(start.keyId), now);
    if (offer === null) return "offer_unknown";
    const reader = acceptRequest(offer.keys, { ...name, session: this.#host.life().record.session }, start);
    const objection = reader.ok ? this.#objection(name, offer.terms) : reader.code;
    if (!reader.ok || objection !== null) {
      if (reader.ok) reader.value.close();
      this.#refused.note(connection, keyOf(name));
      return objection ?? "offer_unknown";
    }
    const asker = new Asker(connection, this.#platform.after.bind(this.#platform), () => {
      this.#forsaken(name);
    });
    const upload: Upload = new Upload(name, asker, reader.value, {
      platform: this.#platform,
      verified: (content) => this.#verified(upload, content, offer.terms),
      failed: (to, code) => {
        this.#failed(upload, to, code);
      },
    });
    this.#attempts.set(upload);
    upload.take(frame);
    return "taken";
  }

  #objection(name: AttemptName, offered: AssistantTerms): ErrorCode | null {
    const terms = this.#termsStill(offered);
    if (!terms.ok) return terms.code;
    if (this.#attempts.find(name) !== undefined) return "turn_invalid";
    return this.#attempts.makePlace(name.participant) ? null : "turns_full";
  }

  /** The terms in force, if they are those that the asker agreed to. */
  #termsStill(offered: AssistantTerms): Result<AssistantTerms> {
    const terms = termsInForce(this.#platform.assistant, this.#host.life().record);
    return terms.ok && !sameTerms(terms.value, offered) ? refuse("offer_unknown") : terms;
  }

  /** The whole request verified: it becomes a turn, or is refused. */
  async #verified(upload: Upload, content: TurnContent, offered: AssistantTerms): Promise<void> {
    if (!this.#host.life().isLive(this.#platform.clock())) return;
    const terms = this.#termsStill(offered);
    if (!terms.ok) {
      upload.fail(terms.code);
      return;
    }
    const prepared = prepareRequest(content, terms.value, this.#platform.scan);
    if (!prepared.ok) {
      upload.fail(prepared.code);
      return;
    }
    const nonce = fromBase64Url(this.#platform.randomId(ANSWER_NONCE_BYTES));
    const sealer = await upload.reader.answer(nonce);
    if (upload.ended || !this.#host.life().isLive(this.#platform.clock())) {
      sealer.close();
      zero(...prepared.value.request.messages.map((message) => message.content));
      return;
    }
    const { name, asker, reader } = upload;
    const last = this.#host.life().countContent(this.#platform.clock());
    upload.handOver();
    this.#run({ name, asker, reader, sealer, model: terms.value.model, ...prepared.value }, last);
  }

  /** `last`: it is the last content that the burn policy allows, so that no model is asked any more. */
  #run(verified: Verified, last: boolean): void {
    const turn: RunningTurn = new RunningTurn(verified, {
      platform: this.#platform,
      assistant: this.#platform.assistant,
      send: (connection, messages) => {
        this.#host.room().connections.send({ to: [connection], messages });
      },
      over: (to, code) => {
        this.#attempts.delete(turn);
        if (to !== null) this.refuse(to, turn.name, code);
      },
    });
    this.#attempts.set(turn);
    const { connection } = turn.asker;
    if (connection !== null) this.#tell(connection, acceptedMessage(turn.name));
    if (last) {
      this.#host.room().flush();
      this.#host.life().burn("messages");
    } else turn.start();
  }

  #failed(upload: Upload, connection: Connection | null, code: ErrorCode): void {
    this.#attempts.delete(upload);
    if (connection === null) return;
    if (!upload.received) this.#refused.note(connection, keyOf(upload.name));
    this.refuse(connection, upload.name, code);
  }

  #forsaken(name: AttemptName): void {
    const attempt = this.#attempts.find(name);
    if (attempt !== undefined) this.#attempts.drop([attempt]);
  }

  #cancel(connection: Connection, name: AttemptName): void {
    const attempt = this.#attempts.find(name);
    if (attempt instanceof RunningTurn) attempt.cancel();
    else {
      if (attempt !== undefined) this.#attempts.drop([attempt]);
      if (attempt?.received === false) this.#refused.note(connection, keyOf(name));
      this.refuse(connection, name, "turn_unknown");
    }
  }

  #resume(connection: Connection, name: AttemptName, index: number): void {
    const attempt = this.#attempts.find(name);
    if (attempt instanceof RunningTurn && attempt.resume(connection, index, acceptedMessage(name))) return;
    if (attempt instanceof Upload && attempt.received && index === 0) {
      attempt.asker.attach(connection);
      return;
    }
    if (attempt !== undefined) this.#attempts.drop([attempt]);
    this.refuse(connection, name, "turn_unknown");
  }

  #done(name: AttemptName): void {
    const attempt = this.#attempts.find(name);
    if (attempt instanceof RunningTurn && attempt.finished) this.#attempts.drop([attempt]);
  }

  #tell(connection: Connection, message: ServerControl): void {
    this.#host.room().connections.tell(connection, message);
  }
}

function nameOf(
  { participant }: Connection,
  { turn, attempt }: Pick<AttemptName, "turn" | "attempt">,
): AttemptName {
  return { participant, turn, attempt };
}

function acceptedMessage({ turn, attempt }: AttemptName): ServerControl {
  return { type: "turn_accepted", turn, attempt };
}
