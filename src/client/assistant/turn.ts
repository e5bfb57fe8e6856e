// One turn from the question to the end of its answer: asks for an offer, encrypts and uploads, reads the records,
// goes on after a lost connection, and starts the next attempt where a key was forgotten before the model was
// asked. Whatever happens it ends once, with a stated reason.
import { toBase64Url } from "../../crypto/bytes.ts";
import type { ClientControl } from "../../protocol/control.ts";
import type { ErrorCode } from "../../protocol/errors.ts";
import { NONCE_BYTES } from "../../protocol/ids.ts";
import { MAX_ATTEMPTS } from "../../protocol/limits.ts";
import { GhostError, type GhostErrorCode } from "../error.ts";
import {
  ANSWER_SILENCE_MS,
  CANCEL_TIMEOUT_MS,
  FIRST_RECORD_TIMEOUT_MS,
  MAX_TURN_RETRIES,
  OFFER_TIMEOUT_MS,
  TURN_RETRY_MS,
} from "../limits.ts";
import type { AnswerEnd } from "./answer.ts";
import type { OpenedAnswer } from "./channel-port.ts";
import type { PreparedRequest } from "./request.ts";
import { sealToOffer } from "./seal-to-offer.ts";
import { Timer } from "./timer.ts";
import type { Link, TurnParts } from "./turn-parts.ts";

type Phase = "preparing" | "offer" | "upload" | "sent" | "streaming" | "ended";

export class Turn {
  readonly #parts: TurnParts;
  #attempt: number;
  #phase: Phase = "preparing";
  #request: PreparedRequest | null = null;
  #link: Link | null = null;
  #nonce: Uint8Array<ArrayBuffer> | null = null;
  #answer: OpenedAnswer | null = null;
  #retries = 0;
  #probed = false;
  #cancelled = false;
  #heardText = false;
  #accepted = false;
  readonly #timer: Timer;

  constructor(parts: TurnParts) {
    this.#parts = parts;
    this.#timer = new Timer(parts.environment);
    this.#attempt = parts.firstAttempt;
    void this.#prepare();
  }

  get attempt(): number {
    return this.#attempt;
  }

  get ended(): boolean {
    return this.#phase === "ended";
  }

  /** The nonce of the offer that is awaited, as bytes; null where none is. */
  get awaitedNonce(): Uint8Array | null {
    return this.#phase === "offer" ? this.#nonce : null;
  }

