import { env } from "cloudflare:workers";
import { listDurableObjectIds } from "cloudflare:test";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { CreatedSchema, SessionStateSchema } from "../../src/protocol/api.ts";
import { ERRORS } from "../../src/protocol/errors.ts";
import type { Env } from "../../src/env.ts";
import { route, ROUTES } from "../../src/router.ts";
import {
  Client,
  ORIGIN,
  call,
  codeOf,
  connect,
  createSession,
  createdOf,
  problemOf,
  upgrade,
} from "./support/client.ts";
import { placedIn } from "./support/placed.ts";

describe("[LIFE1] creation", () => {
  it("defaults to one hour, burned by the host only", async () => {
    const answer = await call("POST", "/v1/sessions");
    expect(answer.status).toBe(201);
    const created = createdOf(answer);
    expect(created.burn).toEqual({ ttl: 3600, idle: null, empty: null, messages: null, burnBy: "host" });
    expect(created.deadlines.hardCapAt - created.deadlines.now).toBe(3_600_000);
    expect(answer.headers.get("location")).toBe(`/v1/sessions/${created.id}`);
  });

  it("takes every field and shows it to a token holder", async () => {
    const burn = { ttl: 90, idle: 30, empty: 0, messages: 10, burnBy: "anyone" };
    const created = await createSession({
      burn,
      limits: { participants: 2, frameBytes: 2048, framesPerSecond: 5 },
    });
    const { status, body } = await call("GET", `/v1/sessions/${created.id}`, { token: created.hostToken });
    expect(status).toBe(200);
    expect(v.parse(SessionStateSchema, body)).toMatchObject({
      burn,
      role: "host",
      limits: { participants: 2, frameBytes: 2048, framesPerSecond: 5 },
      participants: { connected: 0, admitted: 1 },
      deadlines: { messagesLeft: 10, emptyAt: null },
    });
  });
});

describe("[API2] bad input", () => {
  const bad: [string, unknown, string][] = [
    ["wrong type", { burn: { ttl: "60" } }, "bad_request"],
    ["unknown field", { burn: { ttl: 60, log: true } }, "bad_request"],
    ["unknown field at the top", { burn: {}, admin: true }, "bad_request"],
    ["negative", { burn: { ttl: -1 } }, "bad_request"],
    ["zero", { burn: { ttl: 0 } }, "bad_request"],
    ["fraction", { burn: { ttl: 1.5 } }, "bad_request"],
    ["huge", { burn: { ttl: 1e300 } }, "bad_request"],
    ["infinite", '{"burn":{"ttl":1e999}}', "bad_request"],
    ["null where none is allowed", { burn: { ttl: null } }, "bad_request"],
    ["array", [], "bad_request"],
    ["array inside", { burn: [] }, "bad_request"],
    ["string", '"x"', "bad_request"],
    ["prototype", '{"__proto__":{"burn":{}}}', "bad_request"],
    ["broken JSON", '{"burn":', "bad_request"],
    ["deep JSON", "[".repeat(4_000) + "]".repeat(4_000), "bad_request"],
    ["beyond the operator's bound", { burn: { ttl: 10_000_000 } }, "out_of_bounds"],
    ["too many participants", { limits: { participants: 100_000 } }, "out_of_bounds"],
    ["frames too small", { limits: { frameBytes: 10 } }, "out_of_bounds"],
    ["unknown jurisdiction", { jurisdiction: "mars" }, "bad_request"],
    ["oversized", `{"burn":{"burnBy":"${"x".repeat(9_000)}"}}`, "body_too_large"],
  ];

  it.each(bad)("[API1] %s", async (_what, body, code) => {
    const before = (await listDurableObjectIds(env.CHAT_SESSIONS)).length;
    const answer = await call("POST", "/v1/sessions", { body });
    expect(problemOf(answer)).toMatchObject({ code, status: answer.status });
    expect(answer.status).toBe(ERRORS[code as keyof typeof ERRORS].status);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect((await listDurableObjectIds(env.CHAT_SESSIONS)).length).toBe(before);
  });

  it("[API1] refused fields are named, never their values or names of the caller's own", async () => {
    const answer = await call("POST", "/v1/sessions", {
      body: { burn: { ttl: "canary-value" }, "canary-name": 1 },
    });
    expect(problemOf(answer).at).toContain("burn.ttl");
    expect(JSON.stringify(answer.body)).not.toContain("canary");
  });

  it("invalid UTF-8, another media type, a body without one", async () => {
    const post = async (body: BodyInit, type?: string) => {
      const headers = type === undefined ? {} : { "content-type": type };
      return route(new Request(`${ORIGIN}/v1/sessions`, { method: "POST", body, headers }), env);
    };
    const invalid = await post(new Uint8Array([0x7b, 0xff, 0x7d]), "application/json");
    expect(await invalid.json()).toMatchObject({ code: "bad_request" });
    expect((await post("{}", "text/plain")).status).toBe(415);
    expect((await post(new Uint8Array([0x7b, 0x7d]))).status).toBe(415);
    expect((await post("{}", "application/json; charset=utf-8")).status).toBe(201);
  });
});

