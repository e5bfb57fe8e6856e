// The way to a deployment: plain requests and upgrades over node:http, so that every header is seen as it came
// and anything can be sent. It counts what it sends and refuses to go beyond the bounds of a run.
import { createHash, randomBytes } from "node:crypto";
import http, { type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import https from "node:https";
import type { Duplex } from "node:stream";
import {
  ANSWER_WITHIN_MS,
  CHECKS_AT_ONCE,
  MAX_ANSWER_BYTES,
  MAX_CONNECTIONS,
  MAX_RECEIVED_BYTES,
  MAX_RECEIVED_MESSAGES,
  MAX_REQUESTS,
  MAX_SENT_BYTES,
  MAX_SESSIONS,
} from "./bounds.ts";
import { BoundReached, Unmade } from "./verdict.ts";

/** What a run did to the deployment, and what it took from it. */
export interface Load {
  requests: number;
  connections: number;
  sessions: number;
  sentBytes: number;
  receivedBytes: number;
  /** WebSocket messages, and the frames in one that joins several */
  receivedMessages: number;
}

const BOUNDS: Readonly<Load> = {
  requests: MAX_REQUESTS,
  connections: MAX_CONNECTIONS,
  sessions: MAX_SESSIONS,
  sentBytes: MAX_SENT_BYTES,
  receivedBytes: MAX_RECEIVED_BYTES,
  receivedMessages: MAX_RECEIVED_MESSAGES,
};

/** An HTTP answer. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** the text as JSON; undefined where it is none */
  readonly body: unknown;
}

export interface Ask {
  readonly token?: string | undefined;
  /** text and bytes travel as they are, anything else as JSON */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An upgrade that was answered: by a connection, or by an HTTP answer. */
export type Upgraded =
  | { readonly socket: Duplex; readonly head: Buffer; readonly headers: IncomingHttpHeaders }
  | { readonly socket: null; readonly answer: Answer };

/** A connection that was kept was closed by the other side in the moment in which it was used again. */
class StaleConnection extends Error {}

export class Wire {
  readonly origin: URL;
  /** milliseconds; the longest wait for anything that has to come */
  readonly answerWithinMs: number;
  readonly load: Load = {
    requests: 0,
    connections: 0,
    sessions: 0,
    sentBytes: 0,
    receivedBytes: 0,
    receivedMessages: 0,
  };
  readonly #transport: typeof http | typeof https;
  readonly #agent: http.Agent;
  readonly #closed = new AbortController();

  constructor(origin: URL, answerWithinMs = ANSWER_WITHIN_MS) {
    this.origin = origin;
    this.answerWithinMs = answerWithinMs;
    this.#transport = origin.protocol === "https:" ? https : http;
    this.#agent = new this.#transport.Agent({ keepAlive: true, maxSockets: 2 * CHECKS_AT_ONCE });
  }