  /** A connection is live. `continued`: the object still has what it had. */
  attach(link: Link): void {
    if (this.ended) return;
    this.#link = link;
    if (this.#phase === "preparing") return;
    if (this.#phase === "offer" || this.#phase === "upload") this.#askForOffer();
    else this.#askToGoOn();
  }

  /** The connection is gone; offers died with it. */
  detach(): void {
    this.#link = null;
    this.#timer.clear();
    // Nobody is there to agree, and nobody may be for hours. The service ends what nobody comes back for.
    if (this.#cancelled) this.#end({ finish: "cancelled", error: null });
    if (this.#phase === "upload") this.#phase = "offer";
    this.#nonce = null;
  }

  /** The object lost its memory: nothing of this turn is there any more. */
  memoryLost(): void {
    if (this.#link === null || this.#phase === "preparing" || this.ended) return;
    // What is awaited is on its way still: asking for it woke the object, which tells its new memory first.
    if (this.#phase === "offer") return;
    if (this.#phase === "upload") this.#askForOffer();
    else this.refused("turn_unknown", null);
  }

  /** An offer with this turn's nonce came. */
  async offered(jws: string): Promise<void> {
    const { terms, turn } = this.#parts;
    const [link, nonce, request] = [this.#link, this.#nonce, this.#request];
    if (this.#phase !== "offer" || link === null || nonce === null || request === null) return;
    this.#nonce = null;
    this.#phase = "upload";
    this.#timer.clear();
    const { attempt } = this;
    const sealed = await sealToOffer(this.#parts.channel, {
      jws,
      secret: link.secret,
      nonce,
      terms,
      turn,
      attempt,
      request: request.bytes,
    });
    // While that took its time the connection or the turn may have ended, or another attempt begun.
    if (this.#link !== link || !this.#is("upload") || this.#attempt !== attempt) {
      if (sealed.ok) sealed.value.answer.close();
      return;
    }
    if (!sealed.ok) {
      this.#fail(sealed.code);
      return;
    }
    const { frames, answer, suite } = sealed.value;
    this.#answer?.close();
    this.#answer = answer;
    for (const frame of frames) link.send(frame);
    this.#parts.source.sent({ messages: request.messages, bytes: request.bytes.length, suite });
    this.#phase = "sent";
    this.#watch(FIRST_RECORD_TIMEOUT_MS);
  }

  /** The request verified and the model is being asked. */
  accepted(attempt: number): void {
    if (attempt !== this.#attempt || this.#phase !== "sent") return;
    this.#accepted = true;
    this.#parts.source.state("waiting");
  }

  /** The service does not take this attempt, or does not know it. */
  refused(code: ErrorCode, retryAfterMs: number | null, attempt = this.#attempt): void {
    if (this.ended || attempt !== this.#attempt) return;
    // Once it was accepted only a loss can end it. A refusal of records that somebody repeated is not about it.
    if (this.#accepted && code !== "turn_unknown") return;
    const forgotten = code === "offer_unknown" || code === "turn_unknown";
    if (this.#cancelled) this.#end({ finish: "cancelled", error: null });
    else if (this.#heardText) this.#end({ finish: "cut", error: "answer_cut" });
    else if (forgotten && this.#retries < MAX_TURN_RETRIES && this.#attempt < MAX_ATTEMPTS) {
      this.#retries += 1;
      this.#attempt += 1;
      this.#parts.source.attempt(this.#attempt);
      this.#answer?.close();
      this.#answer = null;
      this.#phase = "offer";
      this.#accepted = false;
      this.#probed = false;
      this.#timer.set(retryAfterMs ?? TURN_RETRY_MS, () => {
        this.#askForOffer();
      });
      this.#parts.changed();
    } else this.#end({ finish: "error", error: code });
  }

  /** The service does not give an offer: now, or at all. */
  offerRefused(code: ErrorCode, retryAfterMs: number | null): void {
    if (this.awaitedNonce === null) return;
    this.#nonce = null;
    if (code === "rate_limited") {
      this.#retries += 1;
      if (this.#retries > MAX_TURN_RETRIES) {
        this.#fail(code);
        return;
      }
      this.#timer.set(retryAfterMs ?? TURN_RETRY_MS, () => {
        this.#askForOffer();
      });
    } else if (code === "assistant_absent" || code === "policy_unmet" || code === "model_unknown") {
      this.#fail(code);
    }
  }

  /** A record of the answer. */
  async record(frame: Uint8Array, attempt: number): Promise<void> {
    const answer = this.#answer;
    if (attempt !== this.#attempt || answer === null || this.ended) return;
    if (this.#phase === "sent") {
      this.#phase = "streaming";
      this.#parts.source.state("streaming");
    }
    const opened = await answer.open(frame);
    if (this.#is("ended") || answer !== this.#answer) return;
    if (!opened.ok) {
      // Sent again after a resume: known already. Anything else is not what the service sealed for this place.
      if (opened.reason === "repeated") return;
      this.#giveUp("answer_forged");
      return;
    }
    this.#probed = false;
    if (opened.text !== "") this.#heardText = true;
    this.#parts.source.text(opened.text);
    if (opened.summary === null) {
      if (!this.#cancelled) this.#watch(ANSWER_SILENCE_MS);
      return;
    }
    const { finish, error, usage, redactions } = opened.summary;
    this.#send({ type: "turn_done", turn: this.#parts.turn, attempt });
    this.#end({ finish, error }, { usage, redactions });
  }

  /** The caller does not want the answer any more. */
  cancel(): void {
    if (this.ended || this.#cancelled) return;
    this.#cancelled = true;
    // Without a connection the service ends the turn by itself, once the time to come back has passed.
    if ((this.#phase !== "sent" && this.#phase !== "streaming") || this.#link === null) {
      this.#end({ finish: "cancelled", error: null });
      return;
    }
    this.#sendCancel();
    this.#timer.set(CANCEL_TIMEOUT_MS, () => {
      this.#end({ finish: "cancelled", error: null });
    });
  }

  /** The session is over. */
  close(code: GhostErrorCode): void {
    this.#end({ finish: this.#cancelled ? "cancelled" : "cut", error: this.#cancelled ? null : code });
  }

  async #prepare(): Promise<void> {
    try {
      const request = await this.#parts.prepare();
      if (this.ended) {
        request.bytes.fill(0);
        return;
      }
      this.#request = request;
      this.#phase = "offer";
      this.#askForOffer();
    } catch (error) {
      this.#fail(error instanceof GhostError ? error.code : "ask_failed");
    }
  }

  // A method of its own, since the compiler does not see that the phase changes while something waits.
  #is(phase: Phase): boolean {
    return this.#phase === phase;
  }

  #askForOffer(): void {
    if (this.#link === null || this.ended) return;
    this.#timer.clear();
    this.#phase = "offer";
    this.#nonce = this.#parts.environment.randomBytes(NONCE_BYTES);
    this.#send({ type: "offer", nonce: toBase64Url(this.#nonce) });
    this.#timer.set(OFFER_TIMEOUT_MS, () => {
      this.#retries += 1;
      if (this.#retries > MAX_TURN_RETRIES) this.#fail("unreachable");
      else this.#askForOffer();
    });
  }

  #askToGoOn(): void {
    const { turn } = this.#parts;
    if (this.#cancelled) this.#sendCancel();
    else this.#send({ type: "turn_resume", turn, attempt: this.#attempt, index: this.#answer?.next ?? 0 });
    this.#watch(ANSWER_SILENCE_MS);
  }

  /** Nothing for so long: asks once where the answer is, then gives up. */
  #watch(silenceMs: number): void {
    this.#timer.set(silenceMs, () => {
      if (this.#probed) {
        this.#giveUp(this.#heardText ? "answer_cut" : "turn_timeout");
        return;
      }
      this.#probed = true;
      this.#askToGoOn();
    });
  }

  /** What still runs for this turn would go on unheard, and take the place of the next one. */
  #giveUp(error: GhostErrorCode): void {
    this.#sendCancel();
    this.#end({ finish: "cut", error });
  }

  #sendCancel(): void {
    this.#send({ type: "turn_cancel", turn: this.#parts.turn, attempt: this.#attempt });
  }

  #send(message: ClientControl): void {
    this.#link?.send(JSON.stringify(message));
  }

  #fail(error: GhostErrorCode): void {
    this.#end({ finish: "error", error });
  }

  #end(end: Pick<AnswerEnd, "finish" | "error">, told: Partial<AnswerEnd> = {}): void {
    if (this.ended) return;
    this.#phase = "ended";
    this.#timer.clear();
    this.#request?.bytes.fill(0);
    this.#request = null;
    this.#answer?.close();
    try {
      this.#parts.source.end({ usage: null, redactions: [], ...told, ...end });
    } finally {
      // Whatever becomes of the answer, the turn's place is free.
      this.#parts.changed();
    }
  }
}
