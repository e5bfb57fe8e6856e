// Networks that come and go, and time that runs out.
import { describe, expect, it } from "vitest";
import { createSession, joinSession, parseInviteLink } from "../../src/client/index.ts";
import type { Created } from "../../src/protocol/api.ts";
import { call, keepAwake, PATIENCE_MS } from "../support/client.ts";
import { eventually } from "../support/processes.ts";
import { startProxy } from "../support/tcp-proxy.ts";
import { freeze } from "./support/freeze.ts";
import { ownTokensOf } from "./support/page-watch.ts";
import type { WebPage } from "./support/web-page.ts";
import { webWorld } from "./support/web-world.ts";

const world = webWorld();
/** messages of 30,000 bytes: well above the window in which the service keeps what somebody missed */
const LOST = 60;

/** The browser says that the network is there again, so that nobody waits for the next try. */
const triesNow = ({ page }: WebPage) => page.evaluate(() => dispatchEvent(new Event("online")));

/** Chromium itself notes what the network refused, sockets and files; nothing of ours may have complained. */
const REFUSED = /WebSocket connection to|^Failed to load resource: net::ERR_/;

/**
 * Lets the time of a session that was given `ttl` seconds be over soon: both pages have to be here first, however long
 * that takes.
 */
async function comesTo(ttl: number, tokens: readonly string[], link: string): Promise<void> {
  const service = new URL(world.origin);
  const path = `/v1/sessions/${parseInviteLink(link).session}`;
  const token = tokens[0] ?? "";
  const { body } = await call(service, "GET", path, { token });
  const { burn, deadlines } = body as Pick<Created, "burn" | "deadlines">;
  expect([burn.ttl, deadlines.hardCapAt - deadlines.ttlAt]).toEqual([ttl, 0]);
  await eventually(async () => {
    const beganAt = deadlines.ttlAt - ttl * 1_000;
    const soon = Math.ceil((Date.now() - beganAt) / 1_000) + 1;
    // Where that is over before it is said, it is refused.
    return (await call(service, "PATCH", `${path}/burn`, { token, body: { ttl: soon } })).status === 200;
  });
}

