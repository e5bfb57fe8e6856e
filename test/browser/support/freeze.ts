// A tab that does not run for a while.
import type { Page } from "playwright-core";

/**
 * Stops the page as a frozen tab or a closed laptop does: no timer fires and no event arrives until it is woken.
 * Headless Chromium neither hides nor freezes tabs by itself, so the debugger holds the page's thread, and the
 * events of a tab that comes and goes are dispatched by hand.
 */
export async function freeze(page: Page): Promise<{ wake(): Promise<void> }> {
  await show(page, "hidden");
  const tools = await page.context().newCDPSession(page);
  await tools.send("Debugger.enable");
  const stopped = new Promise((resolve) => tools.once("Debugger.paused", resolve));
  await tools.send("Debugger.pause");
  const lastWords = page.evaluate(() => null);
  await stopped;
  return {
    wake: async () => {
      await tools.send("Debugger.resume");
      await lastWords;
      await tools.detach();
      await show(page, "visible");
    },
  };
}

async function show(page: Page, visibility: DocumentVisibilityState): Promise<void> {
  await page.evaluate((state) => {
    Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  }, visibility);
}
