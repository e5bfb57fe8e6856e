// One turn from the question to the end of its answer: sends what is ready, reads the records, goes on after a lost
// connection, and starts the next attempt where a key was forgotten before the model was asked. Whatever happens it ends
// once, in bounded time, with a stated reason.
import type { ClientControl } from "../../protocol/control.ts";
import type { ErrorCode } from "../../protocol/errors.ts";
import { MAX_ATTEMPTS, TURN_GRACE_MS } from "../../protocol/limits.ts";
import type { GhostErrorCode } from "../error.ts";
import {
  ANSWER_SILENCE_MS,
  ASK_OFFLINE_MS,
  CANCEL_TIMEOUT_MS,
  FIRST_RECORD_TIMEOUT_MS,
  MAX_RESUME_REFUSALS,
  RESUME_OFFLINE_MS,
  TURN_PATIENCE_MS,
} from "../limits.ts";
import type { AnswerEnd } from "./answer.ts";
import type { OpenedAnswer, SealedRequest } from "./channel-port.ts";
import type { PreparedRequest } from "./request.ts";
import { Timer } from "./timer.ts";
import type { Link, TurnParts } from "./turn-parts.ts";
import { Upload } from "./upload.ts";

/** `asking`: request and offer come together, and nothing has left. `sent`: the first record is awaited. */
type Phase = "asking" | "sent" | "streaming" | "ended";

export class Turn {
  readonly #parts: TurnParts;
  readonly #timer: Timer;
  readonly #upload: Upload;
  #attempt: number;
  #phase: Phase = "asking";
  #link: Link | null = null;
  #answer: OpenedAnswer | null = null;
  /** monotonic ms; nothing of it is waited for after that */
  readonly #deadlineMs: number;
  #probed = false;
  /** `turn_resume` was sent, and nothing came of it yet */
  #resuming = false;
  #resumeRefusals = 0;
  #cancelled = false;
  #heardText = false;
  #accepted = false;

