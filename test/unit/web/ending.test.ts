// How a chat ends in the page, and which session the page is about when links are opened at the wrong moment.
import { afterEach, describe, expect, it } from "vitest";
import { FakeService } from "../client/fake-service.ts";
import { settle, until } from "../client/world.ts";
import { ADA, openChat, openPage, placed, stubStorage, unblockStorage } from "./page.ts";

afterEach(unblockStorage);

async function inviteOf(service: FakeService): Promise<string> {
  const host = await openChat(service);
  await host.chat.calls.invite({});
  return host.chat.store.get().invites[0]?.link ?? "";
}

describe("[PAGE2] the panic key", () => {
  it("a burn that does not get through at once is tried again while nothing is shown", async () => {
    const page = await openChat();
    const statement = await page.service.statement("asked");
    let tries = 0;
    page.world.http = (method) => {
      if (method !== "DELETE") return null;
      tries += 1;
      return tries < 3 ? null : { status: 200, body: { cause: "asked", statement } };
    };
    page.chat.panic();
    for (let n = 0; n < 10 && page.chat.store.get().place !== "over"; n += 1) await page.world.advance(1_000);
    await placed(page, "over");
    expect(tries).toBe(3);
    expect(page.chat.store.get().ending).toMatchObject({ state: "burned", unburned: false });
  });

  it("one that never gets through is said, and the place is given up", async () => {
    const page = await openChat();
    page.world.http = () => null;
    page.chat.panic();
    expect(page.chat.store.get()).toMatchObject({ place: "burning", items: [] });
    for (let n = 0; n < 60 && page.chat.store.get().place !== "over"; n += 1) await page.world.advance(1_000);
    await placed(page, "over");
    expect(page.chat.store.get().ending).toMatchObject({ state: "left", unburned: true });
    expect(page.world.socket.sent.some((data) => String(data).includes("leave"))).toBe(true);
    expect(page.world.timers).toBe(0);
  });

  it("a refusal is not asked for again", async () => {
    const page = await openChat();
    let tries = 0;
    page.world.http = () => {
      tries += 1;
      const body = { type: "about:blank", title: "", status: 403, code: "forbidden", retryable: false };
      return { status: 403, body };
    };
    page.chat.panic();
    await until(() => page.world.socket.sent.some((data) => String(data).includes("leave")));
    page.world.socket.drop(1000);
    await placed(page, "over");
    expect(tries).toBe(1);
    expect(page.chat.store.get().ending).toMatchObject({ state: "left", unburned: true });
  });

  it("where the session ends otherwise during the tries, its last screen says so all the same", async () => {
    const page = await openChat();
    page.world.http = () => new Promise<never>(() => undefined);
    page.chat.panic();
    await settle();
    page.world.socket.drop(4403, "removed");
    await placed(page, "over");
    await page.world.advance(20_000);
    expect(page.chat.store.get().ending).toMatchObject({ state: "refused", unburned: true });
  });

  it("a burn that did not get through is said of that session, and of none after it", async () => {
    const page = await openChat();
    page.world.http = () => null;
    page.chat.panic();
    for (let n = 0; n < 60 && page.chat.store.get().place !== "over"; n += 1) await page.world.advance(1_000);
    await placed(page, "over");
    page.world.http = page.service.http;
    page.chat.reset();
    await page.chat.start(ADA, null);
    page.world.socket.drop(4403, "removed");
    await placed(page, "over");
    expect(page.chat.store.get().ending).toMatchObject({ state: "refused", unburned: false });
  });
});

it("[PAGE5] an end tells how many messages had not been delivered by then", async () => {
  const page = await openChat();
  page.service.relay = () => undefined;
  void page.chat.say("one");
  void page.chat.say("two");
  page.world.socket.say({ type: "burned", cause: "ttl", statement: null });
  page.world.socket.drop(4410, "burned");
  await placed(page, "over");
  expect(page.chat.store.get()).toMatchObject({ items: [], ending: { state: "burned", undelivered: 2 } });
});

describe("[PAGE3] a link that is opened in a tab that is busy", () => {
  it("while the page burns: refused, and the end of the first takes nothing of another along", async () => {
    const page = await openChat();
    const link = await inviteOf(new FakeService());
    page.chat.panic();
    page.chat.invited(link);
    expect(page.chat.store.get()).toMatchObject({
      place: "burning",
      problem: expect.stringContaining("tab"),
    });
    await page.chat.join("Ada");
    expect(page.chat.store.get().place).toBe("burning");
    page.world.socket.say({ type: "burned", cause: "asked", statement: null });
    page.world.socket.drop(4410, "burned");
    await placed(page, "over");
    page.chat.invited(link);
    expect(page.chat.store.get().place).toBe("invited");
  });

  it("an end that comes late takes nothing of the chat along that began meanwhile", async () => {
    const storage = stubStorage();
    const page = await openChat();
    page.chat.panic();
    const { socket } = page.world;
    page.chat.reset();
    await page.chat.start(ADA, null);
    page.chat.stay(true);
    socket.say({ type: "burned", cause: "asked", statement: null });
    socket.drop(4410, "burned");
    await settle();
    expect(page.chat.store.get()).toMatchObject({ place: "chat", stays: true });
    expect(page.chat.session?.state).toBe("live");
    expect(storage.size).toBe(1);
  });

  it("while the page connects: refused, and said once it is there", async () => {
    const page = openPage();
    const link = await inviteOf(new FakeService());
    const starting = page.chat.start(ADA, null);
    page.chat.invited(link);
    expect(page.chat.store.get().place).toBe("connecting");
    await Promise.all([page.chat.join("Ada"), page.chat.start(ADA, null), starting]);
    await settle();
    expect(page.world.sockets).toHaveLength(1);
    expect(page.chat.store.get()).toMatchObject({ place: "chat" });
    expect(page.chat.store.get().items).toMatchObject([{ tone: "warning" }]);
  });

  it("in a chat: said there, and the chat goes on", async () => {
    stubStorage();
    const page = await openChat();
    page.chat.invited(await inviteOf(new FakeService()));
    expect(page.chat.store.get()).toMatchObject({ place: "chat", items: [{ tone: "warning" }] });
  });

  it("on the last screen: refused while the statement is not saved, since it exists nowhere else", async () => {
    stubStorage();
    const page = await openChat();
    const link = await inviteOf(new FakeService());
    const statement = await page.service.statement("asked");
    page.world.socket.say({ type: "burned", cause: "asked", statement });
    page.world.socket.drop(4410, "burned");
    await placed(page, "over");
    page.chat.invited(link);
    const { ending, ...state } = page.chat.store.get();
    expect(state).toMatchObject({ place: "over", problem: expect.stringContaining("tab") });
    if (ending === null) throw new Error("no ending");
    expect(ending.report?.statement).toBe(statement);
    page.chat.store.dispatch({ type: "facts", facts: { ending: { ...ending, saved: true } } });
    page.chat.invited(link);
    expect(page.chat.store.get()).toMatchObject({ place: "invited", invite: true });
  });
});
