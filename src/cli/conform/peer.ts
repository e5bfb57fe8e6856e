// One connection to a session, as the protocol page tells it: reads what the service says, strictly as far as
// it is documented and leniently beyond, and keeps all of it in order. It never repairs and never retries.
import * as v from "valibot";
import { parseAnswerFrame } from "../../protocol/channel-frames.ts";
import { PONG, ServerControlSchema, type ServerControl } from "../../protocol/control.ts";
import {
  encodeBundle,
  encodeClientRelay,
  FRAME,
  parseServerMessage,
  type ServerFrame,
} from "../../protocol/frames.ts";
import { ANSWER_WITHIN_MS } from "./bounds.ts";
import { Unmade, Violation } from "./verdict.ts";
import { OPCODE, type RawSocket, type SocketMessage } from "./web-socket.ts";

export type Control<T extends ServerControl["type"]> = Extract<ServerControl, { type: T }>;

/** One thing that came. `raw` is the message as it stood on the wire. */
export type Heard =
  | { readonly kind: "control"; readonly control: ServerControl; readonly raw: string }
  | { readonly kind: "frame"; readonly frame: ServerFrame; readonly message: number }
  /** a record of an answer; nothing but its layout was looked at */
  | { readonly kind: "record"; readonly bytes: Uint8Array }
  | { readonly kind: "pong" }
  | { readonly kind: "unknown"; readonly raw: string }
  | { readonly kind: "malformed"; readonly what: string }
  | { readonly kind: "end"; readonly code: number; readonly reason: string };

export interface PeerOptions {
  /** echo marks as a client must; the default */
  readonly acks?: boolean;
  /** milliseconds; the longest wait for anything that has to come */
  readonly answerWithinMs?: number;
}

export class Peer {
  /** everything that came, in order */
  readonly log: Heard[] = [];
  /** subprotocol that the service selected, and the other headers of its handshake */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly #socket: RawSocket;
  readonly #acks: boolean;
  readonly #answerWithinMs: number;
  readonly #countMessage: () => void;
  #binaryMessages = 0;
  /** how much of the log was taken */
  #taken = 0;
  readonly #wake = new Set<() => void>();
  #stopped: Unmade | null = null;
  #givenUp: Unmade | null = null;

