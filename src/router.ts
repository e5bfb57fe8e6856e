// The route table, whole. Anything that is thrown below becomes `internal`: itty-router's own catch would
// echo the message.
import { Router } from "itty-router";
import { checkEnv, type Config, type Env } from "./env.ts";
import { changeBurn } from "./http/burn.ts";
import { allowedOrigin } from "./http/guards.ts";
import { mintInvite, revokeInvite, revokeInvites } from "./http/invites.ts";
import { listJurisdictions } from "./http/jurisdictions.ts";
import { listModels } from "./http/models.ts";
import { describeApi } from "./http/openapi.ts";
import { PAGE_PATHS, servePage } from "./http/page.ts";
import { removeParticipant } from "./http/participants.ts";
import { problem } from "./http/problem.ts";
import { runRoute, type Route } from "./http/route.ts";
import { health, keys } from "./http/service.ts";
import { burnSession, createSession, showSession } from "./http/sessions.ts";
import { connectSocket, refuseUpgrade } from "./http/socket.ts";
import { refuse, ServiceError } from "./protocol/errors.ts";

const sessionRoutes: readonly Route[] = [
  health,
  keys,
  listModels,
  listJurisdictions,
  createSession,
  showSession,
  burnSession,
  changeBurn,
  mintInvite,
  revokeInvites,
  revokeInvite,
  removeParticipant,
  connectSocket,
];
export const ROUTES: readonly Route[] = [...sessionRoutes, describeApi(sessionRoutes)];

interface RoutedRequest extends Request {
  params: Record<string, string>;
}
type Arguments = [Env, Config];

/** The HTTP face of the service. */
export async function route(request: Request, env: Env): Promise<Response> {
  // RFC 9110 section 9.3.2: HEAD is GET without the content. It opens no connection.
  if (request.method === "HEAD") {
    const headers = new Headers(request.headers);
    headers.delete("upgrade");
    const answer = await route(new Request(request.url, { method: "GET", headers }), env);
    return new Response(null, { status: answer.status, headers: answer.headers });
  }
  try {
    const config = await checkEnv(env);
    if (!config.ok) return refuseUpgrade(config, request);
    const answer = (await router.fetch(request, env, config.value)) as Response;
    return answer.status === 101 ? answer : withCors(answer, request, config.value);
  } catch {
    return problem(refuse("internal"));
  }
}

const router = Router<RoutedRequest, Arguments>({
  catch: (error: unknown, request) =>
    refuseUpgrade(refuse(error instanceof ServiceError ? error.code : "internal"), request),
});

for (const each of ROUTES) {
  const method = each.method.toLowerCase() as "get" | "post" | "patch" | "delete";
  router[method](each.path, (request, env, config) =>
    runRoute(each, { request, params: request.params, env, config }),
  );
}
for (const [path, routes] of Map.groupBy(ROUTES, (each) => each.path)) {
  const methods = routes.map(({ method }) => method).join(", ");
  router.options(path, () => new Response(null, { status: 204, headers: { allow: methods } }));
  router.all(path, () => problem(refuse("method_not_allowed"), { allow: methods }));
}
for (const path of PAGE_PATHS) {
  router.get(path, (request, env) => servePage(request, env));
  router.all(path, () => problem(refuse("method_not_allowed"), { allow: "GET" }));
}
router.all("*", () => problem(refuse("not_found")));

// CORS (Fetch standard section 3.2). No credentials mode: tokens travel in a header that pages set themselves.
function withCors(answer: Response, request: Request, config: Config): Response {
  const origin = allowedOrigin(request, config);
  if (origin === null || origin === "") return answer;
  const out = new Response(answer.body, answer);
  if (!out.headers.has("access-control-allow-origin")) out.headers.set("access-control-allow-origin", origin);
  out.headers.append("vary", "Origin");
  out.headers.set("access-control-expose-headers", "location");
  if (request.method === "OPTIONS") {
    out.headers.set("access-control-allow-methods", out.headers.get("allow") ?? "");
    out.headers.set("access-control-allow-headers", "authorization, content-type");
    out.headers.set("access-control-max-age", "600");
  }
  return out;
}
