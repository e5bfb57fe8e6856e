import { cloudflareTest } from "@cloudflare/vitest-pool-workers";
import { defineConfig } from "vitest/config";
import { makeSecrets } from "./src/local/secrets.ts";

/** A model whose server the tests inside workerd play themselves. */
const SLOW_MODEL = {
  preset: "ollama",
  models: ["slow"],
  card: {
    operator: "a test",
    retentionDays: 0,
    trains: false,
    region: "local",
    source: "test",
    asOf: "2026-11-21",
  },
};

/** Models of providers that keep to one region. */
const PLACED_MODELS = ["eu", "us"].map((region) => ({
  ...SLOW_MODEL,
  name: region,
  models: ["placed"],
  card: { ...SLOW_MODEL.card, region },
}));

/**
 * milliseconds; for a test and for a hook. On a quiet one none takes a fifth of it; on a busy one a start of the service
 * alone has taken 35 s. Whatever a test waits for has a shorter limit of its own, which says what did not come.
 */
const TIMEOUT_MS = 300_000;

export default defineConfig({
  test: {
    projects: [
      {
        // The property tests of the PII engine run whole documents through two builds of it.
        test: {
          name: "unit",
          environment: "node",
          include: ["test/unit/**/*.test.ts"],
          testTimeout: TIMEOUT_MS,
          hookTimeout: TIMEOUT_MS,
        },
      },
      {
        plugins: [
          cloudflareTest({
            wrangler: { configPath: "./wrangler.toml" },
            miniflare: {
              bindings: { ...makeSecrets(), PROVIDERS: JSON.stringify([SLOW_MODEL, ...PLACED_MODELS]) },
            },
          }),
        ],
        test: {
          name: "workers",
          include: ["test/workers/**/*.test.ts"],
          testTimeout: TIMEOUT_MS,
          hookTimeout: TIMEOUT_MS,
        },
      },
      {
        test: {
          name: "local",
          environment: "node",
          include: ["test/local/**/*.test.ts"],
          // On a busy machine one start of the service alone has taken 35 s, and some tests start several.
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
          // Tests that say that they may run beside each other do nothing but wait, most of the time. More of them
          // would start their processes at the same time, and each of them too late.
          maxConcurrency: 4,
        },
      },
      {
        // Packs and installs once, before its first file.
        test: {
          name: "package",
          environment: "node",
          include: ["test/package/**/*.test.ts"],
          globalSetup: "test/package/install.ts",
          // Compilers run here, which took longer than 90 s where one core had all lanes to run.
          testTimeout: 600_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
      {
        // Runs in Node and drives a Chromium that it starts.
        test: {
          name: "browser",
          environment: "node",
          include: ["test/browser/**/*.test.ts"],
          testTimeout: TIMEOUT_MS,
          hookTimeout: TIMEOUT_MS,
          fileParallelism: false,
        },
      },
    ],
  },
});
