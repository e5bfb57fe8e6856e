// The Worker as wrangler.toml describes it. Nothing that wrangler.toml says is repeated anywhere in src/local:
// compatibility date, flags, objects and variables are read here, so that a local run cannot drift from a
// deployment.
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import {
  unstable_getMiniflareWorkerOptions,
  unstable_readConfig,
  type SourcelessWorkerOptions,
} from "wrangler";
import { LocalFailure } from "./local-failure.ts";
import { quietWrangler } from "./quiet-wrangler.ts";

export const ROOT = fileURLToPath(new URL("../../", import.meta.url));
export const WRANGLER_CONFIG = fileURLToPath(new URL("../../wrangler.toml", import.meta.url));

export interface WorkerDescription {
  readonly name: string;
  /** absolute path of the entry module */
  readonly main: string;
  /** constants that the bundler puts in place */
  readonly define: Readonly<Record<string, string>>;
  /** variables */
  readonly bindings: Readonly<Record<string, unknown>>;
  /** all of it, in the form that Miniflare takes */
  readonly options: SourcelessWorkerOptions;
}

/** Reads wrangler.toml. Throws a LocalFailure where this runtime cannot do what it asks for. */
export function describeWorker(configPath: string = WRANGLER_CONFIG): WorkerDescription {
  quietWrangler();
  // The types of this call lead into a package that wrangler does not install.
  const config = unstable_readConfig({ config: configPath }) as {
    name?: string;
    compatibility_date?: string;
  };
  const { workerOptions, main, define } = unstable_getMiniflareWorkerOptions(configPath);
  const { name = "worker", compatibility_date: date = "" } = config;
  if (main === undefined) throw new LocalFailure(`${configPath} names no main module.`);
  checkRuntimeDate(date, findWorkerd().newestDate);
  const bindings = (workerOptions["bindings"] ?? {}) as Record<string, unknown>;
  return { name, main, define, bindings, options: { ...workerOptions, name } };
}

export interface Workerd {
  /** absolute path of the binary */
  readonly path: string;
  /** the newest compatibility date that it knows */
  readonly newestDate: string;
}

/** The workerd that Miniflare would run. */
export function findWorkerd(): Workerd {
  const miniflare = createRequire(import.meta.url).resolve("miniflare");
  const workerd = createRequire(miniflare)("workerd") as { default: string; compatibilityDate: string };
  return { path: workerd.default, newestDate: workerd.compatibilityDate };
}

// Without this check Miniflare hands the date on, and workerd refuses it with a page of output.
export function checkRuntimeDate(wanted: string, newest: string): void {
  if (wanted <= newest) return;
  throw new LocalFailure(
    `The installed workerd knows compatibility dates up to ${newest}, but wrangler.toml asks for ${wanted}. Run npm ci.`,
  );
}
