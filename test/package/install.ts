// Packs a copy of the checkout and installs the tarball into a new project, once for all tests of the package. A copy,
// since packing builds dist/, and in the checkout other tests read it at the same time.
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { TestProject } from "vitest/node";
import { ROOT } from "../../scripts/package-entries.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** absolute paths of the copy that was packed, of its tarball and of the project that this is installed in */
    readonly installation: { readonly copy: string; readonly tarball: string; readonly project: string };
  }
}

const exec = promisify(execFile);
/** Nothing that a build reads; `dist` is copied in part. */
const LEFT_OUT: ReadonlySet<string> = new Set([".git", ".wrangler", "dist", "node_modules", "test"]);

/** Called by vitest; what it returns is called at the end. */
export default async function install({ provide }: TestProject): Promise<() => void> {
  const directory = mkdtempSync(join(tmpdir(), "ghost-consumer-"));
  const remove = () => {
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    const packed = join(directory, "packed");
    const project = join(directory, "project");
    mkdirSync(packed);
    mkdirSync(project);
    const copy = join(directory, "copy");
    await copyCheckout(copy);
    await exec("npm", ["pack", "--pack-destination", packed], { cwd: copy });
    const [tarball = ""] = readdirSync(packed).map((name) => join(packed, name));
    const manifest = { name: "consumer", private: true, type: "module" };
    writeFileSync(join(project, "package.json"), JSON.stringify(manifest));
    await exec("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", tarball], { cwd: project });
    provide("installation", { copy, tarball, project });
    return remove;
  } catch (error) {
    remove();
    throw error;
  }
}

/** Whatever a build of dist/ needs, and what it builds only where that is out of date: the engine and the page. */
async function copyCheckout(copy: string): Promise<void> {
  mkdirSync(join(copy, "dist/pii"), { recursive: true });
  const sources = readdirSync(ROOT).filter((name) => !LEFT_OUT.has(name));
  // With the times of files and folders, by which builds know what is out of date.
  const take = (names: readonly string[], folder: string) =>
    exec("cp", ["-Rp", ...names.map((name) => join(ROOT, name)), join(copy, folder)]);
  await take(sources, ".");
  await take(["dist/pii/engine.simd.wasm", "dist/pii/engine.scalar.wasm"], "dist/pii");
  await take(["dist/web"], "dist");
  symlinkSync(join(ROOT, "node_modules"), join(copy, "node_modules"));
}
