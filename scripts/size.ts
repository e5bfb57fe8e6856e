// npm run size: what is deployed must stay small. Bundles as a deployment does and holds the gzip size to a budget.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

/** bytes of gzip; a thin entry Worker starts fast and leaves room for the WebAssembly engine beside it. */
const WORKER_BUDGET_BYTES = 80 * 1024;

const outdir = mkdtempSync(join(tmpdir(), "ghost-size-"));
try {
  execFileSync("wrangler", ["deploy", "--dry-run", "--minify", "--outdir", outdir], { stdio: "pipe" });
  const bytes = gzipSync(readFileSync(join(outdir, "index.js"))).length;
  const share = Math.round((100 * bytes) / WORKER_BUDGET_BYTES);
  console.log(
    `Worker: ${String(bytes)} bytes of gzip, ${String(share)} % of the budget of ${String(WORKER_BUDGET_BYTES)}`,
  );
  if (bytes > WORKER_BUDGET_BYTES) process.exitCode = 1;
} finally {
  rmSync(outdir, { recursive: true, force: true });
}
