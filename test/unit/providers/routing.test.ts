import { describe, expect, it } from "vitest";
import type { AssistantPolicy, Model, PolicyCard } from "../../../src/protocol/assistant.ts";
import type { Jurisdiction } from "../../../src/protocol/api.ts";
import { chooseModel } from "../../../src/providers/routing.ts";

const CARD: PolicyCard = {
  operator: "somebody",
  retentionDays: 30,
  trains: false,
  region: "global",
  source: "https://example.com/policy",
  asOf: "2026-11-21",
};
const POLICY: AssistantPolicy = { maxRetentionDays: 30, allowTraining: false, regions: null };

type Row = [string, Partial<PolicyCard>, Partial<AssistantPolicy>, Jurisdiction | null, boolean];
const rows: Row[] = [
  ["what the card states is exactly what is accepted", {}, {}, null, true],
  ["a day too long", { retentionDays: 31 }, {}, null, false],
  ["not kept at all", { retentionDays: 0 }, { maxRetentionDays: 0 }, null, true],
  ["a day where none is accepted", { retentionDays: 1 }, { maxRetentionDays: 0 }, null, false],
  ["retention not stated", { retentionDays: null }, {}, null, false],
  [
    "retention not stated, whatever is accepted",
    { retentionDays: null },
    { maxRetentionDays: 1e9 },
    null,
    false,
  ],
  ["trains", { trains: true }, {}, null, false],
  ["training not stated", { trains: null }, {}, null, false],
  ["trains, and may", { trains: true }, { allowTraining: true }, null, true],
  ["training not stated, and may", { trains: null }, { allowTraining: true }, null, true],
  ["a region that is accepted", { region: "eu" }, { regions: ["us", "eu"] }, null, true],
  ["a region that is not accepted", { region: "us" }, { regions: ["eu"] }, null, false],
  ["everywhere is in no region", { region: "global" }, { regions: ["eu", "us", "fedramp"] }, null, false],
  ["everywhere, where that is accepted", { region: "global" }, { regions: ["global"] }, null, true],
  ["here, where no region is accepted", { region: "local" }, { regions: [] }, null, true],
  ["elsewhere, where no region is accepted", { region: "eu" }, { regions: [] }, null, false],
  ["eu in eu", { region: "eu" }, {}, "eu", true],
  ["us in eu", { region: "us" }, {}, "eu", false],
  ["everywhere in eu", { region: "global" }, {}, "eu", false],
  ["here in eu", { region: "local" }, {}, "eu", true],
  ["us in us", { region: "us" }, {}, "us", true],
  ["fedramp in us", { region: "fedramp" }, {}, "us", false],
  ["fedramp in fedramp", { region: "fedramp" }, {}, "fedramp", true],
  ["us in fedramp", { region: "us" }, {}, "fedramp", false],
  ["here in fedramp", { region: "local" }, {}, "fedramp", true],
  ["the policy does not widen the jurisdiction", { region: "us" }, { regions: ["us"] }, "eu", false],
  ["the jurisdiction does not widen the policy", { region: "eu" }, { regions: ["us"] }, "eu", false],
];

describe("[PROV3] which model a session may use", () => {
  it.each(rows)("%s", (_what, card, policy, jurisdiction, accepted) => {
    const model: Model = { id: "a/b", card: { ...CARD, ...card }, maxTokens: 100 };
    const choice = { model: "a/b", policy: { ...POLICY, ...policy }, pii: "required" as const };
    const terms = chooseModel([model], choice, jurisdiction);
    expect(terms).toEqual(
      accepted
        ? {
            ok: true,
            value: { model: "a/b", pii: "required", policy: choice.policy, card: model.card, maxTokens: 100 },
          }
        : { ok: false, code: "policy_unmet" },
    );
  });

  it("a model that is not offered is unknown, also by a part of its name", () => {
    const models: Model[] = [{ id: "a/b", card: CARD, maxTokens: 100 }];
    for (const model of ["a", "b", "a/b/c", "A/B", "", "__proto__"]) {
      const choice = { model, policy: POLICY, pii: "offered" as const };
      expect(chooseModel(models, choice, null)).toEqual({ ok: false, code: "model_unknown" });
    }
  });
});
