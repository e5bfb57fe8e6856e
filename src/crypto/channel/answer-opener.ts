// The client's half of an answer: records in, text out, in order and only what verified. The first thing that is wrong
// ends it for good; only a verified final record whose transcript is right ends it well.
import { sha256 } from "@noble/hashes/sha2.js";
import { isOwnEnd } from "../../protocol/assistant.ts";
import { parseAnswerFrame, RECORD_TAG_BYTES, type AnswerFrame } from "../../protocol/channel-frames.ts";
import { MAX_ANSWER_BYTES, MAX_ANSWER_RECORDS, MAX_SUMMARY_BYTES } from "../../protocol/limits.ts";
import { zero } from "../bytes.ts";
import { parseRecord, parseSummary, type AnswerSummary } from "./answer-content.ts";
import { deriveAnswerKeys, recordNonce, type AnswerKeys, type AnswerRoot } from "./answer-keys.ts";
import { isOfAttempt, recordData, transcriptOf } from "./binding.ts";

/** What one verified record brought. */
export interface AnswerStep {
  readonly ok: true;
  /** More of the answer; empty for a dummy. */
  readonly text: string;
  /** Not null for the final record. */
  readonly end: {
    /** True only where the model said all that it had to say. */
    readonly complete: boolean;
    readonly summary: AnswerSummary;
  } | null;
}

/**
 * Why an answer broke. `layout`: not a frame of this answer. `order`: a record is missing, repeated or moved.
 * `forged`: it does not verify. `content`: it holds what it must not. `transcript`: the object saw another offer,
 * request or answer. `ended`: nothing was to come any more.
 */
export type AnswerRefusal = "layout" | "order" | "forged" | "content" | "transcript" | "ended";

export interface AnswerRefused {
  readonly ok: false;
  readonly reason: AnswerRefusal;
}

type Opened = AnswerStep | AnswerRefused;
type State = "open" | "ended";

/** Opens one answer. */
export class AnswerOpener {
  readonly #root: Omit<AnswerRoot, "secret">;
  readonly #hash = sha256.create();
  // A byte order mark is text like any other.
  readonly #decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  readonly #summary: number[] = [];
  #secret: CryptoKey | null;
  #keys: AnswerKeys | null = null;
  #last: Promise<unknown> = Promise.resolve();
  #state: State = "open";
  #next = 0;
  #textBytes = 0;

  constructor({ secret, ...root }: AnswerRoot) {
    this.#root = root;
    this.#secret = secret;
  }

  /** Index of the record that must come next: where to resume. */
  get next(): number {
    return this.#next;
  }

  /** Opens the next frame. Calls may overlap; they are taken in order. After a refusal everything is refused. */
  push(frame: Uint8Array): Promise<Opened> {
    const opened = this.#last.then(() => this.#push(frame));
    this.#last = opened;
    return opened;
  }

  /** Drops the keys and everything that was held. */
  close(): void {
    this.#state = "ended";
    this.#secret = null;
    this.#keys = null;
    this.#summary.fill(0);
    this.#summary.length = 0;
    this.#hash.destroy();
  }

  async #push(bytes: Uint8Array): Promise<Opened> {
    if (this.#state === "ended") return refused("ended");
    const step = await this.#open(bytes);
    // An answer that was closed while this waited shows nothing more.
    if (this.#isEnded()) return refused("ended");
    if (!step.ok || step.end !== null) this.close();
    return step;
  }

  // A method of its own, since the compiler does not see that the state changes while something waits.
  #isEnded(): boolean {
    return this.#state === "ended";
  }

  async #open(bytes: Uint8Array): Promise<Opened> {
    const frame = parseAnswerFrame(bytes);
    if (frame === null || !isOfAttempt(frame, this.#root.attempt)) return refused("layout");
    if (frame.index !== this.#next) return refused("order");
    // Dummies cost no text: their number alone says that this never ends.
    if (frame.index >= MAX_ANSWER_RECORDS) return refused("content");
    const record = await this.#decrypt(frame);
    if (record === null || this.#isEnded()) return refused("forged");
    this.#next += 1;
    const text = this.#read(record);
    zero(record);
    if (text === null) return refused("content");
    return frame.final ? this.#finish(text) : { ok: true, text, end: null };
  }

  async #decrypt(frame: AnswerFrame): Promise<Uint8Array | null> {
    this.#keys ??= await this.#deriveKeys(frame.nonce);
    if (this.#keys === null) return null;
    const { key, baseNonce } = this.#keys;
    const parameters = {
      name: "AES-GCM",
      iv: recordNonce(baseNonce, frame.index),
      additionalData: recordData("answer", this.#root.attempt.session, frame),
      tagLength: 8 * RECORD_TAG_BYTES,
    };
    try {
      return new Uint8Array(await crypto.subtle.decrypt(parameters, key, new Uint8Array(frame.ciphertext)));
    } catch {
      return null;
    }
  }

  async #deriveKeys(nonce: Uint8Array | null): Promise<AnswerKeys | null> {
    const secret = this.#secret;
    this.#secret = null;
    if (secret === null || nonce === null) return null;
    return deriveAnswerKeys({ secret, enc: this.#root.enc }, nonce, "decrypt");
  }

  /** Takes a record in; its text, or null where it holds what it must not. */
  #read(record: Uint8Array): string | null {
    const segments = parseRecord(record);
    if (segments === null) return null;
    let text = "";
    for (const { type, content } of segments) {
      if (type === "summary") this.#summary.push(...content);
      else {
        // Text after the summary began would stand outside of what it sums up.
        const piece = this.#summary.length > 0 ? null : this.#decode(content);
        if (piece === null) return null;
        text += piece;
      }
    }
    return this.#summary.length > MAX_SUMMARY_BYTES ? null : text;
  }

  #decode(content: Uint8Array): string | null {
    this.#textBytes += content.length;
    if (this.#textBytes > MAX_ANSWER_BYTES) return null;
    this.#hash.update(content);
    try {
      return this.#decoder.decode(content, { stream: true });
    } catch {
      return null;
    }
  }

  async #finish(text: string): Promise<Opened> {
    const summary = parseSummary(Uint8Array.from(this.#summary));
    if (summary === null || !this.#endsWhole()) return refused("content");
    const { offerHash, requestHash } = this.#root;
    const transcript = await transcriptOf(offerHash, requestHash, this.#hash.digest());
    if (summary.transcript !== transcript) return refused("transcript");
    return { ok: true, text, end: { complete: isOwnEnd(summary.finish), summary } };
  }

  /** Whether the text ended with a whole code point. */
  #endsWhole(): boolean {
    try {
      this.#decoder.decode();
      return true;
    } catch {
      return false;
    }
  }
}

const refused = (reason: AnswerRefusal): AnswerRefused => ({ ok: false, reason });
