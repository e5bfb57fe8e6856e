// The object's half of an answer: text in, fixed-size records out. A record's index, hence its nonce, is claimed
// before anything waits and never given back; a context has one sealer, so no nonce can be used twice.
import { sha256 } from "@noble/hashes/sha2.js";
import { ANSWER_NONCE_BYTES, encodeAnswerFrame, RECORD_TAG_BYTES } from "../../protocol/channel-frames.ts";
import { ANSWER_RECORD_BYTES, MAX_ANSWER_BYTES, MAX_SUMMARY_BYTES } from "../../protocol/limits.ts";
import { zero } from "../bytes.ts";
import {
  encodeSummary,
  SEGMENT,
  SEGMENT_HEADER_BYTES,
  type AnswerEnd,
  type Segment,
} from "./answer-content.ts";
import { deriveAnswerKeys, recordNonce, type AnswerKeys, type AnswerRoot } from "./answer-keys.ts";
import { recordData, transcriptOf } from "./binding.ts";

/** characters; a SHA-256 as base64url. */
const TRANSCRIPT_CHARS = 43;

/** Seals one answer. */
export class AnswerSealer {
  readonly #root: AnswerRoot;
  readonly #nonce: Uint8Array<ArrayBuffer>;
  readonly #hash = sha256.create();
  readonly #text: Uint8Array[] = [];
  #keys: AnswerKeys | null;
  /** Frames leave in the order of their indices. */
  #last: Promise<unknown> = Promise.resolve();
  #index = 0;
  #pending = 0;
  #written = 0;
  #ended = false;

  private constructor(root: AnswerRoot, nonce: Uint8Array<ArrayBuffer>, keys: AnswerKeys) {
    this.#root = root;
    this.#nonce = nonce;
    this.#keys = keys;
  }

  /** For the request's reader, which lets go of the root when it calls this. */
  static async create(root: AnswerRoot, nonce: Uint8Array<ArrayBuffer>): Promise<AnswerSealer> {
    if (nonce.length !== ANSWER_NONCE_BYTES) throw new TypeError("an answer nonce has 32 bytes");
    return new AnswerSealer(root, nonce, await deriveAnswerKeys(root, nonce, "encrypt"));
  }

  /** bytes of text that no record holds yet */
  get pending(): number {
    return this.#pending;
  }

  /** bytes that the answer may still grow by */
  get room(): number {
    return MAX_ANSWER_BYTES - this.#written;
  }

  /** Takes text: whole code points of UTF-8, at most {@link room} bytes. They belong to the sealer, which zeroes them. */
  write(text: Uint8Array): void {
    if (this.#ended) throw new RangeError("the answer has ended");
    if (text.length > this.room) throw new RangeError("the answer is too large");
    if (text.length === 0) return;
    this.#hash.update(text);
    this.#text.push(text);
    this.#pending += text.length;
    this.#written += text.length;
  }

  /** The frame of the next record: as much of the waiting text as fits, or a dummy. */
  record(): Promise<Uint8Array<ArrayBuffer>> {
    if (this.#ended) throw new RangeError("the answer has ended");
    return this.#seal(this.#fill([]), false);
  }

  /**
   * The frames of everything that waits, of the summary, and of the final record with it. Then nothing more. Throws,
   * and changes nothing, where the summary is too large.
   */
  async finish(end: AnswerEnd): Promise<Uint8Array<ArrayBuffer>[]> {
    if (this.#ended) throw new RangeError("the answer has ended");
    if (encodeSummary(end, "=".repeat(TRANSCRIPT_CHARS)).length > MAX_SUMMARY_BYTES) {
      throw new RangeError("the summary is too large");
    }
    this.#ended = true;
    const { offerHash, requestHash } = this.#root;
    const transcript = await transcriptOf(offerHash, requestHash, this.#hash.digest());
    const summary = [encodeSummary(end, transcript)];
    const frames: Promise<Uint8Array<ArrayBuffer>>[] = [];
    while (summary.length > 0) {
      const record = this.#fill(summary);
      frames.push(this.#seal(record, summary.length === 0));
    }
    const sealed = await Promise.all(frames);
    this.close();
    return sealed;
  }

  /** Zeroes the text that waits and drops the keys. */
  close(): void {
    this.#ended = true;
    this.#keys = null;
    zero(...this.#text);
    this.#text.length = 0;
    this.#pending = 0;
    this.#hash.destroy();
  }

  /** Fills one record from what waits. Text goes first: a summary begins only where no text is left. */
  #fill(summary: Uint8Array[]): Uint8Array<ArrayBuffer> {
    const record = new Uint8Array(ANSWER_RECORD_BYTES);
    const at = writeSegment(record, 0, "text", this.#text);
    this.#pending -= Math.max(0, at - SEGMENT_HEADER_BYTES);
    if (this.#text.length === 0) writeSegment(record, at, "summary", summary);
    return record;
  }

  #seal(record: Uint8Array<ArrayBuffer>, final: boolean): Promise<Uint8Array<ArrayBuffer>> {
    const index = this.#index++;
    const sealed = this.#last.then(() => this.#encrypt(record, index, final));
    this.#last = sealed.catch(() => undefined);
    return sealed;
  }

  async #encrypt(
    record: Uint8Array<ArrayBuffer>,
    index: number,
    final: boolean,
  ): Promise<Uint8Array<ArrayBuffer>> {
    try {
      if (this.#keys === null) throw new RangeError("the answer was closed");
      const { key, baseNonce } = this.#keys;
      const { session, turn, attempt } = this.#root.attempt;
      const place = { turn, attempt, index, final };
      const parameters = {
        name: "AES-GCM",
        iv: recordNonce(baseNonce, index),
        additionalData: recordData("answer", session, place),
        tagLength: 8 * RECORD_TAG_BYTES,
      };
      const ciphertext = new Uint8Array(await crypto.subtle.encrypt(parameters, key, record));
      return encodeAnswerFrame({ ...place, nonce: index === 0 ? this.#nonce : null, ciphertext });
    } finally {
      zero(record);
    }
  }
}

/** Moves as much as fits from `pieces` into one segment of `record`; where it ends. What was moved is zeroed. */
function writeSegment(record: Uint8Array, at: number, type: Segment["type"], pieces: Uint8Array[]): number {
  const start = at + SEGMENT_HEADER_BYTES;
  if (pieces.length === 0 || start >= record.length) return at;
  let end = start;
  while (end < record.length) {
    const piece = pieces.shift();
    if (piece === undefined) break;
    const moved = piece.subarray(0, record.length - end);
    record.set(moved, end);
    end += moved.length;
    if (moved.length < piece.length) pieces.unshift(piece.subarray(moved.length));
    zero(moved);
  }
  record[at] = SEGMENT[type];
  new DataView(record.buffer, record.byteOffset).setUint16(at + 1, end - start);
  return end;
}
