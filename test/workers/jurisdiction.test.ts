// Where a session may live, and what follows from it. One that was promised to a jurisdiction asks no model elsewhere: the
// Worker looks before an object is woken, the object decides, and each is shown by a deployment in which the two were
// told different regions of the same model.
import { env } from "cloudflare:workers";
import { listDurableObjectIds } from "cloudflare:test";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import type { Env } from "../../src/env.ts";
import {
  CreatedSchema,
  JurisdictionSchema,
  JurisdictionsSchema,
  ProblemSchema,
  SessionStateSchema,
  type Jurisdiction,
} from "../../src/protocol/api.ts";
import { route } from "../../src/router.ts";
import { ORIGIN } from "./support/client.ts";
import { storedBy } from "./support/objects.ts";
import { placedIn } from "./support/placed.ts";

type Region = "eu" | "us";

/** The variable PROVIDERS of a Worker that knows the model of one region, as the object does, by another card. */
function providers(name: Region, region: Region): string {
  const source = { source: "test", asOf: "2026-11-21" };
  const card = { operator: "a test", retentionDays: 0, trains: false, region, ...source };
  return JSON.stringify([{ preset: "ollama", name, models: ["placed"], card }]);
}

/** `object`: the region that the object was told; `worker`: what the Worker in front was told of the same model. */
function create(object: Region, worker: Region, jurisdiction: Region | null): Promise<Response> {
  const body = JSON.stringify({ jurisdiction, assistant: { model: `${object}/placed` } });
  const headers = { "content-type": "application/json" };
  const request = new Request(`${ORIGIN}/v1/sessions`, { method: "POST", headers, body });
  return route(request, { ...placedIn(), PROVIDERS: providers(object, worker) });
}

describe("[PROV3] the assistant of a session in a jurisdiction", () => {
  it("is a model of that region, and the session says so", async () => {
    const created = v.parse(CreatedSchema, await (await create("eu", "eu", "eu")).json());
    expect(created.assistant).toMatchObject({ model: "eu/placed", card: { region: "eu" } });
    const headers = { authorization: `Bearer ${created.hostToken}` };
    const shown = await route(new Request(`${ORIGIN}/v1/sessions/${created.id}`, { headers }), placedIn());
    expect(v.parse(SessionStateSchema, await shown.json())).toMatchObject({
      jurisdiction: "eu",
      assistant: { model: "eu/placed" },
    });
  });

  // `woken`: how many objects the refusal costs. Where the Worker knows, none.
  const elsewhere: [string, Region, Region, number][] = [
    ["both the Worker and the object know that it is elsewhere", "us", "us", 0],
    ["the Worker alone knows", "eu", "us", 0],
    ["the object alone knows", "us", "eu", 1],
  ];
  it.each(elsewhere)("is no model elsewhere: %s", async (_what, object, worker, woken) => {
    const before = new Set(await objects());
    const refused = await create(object, worker, "eu");
    expect(refused.status).toBe(422);
    expect(v.parse(ProblemSchema, await refused.json()).code).toBe("policy_unmet");
    const fresh = (await objects()).filter((id) => !before.has(id));
    expect(fresh).toHaveLength(woken);
    for (const id of fresh) expect(await storedBy(id)).toEqual({ entries: [], alarmAt: null });
    // It is for the place alone that it was refused.
    expect((await create(object, worker, null)).status).toBe(201);
  });
});

describe("[API9] the jurisdictions of a deployment", () => {
  const listed = async (bindings: Env): Promise<readonly Jurisdiction[]> => {
    const answer = await route(new Request(`${ORIGIN}/v1/jurisdictions`), bindings);
    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
    return v.parse(JurisdictionsSchema, await answer.json()).jurisdictions;
  };
  const createIn = (bindings: Env, jurisdiction: Jurisdiction): Promise<Response> => {
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify({ jurisdiction });
    return route(new Request(`${ORIGIN}/v1/sessions`, { method: "POST", headers, body }), bindings);
  };

  it.each([
    ["where the platform cannot restrict: none", env, []],
    ["where it can: all of them", placedIn(), ["eu", "fedramp", "us"]],
    ["where the operator chose: those", { ...placedIn(), JURISDICTIONS: " us,eu " }, ["eu", "us"]],
    ["where the operator wants none: none", { ...placedIn(), JURISDICTIONS: "" }, []],
    ["where the operator chose what the platform cannot: none", { ...env, JURISDICTIONS: "eu" }, []],
  ] as const)("%s; creation takes these and no other", async (_what, bindings, expected) => {
    expect(await listed(bindings)).toEqual(expected);
    const before = (await objects()).length;
    for (const each of JurisdictionSchema.options) {
      const answer = await createIn(bindings, each);
      if (expected.some((place) => place === each)) expect(answer.status).toBe(201);
      else expect(await answer.json()).toMatchObject({ code: "jurisdiction_unavailable" });
    }
    expect((await objects()).length).toBe(before + expected.length);
  });

  it("a session goes on where the operator allows no new ones any more", async () => {
    const created = v.parse(CreatedSchema, await (await createIn(placedIn(), "eu")).json());
    const headers = { authorization: `Bearer ${created.hostToken}` };
    const later = { ...placedIn(), JURISDICTIONS: "us" };
    const shown = await route(new Request(`${ORIGIN}/v1/sessions/${created.id}`, { headers }), later);
    expect(await shown.json()).toMatchObject({ jurisdiction: "eu" });
  });
});

const objects = async (): Promise<string[]> =>
  (await listDurableObjectIds(env.CHAT_SESSIONS)).map((id) => id.toString());
