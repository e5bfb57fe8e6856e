// Whom the page serves: by keyboard alone, with a screen reader, on a phone, and by night.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type axe from "axe-core";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { PATIENCE_MS } from "../support/client.ts";
import { layoutShift, momentOf } from "./support/page-speed.ts";
import type { WebPage } from "./support/web-page.ts";
import { webWorld } from "./support/web-world.ts";

const world = webWorld();
/** Of a window's height and width together; a tenth of what counts as good. */
const MOST_SHIFT = 0.02;

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What the scan finds that is serious or worse, as rule and place. */
async function scan({ page }: WebPage): Promise<string[]> {
  // Whatever fades in is judged when it is there. What was taken away meanwhile fades in no more.
  await page.evaluate(() => Promise.allSettled(document.getAnimations().map(({ finished }) => finished)));
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: typeof axe }).axe.run(document, { resultTypes: ["violations"] }),
  );
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical" || impact === "moderate")
    .flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(" ")}`));
}

/** A moment of a page's clock when what was done to it is on the screen. */
async function momentAfter(page: Page): Promise<number> {
  await page.evaluate(async () => {
    for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame);
  });
  return momentOf(page);
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
    await bob.button("Join the chat").waitFor();
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
    await expect.poll(focused, { timeout: PATIENCE_MS }).toBe("Invite");
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
    const code = ada.page.getByRole("img", { name: "QR code of the invite link" });
    await code.waitFor();
    expect(await overflow()).toBeLessThanOrEqual(0);
    // What was made is brought into view.
    await expect.poll(async () => (await code.boundingBox())?.y, { timeout: PATIENCE_MS }).toBeLessThan(540);
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
    await ada.page.getByText("You and Bob").waitFor();
    await bob.page.getByText("You and Ada").waitFor();
    // What moves within half a second after a key or a click does not count, and a slow machine takes longer to answer
    // one. So each page is looked at while its person does nothing, or from where the answer to a click is drawn.
    const reading = await momentAfter(ada.page);
    for (const words of [1, 80, 5, 200, 30]) {
      const text = `${"word ".repeat(words)}${String(words)}`;
      await bob.say(text);
      await ada.hears(text);
    }
    await bob.page.getByLabel("Message to the people here").pressSequentially("and now");
    expect(await layoutShift(ada.page, reading)).toBeLessThan(MOST_SHIFT);
    const readingAlong = await momentAfter(bob.page);
    await ada.draft("Mail anna@example.org");
    await ada.page.locator(".finding").waitFor();
    await ada.button("Ask").click();
    await ada.page.locator(".question").waitFor();
    await ada.page.locator(".finding").waitFor({ state: "detached" });
    const waiting = await momentAfter(ada.page);
    await ada.button("Regenerate").waitFor();
    await bob.button("Copy answer").waitFor();
    expect(await layoutShift(ada.page, waiting)).toBeLessThan(MOST_SHIFT);
    expect(await layoutShift(bob.page, readingAlong)).toBeLessThan(MOST_SHIFT);
  });
});
