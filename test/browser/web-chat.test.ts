// Two people and the chat page, in two browsers, against the service as `npm start` runs it.
import { describe, expect, it } from "vitest";
import { webWorld } from "./support/web-world.ts";

const world = webWorld();

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
    const typing = await ada.watchFor(".typing", "Bob is typing…");
    await bob.page.getByRole("textbox").last().pressSequentially("hm");
    await typing();
    await ada.button("Session").click();
    await ada.page.getByLabel("After messages").selectOption({ label: "10 more" });
    await ada.button("Close").click();
    await bob.page.getByText("or 10 messages").waitFor();
    await bob.say("one");
    await ada.page.getByText("or 9 messages").waitFor();
    await bob.button("Session").click();
    await bob.button("Leave").click();
    await bob.page.getByRole("heading", { name: "You left" }).waitFor();
    await ada.page.getByText("Bob left.").waitFor();
  });

  it("the first key after a message is shown as typing at once", async () => {
    const { ada, bob } = await world.pair();
    const field = bob.page.getByLabel("Message to the people here");
    const shown = ada.page.getByText("Bob is typing…");
    await bob.button("People").click();
    const first = await ada.watchFor(".typing", "Bob is typing…");
    await field.press("h");
    await first();
    await field.press("Enter");
    await ada.hears("h");
    await shown.waitFor({ state: "detached" });
    const next = await ada.watchFor(".typing", "Bob is typing…");
    await field.press("o");
    await next();
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
      } else expect(text).toMatch(/\*\*Bob\*\*, .+ UTC:\n\n> to be kept/);
    }
  });

  it("only who may burn can burn, and the page says who may", async () => {
    const { ada, bob } = await world.pairWhereHostsBurn();
    await bob.button("Burn").click();
    await bob.page.getByText("Only a host may burn it now.").waitFor();
    expect(await bob.button("Burn it now").count()).toBe(0);
    await bob.button("Leave and empty this page").click();
    await bob.page.getByRole("heading", { name: "You left" }).waitFor();
    await ada.burn();
  });
});