describe("[PAGE5] a network that comes and goes", () => {
  it("a lost connection is said, what was written meanwhile is delivered, nothing is lost", async () => {
    const proxy = await startProxy(new URL(world.origin));
    const ada = await world.open(proxy.origin);
    ada.watch.foresee(REFUSED);
    await ada.start("Ada");
    const link = (await ada.invite()).replace(proxy.origin, world.origin);
    const bob = await joinSession(link, { name: "Bob" });
    const heard: string[] = [];
    bob.on("message", ({ text }) => heard.push(text));
    await ada.page.getByText("You and Bob").waitFor();
    const rest = keepAwake(() => {
      bob.typing();
    });
    proxy.refuse(true);
    proxy.drop();
    await ada.page.getByText("The connection is lost.").waitFor();
    await ada.say("written without a network");
    await ada.page.getByText("Sending…").waitFor();
    // Leaving now would take it along.
    await ada.button("Session").click();
    await ada.page.getByText("1 message has not been delivered; it goes with it.").waitFor();
    await ada.button("Close").click();
    await bob.send("said meanwhile");
    proxy.refuse(false);
    await eventually(() => heard.includes("written without a network"));
    await ada.hears("said meanwhile");
    await ada.page.getByText("Connected again. Nothing was lost.").waitFor();
    rest();
    bob.close();
    await ada.end();
    await proxy.stop();
  });

  it("what was not delivered counts as well where somebody leaves who may not burn", async () => {
    const proxy = await startProxy(new URL(world.origin));
    const host = await createSession({
      service: world.origin,
      name: "Hos",
      burn: { ttl: 3_600, burnBy: "host" },
    });
    const { link } = await host.invite();
    const bob = await world.open(link.replace(world.origin, proxy.origin));
    bob.watch.foresee(REFUSED);
    await bob.join("Bob");
    proxy.refuse(true);
    proxy.drop();
    await bob.page.getByText("The connection is lost.").waitFor();
    await bob.say("written without a network");
    await bob.page.getByText("Sending…").waitFor();
    await bob.button("Burn").click();
    const leave = bob.button("Leave and empty this page");
    await leave.waitFor();
    const described = await leave.evaluate(
      (node) => document.getElementById(node.getAttribute("aria-describedby") ?? "")?.textContent ?? "",
    );
    expect(described).toContain("1 message has not been delivered; it goes with it.");
    host.close();
    await bob.end();
    await proxy.stop();
  });

  it("what was not delivered when the session ended is told at its end", async () => {
    const proxy = await startProxy(new URL(world.origin));
    const host = await createSession({ service: world.origin, name: "Hos", burn: { ttl: 3_600 } });
    const { link } = await host.invite();
    const bob = await world.open(link.replace(world.origin, proxy.origin));
    bob.watch.foresee(REFUSED);
    await bob.join("Bob");
    proxy.refuse(true);
    proxy.drop();
    await bob.page.getByText("The connection is lost.").waitFor();
    await bob.say("too late");
    await bob.page.getByText("Sending…").waitFor();
    await host.burn();
    proxy.refuse(false);
    await bob.isBurned();
    await bob.page.getByRole("alert").getByText("1 message has not been delivered.").waitFor();
    expect(await bob.page.getByText("too late").count()).toBe(0);
    await bob.end();
    await proxy.stop();
  });

  it("what cannot be fetched any more is said, with how much of it and of whom", async () => {
    const proxy = await startProxy(new URL(world.origin));
    // More at once than the service keeps for those who are away.
    const host = await createSession({
      service: world.origin,
      name: "Ada",
      limits: { framesPerSecond: 200 },
      burn: { ttl: 3_600, burnBy: "anyone" },
    });
    const bob = await world.open((await host.invite()).link.replace(world.origin, proxy.origin));
    bob.watch.foresee(REFUSED);
    await bob.join("Bob");
    // Names are told a moment later, and what is missing is said with the name that is known then.
    await bob.page.getByText("You and Ada").waitFor();
    await host.send("before");
    await bob.hears("before");
    proxy.refuse(true);
    proxy.drop();
    await bob.page.getByText("The connection is lost.").waitFor();
    for (let n = 0; n < LOST; n += 1) await host.send(String(n).padEnd(30_000, "x"));
    proxy.refuse(false);
    await triesNow(bob);
    const gap = bob.page.getByText(/^\d+ messages? of Ada did not arrive here/);
    await gap.waitFor();
    await bob.page.getByText("Connected again.", { exact: false }).waitFor();
    expect(await bob.page.getByText("Nothing was lost.").count()).toBe(0);
    await host.send("after");
    await bob.hears("after");
    await host.burn();
    await bob.isBurned();
    await bob.end();
    await proxy.stop();
  });

  it("a message that was not delivered says so, and is sent again on a click", async () => {
    const proxy = await startProxy(new URL(world.origin));
    const ada = await world.open(proxy.origin);
    ada.watch.foresee(REFUSED);
    await ada.start("Ada", () => ada.page.getByLabel("People only").check());
    proxy.refuse(true);
    proxy.drop();
    await ada.page.getByText("The connection is lost.").waitFor();
    const field = ada.page.getByLabel("Message to the people here");
    const again = ada.button("Send again");
    // What waits without a network is bounded.
    for (let n = 0; n < 60 && (await again.count()) === 0; n += 1) {
      await field.fill(`${String(n)} `.padEnd(30_000, "x"));
      await field.press("Enter");
    }
    const tooMuch = ada.page.getByText("Too much is waiting to be sent.", { exact: false });
    await tooMuch.first().waitFor();
    proxy.refuse(false);
    await triesNow(ada);
    const sending = () => ada.page.getByText("Sending…").count();
    await expect.poll(sending, { timeout: PATIENCE_MS }).toBe(0);
    // One more may have been written before the first refusal was drawn.
    for (let left = await again.count(); left > 0; left -= 1) {
      await again.first().click();
      await expect.poll(() => again.count(), { timeout: PATIENCE_MS }).toBe(left - 1);
    }
    await expect.poll(sending, { timeout: PATIENCE_MS }).toBe(0);
    expect(await ada.page.locator(".delivery.unsent").count()).toBe(0);
    await ada.end();
    await proxy.stop();
  });

  it("leaving without a connection empties the page at once, and says that nobody could be told", async () => {
    const proxy = await startProxy(new URL(world.origin));
    const ada = await world.open(proxy.origin);
    ada.watch.foresee(REFUSED);
    await ada.start("Ada");
    const link = (await ada.invite()).replace(proxy.origin, world.origin);
    const bob = await world.open(link);
    await bob.join("Bob");
    await ada.page.getByText("You and Bob").waitFor();
    await bob.say("the canary sings");
    await ada.hears("the canary sings");
    await ada.button("Session").click();
    proxy.refuse(true);
    proxy.drop();
    await ada.button("Leave").click();
    await ada.page
      .getByText("Leaving…")
      .or(ada.page.getByRole("heading", { name: "You left" }))
      .waitFor();
    expect(await ada.page.locator("body").textContent()).not.toContain("canary");
    await ada.page.getByRole("alert").getByText("The service could not be told that you left.").waitFor();
    await ada.page.getByRole("heading", { name: "You left" }).waitFor();
    await ada.end();
    await proxy.stop();
  });

  it("a session whose time is over while nobody can be asked says so, and the page can be emptied", async () => {
    const proxy = await startProxy(new URL(world.origin));
    const host = await createSession({ service: world.origin, burn: { ttl: 7_200 } });
    const ada = await world.open("about:blank");
    await ada.page.clock.install();
    ada.watch.foresee(REFUSED);
    await ada.page.goto((await host.invite()).link.replace(world.origin, proxy.origin));
    await ada.join("Ada");
    await host.send("the canary sings");
    await ada.hears("the canary sings");
    // Sooner than the latest end, after which the SDK asks no more.
    await host.changeBurn({ ttl: 3_600 });
    await ada.page.getByText("The burn timer was changed.").waitFor();
    proxy.refuse(true);
    proxy.drop();
    await ada.page.getByText("The connection is lost.").waitFor();
    await ada.page.clock.fastForward(3_700_000);
    await ada.page.getByText("the session may be over, and the service cannot be asked").waitFor();
    await ada.button("Leave it and empty this page").click();
    await ada.page.getByRole("heading", { name: "You left" }).waitFor();
    expect(await ada.page.locator("body").textContent()).not.toContain("canary");
    await host.burn();
    await ada.end();
    await proxy.stop();
  });

  it("a browser without a network, and a tab in the background, miss nothing", async () => {
    const { ada, bob } = await world.pair();
    bob.watch.foresee(REFUSED);
    await bob.page.context().setOffline(true);
    await ada.say("said while Bob has no network");
    await bob.say("written without a network");
    await bob.page.getByText("Sending…").waitFor();
    expect(await ada.page.getByText("written without a network").count()).toBe(0);
    await bob.page.context().setOffline(false);
    await bob.hears("said while Bob has no network");
    await ada.hears("written without a network");
    const frozen = await freeze(bob.page);
    await ada.say("said while the tab was frozen");
    await ada.page.getByText("Sealed and relayed").last().waitFor();
    await frozen.wake();
    await bob.hears("said while the tab was frozen");
  });

  it("an exact time burns both pages without anybody doing anything", async () => {
    const ada = await world.open();
    const tokens = ownTokensOf(ada.page);
    await ada.start("Ada", async () => {
      await ada.page.getByLabel("Exact values").check();
      await ada.page.getByLabel("Burns after (minutes)").fill("90.5");
    });
    const link = await ada.invite();
    const bob = await world.open(link);
    await bob.join("Bob");
    await comesTo(5_430, tokens, link);
    for (const each of [ada, bob]) {
      await each.isBurned();
      await each.page.getByText("its time was over").waitFor();
    }
  });
});
