// Bundles modules as a page's bundler does, to weigh them: what a page loads first, and what it loads when a
// feature is first used. Writes nothing.
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

export interface BrowserBundle {
  /** bytes of gzip; the entry and everything that it imports statically, each file as it is transferred */
  readonly firstLoadBytes: number;
  /** bytes of gzip; that, and everything behind a dynamic import of a module that `alsoLoads` matches */
  readonly withBytes: (alsoLoads: RegExp) => number;
  /** what the bundler complained about */
  readonly warnings: readonly string[];
}

const OUTPUT_DIRECTORY = "/bundle";

/** Bundles `code`, whose imports are looked up from `directory`. Rejects where something cannot be bundled. */
export async function bundleForBrowser(code: string, directory: string): Promise<BrowserBundle> {
  const { outputFiles, metafile, warnings } = await build({
    stdin: { contents: code, resolveDir: directory, loader: "js" },
    absWorkingDir: "/",
    outdir: OUTPUT_DIRECTORY,
    bundle: true,
    splitting: true,
    platform: "browser",
    format: "esm",
    target: "es2024",
    minify: true,
    legalComments: "none",
    metafile: true,
    write: false,
    logLevel: "silent",
  });
  const sizes = new Map(outputFiles.map(({ path, contents }) => [path.slice(1), gzipSync(contents).length]));
  const { outputs } = metafile;
  const loadedWith = (name: string, loaded: Set<string>): Set<string> => {
    if (loaded.has(name)) return loaded;
    loaded.add(name);
    for (const { path, kind } of outputs[name]?.imports ?? []) {
      if (kind === "import-statement") loadedWith(path, loaded);
    }
    return loaded;
  };
  const page = Object.keys(outputs).find((name) => outputs[name]?.entryPoint === "<stdin>");
  if (page === undefined) throw new Error("the bundle has no entry");
  const weigh = (loaded: ReadonlySet<string>): number =>
    [...loaded].reduce((sum, name) => sum + (sizes.get(name) ?? Number.NaN), 0);
  return {
    firstLoadBytes: weigh(loadedWith(page, new Set())),
    withBytes: (alsoLoads) => {
      const loaded = loadedWith(page, new Set());
      const later = Object.keys(outputs).filter((name) => alsoLoads.test(outputs[name]?.entryPoint ?? ""));
      if (later.length === 0) throw new Error(`nothing is loaded later that matches ${String(alsoLoads)}`);
      for (const name of later) loadedWith(name, loaded);
      return weigh(loaded);
    },
    warnings: warnings.map(({ text }) => text),
  };
}
