// What the tests of the chat page share: one browser, the service as `npm start` runs it, and pages that are closed
// after each test.
import type { Browser, BrowserContextOptions } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { endPrograms, startRunner } from "../../support/processes.ts";
import { launchChromium } from "./chromium.ts";
import { WebPage } from "./web-page.ts";

export interface WebWorld {
  /** origin of the service */
  readonly origin: string;
  open(address?: string, options?: BrowserContextOptions): Promise<WebPage>;
  /** Ada starts, Bob joins by her link. */
  pair(): Promise<{ readonly ada: WebPage; readonly bob: WebPage; readonly link: string }>;
  /** The same where only Ada may burn, and without an assistant. */
  pairWhereHostsBurn(): Promise<{ readonly ada: WebPage; readonly bob: WebPage }>;
}

/** Each has heard who the other one is, which takes a moment. */
async function namesAreKnown(ada: WebPage, bob: WebPage): Promise<void> {
  await Promise.all([
    ada.page.getByText("You and Bob").waitFor(),
    bob.page.getByText("You and Ada").waitFor(),
  ]);
}

/** `env`: what the service is started with. */
export function webWorld(env: () => Promise<Readonly<Record<string, string>>> = async () => ({})): WebWorld {
  let browser: Browser;
  let origin = "";
  const pages: WebPage[] = [];
  beforeAll(async () => {
    browser = await launchChromium();
    origin = (await startRunner(await env())).url.origin;
  });
  afterEach(async () => {
    const ended = pages.splice(0);
    const problems = ended.flatMap(({ watch }) => watch.problems);
    await Promise.all(ended.map((page) => page.end()));
    // Whatever a test is about: the console stays empty.
    expect(problems).toEqual([]);
  });
  afterAll(async () => {
    await browser.close();
    await endPrograms();
  });
  const open: WebWorld["open"] = async (address = origin, options = {}) => {
    const page = await WebPage.open(browser, address, options);
    pages.push(page);
    return page;
  };
  return {
    get origin() {
      return origin;
    },
    open,
    pair: async () => {
      const ada = await open();
      await ada.start("Ada");
      const link = await ada.invite();
      const bob = await open(link);
      await bob.join("Bob");
      await namesAreKnown(ada, bob);
      return { ada, bob, link };
    },
    pairWhereHostsBurn: async () => {
      const ada = await open();
      await ada.start("Ada", async () => {
        await ada.page.getByLabel("Everyone in the chat may burn it").uncheck();
        await ada.page.getByLabel("People only").check();
      });
      const bob = await open(await ada.invite());
      await bob.join("Bob");
      await namesAreKnown(ada, bob);
      return { ada, bob };
    },
  };
}
