// What the service says about itself: liveness and keys.
import { ok } from "../protocol/errors.ts";
import { HealthSchema, JwksSchema } from "../protocol/api.ts";
import { json } from "./problem.ts";
import type { PublicRoute } from "./route.ts";

const open = { guards: [], access: "public", refusals: [] } as const;
// Public facts that any page may read.
const ANYONE = { "access-control-allow-origin": "*" };

export const health: PublicRoute = {
  ...open,
  method: "GET",
  path: "/v1/health",
  name: "health",
  summary: "Whether the service answers, and its build id.",
  success: { status: 200, schema: HealthSchema },
  handle: async ({ config }) => ok(json({ status: "ok", build: config.build }, { headers: ANYONE })),
};

export const keys: PublicRoute = {
  ...open,
  method: "GET",
  path: "/.well-known/jwks.json",
  name: "keys",
  summary: "Public identity keys (RFC 7517) that verify destruction statements.",
  success: { status: 200, schema: JwksSchema },
  handle: async ({ config }) => ok(json(config.jwks, { headers: ANYONE })),
};
