import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const ID = /\[([A-Z]{2,}[0-9]+)\]/g;

function idsIn(text: string): Set<string> {
  return new Set([...text.matchAll(ID)].map(([, id]) => id ?? ""));
}

function testFiles(): string[] {
  return readdirSync("test", { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".test.ts"))
    .map((name) => join("test", name));
}

/** Titles only: an id in a comment shows nothing. */
function titlesIn(source: string): string {
  return [...source.matchAll(/\b(?:it|test|describe)(?:\.[a-z]+)*(?:\([^)]*\))?\(\s*(["'`])(.*?)\1/gs)]
    .map(([, , title]) => title)
    .join("\n");
}

it("[SPEC1] every rule is quoted by a test and every quoted id is a rule", () => {
  const rules = idsIn(readFileSync("docs/spec.md", "utf8"));
  const quoted = new Set(testFiles().flatMap((file) => [...idsIn(titlesIn(readFileSync(file, "utf8")))]));
  expect([...rules].filter((id) => !quoted.has(id))).toEqual([]);
  expect([...quoted].filter((id) => !rules.has(id))).toEqual([]);
});
