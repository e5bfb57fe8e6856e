// An answer of the assistant as the application holds it: its text while it comes, and how it ended. It says
// `complete` only after the sealed final record verified; a loop over a cut answer throws at its end.
import type { FinishReason, Usage } from "../../protocol/assistant.ts";
import type { SanitisedMessage, TextRange } from "./privacy.ts";
import { GhostError, type GhostErrorCode } from "../error.ts";

/** A value that the service replaced on its way to the model, because the client had not. */
export interface Redaction {
  readonly type: string;
  /** what the model saw instead */
  readonly token: string;
  readonly value: string;
  /**
   * where it stood; null in each where the service did not say, since it has room for some thousands of places, or named
   * one where the value does not stand
   */
  readonly places: readonly RedactedPlace[] | null;
}

/** A place in one of the messages that {@link Answer.sent} has, in UTF-16 offsets of its `content`. */
export interface RedactedPlace extends TextRange {
  /** index of the message */
  readonly message: number;
}

/** How an answer ended. */
export interface AnswerResult {
  /** everything that verified, in order; also values that the service replaced are back in it, where `pii` is set */
  readonly text: string;
  /** the model came to its own end, and all of it arrived unchanged */
  readonly complete: boolean;
  /** `cut`: the final record never came or did not verify */
  readonly finish: FinishReason | "cut";
  /** why it is not complete; null where it is, and where it was cancelled */
  readonly error: GhostErrorCode | null;
  /** tokens as the provider counted them; null where it did not say */
  readonly usage: Usage | null;
  /** what the service found in the prompt in addition and replaced, for the asker alone */
  readonly redactions: readonly Redaction[];
  /** earlier turns that were left out of the context because it had become too large */
  readonly contextDropped: number;
}

/**
 * `asking`: it is on its way to the service. `waiting`: the model was asked. `streaming`: text arrives. `done`: see
 * {@link Answer.result}.
 */
export type AnswerState = "asking" | "waiting" | "streaming" | "done";

/** How {@link AnswerSource.end} is told; the text is known already. */
export type AnswerEnd = Omit<AnswerResult, "text" | "contextDropped">;

/** What left this device for one attempt. */
export interface SentRequest {
  /** what the service reads, tokens in place of personal data */
  readonly messages: readonly SanitisedMessage[];
  /** bytes after padding, before encryption */
  readonly bytes: number;
  /** HPKE KEM of the channel */
  readonly suite: string;
}

/** What drives an answer. */
export interface AnswerSource {
  sent(request: SentRequest): void;
  state(state: AnswerState): void;
  attempt(attempt: number): void;
  /** `received`: the same as the model wrote it, where that differs */
  text(text: string, received?: string): void;
  /** The first end counts. `settle`: a last change of the whole text, by what is known only now. */
  end(end: AnswerEnd, settle?: (text: string) => string): void;
}

/** An answer that is coming. Iterate it for its text, await {@link result} for how it ended. */
export class Answer implements AsyncIterable<string> {
  /** id of the turn; regenerating keeps it */
  readonly turn: string;
  /** Resolves once, however it ends. Never rejects. */
  readonly result: Promise<AnswerResult>;
  readonly #chunks: string[] = [];
  readonly #received: string[] = [];
  readonly #cancel: () => void;
  #attempt = 1;
  #state: AnswerState = "asking";
  #sent: SentRequest | null = null;
  #ended: AnswerResult | null = null;
  #wake: (() => void)[] = [];

  /** @internal Use `session.ask`. */
  constructor(
    turn: string,
    contextDropped: number,
    cancel: () => void,
    drive: (source: AnswerSource) => void,
  ) {
    this.turn = turn;
    this.#cancel = cancel;
    this.result = new Promise((resolve) => {
      drive({
        state: (state) => {
          if (this.#ended === null) this.#state = state;
        },
        attempt: (attempt) => {
          this.#attempt = attempt;
        },
        sent: (request) => {
          this.#sent = request;
        },
        text: (text, received = text) => {
          if (this.#ended !== null) return;
          if (received !== "") this.#received.push(received);
          if (text === "") return;
          this.#chunks.push(text);
          this.#wakeAll();
        },
        end: (end, settle = (text) => text) => {
          if (this.#ended !== null) return;
          this.#ended = { ...this.#settled(end, settle), contextDropped };
          this.#state = "done";
          this.#wakeAll();
          resolve(this.#ended);
        },
      });
    });
  }

  /** which try of the turn this is; rises when the service forgot a key and the client asked again */
  get attempt(): number {
    return this.#attempt;
  }

  get state(): AnswerState {
    return this.#state;
  }

  /** what left this device; null until it did */
  get sent(): SentRequest | null {
    return this.#sent;
  }

  /** what arrived until now */
  get text(): string {
    return this.#chunks.join("");
  }

  /** the same as the model wrote it: tokens where {@link text} has values */
  get received(): string {
    return this.#received.join("");
  }

  /** Stops the model at once. What arrived stays readable; `result` says `cancelled`. */
  cancel(): void {
    this.#cancel();
  }

  /**
   * The text from its beginning, piece by piece. Ends where the answer is complete.
   *
   * @throws {@link GhostError} at the end where it is not: `aborted` after a cancel, `answer_cut`, or the service's code
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<string, void, undefined> {
    for (let next = 0; ; next++) {
      while (next >= this.#chunks.length && this.#ended === null) {
        await new Promise<void>((resolve) => this.#wake.push(resolve));
      }
      const chunk = this.#chunks[next];
      if (chunk === undefined) break;
      yield chunk;
    }
    if (this.#ended?.complete === true) return;
    throw new GhostError(
      this.#ended?.error ?? (this.#ended?.finish === "cancelled" ? "aborted" : "answer_cut"),
    );
  }

  // What a service says of an answer can make its text too long to put together.
  #settled(end: AnswerEnd, settle: (text: string) => string): AnswerEnd & { readonly text: string } {
    try {
      return { ...end, text: settle(this.text) };
    } catch {
      return { ...end, complete: false, finish: "error", error: "pii_failed", text: "" };
    }
  }

  #wakeAll(): void {
    const waiting = this.#wake;
    this.#wake = [];
    for (const wake of waiting) wake();
  }
}
