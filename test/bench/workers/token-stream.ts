// The yardstick of a turn: the least that an object can do between a model and who asks. It sends one WebSocket message
// per token, in clear, and keeps no account of anything. Declares the few platform types that it needs by itself.
import { createParser } from "eventsource-parser";

interface HibernatingContext {
  acceptWebSocket(socket: WebSocket): void;
}
interface Streams {
  idFromName(name: string): unknown;
  get(id: unknown): { fetch(request: Request): Promise<Response> };
}
interface Env {
  readonly STREAM: Streams;
  /** where the model is */
  readonly MODEL_URL: string;
}
interface Chunk {
  readonly choices: readonly { readonly delta: { readonly content?: string } }[];
}
declare const WebSocketPair: new () => { readonly 0: WebSocket; readonly 1: WebSocket };

export class Stream {
  readonly #ctx: HibernatingContext;
  readonly #modelUrl: string;

  constructor(ctx: HibernatingContext, env: Env) {
    this.#ctx = ctx;
    this.#modelUrl = env.MODEL_URL;
  }

  fetch(): Response {
    const { 0: client, 1: server } = new WebSocketPair();
    this.#ctx.acceptWebSocket(server);
    const accepted: ResponseInit & { webSocket: WebSocket } = { status: 101, webSocket: client };
    return new Response(null, accepted);
  }

  /** A message is the request to the model; an empty message is the end of the answer. */
  async webSocketMessage(socket: WebSocket, request: string): Promise<void> {
    const headers = { "content-type": "application/json" };
    const answer = await fetch(this.#modelUrl, { method: "POST", headers, body: request });
    const parser = createParser({
      onEvent: ({ data }) => {
        const text = data === "[DONE]" ? "" : (JSON.parse(data) as Chunk).choices[0]?.delta.content;
        if (text !== undefined) socket.send(text);
      },
    });
    const decoder = new TextDecoder();
    const reader = answer.body?.getReader();
    for (let piece = await reader?.read(); piece?.done === false; piece = await reader?.read()) {
      parser.feed(decoder.decode(piece.value, { stream: true }));
    }
  }
}

export default {
  fetch(request: Request, { STREAM }: Env): Promise<Response> {
    return STREAM.get(STREAM.idFromName(new URL(request.url).pathname)).fetch(request);
  },
};
