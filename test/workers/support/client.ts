// A small client for tests inside workerd. It speaks the protocol by hand, so that a mistake of the SDK
// cannot hide one of the service.
import { exports } from "cloudflare:workers";
import * as v from "valibot";
import { parseServerControl, type ServerControl } from "../../../src/protocol/control.ts";
import {
  encodeClientRelay,
  FRAME,
  parseServerMessage,
  type ServerFrame,
} from "../../../src/protocol/frames.ts";
import {
  BurnedSchema,
  BurnStateSchema,
  CreatedSchema,
  InviteSchema,
  ProblemSchema,
  SessionStateSchema,
  type Created,
  type Problem,
} from "../../../src/protocol/api.ts";
import type { ErrorCode } from "../../../src/protocol/errors.ts";
import { PATIENCE_MS } from "./objects.ts";

export const ORIGIN = "https://ghost.test";

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** JSON as it came; null where there was none */
  readonly body: unknown;
}

/** One call of the session API. */
export async function call(
  method: string,
  path: string,
  {
    token,
    body,
    headers = {},
  }: { token?: string | undefined; body?: unknown; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const response = await exports.default.fetch(`${ORIGIN}${path}`, {
    method,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { "content-type": "application/json" }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const read: unknown = text === "" ? null : JSON.parse(text);
  return { status: response.status, headers: response.headers, body: read };
}

// What an answer says, read by the schema of its call: an answer of another form fails the test.
export const createdOf = ({ body }: Answer): Created => v.parse(CreatedSchema, body);
export const stateOf = ({ body }: Answer) => v.parse(SessionStateSchema, body);
export const burnStateOf = ({ body }: Answer) => v.parse(BurnStateSchema, body);
export const inviteOf = ({ body }: Answer) => v.parse(InviteSchema, body);
export const burnedOf = ({ body }: Answer) => v.parse(BurnedSchema, body);
export const problemOf = ({ body }: Answer): Problem => v.parse(ProblemSchema, body);
export const codeOf = (answer: Answer): ErrorCode => problemOf(answer).code;

export async function createSession(body: unknown = {}): Promise<Created> {
  const answer = await call("POST", "/v1/sessions", { body });
  if (answer.status !== 201)
    throw new Error(`create: ${String(answer.status)} ${JSON.stringify(answer.body)}`);
  return createdOf(answer);
}

type Event =
  | { control: ServerControl }
  | { frame: ServerFrame }
  | { record: Uint8Array<ArrayBuffer> }
  | { text: string }
  | { close: number; reason: string };

/** A connection that queues what it hears. */
export class Client {
  readonly socket: WebSocket;
  readonly #events: Event[] = [];
  #wake: () => void = () => undefined;
  /** number of binary messages, bundles counted once */
  binaryMessages = 0;

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.binaryType = "arraybuffer";
    socket.addEventListener("message", ({ data }) => {
      this.#hear(data as string | ArrayBuffer);
    });
    socket.addEventListener("close", ({ code, reason }) => {
      this.#push({ close: code, reason });
    });
    socket.accept();
  }

  #hear(data: string | ArrayBuffer): void {
    if (typeof data === "string") {
      const control = parseServerControl(data);
      this.#push(control.ok ? { control: control.value } : { text: data });
      return;
    }
    this.binaryMessages += 1;
    if (new Uint8Array(data)[0] === FRAME.channel) {
      this.#push({ record: new Uint8Array(data) });
      return;
    }
    const frames = parseServerMessage(new Uint8Array(data));
    if (!frames.ok) throw new Error("the service sent a bad frame");
    for (const frame of frames.value) this.#push({ frame });
  }

  #push(event: Event): void {
    this.#events.push(event);
    this.#wake();
  }

  /** The next event that fits, dropping what comes before it. */
  async #next<T>(pick: (event: Event) => T | undefined, what: string): Promise<T> {
    // Counted, not timed: tests set the clock.
    const wait = { late: false };
    for (;;) {
      let event: Event | undefined;
      while ((event = this.#events.shift()) !== undefined) {
        const picked = pick(event);
        if (picked !== undefined) return picked;
      }
      if (wait.late) throw new Error(`no ${what} within ${String(PATIENCE_MS)} ms`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(() => {
          wait.late = true;
          resolve();
        }, PATIENCE_MS);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  control<T extends ServerControl["type"]>(type: T): Promise<Extract<ServerControl, { type: T }>> {
    return this.#next((event) => {
      return "control" in event && event.control.type === type
        ? (event.control as Extract<ServerControl, { type: T }>)
        : undefined;
    }, `control message ${type}`);
  }

  /** The very next event. */
  next(): Promise<Event> {
    return this.#next((event) => event, "event");
  }

  frame(): Promise<ServerFrame> {
    return this.#next((event) => ("frame" in event ? event.frame : undefined), "frame");
  }

  async frames(count: number): Promise<ServerFrame[]> {
    const frames: ServerFrame[] = [];
    while (frames.length < count) frames.push(await this.frame());
    return frames;
  }

  /** The next record of an answer. */
  record(): Promise<Uint8Array<ArrayBuffer>> {
    return this.#next((event) => ("record" in event ? event.record : undefined), "record of an answer");
  }

  text(): Promise<string> {
    return this.#next((event) => ("text" in event ? event.text : undefined), "text");
  }

  closed(): Promise<{ code: number; reason: string }> {
    return this.#next(
      (event) => ("close" in event ? { code: event.close, reason: event.reason } : undefined),
      "close",
    );
  }

  /** Everything heard so far and not taken yet. */
  heard(): readonly Event[] {
    return this.#events;
  }

  content(ref: number, text: string): void {
    this.socket.send(encodeClientRelay(ref, new TextEncoder().encode(text)));
  }

  say(message: unknown): void {
    this.socket.send(typeof message === "string" ? message : JSON.stringify(message));
  }
}

/** Opens a WebSocket with whatever subprotocols the test wants. */
export async function upgrade(
  path: string,
  protocols: string[],
  headers: Record<string, string> = {},
): Promise<Response> {
  return exports.default.fetch(`${ORIGIN}${path}`, {
    headers: { upgrade: "websocket", "sec-websocket-protocol": protocols.join(", "), ...headers },
  });
}

/** Connects; the socket may turn out to be one that is closed at once. */
export async function connect(session: string, token: string, resume?: string): Promise<Client> {
  const protocols = ["ghost.v1", `ghost.token.${token}`, ...(resume === undefined ? [] : [resume])];
  const response = await upgrade(`/v1/sessions/${session}/ws`, protocols);
  if (response.webSocket === null) throw new Error(`no socket: ${String(response.status)}`);
  return new Client(response.webSocket);
}

/** Mints an invite and joins with it. */
export async function joinByInvite(created: Created, invite: Record<string, unknown> = {}): Promise<Client> {
  const answer = await call("POST", `/v1/sessions/${created.id}/invites`, {
    token: created.hostToken,
    body: invite,
  });
  return connect(created.id, inviteOf(answer).token);
}

export const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
