import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startService, type Service } from "../../src/local/service.ts";

const directory = mkdtempSync(join(tmpdir(), "ghost-readme-"));
let service: Service;
beforeAll(async () => {
  service = await startService();
});
afterAll(async () => {
  await service.stop();
  rmSync(directory, { recursive: true, force: true });
});

it("the example of the README runs as it is written", async () => {
  const example = /```js\n(.*?)```/s.exec(readFileSync("README.md", "utf8"))?.[1];
  const file = join(directory, "hello.mjs");
  writeFileSync(file, example ?? "");
  const { stdout } = await promisify(execFile)(process.execPath, [file], {
    env: { ...process.env, SERVICE: service.url.origin },
    timeout: 20_000,
  });
  const lines = stdout.trim().split("\n");
  expect(lines).toContain("Ada gets a receipt");
  expect(lines).toContain("Bob gets this would be sealed");
  for (const name of ["Ada", "Bob"]) {
    expect(lines).toContain(`${name} hears burned`);
    expect(lines).toContain(`${name} is closed with 4410 burned`);
  }
});
