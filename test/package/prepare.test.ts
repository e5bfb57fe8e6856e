// What npm runs by itself in a checkout: it builds where it can, and never stands in the way where it cannot.
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, it } from "vitest";
import { ROOT } from "../../scripts/package-entries.ts";

const exec = promisify(execFile);
const bare = mkdtempSync(join(tmpdir(), "ghost-bare-"));
afterAll(() => {
  rmSync(bare, { recursive: true, force: true });
});

it("[PKG6] an install without the build's tools succeeds and says that nothing is built", async () => {
  for (const name of ["package.json", "package-lock.json", "scripts", "src/local/check-node.js"]) {
    mkdirSync(join(bare, name, ".."), { recursive: true });
    cpSync(join(ROOT, name), join(bare, name), { recursive: true });
  }
  const { stderr } = await exec(process.execPath, ["scripts/prepare.js"], { cwd: bare });
  expect(stderr).toBe("dist/ is not built: esbuild, typescript, assemblyscript/bin/asc.js not installed.\n");
  await exec("npm", ["install", "--package-lock-only", "--offline", "--no-audit"], { cwd: bare });
  expect(JSON.parse(readFileSync(join(bare, "package-lock.json"), "utf8"))).toEqual(
    JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8")),
  );
});

it("[PKG6] an install with them builds the command that npx starts", async () => {
  const startedAtMs = Date.now();
  await exec("npm", ["run", "prepare"], { cwd: ROOT, timeout: 80_000 });
  const { bin } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
    bin: Record<string, string>;
  };
  const program = join(ROOT, bin["ghost-session"] ?? "");
  expect(statSync(program).mtimeMs).toBeGreaterThan(startedAtMs - 1_000);
  expect(readFileSync(program, "utf8")).toMatch(/^#!\/usr\/bin\/env node\n/);
  const { stdout } = await exec("npx", ["--no-install", "ghost-session", "--help"], { cwd: ROOT });
  expect(stdout).toContain("verify-statement");
}, 120_000);
