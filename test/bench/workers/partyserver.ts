// The same job written for partyserver the way its own documentation does it.
import { routePartykitRequest, Server, type Connection } from "partyserver";

/** First byte of a message that goes back to its sender only; any other goes to everybody else. */
const ECHO = 0;

export class Room extends Server {
  static override options = { hibernate: true };

  override onRequest(): Response {
    return Response.json({ created: true }, { status: 201 });
  }

  override onMessage(sender: Connection, message: ArrayBuffer): void {
    if (new Uint8Array(message)[0] === ECHO) sender.send(message);
    else this.broadcast(message, [sender.id]);
  }
}

export default {
  async fetch(request: Request, env: Record<string, unknown>): Promise<Response> {
    return (await routePartykitRequest(request, env)) ?? new Response(null, { status: 404 });
  },
};
