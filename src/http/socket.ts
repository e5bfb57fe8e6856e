// The WebSocket upgrade. The object gets what was verified and nothing else of the request: no token, no
// address, no header. A refusal is accepted and closed at once with its code, since browsers hide the HTTP
// status of a failed upgrade and would retry for ever.
import { ADMISSION_HEADER, REFUSAL_HEADER, type Admission } from "../session/admission.ts";
import { errorMessage, SUBPROTOCOL } from "../protocol/control.ts";
import {
  closeCodeOf,
  isClosing,
  ERRORS,
  ok,
  refuse,
  type ErrorCode,
  type Refusal,
  type Result,
} from "../protocol/errors.ts";
import { offeredProtocols, ownOrigin } from "./guards.ts";
import { callSession } from "./objects.ts";
import { problem } from "./problem.ts";
import type { SessionContext, SessionRoute } from "./route.ts";

/** RFC 6455 section 4.1, point 9. */
const WEBSOCKET_VERSION = "13";

/** Passes a WebSocket upgrade (RFC 6455 section 4.1) that offers our subprotocol. */
const webSocketUpgrade = (request: Request): Result<null> => {
  if (request.headers.get("upgrade")?.toLowerCase() !== "websocket") return refuse("upgrade_required");
  // The runtime turns another version away, but only after the object has admitted somebody.
  if ((request.headers.get("sec-websocket-version") ?? WEBSOCKET_VERSION) !== WEBSOCKET_VERSION) {
    return refuse("upgrade_required");
  }
  return offeredProtocols(request).ghost ? ok(null) : refuse("subprotocol_required");
};

export const connectSocket: SessionRoute = {
  method: "GET",
  path: "/v1/sessions/:id/ws",
  name: "connectSocket",
  summary:
    "WebSocket of the session; subprotocols `ghost.v1` and `ghost.token.<token>`. See docs/protocol.md.",
  guards: [webSocketUpgrade, ownOrigin],
  access: "capability",
  success: { status: 101, schema: null },
  refusals: ["upgrade_required", "subprotocol_required"],
  refuse: refuseUpgrade,
  handle: connect,
};

async function connect({ request, env, capability }: SessionContext): Promise<Result<Response>> {
  const { resume, join } = offeredProtocols(request);
  const admission: Admission = { capability, resume, join };
  const headers = { upgrade: "websocket", [ADMISSION_HEADER]: JSON.stringify(admission) };
  const called = await callSession(env, capability, (stub) => stub.fetch("https://session/", { headers }));
  if (!called.ok) return called;
  const refusal = called.value.headers.get(REFUSAL_HEADER);
  if (refusal !== null) return refuse(isErrorCode(refusal) ? refusal : "internal");
  return called;
}

/** A client that speaks our subprotocol gets a close code, any other a problem document. */
export function refuseUpgrade(refusal: Refusal, request: Request): Response {
  if (!webSocketUpgrade(request).ok) {
    return problem(
      refusal,
      refusal.code === "upgrade_required"
        ? { upgrade: "websocket", "sec-websocket-version": WEBSOCKET_VERSION }
        : {},
    );
  }
  const code = isClosing(refusal.code) ? refusal.code : "internal";
  const { 0: client, 1: server } = new WebSocketPair();
  server.accept();
  server.send(JSON.stringify(errorMessage(code)));
  server.close(closeCodeOf(code), code);
  return new Response(null, {
    status: 101,
    webSocket: client,
    headers: { "sec-websocket-protocol": SUBPROTOCOL },
  });
}

function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(ERRORS, text);
}
