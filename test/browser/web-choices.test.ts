// The first screen: what it offers, and what becomes of one's choices where the service refuses them.
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { PATIENCE_MS } from "../support/client.ts";
import type { WebPage } from "./support/web-page.ts";
import { webWorld } from "./support/web-world.ts";

const world = webWorld();

/** A page of a service that says that it can keep sessions in these places. This one can in none. */
async function openWhere(jurisdictions: readonly string[]): Promise<WebPage> {
  const web = await world.open("about:blank");
  await web.page.route("**/v1/jurisdictions", (route) => route.fulfill({ json: { jurisdictions } }));
  await web.page.goto(world.origin);
  return web;
}

/** What is seen comes as soon as a loaded machine lets it. */
const PATIENCE = { timeout: PATIENCE_MS };

const placeOf = (page: Page) => page.getByLabel("Where the session lives");
const nameOf = (page: Page) => page.getByLabel("Your name in this chat");
const placesOf = (page: Page) => placeOf(page).locator("option").allTextContents();

const OUT_OF_BOUNDS = {
  type: "about:blank",
  title: "",
  status: 422,
  code: "out_of_bounds",
  retryable: false,
  at: ["burn.ttl"],
};

/** Chromium notes what was refused, with its status. */
async function expectRefusal({ watch }: WebPage, noted: string): Promise<void> {
  await expect.poll(() => watch.problems.length, PATIENCE).toBe(1);
  expect(watch.problems.splice(0)[0]).toContain(noted);
}

const isFocused = (element: { evaluate(look: (node: Element) => boolean): Promise<boolean> }) =>
  element.evaluate((node) => node === document.activeElement);

/** Everything but the defaults. */
async function choose({ page }: WebPage): Promise<void> {
  await nameOf(page).fill("Ada");
  await page.getByLabel("People only").check();
  await page.getByLabel("Exact values").check();
  await page.getByLabel("Burns after (minutes)").fill("30");
  await page.getByLabel("Burns when empty for (minutes)").fill("5");
  await page.getByLabel("Everyone in the chat may burn it").uncheck();
}

async function expectChosen({ page }: WebPage): Promise<void> {
  expect(await nameOf(page).inputValue()).toBe("Ada");
  expect(await page.getByLabel("People only").isChecked()).toBe(true);
  expect(await page.getByLabel("Exact values").isChecked()).toBe(true);
  expect(await page.getByLabel("Burns after (minutes)").inputValue()).toBe("30");
  expect(await page.getByLabel("Burns when empty for (minutes)").inputValue()).toBe("5");
  expect(await page.getByLabel("Everyone in the chat may burn it").isChecked()).toBe(false);
}

describe("[PAGE1] a model", () => {
  const card = {
    operator: "a test",
    retentionDays: null as number | null,
    trains: false,
    region: "local",
    source: "test",
    asOf: "2026-11-21",
  };
  const models = [
    { id: "test/silent", maxTokens: 4_096, card },
    { id: "test/keeps", maxTokens: 4_096, card: { ...card, retentionDays: 7 } },
  ];

  it("whose provider does not say for how long it keeps prompts cannot be chosen, and the page says why", async () => {
    const web = await world.open("about:blank");
    await web.page.route("**/v1/models", (route) => route.fulfill({ json: { models } }));
    await web.page.goto(world.origin);
    await web.page.getByText("Not to be had: test/silent.").waitFor();
    expect(await web.page.getByLabel("test/silent").isDisabled()).toBe(true);
    expect(await web.page.getByLabel("test/keeps").isEnabled()).toBe(true);
  });

  it("is taken by the card that was read, also where the list does not come a second time", async () => {
    const web = await world.open("about:blank");
    const { page } = web;
    await page.route("**/v1/models", (route) => route.fulfill({ json: { models } }), { times: 1 });
    await page.goto(world.origin);
    const asked: unknown[] = [];
    await page.route("**/v1/sessions", (route) => {
      asked.push((route.request().postDataJSON() as { assistant: unknown }).assistant);
      return route.fulfill({ status: 422, json: { ...OUT_OF_BOUNDS, code: "policy_unmet" } });
    });
    await page.getByLabel("test/keeps").check();
    await page.route("**/v1/models", (route) => route.abort());
    for (let n = 1; n <= 2; n += 1) {
      await web.button("Start a chat").click();
      await page.getByRole("alert").getByText("Read its card again").waitFor();
      await expect.poll(() => asked.length, PATIENCE).toBe(n);
    }
    const terms = {
      model: "test/keeps",
      pii: "offered",
      policy: { maxRetentionDays: 7, allowTraining: false },
    };
    expect(asked).toEqual([terms, terms]);
    await expect.poll(() => web.watch.problems.length, PATIENCE).toBeGreaterThanOrEqual(4);
    web.watch.problems.splice(0);
  });
});

