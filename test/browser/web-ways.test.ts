// Ways out of each screen, and what is asked about before the page goes.
import { describe, expect, it } from "vitest";
import { PATIENCE_MS } from "../support/client.ts";
import type { WebPage } from "./support/web-page.ts";
import { webWorld } from "./support/web-world.ts";

const world = webWorld();

/** Loads the page anew; says whether the browser asked first. */
async function isAskedOnReload({ page }: WebPage): Promise<boolean> {
  let isAsked = false;
  page.once("dialog", (dialog) => {
    isAsked = dialog.type() === "beforeunload";
    void dialog.accept();
  });
  await page.reload();
  page.removeAllListeners("dialog");
  return isAsked;
}

const focused = ({ page }: WebPage) => page.evaluate(() => document.activeElement?.textContent ?? null);

const FIRST_HEADING = "A chat that leaves nothing behind";

describe("[PAGE4] an invite", () => {
  it("can be put off: nothing is joined, nothing is asked, and the link is still good elsewhere", async () => {
    const ada = await world.open();
    await ada.start("Ada");
    const link = await ada.invite();
    const bob = await world.open(link);
    await bob.page.getByLabel("Your name in this chat").fill("Bob");
    await bob.button("Not now").click();
    await bob.button("Start a chat").waitFor();
    await expect.poll(() => focused(bob), { timeout: PATIENCE_MS }).toBe(FIRST_HEADING);
    expect(await isAskedOnReload(bob)).toBe(false);
    expect(bob.watch.sockets).toBe(0);
    const cy = await world.open(link);
    await cy.page.getByLabel("Your name in this chat").fill("Cy");
    await cy.join("Cy");
  });

  it("is asked about while it is good, and not once it is spent", async () => {
    const { link } = await world.pair();
    const late = await world.open(link);
    await late.page.getByLabel("Your name in this chat").fill("Late");
    const asked: string[] = [];
    late.page.once("dialog", (dialog) => {
      asked.push(dialog.type());
      void dialog.dismiss();
    });
    await late.page.evaluate(() => {
      location.reload();
    });
    await expect.poll(() => asked, { timeout: PATIENCE_MS }).toEqual(["beforeunload"]);
    await late.button("Join the chat").click();
    await late.page.getByRole("alert").getByText("used as often as it allows").waitFor();
    expect(await late.button("Join the chat").isDisabled()).toBe(true);
    expect(await isAskedOnReload(late)).toBe(false);
    await late.button("Start a chat").waitFor();
  });
});

describe("[PAGE1] what connects", () => {
  it("can be given up: every choice is still there, and the keyboard is at the head of the screen", async () => {
    const ada = await world.open();
    // A service that does not answer.
    await ada.page.route("**/.well-known/jwks.json", () => undefined);
    await ada.page.getByLabel("Your name in this chat").fill("Ada");
    await ada.page.getByLabel("24 hours", { exact: false }).first().check();
    await ada.button("Start a chat").click();
    await ada.page.getByText("Connecting…").waitFor();
    expect(await focused(ada)).toBe("Connecting…");
    await ada.button("Cancel").click();
    await ada.button("Start a chat").waitFor();
    expect(await ada.page.getByLabel("Your name in this chat").inputValue()).toBe("Ada");
    expect(await ada.page.getByRole("radio", { name: /^24 hours/ }).isChecked()).toBe(true);
    expect(await ada.page.getByRole("alert").count()).toBe(0);
    await expect.poll(() => focused(ada), { timeout: PATIENCE_MS }).toBe(FIRST_HEADING);
    await ada.page.unroute("**/.well-known/jwks.json");
    await ada.button("Start a chat").click();
    await ada.page.getByRole("log").waitFor();
  });
});

describe("[PAGE4] the statement", () => {
  it("that was not saved is asked about, one that was is not", async () => {
    const { ada, bob } = await world.pair();
    await ada.burn();
    await bob.isBurned();
    await bob.page.getByText("It exists nowhere else", { exact: false }).waitFor();
    expect(await isAskedOnReload(bob)).toBe(true);
    const saving = ada.page.waitForEvent("download");
    await ada.button("Save it").click();
    await saving;
    expect(await isAskedOnReload(ada)).toBe(false);
  });
});

describe("[PAGE5] a message that is too long", () => {
  it("is refused before it leaves the field, and can be shortened there", async () => {
    const ada = await world.open();
    await ada.start("Ada", () => ada.page.getByLabel("People only").check());
    const field = ada.page.getByLabel("Message to the people here");
    const text = "word ".repeat(14_000);
    await ada.say(text);
    await ada.page.getByRole("alert").getByText("The message is too long for this session.").waitFor();
    expect(await field.inputValue()).toBe(text);
    expect(await ada.page.locator(".message").count()).toBe(0);
    await field.fill("short");
    // It is about what was written before.
    await ada.page.getByRole("alert").waitFor({ state: "detached" });
    await field.press("Enter");
    await ada.hears("short");
    expect(await field.inputValue()).toBe("");
  });
});

describe("[PAGE1] a name", () => {
  it("that is too long in bytes is said to be while it is written", async () => {
    const ada = await world.open();
    const field = ada.page.getByLabel("Your name in this chat");
    await field.fill("ก".repeat(43));
    await ada.page.getByRole("alert").getByText("That name is too long").waitFor();
    expect(await field.getAttribute("aria-invalid")).toBe("true");
    await field.fill("ก".repeat(32));
    await ada.page.getByRole("alert").waitFor({ state: "detached" });
    expect(await field.getAttribute("aria-invalid")).toBe("false");
  });
});
