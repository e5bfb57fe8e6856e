import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startService, type Service } from "../../src/local/service.ts";
import { PATIENCE_MS } from "../support/client.ts";
import { ROOT } from "../support/processes.ts";

const directory = mkdtempSync(join(tmpdir(), "ghost-readme-"));
let service: Service;
beforeAll(async () => {
  service = await startService();
});
afterAll(async () => {
  await service.stop();
  rmSync(directory, { recursive: true, force: true });
});

/** The JavaScript below a heading of the README. */
function example(heading: string): string {
  const [, section = ""] = readFileSync("README.md", "utf8").split(`\n### ${heading}\n`);
  return /```js\n(.*?)```/s.exec(section)?.[1] ?? "";
}

async function run(name: string, code: string): Promise<string[]> {
  const file = join(directory, name);
  writeFileSync(file, code);
  const { stdout } = await promisify(execFile)(process.execPath, [file], {
    env: { ...process.env, SERVICE: service.url.origin },
    timeout: PATIENCE_MS,
  });
  return stdout.trim().split("\n");
}

it("[ASK1] the question of the README is asked as it is written, in at most 20 lines", async () => {
  const contents = example("Ask the assistant");
  expect(contents.trim().split("\n").length).toBeLessThanOrEqual(20);
  // From these very sources, in place of the package that they become.
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: ROOT, loader: "js" },
    alias: { "ghost-session/client": join(ROOT, "src/client/index.ts") },
    bundle: true,
    platform: "node",
    format: "esm",
    write: false,
  });
  const lines = await run("ask.mjs", outputFiles[0]?.text ?? "");
  expect(lines[0]).toBe("mirror keeps what it gets for 0 days");
  expect(lines.join("\n")).toContain("Hi, I'm [PERSON_1], mail me at [EMAIL_1].");
  expect(lines.slice(-3)).toEqual([
    "verified to its end",
    "the model saw [PERSON_1], not the PERSON",
    "the model saw [EMAIL_1], not the EMAIL",
  ]);
});

it("the example of the README runs as it is written", async () => {
  const lines = await run("hello.mjs", example("Two people and a burn"));
  expect(lines).toContain("Ada gets a receipt");
  expect(lines).toContain("Bob gets this would be sealed");
  for (const name of ["Ada", "Bob"]) {
    expect(lines).toContain(`${name} hears burned`);
    expect(lines).toContain(`${name} is closed with 4410 burned`);
  }
});
