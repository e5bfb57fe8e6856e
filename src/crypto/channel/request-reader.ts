// The object's half of a request. The first record takes the private keys away from their offer before anything
// waits; from then on they open this one context or nothing. Content is handed on only when all of it verified.
import { sha256 } from "@noble/hashes/sha2.js";
import { RECORD_TAG_BYTES, type RequestFrame, type RequestStart } from "../../protocol/channel-frames.ts";
import { ok, refuse, type ErrorCode, type Result } from "../../protocol/errors.ts";
import { MAX_REQUEST_RECORDS, MAX_TURN_BYTES } from "../../protocol/limits.ts";
import { concat, toBase64Url, zero } from "../bytes.ts";
import { importAnswerSecret, type AnswerRoot } from "./answer-keys.ts";
import { AnswerSealer } from "./answer-sealer.ts";
import {
  attemptBytes,
  attemptInfo,
  isOfAttempt,
  recordData,
  type Attempt,
  type AttemptBytes,
  type Exporter,
} from "./binding.ts";
import type { OfferKeys } from "./offer.ts";
import { parseTurn, type TurnContent } from "./request-content.ts";
import { cipherSuite, type SuiteKeyPair } from "./suites.ts";

interface RecipientContext extends Exporter {
  Open(ciphertext: Uint8Array, additionalData: Uint8Array): Promise<Uint8Array>;
}

/**
 * Takes the keys of an offer for the request that `start` begins, whatever comes of it. Synchronous up to there.
 * Refuses with `offer_unknown` where they were taken before, or are not those that it names. All frames, the first included, go to `push`.
 */
export function acceptRequest(keys: OfferKeys, attempt: Attempt, start: RequestStart): Result<RequestReader> {
  const pair = keys.keyId === toBase64Url(start.keyId) ? keys.take(start.suite) : null;
  if (pair === null) return refuse("offer_unknown");
  return ok(new RequestReader(pair, keys.hash, attemptBytes(attempt), start));
}

/** Opens the records of one request, in order. */
export class RequestReader {
  readonly #offerHash: Uint8Array<ArrayBuffer>;
  readonly #attempt: AttemptBytes;
  readonly #enc: Uint8Array<ArrayBuffer>;
  readonly #hash = sha256.create();
  readonly #records: Uint8Array[] = [];
  /** What was opened before waits for its turn here, so that two records never interleave. */
  #last: Promise<unknown> = Promise.resolve();
  #context: Promise<RecipientContext | null> | null;
  #root: AnswerRoot | null = null;
  #next = 0;
  #claimedRecords = 0;
  #claimedBytes = 0;

  constructor(
    pair: SuiteKeyPair,
    offerHash: Uint8Array<ArrayBuffer>,
    attempt: AttemptBytes,
    start: RequestStart,
  ) {
    this.#offerHash = offerHash;
    this.#attempt = attempt;
    this.#enc = new Uint8Array(start.enc);
    this.#context = cipherSuite(start.suite)
      .SetupRecipient(pair, this.#enc, { info: attemptInfo(offerHash, attempt) })
      .catch(() => null);
  }

  /**
   * Opens the next record. Null until the final one, then the whole content: views that {@link close} zeroes. Refuses
   * with `turn_invalid` or `turn_too_large`; after that the request is lost, and what was held of it is zeroed.
   * A record after the final one is refused and changes nothing.
   */
  push(frame: RequestFrame): Promise<Result<TurnContent | null>> {
    // Counted before anything waits: what is queued is bounded too.
    this.#claimedRecords += 1;
    this.#claimedBytes += frame.ciphertext.length - RECORD_TAG_BYTES;
    const tooLarge = this.#claimedBytes > MAX_TURN_BYTES || this.#claimedRecords > MAX_REQUEST_RECORDS;
    const opened = this.#last.then(() => (tooLarge ? this.#fail("turn_too_large") : this.#open(frame)));
    this.#last = opened;
    return opened;
  }

  /**
   * The sealer of this request's one answer, once the content was handed on. `nonce`: {@link ANSWER_NONCE_BYTES}
   * fresh random bytes. Throws where it was asked for before.
   */
  answer(nonce: Uint8Array<ArrayBuffer>): Promise<AnswerSealer> {
    const root = this.#root;
    if (root === null) throw new RangeError("no answer to seal");
    this.#root = null;
    return AnswerSealer.create(root, nonce);
  }

  /** bytes of plaintext that are held */
  get bytes(): number {
    return this.#records.reduce((sum, { length }) => sum + length, 0);
  }

  /** Zeroes what was opened and drops the keys. The sealer, if there is one, goes on. */
  close(): void {
    this.#context = null;
    this.#root = null;
    zero(...this.#records);
    this.#records.length = 0;
    this.#hash.destroy();
  }

  async #open(frame: RequestFrame): Promise<Result<TurnContent | null>> {
    if (this.#context === null) return refuse("turn_invalid");
    if (frame.index !== this.#next || !isOfAttempt(frame, this.#attempt)) return this.#fail("turn_invalid");
    const plaintext = await this.#decrypt(frame);
    if (plaintext === null) return this.#fail("turn_invalid");
    this.#next += 1;
    this.#records.push(plaintext);
    this.#hash.update(plaintext);
    return frame.final ? this.#finish() : ok(null);
  }

  /** Null where the record does not verify, or where the request was closed meanwhile. */
  async #decrypt(frame: RequestFrame): Promise<Uint8Array | null> {
    const context = await this.#context;
    if (context === null) return null;
    const additionalData = recordData("request", this.#attempt.session, frame);
    const plaintext = await context.Open(frame.ciphertext, additionalData).catch(() => null);
    if (plaintext === null || !this.#isClosed()) return plaintext;
    zero(plaintext);
    return null;
  }

  async #finish(): Promise<Result<TurnContent | null>> {
    const whole = concat(...this.#records);
    zero(...this.#records);
    this.#records.length = 0;
    this.#records.push(whole);
    const content = parseTurn(whole);
    const context = await this.#context;
    const secret = context === null || content === null ? null : await importAnswerSecret(context);
    if (this.#isClosed() || content === null || secret === null) return this.#fail("turn_invalid");
    this.#context = null;
    this.#root = {
      attempt: this.#attempt,
      secret,
      enc: this.#enc,
      offerHash: this.#offerHash,
      requestHash: this.#hash.digest(),
    };
    return ok(content);
  }

  // A method of its own, since the compiler does not see that the state changes while something waits.
  #isClosed(): boolean {
    return this.#context === null;
  }

  #fail(code: ErrorCode): Result<never> {
    // What verified as a whole stands, whatever comes after it.
    if (this.#root === null) this.close();
    return refuse(code);
  }
}
