// `npm ci` and installs from git call this. It builds dist/ where that is possible and leaves it alone where the tools
// for it were not installed (--omit=dev, --package-lock-only). JavaScript, since an older Node cannot read .ts.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const TOOLS = ["esbuild", "typescript", "assemblyscript/bin/asc.js"];
const { resolve } = createRequire(import.meta.url);

function isMissing(tool) {
  try {
    resolve(tool);
    return false;
  } catch {
    return true;
  }
}

const missing = TOOLS.filter(isMissing);
if (missing.length > 0) {
  console.error(`dist/ is not built: ${missing.join(", ")} not installed.`);
} else if (["pack", "publish"].includes(process.env.npm_command)) {
  // prepack has just built it.
} else {
  const { status } = spawnSync(
    process.execPath,
    [
      "--import",
      new URL("../src/local/check-node.js", import.meta.url).href,
      fileURLToPath(new URL("build.ts", import.meta.url)),
    ],
    { stdio: "inherit" },
  );
  process.exitCode = status ?? 1;
}
