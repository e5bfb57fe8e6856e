// The Worker as one module, made in memory: a local run writes no build output anywhere.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";
import { LocalFailure } from "./local-failure.ts";
import type { WorkerDescription } from "./worker-options.ts";

/** The engine that finds personal data, as `scripts/pii-build.mjs` makes it. */
const ENGINE = "engine.simd.wasm";
const ENGINE_FILE = fileURLToPath(new URL(`../../dist/pii/${ENGINE}`, import.meta.url));

/** Leaves imported WebAssembly to the runtime, which looks for it beside the bundle. */
export const compiledModules: Plugin = {
  name: "compiled-modules",
  setup: (bundler) => {
    bundler.onResolve({ filter: /\.wasm$/ }, ({ path }) => ({
      path: `./${path.slice(path.lastIndexOf("/") + 1)}`,
      external: true,
    }));
  },
};

/** What a bundle of the Worker imports, to be given to the runtime from the same `directory` ("" or with a slash). */
export async function readCompiledModules(
  directory: string,
): Promise<{ type: "CompiledWasm"; path: string; contents: Uint8Array<ArrayBuffer> }[]> {
  const contents = await readFile(ENGINE_FILE).catch(() => {
    throw new LocalFailure("The engine for personal data is not built. Run `npm run pii:build`.");
  });
  return [{ type: "CompiledWasm", path: `${directory}${ENGINE}`, contents: new Uint8Array(contents) }];
}

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
    plugins: [compiledModules],
    logLevel: "silent",
  }).catch((error: unknown) => {
    const [line = "unknown"] = (error instanceof Error ? error.message : String(error)).split("\n").slice(1);
    throw new LocalFailure(`The Worker does not build: ${line}`);
  });
  const [output] = result.outputFiles;
  if (output === undefined) throw new LocalFailure("The Worker does not build: no output.");
  return output.text;
}
