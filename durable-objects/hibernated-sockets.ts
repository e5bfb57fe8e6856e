// Hibernatable WebSockets behind the session's Socket port. Sending to or closing a socket that is already
// gone throws on the platform; one bad socket must never stop a broadcast, so nothing here throws.
import type { Attachment, Socket, Sockets } from "../src/session/ports.ts";

export class HibernatedSockets implements Sockets {
  readonly #ctx: DurableObjectState;
  readonly #known = new WeakMap<WebSocket, Socket>();

  constructor(ctx: DurableObjectState) {
    this.#ctx = ctx;
  }

  accept(ws: WebSocket, attachment: Attachment): Socket {
    this.#ctx.acceptWebSocket(ws);
    ws.serializeAttachment(attachment);
    return this.of(ws);
  }

  /** The same port object for the same socket, as long as this instance lives. */
  of(ws: WebSocket): Socket {
    const known = this.#known.get(ws);
    if (known !== undefined) return known;
    const socket = new HibernatedSocket(this.#ctx, ws);
    this.#known.set(ws, socket);
    return socket;
  }

  open(): readonly Socket[] {
    return this.#ctx
      .getWebSockets()
      .filter((ws) => ws.readyState === WebSocket.READY_STATE_OPEN)
      .map((ws) => this.of(ws));
  }

  closing(): number {
    return this.#ctx.getWebSockets().length;
  }
}

class HibernatedSocket implements Socket {
  readonly attachment: Attachment;
  readonly #ctx: DurableObjectState;
  readonly #ws: WebSocket;

  constructor(ctx: DurableObjectState, ws: WebSocket) {
    this.#ctx = ctx;
    this.#ws = ws;
    this.attachment = ws.deserializeAttachment() as Attachment;
  }

  send(data: string | Uint8Array<ArrayBuffer>): boolean {
    if (this.#ws.readyState !== WebSocket.READY_STATE_OPEN) return false;
    try {
      this.#ws.send(data);
      return true;
    } catch {
      return false;
    }
  }

  close(code: number, reason: string): void {
    try {
      this.#ws.close(code, reason);
    } catch {
      // Already closed by the other side.
    }
  }

  lastPingAt(): number | null {
    return this.#ctx.getWebSocketAutoResponseTimestamp(this.#ws)?.getTime() ?? null;
  }
}
