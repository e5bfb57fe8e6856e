// A deployment from a script: it answers just enough to be judged, and where a test says so does its worst. It
// keeps which sessions it handed out and which of them were burned.
import { createHash, randomBytes } from "node:crypto";
import http, { type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { ID_BYTES } from "../../../src/protocol/ids.ts";

export interface Worst {
  /** Answers a request in the place of the script; false where the script shall. */
  answers?(request: IncomingMessage, response: ServerResponse): boolean;
  /** Has a connection whose handshake is done. */
  connected?(socket: Duplex): void;
}

export interface HostileDeployment {
  readonly origin: URL;
  /** sessions that were created and not burned */
  readonly alive: ReadonlySet<string>;
  readonly created: number;
  stop(): Promise<void>;
}

const LIMITS = { participants: 50, frameBytes: 65_536, framesPerSecond: 100 };
const TTL_MS = 180_000;

export async function startHostileDeployment(worst: Worst): Promise<HostileDeployment> {
  const alive = new Set<string>();
  let created = 0;
  const sockets = new Set<Duplex>();

  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    request.resume();
    const { method = "", url = "" } = request;
    const json = (status: number, body: unknown) => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    };
    const burned = method === "DELETE" ? /^\/v1\/sessions\/([0-9a-f]{64})$/.exec(url)?.[1] : undefined;
    if (burned !== undefined) alive.delete(burned);
    if (worst.answers?.(request, response) === true) return;
    if (url === "/v1/health") json(200, { status: "ok", build: "hostile" });
    else if (url === "/.well-known/jwks.json") json(200, { keys: [] });
    else if (method === "POST" && url === "/v1/sessions") {
      const id = randomBytes(32).toString("hex");
      alive.add(id);
      created += 1;
      json(201, createdBody(id));
    } else if (method === "POST" && url.endsWith("/invites")) {
      json(201, { id: randomId(), role: "member", token: "t", uses: 1, expiresAt: Date.now() + 60_000 });
    } else json(200, {});
  };

  const server = http.createServer(answer);
  server.on("upgrade", (request, socket: Duplex) => {
    sockets.add(socket);
    socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
    // A server's sockets stay half open by themselves.
    socket.on("end", () => socket.end()).resume();
    const accept = createHash("sha1")
      .update(`${String(request.headers["sec-websocket-key"])}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest("base64");
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\n` +
        `sec-websocket-protocol: ghost.v1\r\nsec-websocket-accept: ${accept}\r\n\r\n`,
    );
    worst.connected?.(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: new URL(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}`),
    alive,
    get created() {
      return created;
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Writes the same bytes again and again, as fast as they are taken, until the other side has enough. */
export function pour(stream: Duplex | ServerResponse, bytes: Uint8Array): void {
  const more = (): void => {
    while (!stream.destroyed && stream.writable) if (!stream.write(bytes)) return;
  };
  stream.on("drain", more).on("error", () => undefined);
  more();
}

/** One frame as a server writes it: final and unmasked. */
export function serverFrame(opcode: number, payload: Uint8Array): Buffer {
  const head = payload.length < 126 ? Buffer.from([0x80 | opcode, payload.length]) : Buffer.alloc(4);
  if (payload.length >= 126) {
    head.set([0x80 | opcode, 126]);
    head.writeUInt16BE(payload.length, 2);
  }
  return Buffer.concat([head, payload]);
}

function randomId(): string {
  return randomBytes(ID_BYTES).toString("base64url");
}

function createdBody(id: string): unknown {
  const self = `/v1/sessions/${id}`;
  const now = Date.now();
  return {
    id,
    participant: randomId(),
    hostToken: `token-of-${id}`,
    burn: { ttl: 180, idle: null, empty: null, messages: null, burnBy: "host" },
    deadlines: {
      now,
      burnsAt: now + TTL_MS,
      hardCapAt: now + TTL_MS,
      ttlAt: now + TTL_MS,
      idleAt: null,
      emptyAt: null,
      messagesLeft: null,
    },
    limits: LIMITS,
    assistant: null,
    links: { self, burn: `${self}/burn`, invites: `${self}/invites`, socket: `${self}/ws` },
  };
}
