// What the page leaves: in the browser, in addresses, in its own memory, and after the panic key.
import { describe, expect, it } from "vitest";
import { parseInviteLink } from "../../src/client/index.ts";
import { toBase64Url } from "../../src/crypto/bytes.ts";
import { PATIENCE_MS } from "../support/client.ts";
import { ownTokensOf, storedBy } from "./support/page-watch.ts";
import type { WebPage } from "./support/web-page.ts";
import { webWorld } from "./support/web-world.ts";

const world = webWorld();
const CANARY = "canary-7f3d words that must not stay";
const EMAIL = "anna.canary-7f3d@example.org";

/** Everything that a look at the page could find, fields included. */
const contentOf = ({ page }: WebPage) =>
  page.evaluate(
    () =>
      document.documentElement.outerHTML +
      [...document.querySelectorAll("input,textarea")]
        .map((field) => (field as HTMLInputElement).value)
        .join(),
  );

/** Everything that can still be reached in the page's memory, after garbage was collected. */
async function heapOf({ page }: WebPage): Promise<string> {
  const tools = await page.context().newCDPSession(page);
  const chunks: string[] = [];
  tools.on("HeapProfiler.addHeapSnapshotChunk", ({ chunk }) => chunks.push(chunk));
  await tools.send("HeapProfiler.enable");
  await tools.send("HeapProfiler.collectGarbage");
  await tools.send("HeapProfiler.takeHeapSnapshot", {});
  await tools.detach();
  return chunks.join("");
}

/** Presses the panic key at once, and answers the page as it is before the browser could draw it again. */
const panicked = ({ page }: WebPage) =>
  page.evaluate(async () => {
    // Made before any is dispatched: three presses count where they come close to each other.
    const presses = Array.from({ length: 3 }, () => {
      return new KeyboardEvent("keydown", { key: "Escape", bubbles: true });
    });
    for (const press of presses) document.activeElement?.dispatchEvent(press);
    await Promise.resolve();
    return document.documentElement.outerHTML;
  });

describe("[PAGE2] what stays", () => {
  it("nothing is stored, nobody else is called, and after the burn nothing of it is in the page", async () => {
    const { ada, bob, link } = await world.pair();
    await ada.say(CANARY);
    await bob.hears(CANARY);
    await ada.ask(`And ${CANARY} for the assistant`);
    await ada.button("Regenerate").waitFor();
    await bob.page.getByRole("textbox").last().fill(`draft ${CANARY}`);
    expect(await Promise.all([ada, bob].map(({ page }) => storedBy(page)))).toEqual([[], []]);
    // The look sees what it must not find afterwards.
    expect(await contentOf(bob)).toContain(CANARY);
    await ada.burn();
    await bob.isBurned();
    const { token, roomKey } = parseInviteLink(link);
    for (const each of [ada, bob]) {
      expect(await storedBy(each.page)).toEqual([]);
      const content = await contentOf(each);
      for (const secret of [CANARY, token, toBase64Url(roomKey)]) expect(content).not.toContain(secret);
      expect(each.watch.origins()).toEqual([world.origin]);
      for (const address of each.watch.requests.map((url) => decodeURIComponent(url))) {
        expect(address.split("#")[0]).not.toMatch(/canary|eyJ|ghost1|\?/);
      }
    }
  });

  it("after the burn nothing in the page's memory leads to what was said any more", async () => {
    const ada = await world.open();
    const tokens = ownTokensOf(ada.page);
    await ada.start("Ada");
    const link = await ada.invite();
    await ada.say(CANARY);
    await ada.page.getByText("Relayed while nobody else was here").waitFor();
    await ada.ask(`Write to ${EMAIL}, please`);
    await ada.button("Regenerate").waitFor();
    await ada.button("With your data").click();
    await ada.button("Inspect").click();
    await ada.page.getByRole("dialog").getByText("1 KiB, padded").waitFor();
    await ada.button("Close").click();
    const { token, roomKey } = parseInviteLink(link);
    const secrets = ["canary-7f3d", EMAIL, token, toBase64Url(roomKey), ...tokens];
    expect(tokens.length).toBeGreaterThan(0);
    const found = async (): Promise<string[]> => {
      const heap = await heapOf(ada);
      return secrets.filter((secret) => heap.includes(secret));
    };
    // The look sees what it must not find afterwards.
    expect(await found()).toEqual(secrets);
    await ada.burn();
    // What still moves, as the burn itself, holds on to what it came from.
    await expect.poll(found, { timeout: PATIENCE_MS }).toEqual([]);
  });
});

describe("[PAGE2] the panic key", () => {
  it("empties the page before anything is drawn again, and burns where it may", async () => {
    const { ada, bob } = await world.pair();
    await bob.say(CANARY);
    await ada.hears(CANARY);
    expect(await contentOf(bob)).toContain(CANARY);
    expect(await panicked(bob)).not.toContain("canary-7f3d");
    await bob.isBurned();
    await ada.isBurned();
    expect(await contentOf(bob)).not.toContain(CANARY);
  });

  it("takes whoever may not burn out of the chat, which goes on", async () => {
    const { ada, bob } = await world.pairWhereHostsBurn();
    await bob.say(CANARY);
    await ada.hears(CANARY);
    await bob.button("Burn").click();
    await bob.page.getByText("It takes you out and empties this page").waitFor();
    expect(await panicked(bob)).not.toContain("canary-7f3d");
    await bob.page.getByRole("heading", { name: "You left" }).waitFor();
    await ada.page.getByText("Bob left.").waitFor();
    await ada.say("still here");
    await ada.page.getByText("Relayed while nobody else was here").waitFor();
  });

  it("says where the burn did not reach the service, and keeps the page empty", async () => {
    const ada = await world.open();
    await ada.start("Ada", () => ada.page.getByLabel("People only").check());
    await ada.say(CANARY);
    ada.watch.foresee(/Failed to load resource/);
    const burning = await ada.watchFor("main", "Burning…");
    await ada.page.route("**/v1/sessions/*", (route) => route.abort());
    expect(await panicked(ada)).not.toContain("canary-7f3d");
    await burning();
    await ada.page.getByRole("heading", { name: "You left" }).waitFor();
    await ada.page.getByText("The burn did not reach the service.", { exact: false }).waitFor();
  });
});
