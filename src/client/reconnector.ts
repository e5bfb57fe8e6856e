// Keeps one connection alive: reconnects with growing random waits, resumes where the last one stopped, and stops
// for good where the protocol says so. It holds at most one connection and one timer.
import type { ResumeRequest, ServerControl } from "../protocol/control.ts";
import { CLOSE_NORMAL, isRetryableClose } from "../protocol/errors.ts";
import type { RecordPlace } from "../protocol/channel-frames.ts";
import type { ServerFrame } from "../protocol/frames.ts";
import { Backoff } from "./backoff.ts";
import { Connection, type ConnectionEnd, type Welcome } from "./connection.ts";
import { randomShare, type Environment } from "./environment.ts";
import type { GhostErrorCode } from "./error.ts";
import { MAX_VIOLATIONS, STABLE_AFTER_MS } from "./limits.ts";

/** Called synchronously, in the order in which things came. */
export interface ReconnectorEvents {
  /** `continued`: nothing of the old order was lost, whatever was missed follows. */
  welcome(message: Welcome, continued: boolean): void;
  caughtUp(connection: Connection): void;
  control(message: Exclude<ServerControl, Welcome>, connection: Connection): void;
  frame(frame: ServerFrame, connection: Connection): void;
  record(place: RecordPlace, frame: Uint8Array, connection: Connection): void;
  slept(stoodStillMs: number): void;
  /** The connection is gone and will be made again. */
  lost(): void;
  /** It will not be made again. */
  stopped(reason: GhostErrorCode | "left"): void;
  /** False where no session can be there any more, so that another try is useless. */
  worthTrying(): boolean;
}

export class Reconnector {
  readonly #environment: Environment;
  readonly #url: string;
  readonly #events: ReconnectorEvents;
  readonly #backoff: Backoff;
  #token: string;
  #connection: Connection | null = null;
  #position: ResumeRequest | null = null;
  #cancelWait: (() => void) | null = null;
  #cancelStable: () => void = () => undefined;
  #violations = 0;
  #stopped = false;

  /** `token`: an invite or participant token for the first connection. */
  constructor(environment: Environment, url: string, token: string, events: ReconnectorEvents) {
    this.#environment = environment;
    this.#url = url;
    this.#token = token;
    this.#events = events;
    this.#backoff = new Backoff(() => randomShare(environment));
  }

  /** the token in force: after the first `welcome` that of the participant */
  get token(): string {
    return this.#token;
  }

  /** The connection, also while it is being made. */
  get connection(): Connection | null {
    return this.#connection;
  }

  start(): void {
    this.#connect();
  }

  /** The network may be there again, or the device woke up: try now instead of waiting. */
  wake(): void {
    if (this.#cancelWait !== null) {
      this.#cancelWait();
      this.#connect();
    } else this.#connection?.probe();
  }

  /** No more connections, no more events. */
  stop(): void {
    this.#stopped = true;
    this.#cancelWait?.();
    this.#cancelStable();
    this.#connection?.close();
    this.#connection = this.#cancelWait = null;
  }

  #connect(): void {
    this.#cancelWait = null;
    if (!this.#events.worthTrying()) {
      this.#stopFor("burned");
      return;
    }
    const resume = this.#position;
    const connection: Connection = new Connection(this.#environment, this.#url, this.#token, resume, {
      welcome: (message) => {
        this.#token = message.token;
        this.#cancelStable = this.#environment.after(STABLE_AFTER_MS, () => {
          this.#backoff.reset();
          this.#violations = 0;
        });
        this.#events.welcome(message, resume === null || continues(message, resume));
      },
      caughtUp: () => {
        this.#events.caughtUp(connection);
      },
      control: (message) => {
        this.#events.control(message, connection);
      },
      frame: (frame) => {
        this.#events.frame(frame, connection);
      },
      record: (place, frame) => {
        this.#events.record(place, frame, connection);
      },
      slept: (stoodStillMs) => {
        this.#events.slept(stoodStillMs);
      },
      ended: (end) => {
        this.#position = connection.position ?? this.#position;
        this.#ended(end);
      },
    });
    this.#connection = connection;
  }

  #ended({ code, error, violation }: ConnectionEnd): void {
    this.#connection = null;
    this.#cancelStable();
    if (this.#stopped) return;
    if (violation) this.#violations += 1;
    if (code === CLOSE_NORMAL) this.#stopFor("left");
    else if (!isRetryableClose(code)) this.#stopFor(error ?? "protocol_violation");
    else if (this.#violations >= MAX_VIOLATIONS) this.#stopFor("protocol_violation");
    else {
      this.#cancelWait = this.#environment.after(this.#backoff.next(), () => {
        this.#connect();
      });
      this.#events.lost();
    }
  }

  #stopFor(reason: GhostErrorCode | "left"): void {
    this.stop();
    this.#events.stopped(reason);
  }
}

// A service that claims to have recovered but starts somewhere else is not believed.
function continues({ epoch, seq, resumed }: Welcome, resume: ResumeRequest): boolean {
  return resumed?.recovered === true && epoch === resume.epoch && seq - Number(resumed.missed) === resume.seq;
}
