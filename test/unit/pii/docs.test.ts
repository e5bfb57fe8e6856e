// Runs the examples of docs/pii.md: each "=> value" after an expression must be what the expression gives.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as pii from "../../../src/pii/index.ts";
import { loadPiiModule } from "../../../src/pii/load-node.ts";

const doc = readFileSync(new URL("../../../docs/pii.md", import.meta.url), "utf8");
const examples = doc
  .split("```js\n")
  .slice(1)
  .map((part) => part.slice(0, part.indexOf("```")));

/** The example as a function body: imports become the library's own objects, noted results become assertions. */
function body(example: string): string {
  return example
    .split("\n")
    .filter((line) => !line.startsWith("import "))
    .map((line) => {
      const mark = line.indexOf("; // => ");
      if (mark < 0) return line;
      return `__check(${line.slice(0, mark)}, ${line.slice(mark + 8)});`;
    })
    .join("\n");
}

describe("docs/pii.md", () => {
  it("[PII19] has examples", () => {
    expect(examples.length).toBeGreaterThan(3);
  });
  it.each(examples.map((e, i) => [i + 1, e] as const))(
    "[PII19] example %i runs as printed",
    async (_, example) => {
      let checks = 0;
      const check = (got: unknown, want: unknown): void => {
        checks++;
        expect(got).toEqual(want);
      };
      const scope: Record<string, unknown> = { ...pii, loadPiiModule, __check: check };
      const AsyncFunction = (async () => undefined).constructor as new (
        ...args: string[]
      ) => (...values: unknown[]) => Promise<void>;
      await new AsyncFunction(...Object.keys(scope), body(example))(...Object.values(scope));
      expect(checks).toBeGreaterThan(0);
    },
  );
});
