// docs/providers.md describes this very code: its examples are accepted, its tables are those of the presets.
import { describe, expect, it } from "vitest";
import { parseProviders } from "../../../src/providers/configuration.ts";
import { PRESETS } from "../../../src/providers/presets.ts";
import { blocks, read } from "./markdown.ts";

const page = read("docs/providers.md");
const examples = blocks(page).filter(({ language }) => language === "json");
const bindings = {
  OPENAI_API_KEY: "k",
  ANTHROPIC_API_KEY: "k",
  OPENROUTER_API_KEY: "k",
  HOUSE_API_KEY: "k",
  AI: { run: () => Promise.resolve(null) },
};

describe("[PROV13] docs/providers.md", () => {
  it.each(examples)("the example $text is accepted", ({ text }) => {
    const models = parseProviders(text, bindings);
    expect(models.length).toBeGreaterThan(0);
    // Each offers something that a session accepts where it says nothing about its policy.
    for (const { card } of models) {
      expect(card.retentionDays).toBeLessThanOrEqual(30);
      expect(card.trains).toBe(false);
    }
  });

  it("shows an example of every API and the same in a shell and in wrangler.toml", () => {
    const used = examples.flatMap(({ text }) =>
      parseProviders(text, bindings).map(({ provider }) => provider.kind),
    );
    expect(new Set(used)).toEqual(new Set(["chat-completions", "anthropic", "workers-ai"]));
    const inline = [...page.matchAll(/PROVIDERS ?= ?'([^']+)'/g)].map(([, json]) => json ?? "");
    expect(inline).toHaveLength(2);
    for (const json of inline) expect(parseProviders(json, bindings)).toHaveLength(1);
  });

  it("names every preset with its address, its secret, its opt-outs and the source of its card", () => {
    for (const [name, preset] of Object.entries(PRESETS)) {
      expect(page).toContain(`| \`${name}\``);
      if (preset.card !== null) expect(page).toContain(`(${preset.card.source})`);
      if (preset.card !== null) expect(page).toContain(preset.card.asOf);
      if (preset.api === "workers-ai") continue;
      if (preset.baseUrl !== null) expect(page).toContain(`\`${preset.baseUrl}\``);
      if (preset.keySecret !== null) expect(page).toContain(`\`${preset.keySecret}\``);
      if (preset.api !== "chat-completions") continue;
      const optOuts = JSON.stringify(preset.dialect.optOuts).slice(1, -1);
      if (optOuts !== "") expect(page).toContain(`\`${optOuts}\``);
    }
  });
});
