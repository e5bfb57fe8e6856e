// A long conversation and a long draft: how much is done for each message, each frame and each key.
import { describe, expect, it } from "vitest";
import { createSession } from "../../src/client/index.ts";
import { eventually } from "../support/processes.ts";
import { launchChromium } from "./support/chromium.ts";
import { fillRoom } from "./support/full-room.ts";
import {
  DRAFT,
  layoutShift,
  measureAdding,
  measureScrolling,
  measureTyping,
  momentOf,
} from "./support/page-speed.ts";
import { workOf } from "./support/page-work.ts";
import { WebPage } from "./support/web-page.ts";
import { webWorld } from "./support/web-world.ts";

const world = webWorld();

const MESSAGES = 1_000;
/** rows that are skipped together */
const BLOCK_ROWS = 16;
/** A twentieth of what counts as good. A message's line about its delivery grows, which is a thousandth in all. */
const MOST_SHIFT = 0.02;
/** Calls for each message that is there, when one more comes: 24 to compare it with what it was, 190 to draw it anew. */
const MOST_CALLS_PER_MESSAGE = 80;

// How long all this takes is measured by `npm run bench -- --only page`. Here stands what it depends on, and what no
// machine is too slow for: how much is done.
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
      await eventually(async () => {
        const full = Math.floor((await page.locator(".row").count()) / BLOCK_ROWS);
        // What never was out of view is drawn.
        return (await page.locator(".block.skipped").count()) >= full - 2;
      });
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

  it("a thousand messages: the newest is in view, one more draws one row, and scrolling draws none", async () => {
    const host = await createSession({
      service: world.origin,
      name: "Host",
      limits: { framesPerSecond: 200 },
      burn: { ttl: 3_600, burnBy: "anyone" },
    });
    const { link } = await host.invite();
    const bob = await world.open(link);
    await bob.join("Bob");
    await fillRoom(host, MESSAGES);
    await eventually(async () => (await bob.page.locator(".row").count()) >= MESSAGES);
    await host.send("the last one");
    await bob.hears("the last one");
    expect(await bob.page.getByText("the last one").isVisible()).toBe(true);
    const field = bob.page.getByLabel("Message to the people here");
    await field.fill("one of my own");
    const own = await workOf(bob.page, ".transcript", async () => {
      await field.press("Enter");
      await bob.hears("one of my own");
      await bob.page.getByText("Sealed and relayed").waitFor();
    });
    const other = await workOf(bob.page, ".transcript", async () => {
      await host.send("one of somebody else's");
      await bob.hears("one of somebody else's");
    });
    for (const { changes } of [own, other]) expect(changes).toBeLessThan(10);
    expect(other.calls).toBeLessThan(MOST_CALLS_PER_MESSAGE * MESSAGES);
    // It is drawn twice: once as it is being sent.
    expect(own.calls).toBeLessThan(3 * MOST_CALLS_PER_MESSAGE * MESSAGES);
    let frames = 0;
    const scrolling = await workOf(bob.page, ".transcript", async () => {
      frames = (await measureScrolling(bob.page)).length;
    });
    expect(frames).toBeGreaterThan(100);
    expect(scrolling.changes).toBe(0);
    expect(scrolling.layouts).toBeLessThan(4 * frames);
    // No frame looks at every message.
    expect(scrolling.calls).toBeLessThan(5 * MESSAGES * frames);
    // All of it stays in the document, also what is far out of view.
    expect(await bob.page.locator(".bubble").count()).toBeGreaterThanOrEqual(MESSAGES);
    await host.burn();
    await bob.isBurned();
    // milliseconds; 25 s on a quiet machine, and 165 s on a sixth of a core.
  }, 600_000);

  it("rows begin to be skipped out of view, so that none moves", async () => {
    const host = await createSession({
      service: world.origin,
      name: "Host",
      limits: { framesPerSecond: 200 },
    });
    const bob = await world.open((await host.invite()).link);
    await bob.join("Bob");
    const since = await momentOf(bob.page);
    await bob.page.locator(".column").evaluate((column) => {
      const begun: boolean[] = [];
      Object.assign(globalThis, { begun });
      new MutationObserver((changes) => {
        for (const { target } of changes) {
          if (!(target instanceof Element) || !target.matches(".block.skipped")) continue;
          const { top, bottom } = target.getBoundingClientRect();
          const view = document.querySelector(".transcript")?.getBoundingClientRect();
          begun.push(view !== undefined && top < view.bottom && bottom > view.top);
        }
      }).observe(column, { subtree: true, attributes: true, attributeFilter: ["class"] });
    });
    // Of his own, since those change once more after they came. No key and no click: what moves after one does not count.
    for (let n = 0; n < 6 * BLOCK_ROWS; n += 1) await measureAdding(bob.page, `own ${String(n)}`);
    await bob.page.getByText("Sending…").waitFor({ state: "detached" });
    await eventually(async () => (await bob.page.locator(".block.skipped").count()) >= 4);
    const inView = await bob.page.evaluate(() => (globalThis as unknown as { begun: boolean[] }).begun);
    expect(inView).not.toContain(true);
    expect(await layoutShift(bob.page, since)).toBeLessThan(MOST_SHIFT);
    host.close();
  });

  it("in a draft of 5,000 characters with live detection a letter draws the piece that it stands in", async () => {
    const ada = await world.open();
    await ada.start("Ada");
    await ada.draft(DRAFT);
    const marks = ada.page.locator(".draft-marks mark");
    await eventually(async () => (await marks.count()) > 140);
    // Detection goes on: what a key completes is found, and what a key takes away is lost, each time.
    expect((await measureTyping(ada.page, 8)).foundMs).toHaveLength(8);
    const before = await marks.count();
    await ada.page.locator("textarea").evaluate(
      (field, at) => {
        (field as HTMLTextAreaElement).setSelectionRange(at, at);
      },
      DRAFT.indexOf("about the plan", DRAFT.length / 2),
    );
    const letters = "abcdefgh";
    const { changes } = await workOf(ada.page, ".draft-marks", async () => {
      for (const letter of letters) await ada.page.keyboard.press(letter);
      await ada.page.locator(".draft-marks").getByText(letters).waitFor({ state: "attached" });
    });
    expect(await marks.count()).toBe(before);
    // One for each letter, where drawing everything anew would be hundreds.
    expect(changes).toBeLessThan(5 * letters.length);
  });

  it("what the first screen needs is named in the document, and it waits for nothing else", async () => {
    const { page } = await world.open("about:blank");
    const tools = await page.context().newCDPSession(page);
    await tools.send("Network.enable");
    const named: string[] = [];
    const asked: string[] = [];
    tools.on("Network.requestWillBeSent", ({ request, initiator }) => {
      const { pathname } = new URL(request.url);
      (initiator.type === "script" ? asked : named).push(pathname);
    });
    // What a script asks for comes a round trip later, 85 ms on 4G: it must not be missed, so it never comes.
    for (const path of ["models", "jurisdictions"]) await page.route(`**/v1/${path}`, () => undefined);
    await page.goto(world.origin);
    await page.getByRole("button", { name: "Start a chat" }).waitFor();
    expect(named).toContain("/");
    expect(named.filter((path) => path.endsWith(".js"))).toHaveLength(1);
    expect(asked.toSorted()).toEqual(["/v1/jurisdictions", "/v1/models"]);
  });
});
