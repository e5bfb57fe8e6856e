// npm run size: what is deployed and what pages load must stay small. Bundles as a deployment and as a page do, the
// latter from the built package, and holds the gzip sizes to their budgets.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { bundleForBrowser } from "./browser-bundle.ts";
import { buildModules } from "./build-modules.ts";
import { ROOT } from "./package-entries.ts";
import {
  CHANNEL_MODULE,
  PAGE_BUDGET_BYTES,
  PII_BUDGET_BYTES,
  PII_ENGINE_BUDGET_BYTES,
  SDK_BUDGET_BYTES,
  SDK_WITH_CHANNEL_BUDGET_BYTES,
  WORKER_BUDGET_BYTES,
} from "./size-budgets.ts";

const outdir = mkdtempSync(join(tmpdir(), "ghost-size-"));
try {
  execFileSync("wrangler", ["deploy", "--dry-run", "--minify", "--outdir", outdir], { stdio: "pipe" });
  report("Worker", gzipBytes(readFileSync(join(outdir, "index.js"))), WORKER_BUDGET_BYTES);
} finally {
  rmSync(outdir, { recursive: true, force: true });
}

buildModules(join(ROOT, "dist"));
const sdk = await bundle("ghost-session/client");
report("Client SDK", sdk.firstLoadBytes, SDK_BUDGET_BYTES);
report("Client SDK with the channel", sdk.withBytes(CHANNEL_MODULE), SDK_WITH_CHANNEL_BUDGET_BYTES);
const pii = await bundle("ghost-session/pii", "ghost-session/pii/browser");
report("PII code", pii.firstLoadBytes, PII_BUDGET_BYTES);
for (const variant of ["simd", "scalar"]) {
  const name = `engine.${variant}.wasm`;
  report(`PII ${name}`, gzipBytes(readFileSync(join(ROOT, "dist/pii", name))), PII_ENGINE_BUDGET_BYTES);
}

function bundle(...specifiers: readonly string[]): ReturnType<typeof bundleForBrowser> {
  return bundleForBrowser(specifiers.map((specifier) => `export * from "${specifier}";`).join("\n"), ROOT);
}

// The page's first load: what the first screen needs, and the channel, which a first question needs. The engine for
// personal data, the Markdown parser and the dialogs that no burn needs load beside it. The engine's own script (8 KB) does
// too, and is counted all the same: it is there with the first letter.
const LATER = /^(later-parts|engine)/;
execFileSync(process.execPath, ["scripts/web-build.mjs"], { stdio: "inherit" });
const page = readdirSync("dist/web/assets").filter((name) => !LATER.test(name));
const firstLoad = ["dist/web/index.html", ...page.map((name) => join("dist/web/assets", name))];
report(
  "Chat page, first load",
  firstLoad.reduce((sum, path) => sum + gzipBytes(readFileSync(path)), 0),
  PAGE_BUDGET_BYTES,
);

function gzipBytes(bytes: Uint8Array): number {
  return gzipSync(bytes).length;
}

function report(what: string, bytes: number, budgetBytes: number): void {
  const share = Math.round((100 * bytes) / budgetBytes);
  console.log(
    `${what}: ${String(bytes)} bytes of gzip, ${String(share)} % of the budget of ${String(budgetBytes)}`,
  );
  if (bytes > budgetBytes) process.exitCode = 1;
}
