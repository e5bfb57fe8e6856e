// Server-sent events (HTML standard section 9.2) out of a provider's bytes, within bounds on every event and on
// the whole. What comes in is hostile until parsed: it may be endless, cut, or of another form.
import { createParser, type EventSourceMessage } from "eventsource-parser";
import { MAX_PROVIDER_EVENT_CHARS, MAX_PROVIDER_STREAM_BYTES } from "../protocol/limits.ts";
import { broken, ProviderFailure } from "./failure.ts";
import type { UpstreamBody, UpstreamReader } from "./provider.ts";
import type { Watch } from "./watch.ts";

export type StreamEvent = Pick<EventSourceMessage, "event" | "data">;

/** Reads events one by one, and never further ahead than one piece of the network. */
export class EventStream {
  readonly #reader: UpstreamReader;
  readonly #decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });
  readonly #events: StreamEvent[] = [];
  #tooLarge = false;
  #bytes = 0;
  readonly #parser = createParser({
    maxBufferSize: MAX_PROVIDER_EVENT_CHARS,
    onEvent: ({ event, data }) => {
      if (data.length > MAX_PROVIDER_EVENT_CHARS) this.#tooLarge = true;
      else this.#events.push({ event, data });
    },
    onError: ({ type }) => {
      if (type === "max-buffer-size-exceeded") this.#tooLarge = true;
    },
  });

  constructor(body: UpstreamBody) {
    this.#reader = body.getReader();
    // The parser looks for a byte order mark with a regular expression, once, in the first piece that it is fed.
    // The runtime keeps what an expression last matched, so that piece is a constant and not content.
    this.#parser.feed(":\n");
  }

  /** The next event, or null at the end of the stream. Fails with `provider_*` or `answer_too_large`. */
  async next(watch: Watch): Promise<StreamEvent | null> {
    for (;;) {
      watch.check();
      const event = this.#events.shift();
      if (event !== undefined) return event;
      // What came before is still good; what is too large ends it.
      if (this.#tooLarge) throw broken();
      const { done, value } = await watch.until(this.#read());
      if (done) return null;
      this.#feed(value);
    }
  }

  /** Tells the other side that nothing more is wanted. */
  cancel(): void {
    this.#reader.cancel().catch(() => undefined);
    this.#events.length = 0;
  }

  async #read(): Promise<{ readonly done: boolean; readonly value?: unknown }> {
    try {
      return await this.#reader.read();
    } catch {
      // The connection broke. Before the first token another attempt may find a better one.
      throw new ProviderFailure("provider_broken", true);
    }
  }

  #feed(piece: unknown): void {
    if (!(piece instanceof Uint8Array)) throw broken();
    this.#bytes += piece.length;
    if (this.#bytes > MAX_PROVIDER_STREAM_BYTES) throw new ProviderFailure("answer_too_large");
    let text: string;
    try {
      text = this.#decoder.decode(piece, { stream: true });
    } catch {
      throw broken();
    }
    this.#parser.feed(text);
  }
}
