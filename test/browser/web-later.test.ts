// What the page fetches after its first screen: where it does not come, or comes late, that is said, and nothing else
// waits for it.
import { describe, expect, it } from "vitest";
import { webWorld } from "./support/web-world.ts";

const world = webWorld();

/** What is fetched later, also when it is asked for again. All of it is one file. */
const LATER = /\/assets\/later-parts-[^/]*\.js/;

describe("[PAGE5] a part of the page that is fetched later", () => {
  it("that does not come is said and fetched again, and the burn needs none of it", async () => {
    const ada = await world.open();
    ada.watch.foresee(/^Failed to load resource: net::ERR_/);
    await ada.page.route(LATER, (route) => route.abort());
    await ada.start("Ada");
    await ada.button("Invite").click();
    const dialog = ada.page.getByRole("dialog");
    await dialog.getByText("This part of the page could not be fetched.").waitFor();
    await ada.button("Try again").click();
    await dialog.getByText("This part of the page could not be fetched.").waitFor();
    await ada.page.unroute(LATER);
    await ada.button("Try again").click();
    await ada.button("Make a link").click();
    expect(await ada.page.getByLabel("Invite link", { exact: true }).inputValue()).toContain("#");
    await ada.button("Close").click();
    const other = await world.open();
    other.watch.foresee(/^Failed to load resource: net::ERR_/);
    await other.page.route(LATER, (route) => route.abort());
    await other.start("Eve");
    await other.burn();
  });

  it("that comes late opens by itself", async () => {
    const ada = await world.open();
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    await ada.page.route(LATER, async (route) => {
      await released;
      await route.continue();
    });
    await ada.start("Ada");
    await ada.button("Session").click();
    const dialog = ada.page.getByRole("dialog");
    await dialog.getByText("This part of the page is being fetched").waitFor();
    release();
    await dialog.getByRole("heading", { name: "This session" }).waitFor();
    expect(await dialog.count()).toBe(1);
  });

  it("is here before it is needed, so that it opens without a network", async () => {
    const ada = await world.open();
    ada.watch.foresee(/WebSocket connection to|^Failed to load resource: net::ERR_/);
    const fetched = ada.page.waitForEvent("requestfinished", (request) => LATER.test(request.url()));
    await ada.start("Ada");
    await fetched;
    await ada.page.context().setOffline(true);
    await ada.button("Session").click();
    await ada.page.getByRole("dialog").getByRole("heading", { name: "This session" }).waitFor();
  });
});
