// Runs the PII engine's unit tests in Node. The build must have been made; `npm run test:pii` sees to it.
import { defineConfig } from "vitest/config";

export default defineConfig({ test: { include: ["test/unit/pii/**/*.test.ts"], testTimeout: 60_000 } });
