// One verified request on its way through the model and back: asks, seals, sends, keeps what was sent until it is
// known to have arrived. Whatever happens upstream ends in a sealed final record, or in nothing at all.
import type { AnswerEnd, Redaction } from "../../crypto/channel/answer-content.ts";
import type { AnswerSealer } from "../../crypto/channel/answer-sealer.ts";
import type { RequestReader } from "../../crypto/channel/request-reader.ts";
import { zero } from "../../crypto/bytes.ts";
import type { ServerControl } from "../../protocol/control.ts";
import type { ErrorCode } from "../../protocol/errors.ts";
import { TURN_GRACE_MS, TURN_TIMEOUT_MS } from "../../protocol/limits.ts";
import type { Assistant, CompletionRequest } from "../assistant-port.ts";
import type { Connection } from "../connection.ts";
import type { Cancel, Platform } from "../ports.ts";
import { AnswerLog } from "./answer-log.ts";
import { AnswerPacer } from "./answer-pacer.ts";
import type { Asker } from "./asker.ts";
import type { AttemptName } from "./attempt-name.ts";
import { ask, type Outcome } from "./completion.ts";

/** Everything that a verified request leaves behind for its turn. */
export interface Verified {
  readonly name: AttemptName;
  readonly asker: Asker;
  /** Holds the request's plaintext until the model has ended. */
  readonly reader: RequestReader;
  readonly sealer: AnswerSealer;
  readonly model: string;
  readonly request: CompletionRequest;
  readonly redactions: readonly Redaction[];
}

export interface RunningTurnPorts {
  readonly platform: Pick<Platform, "after" | "keepAlive">;
  readonly assistant: Assistant;
  /** False once a deadline has passed: then this turn was stopped, and the burn began. */
  isLive(): boolean;
  /** Records were kept: the session's bound on them is to be held. */
  kept(): void;
  /** What sending so many bytes again costs the participant: 0, or the milliseconds to wait. */
  payForResume(bytes: number): number;
  /** Sends through the connection's account. May end the connection. */
  send(connection: Connection, messages: readonly (string | Uint8Array<ArrayBuffer>)[]): void;
  /** Nothing of this turn is held any more. `to`: who is to be told why; null where nobody has to be. */
  over(to: Connection | null, code: ErrorCode): void;
}

type Phase = "asking" | "finished" | "stopped";

export class RunningTurn {
  readonly name: AttemptName;
  readonly asker: Asker;
  readonly #verified: Verified;
  readonly #ports: RunningTurnPorts;
  readonly #abort = new AbortController();
  readonly #log = new AnswerLog();
  readonly #pacer: AnswerPacer;
  readonly #requestBytes: number;
  #phase: Phase = "asking";
  #requestHeld = true;
  #timer: Cancel | null = null;
  #halt: (outcome: Outcome | null) => void = () => undefined;

