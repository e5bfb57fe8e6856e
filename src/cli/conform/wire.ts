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
  MAX_REQUESTS,
  MAX_SENT_BYTES,
  MAX_SESSIONS,
} from "./bounds.ts";
import { Unmade } from "./verdict.ts";

/** What a run did to the deployment. */
export interface Load {
  requests: number;
  connections: number;
  sessions: number;
  sentBytes: number;
}

const BOUNDS: Readonly<Load> = {
  requests: MAX_REQUESTS,
  connections: MAX_CONNECTIONS,
  sessions: MAX_SESSIONS,
  sentBytes: MAX_SENT_BYTES,
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
  readonly load: Load = { requests: 0, connections: 0, sessions: 0, sentBytes: 0 };
  readonly #transport: typeof http | typeof https;
  readonly #agent: http.Agent;

  constructor(origin: URL) {
    this.origin = origin;
    this.#transport = origin.protocol === "https:" ? https : http;
    this.#agent = new this.#transport.Agent({ keepAlive: true, maxSockets: 2 * CHECKS_AT_ONCE });
  }

  /** One request. Rejects with an {@link Unmade} where no answer comes in time. */
  async request(method: string, path: string, ask: Ask, signal: AbortSignal): Promise<Answer> {
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
    const within = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]);
    const options = { method, path, headers, agent: this.#agent, signal: within };
    try {
      return await this.#send(options, payload).catch((error: unknown) => {
        if (error instanceof StaleConnection) return this.#send({ ...options, agent: false }, payload);
        throw error;
      });
    } catch (error) {
      throw this.#unanswered(method, path, error, signal);
    }
  }

  #send(options: https.RequestOptions, payload: Buffer | null): Promise<Answer> {
    this.count("requests", 1);
    return new Promise((resolve, reject) => {
      const request = this.#transport.request(this.origin, options, (response) => {
        readAnswer(response).then(resolve, reject);
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
    const within = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]);
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
        readAnswer(response).then((answer) => {
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
      throw new Unmade(`the bound of ${String(BOUNDS[what])} ${what} a run is reached`);
    }
    this.load[what] += by;
  }

  close(): void {
    this.#agent.destroy();
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

async function readAnswer(response: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_ANSWER_BYTES) throw new Error("the answer is huge");
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString("utf8");
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    body = undefined;
  }
  return { status: response.statusCode ?? 0, headers: response.headers, text, body };
}
