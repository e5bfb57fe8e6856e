// Two people and the chat page, in two browsers, against the service as `npm start` runs it.
import { describe, expect, it } from "vitest";
import { parseInviteLink } from "../../src/client/index.ts";
import { toBase64Url } from "../../src/crypto/bytes.ts";
import { sleep } from "../support/client.ts";
import { eventually } from "../support/processes.ts";
import { startProxy } from "../support/tcp-proxy.ts";
import { storedBy } from "./support/page-watch.ts";
import type { WebPage } from "./support/web-page.ts";
import { webWorld } from "./support/web-world.ts";

const world = webWorld();
const CANARY = "canary-7f3d words that must not stay";

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

describe("[PAGE1] start, invite, join, talk, burn", () => {
  it("messages go both ways; both end with the same statement, verified again in the page", async () => {
    const { ada, bob } = await world.pair();
    await ada.say("hello Bob");
    await bob.hears("hello Bob");
    await ada.page.getByText("Sealed and relayed").waitFor();
    await bob.say("שלום עליך\nsecond line 👻");
    await ada.page.getByText("second line").waitFor();
    expect(await ada.page.getByText("second line").getAttribute("dir")).toBe("auto");
    await ada.page
      .getByRole("timer")
      .getByText(/^\d+:\d\d$/)
      .waitFor();
    await bob.burn();
    await ada.isBurned();
    for (const page of [ada, bob]) {
      await page.page.getByText("Signature verified").waitFor();
      await page.page.getByText("0 keys").waitFor();
      await page.button("Verify it here").click();
      await page.page.getByText("It verifies under the key that this session began with.").waitFor();
    }
    const saving = ada.page.waitForEvent("download");
    await ada.button("Save it").click();
    expect((await saving).suggestedFilename()).toBe("destruction-statement.jws");
    const [first, second] = await Promise.all(
      [ada, bob].map(({ page }) => page.locator(".jws").textContent()),
    );
    expect(first).toBe(second);
    await ada.button("Start another chat").click();
    await ada.button("Start a chat").waitFor();
  });

  it("who types is shown, who leaves too, and a timer of the host's reaches everybody", async () => {
    const { ada, bob } = await world.pair();
    await bob.page.getByRole("textbox").last().pressSequentially("hm");
    await ada.page.getByText("Bob is typing…").waitFor();
    await ada.button("Session").click();
    await ada.button("10 more messages").click();
    await ada.button("Close").click();
    await bob.page.getByText("or 10 messages").waitFor();
    await bob.say("one");
    await ada.page.getByText("or 9 messages").waitFor();
    await bob.button("Session").click();
    await bob.button("Leave").click();
    await bob.page.getByRole("heading", { name: "You left" }).waitFor();
    await ada.page.getByText("Bob left.").waitFor();
  });

  it("an export holds the transcript and is made only when asked for, after a warning", async () => {
    const { ada, bob } = await world.pair();
    await bob.say("to be kept");
    await ada.hears("to be kept");
    await ada.button("Session").click();
    await ada.button("Export…").click();
    await ada.page.getByText("the burn does not reach it", { exact: false }).waitFor();
    for (const [button, name] of [
      ["Save as Markdown", "chat.md"],
      ["Save as JSON", "chat.json"],
    ] as const) {
      const saving = ada.page.waitForEvent("download");
      await ada.button(button).click();
      const download = await saving;
      expect(download.suggestedFilename()).toBe(name);
      const chunks: Buffer[] = [];
      for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
      const text = Buffer.concat(chunks).toString();
      expect(text).toContain("to be kept");
      if (name === "chat.json") {
        expect(JSON.parse(text)).toMatchObject({
          version: 1,
          items: expect.arrayContaining([
            expect.objectContaining({ kind: "message", name: "Bob", own: false, text: "to be kept" }),
          ]),
        });
      } else expect(text).toContain("**Bob**: to be kept");
    }
  });

  it("only who may burn can burn, and the page says who may", async () => {
    const ada = await world.open();
    await ada.start("Ada", async () => {
      await ada.page.getByLabel("Everyone in the chat may burn it").uncheck();
      await ada.page.getByLabel("People only").check();
    });
    const bob = await world.open(await ada.invite());
    await bob.join("Bob");
    await bob.button("Burn").click();
    await bob.page.getByText("Only a host may burn it now.").waitFor();
    expect(await bob.button("Burn it now").count()).toBe(0);
    await bob.button("Leave and empty this page").click();
    await bob.page.getByRole("heading", { name: "You left" }).waitFor();
    await ada.burn();
  });
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
    await ada.start("Ada", () => ada.page.getByLabel("People only").check());
    await ada.say(CANARY);
    await ada.page.getByText("Sealed and relayed").waitFor();
    expect(await heapOf(ada)).toContain("canary-7f3d");
    await ada.burn();
    // What still moves, as the burn itself, holds on to what it came from.
    await eventually(async () => !(await heapOf(ada)).includes("canary-7f3d"), 20_000);
  });

  it("the panic key empties the page at once and burns where it may", async () => {
    const { ada, bob } = await world.pair();
    await bob.say(CANARY);
    await ada.hears(CANARY);
    for (let press = 0; press < 3; press += 1) await bob.page.keyboard.press("Escape");
    await bob.isBurned();
    await ada.isBurned();
    expect(await contentOf(bob)).not.toContain(CANARY);
  });
});