it("[LIFE1] the default life respects the operator's shortest and longest", async () => {
  const ttlWith = async (bounds: Partial<Env>) => {
    const answer = await route(new Request(`${ORIGIN}/v1/sessions`, { method: "POST" }), {
      ...env,
      ...bounds,
    });
    return (await answer.json<{ burn: { ttl: number } }>()).burn.ttl;
  };
  expect(await ttlWith({ MIN_BURN_SECONDS: "7200" })).toBe(7200);
  expect(await ttlWith({ MAX_TTL_SECONDS: "60" })).toBe(60);
});

it("[API7] unknown addresses and wrong methods", async () => {
  const head = await route(new Request(`${ORIGIN}/v1/health`, { method: "HEAD" }), env);
  expect([head.status, await head.text()]).toEqual([200, ""]);
  expect(codeOf(await call("GET", "/v2/nothing"))).toBe("not_found");
  const wrong = await call("PUT", "/v1/sessions", { body: {} });
  expect([wrong.status, wrong.headers.get("allow")]).toEqual([405, "POST"]);
});

it("[API5] nothing that the service answers may be cached", async () => {
  const created = await createSession();
  for (const path of ["/v1/health", `/v1/sessions/${created.id}`, "/nothing", "/.well-known/jwks.json"]) {
    const { headers } = await call("GET", path, { token: created.hostToken });
    expect(headers.get("cache-control")).toBe("no-store");
  }
});

/** As much of the document as is looked at here. */
const OpenApiSchema = v.object({
  openapi: v.string(),
  paths: v.record(
    v.string(),
    v.record(v.string(), v.object({ operationId: v.string(), requestBody: v.optional(v.unknown()) })),
  ),
});

it("[API3] the OpenAPI document describes every route", async () => {
  const { body } = await call("GET", "/v1/openapi.json");
  const { openapi, paths } = v.parse(OpenApiSchema, body);
  expect(openapi).toBe("3.1.0");
  const described = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { operationId }]) => `${operationId} ${method} ${path}`),
  );
  const routed = ROUTES.map(
    ({ name, method, path }) => `${name} ${method.toLowerCase()} ${path.replaceAll(/:(\w+)/g, "{$1}")}`,
  );
  expect(described.toSorted()).toEqual(routed.toSorted());
  expect(paths["/v1/sessions"]?.["post"]?.requestBody).toMatchObject({
    content: {
      "application/json": {
        schema: {
          additionalProperties: false,
          properties: { burn: { properties: { ttl: { minimum: 1 } } } },
        },
      },
    },
  });
});

describe("[API4] origins", () => {
  const open = { ...env, ALLOWED_ORIGINS: "https://chat.example" } as Env;
  const post = (origin: string, bindings: Env, method = "POST") =>
    route(new Request(`${ORIGIN}/v1/sessions`, { method, headers: { origin } }), bindings);

  it("a foreign page is refused, the service's own page is not", async () => {
    const refused = await post("https://evil.example", env);
    expect(await refused.json()).toMatchObject({ code: "origin_forbidden" });
    expect(refused.headers.get("access-control-allow-origin")).toBeNull();
    expect((await post("null", env)).status).toBe(403);
    expect((await post(ORIGIN, env)).status).toBe(201);
  });

  it("an allowed page gets CORS headers, on the preflight too", async () => {
    const allowed = await post("https://chat.example", open);
    expect([allowed.status, allowed.headers.get("access-control-allow-origin")]).toEqual([
      201,
      "https://chat.example",
    ]);
    const preflight = await post("https://chat.example", open, "OPTIONS");
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-headers")).toContain("authorization");
    expect((await post("https://evil.example", open)).status).toBe(403);
  });

  it("a foreign page's WebSocket is closed with the terminal code", async () => {
    const created = await createSession();
    const path = `/v1/sessions/${created.id}/ws`;
    const response = await upgrade(path, ["ghost.v1", `ghost.token.${created.hostToken}`], {
      origin: "https://evil.example",
    });
    if (response.webSocket === null) throw new Error("not accepted");
    expect((await new Client(response.webSocket).closed()).code).toBe(4403);
  });
});

