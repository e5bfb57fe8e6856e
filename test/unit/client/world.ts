// A world that tests script: clocks that stand still until told, sockets that do nothing by themselves, and HTTP
// answers from a function.
import type { Environment, SocketEvents } from "../../../src/client/index.ts";
import "./drawn-states.ts";
import { cryptoCalls } from "./pending-crypto.ts";

export type HttpAnswer = { readonly status: number; readonly body?: unknown };
export type Http = (method: string, path: string, body: unknown) => HttpAnswer | null | Promise<HttpAnswer>;

/** A WebSocket whose other end is the test. */
export class FakeSocket {
  readonly url: string;
  readonly protocols: readonly string[];
  /** what the client sent and the test has not looked at */
  readonly sent: (string | Uint8Array)[] = [];
  /** what the platform could not send yet */
  bufferedBytes = 0;
  /** close code by which the client ended it */
  closedWith: number | null = null;
  onSent: (data: string | Uint8Array) => void = () => undefined;
  readonly #events: SocketEvents;

  constructor(url: string, protocols: readonly string[], events: SocketEvents) {
    this.url = url;
    this.protocols = protocols;
    this.#events = events;
  }

  get token(): string {
    return this.#offer("ghost.token.") ?? "";
  }

  get resume(): string | null {
    return this.#offer("ghost.resume.");
  }

  get join(): string | null {
    return this.#offer("ghost.join.");
  }

  open(): void {
    this.#events.opened();
  }

  say(message: unknown): void {
    this.#events.message(typeof message === "string" ? message : JSON.stringify(message));
  }

  bytes(message: Uint8Array): void {
    // A copy, as from a network: nobody else holds these bytes.
    this.#events.message(Uint8Array.from(message));
  }

  #offer(prefix: string): string | null {
    return this.protocols.find((each) => each.startsWith(prefix))?.slice(prefix.length) ?? null;
  }

  drop(code = 1006, reason = ""): void {
    this.#events.closed(code, reason);
  }
}

interface Timer {
  readonly at: number;
  readonly run: () => void;
}

export class World {
  monotonicMs = 1_000;
  wallMs = 1_795_000_000_000;
  readonly sockets: FakeSocket[] = [];
  http: Http = () => null;
  /** Makes a socket's other end; by default nothing answers. */
  onConnect: (socket: FakeSocket) => void = () => undefined;
  wake: () => void = () => undefined;
  /** called when nobody is to be woken any more */
  unwake: () => void = () => undefined;
  /** draws what a random moment hangs on, from 0 to 1; null: at random */
  share: (() => number) | null = null;
  readonly #timers = new Set<Timer>();
  readonly environment: Environment = {
    connect: (url, protocols, events) => {
      const socket = new FakeSocket(url, protocols, events);
      this.sockets.push(socket);
      queueMicrotask(() => {
        this.onConnect(socket);
      });
      return {
        send: (data) => {
          const copy = typeof data === "string" ? data : Uint8Array.from(data);
          socket.sent.push(copy);
          socket.onSent(copy);
        },
        bufferedBytes: () => socket.bufferedBytes,
        close: (code) => {
          socket.closedWith ??= code;
        },
      };
    },
    fetch: async (url, init) => {
      const body: unknown = typeof init.body === "string" ? JSON.parse(init.body) : undefined;
      const answer = await Promise.race([
        this.http(init.method ?? "GET", new URL(url).pathname, body),
        whenAborted(init.signal),
      ]);
      if (answer === null) throw new TypeError("no network");
      const text = answer.body === undefined ? null : JSON.stringify(answer.body);
      return new Response(text, { status: answer.status });
    },
    monotonicMs: () => this.monotonicMs,
    wallClockMs: () => this.wallMs,
    after: (delayMs, run) => {
      const timer = { at: this.monotonicMs + delayMs, run };
      this.#timers.add(timer);
      return () => this.#timers.delete(timer);
    },
    randomBytes: (length) => {
      if (length === 4 && this.share !== null) {
        return new Uint8Array(new Uint32Array([this.share() * 0xffff_ffff]).buffer).reverse();
      }
      return crypto.getRandomValues(new Uint8Array(length));
    },
    onWake: (callback) => {
      this.wake = callback;
      return () => {
        this.wake = () => undefined;
        this.unwake();
      };
    },
  };

  get timers(): number {
    return this.#timers.size;
  }

  get socket(): FakeSocket {
    const last = this.sockets.at(-1);
    if (last === undefined) throw new Error("no socket");
    return last;
  }

  /** Lets time pass, timer by timer. */
  async advance(ms: number): Promise<void> {
    // What was begun before takes no time: it has armed its timers before any moves.
    await settle();
    const end = this.monotonicMs + ms;
    for (;;) {
      const due = [...this.#timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      this.#timers.delete(due);
      this.#moveTo(Math.max(this.monotonicMs, due.at));
      due.run();
      await settle();
    }
    this.#moveTo(end);
    await settle();
  }

  /** Time passes on both clocks and no timer fires: they are all late afterwards. */
  freeze(ms: number): void {
    this.#moveTo(this.monotonicMs + ms);
  }

  #moveTo(at: number): void {
    this.wallMs += at - this.monotonicMs;
    this.monotonicMs = at;
  }
}

/** Shares from 0 to 1 that follow from a seed, so that a plan that fails fails again (a Weyl sequence). */
export function sharesOf(seed: number): () => number {
  let at = seed / 0x7fff_ffff;
  return () => (at = (at + 0.618_033_988_749_895) % 1);
}

/** Rejects once the signal comes, as fetch does. */
function whenAborted(signal: AbortSignal | null | undefined): Promise<never> {
  return new Promise((_, reject) => {
    const abort = (): void => {
      reject(new DOMException("aborted", "AbortError"));
    };
    if (signal?.aborted === true) abort();
    else signal?.addEventListener("abort", abort);
  });
}

/** rounds of the event loop; no step of a test comes near it, so who needs more never comes to rest. */
const MAX_ROUNDS = 10_000;

/** Lets everything that can happen without time happen: until WebCrypto rests for two rounds of the event loop. */
export async function settle(): Promise<void> {
  let quiet = 0;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    quiet = (await cryptoCalls()) ? 0 : quiet + 1;
    if (quiet > 2) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error("it never comes to rest");
}

/** Waits until something holds; fails after a while. */
export async function until(holds: () => boolean, what = "what was awaited"): Promise<void> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    if (holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  throw new Error(`never: ${what}`);
}
