// Invites as the page makes them: who comes by them, how often, until when, and how the link is carried. And whoever is
// in the chat by one: named, renamed, shown out.
import { encode } from "uqr";
import { describe, expect, it } from "vitest";
import { eventually } from "../support/processes.ts";
import type { WebPage } from "./support/web-page.ts";
import { webWorld } from "./support/web-world.ts";

const world = webWorld();

async function startForPeople(): Promise<WebPage> {
  const ada = await world.open();
  await ada.start("Ada", () => ada.page.getByLabel("People only").check());
  return ada;
}

const linkOf = ({ page }: WebPage) => page.getByLabel("Invite link", { exact: true }).inputValue();

async function isRefused(link: string, words: RegExp): Promise<void> {
  const late = await world.open(link);
  await late.page.getByLabel("Your name in this chat").fill("Late");
  await late.button("Join the chat").click();
  await late.page.getByRole("alert").getByText(words).waitFor();
}

describe("[PAGE1] an invite", () => {
  it("has a role, a number of people and an end, and can be taken back", async () => {
    const ada = await startForPeople();
    await ada.button("Invite").click();
    await ada.page.getByLabel("They come as").selectOption("host");
    await ada.page.getByLabel("How many people").fill("2");
    await ada.page.getByLabel("Good for").selectOption({ label: "10 minutes" });
    await ada.button("Make a link").click();
    await ada.page.getByText(/^For 2 hosts, good until/).waitFor();
    const link = await linkOf(ada);
    const bob = await world.open(link);
    await bob.join("Bob");
    // A host may invite as well.
    await bob.button("Invite").waitFor();
    await ada.button("Revoke").click();
    await ada.page.getByText(/^For 2 hosts/).waitFor({ state: "detached" });
    await isRefused(link, /revoked/);
    await bob.say("still here");
    await ada.hears("still here");
  });

  it("is copied, and drawn as a code, to the last character", async () => {
    const ada = await startForPeople();
    await ada.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await ada.button("Invite").click();
    await ada.button("Make a link").click();
    const link = await linkOf(ada);
    const copied = await ada.watchFor('button[aria-label="Copied"]', "Copied");
    await ada.button("Copy invite link").click();
    await copied();
    expect(await ada.page.evaluate(() => navigator.clipboard.readText())).toBe(link);
    const code = ada.page.getByRole("img", { name: "QR code of the invite link" });
    const path = (await code.locator("path").getAttribute("d")) ?? "";
    const dark = new Set(
      Array.from(path.matchAll(/M(\d+) (\d+)h1v1h-1z/g), ([, x, y]) => `${x ?? ""} ${y ?? ""}`),
    );
    const { data, size } = encode(link, { ecc: "L", border: 3 });
    expect(await code.getAttribute("viewBox")).toBe(`0 0 ${String(size)} ${String(size)}`);
    const drawn = data.map((row, y) => row.map((_, x) => dark.has(`${String(x)} ${String(y)}`)));
    expect(drawn).toEqual(data);
  });

  it("whoever came by it is told apart by name, and can be shown out", async () => {
    const { ada, bob } = await world.pair();
    await bob.button("Session").click();
    const dialog = bob.page.getByRole("dialog");
    await dialog.getByLabel("Your name in this chat").fill("Robert");
    await bob.button("Change").click();
    await ada.page.getByText("Bob is now called Robert.").waitFor();
    await ada.page.getByText("You and Robert").waitFor();
    await ada.button("Session").click();
    await ada.button("Remove").click();
    await bob.page.getByText("You were removed", { exact: false }).waitFor();
    await bob.page.getByRole("heading", { name: "This session is closed to you" }).waitFor();
    await ada.page.getByText("Robert left.").waitFor({ state: "attached" });
  });
});

describe("[PAGE1] when it burns, and where it lives", () => {
  it.each([
    ["5 minutes", "Burns 5 minutes after it began, whatever happens."],
    ["24 hours", "Burns 1 day after it began, whatever happens."],
    ["When everyone left", "Burns as soon as everyone has left."],
    ["After some messages", "Burns after 3 messages."],
  ])("%s", async (preset, rule) => {
    const ada = await world.open();
    await ada.start("Ada", async () => {
      await ada.page.getByLabel("People only").check();
      await ada.page.getByRole("radio", { name: new RegExp(`^${preset}`) }).check();
      if (preset === "After some messages") await ada.page.getByLabel("Messages until it burns").fill("3");
    });
    await ada.button("Burn").click();
    await ada.page.getByRole("dialog").getByText(rule).waitFor();
  });

  it("a place that this deployment cannot promise is refused in words, and nothing begins", async () => {
    const ada = await world.open();
    ada.watch.foresee(/501/);
    await ada.page.getByLabel("Where the session lives").selectOption("eu");
    await ada.button("Start a chat").click();
    await ada.page
      .getByRole("alert")
      .getByText("This deployment cannot keep a session in that jurisdiction.")
      .waitFor();
    await ada.button("Start a chat").waitFor();
    // The refusal of the call is noted by the browser.
    await eventually(() => ada.watch.foreseen.length > 0);
    expect(ada.watch.foreseen).toHaveLength(1);
  });
});
