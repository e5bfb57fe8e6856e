// What npm runs by itself in a checkout: it builds where it can, and never stands in the way where it cannot.
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs"; // prettier-ignore
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, inject, it } from "vitest";
import { ROOT } from "../../scripts/package-entries.ts";

const exec = promisify(execFile);
const { copy } = inject("installation");
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

it("[PKG6] an install with them builds, and the build is the command that npx starts", async () => {
  // What the build does shows in the copy, where packing ran it; here it is enough to see that it runs.
  symlinkSync(join(ROOT, "node_modules"), join(bare, "node_modules"));
  writeFileSync(join(bare, "scripts/build.ts"), `const built: string = "built"; console.log(built);`);
  const prepared = await exec("npm", ["run", "prepare"], { cwd: bare });
  expect(prepared.stdout.trimEnd().split("\n").at(-1)).toBe("built");
  const { bin } = JSON.parse(readFileSync(join(copy, "package.json"), "utf8")) as {
    bin: Record<string, string>;
  };
  const program = readFileSync(join(copy, bin["ghost-session"] ?? ""), "utf8");
  expect(program).toMatch(/^#!\/usr\/bin\/env node\n/);
  const { stdout } = await exec("npx", ["--no-install", "ghost-session", "--help"], { cwd: copy });
  expect(stdout).toContain("verify-statement");
});

it("[PKG6] a build of the modules does not make the page out of date", async () => {
  const page = join(copy, "dist/web/index.html");
  const builtAtMs = statSync(page).mtimeMs;
  const module = join(copy, "dist/pii/index.js");
  writeFileSync(module, readFileSync(module));
  expect(statSync(module).mtimeMs).toBeGreaterThan(builtAtMs);
  await exec(process.execPath, ["scripts/web-build.mjs", "--if-needed"], { cwd: copy });
  expect(statSync(page).mtimeMs).toBe(builtAtMs);
});
