// Whom the page serves: by keyboard alone, with a screen reader, on a phone, by night, and with a long conversation.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type axe from "axe-core";
import { describe, expect, it } from "vitest";
import { createSession } from "../../src/client/index.ts";
import { median } from "../bench/statistics.ts";
import { eventually } from "../support/processes.ts";
import { launchChromium } from "./support/chromium.ts";
import { fillRoom } from "./support/full-room.ts";
import {
  DRAFT,
  layoutShift,
  measureAdding,
  measureScrolling,
  measureStart,
  measureTyping,
} from "./support/page-speed.ts";
import { WebPage } from "./support/web-page.ts";
import { webWorld } from "./support/web-world.ts";

const world = webWorld();
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What the scan finds that is serious or worse, as rule and place. */
async function scan({ page }: WebPage): Promise<string[]> {
  // Whatever fades in is judged when it is there.
  await page.evaluate(() => Promise.all(document.getAnimations().map(({ finished }) => finished)));
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: typeof axe }).axe.run(document, { resultTypes: ["violations"] }),
  );
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical" || impact === "moderate")
    .flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(" ")}`));
}

describe("[PAGE9] for everybody", () => {
  it.each(["light", "dark"] as const)("the main states, scanned, %s", async (colorScheme) => {
    // The scan is a script from outside, which the page's own policy would refuse.
    const ada = await world.open(world.origin, { colorScheme, bypassCSP: true });
    await ada.button("Start a chat").waitFor();
    expect(await scan(ada)).toEqual([]);
    await ada.page.getByLabel("Exact values").check();
    expect(await scan(ada)).toEqual([]);
    await ada.start("Ada");
    expect(await scan(ada)).toEqual([]);
    const link = await ada.invite();
    const bob = await world.open(link, { colorScheme, bypassCSP: true });
    expect(await scan(bob)).toEqual([]);
    await bob.join("Bob");
    await ada.page.getByText("You and Bob").waitFor();
    await ada.say("hello");
    await bob.say("שלום");
    await ada.draft("Mail anna@example.org");
    await ada.page.locator(".finding").waitFor();
    expect(await scan(ada)).toEqual([]);
    await ada.button("Ask").click();
    await ada.button("Regenerate").waitFor();
    expect(await scan(ada)).toEqual([]);
    for (const name of ["Inspect", "Invite", "Session", "Burn"]) {
      await ada.button(name).click();
      expect([name, await scan(ada)]).toEqual([name, []]);
      await ada.button("Close").click();
    }
    await ada.burn();
    expect(await scan(ada)).toEqual([]);
  });

  it("the scan finds what is wrong where something is", async () => {
    const page = await world.open(world.origin, { bypassCSP: true });
    await page.button("Start a chat").waitFor();
    await page.page.evaluate(() => document.getElementById("root")?.append(document.createElement("button")));
    expect(await scan(page)).toEqual([expect.stringContaining("button-name")]);
  });

  it("a whole life by keyboard alone; focus goes into a dialog and comes back", async () => {
    const { page, ...web } = await world.open();
    const press = (key: string) => page.keyboard.press(key);
    const focused = () =>
      page.evaluate(
        () => document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent,
      );
    const tabTo = async (name: RegExp): Promise<void> => {
      for (let steps = 0; steps < 60; steps += 1) {
        if (name.test((await focused()) ?? "")) return;
        await press("Tab");
      }
      throw new Error(`never reached ${String(name)}`);
    };
    await page.getByRole("button", { name: "Start a chat" }).waitFor();
    await tabTo(/^Start a chat$/);
    await press("Enter");
    await page.getByRole("log").waitFor();
    await tabTo(/^Invite$/);
    await press("Enter");
    await page.getByRole("dialog").waitFor();
    expect(await page.evaluate(() => document.activeElement?.closest("dialog") !== null)).toBe(true);
    await press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect(await focused()).toBe("Invite");
    for (
      let steps = 0;
      steps < 20 && (await page.evaluate(() => document.activeElement?.tagName)) !== "TEXTAREA";
      steps += 1
    ) {
      await press("Tab");
    }
    await page.keyboard.type("what leaves?");
    await press("Shift+Enter");
    await page.keyboard.type("this");
    await press("Enter");
    await page.getByText("what leaves?\nthis").first().waitFor();
    await page.getByRole("button", { name: "Regenerate" }).waitFor();
    await page.keyboard.press("Shift+Tab");
    await tabTo(/^Burn$/);
    await press("Enter");
    await tabTo(/^Burn it now$/);
    await press("Enter");
    await page.getByRole("heading", { name: "Burned" }).waitFor();
    expect(web.watch.problems).toEqual([]);
  });

  it("a phone: nothing is wider than the screen, and the countdown is always in view", async () => {
    const ada = await world.open(world.origin, {
      viewport: { width: 360, height: 640 },
      hasTouch: true,
      isMobile: true,
    });
    const overflow = () => ada.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    await ada.button("Start a chat").waitFor();
    expect(await overflow()).toBeLessThanOrEqual(0);
    await ada.start("Ada");
    await ada.ask(`${"a".repeat(400)} and https://example.org/${"b".repeat(300)} and anna@example.org`);
    await ada.button("Regenerate").waitFor();
    expect(await overflow()).toBeLessThanOrEqual(0);
    expect(await ada.page.getByRole("timer").isVisible()).toBe(true);
    const box = await ada.page.getByRole("timer").boundingBox();
    expect(box?.y ?? -1).toBeGreaterThanOrEqual(0);
    await ada.button("Invite").click();
    await ada.button("Make a link").click();
    await ada.page.getByRole("img", { name: "QR code of the invite link" }).waitFor();
    expect(await overflow()).toBeLessThanOrEqual(0);
  });

  it("motion is left out for those who asked for that", async () => {
    const page = await world.open(world.origin, { reducedMotion: "reduce" });
    await page.start("Ada");
    await page.burn();
    expect(await page.page.evaluate(() => document.getAnimations().length)).toBe(0);
  });

  it("nothing shifts while the page loads, nor in a chat of two with questions to the assistant", async () => {
    const ada = await world.open();
    await ada.button("Start a chat").waitFor();
    await ada.page.waitForLoadState("networkidle");
    expect(await layoutShift(ada.page)).toBeLessThan(MOST_SHIFT);
    await ada.start("Ada");
    const bob = await world.open(await ada.invite());
    await bob.join("Bob");
    for (const words of [1, 80, 5, 200, 30]) {
      const text = `${"word ".repeat(words)}${String(words)}`;
      await bob.say(text);
      await ada.hears(text);
    }
    await bob.page.getByLabel("Message to the people here").pressSequentially("and now");
    await ada.ask("Mail anna@example.org");
    await ada.button("Regenerate").waitFor();
    await bob.button("Copy answer").waitFor();
    for (const { page } of [ada, bob]) expect(await layoutShift(page)).toBeLessThan(MOST_SHIFT);
  });
});

