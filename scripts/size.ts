// npm run size: what is deployed and what pages load must stay small. Bundles as a deployment and as a page do, the
// latter from the built package, and holds the gzip sizes to their budgets.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { buildModules } from "./build-modules.ts";
import { ROOT } from "./package-entries.ts";
import {
  PAGE_BUDGET_BYTES,
  PII_BUDGET_BYTES,
  PII_ENGINE_BUDGET_BYTES,
  SDK_BUDGET_BYTES,
  WORKER_BUDGET_BYTES,
} from "./size-budgets.ts";

const outdir = mkdtempSync(join(tmpdir(), "ghost-size-"));
try {
  execFileSync("wrangler", ["deploy", "--dry-run", "--minify", "--outdir", outdir], { stdio: "pipe" });
  report("Worker", [readFileSync(join(outdir, "index.js"))], WORKER_BUDGET_BYTES);
} finally {
  rmSync(outdir, { recursive: true, force: true });
}

buildModules(join(ROOT, "dist"));
report("Client SDK", [await bundle("ghost-session/client")], SDK_BUDGET_BYTES);
report("PII code", [await bundle("ghost-session/pii", "ghost-session/pii/browser")], PII_BUDGET_BYTES);
for (const variant of ["simd", "scalar"]) {
  const name = `engine.${variant}.wasm`;
  report(`PII ${name}`, [readFileSync(join(ROOT, "dist/pii", name))], PII_ENGINE_BUDGET_BYTES);
}

async function bundle(...specifiers: readonly string[]): Promise<Uint8Array> {
  const { outputFiles } = await build({
    stdin: {
      contents: specifiers.map((specifier) => `export * from "${specifier}";`).join("\n"),
      resolveDir: ROOT,
    },
    bundle: true,
    platform: "browser",
    format: "esm",
    target: "es2024",
    minify: true,
    legalComments: "none",
    write: false,
  });
  return outputFiles[0]?.contents ?? new Uint8Array();
}

// The page's first load: what the first screen needs, and the channel, which a first question needs. The engine for
// personal data, the Markdown parser and the QR codes load beside it.
const LATER = /^(pii|markdown|qr-code|engine)/;
execFileSync(process.execPath, ["scripts/web-build.mjs"], { stdio: "inherit" });
const page = readdirSync("dist/web/assets").filter((name) => !LATER.test(name));
report(
  "Chat page, first load",
  ["dist/web/index.html", ...page.map((name) => join("dist/web/assets", name))].map((path) =>
    readFileSync(path),
  ),
  PAGE_BUDGET_BYTES,
);

function report(what: string, files: readonly Uint8Array[], budgetBytes: number): void {
  const bytes = files.reduce((sum, file) => sum + gzipSync(file).length, 0);
  const share = Math.round((100 * bytes) / budgetBytes);
  console.log(
    `${what}: ${String(bytes)} bytes of gzip, ${String(share)} % of the budget of ${String(budgetBytes)}`,
  );
  if (bytes > budgetBytes) process.exitCode = 1;
}
