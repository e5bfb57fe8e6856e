// A real browser for tests: Chromium without a window, from the development dependencies.
import chromium from "@sparticuz/chromium";
import { chromium as launcher, type Browser } from "playwright-core";

/** Starts Chromium. Whoever asked for it closes it. */
export async function launchBrowser(): Promise<Browser> {
  return launcher.launch({
    executablePath: await chromium.executablePath(),
    args: chromium.args,
    headless: true,
  });
}
