// A provider that says exactly what a test wants it to say, byte for byte, and remembers what it was sent.
// Scripts write to the bare socket, so that also what no HTTP library would send can be sent.
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Upstream } from "../../src/providers/provider.ts";
import { eventually } from "./processes.ts";

export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  /** as they came: names and values in turn */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
}
export type Script = (socket: Socket, request: ReceivedRequest) => void | Promise<void>;

export class ScriptedUpstream {
  readonly received: ReceivedRequest[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #script: Script;

  private constructor(script: Script) {
    this.#script = script;
    this.#server = createServer((incoming) => void this.#answer(incoming));
    this.#server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => this.#sockets.delete(socket));
    });
  }

  static async start(script: Script = () => undefined): Promise<ScriptedUpstream> {
    const upstream = new ScriptedUpstream(script);
    upstream.#server.listen(0, "127.0.0.1");
    await once(upstream.#server, "listening");
    return upstream;
  }

  get baseUrl(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}/v1`;
  }

  get openConnections(): number {
    return this.#sockets.size;
  }

  script(script: Script): void {
    this.#script = script;
  }

  /** Resolves when nobody is connected any more. */
  async closed(): Promise<void> {
    await eventually(() => this.#sockets.size === 0);
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }

  async #answer(incoming: IncomingMessage): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const request = {
      method: incoming.method ?? "",
      path: incoming.url ?? "",
      rawHeaders: incoming.rawHeaders,
      body: Buffer.concat(chunks),
    };
    this.received.push(request);
    await this.#script(incoming.socket, request);
  }
}

/** Status line and headers. The body ends when the connection does. */
export function head(status: number, headers: Readonly<Record<string, string>> = {}): string {
  const all = { connection: "close", ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${String(status)} Some Words\r\n${lines.join("")}\r\n`;
}

export const STREAM_HEAD = head(200, { "content-type": "text/event-stream" });

/** Events of a stream, each as JSON. A string goes as it is. */
export function events(...data: readonly unknown[]): string {
  return data.map((each) => `data: ${typeof each === "string" ? each : JSON.stringify(each)}\n\n`).join("");
}

/** Headers as a map; a name that came twice is an error. */
export function headersOf({ rawHeaders }: ReceivedRequest): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] ?? "").toLowerCase();
    if (name in headers) throw new Error(`header ${name} came twice`);
    headers[name] = rawHeaders[at + 1] ?? "";
  }
  return headers;
}

/** The platform in Node. `speed` makes its timers, and only those, run that many times faster. */
export function nodeUpstream(speed = 1): Upstream & { readonly pending: () => number } {
  let pending = 0;
  return {
    pending: () => pending,
    fetch: (url, options) => fetch(url, options),
    clock: () => Date.now(),
    random: () => 0,
    after: (delayMs, callback) => {
      pending += 1;
      let done = false;
      const end = (): void => {
        if (!done) pending -= 1;
        done = true;
      };
      const timer = setTimeout(() => {
        end();
        callback();
      }, delayMs / speed);
      return () => {
        end();
        clearTimeout(timer);
      };
    },
  };
}

/** What an assistant waits for, on a clock that a test moves by hand. */
export interface ClockedUpstream extends Upstream {
  /** milliseconds of each wait that goes on, in the order in which they began */
  readonly waits: () => number[];
  /** waits that began so far */
  readonly begun: () => number;
  /** Lets time pass; what is due is called back. */
  readonly advance: (ms: number) => void;
}

/** The platform in Node, but that no time passes by itself. */
export function clockedUpstream(): ClockedUpstream {
  let [now, begun] = [0, 0];
  const waits = new Set<{ readonly at: number; readonly delayMs: number; readonly callback: () => void }>();
  return {
    ...nodeUpstream(),
    clock: () => now,
    waits: () => [...waits].map(({ delayMs }) => delayMs),
    begun: () => begun,
    after: (delayMs, callback) => {
      const wait = { at: now + delayMs, delayMs, callback };
      waits.add(wait);
      begun += 1;
      return () => void waits.delete(wait);
    },
    advance: (ms) => {
      now += ms;
      for (const wait of [...waits]) if (wait.at <= now && waits.delete(wait)) wait.callback();
    },
  };
}

/** Chunks of the chat completions API. */
export const delta = (content: string): object => ({ choices: [{ delta: { content } }] });
export const finish = (reason: string): object => ({ choices: [{ delta: {}, finish_reason: reason }] });
/** A whole answer of that API. */
export const HELLO_WORLD = events(delta("Hello "), delta("world"), finish("stop"), "[DONE]");

/** Says everything at once and closes the connection. */
export const say =
  (...parts: readonly (string | Uint8Array)[]): Script =>
  (socket) => {
    for (const part of parts) socket.write(part);
    socket.end();
  };
