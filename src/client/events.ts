// What a session tells its application, and how it is listened to: by handlers, or by iteration. Every queue is
// bounded; a slow iterator loses the oldest events and is told how many.
import type { Statement } from "../crypto/statement.ts";
import type { SealRefusal } from "../crypto/seal.ts";
import type { ContentRefusal } from "../crypto/seal-content.ts";
import type { FinishReason } from "../protocol/assistant.ts";
import type { BurnCause, BurnPolicy } from "../protocol/burn-policy.ts";
import type { Role } from "../protocol/control.ts";
import type { GhostErrorCode } from "./error.ts";
import { MAX_WAITING_EVENTS } from "./limits.ts";

/**
 * `connecting`: the first connection is being made. `live`: connected. `reconnecting`: the connection was lost and
 * is being made again. `burned`: the session is gone. `refused`: the service, or this client, ended it for good;
 * the reason says why. `left`: `leave` or `close` was called.
 */
export type SessionState = "connecting" | "live" | "reconnecting" | "burned" | "refused" | "left";

/** Somebody in the session, as the service lists them; the name is sealed and theirs. */
export interface Person {
  readonly id: string;
  readonly role: Role;
  /** null until their announcement came */
  readonly name: string | null;
  readonly self: boolean;
}

/** A message that was sealed by another instance. */
export interface Message {
  /** unique in the session: stream and counter */
  readonly id: string;
  /** the instance that sealed it; this is what a message is attributed by */
  readonly stream: string;
  /** participant id that the stream announced; null until then */
  readonly participant: string | null;
  readonly name: string | null;
  /** sent by another tab or device of this very participant */
  readonly self: boolean;
  readonly text: string;
}

/**
 * A part of what another participant asks the assistant, or of its answer as that participant's client tells it. Parts
 * of one attempt come in the order of `index`. What has no part that says `complete` is incomplete: show it as that.
 */
export interface SharedTurn {
  readonly of: "question" | "answer";
  /** id of the turn */
  readonly turn: string;
  /** a later attempt replaces the answer of an earlier one */
  readonly attempt: number;
  /** place of this part, from 0 on */
  readonly index: number;
  /** how it ended, in the last part; `cut`: the asker did not receive the whole answer */
  readonly end: FinishReason | "cut" | null;
  /**
   * true in the last part, where every part before it came, in order and from the first on, and the asker received all
   * that the model had to say; false in every other
   */
  readonly complete: boolean;
  readonly text: string;
  /** the asker's instance */
  readonly stream: string;
  /** participant id that the stream announced; null until then */
  readonly participant: string | null;
  readonly name: string | null;
  /** asked from another tab or device of this very participant */
  readonly self: boolean;
}

/** The end of a session, as far as it can be known. */
export interface BurnReport {
  /** null where the burn is inferred: the service answers "burned", or the hard cap passed while offline */
  readonly cause: BurnCause | null;
  /** the signed statement (JWS) as it came; null if none came */
  readonly statement: string | null;
  /** its content, if it verifies under the pinned identity for this session; null otherwise */
  readonly verified: Statement | null;
}

/** Why a frame was not taken. */
export type DropReason = SealRefusal | ContentRefusal;

/** Events by name. */
export interface SessionEvents {
  /** `reason`: why it was refused, or why the last connection was closed where the service said so */
  state: { readonly state: SessionState; readonly reason: GhostErrorCode | null };
  message: Message;
  /** somebody else asks the assistant, or reads its answer */
  turn: SharedTurn;
  /** who is connected, after a change */
  presence: {
    readonly people: readonly Person[];
    readonly joined: readonly string[];
    readonly left: readonly string[];
  };
  typing: { readonly participant: string; readonly name: string | null };
  /** the burn policy changed, also while this client was away */
  deadlines: { readonly burn: BurnPolicy; readonly msLeft: number };
  /** the answer of the service to a reconnect */
  resumed: { readonly recovered: boolean; readonly missed: number | "unknown" };
  /**
   * Frames of a stream are missing for good. `order`: its own counters show it. `account`: another participant
   * received them.
   */
  gap: {
    readonly stream: string;
    readonly name: string | null;
    readonly missed: number;
    readonly source: "order" | "account";
  };
  /** a frame was refused; `repeated` also follows from an honest resend */
  dropped: { readonly reason: DropReason; readonly stream: string | null };
  /** the service names another sender than the stream says that it is; told once for each stream */
  mismatch: { readonly stream: string; readonly claimed: string; readonly sender: string };
  burned: BurnReport;
  /** so many events were lost because the iterator was too slow */
  overflow: { readonly dropped: number };
}

