// Builds the chat page from src/web and the SDK into dist/web, which the Worker serves. The PII engine has to be built
// before (scripts/pii-build.mjs). `--if-needed` does nothing while the output is newer than everything it is made of.
import { existsSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const output = join(root, "dist/web/index.html");
const sources = [
  "src/web",
  "src/client",
  "src/crypto",
  "src/protocol",
  "src/pii",
  // The engine alone: the modules beside it are built from src/pii as well, for the package.
  "dist/pii/engine.simd.wasm",
  "dist/pii/engine.scalar.wasm",
  "scripts/web-build.mjs",
  "package-lock.json",
];

function newest(path) {
  const { mtimeMs } = statSync(path);
  if (!statSync(path).isDirectory()) return mtimeMs;
  const inside = readdirSync(path).filter((name) => name !== "generated");
  return Math.max(mtimeMs, ...inside.map((name) => newest(join(path, name))));
}

function isFresh() {
  if (!existsSync(output)) return false;
  const builtAtMs = statSync(output).mtimeMs;
  return sources.every((name) => newest(join(root, name)) <= builtAtMs);
}

// Whoever calls, the page is the one that people get: a test runner's environment would make a development build.
process.env.NODE_ENV = "production";

if (!process.argv.includes("--if-needed") || !isFresh()) {
  const [{ build }, { default: react }] = await Promise.all([import("vite"), import("@vitejs/plugin-react")]);
  await build({
    configFile: false,
    root: join(root, "src/web"),
    logLevel: "warn",
    plugins: [react()],
    build: {
      outDir: join(root, "dist/web"),
      emptyOutDir: true,
      target: "es2022",
      // The policy of the page allows neither inline scripts nor data: addresses.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      cssCodeSplit: false,
      reportCompressedSize: false,
    },
  });
}
