// What a route is: everything that the router, the guards and the OpenAPI document need to know of it.
import type * as v from "valibot";
import type { Capability } from "../crypto/tokens.ts";
import type { Config, Env } from "../env.ts";
import type { ErrorCode, Refusal, Result } from "../protocol/errors.ts";
import { authorise, type Guard } from "./guards.ts";
import { problem } from "./problem.ts";

export interface Context {
  readonly request: Request;
  readonly params: Readonly<Record<string, string>>;
  readonly env: Env;
  readonly config: Config;
}

/** Context of a route that takes a capability: it was verified for the session in the path. */
export interface SessionContext extends Context {
  readonly capability: Capability;
}

interface RouteFacts {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** itty-router pattern; parameters as `:name` */
  readonly path: string;
  /** operation id, and one line for people */
  readonly name: string;
  readonly summary: string;
  /** run in this order, before anything is verified or read */
  readonly guards: readonly Guard[];
  readonly body?: v.GenericSchema;
  /** status and form of the success answer; null: no body */
  readonly success: { readonly status: number; readonly schema: v.GenericSchema | null };
  /** refusals besides those that every route can give */
  readonly refusals: readonly ErrorCode[];
  /** how a refusal is answered; problem+json unless the route says otherwise */
  readonly refuse?: (refusal: Refusal, request: Request) => Response;
}

export interface PublicRoute extends RouteFacts {
  readonly access: "public";
  readonly handle: (context: Context) => Promise<Result<Response>>;
}

export interface SessionRoute extends RouteFacts {
  /** needs a capability token of the session in the path */
  readonly access: "capability";
  readonly handle: (context: SessionContext) => Promise<Result<Response>>;
}

export type Route = PublicRoute | SessionRoute;

/** Guards, capability, handler: in this order, so that nothing is read for a caller who has no business here. */
export async function runRoute(route: Route, context: Context): Promise<Response> {
  const answer = await tryRoute(route, context);
  return answer.ok ? answer.value : (route.refuse?.(answer, context.request) ?? problem(answer));
}

async function tryRoute(route: Route, context: Context): Promise<Result<Response>> {
  for (const guard of route.guards) {
    const passed = guard(context.request, context.config);
    if (!passed.ok) return passed;
  }
  if (route.access === "public") return route.handle(context);
  const capability = await authorise(context.request, context.params["id"] ?? "", context.config);
  return capability.ok ? route.handle({ ...context, capability: capability.value }) : capability;
}
