// Lets the others in the session read along: the asker's client sends question and answer through the seal. Parts
// leave in even steps, not with every token, so that their times tell little and the session's rate stays free.
import type { TurnPart } from "../../crypto/seal-turn-part.ts";
import type { Environment } from "../environment.ts";
import { SHARE_EVERY_MS } from "../limits.ts";

export interface SharingPorts {
  readonly environment: Environment;
  /** bytes of UTF-8 that one part may have */
  capacity(): number;
  /** Puts a part into the queue; false where it is full. */
  push(part: TurnPart): boolean;
  /** Every part counts as a message where messages are counted: then an answer is sent once, whole. */
  sparing(): boolean;
}

/** One turn's sharing. */
export class Sharing {
  readonly #ports: SharingPorts;
  readonly #turn: string;
  /** null once all of its parts are in the queue */
  #question: string | null;
  #asked = false;
  #questionIndex = 0;
  /** the attempt that it left with: its parts belong together, whatever becomes of the answer */
  #questionAttempt = 0;
  #attempt = 0;
  #index = 0;
  #waiting = "";
  #end: TurnPart["end"] = null;
  #cancelTimer: (() => void) | null = null;
  #closed = false;

  constructor(ports: SharingPorts, turn: string, question: string) {
    this.#ports = ports;
    this.#turn = turn;
    this.#question = question;
  }

  /** The question has left: before that nobody reads it, since it may never leave. */
  asked(): void {
    if (this.#asked) return;
    this.#asked = true;
    this.#questionAttempt = this.#attempt;
    this.#flush();
  }

  /** A later attempt starts the answer anew. */
  attempt(attempt: number): void {
    this.#attempt = attempt;
    this.#index = 0;
    this.#waiting = "";
  }

  text(text: string): void {
    if (this.#closed) return;
    this.#waiting += text;
    if (!this.#ports.sparing()) this.#flushSoon();
  }

  end(end: NonNullable<TurnPart["end"]>): void {
    this.#end = end;
    if (this.#asked) this.#flush();
    else this.close();
  }

  /** Nothing is left to say. */
  get closed(): boolean {
    return this.#closed;
  }

  close(): void {
    this.#closed = true;
    this.#waiting = "";
    this.#question = null;
    this.#cancelTimer?.();
    this.#cancelTimer = null;
  }

  #flushSoon(): void {
    this.#cancelTimer ??= this.#ports.environment.after(SHARE_EVERY_MS, () => {
      this.#cancelTimer = null;
      this.#flush();
    });
  }

  /** What the queue does not take goes with the next step. */
  #flush(): void {
    if (this.#closed) return;
    if (!this.#flushQuestion() || !this.#flushAnswer()) this.#flushSoon();
  }

  #flushQuestion(): boolean {
    if (this.#question === null) return true;
    const parts = cut(this.#question, this.#ports.capacity());
    for (const [at, part] of parts.entries()) {
      const end = at === parts.length - 1 ? "stop" : null;
      if (!this.#push("question", this.#questionIndex, end, part)) return false;
      this.#questionIndex += 1;
      this.#question = this.#question.slice(part.length);
    }
    this.#question = null;
    return true;
  }

  #flushAnswer(): boolean {
    const parts = cut(this.#waiting, this.#ports.capacity());
    for (const [at, part] of parts.entries()) {
      const end = at === parts.length - 1 ? this.#end : null;
      if (part === "" && end === null) return true;
      if (!this.#push("answer", this.#index, end, part)) return false;
      this.#index += 1;
      this.#waiting = this.#waiting.slice(part.length);
      if (end !== null) this.close();
    }
    return true;
  }

  #push(of: TurnPart["of"], index: number, end: TurnPart["end"], text: string): boolean {
    const attempt = of === "question" ? this.#questionAttempt : this.#attempt;
    return this.#ports.push({ kind: "turn", of, turn: this.#turn, attempt, index, end, text });
  }
}

/** Pieces of at most `capacity` bytes of UTF-8, never cut within a character; at least one. */
export function cut(text: string, capacity: number): string[] {
  const encoder = new TextEncoder();
  const room = new Uint8Array(capacity);
  const pieces: string[] = [];
  let rest = text;
  do {
    const { read } = encoder.encodeInto(rest, room);
    pieces.push(rest.slice(0, read));
    rest = rest.slice(read);
  } while (rest !== "");
  room.fill(0);
  return pieces;
}
