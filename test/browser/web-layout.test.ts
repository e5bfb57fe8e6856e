// Whatever the size of the window: what was said, what is being written and the time that is left stay in view.
import { describe, expect, it } from "vitest";
import { joinSession } from "../../src/client/index.ts";
import type { WebPage } from "./support/web-page.ts";
import { webWorld } from "./support/web-world.ts";

const world = webWorld();

/** CSS pixels: a desktop window at 200 % zoom, and a phone with its keyboard. */
const LOW = [
  { width: 640, height: 400 },
  { width: 390, height: 450 },
];
const PHONE = { width: 390, height: 844 };

async function inWindow(viewport: { width: number; height: number }, start = true): Promise<WebPage> {
  const ada = await world.open(world.origin, { viewport });
  if (start) await ada.start("Ada");
  return ada;
}

/** What can be seen of an element, in pixels of its height; 0 where something else lies over its middle. */
const heightInView = ({ page }: WebPage, selector: string) =>
  page.evaluate((wanted) => {
    const element = document.querySelector(wanted);
    if (element === null) return 0;
    const { top, bottom, left, width } = element.getBoundingClientRect();
    const [from, to] = [Math.max(0, top), Math.min(innerHeight, bottom)];
    const there = document.elementFromPoint(left + width / 4, (from + to) / 2);
    return to > from && (there === null || element.contains(there) || there === document.documentElement)
      ? to - from
      : 0;
  }, selector);

const overflowOf = ({ page }: WebPage) =>
  page.evaluate(() => document.documentElement.scrollHeight - innerHeight);

describe("[PAGE9] in a low window", () => {
  it.each(LOW)("of $width by $height everything keeps its part", async (viewport) => {
    const ada = await inWindow(viewport);
    for (const text of ["one", "two", "three"]) {
      await ada.ask(text);
      await ada.page
        .locator(".turn", { hasText: text })
        .getByRole("button", { name: "Regenerate" })
        .waitFor();
    }
    await ada.draft(Array.from({ length: 9 }, (_, at) => `mail ${String(at)}@example.org`).join("\n"));
    await ada.page.locator(".finding").first().waitFor();
    expect(await overflowOf(ada)).toBeLessThanOrEqual(0);
    expect(await heightInView(ada, ".transcript")).toBeGreaterThanOrEqual(48);
    expect(await heightInView(ada, ".draft-scroll")).toBeGreaterThanOrEqual(24);
    expect(await heightInView(ada, ".countdown")).toBeGreaterThanOrEqual(16);
    const button = await ada.button("Ask").boundingBox();
    expect((button?.y ?? viewport.height) + (button?.height ?? 0)).toBeLessThanOrEqual(viewport.height);
  });
});

describe("[PAGE9] on a phone", () => {
  it("every dialog leaves the countdown in view", async () => {
    const ada = await inWindow(PHONE);
    await ada.ask("where is the time?");
    await ada.button("Inspect").waitFor();
    for (const name of ["Invite", "Session", "Burn", "Inspect"]) {
      await ada.button(name).click();
      await ada.page.getByRole("dialog").waitFor();
      const [countdown, dialog] = await Promise.all([
        ada.page.locator(".countdown").boundingBox(),
        ada.page.getByRole("dialog").boundingBox(),
      ]);
      expect((countdown?.y ?? PHONE.height) + (countdown?.height ?? 0)).toBeLessThanOrEqual(dialog?.y ?? 0);
      await ada.page.keyboard.press("Escape");
      await ada.page.getByRole("dialog").waitFor({ state: "detached" });
      // Three of them within a moment would be the panic key.
      await ada.page.waitForTimeout(700);
    }
  });

  it("the names of others wrap, and what comes after many of them stays within reach", async () => {
    const ada = await inWindow({ width: 320, height: 640 });
    const link = await ada.invite();
    const name = "W".repeat(48);
    const other = await joinSession(link, { name });
    await ada.page.getByText(name).first().waitFor();
    await ada.button("Session").click();
    const dialog = ada.page.getByRole("dialog");
    await dialog.getByText(name).waitFor();
    expect(await dialog.evaluate((element) => element.scrollWidth - element.clientWidth)).toBeLessThanOrEqual(
      0,
    );
    other.close();
  });
});

describe("[PAGE5] what comes while somebody reads further up", () => {
  it("is said, and a click leads to it", async () => {
    const { ada, bob } = await world.pair();
    await bob.say("a long letter\n".repeat(100));
    await bob.say("and its end");
    await ada.page.waitForFunction(() => (document.querySelector(".transcript")?.scrollTop ?? 0) > 500);
    // A page hears of scrolling with its next frame.
    await ada.page.locator(".transcript").evaluate(async (element) => {
      const heard = new Promise((resolve) => {
        element.addEventListener("scroll", resolve, { once: true });
      });
      element.scrollTop = 0;
      await heard;
    });
    await bob.say("the newest");
    await ada.button("New messages below").click();
    await ada.page.waitForFunction(() => {
      const element = document.querySelector(".transcript");
      return element !== null && element.scrollHeight - element.scrollTop - element.clientHeight < 2;
    });
    await ada.button("New messages below").waitFor({ state: "detached" });
  });
});
