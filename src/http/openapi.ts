// OpenAPI 3.1 of the session API, made from the route table and the schemas that validate.
import { toJsonSchema } from "@valibot/to-json-schema";
import { ProblemSchema } from "../protocol/api.ts";
import { ERRORS, ok, type ErrorCode } from "../protocol/errors.ts";
import * as v from "valibot";
import { json } from "./problem.ts";
import type { PublicRoute, Route } from "./route.ts";

/** Refusals that any route can give. */
const EVERYWHERE: readonly ErrorCode[] = ["origin_forbidden", "not_configured", "unavailable", "internal"];
const WITH_BODY: readonly ErrorCode[] = ["bad_request", "body_too_large", "unsupported_media_type"];
const WITH_TOKEN: readonly ErrorCode[] = ["unauthorised", "token_expired", "jurisdiction_unavailable"];

/** The route that describes all `routes` and itself. */
export function describeApi(routes: readonly Route[]): PublicRoute {
  const self: PublicRoute = {
    access: "public",
    method: "GET",
    path: "/v1/openapi.json",
    name: "openapi",
    summary: "This document.",
    guards: [],
    success: { status: 200, schema: v.record(v.string(), v.unknown()) },
    refusals: [],
    handle: async () =>
      ok(json(openApi([...routes, self]), { headers: { "access-control-allow-origin": "*" } })),
  };
  return self;
}

export function openApi(routes: readonly Route[]): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const path = openPath(route.path);
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route) };
  }
  return {
    openapi: "3.1.0",
    info: { title: "ghost-session", version: "1", license: { name: "Apache-2.0", identifier: "Apache-2.0" } },
    paths,
    components: {
      schemas: { Problem: toJsonSchema(ProblemSchema, SETTINGS) },
      securitySchemes: { capability: { type: "http", scheme: "bearer", bearerFormat: "JWT" } },
    },
  };
}

const SETTINGS = { errorMode: "ignore", target: "draft-2020-12" } as const;

function operation(route: Route): Record<string, unknown> {
  const names = route.path.split("/").filter((part) => part.startsWith(":"));
  const { status, schema } = route.success;
  return {
    operationId: route.name,
    summary: route.summary,
    ...(route.access === "capability" && { security: [{ capability: [] }] }),
    parameters: names.map((name) => ({
      name: name.slice(1),
      in: "path",
      required: true,
      schema: { type: "string" },
    })),
    ...(route.body && {
      requestBody: {
        required: false,
        content: {
          "application/json": { schema: toJsonSchema(route.body, { ...SETTINGS, typeMode: "input" }) },
        },
      },
    }),
    responses: {
      [status]: {
        description: "Success",
        ...(schema && { content: { "application/json": { schema: toJsonSchema(schema, SETTINGS) } } }),
      },
      ...refusals(route),
    },
  };
}

function refusals(route: Route): Record<string, unknown> {
  const codes = new Set([
    ...EVERYWHERE,
    ...(route.body ? WITH_BODY : []),
    ...(route.access === "capability" ? WITH_TOKEN : []),
    ...route.refusals,
  ]);
  const byStatus = Map.groupBy(codes, (code) => ERRORS[code].status);
  const content = { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } };
  return Object.fromEntries(
    [...byStatus].map(([status, group]) => [status, { description: group.join(", "), content }]),
  );
}

function openPath(path: string): string {
  return path
    .split("/")
    .map((part) => (part.startsWith(":") ? `{${part.slice(1)}}` : part))
    .join("/");
}
