// Prints the Chromium that the browser tests would use, or says in one line how to get one and fails.
import { findChromium } from "../test/browser/support/chromium.ts";

try {
  console.log((await findChromium()).path);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
