// npm run size: what is deployed must stay small. Bundles as a deployment does and holds the gzip size to a budget.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

/** bytes of gzip; a thin entry Worker starts fast and leaves room for the WebAssembly engine beside it. */
const WORKER_BUDGET_BYTES = 80 * 1024;
/** bytes of gzip; a chat page should not wait for its SDK. */
const SDK_BUDGET_BYTES = 40 * 1024;
/** bytes of gzip; the chat page's first load, each file by itself as it is transferred. */
const PAGE_BUDGET_BYTES = 150 * 1024;

const outdir = mkdtempSync(join(tmpdir(), "ghost-size-"));
try {
  execFileSync("wrangler", ["deploy", "--dry-run", "--minify", "--outdir", outdir], { stdio: "pipe" });
  report("Worker", [readFileSync(join(outdir, "index.js"))], WORKER_BUDGET_BYTES);
} finally {
  rmSync(outdir, { recursive: true, force: true });
}

const { outputFiles } = await build({
  entryPoints: ["src/client/index.ts"],
  bundle: true,
  platform: "browser",
  format: "esm",
  target: "es2024",
  minify: true,
  legalComments: "none",
  write: false,
});
report("Client SDK", [outputFiles[0]?.contents ?? new Uint8Array()], SDK_BUDGET_BYTES);

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
