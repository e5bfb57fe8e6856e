// The Worker as modules, made in memory: a local run writes no build output anywhere.
import { readFile } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { build, type Plugin } from "esbuild";
import { LocalFailure } from "./local-failure.ts";
import type { WorkerDescription } from "./worker-options.ts";

export interface BundledWorker {
  readonly text: string;
  /** compiled modules that the text imports, by the name that it imports them by */
  readonly wasm: readonly { readonly name: string; readonly contents: Uint8Array }[];
}

/** Bundles the entry module the way wrangler does. Throws a LocalFailure with the first error of the build. */
export async function bundleWorker({ main, define }: WorkerDescription): Promise<BundledWorker> {
  const files = new Map<string, string>();
  const result = await build({
    entryPoints: [main],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2024",
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:*"],
    plugins: [wasmModules(files)],
    define: { ...define },
    logLevel: "silent",
  }).catch((error: unknown) => {
    const [line = "unknown"] = (error instanceof Error ? error.message : String(error)).split("\n").slice(1);
    throw new LocalFailure(`The Worker does not build: ${line}`);
  });
  const [output] = result.outputFiles;
  if (output === undefined) throw new LocalFailure("The Worker does not build: no output.");
  return { text: output.text, wasm: await readAll(files) };
}

/** Leaves imports of `.wasm` to the runtime, which compiles the file, and notes which files they are. */
function wasmModules(files: Map<string, string>): Plugin {
  return {
    name: "wasm-modules",
    setup: (bundler) => {
      bundler.onResolve({ filter: /\.wasm$/ }, ({ path, resolveDir }) => {
        const name = basename(path);
        files.set(name, resolve(resolveDir, path));
        return { path: `./${name}`, external: true };
      });
    },
  };
}

async function readAll(files: ReadonlyMap<string, string>): Promise<BundledWorker["wasm"]> {
  return Promise.all(
    [...files].map(async ([name, path]) => {
      const contents = await readFile(path).catch(() => null);
      if (contents === null) throw new LocalFailure(`${name} is not built yet. Run npm run pii:build.`);
      return { name, contents };
    }),
  );
}
