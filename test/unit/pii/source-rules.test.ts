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

/** Bytes cannot be declared as read-only: these are written by nobody. */
const TABLES: readonly string[] = ["KEY_BEGIN", "KEY_END", "NAMES", "SIMD_PROBE"];

/** What a module declares outside its functions that could hold something from one call to the next. */
function mutableIn(source: string): string[] {
  const variables = [...source.matchAll(/^(?:export )?(?:let|var) (\w+)/gm)].map(([, name = ""]) => name);
  const constants = [...source.matchAll(/^(?:export )?const (\w+)(?:: ([^=]+))? =\s+([^;]*)/gm)];
  const collections = constants.filter(([, name = "", type = "", value = ""]) => {
    if (/^new (?:\w*Array|DataView)|\.encode\(/.test(value)) return !TABLES.includes(name);
    if (/^new (?:Map|Set|Weak)/.test(value)) return !/^Readonly(?:Map|Set)</.test(type);
    return /^[[{]/.test(value) && type === "" && !/ as const\b/.test(value);
  });
  return [...variables, ...collections.map(([, name = ""]) => name)];
}

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
    for (const name of files) expect([name, mutableIn(code(name))]).toEqual([name, []]);
  });
  it.each([
    "let count = 0;",
    "export var last;",
    "const held = new Map<string, string>();",
    "const seen = new Set(\n  NAMES,\n);",
    "export const kept: WeakMap<object, string> = new WeakMap();",
    "const buffer = new Uint8Array(64);",
    'const word = new TextEncoder().encode("");',
    "const rows = [1, 2];",
    "const state = { count: 0 };",
  ])("[PII16] takes %s for mutable state", (line) => {
    expect(mutableIn(`const A = 1;\n${line}\n`)).toHaveLength(1);
  });
});
