// What a tab keeps where a person wished for that, what becomes of it, and a browser that keeps nothing.
import { afterEach, describe, expect, it } from "vitest";
import { settle } from "../client/world.ts";
import { blockStorage, openChat, openPage, placed, stubStorage, unblockStorage } from "./page.ts";

afterEach(unblockStorage);

describe("[PAGE2] where the browser refuses its storage", () => {
  it("a burn empties the page all the same", async () => {
    blockStorage();
    const page = await openChat();
    void page.chat.say("canary");
    page.world.socket.say({ type: "burned", cause: "asked", statement: null });
    page.world.socket.drop(4410, "burned");
    await placed(page, "over");
    expect(JSON.stringify(page.chat.store.get())).not.toContain("canary");
    expect(page.chat.store.get()).toMatchObject({ stays: false, ending: { state: "burned" } });
    expect(page.chat.session).toBeNull();
  });

  it("so does the panic key", async () => {
    blockStorage();
    const page = await openChat();
    void page.chat.say("canary");
    page.chat.panic();
    expect(page.chat.store.get()).toMatchObject({ place: "burning", items: [] });
    expect(page.chat.session).toBeNull();
  });

  it("staying is refused, and the page says so", async () => {
    blockStorage();
    const { chat } = await openChat();
    expect(chat.stay(true)).toContain("does not let");
    expect(chat.store.get().stays).toBe(false);
  });

  it("what it does not let go of is said on the last screen", async () => {
    stubStorage();
    const page = await openChat();
    expect(page.chat.stay(true)).toBeNull();
    blockStorage();
    expect(page.chat.stay(false)).toContain("does not let go");
    void page.chat.leave();
    page.world.socket.drop(1000);
    await placed(page, "over");
    expect(page.chat.store.get().stays).toBe(true);
  });
});

describe("[PAGE4] coming back", () => {
  async function keptAccess() {
    const storage = stubStorage();
    const before = await openChat();
    before.chat.stay(true);
    expect(storage.size).toBe(1);
    return { storage, service: before.service };
  }

  it("comes back as who it was, and says what is not there any more", async () => {
    const { storage, service } = await keptAccess();
    const page = openPage(service);
    await page.chat.comeBack();
    expect(page.chat.store.get()).toMatchObject({ place: "chat", stays: true });
    expect(page.chat.store.get().items).toMatchObject([{ text: expect.stringContaining("loaded anew") }]);
    expect(storage.size).toBe(1);
  });

  it("a network that is not there takes nothing away; trying again brings it back", async () => {
    const { storage, service } = await keptAccess();
    const page = openPage(service);
    page.world.http = () => null;
    await page.chat.comeBack();
    expect(page.chat.store.get()).toMatchObject({ place: "start", stays: true, problem: expect.any(String) });
    expect(storage.size).toBe(1);
    page.world.http = service.http;
    await page.chat.comeBack();
    expect(page.chat.store.get()).toMatchObject({ place: "chat", stays: true });
  });

  it("a session that is gone, or that shut one out, is forgotten", async () => {
    for (const code of [4410, 4403, 4401]) {
      const { storage, service } = await keptAccess();
      const page = openPage(service);
      page.world.onConnect = (socket) => {
        socket.drop(code, { 4410: "burned", 4403: "removed", 4401: "unauthorised" }[code]);
      };
      await page.chat.comeBack();
      expect(page.chat.store.get()).toMatchObject({ place: "start", stays: false });
      expect(storage.size).toBe(0);
    }
  });

  it("it can be forgotten instead", async () => {
    const { storage, service } = await keptAccess();
    const page = openPage(service);
    page.chat.forget();
    expect(page.chat.store.get()).toMatchObject({ place: "start", stays: false });
    expect(storage.size).toBe(0);
  });

  it("an invite in a tab that keeps access to another chat: said first, forgotten with the joining", async () => {
    const host = await openChat();
    await host.chat.calls.invite({});
    const { storage } = await keptAccess();
    const page = openPage(host.service);
    page.chat.invited(host.chat.store.get().invites[0]?.link ?? "");
    expect(page.chat.store.get()).toMatchObject({ place: "invited", stays: true });
    await page.chat.join("Bob");
    await settle();
    expect(page.chat.store.get()).toMatchObject({ place: "chat", stays: false });
    expect(storage.size).toBe(0);
  });
});
