// Whom the page serves: by keyboard alone, with a screen reader, on a phone, by night, and with a long conversation.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type axe from "axe-core";
import { describe, expect, it } from "vitest";
import { createSession } from "../../src/client/index.ts";
import { eventually } from "../support/processes.ts";
import type { WebPage } from "./support/web-page.ts";
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

  it("nothing shifts while the page loads", async () => {
    const page = await world.open();
    await page.button("Start a chat").waitFor();
    await page.page.waitForLoadState("networkidle");
    const shift = await page.page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          let sum = 0;
          new PerformanceObserver((list) => {
            for (const entry of list.getEntries()) sum += (entry as unknown as { value: number }).value;
          }).observe({ type: "layout-shift", buffered: true });
          setTimeout(() => {
            resolve(sum);
          }, 300);
        }),
    );
    expect(shift).toBeLessThan(0.01);
  });
});

/** milliseconds; what a test on a loaded machine still accepts. docs/web.md has what was measured on a quiet one. */
const SLACK = 6;
const FRAME_MS = 16;

describe("[PAGE11] a lot", () => {
  it("a thousand messages: the newest is in view, and one more is quick", async () => {
    const host = await createSession({
      service: world.origin,
      name: "Host",
      limits: { framesPerSecond: 200 },
      burn: { ttl: 600, burnBy: "anyone" },
    });
    const { link } = await host.invite();
    const bob = await world.open(link);
    await bob.join("Bob");
    await Promise.all(
      Array.from({ length: 1_000 }, async (_, n) => {
        // The SDK's queue is bounded; a program that has a thousand things to say waits its turn.
        for (let sent = false; !sent;) {
          sent = await host.send(`message ${String(n)}`).then(
            () => true,
            () => false,
          );
          if (!sent) await new Promise((resolve) => setTimeout(resolve, 100));
        }
      }),
    );
    await eventually(async () => (await bob.page.locator(".row").count()) >= 1_000, 30_000);
    await host.send("the last one");
    await bob.hears("the last one");
    expect(await bob.page.getByText("the last one").isVisible()).toBe(true);
    const addedMs: number[] = [];
    for (let n = 0; n < 5; n += 1) {
      const text = `own ${String(n)}`;
      await bob.page.getByLabel("Message to the people here").fill(text);
      addedMs.push(
        await bob.page.evaluate((wanted) => {
          const began = performance.now();
          document.querySelector<HTMLFormElement>("form.composer")?.requestSubmit();
          return new Promise<number>((resolve) => {
            const look = (): void => {
              if (document.querySelector(".transcript")?.textContent.includes(wanted) === true)
                resolve(performance.now() - began);
              else requestAnimationFrame(look);
            };
            look();
          });
        }, text),
      );
    }
    expect(addedMs.sort((a, b) => a - b)[2]).toBeLessThan(FRAME_MS * SLACK);
    await host.burn();
    await bob.isBurned();
  });

  it("typing in a draft of 5,000 characters with live detection", async () => {
    const ada = await world.open();
    await ada.start("Ada");
    const draft = "Mail anna.berg@example.org or call +1 415 555 0132 about the plan. "
      .repeat(75)
      .slice(0, 5_000);
    await ada.draft(draft);
    await ada.page.locator(".draft-marks mark").first().waitFor({ state: "attached" });
    const tookMs = await ada.page.evaluate(async () => {
      const field = document.querySelector("textarea") as HTMLTextAreaElement;
      const set = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value")?.set;
      const times: number[] = [];
      for (let n = 0; n < 60; n += 1) {
        await new Promise(requestAnimationFrame);
        const began = performance.now();
        set?.call(field, `${field.value}x`);
        field.dispatchEvent(new InputEvent("input", { bubbles: true }));
        // Detection and drawing are done when this task and what it queued are.
        await new Promise((resolve) => {
          const channel = new MessageChannel();
          channel.port1.onmessage = resolve;
          channel.port2.postMessage(null);
        });
        document.body.getBoundingClientRect();
        times.push(performance.now() - began);
      }
      return times.sort((a, b) => a - b);
    });
    const p95 = tookMs[Math.floor(tookMs.length * 0.95)] ?? Infinity;
    expect(await ada.page.locator(".draft-marks mark").count()).toBeGreaterThan(100);
    expect(p95).toBeLessThan(FRAME_MS * SLACK);
    if (process.env["GHOST_MEASURE"] !== undefined)
      process.stdout.write(`typing p50 ${String(tookMs[30])} p95 ${String(p95)} ms\n`);
  });
});
