// One WebSocket, from the upgrade to its end: it holds the service to the order of the protocol and finds out when
// the network died silently. It never reconnects, and it ends exactly once, whatever the platform's socket does.
import { formatResume, JOIN_SUBPROTOCOL, PING, SUBPROTOCOL, TOKEN_SUBPROTOCOL } from "../protocol/control.ts";
import type { ResumeRequest, ServerControl } from "../protocol/control.ts";
import { CLOSE_NORMAL, isClosing, type ErrorCode } from "../protocol/errors.ts";
import { parseAnswerFrame, type RecordPlace } from "../protocol/channel-frames.ts";
import { FRAME, parseServerMessage, type ServerFrame } from "../protocol/frames.ts";
import { PING_EVERY_SECONDS, WINDOW_FRAMES } from "../protocol/limits.ts";
import type { Environment, SocketPort } from "./environment.ts";
import {
  MAX_BUFFERED_BYTES,
  MAX_SERVER_MESSAGE_BYTES,
  PONG_TIMEOUT_MS,
  REPLAY_TIMEOUT_MS,
  SLEPT_AFTER_MS,
  WELCOME_TIMEOUT_MS,
} from "./limits.ts";
import { errorOfClose, readServerText } from "./server-text.ts";

export type Welcome = Extract<ServerControl, { type: "welcome" }>;

/** Close code for a connection that this client gives up (RFC 6455 section 7.4.2: private use). */
const CLOSE_GIVEN_UP = 4999;

export interface ConnectionEnd {
  /** WebSocket close code; 1006 where the client gave the connection up */
  readonly code: number;
  readonly error: ErrorCode | null;
  /** the service broke the protocol */
  readonly violation: boolean;
}

/** Called synchronously, in the order in which things came. */
export interface ConnectionEvents {
  welcome(message: Welcome): void;
  /** Everything that was missed has been handed over: what follows is live. */
  caughtUp(): void;
  control(message: Exclude<ServerControl, Welcome>): void;
  frame(frame: ServerFrame): void;
  /** A record of the assistant's answer. It stands outside the session's order. */
  record(place: RecordPlace, frame: Uint8Array): void;
  /** The device slept, or its clock was set ahead; `stoodStillMs`: how long the monotonic clock stood still then. */
  slept(stoodStillMs: number): void;
  ended(end: ConnectionEnd): void;
}

export class Connection {
  readonly #environment: Environment;
  readonly #events: ConnectionEvents;
  readonly #socket: SocketPort;
  #welcomed: { readonly secret: string; epoch: string; seq: number } | null = null;
  #replayLeft = 0;
  #told: ErrorCode | null = null;
  #ended = false;
  #cancelPing: () => void = () => undefined;
  #cancelReplay: () => void = () => undefined;
  /** both clocks when they were last compared */
  #clocks: { readonly monotonic: number; readonly wall: number };
  /** cancels whatever timeout the service must answer within */
  #cancelAnswer: (() => void) | null = null;

  constructor(
    environment: Environment,
    url: string,
    token: string,
    place: { readonly resume: ResumeRequest } | { readonly join: string },
    events: ConnectionEvents,
  ) {
    this.#environment = environment;
    this.#events = events;
    this.#clocks = this.#readClocks();
    this.#expectAnswer(WELCOME_TIMEOUT_MS);
    const protocols = [
      SUBPROTOCOL,
      TOKEN_SUBPROTOCOL + token,
      "resume" in place ? formatResume(place.resume) : JOIN_SUBPROTOCOL + place.join,
    ];
    this.#socket = this.#open(url, protocols);
  }

  /** What a resume of this connection would ask for; null before its `welcome`. */
  get position(): ResumeRequest | null {
    return this.#welcomed === null ? null : { ...this.#welcomed };
  }

  send(data: string | Uint8Array<ArrayBuffer>): void {
    if (this.#ended) return;
    if (this.#socket.bufferedBytes() > MAX_BUFFERED_BYTES) this.giveUp();
    else this.#socket.send(data);
  }

  /** Asks the service for a sign of life, and gives the connection up if none comes, or if the device slept. */
  probe(): void {
    this.#compareClocks();
    if (this.#ended || this.#welcomed === null || this.#cancelAnswer !== null) return;
    this.#expectAnswer(PONG_TIMEOUT_MS);
    this.send(PING);
  }

  /** Ends the connection without waiting for the service: `ended` comes before this returns. */
  giveUp(): void {
    this.#socket.close(CLOSE_GIVEN_UP, "");
    this.#end({ code: 1006, error: null, violation: false });
  }

  /** Closes without any event: the owner is done with it. */
  close(): void {
    this.#stop();
    this.#socket.close(CLOSE_NORMAL, "");
  }

  /** Ends the connection because the service broke the protocol. */
  violate(): void {
    this.#socket.close(CLOSE_GIVEN_UP, "");
    this.#end({ code: 1006, error: null, violation: true });
  }

  // A token that cannot be a subprotocol makes the platform throw: then the service broke the protocol.
  #open(url: string, protocols: readonly string[]): SocketPort {
    try {
      return this.#environment.connect(url, protocols, {
        opened: () => undefined,
        message: (data) => {
          if (!this.#ended) this.#hear(data);
        },
        closed: (code, reason) => {
          const error = errorOfClose(code, reason, this.#told);
          this.#end({ code, error, violation: false });
        },
      });
    } catch {
      this.#environment.after(0, () => {
        this.violate();
      });
      return { send: () => undefined, bufferedBytes: () => 0, close: () => undefined };
    }
  }

