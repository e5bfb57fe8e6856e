// Rules that the sources themselves must keep: what runs in the isolate uses no regular expression, no console, nothing of a platform.
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const directory = new URL("../../../src/pii/", import.meta.url);
const files = readdirSync(directory).filter((name) => name.endsWith(".ts"));
const shared = files.filter((name) => !name.startsWith("load-"));
/** The source without comments and string literals. */
const code = (name: string): string =>
  readFileSync(new URL(name, directory), "utf8")
    .replaceAll(/\/\*[\s\S]*?\*\//g, "")
    .replaceAll(/\/\/.*$/gm, "")
    .replaceAll(/"(?:[^"\\\n]|\\.)*"/g, '""');

describe("sources of src/pii", () => {
  it.each(shared)("[PII16] %s is platform-free and matches no content by regular expression", (name) => {
    const text = code(name);
    expect(text).not.toMatch(/\bconsole\b|\bprocess\b|\brequire\(/);
    expect(text).not.toMatch(
      /RegExp|\.match\(|\.matchAll\(|\.replace\(|\.replaceAll\(|\.search\(|\.test\(|\.split\(/,
    );
    expect(text).not.toMatch(/[=(,:]\s*\/(?![/*\s])/);
  });
  it.each(files)("[PII16] %s imports nothing from the rest of the project", (name) => {
    const source = readFileSync(new URL(name, directory), "utf8").replaceAll(/^\/\/.*$/gm, "");
    for (const [, from] of source.matchAll(/from "([^"]+)"/g)) {
      const allowed =
        from?.startsWith("./") === true ||
        from === "@noble/ciphers/ff1.js" ||
        (name === "load-node.ts" && from?.startsWith("node:") === true);
      expect(allowed, `${name} imports ${from ?? ""}`).toBe(true);
    }
  });
  it("[PII16] keeps no mutable state in a module", () => {
    expect(files.length).toBeGreaterThan(10);
    for (const name of files) expect(code(name), name).not.toMatch(/^(?:export )?(?:let|var) /m);
  });
});
