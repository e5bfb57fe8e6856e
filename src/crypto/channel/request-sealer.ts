// The client's half of a request: one attempt is one HPKE context (RFC 9180, base mode), to a key that is used once.
// A context seals one request, up to its final record, and opens one answer.
import { sha256 } from "@noble/hashes/sha2.js";
import { encodeRequestFrame, type SuiteName } from "../../protocol/channel-frames.ts";
import { MAX_REQUEST_RECORDS, MAX_TURN_BYTES, REQUEST_RECORD_BYTES } from "../../protocol/limits.ts";
import { fromBase64Url } from "../bytes.ts";
import { importAnswerSecret } from "./answer-keys.ts";
import { AnswerOpener } from "./answer-opener.ts";
import {
  attemptBytes,
  attemptInfo,
  recordData,
  type Attempt,
  type AttemptBytes,
  type Exporter,
} from "./binding.ts";
import type { VerifiedOffer } from "./offer.ts";
import { cipherSuite } from "./suites.ts";

interface SenderContext extends Exporter {
  Seal(plaintext: Uint8Array, additionalData: Uint8Array): Promise<Uint8Array>;
}

/** Encapsulates to a fresh offer. Throws where `attempt` names another session than the offer, or no ids. */
export async function startRequest(
  offer: VerifiedOffer,
  attempt: Attempt,
  suite: SuiteName,
): Promise<RequestSealer> {
  if (attempt.session !== offer.session) throw new TypeError("an offer of another session");
  const place = attemptBytes(attempt);
  const hpke = cipherSuite(suite);
  const publicKey = await hpke.DeserializePublicKey(offer.publicKeys[suite]);
  const info = attemptInfo(offer.hash, place);
  const { encapsulatedSecret, ctx } = await hpke.SetupSender(publicKey, { info });
  const secret = await importAnswerSecret(ctx);
  return new RequestSealer(offer, place, suite, new Uint8Array(encapsulatedSecret), ctx, secret);
}

/** Seals the records of one request, then gives the opener of its answer. */
export class RequestSealer {
  readonly #offer: VerifiedOffer;
  readonly #attempt: AttemptBytes;
  readonly #suite: SuiteName;
  readonly #enc: Uint8Array<ArrayBuffer>;
  readonly #hash = sha256.create();
  #context: SenderContext | null;
  #secret: CryptoKey | null;
  #index = 0;
  #bytes = 0;

  constructor(
    offer: VerifiedOffer,
    attempt: AttemptBytes,
    suite: SuiteName,
    enc: Uint8Array<ArrayBuffer>,
    context: SenderContext,
    secret: CryptoKey,
  ) {
    this.#offer = offer;
    this.#attempt = attempt;
    this.#suite = suite;
    this.#enc = enc;
    this.#context = context;
    this.#secret = secret;
  }

  /** Seals a whole padded request into full records: its frames, in order. */
  async sealAll(padded: Uint8Array): Promise<Uint8Array<ArrayBuffer>[]> {
    const frames: Promise<Uint8Array<ArrayBuffer>>[] = [];
    for (let at = 0; at < padded.length; at += REQUEST_RECORD_BYTES) {
      const end = Math.min(padded.length, at + REQUEST_RECORD_BYTES);
      frames.push(this.seal(padded.subarray(at, end), end === padded.length));
    }
    return Promise.all(frames);
  }

  /** Seals the next record. Its place is claimed before anything waits, so that calls may overlap. */
  async seal(record: Uint8Array, final: boolean): Promise<Uint8Array<ArrayBuffer>> {
    const context = this.#context;
    if (context === null) throw new RangeError("the request has ended");
    if (record.length < 1 || record.length > REQUEST_RECORD_BYTES) throw new RangeError("not a record");
    const index = this.#index++;
    this.#bytes += record.length;
    if (index >= MAX_REQUEST_RECORDS || this.#bytes > MAX_TURN_BYTES) throw new RangeError("too large");
    if (final) this.#context = null;
    this.#hash.update(record);
    const { session, turn, attempt } = this.#attempt;
    const place = { turn, attempt, index, final };
    // HPKE counts the records itself, in the order of these calls.
    const ciphertext = await context.Seal(record, recordData("request", session, place));
    const start =
      index === 0 ? { suite: this.#suite, keyId: fromBase64Url(this.#offer.keyId), enc: this.#enc } : null;
    return encodeRequestFrame({ ...place, start, ciphertext });
  }

  /** What opens the answer. Once, after the final record. */
  answer(): AnswerOpener {
    const secret = this.#secret;
    if (secret === null || this.#context !== null) throw new RangeError("no answer to open");
    this.#secret = null;
    return new AnswerOpener({
      attempt: this.#attempt,
      secret,
      enc: this.#enc,
      offerHash: this.#offer.hash,
      requestHash: this.#hash.digest(),
    });
  }

  /** Drops the keys of a request that is given up. */
  close(): void {
    this.#context = null;
    this.#secret = null;
    this.#hash.destroy();
  }
}