  #hear(data: string | Uint8Array): void {
    if (this.#welcomed !== null) this.#answered();
    if (typeof data === "string") this.#hearText(data);
    else this.#hearBytes(data);
  }

  #hearText(text: string): void {
    const message = readServerText(text);
    if (message === "pong" || message === "skip") return;
    if (message === null) {
      this.violate();
      return;
    }
    if (message.type === "welcome") {
      this.#hearWelcome(message);
      return;
    }
    if (message.type === "error" && isClosing(message.code)) this.#told = message.code;
    // Before the welcome there is nothing to hear but why there will be none.
    if (this.#welcomed === null) {
      if (message.type === "burned") this.#events.control(message);
      else if (message.type !== "error") this.violate();
      return;
    }
    if (message.type === "epoch") {
      this.#welcomed.epoch = message.epoch;
      this.#welcomed.seq = 0;
    }
    this.#events.control(message);
    if (message.type === "epoch" && this.#replayLeft > 0) {
      this.#replayLeft = 0;
      this.#caughtUp();
    }
  }

  #hearWelcome(message: Welcome): void {
    const { epoch, seq, resume, resumed } = message;
    const replay = resumed?.recovered === true && typeof resumed.missed === "number" ? resumed.missed : 0;
    if (this.#welcomed !== null || replay > Math.min(seq, WINDOW_FRAMES)) {
      this.violate();
      return;
    }
    this.#answered();
    this.#welcomed = { secret: resume, epoch, seq: seq - replay };
    this.#replayLeft = replay;
    this.#armPing();
    // The first one at once: a runtime may hold back the close of a connection that never said anything.
    this.send(PING);
    this.#events.welcome(message);
    if (this.#ended) return;
    // Of a promise to replay that is never kept there would be no end.
    if (replay > 0)
      this.#cancelReplay = this.#environment.after(REPLAY_TIMEOUT_MS, () => {
        this.giveUp();
      });
    else this.#caughtUp();
  }

  #hearBytes(bytes: Uint8Array): void {
    if (bytes[0] === FRAME.channel) {
      const place = this.#welcomed === null ? null : parseAnswerFrame(bytes);
      if (place === null) this.violate();
      else this.#events.record(place, bytes);
      return;
    }
    const frames = bytes.length > MAX_SERVER_MESSAGE_BYTES ? null : parseServerMessage(bytes);
    if (frames?.ok !== true) {
      this.violate();
      return;
    }
    for (const frame of frames.value) {
      if (this.#ended) return;
      if (frame.seq !== (this.#welcomed?.seq ?? NaN) + 1 || this.#welcomed === null) {
        this.violate();
        return;
      }
      this.#welcomed.seq = frame.seq;
      this.#events.frame(frame);
      if (this.#replayLeft > 0 && --this.#replayLeft === 0) this.#caughtUp();
    }
  }

  #armPing(): void {
    this.#cancelPing = this.#environment.after(PING_EVERY_SECONDS * 1_000, () => {
      this.#armPing();
      this.probe();
    });
  }

  // After a sleep the network is most likely gone, and the deadlines are not certain: a new connection settles both.
  #compareClocks(): void {
    const before = this.#clocks;
    this.#clocks = this.#readClocks();
    const { monotonic, wall } = this.#clocks;
    const stoodStillMs = wall - before.wall - (monotonic - before.monotonic);
    if (this.#ended || this.#welcomed === null || stoodStillMs <= SLEPT_AFTER_MS) return;
    this.#events.slept(stoodStillMs);
    this.giveUp();
  }

  #readClocks() {
    return { monotonic: this.#environment.monotonicMs(), wall: this.#environment.wallClockMs() };
  }

  #caughtUp(): void {
    this.#cancelReplay();
    this.#events.caughtUp();
  }

  #expectAnswer(withinMs: number): void {
    this.#answered();
    this.#cancelAnswer = this.#environment.after(withinMs, () => {
      this.giveUp();
    });
  }

  #answered(): void {
    this.#cancelAnswer?.();
    this.#cancelAnswer = null;
  }

  #end(end: ConnectionEnd): void {
    if (this.#ended) return;
    this.#stop();
    this.#events.ended(end);
  }

  #stop(): void {
    this.#ended = true;
    this.#answered();
    this.#cancelReplay();
    this.#cancelPing();
  }
}
