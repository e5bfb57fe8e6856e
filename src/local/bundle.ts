// The Worker as modules, made in memory: a local run writes no build output anywhere.
import { basename } from "node:path";
import { build } from "esbuild";
import { LocalFailure } from "./local-failure.ts";
import { ROOT, type WorkerDescription } from "./worker-options.ts";

/** A module of the bundle, by the name that the others import it by. */
export interface BundledModule {
  readonly type: "ESModule" | "CompiledWasm";
  readonly path: string;
  readonly contents: Uint8Array;
}

/**
 * Bundles the entry module the way wrangler does; the first one is the entry, the others are WebAssembly that it
 * imports. Throws a LocalFailure with the first error of the build.
 */
export async function bundleWorker({ main, define }: WorkerDescription): Promise<readonly BundledModule[]> {
  const { outputFiles } = await build({
    entryPoints: [main],
    bundle: true,
    write: false,
    outdir: ROOT,
    format: "esm",
    target: "es2024",
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:*"],
    loader: { ".wasm": "copy" },
    define: { ...define },
    logLevel: "silent",
  }).catch((error: unknown) => {
    const [line = "unknown"] = (error instanceof Error ? error.message : String(error)).split("\n").slice(1);
    throw new LocalFailure(`The Worker does not build: ${line}`);
  });
  const modules = outputFiles.map(({ path, contents }): BundledModule => {
    return { type: path.endsWith(".wasm") ? "CompiledWasm" : "ESModule", path: basename(path), contents };
  });
  return modules.toSorted((a, b) => Number(a.type !== "ESModule") - Number(b.type !== "ESModule"));
}
