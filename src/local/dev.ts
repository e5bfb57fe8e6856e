// `npm run dev`: wrangler's development server with hot reload, hardened. By itself it would keep a store of
// request paths, console output and exceptions, and log files, on disk. Runs in this process, so that the
// secrets stand neither in a file, nor on a command line, nor in an environment.
import type { BuildFailure } from "esbuild";
import { unstable_startWorker } from "wrangler";
import { checkAddress, formatAddress, parseAddress } from "./address.ts";
import { explainFailure } from "./local-failure.ts";
import { describeModels, readLocalModels, type LocalModels } from "./models.ts";
import { createPrivateDirectory } from "./private-directory.ts";
import { makeSecrets } from "./secrets.ts";
import { untilStopped, withoutSignalListeners } from "./signals.ts";
import { startWatchdog } from "./watchdog.ts";
import { describeWorker, WRANGLER_CONFIG } from "./worker-options.ts";

type DevEnvironment = Awaited<ReturnType<typeof unstable_startWorker>>["raw"];
type ReloadComplete = Parameters<DevEnvironment["proxy"]["onReloadComplete"]>[0];

async function main(): Promise<void> {
  const stopped = untilStopped();
  const { host, port } = parseAddress(process.env);
  const models = readLocalModels(process.env);
  await checkAddress({ host, port });
  describeWorker();
  const directory = createPrivateDirectory();
  const watchdog = startWatchdog(directory);
  // Whatever else wrangler wants to keep goes where it will be removed, its build of the Worker excepted.
  Object.assign(process.env, watchdog.environment, {
    XDG_CONFIG_HOME: directory.scratch,
    WRANGLER_REGISTRY_PATH: directory.scratch,
    WRANGLER_CACHE_DIR: directory.scratch,
  });
  let served: ReloadComplete | null = null;
  try {
    const worker = await withoutSignalListeners(async () => {
      const starting = await unstable_startWorker({
        config: WRANGLER_CONFIG,
        bindings: secretBindings(models),
        sendMetrics: false,
        dev: {
          server: { hostname: host, port },
          persist: directory.storage,
          inspector: false,
          logLevel: "none",
          watch: true,
          remote: false,
        },
      });
      starting.raw.on("reloadComplete", (event: ReloadComplete) => {
        if (served !== null) console.log("Reloaded.");
        served = event;
      });
      starting.raw.on("buildFailed", (event: { cause?: unknown }) => {
        console.error(explainBuild(event.cause, served !== null));
        // Since the build began requests are held. The Worker of the last one runs on: let them through to it.
        if (served !== null) starting.raw.proxy.onReloadComplete(served);
      });
      await starting.ready;
      return starting;
    });
    console.log(`ghost-session (development) runs at http://${formatAddress({ host, port })}`);
    console.log(describeModels(models));
    console.log("Edit a source file and it is served anew. Every reload forgets the sessions' memory.");
    await stopped;
    await worker.dispose();
  } finally {
    await watchdog.release();
  }
}

function secretBindings(models: LocalModels): Record<string, { type: "secret_text"; value: string }> {
  return Object.fromEntries(
    Object.entries({ ...makeSecrets(), ...models.bindings }).map(([name, value]) => [
      name,
      { type: "secret_text", value },
    ]),
  );
}

function explainBuild(cause: unknown, isServed: boolean): string {
  const errors = (cause as Partial<BuildFailure> | undefined)?.errors ?? [];
  const lines = errors.map(({ text, location }) =>
    location === null ? text : `${location.file}:${String(location.line)}: ${text}`,
  );
  const meanwhile = isServed ? "the last one that did is served" : "requests wait until it does";
  return [`The Worker does not build; ${meanwhile}.`, ...lines].join("\n");
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(explainFailure(error));
    process.exit(1);
  },
);
