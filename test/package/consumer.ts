// A project of somebody else: empty, outside the checkout, with the package installed as it would be published. What
// works here works without the sources, without our tools and without whatever else lies in the checkout.
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { inject } from "vitest";

const exec = promisify(execFile);
const { project, tarball } = inject("installation");
/** milliseconds; the machine may be busy */
const RUN_TIMEOUT_MS = 500_000;

/** The path of a file of the project, which may not exist yet. */
function path(name: string): string {
  return join(project, name);
}

/** Puts a file into the project and returns its path. */
function file(name: string, text: string): string {
  mkdirSync(dirname(path(name)), { recursive: true });
  writeFileSync(path(name), text);
  return path(name);
}

/** Runs a program in the project and returns what it prints; rejects where it fails. */
async function run(
  program: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<string> {
  const env = { ...process.env, ...environment };
  const { stdout } = await exec(program, args, { cwd: project, env, timeout: RUN_TIMEOUT_MS });
  return stdout;
}

/** Names of all packages that are installed, at any depth. */
function installed(folder = path("node_modules")): string[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).flatMap((name) =>
    name.startsWith("@") ? readdirSync(join(folder, name)).map((inner) => `${name}/${inner}`) : [name],
  );
  const packages = names.filter((name) => existsSync(join(folder, name, "package.json")));
  return packages.flatMap((name) => [name, ...installed(join(folder, name, "node_modules"))]);
}

export const consumer = { tarball, path, file, run, installed };
