// Requests on their way in: from the first record, which takes a key away, to content that was counted and can be
// asked about. Whatever fails in between is refused, and what was held of it is zeroed.
import type { AnswerSealer } from "../../crypto/channel/answer-sealer.ts";
import type { TurnContent } from "../../crypto/channel/request-content.ts";
import { acceptRequest } from "../../crypto/channel/request-reader.ts";
import { fromBase64Url, toBase64Url, zero } from "../../crypto/bytes.ts";
import { sameTerms, type AssistantTerms } from "../../protocol/assistant.ts";
import {
  ANSWER_NONCE_BYTES,
  parseKeyId,
  type RequestFrame,
  type RequestStart,
} from "../../protocol/channel-frames.ts";
import { refuse, type ErrorCode, type Result } from "../../protocol/errors.ts";
import type { Connection } from "../connection.ts";
import type { Platform } from "../ports.ts";
import { Asker } from "./asker.ts";
import { keyOf, type AttemptName } from "./attempt-name.ts";
import type { Attempts } from "./attempts.ts";
import type { Offers } from "./offers.ts";
import { prepareRequest, type Prepared } from "./prepare-request.ts";
import type { RefusedUploads } from "./refused-uploads.ts";
import type { Verified } from "./running-turn.ts";
import { termsInForce } from "./terms.ts";
import type { TurnsHost } from "./turns-host.ts";
import { Upload } from "./upload.ts";

export interface IntakePorts {
  readonly offers: Offers;
  readonly attempts: Attempts;
  readonly refused: RefusedUploads;
  /** A request verified and was counted. `last`: it is the last content that the burn policy allows. */
  run(verified: Verified, last: boolean): void;
  /** Nobody came back for an attempt in time. */
  forsaken(name: AttemptName): void;
  /** Tells that an attempt was refused. */
  refuse(connection: Connection, name: AttemptName, code: ErrorCode): void;
}

export class Intake {
  readonly #platform: Platform;
  readonly #host: TurnsHost;
  readonly #ports: IntakePorts;

  constructor(platform: Platform, host: TurnsHost, ports: IntakePorts) {
    this.#platform = platform;
    this.#host = host;
    this.#ports = ports;
  }

  /** The first record: its key is gone from here on, whatever comes of it. */
  start(
    connection: Connection,
    name: AttemptName,
    frame: RequestFrame,
    start: RequestStart,
    now: number,
  ): "taken" | ErrorCode {
    const offer = this.#ports.offers.take(connection, toBase64Url(start.keyId), now);
    if (offer === null) return "offer_unknown";
    const reader = acceptRequest(offer.keys, { ...name, session: this.#host.life().record.session }, start);
    const objection = reader.ok ? this.#objection(name, offer.terms) : reader.code;
    if (!reader.ok || objection !== null) {
      if (reader.ok) reader.value.close();
      this.#ports.refused.note(connection, keyOf(name));
      return objection ?? "offer_unknown";
    }
    const asker = new Asker(connection, this.#platform.after.bind(this.#platform), () => {
      this.#ports.forsaken(name);
    });
    const upload: Upload = new Upload(name, asker, reader.value, {
      platform: this.#platform,
      verified: (content) => this.#verified(upload, content, offer.terms),
      failed: (to, code) => {
        this.#failed(upload, to, code);
      },
    });
    this.#ports.attempts.set(upload);
    upload.take(frame);
    return "taken";
  }

  /**
   * A first record that cannot be read, as one of another suite. The key that it names is gone too; that pays for the rest
   * of the upload, which is let pass.
   */
  unreadable(connection: Connection, name: AttemptName, bytes: Uint8Array, now: number): void {
    const keyId = parseKeyId(bytes);
    const offer = keyId === null ? null : this.#ports.offers.take(connection, toBase64Url(keyId), now);
    if (offer === null) return;
    offer.keys.close();
    this.#ports.refused.note(connection, keyOf(name));
  }

  #objection(name: AttemptName, offered: AssistantTerms): ErrorCode | null {
    const terms = this.#termsStill(offered);
    if (!terms.ok) return terms.code;
    if (this.#ports.attempts.find(name) !== undefined) return "turn_invalid";
    return this.#ports.attempts.makePlace(name.participant) ? null : "turns_full";
  }

  /** The terms in force, if they are those that the asker agreed to. */
  #termsStill(offered: AssistantTerms): Result<AssistantTerms> {
    const terms = termsInForce(this.#platform.assistant, this.#host.life().record);
    return terms.ok && !sameTerms(terms.value, offered) ? refuse("offer_unknown") : terms;
  }

  /** The whole request verified: it becomes a turn, or is refused. */
  async #verified(upload: Upload, content: TurnContent, offered: AssistantTerms): Promise<void> {
    if (!this.#isLive()) return;
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
    const begun = await this.#begin(upload, prepared.value);
    if (begun === null) return;
    const { name, asker, reader } = upload;
    upload.handOver();
    const { sealer, last } = begun;
    this.#ports.run({ name, asker, reader, sealer, model: terms.value.model, ...prepared.value }, last);
  }

  /**
   * Counts the request as content. `last`: it is the last that the burn policy allows. Null where the upload or the
   * session ended meanwhile; then, and where this throws, what was prepared is zeroed.
   */
  async #begin(
    upload: Upload,
    { request }: Prepared,
  ): Promise<{ sealer: AnswerSealer; last: boolean } | null> {
    let sealer: AnswerSealer | null = null;
    let begun = false;
    try {
      sealer = await upload.reader.answer(fromBase64Url(this.#platform.randomId(ANSWER_NONCE_BYTES)));
      if (upload.ended || !this.#isLive()) return null;
      const last = this.#host.life().countContent(this.#platform.clock());
      begun = true;
      return { sealer, last };
    } finally {
      if (!begun) {
        sealer?.close();
        zero(...request.messages.map(({ content }) => content));
      }
    }
  }

  #failed(upload: Upload, connection: Connection | null, code: ErrorCode): void {
    this.#ports.attempts.delete(upload);
    if (connection === null) return;
    if (!upload.received) this.#ports.refused.note(connection, keyOf(upload.name));
    this.#ports.refuse(connection, upload.name, code);
  }

  #isLive(): boolean {
    return this.#host.life().isLive(this.#platform.clock());
  }
}
