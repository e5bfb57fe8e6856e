// The models that this deployment offers, each with what its provider says that it does with what it receives.
import { ModelsSchema } from "../protocol/assistant.ts";
import { ok } from "../protocol/errors.ts";
import { json } from "./problem.ts";
import type { PublicRoute } from "./route.ts";

export const listModels: PublicRoute = {
  access: "public",
  method: "GET",
  path: "/v1/models",
  name: "listModels",
  summary: "The models that a session may choose, with the policy card of each provider.",
  guards: [],
  success: { status: 200, schema: ModelsSchema },
  refusals: [],
  // Public facts that any page may read, like the keys.
  handle: async ({ config }) =>
    ok(json({ models: config.models }, { headers: { "access-control-allow-origin": "*" } })),
};
