// Builds dist/, which is what the package ships: exported modules with their types, the command line, which
// runs on Node 20 and newer, and the Worker, each as one file that imports its libraries, and the PII engine where
// it is out of date.
import { spawnSync } from "node:child_process";
import { chmod } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { buildModules } from "./build-modules.ts";
import { ROOT } from "./package-entries.ts";

const ENGINE_DIRECTORY = pathToFileURL(join(ROOT, "dist/pii/")).href;

/**
 * Joins the command line in `outfile`. Where it is shipped its libraries are installed beside it; with
 * `libraries: "bundled"` it runs anywhere on this machine, with the engine of the checkout.
 */
export async function buildCli(
  outfile: string,
  { libraries }: { readonly libraries: "bundled" | "external" } = { libraries: "bundled" },
): Promise<void> {
  await build({
    entryPoints: [join(ROOT, "src/cli/main.ts")],
    outfile,
    bundle: true,
    packages: libraries === "external" ? "external" : "bundle",
    platform: "node",
    target: "node20",
    format: "esm",
    banner: { js: "#!/usr/bin/env node" },
    define: { ENGINE_DIRECTORY: JSON.stringify(libraries === "external" ? "./pii/" : ENGINE_DIRECTORY) },
    logLevel: "warning",
  });
  await chmod(outfile, 0o755);
}

/** Joins the service's own modules in `outfile`; its libraries and the engine stay imports, for wrangler to bundle. */
export async function buildWorker(outfile: string): Promise<void> {
  await build({
    entryPoints: [join(ROOT, "src/index.ts")],
    outfile,
    bundle: true,
    packages: "external",
    external: ["cloudflare:*", "*.wasm"],
    format: "esm",
    target: "es2024",
    logLevel: "warning",
  });
}

if (import.meta.main) {
  const engine = spawnSync(process.execPath, [join(ROOT, "scripts/pii-build.mjs"), "--if-needed"], {
    stdio: "inherit",
  });
  if (engine.status !== 0) process.exit(engine.status ?? 1);
  buildModules(join(ROOT, "dist"));
  await buildCli(join(ROOT, "dist/cli.js"), { libraries: "external" });
  await buildWorker(join(ROOT, "dist/worker.js"));
}
