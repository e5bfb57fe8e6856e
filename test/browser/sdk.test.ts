// The SDK where most people will run it: pages of a real browser, of another origin than the service, under a
// strict content security policy.
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { makeInviteLink } from "../../src/client/index.ts";
import { startService, type Service } from "../../src/local/service.ts";
import { createSession as createBare, sleep } from "../support/client.ts";
import { eventually } from "../support/processes.ts";
import { startProxy, type TcpProxy } from "../support/tcp-proxy.ts";
import { ChatPage } from "./support/chat-page.ts";
import { launchChromium } from "./support/chromium.ts";
import { startPageServer, type PageServer } from "./support/page-server.ts";
import { storedBy } from "./support/page-watch.ts";

interface KeySet {
  readonly keys: readonly [{ readonly kid: string }];
}

let browser: Browser;
let pages: PageServer;
let service: Service;
let proxy: TcpProxy;
const open: ChatPage[] = [];
// Ended in the opposite order of their beginning, and only what began.
const ending: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  browser = await launchChromium();
  ending.push(() => browser.close());
  pages = await startPageServer("test/browser/pages/sdk-chat.ts");
  ending.push(() => pages.stop());
  service = await startService({ bindings: { ALLOWED_ORIGINS: pages.origin } });
  ending.push(() => service.stop());
  proxy = await startProxy(service.url);
  ending.push(() => proxy.stop());
  pages.allow([service.url.origin, proxy.origin]);
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((page) => page.end()));
});
afterAll(async () => {
  for (const end of ending.reverse()) await end();
});

async function openPage(beside?: ChatPage): Promise<ChatPage> {
  const page = await ChatPage.open(browser, pages.origin, beside);
  open.push(page);
  return page;
}

/** Ada connects directly, Bob through the proxy, each in a browser context of their own. */
async function pair(): Promise<{ ada: ChatPage; bob: ChatPage; link: string }> {
  const [ada, bob] = await Promise.all([openPage(), openPage()]);
  await ada.create({ service: service.url.origin, name: "Ada", burn: { ttl: 3_600, burnBy: "anyone" } });
  const link = await ada.invite();
  expect(await bob.join(link, { name: "Bob", service: proxy.origin })).toBeNull();
  await Promise.all([ada, bob].map((page) => page.until(({ names }) => names.sort().join() === "Ada,Bob")));
  return { ada, bob, link };
}

const numbered = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, n) => `${prefix}${String(n)}`);

