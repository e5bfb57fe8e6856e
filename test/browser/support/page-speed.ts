// How fast the page is, measured in the page and with real keys. What has to be drawn counts as done when the frame that
// shows it has been made: a message that an animation frame sends itself arrives after style, layout and paint.
import type { Page } from "playwright-core";

/** characters; the draft that the typing goal is about. */
const DRAFT_CHARS = 5_000;
const SENTENCE = "Mail anna.berg@example.org or call +1 415 555 0132 about the plan. ";
/** What is a card number with one digit more. */
const ALMOST = "4111 1111 1111 111";
/**
 * milliseconds without work before the next key, shorter than between two keys of a person. After each frame Chromium
 * makes an empty one, and begins none within 16.7 ms of that, also where it is told not to limit their rate. A key that
 * comes meanwhile waits for a frame and not for any work.
 */
const REST_MS = 34;
/** 150 findings in it. */
export const DRAFT = (SENTENCE.repeat(37) + `Pay with ${ALMOST} today. ` + SENTENCE.repeat(75)).slice(
  0,
  DRAFT_CHARS,
);

export interface TypingTimes {
  /** milliseconds from each key until the frame that shows its letter was made */
  readonly letterMs: readonly number[];
  /** the same until the mark was drawn that detection gives to what the key completed; none where nothing is marked */
  readonly foundMs: readonly number[];
}

interface Typing {
  readonly letterMs: number[];
  readonly foundMs: number[];
  pending: boolean;
  stop(): void;
}

/** Completes a card number in the middle of {@link DRAFT} and takes its last digit away again, so many times. */
export async function measureTyping(page: Page, times: number): Promise<TypingTimes> {
  const at = DRAFT.indexOf(ALMOST) + ALMOST.length;
  await page.evaluate(
    ([caret, restMs]) => {
      const field = document.querySelector("textarea") as HTMLTextAreaElement;
      field.focus();
      field.setSelectionRange(caret, caret);
      const afterFrame = (run: () => void): void => {
        requestAnimationFrame(() => {
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = run;
          port2.postMessage(null);
        });
      };
      const layer = document.querySelector(".draft-marks");
      const marks = layer?.getElementsByTagName("mark");
      const press = ({ timeStamp, key }: KeyboardEvent): void => {
        const before = marks?.length;
        let waitsFor = marks === undefined ? 1 : 2;
        const took = (into: number[] | null): void => {
          into?.push(performance.now() - timeStamp);
          waitsFor -= 1;
          if (waitsFor > 0) return;
          setTimeout(() => {
            typing.pending = false;
          }, restMs);
        };
        typing.pending = true;
        afterFrame(() => {
          took(typing.letterMs);
        });
        if (layer === null) return;
        // What waits for the mark must not make frames of its own meanwhile: they would delay it.
        const watch = new MutationObserver(() => {
          if (marks?.length === before) return;
          watch.disconnect();
          afterFrame(() => {
            took(key === "Backspace" ? null : typing.foundMs);
          });
        });
        watch.observe(layer, { childList: true, subtree: true });
      };
      const typing: Typing = {
        letterMs: [],
        foundMs: [],
        pending: false,
        stop: () => {
          field.removeEventListener("keydown", press, { capture: true });
        },
      };
      Object.assign(globalThis, { typing });
      field.addEventListener("keydown", press, { capture: true });
    },
    [at, REST_MS] as const,
  );
  const settled = () =>
    page.waitForFunction(
      () => !(globalThis as unknown as { typing: Typing }).typing.pending,
      undefined,
      // Seldom, since looking costs time as well.
      { polling: 50 },
    );
  for (let n = 0; n < times; n += 1) {
    await page.keyboard.press("1");
    await settled();
    await page.keyboard.press("Backspace");
    await settled();
  }
  return page.evaluate(() => {
    const { typing } = globalThis as unknown as { typing: Typing };
    typing.stop();
    return { letterMs: typing.letterMs, foundMs: typing.foundMs };
  });
}

/**
 * Milliseconds from each key that is pressed in `run` until the frame with its letter is on the screen, raster and
 * composition included, as Chromium itself tells it: from the event's arrival at the browser to its presentation.
 */
export async function measurePresented(page: Page, run: () => Promise<unknown>): Promise<number[]> {
  const browser = page.context().browser();
  if (browser === null) throw new Error("a page without a browser");
  await browser.startTracing(page, { categories: ["input"] });
  await run();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as {
    readonly traceEvents: readonly TraceEvent[];
  };
  const presentedMs: number[] = [];
  // An id is used again once what it was for has ended.
  const beganUs = new Map<string, number>();
  const latencies = traceEvents.filter(({ name }) => name === "EventLatency");
  for (const { ph, pid, id2, ts, args } of latencies.sort((one, other) => one.ts - other.ts)) {
    const id = `${String(pid)} ${id2?.local ?? ""}`;
    const began = beganUs.get(id);
    if (ph === "b" && args.event_latency?.event_type === "KEY_PRESSED") beganUs.set(id, ts);
    if (ph !== "e" || began === undefined) continue;
    presentedMs.push((ts - began) / 1_000);
    beganUs.delete(id);
  }
  return presentedMs;
}

