// Invites: capability tokens that admit new participants, and their revocation. Hosts only.
import { InviteRequestSchema, InviteSchema } from "../protocol/api.ts";
import { ok, refuse, type Result } from "../protocol/errors.ts";
import { MAX_INVITE_USES } from "../protocol/limits.ts";
import { ownOrigin, readJson } from "./guards.ts";
import { askSession } from "./objects.ts";
import { json, noContent } from "./problem.ts";
import type { SessionContext, SessionRoute } from "./route.ts";

const host = { guards: [ownOrigin], access: "capability" } as const;

export const mintInvite: SessionRoute = {
  ...host,
  method: "POST",
  path: "/v1/sessions/:id/invites",
  name: "mintInvite",
  summary: "Mint an invite: role, number of uses, expiry.",
  body: InviteRequestSchema,
  success: { status: 201, schema: InviteSchema },
  refusals: ["burned", "removed", "forbidden", "out_of_bounds", "invites_full"],
  handle: mint,
};

export const revokeInvite: SessionRoute = {
  ...host,
  method: "DELETE",
  path: "/v1/sessions/:id/invites/:invite",
  name: "revokeInvite",
  summary: "Revoke one invite. Whoever came by it stays.",
  success: { status: 204, schema: null },
  refusals: ["burned", "removed", "forbidden", "invite_unknown"],
  handle: revoke,
};

export const revokeInvites: SessionRoute = {
  ...host,
  method: "DELETE",
  path: "/v1/sessions/:id/invites",
  name: "revokeInvites",
  summary: "Revoke every invite of the session. Whoever is in stays.",
  success: { status: 204, schema: null },
  refusals: ["burned", "removed", "forbidden"],
  handle: revokeAll,
};

async function mint(context: SessionContext): Promise<Result<Response>> {
  const body = await readJson(context.request, InviteRequestSchema);
  if (!body.ok) return body;
  const { role, uses, expiresIn } = body.value;
  if (uses > MAX_INVITE_USES) return refuse("out_of_bounds", ["uses"]);
  if (expiresIn !== null && expiresIn > context.config.bounds.maxTtlSeconds)
    return refuse("out_of_bounds", ["expiresIn"]);
  const answer = await askSession(context, (stub) =>
    stub.invite(context.capability, { role, uses, expiresIn }),
  );
  return answer.ok ? ok(json(answer.value, { status: 201 })) : answer;
}

async function revoke(context: SessionContext): Promise<Result<Response>> {
  const invite = context.params["invite"] ?? "";
  const answer = await askSession(context, (stub) => stub.revokeInvite(context.capability, invite));
  return answer.ok ? ok(noContent()) : answer;
}

async function revokeAll(context: SessionContext): Promise<Result<Response>> {
  const answer = await askSession(context, (stub) => stub.revokeAllInvites(context.capability));
  return answer.ok ? ok(noContent()) : answer;
}
