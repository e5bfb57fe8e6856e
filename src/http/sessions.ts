// Sessions: create, look at, burn.
import type { OperatorBounds } from "../env.ts";
import {
  BurnedSchema,
  CreatedSchema,
  CreateRequestSchema,
  SessionStateSchema,
  type CreateRequest,
} from "../protocol/api.ts";
import type { BurnChange, BurnPolicy } from "../protocol/burn-policy.ts";
import type { SessionLimits } from "../protocol/control.ts";
import { ok, refuse, type Result } from "../protocol/errors.ts";
import {
  DEFAULT_FRAMES_PER_SECOND,
  DEFAULT_PARTICIPANTS,
  DEFAULT_TTL_SECONDS,
  MAX_FRAME_BYTES,
  MIN_FRAME_BYTES,
} from "../protocol/limits.ts";
import { chooseModel } from "../providers/routing.ts";
import { ownOrigin, readJson } from "./guards.ts";
import { askSession, callSession, newSession } from "./objects.ts";
import { json } from "./problem.ts";
import type { Context, PublicRoute, SessionContext, SessionRoute } from "./route.ts";

export const createSession: PublicRoute = {
  method: "POST",
  path: "/v1/sessions",
  name: "createSession",
  summary: "Create a session and set its burn timer. The answer holds the host's token.",
  guards: [ownOrigin],
  access: "public",
  body: CreateRequestSchema,
  success: { status: 201, schema: CreatedSchema },
  refusals: ["out_of_bounds", "jurisdiction_unavailable", "model_unknown", "policy_unmet"],
  handle: create,
};

export const showSession: SessionRoute = {
  method: "GET",
  path: "/v1/sessions/:id",
  name: "showSession",
  summary: "State of the session for any holder of one of its tokens; never content.",
  guards: [ownOrigin],
  access: "capability",
  success: { status: 200, schema: SessionStateSchema },
  refusals: ["burned", "removed", "invite_revoked", "invite_spent", "token_expired"],
  handle: show,
};

export const burnSession: SessionRoute = {
  method: "DELETE",
  path: "/v1/sessions/:id",
  name: "burnSession",
  summary: "Burn the session now, if its policy lets the caller. The answer is the destruction statement.",
  guards: [ownOrigin],
  access: "capability",
  success: { status: 200, schema: BurnedSchema },
  refusals: ["burned", "removed", "forbidden"],
  handle: burn,
};

async function create({ request, env, config }: Context): Promise<Result<Response>> {
  const body = await readJson(request, CreateRequestSchema);
  if (!body.ok) return body;
  const burn = initialPolicy(body.value.burn, config.bounds);
  if (!burn.ok) return burn;
  const limits = initialLimits(body.value.limits, config.bounds);
  if (!limits.ok) return limits;
  const { jurisdiction, assistant } = body.value;
  // The object decides; this look keeps one from being woken for an assistant that is not to be had.
  const terms = assistant === null ? ok(null) : chooseModel(config.models, assistant, jurisdiction);
  if (!terms.ok) return terms;
  const id = newSession(env, config, jurisdiction);
  if (!id.ok) return id;
  const session = id.value.toString();
  const chosen = { session, burn: burn.value, limits: limits.value, jurisdiction, assistant };
  const called = await callSession(env, { session, jurisdiction }, (stub) => stub.create(chosen));
  if (!called.ok) return called;
  if (!called.value.ok) return called.value;
  const { participant, token, deadlines, assistant: inForce } = called.value.value;
  const self = `/v1/sessions/${session}`;
  const links = { self, burn: `${self}/burn`, invites: `${self}/invites`, socket: `${self}/ws` };
  return ok(
    json(
      {
        id: session,
        participant,
        hostToken: token,
        burn: burn.value,
        deadlines,
        limits: limits.value,
        assistant: inForce,
        links,
      },
      { status: 201, headers: { location: self } },
    ),
  );
}

async function show(context: SessionContext): Promise<Result<Response>> {
  const answer = await askSession(context, (stub) => stub.describe(context.capability));
  return answer.ok ? ok(json(answer.value)) : answer;
}

async function burn(context: SessionContext): Promise<Result<Response>> {
  const answer = await askSession(context, (stub) => stub.burnNow(context.capability));
  return answer.ok ? ok(json(answer.value)) : answer;
}

function initialPolicy(asked: BurnChange, bounds: OperatorBounds): Result<BurnPolicy> {
  const outside = policyOutside(asked, bounds);
  if (outside.length > 0) return refuse("out_of_bounds", outside);
  return ok({
    ttl: asked.ttl ?? Math.max(bounds.minBurnSeconds, Math.min(DEFAULT_TTL_SECONDS, bounds.maxTtlSeconds)),
    idle: asked.idle ?? null,
    empty: asked.empty ?? null,
    messages: asked.messages ?? null,
    burnBy: asked.burnBy ?? "host",
  });
}

/** Names of the fields that the operator's bounds forbid. */
export function policyOutside(policy: BurnChange, bounds: OperatorBounds): string[] {
  const { minBurnSeconds, maxTtlSeconds, maxMessages } = bounds;
  const within = (value: number | null | undefined, least: number, most: number) =>
    value === undefined || value === null || (value >= least && value <= most);
  const fits = {
    ttl: within(policy.ttl, minBurnSeconds, maxTtlSeconds),
    idle: within(policy.idle, minBurnSeconds, maxTtlSeconds),
    empty: within(policy.empty, 0, maxTtlSeconds),
    messages: within(policy.messages, 1, maxMessages),
  };
  return Object.entries(fits)
    .filter(([, fit]) => !fit)
    .map(([field]) => `burn.${field}`);
}

function initialLimits(asked: CreateRequest["limits"], bounds: OperatorBounds): Result<SessionLimits> {
  const limits: SessionLimits = {
    participants: asked.participants ?? Math.min(DEFAULT_PARTICIPANTS, bounds.maxParticipants),
    frameBytes: asked.frameBytes ?? MAX_FRAME_BYTES,
    framesPerSecond: asked.framesPerSecond ?? Math.min(DEFAULT_FRAMES_PER_SECOND, bounds.maxFramesPerSecond),
  };
  const outside = [
    limits.participants > bounds.maxParticipants ? "limits.participants" : "",
    limits.frameBytes < MIN_FRAME_BYTES || limits.frameBytes > MAX_FRAME_BYTES ? "limits.frameBytes" : "",
    limits.framesPerSecond > bounds.maxFramesPerSecond ? "limits.framesPerSecond" : "",
  ].filter((field) => field !== "");
  return outside.length > 0 ? refuse("out_of_bounds", outside) : ok(limits);
}