  constructor(verified: Verified, ports: RunningTurnPorts) {
    this.name = verified.name;
    this.asker = verified.asker;
    this.#verified = verified;
    this.#ports = ports;
    // Counted as if all of it had been replaced: then there is a copy of all of it.
    this.#requestBytes = verified.request.messages.reduce(
      (sum, { content }) => sum + content.length,
      verified.reader.bytes,
    );
    this.#pacer = new AnswerPacer(verified.sealer, {
      platform: ports.platform,
      leave: (frames) => {
        this.#leave(frames);
      },
      failed: () => {
        this.#end("internal");
      },
    });
  }

  /** The final record was sealed; what is kept waits to be resumed. */
  get finished(): boolean {
    return this.#phase === "finished";
  }

  /** bytes held: request, backlog and sealed records */
  get bytes(): number {
    return (this.#requestHeld ? this.#requestBytes : 0) + this.#pacer.backlogBytes + this.#log.bytes;
  }

  /** bytes of sealed records that are kept for resuming */
  get keptBytes(): number {
    return this.#log.bytes;
  }

  /** The oldest record cannot be resumed any more. */
  dropOldest(): void {
    this.#log.dropOldest();
  }

  /** Asks the model. */
  start(): void {
    // Telling the asker that it was accepted can end the connection, and with the last one the session.
    if (this.#isStopped()) return;
    this.#timer = this.#ports.platform.after(TURN_TIMEOUT_MS, () => {
      this.#halt({ finish: "error", error: "turn_timeout", usage: null });
    });
    void this.#run();
  }

  /** The asker does not want to hear more: the model is told to stop, and the final record says so. */
  cancel(): void {
    this.#halt({ finish: "cancelled", error: null, usage: null });
  }

  /**
   * Goes on with record `index` on this connection. Null where that record is not there; else 0, or the milliseconds
   * to wait because too much was sent again already: then nothing has changed.
   */
  resume(connection: Connection, index: number, accepted: ServerControl): number | null {
    const missed = this.#log.from(index);
    if (missed === null) return null;
    const waitMs = this.#ports.payForResume(missed.reduce((sum, { length }) => sum + length, 0));
    if (waitMs > 0) return waitMs;
    if (this.#phase === "asking") this.asker.attach(connection);
    this.#ports.send(connection, [JSON.stringify(accepted), ...missed]);
    return 0;
  }

  /** The connection that the answer went to has gone. */
  lost(): void {
    if (this.#phase === "asking") this.asker.detach();
  }

  /** Aborts the model call, zeroes every buffer and drops the key, at once. Nothing leaves any more. */
  stop(): void {
    this.#phase = "stopped";
    this.#abort.abort();
    this.#halt(null);
    this.#timer?.();
    this.asker.stop();
    this.#pacer.stop();
    this.#log.clear();
    this.#forgetRequest();
  }

  // Never rejects. The model call is over, or was given up, before the final record is made.
  async #run(): Promise<void> {
    const halted = new Promise<Outcome | null>((resolve) => {
      this.#halt = resolve;
    });
    const { model, request } = this.#verified;
    const call = () => this.#ports.assistant.complete(model, request, this.#abort.signal);
    const outcome = await ask(call, this.#verified.sealer, this.#pacer, halted);
    this.#abort.abort();
    this.#forgetRequest();
    if (outcome === null || this.#isStopped()) return;
    this.#timer?.();
    this.#timer = null;
    const finishing = this.#pacer.finish(this.#endOf(outcome));
    this.#ports.platform.keepAlive(finishing);
    await finishing;
    if (!this.#isStopped()) this.#finish();
  }

  #endOf(outcome: Outcome): AnswerEnd {
    const { model, redactions } = this.#verified;
    return { ...outcome, model, redactions };
  }

  // Every tick comes by here, also while nobody hears: the alarm may be late, and the deadline is not.
  #leave(frames: readonly Uint8Array<ArrayBuffer>[]): void {
    if (!this.#ports.isLive()) {
      zero(...frames);
      return;
    }
    for (const frame of frames) this.#log.push(frame);
    const { connection } = this.asker;
    if (connection !== null) this.#ports.send(connection, frames);
    // Only now: what goes may be among these very frames.
    this.#ports.kept();
  }

  /** Everything left: what is kept waits for a word of the asker, and not for long. */
  #finish(): void {
    this.#phase = "finished";
    this.asker.stop();
    this.#timer = this.#ports.platform.after(TURN_GRACE_MS, () => {
      this.#end("turn_unknown");
    });
  }

  #end(code: ErrorCode): void {
    if (this.#isStopped()) return;
    // Before the stop, which forgets whom to tell. A finished turn has nobody to tell.
    const { connection } = this.asker;
    this.stop();
    this.#ports.over(connection, code);
  }

  #forgetRequest(): void {
    if (!this.#requestHeld) return;
    this.#requestHeld = false;
    zero(...this.#verified.request.messages.map(({ content }) => content));
    this.#verified.reader.close();
  }

  // A method of its own, since the compiler does not see that the phase changes while something waits.
  #isStopped(): boolean {
    return this.#phase === "stopped";
  }
}
