// One turn with a provider, whatever its API: attempts before the first token, the stream within its bounds and
// times, one end. Exactly one `end` leaves, and only where the API's own end marker was seen.
import type { Usage } from "../protocol/assistant.ts";
import {
  FIRST_TOKEN_TIMEOUT_MS,
  MAX_ANSWER_BYTES,
  MAX_PROVIDER_ATTEMPTS,
  PROVIDER_IDLE_TIMEOUT_MS,
} from "../protocol/limits.ts";
import { ServiceError } from "../protocol/errors.ts";
import type { CompletionEvent } from "../session/assistant-port.ts";
import { EventStream, type StreamEvent } from "./event-stream.ts";
import { ProviderFailure, waitBefore } from "./failure.ts";
import type { Upstream, UpstreamBody } from "./provider.ts";
import { Aborted, Watch } from "./watch.ts";

/** The model's own ends of an answer. */
export type Finish = Extract<CompletionEvent, { type: "end" }>["finish"];

/** What one event of a stream said. `thinking`: the model is at work, and there is nothing to show. */
export type AnswerPiece =
  | { readonly type: "nothing" | "thinking" }
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "end"; readonly finish: Finish; readonly usage: Usage | null };

/** Reads the events of one answer in order. Throws a ProviderFailure where they are not of its API. */
export type ReadEvent = (event: StreamEvent) => AnswerPiece;

export interface Exchange {
  /** Sends the request and returns the stream of the answer. Called again for every attempt. */
  open(watch: Watch): Promise<UpstreamBody>;
  /** A reader for one attempt. */
  createReader(): ReadEvent;
  /** The request is not needed any more: zeroes what holds content. Called once or twice. */
  discard(): void;
}

/**
 * Runs the exchange, which is created when the first event is asked for. Ends without an `end` where the signal
 * aborted it or the reader went away; fails with a ServiceError otherwise.
 */
export function runExchange(
  createExchange: () => Exchange,
  upstream: Upstream,
  signal: AbortSignal,
): AsyncIterable<CompletionEvent> {
  return {
    [Symbol.asyncIterator]: () => {
      const left = new AbortController();
      const events = run(createExchange, upstream, AbortSignal.any([signal, left.signal]));
      return {
        next: () => events.next(),
        // A generator takes `return` only between two events. Whoever leaves while one is awaited must not have
        // to wait for it, and the upstream request must not live on.
        return: () => {
          left.abort();
          return events.return();
        },
      };
    },
  };
}

async function* run(
  createExchange: () => Exchange,
  upstream: Upstream,
  signal: AbortSignal,
): AsyncGenerator<CompletionEvent, void, undefined> {
  const exchange = createExchange();
  const watch = new Watch(upstream, signal);
  try {
    watch.expect(FIRST_TOKEN_TIMEOUT_MS);
    for (let attempt = 1; ; attempt += 1) {
      const progress = { seen: false };
      try {
        yield* runAttempt(exchange, watch, progress);
        return;
      } catch (error) {
        const wait = progress.seen ? null : waitAfter(error, attempt, upstream);
        if (wait === null) throw error;
        await watch.pause(wait);
      }
    }
  } catch (error) {
    if (error instanceof Aborted) return;
    // Only a code leaves: what a runtime says may quote an address or a header.
    throw new ServiceError(error instanceof ServiceError ? error.code : "internal");
  } finally {
    watch.close();
    exchange.discard();
  }
}

/** milliseconds until the next attempt, or null where there is none. */
function waitAfter(error: unknown, attempt: number, upstream: Upstream): number | null {
  if (!(error instanceof ProviderFailure) || !error.mayRetry || attempt >= MAX_PROVIDER_ATTEMPTS) return null;
  return waitBefore(error, attempt, upstream.random());
}

async function* runAttempt(
  exchange: Exchange,
  watch: Watch,
  progress: { seen: boolean },
): AsyncGenerator<CompletionEvent, void, undefined> {
  const stream = new EventStream(await exchange.open(watch));
  const read = exchange.createReader();
  const encoder = new TextEncoder();
  let answerBytes = 0;
  try {
    for (;;) {
      const event = await stream.next(watch);
      // The connection ended, but the answer did not: it was cut.
      if (event === null) throw new ProviderFailure("provider_broken", true);
      const piece = read(event);
      if (piece.type === "nothing" || (piece.type === "text" && piece.text === "")) continue;
      progress.seen = true;
      // Whoever answers has read the whole request.
      exchange.discard();
      watch.rest();
      if (piece.type === "end") {
        yield piece;
        return;
      }
      if (piece.type === "text") {
        answerBytes += encoder.encode(piece.text).length;
        if (answerBytes > MAX_ANSWER_BYTES) throw new ProviderFailure("answer_too_large");
        yield { type: "delta", text: piece.text };
      }
      watch.expect(PROVIDER_IDLE_TIMEOUT_MS);
    }
  } finally {
    stream.cancel();
  }
}
