// Where a person writes: whom a draft is for stays as it is while somebody writes, and what is asked is asked once.
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { PATIENCE_MS } from "../support/client.ts";
import { webWorld } from "./support/web-world.ts";

const world = webWorld();

describe("[PAGE6] a draft goes to those whom it was written for", () => {
  it("words for people stay words for people when the last of them goes, also the next ones", async () => {
    const { ada, bob } = await world.pair();
    const field = ada.page.getByRole("textbox").last();
    await field.fill("for Bob alone");
    await bob.page.getByRole("textbox").last().waitFor();
    await bob.button("Session").click();
    await bob.button("Leave").click();
    await ada.page.getByText("Only you").waitFor();
    await field.press("Enter");
    await ada.page.locator(".message.own .bubble", { hasText: "for Bob alone" }).waitFor();
    await ada.page.getByText("Relayed while nobody else was here").waitFor();
    expect(await ada.page.locator(".turn").count()).toBe(0);
    await ada.page.getByLabel("Message to the people here").waitFor();
    await ada.button("Assistant").click();
    await ada.page.getByLabel("Question to the assistant").waitFor();
  });

  it("words for the assistant stay so when somebody comes; an empty draft is for the people then", async () => {
    const ada = await world.open();
    await ada.start("Ada");
    const link = await ada.invite();
    const field = ada.page.getByRole("textbox").last();
    await field.fill("for the mirror");
    const bob = await world.open(link);
    await bob.join("Bob");
    await ada.page.getByText("You and Bob").waitFor();
    await ada.page.getByLabel("Question to the assistant").waitFor();
    await field.press("Enter");
    await ada.page.locator(".turn .question", { hasText: "for the mirror" }).waitFor();
    await ada.page.getByLabel("Message to the people here").waitFor();
  });
});

/** Ada's page, whose detector comes only once it is released. */
async function withoutDetector() {
  const ada = await world.open();
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  await ada.page.route("**/*.wasm", async (route) => {
    await released;
    await route.continue();
  });
  await ada.start("Ada");
  return { ada, release };
}

describe("[PAGE6] a question is asked once", () => {
  it("while it waits for the detector, what a click gave to the people goes to them at once, and stays theirs", async () => {
    const { ada, release } = await withoutDetector();
    await ada.draft("asked once");
    await ada.page.getByLabel("Question to the assistant").press("Enter");
    await ada.button("People").click();
    const field = ada.page.getByLabel("Message to the people here");
    await field.fill("said to the people");
    await field.press("Enter");
    await ada.page.locator(".message.own .bubble", { hasText: "said to the people" }).waitFor();
    await field.fill("for the people too");
    release();
    await ada.button("Regenerate").waitFor();
    expect(await field.inputValue()).toBe("for the people too");
    expect(await ada.page.locator(".turn .question").allTextContents()).toEqual(["asked once"]);
  });

  it("pressing Enter again while the detector still loads asks nothing, and what is written then stays", async () => {
    const { ada, release } = await withoutDetector();
    await ada.draft("asked once");
    const field = ada.page.getByLabel("Question to the assistant");
    await field.press("Enter");
    await field.press("Enter");
    await field.fill("what came to mind meanwhile");
    await field.press("Enter");
    release();
    await ada.button("Regenerate").waitFor();
    expect(await ada.page.locator(".turn .question").allTextContents()).toEqual(["asked once"]);
    expect(await field.inputValue()).toBe("what came to mind meanwhile");
    await field.press("Enter");
    await ada.page.locator(".turn .question", { hasText: "what came to mind" }).waitFor();
    await ada.page.waitForFunction(() => document.querySelector("textarea")?.value === "");
  });
});

describe("[PAGE6] the lines lie under their letters", () => {
  /** Heights of the field and of what lies under it, and how much of the field's text is out of its view, in pixels. */
  const measure = (page: Page) =>
    page.evaluate(() => {
      const field = document.querySelector("textarea") as HTMLTextAreaElement;
      const marks = document.querySelector(".draft-marks") as HTMLElement;
      return {
        field: field.clientHeight,
        marks: marks.clientHeight,
        hidden: field.scrollHeight - field.clientHeight,
      };
    });
  /** Makes of Chromium what a browser is whose fields do not grow with their text. */
  const WITHOUT_FIELD_SIZING = `
    .draft-stack { display: grid }
    .draft-marks { position: static; contain: layout style }
    .draft textarea { field-sizing: fixed; height: 100% }`;

  it.each([
    ["a field grows by itself", true],
    ["what lies under it makes room for it", false],
  ])("%s", async (_, grows) => {
    const { page, ...ada } = await world.open("about:blank");
    if (!grows)
      await page.addInitScript((css) => {
        CSS.supports = () => false;
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(css);
        document.adoptedStyleSheets = [sheet];
      }, WITHOUT_FIELD_SIZING);
    await page.goto(world.origin);
    await page.getByLabel("Your name in this chat").fill("Ada");
    await page.getByRole("button", { name: "Start a chat" }).click();
    const marks = page.locator(".draft-marks mark");
    for (const audience of ["People", "Assistant"]) {
      await page.getByRole("button", { name: audience, exact: true }).click();
      const field = page.getByRole("textbox").last();
      await field.fill("");
      const empty = await measure(page);
      await field.fill("one\ntwo\nthree anna@example.org\n");
      const full = await measure(page);
      expect([audience, full.field > empty.field * 2.5, full.hidden]).toEqual([audience, true, 0]);
      expect(full.marks).toBe(full.field);
    }
    await expect.poll(() => marks.allTextContents(), { timeout: PATIENCE_MS }).toEqual(["anna@example.org"]);
    const before = (await marks.boundingBox())?.x ?? 0;
    await page.evaluate(() => {
      const field = document.querySelector("textarea") as HTMLTextAreaElement;
      const at = field.value.indexOf("anna");
      field.setSelectionRange(at, at);
    });
    await page.keyboard.type("to ");
    await expect
      .poll(async () => (await marks.boundingBox())?.x, { timeout: PATIENCE_MS })
      .toBeGreaterThan(before);
    expect(await marks.allTextContents()).toEqual(["anna@example.org"]);
    expect(ada.watch.problems).toEqual([]);
  });

  it("what was found in one draft is not shown with the next", async () => {
    const ada = await world.open();
    await ada.start("Ada");
    await ada.draft("Mail anna@example.org");
    await ada.page.locator(".finding").waitFor();
    await ada.page.evaluate(() => {
      const shown: string[] = [];
      Object.assign(globalThis, { shown });
      const composer = document.querySelector("form.composer") as HTMLElement;
      new MutationObserver(() => {
        const text = (composer.querySelector("textarea") as HTMLTextAreaElement).value;
        if (text !== "" && !text.includes("anna"))
          shown.push(
            ...[...composer.querySelectorAll(".finding, mark")].map(({ textContent }) => textContent),
          );
      }).observe(composer, { subtree: true, childList: true, characterData: true });
    });
    await ada.button("Ask").click();
    await ada.button("Regenerate").waitFor();
    await ada.page.getByLabel("Question to the assistant").pressSequentially("to bob@example.org");
    await expect
      .poll(() => ada.page.locator(".finding bdi").allTextContents(), { timeout: PATIENCE_MS })
      .toEqual(["bob@example.org"]);
    const shown = await ada.page.evaluate(() => (globalThis as unknown as { shown: string[] }).shown);
    expect(shown.length).toBeGreaterThan(0);
    expect(shown.filter((text) => text.includes("anna"))).toEqual([]);
  });
});
