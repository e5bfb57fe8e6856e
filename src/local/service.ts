// The whole service on this machine: the same Worker as in a deployment, in memory only. Used by `npm start`,
// the tests and the benchmark. It must never log, and never write outside the private directory.
import { convertV4MiniflareOptions, Miniflare, type MiniflareOptions } from "miniflare";
import { busyAddress, checkAddress, DEFAULT_HOST, type Address } from "./address.ts";
import { bundleWorker } from "./bundle.ts";
import { createPrivateDirectory, type PrivateDirectory } from "./private-directory.ts";
import { makeSecrets } from "./secrets.ts";
import { withoutSignalListeners } from "./signals.ts";
import { startWatchdog, type Watchdog } from "./watchdog.ts";
import { describeWorker, ROOT, type WorkerDescription } from "./worker-options.ts";

export interface ServiceOptions {
  readonly host?: string;
  /** 0, the default: any free one */
  readonly port?: number;
  /** go before the variables of wrangler.toml and the secrets that are made for the run */
  readonly bindings?: Readonly<Record<string, string>>;
  /** Keeps the storage there instead of in the private directory. It is the caller's, and is not removed. */
  readonly storageDir?: string;
}

export interface Service {
  readonly url: URL;
  readonly directory: PrivateDirectory;
  /** Ends it and removes the private directory. Calls after the first wait for the same end. */
  stop(): Promise<void>;
}

/** Starts the service. Throws a LocalFailure where the person who starts it can do something about it. */
export async function startService(options: ServiceOptions = {}): Promise<Service> {
  const address = { host: options.host ?? DEFAULT_HOST, port: options.port ?? 0 };
  await checkAddress(address);
  const directory = createPrivateDirectory();
  const watchdog = startWatchdog(directory);
  let miniflare: Miniflare | null = null;
  let stopped: Promise<void> | null = null;
  const stop = () =>
    (stopped ??= (async () => {
      try {
        await miniflare?.dispose();
      } finally {
        await watchdog.release();
      }
    })());
  try {
    const storage = options.storageDir ?? directory.storage;
    const runtime = await assemble(address, { storage, directory, watchdog }, options.bindings ?? {});
    miniflare = await withoutSignalListeners(() => new Miniflare(runtime));
    await miniflare.ready;
    return { url: await miniflare.unsafeGetDirectURL(), directory, stop };
  } catch (error) {
    // Disposing of what never started throws the same error again.
    await stop().catch(() => undefined);
    throw isAddressInUse(error) ? busyAddress(address) : error;
  }
}

/** Name of the Worker that has the page's files and nothing else. */
const PAGE_FILES = "page-files";

type Files = { readonly directory: string };

interface Place {
  readonly storage: string;
  readonly directory: PrivateDirectory;
  readonly watchdog: Watchdog;
}

async function assemble(
  address: Address,
  { storage, directory, watchdog }: Place,
  bindings: Readonly<Record<string, string>>,
): Promise<MiniflareOptions> {
  const worker = describeWorker();
  const modules = await bundleWorker(worker);
  return convertV4MiniflareOptions({
    workers: [
      {
        ...withoutFiles(worker.options),
        bindings: { ...worker.bindings, ...makeSecrets(), ...bindings },
        serviceBindings: { ASSETS: PAGE_FILES },
        modulesRoot: ROOT,
        modules: modules.map((module) => ({ ...module, path: ROOT + module.path })),
        // Straight to the service's own Worker. Miniflare's entry in front of it would negotiate compression, which
        // the Worker's flags refuse, and cost a hop; it stays on a port of its own that nobody is told.
        unsafeDirectSockets: [address],
      },
      // The page's files have a Worker of their own: in front of one with files Miniflare puts an entry, direct or not.
      pageFiles(worker.options),
    ],
    host: DEFAULT_HOST,
    port: 0,
    // Not `unsafeEphemeralDurableObjects`: with that, storage dies when an object hibernates, its alarm too.
    resourcePersistencePath: storage,
    resourceTmpPath: directory.scratch,
    cache: false,
    cf: false,
    logRequests: false,
    telemetry: { enabled: false },
    // What workerd prints is for its developers. Without a handler it would land on this terminal.
    handleStructuredLogs: () => undefined,
    unsafeRuntimeEnv: { ...watchdog.environment },
  });
}

function withoutFiles(options: WorkerDescription["options"]): WorkerDescription["options"] {
  return Object.fromEntries(Object.entries(options).filter(([name]) => name !== "assets"));
}

function pageFiles(options: WorkerDescription["options"]) {
  const assets = options["assets"] as (Files & { readonly routerConfig?: object }) | undefined;
  const worker = {
    name: PAGE_FILES,
    modules: true as const,
    script: "export default {}",
    compatibilityDate: options["compatibilityDate"] as string,
  };
  if (assets === undefined) return worker;
  // Whether the service's Worker goes first is its own affair; this one has nothing to say.
  const routerConfig = {
    ...assets.routerConfig,
    invoke_user_worker_ahead_of_assets: false,
    has_user_worker: false,
  };
  return { ...worker, assets: { ...assets, run_worker_first: false, routerConfig } };
}

// Something else may take the port after it was found free.
function isAddressInUse(error: unknown): boolean {
  return error instanceof Error && error.message.includes("Address already in use");
}
