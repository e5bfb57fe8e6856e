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

describe("[PAGE9] on the first screen", () => {
  it.each([320, 360, 390, 768, 1_180])(
    "%i pixels wide: cards of one size, with one gap between them",
    async (width) => {
      const ada = await inWindow({ width, height: 800 }, false);
      const cards = await ada.page.locator(".card").evaluateAll((elements) =>
        elements.map((element) => {
          const { left, top, width: wide, height } = element.getBoundingClientRect();
          return { left, top, wide, height };
        }),
      );
      const distinct = (values: readonly number[]) => [...new Set(values.map((value) => Math.round(value)))];
      const gapsOf = (starts: readonly number[], size: number) =>
        distinct(starts.slice(1).map((start, at) => start - (starts[at] ?? 0) - size));
      const [{ wide, height } = { wide: 0, height: 0 }] = cards;
      expect(distinct(cards.map((card) => card.wide))).toHaveLength(1);
      expect(distinct(cards.map((card) => card.height))).toHaveLength(1);
      const rows = distinct(cards.map(({ top }) => top));
      const columns = distinct(cards.map(({ left }) => left));
      const gaps = new Set([...gapsOf(rows, Math.round(height)), ...gapsOf(columns, Math.round(wide))]);
      expect(Math.max(...gaps) - Math.min(...gaps)).toBeLessThanOrEqual(1);
      expect(
        await ada.page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
      ).toBeLessThanOrEqual(0);
    },
  );

  it.each([
    { width: 360, height: 640 },
    { width: 1180, height: 700 },
  ])(
    "at $width by $height the way into a chat is in view at once, and never over what has the keyboard",
    async (size) => {
      const ada = await inWindow(size, false);
      const isInView = async () => (await heightInView(ada, "button.large")) >= 40;
      expect(await isInView()).toBe(true);
      const fields = ada.page.locator("input:enabled, select:enabled");
      for (let at = 0; at < (await fields.count()); at += 1) {
        await ada.page.keyboard.press("Tab");
        const overlap = await ada.page.evaluate(() => {
          const focused = document.activeElement;
          const button = document.querySelector("button.large");
          if (focused === null || button === null || focused === button) return 0;
          return focused.getBoundingClientRect().bottom - button.getBoundingClientRect().top;
        });
        expect(overlap).toBeLessThanOrEqual(0);
      }
      await ada.page.evaluate(() => {
        scrollTo(0, document.documentElement.scrollHeight);
      });
      await expect.poll(isInView).toBe(true);
    },
  );
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
      // As high as what it says, and at the foot of the page, where the thumb is.
      const said = await ada.page.locator(".dialog-body").boundingBox();
      expect(dialog?.height ?? PHONE.height).toBeLessThanOrEqual((said?.height ?? 0) + 2);
      expect((dialog?.y ?? 0) + (dialog?.height ?? 0)).toBe(PHONE.height);
      await ada.page.keyboard.press("Escape");
      await ada.page.getByRole("dialog").waitFor({ state: "detached" });
      // Three of them within a moment would be the panic key.
      await ada.page.waitForTimeout(700);
    }
  });

  it("the way out of a dialog stays in view, however far down one reads", async () => {
    const ada = await inWindow(PHONE);
    await ada.button("Session").click();
    await ada.page.getByRole("dialog").evaluate((element) => {
      element.scrollTop = element.scrollHeight;
    });
    await expect.poll(() => heightInView(ada, "dialog header button")).toBeGreaterThanOrEqual(40);
  });

  it("one message to the mirror shows what took the place of one's data, without scrolling", async () => {
    const ada = await inWindow({ width: 360, height: 640 });
    await ada.ask("Please write a kind letter to somebody whose name is Anna Berg, and to anna@example.org");
    await ada.button("Regenerate").waitFor();
    await expect.poll(() => heightInView(ada, ".reflection .token")).toBeGreaterThanOrEqual(10);
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
    await ada.button("Close").click();
    // The name stands above what is said, and takes none of it out of sight; who is typing keeps to one line.
    await other.send("x".repeat(200));
    other.typing();
    const bubble = ada.page.locator(".bubble");
    await bubble.waitFor();
    await ada.page.locator(".typing bdi").waitFor();
    for (const each of [bubble, ada.page.locator(".message .who")]) {
      const { x, width } = (await each.boundingBox()) ?? { x: 320, width: 0 };
      expect(x + width).toBeLessThanOrEqual(320);
    }
    expect((await ada.page.locator(".typing").boundingBox())?.height).toBeLessThan(30);
    other.close();
  });
});

describe("[PAGE9] on paper", () => {
  it("stands all that was said, and nothing to click on", async () => {
    const ada = await inWindow(PHONE);
    for (let at = 1; at <= 40; at += 1) await ada.say(`message ${String(at)}`);
    await ada.page.locator(".delivery", { hasText: "Relayed" }).nth(39).waitFor();
    // Drawn and out of view, the first of them are skipped on the screen.
    const skipped = ada.page.locator(".block.skipped").first();
    await skipped.waitFor({ state: "attached" });
    await ada.page.emulateMedia({ media: "print" });
    expect(await skipped.evaluate((block) => getComputedStyle(block).contentVisibility)).toBe("visible");
    const hidden = await ada.page
      .locator(".transcript")
      .evaluate((element) => element.scrollHeight - element.clientHeight);
    expect(hidden).toBeLessThanOrEqual(0);
    await ada.page.getByText("message 1", { exact: true }).waitFor();
    expect(
      await ada.page.locator(".composer, .room nav, .room button").filter({ visible: true }).count(),
    ).toBe(0);
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