interface TraceEvent {
  readonly name: string;
  /** `b` begins and `e` ends what has this id in this process */
  readonly ph: string;
  readonly pid: number;
  readonly id2?: { readonly local?: string };
  /** microseconds */
  readonly ts: number;
  readonly args: { readonly event_latency?: { readonly event_type?: string } };
}

/** A page with nothing but a field and {@link DRAFT} in it: what this browser takes on this machine by itself. */
export async function openPlainField(page: Page): Promise<void> {
  await page.setContent(
    '<textarea spellcheck="false" style="width: 615px; height: 288px; font: 1rem/2.2 system-ui"></textarea>',
  );
  await page.locator("textarea").fill(DRAFT);
}

/** Milliseconds of each frame while the transcript is scrolled from its end to its beginning and back. */
export function measureScrolling(page: Page): Promise<number[]> {
  return page.evaluate(async () => {
    const scroller = document.querySelector(".transcript") as HTMLElement;
    const nextFrame = (): Promise<void> =>
      new Promise((resolve) => {
        requestAnimationFrame(() => {
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = () => {
            resolve();
          };
          port2.postMessage(null);
        });
      });
    const framesMs: number[] = [];
    const stepPx = scroller.clientHeight / 2;
    for (const direction of [-1, 1]) {
      for (let ended = false; !ended;) {
        const before = scroller.scrollTop;
        const began = performance.now();
        scroller.scrollTop += direction * stepPx;
        await nextFrame();
        framesMs.push(performance.now() - began);
        ended = scroller.scrollTop === before;
      }
    }
    return framesMs;
  });
}

/** Milliseconds from sending a message to the people in the chat until the frame that shows it was made. */
export async function measureAdding(page: Page, text: string): Promise<number> {
  await page.getByLabel("Message to the people here").fill(text);
  return page.evaluate((wanted) => {
    const began = performance.now();
    document.querySelector<HTMLFormElement>("form.composer")?.requestSubmit();
    return new Promise<number>((resolve) => {
      const look = (): void => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => {
          const last = [...document.querySelectorAll(".bubble")].at(-1);
          if (last?.textContent === wanted) resolve(performance.now() - began);
          else requestAnimationFrame(look);
        };
        port2.postMessage(null);
      };
      requestAnimationFrame(look);
    });
  }, text);
}

/** Sum of what moved without anybody having done anything, since the page began or since that moment of its clock. */
export function layoutShift(page: Page, sinceMs = 0): Promise<number> {
  return page.evaluate(async (since) => {
    // What is on its way to the screen counts as well.
    for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame);
    const observer = new PerformanceObserver(() => undefined);
    observer.observe({ type: "layout-shift", buffered: true });
    const shifts = observer.takeRecords() as unknown as readonly {
      readonly startTime: number;
      readonly value: number;
      readonly hadRecentInput: boolean;
    }[];
    observer.disconnect();
    return shifts
      .filter(({ startTime, hadRecentInput }) => startTime >= since && !hadRecentInput)
      .reduce((sum, { value }) => sum + value, 0);
  }, sinceMs);
}

/** A moment of the page's clock. */
export function momentOf(page: Page): Promise<number> {
  return page.evaluate(() => performance.now());
}

/**
 * 4G: 9 Mbit/s down, 85 ms round trip. Milliseconds from the navigation until the first screen could be used.
 */
export const FOUR_G = { offline: false, latency: 85, downloadThroughput: 9e6 / 8, uploadThroughput: 3e6 / 8 };

export async function measureStart(page: Page, address: string): Promise<number> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Network.enable");
  await cdp.send("Network.setCacheDisabled", { cacheDisabled: true });
  await cdp.send("Network.emulateNetworkConditions", FOUR_G);
  await page.addInitScript(() => {
    const look = (): void => {
      const button = [...document.querySelectorAll("button")].find((each) =>
        each.textContent.includes("Start a chat"),
      );
      if (button === undefined || button.disabled) requestAnimationFrame(look);
      else Object.assign(globalThis, { usableMs: performance.now() });
    };
    look();
  });
  await page.goto(address);
  const usable = await page.waitForFunction(() => (globalThis as unknown as { usableMs?: number }).usableMs);
  return (await usable.jsonValue()) ?? Number.NaN;
}
