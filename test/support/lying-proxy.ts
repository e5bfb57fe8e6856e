// A deployment that lies: it stands in front of a real service, hands everything through, and changes what one
// lie says. Without a lie it changes nothing.
import http, { type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { WebSocket, WebSocketServer } from "ws";

export interface Asked {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export interface Answered {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** A text where it is one, bytes where it is binary. */
export type Message = string | Buffer;

/** One connection, as a lie sees it. */
export interface Link {
  toService(message: Message): void;
  toClient(message: Message): void;
  closeClient(code: number, reason: string): void;
  /** whatever a lie wants to remember of this connection */
  readonly memory: Map<string, unknown>;
}

export interface Lie {
  /** Changes what is asked, in place. An answer given here never reaches the service. */
  asked?(asked: Asked): Answered | undefined;
  /** Changes what is answered, in place. */
  answered?(answered: Answered, asked: Readonly<Asked>): void;
  /** The offers that the service sees. */
  offers?(offers: readonly string[]): string[];
  /** The subprotocol that the client is told. */
  selected?(offers: readonly string[]): string;
  opened?(link: Link): void;
  /** What becomes of a message; none where it is swallowed. */
  fromService?(message: Message, link: Link): Message[];
  fromClient?(message: Message, link: Link): Message[];
  closed?(code: number, reason: string): readonly [code: number, reason: string];
  /** Changes any text of the service: answers and text messages. */
  rewrites?(text: string): Promise<string>;
}

export interface LyingProxy {
  readonly origin: URL;
  /** answers to POST /v1/sessions, as they passed */
  readonly created: { readonly id: string; readonly hostToken: string }[];
  stop(): Promise<void>;
}

export async function startLyingProxy(target: URL, lie: Lie = {}): Promise<LyingProxy> {
  const created: LyingProxy["created"] = [];
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    handleProtocols: (offers) => lie.selected?.([...offers]) ?? "ghost.v1",
  });
  const server = http.createServer((request, response) => {
    void (async () => {
      const asked = await readAsked(request);
      const answered = lie.asked?.(asked) ?? (await forward(target, asked));
      if (asked.method === "POST" && asked.path.startsWith("/v1/sessions") && answered.status === 201) {
        const body = JSON.parse(answered.body.toString()) as { id: string; hostToken?: string };
        if (body.hostToken !== undefined) created.push({ id: body.id, hostToken: body.hostToken });
      }
      lie.answered?.(answered, asked);
      if (lie.rewrites) answered.body = Buffer.from(await lie.rewrites(answered.body.toString()));
      response.writeHead(answered.status, without(answered.headers, "transfer-encoding", "content-length"));
      response.end(answered.body);
    })().catch(() => response.destroy());
  });
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    openThrough(target, lie, sockets, request, socket, head);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: new URL(`http://127.0.0.1:${String(port)}`),
    created,
    stop: async () => {
      for (const client of sockets.clients) client.terminate();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function readAsked(request: IncomingMessage): Promise<Asked> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const { method = "GET", url: path = "/", headers } = request;
  return { method, path, headers: { ...headers }, body: Buffer.concat(chunks) };
}

function without(headers: IncomingHttpHeaders, ...names: readonly string[]): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)));
}

function forward(target: URL, { method, path, headers, body }: Asked): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const length = method === "GET" ? {} : { "content-length": String(body.length) };
    const rest = without(headers, "content-length");
    const request = http.request(target, { method, path, headers: { ...rest, ...length } }, (response) => {
      readAsked(response).then((read) => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: read.body });
      }, reject);
    });
    request.on("error", reject);
    request.end(body);
  });
}

function openThrough(
  target: URL,
  lie: Lie,
  sockets: WebSocketServer,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): void {
  socket.on("error", () => undefined);
  const { host, origin, "sec-websocket-protocol": offered = "" } = request.headers;
  const offers = offered === "" ? [] : offered.split(",").map((each) => each.trim());
  const headers = { ...(host !== undefined && { host }), ...(origin !== undefined && { origin }) };
  const address = new URL(request.url ?? "/", target);
  address.protocol = "ws:";
  const upstream = new WebSocket(address, lie.offers?.(offers) ?? offers, {
    headers,
    perMessageDeflate: false,
  });
  upstream.binaryType = "nodebuffer";
  upstream.on("error", () => socket.destroy());
  upstream.on("unexpected-response", (_request, response) => {
    readAsked(response).then(
      ({ body }) => {
        const lines = Object.entries(response.headers)
          .filter(([name]) => !["transfer-encoding", "content-length", "connection"].includes(name))
          .map(([name, value]) => `${name}: ${String(value)}`);
        const status = `HTTP/1.1 ${String(response.statusCode)} refused`;
        const more = [`content-length: ${String(body.length)}`, "connection: close"];
        socket.end(Buffer.concat([Buffer.from([status, ...lines, ...more, "", ""].join("\r\n")), body]));
      },
      () => socket.destroy(),
    );
  });
  upstream.pause();
  upstream.on("open", () => {
    sockets.handleUpgrade(request, socket, head, (client) => {
      join(lie, client, upstream);
      upstream.resume();
    });
  });
  // Messages that come with the handshake wait until the client's side is open.
  upstream.on("upgrade", () => {
    upstream.pause();
  });
}

function join(lie: Lie, client: WebSocket, upstream: WebSocket): void {
  client.binaryType = "nodebuffer";
  const link: Link = {
    toService: (message) => {
      if (upstream.readyState === WebSocket.OPEN) upstream.send(message);
    },
    toClient: (message) => {
      if (client.readyState === WebSocket.OPEN) client.send(message);
    },
    closeClient: (code, reason) => {
      client.close(code, reason);
      upstream.close(1000);
    },
    memory: new Map(),
  };
  const read = (data: unknown, binary: boolean): Message => (binary ? (data as Buffer) : String(data));
  // One after the other: a rewritten text must not be overtaken.
  let turn = Promise.resolve();
  const inTurn = (step: () => void | Promise<void>): void => {
    turn = turn.then(step).catch(() => {
      client.terminate();
    });
  };
  upstream.on("message", (data, binary) => {
    inTurn(async () => {
      const message = read(data, binary);
      const changed = typeof message === "string" && lie.rewrites ? await lie.rewrites(message) : message;
      for (const each of lie.fromService?.(changed, link) ?? [changed]) link.toClient(each);
    });
  });
  client.on("message", (data, binary) => {
    const message = read(data, binary);
    for (const each of lie.fromClient?.(message, link) ?? [message]) link.toService(each);
  });
  upstream.on("close", (code, reason) => {
    inTurn(() => {
      if (code === 1006) client.terminate();
      else if (code === 1005) client.close();
      else client.close(...(lie.closed?.(code, reason.toString()) ?? ([code, reason.toString()] as const)));
    });
  });
  client.on("error", () => {
    upstream.terminate();
  });
  client.on("close", (code, reason) => {
    if (code === 1006) upstream.terminate();
    else if (code === 1005) upstream.close();
    else if (upstream.readyState === WebSocket.OPEN) upstream.close(code, reason);
  });
  lie.opened?.(link);
}