describe("[PAGE3] the link", () => {
  it("leaves the address bar before anything happens, and opening it joins nothing", async () => {
    const ada = await world.open();
    await ada.start("Ada");
    const link = await ada.invite();
    // Previews, scanners and the curious: the invite has one use, and it is still there afterwards.
    for (let look = 0; look < 3; look += 1) {
      const preview = await world.open(link);
      await preview.button("Join the chat").waitFor();
      expect(preview.page.url()).toBe(`${world.origin}/`);
      expect(preview.watch.sockets).toBe(0);
      expect(preview.watch.requests.filter((url) => url.includes("/v1/"))).toEqual([]);
    }
    expect((await fetch(link)).status).toBe(200);
    const bob = await world.open(link);
    await bob.join("Bob");
    await ada.page.getByText("You and Bob").waitFor();
    const late = await world.open(link);
    await late.page.getByLabel("Your name in this chat").fill("Late");
    await late.button("Join the chat").click();
    await late.page
      .getByRole("alert")
      .getByText(/invite/i)
      .waitFor();
  });

  it.each(["#ghost1.abc", "#nonsense", "#"])("a link that is none says so: %s", async (fragment) => {
    const page = await world.open(world.origin + "/" + fragment);
    if (fragment !== "#") await page.page.getByRole("alert").waitFor();
    await page.button("Start a chat").waitFor();
    expect(page.page.url()).toBe(`${world.origin}/${fragment === "#" ? "#" : ""}`);
  });
});

describe("[PAGE4] reloading", () => {
  it("asks before it ends one's part; without the switch nothing comes back", async () => {
    const { ada, bob } = await world.pair();
    const asked = new Promise((resolve) => {
      bob.page.once("dialog", (dialog) => {
        resolve(dialog.type());
        void dialog.accept();
      });
    });
    await bob.page.reload();
    expect(await asked).toBe("beforeunload");
    await bob.button("Start a chat").waitFor();
    await ada.page.getByText("Bob left.").waitFor();
  });

  it("with the switch the same person comes back, and the burn takes the residue along", async () => {
    const { ada, bob } = await world.pair();
    await bob.say("before");
    await ada.hears("before");
    await bob.button("Session").click();
    await bob.page.getByLabel("Stay through reloads in this tab").check();
    await bob.page.getByText("Your access and the room's key are in this tab's storage").waitFor();
    expect(await storedBy(bob.page)).toEqual(["sessionStorage ghost-session.stay"]);
    bob.page.on("dialog", (dialog) => void dialog.accept());
    await bob.page.reload();
    await bob.page.getByText("The page was loaded anew.").waitFor();
    await bob.page.getByText("You and Ada").waitFor();
    await bob.say("after");
    await ada.hears("after");
    expect(await ada.page.getByText("You and Bob").count()).toBe(1);
    await ada.burn();
    await bob.isBurned();
    expect(await storedBy(bob.page)).toEqual([]);
  });

  it("a second tab that the switch let in is the same person; closing one leaves the other", async () => {
    const { ada, bob } = await world.pair();
    await bob.button("Session").click();
    await bob.page.getByLabel("Stay through reloads in this tab").check();
    await bob.button("Close").click();
    const opening = bob.page.context().waitForEvent("page");
    // A tab that a page opens begins with a copy of its storage, as a duplicated one does.
    await bob.page.evaluate(() => void open("/"));
    const second = await opening;
    await second.getByText("You and Ada").waitFor();
    await second
      .getByLabel("Message to the people here")
      .or(second.getByLabel("Question to the assistant"))
      .waitFor();
    await second.getByRole("button", { name: "People", exact: true }).click();
    await second.getByLabel("Message to the people here").fill("from the other tab");
    await second.getByRole("button", { name: "Send" }).click();
    await ada.hears("from the other tab");
    await bob.page.locator(".message.own", { hasText: "from the other tab" }).waitFor();
    await second.close();
    await bob.say("still here");
    await ada.hears("still here");
    expect(await ada.page.getByText("You and Bob").count()).toBe(1);
  });

  it("switched off again, or left, it forgets as well", async () => {
    const page = await world.open();
    await page.start("Ada");
    await page.button("Session").click();
    const stay = page.page.getByLabel("Stay through reloads in this tab");
    await stay.check();
    await stay.uncheck();
    expect(await storedBy(page.page)).toEqual([]);
    await stay.check();
    await page.button("Leave").click();
    await page.page.getByRole("heading", { name: "You left" }).waitFor();
    expect(await storedBy(page.page)).toEqual([]);
  });
});

describe("[PAGE5] a network that comes and goes", () => {
  it("a lost connection is said, what was written meanwhile is delivered, nothing is lost", async () => {
    const proxy = await startProxy(new URL(world.origin));
    const ada = await world.open(proxy.origin);
    await ada.start("Ada");
    const link = (await ada.invite()).replace(proxy.origin, world.origin);
    const bob = await world.open(link);
    await bob.join("Bob");
    await ada.page.getByText("You and Bob").waitFor();
    proxy.refuse(true);
    proxy.drop();
    await ada.page.getByText("The connection is lost.").waitFor();
    await ada.say("written without a network");
    await ada.page.getByText("Sending…").waitFor();
    await bob.say("said meanwhile");
    await sleep(500);
    proxy.refuse(false);
    await bob.hears("written without a network");
    await ada.hears("said meanwhile");
    await ada.page.getByText("Connected again. Nothing was lost.").waitFor();
    // Chromium itself notes each refused socket; nothing of ours complained.
    await eventually(() => ada.watch.problems.every((line) => line.includes("WebSocket connection to")));
    ada.watch.problems.length = 0;
    await ada.end();
    await proxy.stop();
  });

  it("an exact time burns both pages without anybody doing anything", async () => {
    const ada = await world.open();
    await ada.start("Ada", async () => {
      await ada.page.getByLabel("Exact values").check();
      await ada.page.getByLabel("Burns after (minutes)").fill("0.2");
    });
    await ada.isBurned();
    await ada.page.getByText("its time was over").waitFor();
  });
});
