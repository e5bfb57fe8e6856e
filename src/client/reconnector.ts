// Keeps one connection alive: reconnects with growing random waits, resumes where the last one stopped, and stops
// for good where the protocol says so. It holds at most one connection and one timer.
import type { ResumeRequest, ServerControl } from "../protocol/control.ts";
import { toBase64Url } from "../crypto/bytes.ts";
import { CLOSE_NORMAL, isRetryableClose } from "../protocol/errors.ts";
import type { RecordPlace } from "../protocol/channel-frames.ts";
import type { ServerFrame } from "../protocol/frames.ts";
import { JOIN_SECRET_BYTES } from "../protocol/ids.ts";
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
  /** The connection is gone and will be made again. `reason`: what the service said, or null. */
  lost(reason: GhostErrorCode | null): void;
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
  #participant: string | null = null;
  /** While no `welcome` came, one invite use is asked for again and again, and taken once. */
  readonly #join: string;
  #connection: Connection | null = null;
  #position: ResumeRequest | null = null;
  #cancelWait: (() => void) | null = null;
  #cancelStable: () => void = () => undefined;
  #violations = 0;
  /** the connection ends because the device slept, and nobody refused anything */
  #slept = false;
  #stopped = false;

  /** `token`: an invite or participant token for the first connection. */
  constructor(environment: Environment, url: string, token: string, events: ReconnectorEvents) {
    this.#environment = environment;
    this.#url = url;
    this.#token = token;
    this.#events = events;
    this.#join = toBase64Url(environment.randomBytes(JOIN_SECRET_BYTES));
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
    this.#connection?.probe();
    if (this.#cancelWait === null) return;
    this.#cancelWait();
    this.#connect();
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
    const place = resume === null ? { join: this.#join } : { resume };
    const connection: Connection = new Connection(this.#environment, this.#url, this.#token, place, {
      welcome: (message) => {
        // A participant token comes back as its participant: another one would be somebody else's word for us.
        if (message.participant !== (this.#participant ??= message.participant)) {
          connection.violate();
          return;
        }
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
        this.#slept = true;
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
      this.#cancelWait = this.#environment.after(this.#slept ? 0 : this.#backoff.next(), () => {
        this.#connect();
      });
      this.#slept = false;
      this.#events.lost(violation ? "protocol_violation" : error);
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
