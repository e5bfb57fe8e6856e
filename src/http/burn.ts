// The burn timer: changed by hosts while the session lives.
import { BurnStateSchema } from "../protocol/api.ts";
import { BurnChangeSchema } from "../protocol/burn-policy.ts";
import { ok, refuse, type Result } from "../protocol/errors.ts";
import { ownOrigin, readJson } from "./guards.ts";
import { askSession } from "./objects.ts";
import { json } from "./problem.ts";
import type { SessionContext, SessionRoute } from "./route.ts";
import { policyOutside } from "./sessions.ts";

export const changeBurn: SessionRoute = {
  method: "PATCH",
  path: "/v1/sessions/:id/burn",
  name: "changeBurn",
  summary: "Change the burn timer; hosts only. Absent fields stay, null switches a timer off.",
  guards: [ownOrigin],
  access: "capability",
  body: BurnChangeSchema,
  success: { status: 200, schema: BurnStateSchema },
  refusals: ["burned", "removed", "forbidden", "out_of_bounds", "beyond_hard_cap", "deadline_in_past"],
  handle: change,
};

async function change(context: SessionContext): Promise<Result<Response>> {
  const body = await readJson(context.request, BurnChangeSchema);
  if (!body.ok) return body;
  const outside = policyOutside(body.value, context.config.bounds);
  if (outside.length > 0) return refuse("out_of_bounds", outside);
  const answer = await askSession(context, (stub) => stub.changeBurn(context.capability, body.value));
  return answer.ok ? ok(json(answer.value)) : answer;
}