describe("[API6] jurisdiction", () => {
  it("fails where the platform cannot restrict, and creates nothing", async () => {
    const before = (await listDurableObjectIds(env.CHAT_SESSIONS)).length;
    const answer = await call("POST", "/v1/sessions", { body: { jurisdiction: "eu" } });
    expect([answer.status, codeOf(answer)]).toEqual([501, "jurisdiction_unavailable"]);
    expect((await listDurableObjectIds(env.CHAT_SESSIONS)).length).toBe(before);
  });

  it("is used on creation and on every later look-up", async () => {
    const asked: string[] = [];
    const placed = placedIn(asked);
    const create = new Request(`${ORIGIN}/v1/sessions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ jurisdiction: "eu" }),
    });
    const created = v.parse(CreatedSchema, await (await route(create, placed)).json());
    expect(new Set(asked)).toEqual(new Set(["eu"]));
    asked.length = 0;
    const headers = { authorization: `Bearer ${created.hostToken}` };
    const shown = await route(new Request(`${ORIGIN}/v1/sessions/${created.id}`, { headers }), placed);
    expect(await shown.json()).toMatchObject({ jurisdiction: "eu" });
    expect(asked).toEqual(["eu"]);
    // The same token where nothing can be restricted: refused, not served from elsewhere.
    const refused = await route(new Request(`${ORIGIN}/v1/sessions/${created.id}`, { headers }), env);
    expect(await refused.json()).toMatchObject({ code: "jurisdiction_unavailable" });
    // Welcome tokens carry it on.
    const socket = await connect(created.id, created.hostToken);
    expect((await socket.closed()).code).toBe(ERRORS.jurisdiction_unavailable.close);
  });
});

describe("[API8] a service without its secrets refuses everything", () => {
  const broken: [string, Partial<Env>][] = [
    ["no token secret", { TOKEN_SECRET: "" }],
    ["a short token secret", { TOKEN_SECRET: "abcd" }],
    ["no identity key", { IDENTITY_KEY: "" }],
    ["an identity key that is none", { IDENTITY_KEY: '{"kty":"OKP"}' }],
    ["a bound that is no number", { MAX_TTL_SECONDS: "much" }],
    ["a jurisdiction that does not exist", { JURISDICTIONS: "eu,moon" }],
    ["bounds that leave nothing", { MIN_BURN_SECONDS: "61", MAX_TTL_SECONDS: "60" }],
  ];
  it.each(broken)("[RULE9] %s", async (_what, change) => {
    const bindings = { ...env, ...change } as Env;
    const answer = await route(new Request(`${ORIGIN}/v1/sessions`, { method: "POST" }), bindings);
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ code: "not_configured" });
  });
});

it("[SOCK2] and closes the sockets of those who speak ghost.v1 with its code", async () => {
  const request = new Request(`${ORIGIN}/v1/sessions/${"0".repeat(64)}/ws`, {
    headers: { upgrade: "websocket", "sec-websocket-protocol": "ghost.v1" },
  });
  const answer = await route(request, { ...env, TOKEN_SECRET: "" });
  if (answer.webSocket === null) throw new Error("not accepted");
  expect(await new Client(answer.webSocket).closed()).toEqual({ code: 4450, reason: "not_configured" });
});

it("[RULE2] an exception inside leaves as `internal` and nothing else", async () => {
  const canary = "canary in a message";
  const failing: Env = {
    ...env,
    CHAT_SESSIONS: new Proxy(env.CHAT_SESSIONS, {
      get() {
        throw new Error(canary);
      },
    }),
  };
  const answer = await route(new Request(`${ORIGIN}/v1/sessions`, { method: "POST" }), failing);
  const text = await answer.text();
  expect(answer.status).toBe(500);
  expect(text).not.toContain("canary");
  expect(JSON.parse(text)).toMatchObject({ code: "internal" });
});
