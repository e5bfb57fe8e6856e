// The yardstick: the least that a hibernating Durable Object can do for the same job. It keeps no order, no
// account, no presence, and checks nobody. Declares the few platform types that it needs by itself, since the
// benchmark is compiled as Node code.
interface HibernatingContext {
  readonly storage: { put(key: string, value: string): Promise<void>; setAlarm(atMs: number): Promise<void> };
  acceptWebSocket(socket: WebSocket): void;
  getWebSockets(): WebSocket[];
}
interface Rooms {
  idFromName(name: string): unknown;
  get(id: unknown): { fetch(request: Request): Promise<Response> };
}
declare const WebSocketPair: new () => { readonly 0: WebSocket; readonly 1: WebSocket };

/** First byte of a message that goes back to its sender only; any other goes to everybody else. */
const ECHO = 0;

export class Room {
  readonly #ctx: HibernatingContext;

  constructor(ctx: HibernatingContext) {
    this.#ctx = ctx;
  }

  async fetch(request: Request): Promise<Response> {
    if (request.headers.get("upgrade") === "websocket") {
      const { 0: client, 1: server } = new WebSocketPair();
      this.#ctx.acceptWebSocket(server);
      const accepted: ResponseInit & { webSocket: WebSocket } = { status: 101, webSocket: client };
      return new Response(null, accepted);
    }
    // A session with a durable deadline, as small as it can be: one value and one alarm.
    await this.#ctx.storage.put("created", new Date().toISOString());
    await this.#ctx.storage.setAlarm(Date.now() + 3_600_000);
    return Response.json({ created: true }, { status: 201 });
  }

  webSocketMessage(sender: WebSocket, message: ArrayBuffer): void {
    if (new Uint8Array(message)[0] === ECHO) {
      sender.send(message);
      return;
    }
    for (const socket of this.#ctx.getWebSockets()) if (socket !== sender) socket.send(message);
  }

  alarm(): void {
    // The deadline lies past the end of every run.
  }
}

export default {
  fetch(request: Request, { ROOM }: { readonly ROOM: Rooms }): Promise<Response> {
    return ROOM.get(ROOM.idFromName(new URL(request.url).pathname)).fetch(request);
  },
};
