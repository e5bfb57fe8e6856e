// `npm run test:disk`: needs strace, so it is not part of `npm test`.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    name: "disk",
    environment: "node",
    include: ["test/disk/**/*.test.ts"],
    testTimeout: 300_000,
    hookTimeout: 60_000,
    fileParallelism: false,
  },
});
