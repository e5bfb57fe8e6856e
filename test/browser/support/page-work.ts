// How much a page has to do for something: counted, so that it comes out the same however fast the machine is.
import type { CDPSession, Page } from "playwright-core";

export interface Work {
  /** calls of functions in the page's own scripts */
  readonly calls: number;
  /** how often boxes were laid out */
  readonly layouts: number;
  /** elements and texts that came, went, or changed */
  readonly changes: number;
}

interface Counting {
  changes: number;
  readonly observer: MutationObserver;
}

/** What the page does while something is done to it, inside `place`, a selector, as far as changes go. */
export async function workOf(page: Page, place: string, act: () => Promise<unknown>): Promise<Work> {
  const tools = await page.context().newCDPSession(page);
  await tools.send("Profiler.enable");
  await tools.send("Performance.enable");
  await tools.send("Profiler.startPreciseCoverage", { callCount: true, detailed: false });
  await page.evaluate((selector) => {
    const element = document.querySelector(selector);
    if (element === null) throw new Error(`no ${selector}`);
    const count = (records: readonly MutationRecord[]): void => {
      for (const { type, addedNodes, removedNodes } of records)
        counting.changes += type === "childList" ? addedNodes.length + removedNodes.length : 1;
    };
    const observer = new MutationObserver(count);
    const counting: Counting = { changes: 0, observer };
    observer.observe(element, { subtree: true, childList: true, characterData: true, attributes: true });
    Object.assign(globalThis, { counting });
  }, place);
  const layoutsBefore = await layoutsOf(tools);
  await callsOf(tools, page);
  await act();
  const calls = await callsOf(tools, page);
  const layouts = (await layoutsOf(tools)) - layoutsBefore;
  const changes = await page.evaluate(() => {
    const { counting } = globalThis as unknown as { counting: Counting };
    counting.observer.disconnect();
    return counting.changes;
  });
  await tools.send("Profiler.stopPreciseCoverage");
  await tools.detach();
  return { calls, layouts, changes };
}

/** Calls since the last time that this was asked. */
async function callsOf(tools: CDPSession, page: Page): Promise<number> {
  const { origin } = new URL(page.url());
  const { result } = await tools.send("Profiler.takePreciseCoverage");
  return result
    .filter(({ url }) => url.startsWith(origin))
    .flatMap(({ functions }) => functions.map(({ ranges }) => ranges[0]?.count ?? 0))
    .reduce((sum, count) => sum + count, 0);
}

async function layoutsOf(tools: CDPSession): Promise<number> {
  const { metrics } = await tools.send("Performance.getMetrics");
  return metrics.find(({ name }) => name === "LayoutCount")?.value ?? 0;
}
