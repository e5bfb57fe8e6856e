import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import * as v from "valibot";
import { ModelsSchema } from "../../src/protocol/assistant.ts";
import type { Env } from "../../src/env.ts";
import { route } from "../../src/router.ts";
import { ORIGIN } from "./support/client.ts";

const PROVIDERS = JSON.stringify([
  { preset: "openai", models: ["gpt-5", { id: "gpt-5-mini", maxTokens: 100 }] },
]);

/** A call of a deployment with other variables. */
const get = (path: string, change: Readonly<Record<string, string>>) =>
  route(new Request(`${ORIGIN}${path}`), { ...(env as Env), ...change });

describe("[PROV11] GET /v1/models", () => {
  it("shows the mirror where nothing is configured, to any page", async () => {
    const answer = await get("/v1/models", { PROVIDERS: "" });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
    const { models } = v.parse(ModelsSchema, await answer.json());
    expect(models).toMatchObject([
      { id: "mirror", card: { retentionDays: 0, trains: false, region: "local", source: null } },
    ]);
  });

  it("shows what is offered, and nothing of the way to it", async () => {
    const answer = await get("/v1/models", { PROVIDERS, OPENAI_API_KEY: "key-canary" });
    const text = await answer.text();
    const { models } = v.parse(ModelsSchema, JSON.parse(text));
    expect(models.map(({ id, maxTokens }) => [id, maxTokens])).toEqual([
      ["mirror", 4096],
      ["openai/gpt-5", 4096],
      ["openai/gpt-5-mini", 100],
    ]);
    expect(models[1]?.card).toMatchObject({ operator: "OpenAI", retentionDays: 30, asOf: "2026-11-21" });
    expect(text).not.toContain("key-canary");
    expect(text).not.toContain("api.openai.com");
  });

  it.each([
    ["malformed", { PROVIDERS: "{provider-canary" }],
    ["of another form", { PROVIDERS: '[{"preset":"provider-canary"}]' }],
    ["without its secret", { PROVIDERS }],
    ["with an empty secret", { PROVIDERS, OPENAI_API_KEY: "" }],
  ])("PROVIDERS %s refuses every call", async (_what, change) => {
    for (const path of ["/v1/models", "/v1/health", "/.well-known/jwks.json"]) {
      const answer = await get(path, change);
      const text = await answer.text();
      expect(answer.status).toBe(503);
      expect(JSON.parse(text)).toMatchObject({ code: "not_configured" });
      expect(text).not.toContain("canary");
    }
  });
});
