import { describe, expect, it } from "vitest";
import { neededSecrets, parseProviders } from "../../../src/providers/configuration.ts";
import { PRESETS } from "../../../src/providers/presets.ts";

const KEYS = {
  OPENAI_API_KEY: "sk-one",
  ANTHROPIC_API_KEY: "sk-two",
  OPENROUTER_API_KEY: "sk-three",
  OWN_API_KEY: "sk-four",
};
const CARD = {
  operator: "us",
  retentionDays: 0,
  trains: false,
  region: "eu",
  source: "our agreement",
  asOf: "2026-11-01",
};
const parse = (...entries: unknown[]) => parseProviders(JSON.stringify(entries), KEYS);
const OPENAI = { preset: "openai", models: ["gpt-5"] };
const OLLAMA = { preset: "ollama", models: ["llama3.2"], card: CARD };

describe("[PROV4] PROVIDERS", () => {
  it.each([undefined, "", "  ", "[]"])("%j offers nothing besides the mirror", (json) => {
    expect(parseProviders(json, {})).toEqual([]);
  });

  it("a common set-up is a preset and its models", () => {
    const [model, ...others] = parse(OPENAI);
    expect(others).toEqual([]);
    expect(model).toEqual({
      id: "openai/gpt-5",
      card: PRESETS.openai.card,
      maxTokens: 4096,
      upstreamModel: "gpt-5",
      provider: {
        kind: "chat-completions",
        server: { baseUrl: "https://api.openai.com/v1", key: "sk-one", dialect: PRESETS.openai.dialect },
      },
    });
  });

  it("every preset has a card with a source and a date, or asks the operator for one", () => {
    for (const { card } of Object.values(PRESETS)) {
      if (card === null) continue;
      expect(card.source).toMatch(/^https:\/\//);
      expect(card.asOf).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    }
  });

  it("an operator overrides facts of a card and answers for them", () => {
    const agreement = { retentionDays: 0, source: "zero data retention agreement", asOf: "2026-10-01" };
    expect(parse({ ...OPENAI, card: agreement })[0]?.card).toEqual({ ...PRESETS.openai.card, ...agreement });
  });

  it("an address of its own, with a path, a port and a trailing slash", () => {
    const entry = {
      preset: "compatible",
      name: "ours",
      baseUrl: "https://models.example:8443/api/v1/",
      models: [{ id: "m", maxTokens: 9 }],
      keySecret: "OWN_API_KEY",
      card: CARD,
    };
    expect(parse(entry)[0]).toMatchObject({
      id: "ours/m",
      maxTokens: 9,
      provider: { server: { baseUrl: "https://models.example:8443/api/v1", key: "sk-four" } },
    });
  });

  it("Workers AI comes by its binding", () => {
    const AI = { run: () => Promise.resolve(null) };
    const json = JSON.stringify([
      {
        preset: "workers-ai",
        models: ["@cf/meta/llama-3.1-8b-instruct"],
        card: { retentionDays: 0, source: "x", asOf: "2026-11-01" },
      },
    ]);
    expect(parseProviders(json, { AI })[0]).toMatchObject({
      id: "workers-ai/@cf/meta/llama-3.1-8b-instruct",
      card: { retentionDays: 0, trains: false, region: "global" },
      provider: { kind: "workers-ai", binding: AI },
    });
    expect(() => parseProviders(json, {})).toThrow("no Workers AI binding");
  });

  const refused: [string, unknown][] = [
    ["no list", { openai: OPENAI }],
    ["an unknown preset", [{ ...OPENAI, preset: "gpt" }]],
    ["an unknown word", [{ ...OPENAI, log: true }]],
    ["a key in the JSON", [{ ...OPENAI, key: "sk-canary" }]],
    ["a secret of the service itself", [{ ...OPENAI, keySecret: "TOKEN_SECRET" }]],
    ["another secret of the service itself", [{ ...OPENAI, keySecret: "IDENTITY_KEY" }]],
    ["a secret that is not there", [{ ...OPENAI, keySecret: "MISSING_API_KEY" }]],
    ["no model", [{ ...OPENAI, models: [] }]],
    ["the same model twice", [OPENAI, OPENAI]],
    ["the name of the mirror", [{ ...OPENAI, name: "mirror" }]],
    ["a model id that is too long", [{ ...OPENAI, models: ["x".repeat(125)] }]],
    ["more tokens than allowed", [{ ...OPENAI, models: [{ id: "m", maxTokens: 1_000_000 }] }]],
    ["a card without a source", [{ ...OPENAI, card: { retentionDays: 0, asOf: "2026-11-01" } }]],
    ["a card without a date", [{ ...OPENAI, card: { retentionDays: 0, source: "x" } }]],
    ["a date that is none", [{ ...OPENAI, card: { retentionDays: 0, source: "x", asOf: "yesterday" } }]],
    ["negative retention", [{ ...OPENAI, card: { retentionDays: -1, source: "x", asOf: "2026-11-01" } }]],
    ["this machine, for a server elsewhere", [{ ...OPENAI, card: { ...CARD, region: "local" } }]],
    ["a preset's card at another address", [{ ...OPENAI, baseUrl: "https://elsewhere.example/v1" }]],
    [
      "a preset's key for another address",
      [{ ...OPENAI, baseUrl: "https://elsewhere.example/v1", card: CARD }],
    ],
    ["a card that only the operator can state", [{ ...OLLAMA, card: undefined }]],
    [
      "half a card that only the operator can state",
      [{ ...OLLAMA, card: { retentionDays: 0, source: "x", asOf: "2026-11-01" } }],
    ],
    ["a model that Ollama passes on", [{ ...OLLAMA, models: ["gpt-oss:120b-cloud"] }]],
    ["plain http to another machine", [{ ...OLLAMA, baseUrl: "http://10.0.0.1:11434/v1" }]],
    ["an address that is none", [{ ...OLLAMA, baseUrl: "models.example" }]],
    ["another scheme", [{ ...OLLAMA, baseUrl: "ftp://models.example" }]],
    ["a password in the address", [{ ...OLLAMA, baseUrl: "https://me:pw-canary@models.example/v1" }]],
    ["a query in the address", [{ ...OLLAMA, baseUrl: "https://models.example/v1?key=canary" }]],
    ["no address", [{ preset: "compatible", models: ["m"], card: CARD }]],
    ["an address for a binding", [{ preset: "workers-ai", models: ["m"], baseUrl: "https://x.example" }]],
  ];
  it.each(refused)("refuses %s, and repeats nothing of it", (_what, value) => {
    const error = thrown(() =>
      parseProviders(JSON.stringify(value), { ...KEYS, TOKEN_SECRET: "canary", IDENTITY_KEY: "canary" }),
    );
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toMatch(/^PROVIDERS/);
    expect(error.message).not.toContain("canary");
  });

  it.each(["", "with space", "line\nbreak", "ümlaut"])("refuses the key %j", (key) => {
    expect(() => parseProviders(JSON.stringify([OPENAI]), { OPENAI_API_KEY: key })).toThrow("OPENAI_API_KEY");
  });

  it("refuses what is not JSON", () => {
    expect(() => parseProviders("{canary", {})).toThrow("PROVIDERS is not JSON");
  });

  it("plain http where the operator answers for it", () => {
    const entry = { ...OLLAMA, baseUrl: "http://10.0.0.1:11434/v1", plainHttp: true };
    expect(parse(entry)[0]?.provider).toMatchObject({
      server: { baseUrl: "http://10.0.0.1:11434/v1", key: null },
    });
  });

  it("names the secrets that it needs", () => {
    const json = JSON.stringify([OPENAI, OLLAMA, { ...OPENAI, name: "second", keySecret: "OWN_API_KEY" }]);
    expect(neededSecrets(json)).toEqual(["OPENAI_API_KEY", "OWN_API_KEY"]);
  });
});

function thrown(action: () => unknown): Error {
  try {
    action();
  } catch (error) {
    return error as Error;
  }
  throw new Error("nothing was thrown");
}
