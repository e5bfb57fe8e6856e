// The Worker as one module, made in memory: a local run writes no build output anywhere.
import { build } from "esbuild";
import { LocalFailure } from "./local-failure.ts";
import type { WorkerDescription } from "./worker-options.ts";

/** Bundles the entry module the way wrangler does. Throws a LocalFailure with the first error of the build. */
export async function bundleWorker({ main, define }: WorkerDescription): Promise<string> {
  const result = await build({
    entryPoints: [main],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2024",
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:*"],
    define: { ...define },
    logLevel: "silent",
  }).catch((error: unknown) => {
    const [line = "unknown"] = (error instanceof Error ? error.message : String(error)).split("\n").slice(1);
    throw new LocalFailure(`The Worker does not build: ${line}`);
  });
  const [output] = result.outputFiles;
  if (output === undefined) throw new LocalFailure("The Worker does not build: no output.");
  return output.text;
}
