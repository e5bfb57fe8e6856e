// The chat page in a real Chromium, against the service as `npm start` runs it: typing with live detection, scrolling
// through a thousand messages, adding one, the first screen on 4G, and what moves by itself. Frames are made as fast as
// they can be, so that what is measured is work and not the wait for a screen's next refresh.
import { cpus, loadavg } from "node:os";
import type { Browser, Page } from "playwright-core";
import { createSession } from "../../src/client/index.ts";
import { launchChromium } from "../browser/support/chromium.ts";
import {
  DRAFT,
  FOUR_G,
  layoutShift,
  measureAdding,
  measurePresented,
  measureScrolling,
  measureStart,
  measureTyping,
  openPlainField,
} from "../browser/support/page-speed.ts";
import { fillRoom } from "../browser/support/full-room.ts";
import { WebPage } from "../browser/support/web-page.ts";
import { endPrograms, startRunner, eventually } from "../support/processes.ts";
import { renderCells, showValue } from "./report.ts";
import { quantile } from "./statistics.ts";

const UNTHROTTLED = ["--disable-frame-rate-limit", "--disable-gpu-vsync"];
const MESSAGES = 1_000;

interface Figure {
  readonly what: string;
  readonly unit: string;
  readonly values: readonly number[];
  /** what p95 is to stay under; null: for information */
  readonly goal: number | null;
}

export async function measurePage(quick: boolean): Promise<string> {
  const rounds = quick ? 1 : 5;
  const keys = quick ? 10 : 40;
  const browser = await launchChromium(UNTHROTTLED);
  try {
    const { origin } = (await startRunner({})).url;
    const figures = [
      ...(await typing(browser, origin, rounds, keys)),
      ...(await transcript(browser, origin, rounds)),
      ...(await start(browser, origin, rounds * 2)),
    ];
    return `${describeMethod(rounds, keys)}\n${renderTable(figures)}`;
  } finally {
    await browser.close();
    await endPrograms();
  }
}

async function typing(browser: Browser, origin: string, rounds: number, keys: number): Promise<Figure[]> {
  const chat = { letterMs: [] as number[], foundMs: [] as number[], presentedMs: [] as number[] };
  const plain = { letterMs: [] as number[], foundMs: [] as number[], presentedMs: [] as number[] };
  const measure = async (page: Page, into: typeof chat): Promise<void> => {
    await measureTyping(page, 5);
    const { letterMs, foundMs } = await measureTyping(page, keys);
    into.letterMs.push(...letterMs);
    into.foundMs.push(...foundMs);
    into.presentedMs.push(...(await measurePresented(page, () => measureTyping(page, keys))));
  };
  for (let round = 0; round < rounds; round += 1) {
    const ada = await WebPage.open(browser, origin);
    await ada.start("Ada");
    await ada.draft(DRAFT);
    await eventually(async () => (await ada.page.locator(".draft-marks mark").count()) > 140);
    await measure(ada.page, chat);
    await ada.end();
    const context = await browser.newContext();
    const page = await context.newPage();
    await openPlainField(page);
    await measure(page, plain);
    await context.close();
  }
  return [
    {
      what: "a key in a draft of 5,000 characters, to its letter",
      unit: "ms",
      values: chat.letterMs,
      goal: 16,
    },
    { what: "the same in a plain field on an empty page", unit: "ms", values: plain.letterMs, goal: null },
    { what: "the same key, to its letter on the screen", unit: "ms", values: chat.presentedMs, goal: null },
    { what: "the same in a plain field on an empty page", unit: "ms", values: plain.presentedMs, goal: null },
    { what: "the key, to the mark of what it completed", unit: "ms", values: chat.foundMs, goal: null },
  ];
}

async function transcript(browser: Browser, origin: string, rounds: number): Promise<Figure[]> {
  const host = await createSession({ service: origin, name: "Host", limits: { framesPerSecond: 200 } });
  const { link } = await host.invite();
  const bob = await WebPage.open(browser, link);
  await bob.join("Bob");
  await fillRoom(host, MESSAGES);
  await eventually(async () => (await bob.page.locator(".row").count()) >= MESSAGES, 60_000);
  const addedMs: number[] = [];
  const framesMs: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    framesMs.push(...(await measureScrolling(bob.page)));
    for (let n = 0; n < 5; n += 1)
      addedMs.push(await measureAdding(bob.page, `own ${String(round)} ${String(n)}`));
  }
  const shift = await layoutShift(bob.page);
  await bob.end();
  host.close();
  return [
    { what: "a frame while 1,000 messages are scrolled", unit: "ms", values: framesMs, goal: 16 },
    { what: "one more message after 1,000, to its frame", unit: "ms", values: addedMs, goal: null },
    { what: "what moved by itself meanwhile", unit: "layout shift", values: [shift], goal: 0.02 },
  ];
}

async function start(browser: Browser, origin: string, visits: number): Promise<Figure[]> {
  const usableMs: number[] = [];
  for (let visit = 0; visit < visits; visit += 1) {
    const context = await browser.newContext();
    usableMs.push(await measureStart(await context.newPage(), origin));
    await context.close();
  }
  return [
    { what: "a first visit on 4G, to a page that can be used", unit: "ms", values: usableMs, goal: 1_000 },
  ];
}

function describeMethod(rounds: number, keys: number): string {
  const load = loadavg()[0] ?? Number.NaN;
  return `# The chat page

- Headless Chromium without a graphics card and without a limit of frames, ${String(cpus().length)} cores,
  ${cpus()[0]?.model ?? "unknown"}, load ${load.toFixed(1)} at the end; service, browser and this program share them.
- Typing: real keys, ${String(rounds)} pages, ${String(keys)} times a digit that completes a card number in the middle of a draft with 148
  findings, and its removal. A time ends when the page made the frame that shows the letter, or the mark; "on the
  screen" when that frame was presented, raster and composition included, in a pass that Chromium records. The next key
  comes when the page was at rest for two frames at 60 Hz: what a key waits for is work, and no frame of the key before.
- 4G: ${String((FOUR_G.downloadThroughput * 8) / 1e6)} Mbit/s down, ${String(FOUR_G.latency)} ms round trip, processor not slowed, nothing in a cache, nothing compressed.
`;
}

function renderTable(figures: readonly Figure[]): string {
  const lines = figures.map(({ what, unit, values, goal }) => {
    const p95 = quantile(values, 0.95);
    return [
      `${what}, ${unit}`,
      showValue(quantile(values, 0.5)),
      showValue(p95),
      goal === null ? "" : `< ${String(goal)}`,
      goal === null ? "" : p95 < goal ? "reached" : "missed",
    ];
  });
  return renderCells([["measure", "median", "p95", "goal at p95", ""], ...lines]);
}
