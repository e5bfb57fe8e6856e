// The guide's example is what people copy first: it runs as it is written, from a file outside the repository.
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startService, type Service } from "../../src/local/service.ts";

const directory = mkdtempSync(join(tmpdir(), "ghost-guide-"));
let service: Service;
beforeAll(async () => {
  service = await startService();
});
afterAll(async () => {
  await service.stop();
  rmSync(directory, { recursive: true, force: true });
});

it("[SDK14] the example of the guide runs as it is written", async () => {
  const guide = readFileSync("docs/sdk.md", "utf8");
  const example = /```js\n(.*?)```/s.exec(guide)?.[1] ?? "";
  expect(example.trim().split("\n").length).toBeLessThanOrEqual(20);
  const home = join(directory, "node_modules/ghost-session");
  mkdirSync(home, { recursive: true });
  const manifest = { name: "ghost-session", type: "module", exports: { "./client": "./client.js" } };
  writeFileSync(join(home, "package.json"), JSON.stringify(manifest));
  const outfile = join(home, "client.js");
  await build({
    entryPoints: ["src/client/index.ts"],
    bundle: true,
    format: "esm",
    target: "es2024",
    outfile,
  });
  const file = join(directory, "chat.mjs");
  writeFileSync(file, example);
  const { stdout } = await promisify(execFile)(process.execPath, [file], {
    env: { ...process.env, SERVICE: service.url.origin },
    timeout: 30_000,
  });
  const lines = stdout.trim().split("\n");
  // Names travel on their own: a message that is faster than the introduction has none yet.
  expect(lines).toContainEqual(expect.stringMatching(/^(Ada|somebody): This will be gone\.$/));
  expect(lines).toContain("10 minutes left");
  expect(lines).toContain("burned, 0 keys left in storage");
  expect(lines).toContain("Ada's session: burned");
});
