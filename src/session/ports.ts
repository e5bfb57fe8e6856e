// What the session asks of the platform underneath. The Durable Object implements these once; the tests
// implement them with plain objects, a fake clock and faults. Nothing here names a platform type.
import type { OfferFacts, OfferKeys } from "../crypto/channel/offer.ts";
import type { BurnFacts } from "../crypto/statement.ts";
import type { Capability } from "../crypto/tokens.ts";
import type { Role } from "../protocol/control.ts";
import type { Assistant } from "./assistant-port.ts";
import type { PersonalDataScan } from "./scan-port.ts";

/** Milliseconds since the epoch. */
export type Clock = () => number;

/** Takes back a callback that did not run yet; afterwards it does nothing. */
export type Cancel = () => void;

/**
 * Durable storage of one session. Contract: what was written in one event is applied whole or not at all,
 * and nothing that the session sends or answers leaves before everything written until then is durable.
 */
export interface Storage {
  /** The stored record as it was written, or undefined. */
  read(): unknown;
  write(record: object): void;
  /** Replaces the one alarm. */
  setAlarm(atMs: number): void;
  /** Resolves when all writes are durable. */
  sync(): Promise<void>;
  /** Deletes every key and the alarm, at once. */
  wipe(): Promise<void>;
  /** Reads storage back: how many keys and alarms there are. */
  remaining(): Promise<number>;
}

/** What outlives the session's memory with each socket: opaque ids and a number, never content or a secret. */
export interface Attachment {
  readonly participant: string;
  readonly role: Role;
  /** SHA-256 of the connection's resume secret */
  readonly resumeHash: string;
  /** ms since the epoch */
  readonly connectedAt: number;
}

/** One accepted WebSocket. No method throws. */
export interface Socket {
  readonly attachment: Attachment;
  /** False where the socket cannot take it any more; the session then drops the connection. */
  send(data: string | Uint8Array<ArrayBuffer>): boolean;
  close(code: number, reason: string): void;
  /** ms since the epoch of the last keep-alive that the platform answered, or null. */
  lastPingAt(): number | null;
}

export interface Sockets {
  /** Every socket that is open now, also those accepted before a memory loss. */
  open(): readonly Socket[];
  /** How many sockets were closed from here and have not finished closing. */
  closing(): number;
}

/** Signs with the deployment's keys. Each may reject; the burn goes on without a statement. */
export interface Signer {
  statement(facts: BurnFacts): Promise<string>;
  token(capability: Capability): Promise<string>;
  /** Makes one-time keys and signs their public halves. */
  offer(facts: OfferFacts): Promise<{ readonly jws: string; readonly keys: OfferKeys }>;
}

export interface Platform {
  readonly clock: Clock;
  readonly storage: Storage;
  readonly sockets: Sockets;
  readonly signer: Signer;
  readonly assistant: Assistant;
  /** Looks for personal data before anything is sent to a model; null where there is no engine. */
  readonly scan: PersonalDataScan | null;
  /** Build id for statements. */
  readonly build: string;
  /** `bytes` unguessable bytes as base64url. */
  randomId(bytes: number): string;
  /** Calls back once, after the events that are already waiting. The session stays in memory until then. */
  afterTurn(callback: () => void): void;
  /** Calls back once, PRESENCE_TICK_MS later. Pending only while people come and go in numbers. */
  afterTick(callback: () => void): void;
  /** Calls back once, `ms` later, unless cancelled. Pending only while a turn is: it keeps the session in memory. */
  after(ms: number, callback: () => void): Cancel;
  /** Used during a burn only. At rest none of these four is pending. */
  wait(ms: number): Promise<void>;
  /** Keeps the session in memory until the promise settles. */
  keepAlive(promise: Promise<unknown>): void;
  /** Ends this instance at once, connections included, without retrying an alarm. */
  evict(): void;
}
