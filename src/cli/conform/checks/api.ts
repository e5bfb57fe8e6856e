// What the HTTP face says: form of answers and refusals, validation, origins. Sends only to this deployment.
import { MAX_BODY_BYTES } from "../../../protocol/limits.ts";
import { JurisdictionSchema, JurisdictionsSchema, ProblemSchema } from "../../../protocol/api.ts";
import { ERRORS, type ErrorCode } from "../../../protocol/errors.ts";
import { SUBPROTOCOL, TOKEN_SUBPROTOCOL } from "../../../protocol/control.ts";
import { codeOf, hasForm, type Context } from "../context.ts";
import { expectSame, expectThat, premise, type Check } from "../verdict.ts";
import type { Answer } from "../wire.ts";

const SESSIONS = "/v1/sessions";
/** An origin that belongs to nobody (RFC 2606). */
const FOREIGN_ORIGIN = "https://conformance.invalid";

/** Every documented call; the parameters as OpenAPI names them. */
const CALLS: Readonly<Record<string, readonly string[]>> = {
  "/v1/health": ["get"],
  "/.well-known/jwks.json": ["get"],
  "/v1/sessions": ["post"],
  "/v1/sessions/{id}": ["delete", "get"],
  "/v1/sessions/{id}/burn": ["patch"],
  "/v1/sessions/{id}/invites": ["delete", "post"],
  "/v1/sessions/{id}/invites/{invite}": ["delete"],
  "/v1/sessions/{id}/participants/{participant}": ["delete"],
  "/v1/sessions/{id}/ws": ["get"],
  "/v1/models": ["get"],
  "/v1/jurisdictions": ["get"],
  "/v1/openapi.json": ["get"],
};

/** Bodies that creation has to refuse. */
const BAD_BODIES: readonly (readonly [what: string, body: unknown, code: ErrorCode])[] = [
  ["a text for a number", { burn: { ttl: "60" } }, "bad_request"],
  ["an unknown field", { burn: { ttl: 60, log: true } }, "bad_request"],
  ["an unknown field at the top", { admin: true }, "bad_request"],
  ["a negative time", { burn: { ttl: -1 } }, "bad_request"],
  ["a fraction", { burn: { ttl: 1.5 } }, "bad_request"],
  ["a huge number", json('{"burn":{"ttl":1e999}}'), "bad_request"],
  ["null for a time that is always there", { burn: { ttl: null } }, "bad_request"],
  ["a list", [], "bad_request"],
  ["broken JSON", json('{"burn":'), "bad_request"],
  ["deep JSON", json("[".repeat(2_000) + "]".repeat(2_000)), "bad_request"],
  ["invalid UTF-8", json(new Uint8Array([0x7b, 0xff, 0x7d])), "bad_request"],
  ["ten million seconds", { burn: { ttl: 10_000_000 } }, "out_of_bounds"],
  ["an oversized body", json(`{"burn":{"burnBy":"${"x".repeat(MAX_BODY_BYTES)}"}}`), "body_too_large"],
  ["another media type", { text: "{}", type: "text/plain" }, "unsupported_media_type"],
];

interface Typed {
  readonly text: string | Uint8Array;
  readonly type: string;
}

function json(text: string | Uint8Array): Typed {
  return { text, type: "application/json" };
}

function isTyped(body: unknown): body is Typed {
  return typeof body === "object" && body !== null && "text" in body && "type" in body;
}

function post(context: Context, body: unknown): Promise<Answer> {
  return isTyped(body)
    ? context.call("POST", SESSIONS, { body: body.text, headers: { "content-type": body.type } })
    : context.call("POST", SESSIONS, { body });
}

function expectProblem(answer: Answer, code: ErrorCode, what: string): void {
  const { status, retryable } = ERRORS[code];
  expectSame([answer.status, codeOf(answer)], [status, code], what);
  expectSame(answer.headers["content-type"], "application/problem+json", `${what}: media type`);
  expectThat(hasForm(ProblemSchema, answer.body), `${what}: the problem document has not its form`);
  const body = answer.body as { status: unknown; retryable: unknown };
  expectSame([body.status, body.retryable], [status, retryable], `${what}: status and retryable`);
}