/** One event as iteration gives it. */
export type SessionEvent = {
  [T in keyof SessionEvents]: { readonly type: T } & SessionEvents[T];
}[keyof SessionEvents];

type Handler<T extends keyof SessionEvents> = (event: { readonly type: T } & SessionEvents[T]) => void;

/** Hands events to handlers and iterators. */
export class EventHub {
  readonly #handlers = new Map<string, Set<(event: never) => void>>();
  readonly #iterators = new Set<EventQueue>();
  #ended = false;

  on<T extends keyof SessionEvents>(type: T, handler: Handler<T>): () => void {
    const handlers = this.#handlers.get(type) ?? new Set();
    this.#handlers.set(type, handlers.add(handler));
    return () => {
      handlers.delete(handler);
    };
  }

  emit<T extends keyof SessionEvents>(type: T, detail: SessionEvents[T]): void {
    if (this.#ended) return;
    const event = { ...detail, type };
    for (const queue of this.#iterators) queue.push(event as unknown as SessionEvent);
    for (const handler of [...(this.#handlers.get(type) ?? [])]) callSafely(handler as Handler<T>, event);
  }

  iterate(signal?: AbortSignal): AsyncIterableIterator<SessionEvent> {
    const abort = (): void => {
      void queue.return();
    };
    // A signal often outlives many sessions: nothing of this one may stay with it.
    const queue = new EventQueue(() => {
      this.#iterators.delete(queue);
      signal?.removeEventListener("abort", abort);
    });
    this.#iterators.add(queue);
    signal?.addEventListener("abort", abort);
    if (this.#ended || signal?.aborted === true) queue.end();
    return queue;
  }

  /** No more events; iterators finish once they have given what waits. */
  end(): void {
    this.#ended = true;
    for (const queue of this.#iterators) queue.end();
    this.#handlers.clear();
  }
}

// An application's own mistake must neither stop the session nor be hidden: it surfaces like one in any handler.
function callSafely<E>(handler: (event: E) => void, event: E): void {
  try {
    handler(event);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}

class EventQueue implements AsyncIterableIterator<SessionEvent> {
  readonly #events: SessionEvent[] = [];
  readonly #waiting: ((result: IteratorResult<SessionEvent>) => void)[] = [];
  readonly #onEnd: () => void;
  #dropped = 0;
  #ended = false;

  constructor(onEnd: () => void) {
    this.#onEnd = onEnd;
  }

  push(event: SessionEvent): void {
    if (this.#ended) return;
    const taker = this.#waiting.shift();
    if (taker !== undefined) {
      taker({ done: false, value: event });
      return;
    }
    if (this.#events.length >= MAX_WAITING_EVENTS) {
      this.#events.shift();
      this.#dropped += 1;
    }
    this.#events.push(event);
  }

  end(): void {
    this.#ended = true;
    this.#onEnd();
    for (const taker of this.#waiting.splice(0)) taker({ done: true, value: undefined });
  }

  async next(): Promise<IteratorResult<SessionEvent>> {
    if (this.#dropped > 0) {
      const dropped = this.#dropped;
      this.#dropped = 0;
      return { done: false, value: { type: "overflow", dropped } };
    }
    const event = this.#events.shift();
    if (event !== undefined) return { done: false, value: event };
    if (this.#ended) return { done: true, value: undefined };
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  async return(): Promise<IteratorResult<SessionEvent>> {
    this.#events.length = 0;
    this.end();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
