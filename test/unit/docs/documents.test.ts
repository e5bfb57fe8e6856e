// The documents describe this very code: generated tables are current, links lead somewhere, rules exist.
import { existsSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";
import { renderApiDocument } from "../../../scripts/api-docs.ts";
import { anchors, documents, links, read, ROOT, tableBelow } from "./markdown.ts";

const RULES = new Set([...read("docs/spec.md").matchAll(/^- \[([A-Z]+\d+)\]/gm)].map(([, id]) => id));
const PREFIXES = new Set([...RULES].map((id) => id?.replace(/\d+/, "")));

it("the tables of docs/api.md are those of the code (npm run docs)", async () => {
  const current = read("docs/api.md");
  expect(await renderApiDocument(current)).toBe(current);
});

it("the tables cannot be lost: a missing or unknown section is an error", async () => {
  const current = read("docs/api.md");
  await expect(renderApiDocument(current.replace("generated:bounds", "generated:nonsense"))).rejects.toThrow(
    "unknown section",
  );
  const without = current.replace(/<!-- generated:bounds -->.*?<!-- \/generated -->/s, "");
  await expect(renderApiDocument(without)).rejects.toThrow("no section for: bounds");
});

it("documents are found, with links and rules in them", () => {
  expect(documents().length).toBeGreaterThan(10);
  expect(documents().flatMap((document) => links(read(document))).length).toBeGreaterThan(50);
  expect(RULES.size).toBeGreaterThan(100);
});

describe.each(documents())("%s", (document) => {
  it("every relative link leads to a file and a heading that exist", () => {
    const broken = links(read(document)).filter((target) => !isThere(document, target));
    expect(broken).toEqual([]);
  });

  it("every rule that it names exists", () => {
    const named = [...read(document).matchAll(/\b([A-Z]{3,})(\d{1,2})\b/g)];
    const unknown = named.filter(([id, prefix]) => PREFIXES.has(prefix) && !RULES.has(id)).map(([id]) => id);
    expect(unknown).toEqual([]);
  });
});

it("[RULE12] every claim of the threat model names rules that exist, or the word trust", () => {
  const rows = tableBelow(read("docs/threat-model.md"), "## Claims");
  expect(rows.length).toBeGreaterThan(20);
  for (const [claim = "", held = ""] of rows) {
    const ids = held.match(/[A-Z]+\d+/g) ?? [];
    expect(ids.length > 0 || /\btrust\b/.test(held), claim).toBe(true);
    expect(
      ids.filter((id) => !RULES.has(id)),
      claim,
    ).toEqual([]);
  }
});

function isThere(document: string, target: string): boolean {
  if (/^(https?:|mailto:)/.test(target)) return true;
  const [path = "", anchor] = target.split("#");
  const file = path === "" ? document : normalize(join(dirname(document), path));
  if (file.startsWith("..") || !existsSync(join(ROOT, file))) return false;
  return anchor === undefined || anchors(read(file)).has(anchor);
}