export const API_CHECKS: readonly Check[] = [
  {
    rules: ["API1"],
    tries: "refusals of five kinds are problem documents with code, status and names of fields, no values",
    run: async (context) => {
      const refused = await post(context, { burn: { ttl: "canary-value" }, "canary-name": 1 });
      expectProblem(refused, "bad_request", "a body with a wrong field");
      expectThat(!refused.text.includes("canary"), "a refusal repeats what the caller sent");
      const { at } = refused.body as { at?: unknown };
      expectThat(Array.isArray(at) && at.includes("burn.ttl"), "a refused field is not named in `at`");
      expectProblem(await context.call("GET", "/v1/nothing"), "not_found", "an unknown address");
      expectProblem(await context.call("PUT", "/v1/health"), "method_not_allowed", "a wrong method");
      const created = await context.create();
      const late = await context.call("PATCH", created.links.burn, {
        token: created.hostToken,
        body: { ttl: created.burn.ttl + 1 },
      });
      expectProblem(late, "beyond_hard_cap", "a time past the hard cap");
      await premise("burning", context.burn(created));
      expectProblem(
        await context.call("GET", created.links.self, { token: created.hostToken }),
        "burned",
        "a burned session",
      );
    },
  },
  {
    rules: ["API2"],
    tries: `creation refuses ${String(BAD_BODIES.length)} bad bodies, each with its code`,
    run: async (context) => {
      for (const [what, body, code] of BAD_BODIES) {
        const answer = await post(context, body);
        expectSame([answer.status, codeOf(answer)], [ERRORS[code].status, code], what);
      }
    },
  },
  {
    rules: ["API3"],
    tries: "the OpenAPI document lists every documented call, strict schemas, and what OPTIONS allows",
    run: async (context) => {
      const { body } = await context.call("GET", "/v1/openapi.json");
      const { openapi, paths } = (body ?? {}) as { openapi?: unknown; paths?: unknown };
      expectThat(typeof openapi === "string" && openapi.startsWith("3.1"), "it is no OpenAPI 3.1 document");
      expectThat(typeof paths === "object" && paths !== null, "it describes no paths");
      const described = paths as Record<string, Record<string, unknown> | undefined>;
      for (const [path, methods] of Object.entries(CALLS)) {
        const operations = Object.keys(described[path] ?? {});
        const missing = methods.filter((method) => !operations.includes(method));
        expectSame(missing, [], `methods of ${path} that are not described`);
        const { headers } = await context.call("OPTIONS", path.replaceAll(/\{\w+\}/g, "x"));
        const allowed = (headers.allow ?? "").split(", ").map((method) => method.toLowerCase());
        expectSame(operations.toSorted(), allowed.toSorted(), `methods of ${path}, described and allowed`);
      }
      const text = JSON.stringify(described[SESSIONS]);
      expectThat(
        text.includes('"additionalProperties":false'),
        "the schema of creation takes unknown fields",
      );
    },
  },
  {
    rules: ["API4"],
    tries:
      "a page of a foreign origin is refused, on the socket too, or allowed with CORS headers; its own is let in",
    run: async (context) => {
      const own = await context.call("POST", SESSIONS, { headers: { origin: context.wire.origin.origin } });
      expectSame(own.status, 201, "a page of the service's own origin creates a session");
      const foreign = await context.call("POST", SESSIONS, { headers: { origin: FOREIGN_ORIGIN } });
      const allowed = foreign.headers["access-control-allow-origin"];
      const created = await context.create();
      const offers = [SUBPROTOCOL, `${TOKEN_SUBPROTOCOL}${created.hostToken}`];
      const peer = await context.open(created.links.socket, offers, {}, { origin: FOREIGN_ORIGIN });
      const admitted = await peer.admitted();
      if (foreign.status === 201) {
        expectThat(allowed === FOREIGN_ORIGIN || allowed === "*", "an allowed page gets no CORS header");
        expectSame(admitted, "welcome", "the socket of an allowed page");
        return;
      }
      expectSame([foreign.status, codeOf(foreign)], [403, "origin_forbidden"], "a foreign page");
      expectSame(allowed, undefined, "CORS header for a page that is refused");
      expectSame(admitted, "origin_forbidden", "the socket of a foreign page");
    },
  },
  {
    rules: ["API5"],
    tries: "seven answers, refusals among them, carry Cache-Control: no-store",
    run: async (context) => {
      const created = await context.create();
      const token = created.hostToken;
      const answers = {
        "the health answer": await context.call("GET", "/v1/health"),
        "the key set": await context.call("GET", "/.well-known/jwks.json"),
        "an unknown address": await context.call("GET", "/v1/nothing"),
        "a creation": await context.call("POST", SESSIONS, { body: {} }),
        "the state of a session": await context.call("GET", created.links.self, { token }),
        "a refused token": await context.call("GET", created.links.self, { token: "x" }),
        "an invite": await context.call("POST", created.links.invites, { token, body: {} }),
      };
      for (const [what, { headers }] of Object.entries(answers)) {
        expectSame(headers["cache-control"], "no-store", `Cache-Control of ${what}`);
      }
    },
  },
  {
    rules: ["API6"],
    tries: "a session in a jurisdiction is kept there by its own word, or refused as unavailable",
    run: async (context) => {
      const answer = await context.call("POST", SESSIONS, { body: { jurisdiction: "eu" } });
      if (answer.status !== 201) {
        expectSame([answer.status, codeOf(answer)], [501, "jurisdiction_unavailable"], "a session in the eu");
        return;
      }
      const { id, hostToken } = answer.body as { id: string; hostToken: string };
      const state = await context.call("GET", `${SESSIONS}/${id}`, { token: hostToken });
      const place = (state.body as { jurisdiction?: unknown } | undefined)?.jurisdiction;
      expectSame([state.status, place], [200, "eu"], "state of a session that was created in the eu");
    },
  },
  {
    rules: ["API9"],
    tries: "the first jurisdiction that is named is taken, every one that is not is refused",
    run: async (context) => {
      const { status, body } = await context.call("GET", "/v1/jurisdictions");
      expectSame(status, 200, "status of the list of jurisdictions");
      expectThat(hasForm(JurisdictionsSchema, body), "the list of jurisdictions has not its form");
      const { jurisdictions } = body as { jurisdictions: readonly string[] };
      const others = JurisdictionSchema.options.filter((each) => !jurisdictions.includes(each));
      for (const jurisdiction of [...jurisdictions.slice(0, 1), ...others]) {
        const answer = await context.call("POST", SESSIONS, { body: { jurisdiction } });
        const expected = jurisdictions.includes(jurisdiction) ? "taken" : "jurisdiction_unavailable";
        expectSame(
          answer.status === 201 ? "taken" : codeOf(answer),
          expected,
          `a session in ${jurisdiction}`,
        );
      }
    },
  },
  {
    rules: ["API7"],
    tries: "unknown addresses answer 404, wrong methods 405 with Allow",
    run: async (context) => {
      for (const path of ["/v2/sessions", "/v1/session", "/v1/sessions/x/y/z/w"]) {
        expectSame((await context.call("GET", path)).status, 404, path);
      }
      const wrong = await context.call("PUT", SESSIONS, { body: {} });
      expectSame([wrong.status, wrong.headers.allow], [405, "POST"], `PUT ${SESSIONS}`);
    },
  },
];
