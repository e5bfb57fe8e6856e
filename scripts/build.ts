// Builds dist/cli.js, one file that runs on Node 20 and newer: the sources are TypeScript, which that Node
// cannot run. `npm ci` calls this through the prepare script.
import { chmod } from "node:fs/promises";
import { build } from "esbuild";

/** Bundles the command line into `outfile`. */
export async function buildCli(outfile: string): Promise<void> {
  await build({
    entryPoints: ["src/cli/main.ts"],
    outfile,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "esm",
    banner: { js: "#!/usr/bin/env node" },
    logLevel: "warning",
  });
  await chmod(outfile, 0o755);
}

if (import.meta.main) await buildCli("dist/cli.js");
