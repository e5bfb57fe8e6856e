// Showing a participant out. Hosts only.
import { RemovedSchema } from "../protocol/api.ts";
import { ok, type Result } from "../protocol/errors.ts";
import { ownOrigin } from "./guards.ts";
import { askSession } from "./objects.ts";
import { json } from "./problem.ts";
import type { SessionContext, SessionRoute } from "./route.ts";

export const removeParticipant: SessionRoute = {
  method: "DELETE",
  path: "/v1/sessions/:id/participants/:participant",
  name: "removeParticipant",
  summary: "Remove a participant and, in the same step, revoke the invite that admitted it.",
  guards: [ownOrigin],
  access: "capability",
  success: { status: 200, schema: RemovedSchema },
  refusals: ["burned", "removed", "forbidden", "participant_unknown"],
  handle: remove,
};

async function remove(context: SessionContext): Promise<Result<Response>> {
  const participant = context.params["participant"] ?? "";
  const answer = await askSession(context, (stub) => stub.removeParticipant(context.capability, participant));
  return answer.ok ? ok(json(answer.value)) : answer;
}
