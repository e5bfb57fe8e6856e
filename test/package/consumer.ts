// A project of somebody else: empty, outside the checkout, with the package installed as it would be published. What
// works here works without the sources, without our tools and without whatever else lies in the checkout.
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { ROOT } from "../../scripts/package-entries.ts";

const exec = promisify(execFile);
/** milliseconds; packing builds everything, and the machine may be busy */
const STEP_TIMEOUT_MS = 80_000;

export interface Consumer {
  readonly tarball: string;
  /** The path of a file of the project, which may not exist yet. */
  path(name: string): string;
  /** Puts a file into the project and returns its path. */
  file(name: string, text: string): string;
  /** Runs a program of the system in the project; rejects where it fails. */
  run(program: string, args: readonly string[], environment?: Record<string, string>): Promise<string>;
  /** Names of all packages that are installed, at any depth. */
  installed(): string[];
  remove(): void;
}

/** Packs the checkout and installs the tarball into a new project. */
export async function createConsumer(): Promise<Consumer> {
  const directory = mkdtempSync(join(tmpdir(), "ghost-consumer-"));
  const remove = () => {
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    const packed = join(directory, "packed");
    mkdirSync(packed);
    await exec("npm", ["pack", "--pack-destination", packed], { cwd: ROOT, timeout: STEP_TIMEOUT_MS });
    const [tarball = ""] = readdirSync(packed).map((name) => join(packed, name));
    const project = join(directory, "project");
    const consumer = openProject(project, tarball, remove);
    consumer.file("package.json", JSON.stringify({ name: "consumer", private: true, type: "module" }));
    await consumer.run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", tarball]);
    return consumer;
  } catch (error) {
    remove();
    throw error;
  }
}

function openProject(project: string, tarball: string, remove: () => void): Consumer {
  const path = (name: string) => join(project, name);
  return {
    tarball,
    path,
    file: (name, text) => {
      mkdirSync(dirname(path(name)), { recursive: true });
      writeFileSync(path(name), text);
      return path(name);
    },
    run: async (program, args, environment = {}) => {
      const env = { ...process.env, ...environment };
      const { stdout } = await exec(program, args, { cwd: project, env, timeout: STEP_TIMEOUT_MS });
      return stdout;
    },
    installed: () => packagesIn(path("node_modules")),
    remove,
  };
}

function packagesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).flatMap((name) =>
    name.startsWith("@") ? readdirSync(join(folder, name)).map((inner) => `${name}/${inner}`) : [name],
  );
  const packages = names.filter((name) => existsSync(join(folder, name, "package.json")));
  return packages.flatMap((name) => [name, ...packagesIn(join(folder, name, "node_modules"))]);
}
