// Invites as the page makes them: who comes by them, how often, until when, and how the link is carried. And whoever is
// in the chat by one: named, renamed, shown out.
import { describe, expect, it } from "vitest";
import { readQrCode } from "./support/qr-reader.ts";
import type { WebPage } from "./support/web-page.ts";
import { webWorld } from "./support/web-world.ts";

const world = webWorld();

async function startForPeople(): Promise<WebPage> {
  const ada = await world.open();
  await ada.start("Ada", () => ada.page.getByLabel("People only").check());
  return ada;
}

/** seconds; long enough to read the link on a loaded machine. */
const EXPIRES_SECONDS = 15;

const linkOf = ({ page }: WebPage) => page.getByLabel("Invite link", { exact: true }).inputValue();

async function isRefused(link: string, words: RegExp): Promise<void> {
  const late = await world.open(link);
  await late.page.getByLabel("Your name in this chat").fill("Late");
  await late.button("Join the chat").click();
  await late.page.getByRole("alert").getByText(words).waitFor();
  // Whoever gets a new link by hand does not write everything anew.
  expect(await late.page.getByLabel("Your name in this chat").inputValue()).toBe("Late");
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

  it("is copied to the last character", async () => {
    const ada = await startForPeople();
    await ada.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await ada.button("Invite").click();
    await ada.button("Make a link").click();
    const link = await linkOf(ada);
    const copied = await ada.watchFor('button[aria-label="Copied"]', "Copied");
    await ada.button("Copy invite link").click();
    await copied();
    expect(await ada.page.evaluate(() => navigator.clipboard.readText())).toBe(link);
  });

  it.each(["light", "dark"] as const)("is drawn as a code that a camera reads, %s", async (colorScheme) => {
    const ada = await world.open(world.origin, { colorScheme });
    await ada.start("Ada");
    await ada.button("Invite").click();
    await ada.button("Make a link").click();
    const code = ada.page.getByRole("img", { name: "QR code of the invite link" });
    await code.scrollIntoViewIfNeeded();
    const elsewhere = await world.open("about:blank");
    expect(await readQrCode(elsewhere.page, await ada.page.screenshot())).toBe(await linkOf(ada));
  });

  it("that has expired says so: to whoever opens it, and to whoever made it", async () => {
    const ada = await startForPeople();
    ada.watch.foresee(/404/);
    // The shortest that the dialog offers is ten minutes; the service decides by what it is asked for.
    await ada.page.route("**/invites", async (route) => {
      const asked = route.request().postDataJSON() as object;
      await route.continue({ postData: JSON.stringify({ ...asked, expiresIn: EXPIRES_SECONDS }) });
    });
    await ada.button("Invite").click();
    await ada.page.getByLabel("Good for").selectOption({ label: "10 minutes" });
    // Taken as soon as it is drawn: the field goes when the invite expires.
    const linkDrawn = ada.page.evaluate(
      () =>
        new Promise<string>((resolve) => {
          new MutationObserver((_, observer) => {
            const field = document.querySelector<HTMLInputElement>('input[aria-label="Invite link"]');
            if (field === null) return;
            observer.disconnect();
            resolve(field.value);
          }).observe(document.body, { childList: true, subtree: true });
        }),
    );
    await ada.button("Make a link").click();
    const link = await linkDrawn;
    await ada.page.getByText(/^For 1 member, expired/).waitFor();
    await ada.page.getByText("Nobody can join by this link any more.").waitFor();
    expect(await ada.page.getByLabel("Invite link", { exact: true }).count()).toBe(0);
    expect(await ada.button("Copy invite link").count()).toBe(0);
    expect(await ada.page.getByRole("img", { name: "QR code of the invite link" }).count()).toBe(0);
    await isRefused(link, /^This invite has expired. Ask the host for a new one.$/);
    // A new one is good, and the old one is gone from the list whether the service still knows it or not.
    await ada.page.unroute("**/invites");
    await ada.button("Make a link").click();
    await ada.page.getByText(/^For 1 member, good until/).waitFor();
    await ada.page.getByText(/^For 1 member, expired/).click();
    await ada.button("Take it off the list").click();
    await ada.page.getByText(/^For 1 member, expired/).waitFor({ state: "detached" });
    expect(await ada.page.getByRole("alert").count()).toBe(0);
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

describe("[PAGE1] when it burns", () => {
  it.each([
    ["5 minutes", "Burns 5 minutes after it began, whatever happens."],
    ["24 hours", "Burns 1 day after it began, whatever happens."],
    ["When everyone left", "Burns 5 minutes after everyone left. A lost connection counts as leaving."],
    ["After some messages", "Burns after 10 messages. Every sealed frame counts:"],
  ])("%s", async (preset, rule) => {
    const ada = await world.open();
    await ada.start("Ada", async () => {
      await ada.page.getByLabel("People only").check();
      await ada.page.getByRole("radio", { name: new RegExp(`^${preset}`) }).check();
      if (preset === "When everyone left")
        await ada.page.getByText("A lost connection counts as leaving.").waitFor();
      if (preset === "After some messages") await ada.page.getByLabel("Messages until it burns").fill("10");
    });
    await ada.button("Burn").click();
    await ada.page.getByRole("dialog").getByText(rule).waitFor();
  });

  it("after some messages: whoever joins is counted, which is said, and ten are enough to talk", async () => {
    const ada = await world.open();
    await ada.page.getByLabel("After some messages").check();
    const field = ada.page.getByLabel("Messages until it burns");
    await ada.page.getByText("one or two for each person who joins").waitFor();
    await field.fill("9");
    await ada.button("Start a chat").click();
    // The browser says itself what is wrong with it.
    expect(await field.evaluate((input: HTMLInputElement) => input.validity.rangeUnderflow)).toBe(true);
    await ada.start("Ada", async () => {
      await field.fill("10");
      await ada.page.getByLabel("People only").check();
    });
    const bob = await world.open(await ada.invite());
    await bob.join("Bob");
    await Promise.all([
      ada.page.getByText("You and Bob").waitFor(),
      bob.page.getByText("You and Ada").waitFor(),
    ]);
    for (const text of ["first", "second", "third"]) {
      await ada.say(text);
      await bob.hears(text);
      await bob.say(`${text} too`);
      await ada.hears(`${text} too`);
    }
    await ada.page.getByText(/^ or \d+ messages?$/).waitFor();
  });

  it("among the exact values only what is written there counts", async () => {
    const ada = await world.open();
    await ada.start("Ada", async () => {
      await ada.page.getByLabel("Exact values").check();
      expect(await ada.page.getByLabel("Burns after (messages)").inputValue()).toBe("");
    });
    await ada.button("Burn").click();
    const dialog = ada.page.getByRole("dialog");
    await dialog.getByText("Burns 1 hour after it began, whatever happens.").waitFor();
    expect(await dialog.getByText("messages").count()).toBe(0);
  });
});
