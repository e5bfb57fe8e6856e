// Starts one Worker in a workerd process of its own. Everything but the code is the same for all: runtime,
// compatibility date and flags from wrangler.toml, storage on a private directory that is removed at the end.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { unstable_readConfig } from "wrangler";

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
  /** Without Miniflare's own entry in front of it, as the local runner has it. */
  readonly direct?: boolean;
}

/** A running Worker. */
export interface Service {
  readonly port: number;
  /** process id of its workerd */
  readonly pid: number;
  stop(): Promise<void>;
}

/** A module of a bundle, by the name that the others import it by. */
export interface Module {
  readonly type: "ESModule" | "CompiledWasm";
  readonly path: string;
  readonly contents: Uint8Array;
}

/** One self-contained module, made in memory, and the compiled ones that it loads. The first one is the entry. */
export async function bundle(program: Program): Promise<readonly Module[]> {
  const { outputFiles } = await build({
    entryPoints: [join(ROOT, program.main)],
    outdir: ROOT,
    bundle: true,
    loader: { ".wasm": "copy" },
    format: "esm",
    target: "es2024",
    platform: "browser",
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:*", "node:*"],
    minify: true,
    write: false,
    logLevel: "error",
  });
  const modules = outputFiles.map(({ path, contents }): Module => {
    return { type: path.endsWith(".wasm") ? "CompiledWasm" : "ESModule", path: basename(path), contents };
  });
  return modules.toSorted((a, b) => Number(a.type !== "ESModule") - Number(b.type !== "ESModule"));
}

const running = new Set<() => Promise<void>>();

/** Stops what a failed or interrupted measure left running. */
export async function stopServices(): Promise<void> {
  await Promise.allSettled([...running].map((stop) => stop()));
}

export async function startService(program: Program, modules: readonly Module[]): Promise<Service> {
  const directory = privateDirectory();
  // On a signal Miniflare ends the process by itself: this is the last chance.
  const removeDirectory = (): void => {
    rmSync(directory, { recursive: true, force: true });
  };
  process.once("exit", removeDirectory);
  const { binding, className } = program.object;
  const before = workerds();
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
          modules: [...modules],
          modulesRoot: ".",
          compatibilityDate: config.compatibility_date ?? "",
          compatibilityFlags: config.compatibility_flags,
          durableObjects: { [binding]: { className, useSQLite: true } },
          bindings: { ...program.variables },
          cache: false,
          ...(program.direct === true && { unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }] }),
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
    const ready = await miniflare.ready;
    const { port } = program.direct === true ? await miniflare.unsafeGetDirectURL() : ready;
    return { port: Number(port), pid: newWorkerd(before), stop };
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

/** Process ids of the workerds that this process runs. */
export function workerds(): ReadonlySet<number> {
  const children = readdirSync(`/proc/self/task`)
    .flatMap((task) => readFileSync(`/proc/self/task/${task}/children`, "utf8").trim().split(" "))
    .filter((pid) => pid !== "" && readFileSync(`/proc/${pid}/comm`, "utf8").trim() === "workerd");
  return new Set(children.map(Number));
}

/** The one that was started since `before`. */
export function newWorkerd(before: ReadonlySet<number>): number {
  const [pid, ...others] = [...workerds()].filter((each) => !before.has(each));
  if (pid === undefined || others.length > 0) throw new Error("cannot tell which workerd is whose");
  return pid;
}