  constructor(parts: TurnParts) {
    this.#parts = parts;
    this.#timer = new Timer(parts.environment);
    this.#attempt = parts.firstAttempt;
    this.#deadlineMs = parts.environment.monotonicMs() + TURN_PATIENCE_MS;
    this.#waitForLink();
    this.#upload = new Upload(parts, {
      ready: this.#send.bind(this),
      failed: this.#fail.bind(this),
      isLate: () => this.#msLeft <= 0,
    });
  }

  get attempt(): number {
    return this.#attempt;
  }

  get ended(): boolean {
    return this.#phase === "ended";
  }

  get cancelled(): boolean {
    return this.#cancelled;
  }

  /** It is getting ready to leave. */
  get asking(): boolean {
    return this.#phase === "asking";
  }

  /** A connection is live. */
  attach(link: Link): void {
    if (this.ended) return;
    this.#link = link;
    this.#timer.clear();
    if (this.#phase === "asking") this.#upload.begin(link, this.#attempt);
    else this.#askToGoOn();
  }

  /** The connection is gone; offers died with it. */
  detach(): void {
    if (this.ended) return;
    this.#link = null;
    this.#resuming = false;
    this.#upload.pause();
    // Nobody is there to agree, and nobody may be for hours. The service ends what nobody comes back for.
    if (this.#cancelled) this.#end({ finish: "cancelled", error: null });
    else this.#waitForLink();
  }

  /** The object lost its memory: nothing of this turn is there any more. */
  memoryLost(): void {
    if (this.#link === null || this.ended) return;
    if (this.#phase !== "asking") this.refused("turn_unknown", null);
    else this.#upload.memoryLost();
  }

  /** The request verified and the model is being asked. */
  accepted(attempt: number): void {
    if (attempt !== this.#attempt) return;
    this.#resuming = false;
    if (this.#phase !== "sent") return;
    this.#accepted = true;
    this.#wentOn();
    if (!this.#cancelled) this.#watch(FIRST_RECORD_TIMEOUT_MS);
    this.#parts.source.state("waiting");
  }

  /** The service does not take this attempt, or does not know it. */
  refused(code: ErrorCode, retryAfterMs: number | null, attempt = this.#attempt): void {
    if (this.ended || attempt !== this.#attempt) return;
    // Once it was accepted these two are about records that somebody repeated, and not about it.
    if (this.#accepted && (code === "offer_unknown" || code === "turn_invalid")) return;
    const forgotten = code === "offer_unknown" || code === "turn_unknown";
    if (this.#cancelled) this.#end({ finish: "cancelled", error: null });
    else if (this.#heardText) this.#end({ finish: "cut", error: forgotten ? "answer_cut" : code });
    else if (!forgotten || this.#attempt >= MAX_ATTEMPTS || !this.#upload.mayTryAgain()) this.#fail(code);
    else {
      this.#attempt += 1;
      this.#parts.source.attempt(this.#attempt);
      this.#answer?.close();
      this.#answer = null;
      this.#phase = "asking";
      this.#accepted = false;
      this.#wentOn();
      this.#timer.clear();
      this.#upload.beginLater(this.#link, this.#attempt, retryAfterMs);
      this.#parts.changed();
    }
  }

  /** The service does not go on with the answer yet: it gives out what it keeps at a rate. */
  resumeRefused(retryAfterMs: number): void {
    if (this.ended || this.#cancelled || !this.#resuming) return;
    this.#resuming = false;
    this.#resumeRefusals += 1;
    // Whoever always says so is silent.
    if (this.#resumeRefusals > MAX_RESUME_REFUSALS) return;
    this.#timer.set(Math.min(retryAfterMs, TURN_GRACE_MS), () => {
      this.#askToGoOn();
    });
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
    this.#wentOn();
    if (opened.text !== "") {
      this.#heardText = true;
      this.#parts.source.text(opened.text);
    }
    if (opened.end === null) {
      if (!this.#cancelled) this.#watch(ANSWER_SILENCE_MS);
      return;
    }
    const { finish, error, ...told } = opened.end;
    this.#tell({ type: "turn_done", turn: this.#parts.turn, attempt });
    this.#end({ finish, error }, told);
  }

  /** The caller does not want the answer any more. */
  cancel(): void {
    if (this.ended || this.#cancelled) return;
    this.#cancelled = true;
    // Without a connection the service ends the turn by itself, once the time to come back has passed.
    if (this.#phase === "asking" || this.#link === null) {
      this.#end({ finish: "cancelled", error: null });
      return;
    }
    this.#sendCancel();
    this.#timer.set(CANCEL_TIMEOUT_MS, () => {
      this.#end({ finish: "cancelled", error: null });
    });
  }

  /** Its place is needed, or the session is over. */
  close(code: GhostErrorCode): void {
    this.#end({ finish: this.#cancelled ? "cancelled" : "cut", error: this.#cancelled ? null : code });
  }

  #send(link: Link, { messages, bytes }: PreparedRequest, { frames, answer, suite }: SealedRequest): void {
    this.#answer?.close();
    this.#answer = answer;
    this.#parts.leaving(this.#attempt);
    for (const frame of frames) link.send(frame);
    this.#phase = "sent";
    this.#parts.source.sent({ messages, bytes: bytes.length, suite });
    this.#watch(FIRST_RECORD_TIMEOUT_MS);
  }

  // A method of its own, since the compiler does not see that the phase changes while something waits.
  #is(phase: Phase): boolean {
    return this.#phase === phase;
  }

  get #msLeft(): number {
    return this.#deadlineMs - this.#parts.environment.monotonicMs();
  }

  /** Nobody waits for hours, and no model is asked when they are over. */
  #waitForLink(): void {
    if (this.#phase === "asking") {
      this.#timer.set(ASK_OFFLINE_MS, () => {
        this.#fail("unreachable");
      });
    } else {
      this.#timer.set(RESUME_OFFLINE_MS, () => {
        this.#end({ finish: "cut", error: "answer_cut" });
      });
    }
  }

  #wentOn(): void {
    this.#probed = this.#resuming = false;
    this.#resumeRefusals = 0;
  }

  #askToGoOn(): void {
    const { turn } = this.#parts;
    this.#watch(ANSWER_SILENCE_MS);
    if (this.ended) return;
    this.#resuming = true;
    this.#tell({ type: "turn_resume", turn, attempt: this.#attempt, index: this.#answer?.next ?? 0 });
  }

  /** Nothing for so long: asks once where the answer is, then gives up. */
  #watch(silenceMs: number): void {
    const giveUp = (): void => {
      this.#giveUp(this.#heardText ? "answer_cut" : "turn_timeout");
    };
    // At once: what always comes would hold back a timer for ever.
    if (this.#msLeft <= 0) {
      giveUp();
      return;
    }
    this.#timer.set(Math.min(silenceMs, this.#msLeft), () => {
      if (this.#probed || this.#msLeft <= 0) {
        giveUp();
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
    this.#tell({ type: "turn_cancel", turn: this.#parts.turn, attempt: this.#attempt });
  }

  #tell(message: ClientControl): void {
    this.#link?.send(JSON.stringify(message));
  }

  #fail(error: GhostErrorCode): void {
    this.#end({ finish: "error", error });
  }

  #end(end: Pick<AnswerEnd, "finish" | "error">, told: Partial<AnswerEnd> = {}): void {
    if (this.ended) return;
    this.#phase = "ended";
    this.#timer.clear();
    this.#upload.close();
    this.#answer?.close();
    try {
      this.#parts.source.end({ complete: false, usage: null, redactions: [], ...told, ...end });
    } finally {
      // Whatever becomes of the answer, the turn's place is free.
      this.#parts.changed();
    }
  }
}
