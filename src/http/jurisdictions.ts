// Where this deployment can keep a session, so that nobody has to ask for a place only to be refused. No object wakes.
import { JurisdictionsSchema } from "../protocol/api.ts";
import { ok } from "../protocol/errors.ts";
import { offeredJurisdictions } from "./objects.ts";
import { json } from "./problem.ts";
import type { PublicRoute } from "./route.ts";

export const listJurisdictions: PublicRoute = {
  access: "public",
  method: "GET",
  path: "/v1/jurisdictions",
  name: "listJurisdictions",
  summary: "The jurisdictions that a session may be created in here; perhaps none.",
  guards: [],
  success: { status: 200, schema: JurisdictionsSchema },
  refusals: [],
  // Public facts that any page may read, like the models.
  handle: async ({ env, config }) => {
    const jurisdictions = offeredJurisdictions(env, config);
    return ok(json({ jurisdictions }, { headers: { "access-control-allow-origin": "*" } }));
  },
};
