// npm run size: what is deployed and what pages load must stay small. Bundles as a deployment and as a page do, the
// latter from the built package, and holds the gzip sizes to their budgets.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { bundleForBrowser } from "./browser-bundle.ts";
import { buildModules } from "./build-modules.ts";
import { ROOT } from "./package-entries.ts";
import {
  CHANNEL_MODULE,
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

function gzipBytes(bytes: Uint8Array): number {
  return gzipSync(bytes).length;
}

function report(what: string, size: number, budgetBytes: number): void {
  const share = Math.round((100 * size) / budgetBytes);
  console.log(
    `${what}: ${String(size)} bytes of gzip, ${String(share)} % of the budget of ${String(budgetBytes)}`,
  );
  if (size > budgetBytes) process.exitCode = 1;
}