  constructor(
    open: (hear: (message: SocketMessage) => void) => RawSocket,
    headers: Peer["headers"],
    { acks = true, answerWithinMs = ANSWER_WITHIN_MS }: PeerOptions,
    countMessage: () => void,
  ) {
    this.headers = headers;
    this.#acks = acks;
    this.#answerWithinMs = answerWithinMs;
    this.#countMessage = countMessage;
    this.#socket = open((message) => {
      this.#hear(message);
    });
  }

  /** Why the kit itself gave this connection up before its end: what was heard is then not all that was said. */
  get givenUp(): Unmade | null {
    return this.#givenUp;
  }

  /** Sends a text frame: text as it is, anything else as JSON. */
  say(message: unknown): void {
    const text = typeof message === "string" ? message : JSON.stringify(message);
    this.frame(OPCODE.text, Buffer.from(text));
  }

  /** Sends one content frame. */
  relay(ref: number, sealed: Uint8Array): void {
    this.frame(OPCODE.binary, encodeClientRelay(ref, sealed));
  }

  /** Sends content frames, numbered from `ref` on, in one message. */
  bundle(ref: number, contents: readonly Uint8Array[]): void {
    this.frame(
      OPCODE.binary,
      encodeBundle(contents.map((each, index) => encodeClientRelay(ref + index, each))),
    );
  }

  frame(opcode: number, payload: Uint8Array, reserved?: number): void {
    this.#socket.send(opcode, payload, reserved);
  }

  close(): void {
    this.#socket.close(1000);
  }

  /** Ends the connection, and whatever waits for it. */
  drop(): void {
    this.#stopped ??= new Unmade("it was stopped");
    this.#socket.drop();
    this.#notify();
  }

  /** The next control message of that type; what comes before it is passed over. */
  async control<T extends ServerControl["type"]>(type: T, withinMs?: number): Promise<Control<T>> {
    return this.next(
      (each) =>
        each.kind === "control" && each.control.type === type ? (each.control as Control<T>) : undefined,
      `"${type}"`,
      withinMs,
    );
  }

  /** The next content frame or receipt. */
  frames(count: number): Promise<ServerFrame[]> {
    return this.#several(count, (each) => (each.kind === "frame" ? each.frame : undefined), "frames");
  }

  /** The content of the next frames of others. */
  contents(count: number): Promise<Uint8Array[]> {
    return this.#several(
      count,
      (each) => (each.kind === "frame" && each.frame.kind === "relay" ? each.frame.sealed : undefined),
      "relayed frames",
    );
  }

  /** The next content frame of others with these bytes: everything before it has come. */
  async heardContent(content: Uint8Array): Promise<void> {
    await this.next((each) => (isContent(each, content) ? true : undefined), "a relayed frame");
  }

  closed(withinMs?: number): Promise<{ code: number; reason: string }> {
    return this.next(
      (each) => (each.kind === "end" ? { code: each.code, reason: each.reason } : undefined),
      "the close",
      withinMs,
    );
  }

  /** The code of the refusal, or "welcome". */
  admitted(): Promise<string> {
    return this.next((each) => {
      if (each.kind === "end") return `close ${String(each.code)}`;
      if (each.kind !== "control") return undefined;
      if (each.control.type === "error") return each.control.code;
      return each.control.type === "welcome" ? "welcome" : undefined;
    }, `"welcome" or a refusal`);
  }

  /** The next thing that fits. Rejects with a {@link Violation} where it does not come, or cannot come any more. */
  async next<T>(
    pick: (heard: Heard) => T | undefined,
    what: string,
    withinMs = this.#answerWithinMs,
  ): Promise<T> {
    const until = performance.now() + withinMs;
    for (;;) {
      while (this.#taken < this.log.length) {
        const heard = this.log[this.#taken];
        this.#taken += 1;
        if (heard === undefined) break;
        const picked = pick(heard);
        if (picked !== undefined) return picked;
        if (heard.kind === "malformed") throw new Violation(heard.what);
        if (heard.kind === "end")
          throw new Violation(`the connection ended (${describeEnd(heard)}) before ${what}`);
      }
      if (this.#stopped !== null) throw this.#stopped;
      const last = this.log.at(-1);
      if (last?.kind === "end")
        throw new Violation(`the connection had ended (${describeEnd(last)}) before ${what}`);
      const leftMs = until - performance.now();
      if (leftMs <= 0) throw new Violation(`${what} did not come within ${String(withinMs / 1_000)} s`);
      await this.#more(leftMs);
    }
  }

  /** What came and was not passed over yet. */
  get rest(): readonly Heard[] {
    return this.log.slice(this.#taken);
  }

  async #several<T>(count: number, pick: (heard: Heard) => T | undefined, what: string): Promise<T[]> {
    const all: T[] = [];
    while (all.length < count) {
      all.push(await this.next(pick, `${String(count)} ${what} (${String(all.length)} came)`));
    }
    return all;
  }

  #more(withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#wake.delete(done);
        resolve();
      };
      const timer = setTimeout(done, withinMs);
      this.#wake.add(done);
    });
  }

  #notify(): void {
    for (const wake of [...this.#wake]) wake();
  }

  #hear(message: SocketMessage): void {
    if (message.kind === "end") this.log.push(message);
    else if (message.kind === "text") this.#hearText(message.text);
    else if (message.kind === "binary") this.#hearBinary(message.bytes);
    else this.#stopped = this.#givenUp = message.because;
    this.#notify();
  }

  #hearBinary(bytes: Uint8Array): void {
    if (bytes[0] === FRAME.channel && parseAnswerFrame(bytes) !== null) {
      this.#note({ kind: "record", bytes });
      return;
    }
    const frames = parseServerMessage(bytes);
    this.#binaryMessages += 1;
    if (!frames.ok) this.#note({ kind: "malformed", what: "a binary message is not of a documented layout" });
    else
      for (const frame of frames.value) this.#note({ kind: "frame", frame, message: this.#binaryMessages });
  }

  #note(heard: Heard): void {
    this.#countMessage();
    this.log.push(heard);
  }

  #hearText(text: string): void {
    const heard: Heard = text === PONG ? { kind: "pong" } : readControl(text);
    this.#note(heard);
    if (this.#acks && heard.kind === "control" && heard.control.type === "mark") {
      this.say({ type: "ack", mark: heard.control.mark });
    }
  }
}

/** Reads a text message. Types and fields that this version does not know are a later version's and pass. */
function readControl(raw: string): Heard {
  let data: unknown;
  try {
    data = JSON.parse(raw);
  } catch {
    return { kind: "malformed", what: "a text message is neither JSON nor pong" };
  }
  const type = typeof data === "object" && data !== null && "type" in data ? data.type : undefined;
  if (typeof type !== "string") return { kind: "malformed", what: "a text message has no type" };
  if (!ServerControlSchema.options.some((option) => v.is(option.entries.type, type)))
    return { kind: "unknown", raw };
  const parsed = v.safeParse(ServerControlSchema, data);
  const fits = parsed.success || parsed.issues.every(isUnknownField);
  return fits
    ? { kind: "control", control: data as ServerControl, raw }
    : { kind: "malformed", what: `"${type}" has not its documented form` };
}

/** Whether a schema refuses nothing but a field that it does not know. */
export function isUnknownField(issue: v.BaseIssue<unknown>): boolean {
  return issue.type === "strict_object" && issue.expected === "never";
}

export function isContent(heard: Heard, content: Uint8Array): boolean {
  return (
    heard.kind === "frame" &&
    heard.frame.kind === "relay" &&
    Buffer.compare(heard.frame.sealed, content) === 0
  );
}

function describeEnd({ code, reason }: { code: number; reason: string }): string {
  return `${String(code)} ${reason}`.trim();
}
