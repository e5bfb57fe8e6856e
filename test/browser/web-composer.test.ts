// Where a person writes: whom a draft is for stays as it is while somebody writes, and what is asked is asked once.
import { describe, expect, it } from "vitest";
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