  /** One request. Rejects with an {@link Unmade} where no answer comes in time. */
  async request(
    method: string,
    path: string,
    ask: Ask,
    signal: AbortSignal,
    { fresh = false }: { readonly fresh?: boolean } = {},
  ): Promise<Answer> {
    const { token, body } = ask;
    const plain = body === undefined || typeof body === "string" || body instanceof Uint8Array;
    const content = plain ? body : JSON.stringify(body);
    const payload = content === undefined ? null : Buffer.from(content as string);
    if (payload !== null) this.count("sentBytes", payload.length);
    const headers = {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(!plain && { "content-type": "application/json" }),
      ...(payload !== null && { "content-length": String(payload.length) }),
      ...ask.headers,
    };
    const within = AbortSignal.any([signal, AbortSignal.timeout(this.answerWithinMs)]);
    const options = { method, path, headers, agent: fresh ? (false as const) : this.#agent, signal: within };
    const send = (again: https.RequestOptions) => {
      this.count("requests", 1);
      return this.#send(again, payload, (response) => this.#readAnswer(response));
    };
    try {
      return await send(options).catch((error: unknown) => {
        if (error instanceof StaleConnection) return send({ ...options, agent: false });
        throw error;
      });
    } catch (error) {
      throw this.#unanswered(method, path, error, signal);
    }
  }

  /** Burns a session and answers the status. No bound of the run may keep alive what the run created. */
  async sweep(path: string, token: string, signal: AbortSignal): Promise<number> {
    const headers = { authorization: `Bearer ${token}` };
    const within = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS), this.#closed.signal]);
    this.load.requests += 1;
    // Over a connection of its own: it waits behind no answer that never ends.
    const options = { method: "DELETE", path, headers, agent: false as const, signal: within };
    return this.#send(options, null, (response) => {
      // The status is the answer. Nothing of the rest is kept.
      let size = 0;
      response
        .on("error", () => undefined)
        .on("data", (chunk: Buffer) => {
          size += chunk.length;
          if (size > MAX_ANSWER_BYTES) response.destroy();
        });
      return Promise.resolve(response.statusCode ?? 0);
    });
  }

  #send<T>(
    options: https.RequestOptions,
    payload: Buffer | null,
    read: (response: IncomingMessage) => Promise<T>,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      const request = this.#transport.request(this.origin, options, (response) => {
        read(response).then(resolve, reject);
      });
      request.on("error", (error) => {
        const stale = request.reusedSocket && "code" in error && error.code === "ECONNRESET";
        reject(stale ? new StaleConnection() : error);
      });
      request.end(payload ?? undefined);
    });
  }

  /** Asks for a WebSocket with whatever headers; the handshake is checked, the subprotocol is the caller's. */
  async upgrade(
    path: string,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<Upgraded> {
    if (signal.aborted) throw new Unmade("it was stopped");
    this.count("connections", 1);
    const key = randomBytes(16).toString("base64");
    const within = AbortSignal.any([signal, AbortSignal.timeout(this.answerWithinMs)]);
    return new Promise<Upgraded>((resolve, reject) => {
      const fail = (error: Error) => {
        reject(this.#unanswered("the upgrade of", path, error, signal));
      };
      const request = this.#transport.request(this.origin, {
        path,
        agent: false,
        // The signal would destroy the connection later on as well.
        headers: {
          connection: "Upgrade",
          upgrade: "websocket",
          "sec-websocket-version": "13",
          "sec-websocket-key": key,
          ...headers,
        },
      });
      const late = () => request.destroy(new Error("no answer in time"));
      within.addEventListener("abort", late, { once: true });
      const done = () => {
        within.removeEventListener("abort", late);
      };
      request.on("error", fail).on("close", done);
      request.on("response", (response) => {
        this.#readAnswer(response).then((answer) => {
          resolve({ socket: null, answer });
        }, fail);
      });
      request.on("upgrade", (response, socket, head) => {
        done();
        const accept = createHash("sha1")
          .update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
          .digest("base64");
        if (response.headers["sec-websocket-accept"] !== accept) {
          socket.destroy();
          fail(new Error("the handshake carries the wrong Sec-WebSocket-Accept"));
        } else resolve({ socket, head, headers: response.headers });
      });
      request.end();
    });
  }

  /** Notes what is about to be sent. Throws an {@link Unmade} where a bound of the run would be passed. */
  count(what: keyof Load, by: number): void {
    if (this.load[what] + by > BOUNDS[what]) {
      throw new BoundReached(what, BOUNDS[what]);
    }
    this.load[what] += by;
  }

  close(): void {
    this.#agent.destroy();
    this.#closed.abort();
  }

  async #readAnswer(response: IncomingMessage): Promise<Answer> {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      this.count("receivedBytes", chunk.length);
      size += chunk.length;
      if (size > MAX_ANSWER_BYTES) throw new Error("the answer is huge");
      chunks.push(chunk);
    }
    const text = Buffer.concat(chunks).toString("utf8");
    return { status: response.statusCode ?? 0, headers: response.headers, text, body: parseJson(text) };
  }

  #unanswered(method: string, path: string, error: unknown, signal: AbortSignal): Unmade {
    // Session ids are no secrets; they only make lines long.
    const where = path.split("?")[0]?.replace(/[0-9a-f]{64}/g, ":id") ?? path;
    if (signal.aborted) return new Unmade("it was stopped");
    if (error instanceof Unmade) return error;
    const code =
      error instanceof Error ? ("code" in error ? String(error.code) : error.message) : "no reason";
    return new Unmade(`${method} ${where} got no answer (${code})`);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
