// A small client for tests outside workerd. It speaks the protocol by hand, so that a mistake of the SDK
// cannot hide one of the service.
import { WebSocket } from "ws";
import type { Created } from "../../src/protocol/api.ts";
import { parseServerControl, type ServerControl } from "../../src/protocol/control.ts";
import { encodeClientRelay, FRAME, parseServerMessage, type ServerFrame } from "../../src/protocol/frames.ts";

/** milliseconds; the longest wait for anything that has to come. Far more than it takes, but on a busy machine. */
export const PATIENCE_MS = 120_000;

/** milliseconds; after so long a quiet a session has lost its memory: the platform hibernates after 10 s. */
export const HIBERNATED_MS = 13_000;

/** One call of the session API. */
export async function call(
  url: URL,
  method: string,
  path: string,
  { token, body }: { token?: string; body?: unknown } = {},
): Promise<{ status: number; body: unknown }> {
  const response = await fetch(new URL(path, url), {
    method,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { "content-type": "application/json" }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === "" ? null : JSON.parse(text) };
}

export async function createSession(url: URL, body: unknown = {}): Promise<Created> {
  const answer = await call(url, "POST", "/v1/sessions", { body });
  if (answer.status !== 201) throw new Error(`create: ${String(answer.status)}`);
  return answer.body as Created;
}

/** Mints an invite and returns its token. */
export async function mintInvite(url: URL, created: Created, invite: unknown = {}): Promise<string> {
  const { id, hostToken } = created;
  const answer = await call(url, "POST", `/v1/sessions/${id}/invites`, {
    token: hostToken,
    body: invite,
  });
  if (answer.status !== 201) throw new Error(`invite: ${String(answer.status)}`);
  return (answer.body as { token: string }).token;
}

type Heard =
  | { readonly control: ServerControl }
  | { readonly frame: ServerFrame }
  | { readonly record: Uint8Array<ArrayBuffer> }
  | { readonly close: number };

/** A connection that queues what it hears. */
export class Client {
  readonly socket: WebSocket;
  readonly #heard: Heard[] = [];
  #wake: () => void = () => undefined;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.binaryType = "arraybuffer";
    socket.on("message", (data, binary) => {
      this.#hear(
        binary ? new Uint8Array(data as ArrayBuffer) : new TextDecoder().decode(data as ArrayBuffer),
      );
    });
    socket.on("close", (code) => {
      this.#push({ close: code });
    });
    // A close event follows.
    socket.on("error", () => undefined);
  }

  /** Connects; the connection may turn out to be one that is closed at once. */
  static connect(url: URL, session: string, token: string): Client {
    const address = new URL(`/v1/sessions/${session}/ws`, url);
    address.protocol = "ws:";
    return new Client(new WebSocket(address, ["ghost.v1", `ghost.token.${token}`]));
  }

  get isOpen(): boolean {
    return this.socket.readyState === WebSocket.OPEN;
  }

  control<T extends ServerControl["type"]>(
    type: T,
    timeoutMs?: number,
  ): Promise<Extract<ServerControl, { type: T }>> {
    return this.#next(
      (each) =>
        "control" in each && each.control.type === type
          ? (each.control as Extract<ServerControl, { type: T }>)
          : undefined,
      `control message ${type}`,
      timeoutMs,
    );
  }

  /** The next content frame of somebody else, as text. */
  async content(): Promise<string> {
    const frame = await this.#next(
      (each) => ("frame" in each && each.frame.kind === "relay" ? each.frame : undefined),
      "content",
    );
    return decode(frame.sealed);
  }

  /** The next content frame of somebody else, and the epoch that was told before it, if any. */
  async contentAndEpoch(): Promise<{ text: string; epoch: string | null }> {
    let epoch: string | null = null;
    const text = await this.#next((each) => {
      if ("control" in each && each.control.type === "epoch") epoch = each.control.epoch;
      return "frame" in each && each.frame.kind === "relay" ? decode(each.frame.sealed) : undefined;
    }, "content");
    return { text, epoch };
  }

  /** The next record of an answer. */
  record(timeoutMs?: number): Promise<Uint8Array<ArrayBuffer>> {
    return this.#next(
      (each) => ("record" in each ? each.record : undefined),
      "record of an answer",
      timeoutMs,
    );
  }

  /** The welcome, or the close code where there was none. */
  admitted(): Promise<"welcome" | number> {
    return this.#next((each) => {
      if ("close" in each) return each.close;
      return "control" in each && each.control.type === "welcome" ? "welcome" : undefined;
    }, "welcome or close");
  }

  closed(timeoutMs?: number): Promise<number> {
    return this.#next((each) => ("close" in each ? each.close : undefined), "close", timeoutMs);
  }

  send(text: string): void {
    this.socket.send(encodeClientRelay(1, new TextEncoder().encode(text)));
  }

  say(message: unknown): void {
    this.socket.send(JSON.stringify(message));
  }

  end(): void {
    this.socket.terminate();
  }

  #hear(data: string | Uint8Array): void {
    if (typeof data === "string") {
      const control = parseServerControl(data);
      if (control.ok) this.#push({ control: control.value });
      return;
    }
    if (data[0] === FRAME.channel) {
      this.#push({ record: new Uint8Array(data) });
      return;
    }
    const frames = parseServerMessage(data);
    if (!frames.ok) throw new Error("the service sent a bad frame");
    for (const frame of frames.value) this.#push({ frame });
  }

  #push(event: Heard): void {
    this.#heard.push(event);
    this.#wake();
  }

  /** The next event that fits, dropping what comes before it. */
  async #next<T>(pick: (event: Heard) => T | undefined, what: string, timeoutMs = PATIENCE_MS): Promise<T> {
    const until = Date.now() + timeoutMs;
    for (;;) {
      let event: Heard | undefined;
      while ((event = this.#heard.shift()) !== undefined) {
        const picked = pick(event);
        if (picked !== undefined) return picked;
      }
      const left = until - Date.now();
      if (left <= 0) throw new Error(`no ${what} within ${String(timeoutMs)} ms`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }
}

const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/**
 * Has a session hear something every second, until the function is called that this returns: a session that is quiet for
 * ten seconds loses its memory, and on a busy machine whoever lost a connection may be away for that long.
 */
export function keepAwake(say: () => void): () => void {
  const talk = setInterval(say, 1_000);
  return () => {
    clearInterval(talk);
  };
}

export const sleep = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
