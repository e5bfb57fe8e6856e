// How fast the page is, measured in the page and with real keys. What has to be drawn counts as done when the frame that
// shows it has been made: a message that an animation frame sends itself arrives after style, layout and paint.
import type { Page } from "playwright-core";

/** characters; the draft that the typing goal is about. */
const DRAFT_CHARS = 5_000;
const SENTENCE = "Mail anna.berg@example.org or call +1 415 555 0132 about the plan. ";
/** What is a card number with one digit more. */
const ALMOST = "4111 1111 1111 111";
/** 150 findings in it. */
export const DRAFT = (SENTENCE.repeat(37) + `Pay with ${ALMOST} today. ` + SENTENCE.repeat(75)).slice(
  0,
  DRAFT_CHARS,
);

export interface TypingTimes {
  /** milliseconds from each key until the frame that shows its letter was made */
  readonly letterMs: readonly number[];
  /** the same until the mark was drawn that detection gives to what the key completed */
  readonly foundMs: readonly number[];
}

interface Typing {
  readonly letterMs: number[];
  readonly foundMs: number[];
  pending: boolean;
}

/** Completes a card number in the middle of {@link DRAFT} and takes its last digit away again, so many times. */
export async function measureTyping(page: Page, times: number): Promise<TypingTimes> {
  const at = DRAFT.indexOf(ALMOST) + ALMOST.length;
  await page.evaluate((caret) => {
    const field = document.querySelector("textarea") as HTMLTextAreaElement;
    field.focus();
    field.setSelectionRange(caret, caret);
    const typing: Typing = { letterMs: [], foundMs: [], pending: false };
    Object.assign(globalThis, { typing });
    const afterFrame = (run: () => void): void => {
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = run;
        port2.postMessage(null);
      });
    };
    const marks = document.querySelector(".draft-marks")?.getElementsByTagName("mark");
    const count = (): number => marks?.length ?? 0;
    const press = ({ timeStamp, key }: KeyboardEvent): void => {
      const before = count();
      typing.pending = true;
      const since = (): number => performance.now() - timeStamp;
      afterFrame(() => {
        typing.letterMs.push(since());
        const look = (): void => {
          if (count() === before) {
            afterFrame(look);
            return;
          }
          if (key !== "Backspace") typing.foundMs.push(since());
          typing.pending = false;
        };
        look();
      });
    };
    field.addEventListener("keydown", press, { capture: true });
  }, at);
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
  return page.evaluate(() => (globalThis as unknown as { typing: Typing }).typing);
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
