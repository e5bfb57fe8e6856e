// The whole service on this machine: the same Worker as in a deployment, in memory only. Used by `npm start`,
// the tests and the benchmark. It must never log, and never write outside the private directory.
import { convertV4MiniflareOptions, Miniflare, type MiniflareOptions } from "miniflare";
import { busyAddress, checkAddress, DEFAULT_HOST, type Address } from "./address.ts";
import { bundleWorker } from "./bundle.ts";
import { createPrivateDirectory, type PrivateDirectory } from "./private-directory.ts";
import { makeSecrets } from "./secrets.ts";
import { withoutSignalListeners } from "./signals.ts";
import { startWatchdog, type Watchdog } from "./watchdog.ts";
import { describeWorker, ROOT } from "./worker-options.ts";

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
    ...worker.options,
    bindings: { ...worker.bindings, ...makeSecrets(), ...bindings },
    modulesRoot: ROOT,
    modules: modules.map((module) => ({ ...module, path: ROOT + module.path })),
    // Straight to the service's own Worker. Miniflare's entry in front of it would negotiate compression, which
    // the Worker's flags refuse, and cost a hop; it stays on a port of its own that nobody is told.
    unsafeDirectSockets: [address],
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

// Something else may take the port after it was found free.
function isAddressInUse(error: unknown): boolean {
  return error instanceof Error && error.message.includes("Address already in use");
}
