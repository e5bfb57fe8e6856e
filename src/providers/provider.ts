// What a provider is to the registry, and what it may ask of the platform underneath: a fetch, a clock, timers.
// Nothing else: no storage, no log, no request of a visitor.
import type { CompletionEvent, CompletionRequest } from "../session/assistant-port.ts";

/** One way to a language model. Fails like {@link Assistant.complete}. */
export interface Provider {
  /** `model` is the provider's own name for it. */
  complete(model: string, request: CompletionRequest, signal: AbortSignal): AsyncIterable<CompletionEvent>;
}

/** What the adapters pass to `fetch`, and no more. */
export interface FetchOptions {
  readonly method: "POST";
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer>;
  readonly redirect: "manual";
  readonly signal: AbortSignal;
}

/** What the adapters read of an answer. */
export interface UpstreamAnswer {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: UpstreamBody | null;
}
export interface UpstreamBody {
  getReader(): UpstreamReader;
  cancel(): Promise<void>;
}
export interface UpstreamReader {
  read(): Promise<{ readonly done: boolean; readonly value?: unknown }>;
  cancel(): Promise<void>;
}

/** The platform as providers see it. Tests put a fake clock and scripted answers here. */
export interface Upstream {
  fetch(url: string, options: FetchOptions): Promise<UpstreamAnswer>;
  /** Milliseconds since the epoch. */
  clock(): number;
  /** Calls back once after `delayMs`, unless the function that it returns was called before. */
  after(delayMs: number, callback: () => void): () => void;
  /** From 0 to below 1. */
  random(): number;
}
