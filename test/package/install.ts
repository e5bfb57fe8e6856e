// Packs the checkout and installs the tarball into a new project, once for all tests of the package.
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { TestProject } from "vitest/node";
import { ROOT } from "../../scripts/package-entries.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** absolute paths of the packed tarball and of the project that it is installed in */
    readonly installation: { readonly tarball: string; readonly project: string };
  }
}

const exec = promisify(execFile);

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
    await exec("npm", ["pack", "--pack-destination", packed], { cwd: ROOT });
    const [tarball = ""] = readdirSync(packed).map((name) => join(packed, name));
    const manifest = { name: "consumer", private: true, type: "module" };
    writeFileSync(join(project, "package.json"), JSON.stringify(manifest));
    await exec("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", tarball], { cwd: project });
    provide("installation", { tarball, project });
    return remove;
  } catch (error) {
    remove();
    throw error;
  }
}