describe("[PAGE1] where the session lives", () => {
  it("a service that can bind to no place says so, and offers none", async () => {
    const { page, ...web } = await world.open();
    await page.getByText("This service cannot bind a session to a place.").waitFor();
    expect(await placesOf(page)).toEqual(["Anywhere"]);
    expect(await placeOf(page).isDisabled()).toBe(true);
    expect(web.watch.requests.some((url) => url.endsWith("/v1/jurisdictions"))).toBe(true);
  });

  it("one that can offers those places and no other", async () => {
    const { page } = await openWhere(["eu", "fedramp"]);
    await expect.poll(() => placesOf(page), PATIENCE).toEqual(["Anywhere", "European Union", "FedRAMP"]);
  });

  it("one that does not answer that offers none, and a chat begins all the same", async () => {
    const web = await world.open("about:blank");
    await web.page.route("**/v1/jurisdictions", (route) => route.abort());
    await web.page.goto(world.origin);
    await web.start("Ada");
    await expectRefusal(web, "ERR_FAILED");
  });
});

describe("[PAGE1] a start that is refused", () => {
  it("for the place: the place has the focus and says what to do, and every choice is still there", async () => {
    const web = await openWhere(["eu"]);
    const { page } = web;
    await choose(web);
    await placeOf(page).selectOption("eu");
    await web.button("Start a chat").click();
    await page.getByRole("alert").getByText("Choose another place, or anywhere.").waitFor();
    await expect.poll(() => isFocused(placeOf(page)), PATIENCE).toBe(true);
    expect(await placeOf(page).inputValue()).toBe("eu");
    expect(await page.getByRole("alert").count()).toBe(1);
    await expectChosen(web);
    await placeOf(page).selectOption({ label: "Anywhere" });
    await web.button("Start a chat").click();
    await page.getByRole("log").waitFor();
    await expectRefusal(web, "501");
    // Nothing of it outlives the session.
    await web.burn();
    await web.button("Start another chat").click();
    expect(await nameOf(page).inputValue()).toBe("");
    expect(await page.getByLabel("1 hour").isChecked()).toBe(true);
  });

  it("for the timer: the timer has the focus", async () => {
    const web = await world.open();
    const { page } = web;
    await choose(web);
    await page.getByLabel("Burns after silence of (minutes)").fill("999999");
    await web.button("Start a chat").click();
    await page.getByRole("alert").getByText("This service does not allow that timer.").waitFor();
    await expect.poll(() => isFocused(page.getByLabel("Exact values")), PATIENCE).toBe(true);
    expect(await page.getByLabel("Burns after silence of (minutes)").inputValue()).toBe("999999");
    await expectChosen(web);
    await expectRefusal(web, "422");
  });

  it("for the timer, on a phone: what has the focus and what went wrong are both in view", async () => {
    const viewport = { width: 390, height: 780 };
    for (const preset of ["5 minutes", "Exact values"]) {
      const web = await world.open("about:blank", { viewport, hasTouch: true, isMobile: true });
      // As a service does that allows no shorter timer, or no longer one.
      await web.page.route("**/v1/sessions", (route) =>
        route.fulfill({ status: 422, contentType: "application/problem+json", json: OUT_OF_BOUNDS }),
      );
      await web.page.goto(world.origin);
      await web.page.getByRole("radio", { name: new RegExp(`^${preset}`) }).check();
      await web.button("Start a chat").click();
      const said = web.page.getByRole("alert");
      await said.waitFor();
      const radio = web.page.getByRole("radio", { name: new RegExp(`^${preset}`) });
      const chosen = web.page.locator(".card", { has: radio });
      for (const each of [said, chosen]) {
        await expect
          .poll(async () => {
            const { y, height } = (await each.boundingBox()) ?? { y: -1, height: 0 };
            return y >= 0 && y + height <= viewport.height;
          }, PATIENCE)
          .toBe(true);
      }
      await expectRefusal(web, "422");
    }
  });

  it("for the name: it is said beside the field, which has the focus and loses nothing; no screen comes between", async () => {
    const web = await world.open();
    const { page } = web;
    await choose(web);
    const long = "猫".repeat(40);
    await nameOf(page).fill(long);
    const field = await nameOf(page).evaluateHandle((node) => node);
    const asked = web.watch.requests.length;
    await web.button("Start a chat").click();
    await expect.poll(() => isFocused(nameOf(page)), PATIENCE).toBe(true);
    await page.getByRole("alert").getByText("That name is too long").waitFor();
    expect(await nameOf(page).getAttribute("aria-invalid")).toBe("true");
    expect(await nameOf(page).inputValue()).toBe(long);
    const described = await nameOf(page).evaluate(
      (node) => document.getElementById(node.getAttribute("aria-describedby") ?? "")?.textContent ?? "",
    );
    expect(described).toContain("That name is too long");
    // The very same field: the screen was never another one.
    expect(await field.evaluate((node) => node.isConnected)).toBe(true);
    expect(web.watch.requests.length).toBe(asked);
    await nameOf(page).fill("Ada");
    expect(await nameOf(page).getAttribute("aria-invalid")).toBe("false");
    await expectChosen(web);
    await web.button("Start a chat").click();
    await page.getByRole("log").waitFor();
    // The same where one is called something else later.
    await web.button("Session").click();
    await nameOf(page).fill(long);
    await web.button("Change").click();
    await expect.poll(() => isFocused(nameOf(page)), PATIENCE).toBe(true);
    await page.getByRole("alert").getByText("That name is too long").waitFor();
    expect(await nameOf(page).inputValue()).toBe(long);
    expect(await page.getByText("Changed.").count()).toBe(0);
  });

  it("for a list that cannot be had: said, and asked for again", async () => {
    const web = await world.open("about:blank");
    const { page } = web;
    await page.route("**/v1/models", (route) => route.abort());
    await page.goto(world.origin);
    await page.getByText("The service could not be asked what it offers.").waitFor();
    await expectRefusal(web, "ERR_FAILED");
    await page.unroute("**/v1/models");
    await page.getByRole("button", { name: "Ask again" }).click();
    await page.getByText("The service could not be asked what it offers.").waitFor({ state: "detached" });
    await web.button("Start a chat").click();
    await page.getByRole("log").waitFor();
  });

  it("a long name that is pasted is not cut without a word", async () => {
    const { page } = await world.open();
    await nameOf(page).focus();
    const name = "Wolfeschlegelsteinhausenbergerdorff von der Lippe, Hubert";
    await page.keyboard.insertText(name);
    expect(await nameOf(page).inputValue()).toBe(name);
  });

  it("for a network that is not there: said, with the focus on it, and nothing is lost", async () => {
    const web = await world.open();
    await web.page.route("**/.well-known/jwks.json", (route) => route.abort());
    await choose(web);
    await web.button("Start a chat").click();
    const alert = web.page.getByRole("alert");
    await alert.getByText("The service could not be reached. Look at your network").waitFor();
    await expect.poll(() => isFocused(alert), PATIENCE).toBe(true);
    await expectChosen(web);
    await web.page.unroute("**/.well-known/jwks.json");
    await web.button("Start a chat").click();
    await web.page.getByRole("log").waitFor();
    await expectRefusal(web, "ERR_FAILED");
  });
});
