// The Durable Object of one chat session: turns platform events into calls of src/session, and nothing else.
// The only place that touches storage, alarms and WebSockets. It never logs, and no exception of it leaves
// with a message.
import { DurableObject } from "cloudflare:workers";
import engine from "../dist/pii/engine.simd.wasm";
import type { Capability } from "../src/crypto/tokens.ts";
import type { Env } from "../src/env.ts";
import { PING, PONG, SUBPROTOCOL } from "../src/protocol/control.ts";
import type { BurnChange } from "../src/protocol/burn-policy.ts";
import { CLOSE_NORMAL, closeCodeOf } from "../src/protocol/errors.ts";
import { ADMISSION_HEADER, REFUSAL_HEADER, type Admission } from "../src/session/admission.ts";
import { Session, type CreateTerms, type InviteRequest } from "../src/session/session.ts";
import { HibernatedSockets } from "./hibernated-sockets.ts";
import { createScan } from "./personal-data-scan.ts";
import { createPlatform } from "./platform.ts";

export class ChatSession extends DurableObject<Env> {
  readonly #sockets: HibernatedSockets;
  readonly #session: Session;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair(PING, PONG));
    this.#sockets = new HibernatedSockets(ctx);
    this.#session = new Session(createPlatform(ctx, env, this.#sockets, createScan(engine)));
  }

  // The session API, called by the entry Worker with a capability that it verified.

  create(terms: CreateTerms) {
    return this.#session.create(terms);
  }

  describe(capability: Capability) {
    return this.#session.describe(capability);
  }

  changeBurn(capability: Capability, change: BurnChange) {
    return this.#session.changeBurn(capability, change);
  }

  invite(capability: Capability, request: InviteRequest) {
    return this.#session.invite(capability, request);
  }

  revokeInvite(capability: Capability, id: string) {
    return this.#session.revokeInvite(capability, id);
  }

  revokeAllInvites(capability: Capability) {
    return this.#session.revokeAllInvites(capability);
  }

  removeParticipant(capability: Capability, id: string) {
    return this.#session.removeParticipant(capability, id);
  }

  burnNow(capability: Capability) {
    return this.#session.burnNow(capability);
  }

  /** The WebSocket upgrade. */
  override async fetch(request: Request): Promise<Response> {
    const admission = JSON.parse(request.headers.get(ADMISSION_HEADER) ?? "null") as Admission;
    const { 0: client, 1: server } = new WebSocketPair();
    const connected = await this.#session.sockets.connect(
      admission.capability,
      admission.resume,
      (attachment) => this.#sockets.accept(server, attachment),
    );
    if (!connected.ok) return new Response(null, { headers: { [REFUSAL_HEADER]: connected.code } });
    return new Response(null, {
      status: 101,
      webSocket: client,
      headers: { "Sec-WebSocket-Protocol": SUBPROTOCOL },
    });
  }

  override webSocketMessage(ws: WebSocket, message: string | ArrayBuffer): void {
    const socket = this.#sockets.of(ws);
    try {
      if (typeof message === "string") this.#session.sockets.text(socket, message);
      else this.#session.sockets.binary(socket, new Uint8Array(message));
    } catch {
      // An error of ours: this connection starts over, the others notice nothing, and no message leaves.
      socket.close(closeCodeOf("internal"), "internal");
      this.#session.sockets.closed(socket);
    }
    // Relayed bytes were copied; what the platform handed in is not needed any more.
    if (typeof message !== "string") new Uint8Array(message).fill(0);
  }

  override webSocketClose(ws: WebSocket, code: number): void {
    const socket = this.#sockets.of(ws);
    // Without an answer to its Close frame a client sees 1006. 1005, 1006 and 1015 must not be sent back
    // (RFC 6455 section 7.4.1): they say that no code came, or no Close at all.
    socket.close(code === 1005 || code === 1006 || code === 1015 ? CLOSE_NORMAL : code, "");
    this.#session.sockets.closed(socket);
  }

  override webSocketError(ws: WebSocket): void {
    this.#session.sockets.closed(this.#sockets.of(ws));
  }

  override alarm(): Promise<void> {
    return this.#session.alarm();
  }
}