describe("[BROWSER1] the SDK in two browsers", () => {
  it("messages and names arrive both ways; the burn ends both with the same verified statement", async () => {
    const { ada, bob } = await pair();
    await ada.send("hello Bob");
    await bob.send("hello Ada \u{1f47b}");
    await bob.until(({ events }) => events.some((event) => event.type === "message" && event.name === "Ada"));
    await ada.until(({ events }) => events.some((event) => event.type === "message" && event.name === "Bob"));
    expect([await ada.texts(), await bob.texts()]).toEqual([["hello Ada \u{1f47b}"], ["hello Bob"]]);
    await bob.setName("Robert");
    await ada.until(({ names }) => names.includes("Robert"));
    const report = await bob.burn();
    expect(report).toMatchObject({ cause: "asked", verified: { cause: "asked", storageKeys: 0 } });
    await ada.until(({ events }) => events.some(({ type }) => type === "burned"));
    expect(await ada.heard("burned")).toMatchObject([report]);
    await ada.until(({ state }) => state === "burned");
  });

  it("[BROWSER2] nothing is stored, nobody else is called, and the console stays empty", async () => {
    const { ada, bob } = await pair();
    await Promise.all([ada.send("one"), bob.send("two")]);
    await ada.until(({ events }) => events.some(({ type }) => type === "message"));
    expect(await Promise.all([ada, bob].map(({ page }) => storedBy(page)))).toEqual([[], []]);
    await bob.burn();
    await ada.until(({ state }) => state === "burned");
    expect(await Promise.all([ada, bob].map(({ page }) => storedBy(page)))).toEqual([[], []]);
    expect(ada.watch.origins()).toEqual([pages.origin, service.url.origin]);
    expect(bob.watch.origins()).toEqual([pages.origin, proxy.origin]);
    expect([...ada.watch.problems, ...bob.watch.problems]).toEqual([]);
    // No address says who or what: no token, no key, no query.
    for (const request of [...ada.watch.requests, ...bob.watch.requests]) {
      expect(request).not.toMatch(/[?#]|eyJ/);
    }
  });

  it("[BROWSER2] the watch sees what a page stores, calls and complains about", async () => {
    const page = await openPage();
    await page.page.evaluate(async () => {
      localStorage.setItem("a", "1");
      sessionStorage.setItem("b", "1");
      document.cookie = "c=1";
      await caches.open("d");
      await new Promise((resolve) => {
        indexedDB.open("e").onsuccess = resolve;
      });
      await (await navigator.storage.getDirectory()).getFileHandle("f", { create: true });
      await fetch("https://elsewhere.invalid/").catch(() => undefined);
    });
    expect(await storedBy(page.page)).toEqual([
      "localStorage a",
      "sessionStorage b",
      "indexedDB e",
      "cache d",
      "file f",
      "cookie c",
    ]);
    await eventually(() => /Content Security Policy/.test(page.watch.problems.join()));
  });
});

describe("[BROWSER3] a browser whose network comes and goes", () => {
  it("offline and online again: resumed, nothing lost, nothing twice, in order", async () => {
    const { ada, bob } = await pair();
    await ada.keepAwake();
    await bob.page.context().setOffline(true);
    // Chromium leaves open sockets alone when a page goes offline; a real network does not.
    proxy.drop();
    await bob.until(({ state }) => state === "reconnecting");
    for (const text of numbered("a", 5)) await ada.send(text);
    const waiting = Promise.all(numbered("b", 5).map((text) => bob.send(text)));
    await sleep(1_500);
    expect((await bob.look()).state).toBe("reconnecting");
    await bob.page.context().setOffline(false);
    await waiting;
    await bob.until(({ events }) => events.filter(({ type }) => type === "message").length >= 5);
    await ada.until(({ events }) => events.filter(({ type }) => type === "message").length >= 5);
    await ada.send("last");
    await bob.until(({ events }) =>
      events.some((event) => event.type === "message" && event.text === "last"),
    );
    expect(await bob.texts()).toEqual([...numbered("a", 5), "last"]);
    expect(await ada.texts()).toEqual(numbered("b", 5));
    expect(await bob.heard("resumed")).toMatchObject([{ recovered: true }]);
    expect([...(await bob.heard("gap")), ...(await ada.heard("gap"))]).toEqual([]);
  });

  it("a background tab that stood still and lost its connection unnoticed is back once it is looked at", async () => {
    const { ada, bob } = await pair();
    await ada.keepAwake();
    const { wake } = await bob.freeze();
    await ada.send("c0");
    proxy.halfClose();
    const said = ["c0"];
    const talk = async () => {
      said.push(`c${String(said.length)}`);
      await ada.send(said.at(-1) ?? "");
      await sleep(500);
    };
    for (let n = 0; n < 4; n += 1) await talk();
    await wake();
    // Being looked at makes it ask, and no answer within 8 s makes it reconnect; the next ping is 25 s away.
    await eventually(async () => {
      await talk();
      return (await bob.heard("resumed")).length > 0;
    });
    await bob.until(({ events }) => events.filter(({ type }) => type === "message").length >= said.length);
    await bob.send("awake");
    await ada.until(({ events }) => events.some(({ type }) => type === "message"));
    expect(await bob.texts()).toEqual(said);
    expect(await ada.texts()).toEqual(["awake"]);
    expect(await bob.heard("gap")).toEqual([]);
    expect((await bob.look()).state).toBe("live");
  });
});

describe("[BROWSER4] tabs and refusals", () => {
  it("two tabs of one participant hear each other as oneself, and one outlives the other", async () => {
    const { id, hostToken } = await createBare(service.url);
    const { keys } = (await (await fetch(new URL("/.well-known/jwks.json", service.url))).json()) as KeySet;
    const link = makeInviteLink({
      service: service.url.origin,
      session: id,
      token: hostToken,
      roomKey: crypto.getRandomValues(new Uint8Array(32)),
      identity: keys[0].kid,
    });
    const left = await openPage();
    const right = await openPage(left);
    expect([await left.join(link, { name: "Ada" }), await right.join(link, { name: "Ada" })]).toEqual([
      null,
      null,
    ]);
    expect((await left.look()).participant).toBe((await right.look()).participant);
    await left.send("from the left");
    await right.send("from the right");
    await right.until(({ events }) => events.some((event) => event.type === "message" && event.self));
    await left.until(({ events }) => events.some((event) => event.type === "message" && event.self));
    await left.page.close();
    await right.send("alone");
    expect((await right.look()).state).toBe("live");
    expect(await right.texts()).toEqual(["from the left"]);
    const streams = (await right.heard("message")).flatMap((event) =>
      event.type === "message" ? [event.stream] : [],
    );
    expect(streams).toHaveLength(1);
  });

  it("a spent link, a removed participant and a foreign page are told why, and try no more", async () => {
    const { ada, bob, link } = await pair();
    const late = await openPage();
    expect(await late.join(link)).toBe("invite_spent");
    await ada.remove((await bob.look()).participant ?? "");
    await bob.until(({ state }) => state === "refused");
    expect((await bob.heard("state")).at(-1)).toMatchObject({ state: "refused", reason: "removed" });
    const elsewhere = await startPageServer("test/browser/pages/sdk-chat.ts");
    elsewhere.allow([service.url.origin]);
    try {
      const foreign = await ChatPage.open(browser, elsewhere.origin);
      open.push(foreign);
      expect(await foreign.join(await ada.invite())).toBe("origin_forbidden");
      const sockets = () => [late, bob, foreign].map(({ watch }) => watch.sockets);
      const needed = sockets();
      // Longer than the longest first wait before a reconnect.
      await sleep(1_500);
      expect(sockets()).toEqual(needed);
    } finally {
      await elsewhere.stop();
    }
  });
});
