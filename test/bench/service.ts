// Starts one Worker in a workerd process of its own. Everything but the code is the same for all: runtime,
// compatibility date and flags from wrangler.toml, storage on a private directory that is removed at the end.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { unstable_readConfig } from "wrangler";
import { compiledModules, readCompiledModules } from "../../src/local/bundle.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
// The types of this call lead into a package that wrangler does not install.
const config = unstable_readConfig({ config: join(ROOT, "wrangler.toml") }) as {
  readonly compatibility_date?: string;
  readonly compatibility_flags: string[];
  readonly vars: Readonly<Record<string, unknown>>;
  readonly durable_objects: { readonly bindings: readonly { name: string; class_name: string }[] };
};

/** What is measured, apart from how. */
export interface Program {
  /** path of the entry module, from the repository's root */
  readonly main: string;
  /** binding name and class of the one kind of object */
  readonly object: { readonly binding: string; readonly className: string };
  readonly variables: Readonly<Record<string, string>>;
}

/** A running Worker. */
export interface Service {
  readonly port: number;
  /** process id of its workerd */
  readonly pid: number;
  stop(): Promise<void>;
}

/** One self-contained module, made in memory. */
export async function bundle(program: Program): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(ROOT, program.main)],
    bundle: true,
    format: "esm",
    target: "es2024",
    platform: "browser",
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:*", "node:*"],
    plugins: [compiledModules],
    minify: true,
    write: false,
    logLevel: "error",
  });
  const [output] = outputFiles;
  if (output === undefined) throw new Error(`esbuild made nothing of ${program.main}`);
  return output.text;
}

const running = new Set<() => Promise<void>>();

/** Stops what a failed or interrupted measure left running. */
export async function stopServices(): Promise<void> {
  await Promise.allSettled([...running].map((stop) => stop()));
}

export async function startService(program: Program, script: string): Promise<Service> {
  const before = new Set(childProcesses("workerd"));
  const directory = privateDirectory();
  // On a signal Miniflare ends the process by itself: this is the last chance.
  const removeDirectory = (): void => {
    rmSync(directory, { recursive: true, force: true });
  };
  process.once("exit", removeDirectory);
  const { binding, className } = program.object;
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      host: "127.0.0.1",
      port: 0,
      cf: false,
      logRequests: false,
      resourcePersistencePath: directory,
      workers: [
        {
          name: "bench",
          modules: [
            { type: "ESModule", path: "bench.mjs", contents: script },
            ...(await readCompiledModules("")),
          ],
          modulesRoot: ".",
          compatibilityDate: config.compatibility_date ?? "",
          compatibilityFlags: config.compatibility_flags,
          durableObjects: { [binding]: { className, useSQLite: true } },
          bindings: { ...program.variables },
          cache: false,
        },
      ],
    }),
  );
  const stop = async (): Promise<void> => {
    running.delete(stop);
    try {
      await miniflare.dispose();
    } finally {
      process.removeListener("exit", removeDirectory);
      removeDirectory();
    }
  };
  running.add(stop);
  try {
    const { port } = await miniflare.ready;
    const [pid, ...others] = childProcesses("workerd").filter((each) => !before.has(each));
    if (pid === undefined || others.length > 0) throw new Error("cannot tell which workerd is whose");
    return { port: Number(port), pid, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Variables that wrangler.toml gives the service, texts only. */
export function configuredVariables(): Record<string, string> {
  return Object.fromEntries(Object.entries(config.vars).map(([name, value]) => [name, String(value)]));
}

/** The one object class that wrangler.toml declares. */
export function configuredObject(): Program["object"] {
  const [object, ...others] = config.durable_objects.bindings;
  if (object === undefined || others.length > 0)
    throw new Error("expected one object class in wrangler.toml");
  return { binding: object.name, className: object.class_name };
}

export function describeRuntime(): string {
  const { compatibility_date: date = "none", compatibility_flags: flags } = config;
  return `compatibility date ${date}, flags: ${flags.join(" ")}`;
}

// Memory rather than disk, where there is such a file system: the disk must not be what is measured.
function privateDirectory(): string {
  const memory = statSync("/dev/shm", { throwIfNoEntry: false })?.isDirectory() === true;
  return mkdtempSync(join(memory ? "/dev/shm" : tmpdir(), "ghost-bench-"));
}

function childProcesses(name: string): number[] {
  return readdirSync(`/proc/self/task`)
    .flatMap((task) => readFileSync(`/proc/self/task/${task}/children`, "utf8").trim().split(" "))
    .filter((pid) => pid !== "" && readFileSync(`/proc/${pid}/comm`, "utf8").trim() === name)
    .map(Number);
}