/** Of a window's height and width together; a tenth of what counts as good. */
const MOST_SHIFT = 0.02;

/** milliseconds; what a test on a loaded machine still accepts. docs/web.md has what was measured on a quiet one. */
const SLACK = 6;
const FRAME_MS = 16;

describe("[PAGE11] a lot", () => {
  it("what is skipped while it is out of view keeps its height, and stays with screen readers", async () => {
    // As with a screen reader on; else Chromium makes a tree of what it drew, and only when it is asked.
    const browser = await launchChromium(["--force-renderer-accessibility"]);
    const host = await createSession({
      service: world.origin,
      name: "Host",
      limits: { framesPerSecond: 200 },
    });
    const { page, ...bob } = await WebPage.open(browser, (await host.invite()).link);
    try {
      await page.getByLabel("Your name in this chat").fill("Bob");
      await page.getByRole("button", { name: "Join the chat" }).click();
      await page.getByRole("log").waitFor();
      await fillRoom(host, 300);
      await eventually(async () => (await page.locator(".row").count()) >= 300);
      const rows = await page.locator(".row").count();
      await eventually(async () => (await page.locator(".block.skipped").count()) === Math.floor(rows / 16));
      const skipped = await page.evaluate(
        () =>
          [...document.querySelectorAll(".row")].filter(
            (row) => !row.checkVisibility({ contentVisibilityAuto: true }),
          ).length,
      );
      expect(skipped).toBeGreaterThan(200);
      const tools = await page.context().newCDPSession(page);
      const told = async (): Promise<Set<unknown>> => {
        const { nodes } = await tools.send("Accessibility.getFullAXTree");
        return new Set(nodes.filter(({ ignored }) => !ignored).map(({ name }) => name?.value as unknown));
      };
      const said = Array.from({ length: 300 }, (_, n) => `message ${String(n)}`);
      await eventually(async () => {
        const names = await told();
        return said.every((text) => names.has(text));
      });
      const height = () => page.locator(".transcript").evaluate(({ scrollHeight }) => scrollHeight);
      const before = await height();
      await measureScrolling(page);
      expect(await height()).toBe(before);
      expect(bob.watch.problems).toEqual([]);
    } finally {
      host.close();
      await browser.close();
    }
  });

  it("a thousand messages: the newest is in view, one more is quick, and so is scrolling", async () => {
    const host = await createSession({
      service: world.origin,
      name: "Host",
      limits: { framesPerSecond: 200 },
      burn: { ttl: 600, burnBy: "anyone" },
    });
    const { link } = await host.invite();
    const bob = await world.open(link);
    await bob.join("Bob");
    await fillRoom(host, 1_000);
    await eventually(async () => (await bob.page.locator(".row").count()) >= 1_000, 30_000);
    await host.send("the last one");
    await bob.hears("the last one");
    expect(await bob.page.getByText("the last one").isVisible()).toBe(true);
    const addedMs: number[] = [];
    for (let n = 0; n < 5; n += 1) addedMs.push(await measureAdding(bob.page, `own ${String(n)}`));
    expect(median(addedMs)).toBeLessThan(FRAME_MS * SLACK);
    const framesMs = await measureScrolling(bob.page);
    expect(framesMs.length).toBeGreaterThan(100);
    expect(median(framesMs)).toBeLessThan(FRAME_MS * SLACK);
    // All of it stays in the document, also what is far out of view.
    expect(await bob.page.locator(".bubble").count()).toBeGreaterThanOrEqual(1_000);
    await host.burn();
    await bob.isBurned();
  });

  it("typing in a draft of 5,000 characters with live detection", async () => {
    const ada = await world.open();
    await ada.start("Ada");
    await ada.draft(DRAFT);
    const marks = ada.page.locator(".draft-marks mark");
    await eventually(async () => (await marks.count()) > 140);
    const rounds: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      const { letterMs, foundMs } = await measureTyping(ada.page, 8);
      expect(foundMs).toHaveLength(8);
      rounds.push(median(letterMs));
    }
    expect(Math.min(...rounds)).toBeLessThan(FRAME_MS * SLACK);
  });

  it("can be used within a second on 4G", async () => {
    const { page } = await world.open("about:blank");
    expect(await measureStart(page, world.origin)).toBeLessThan(1_000 * SLACK);
  });
});
