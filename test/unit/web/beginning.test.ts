// The way into a chat and back from it: given up, refused, put off. Nothing that was chosen or written is lost by it.
import { afterEach, describe, expect, it } from "vitest";
import { createSession, type Session } from "../../../src/client/index.ts";
import { Attempt } from "../../../src/web/state/attempt.ts";
import { isLostWithPage } from "../../../src/web/state/loss.ts";
import { FakeService, SERVICE, worldOf } from "../client/fake-service.ts";
import { settle, until } from "../client/world.ts";
import { ADA, openChat, openPage, placed, stubStorage, unblockStorage, type Page } from "./page.ts";

afterEach(unblockStorage);

const never = () => new Promise<never>(() => undefined);
const stateOf = ({ chat }: Page) => chat.store.get();

/** A page that was opened by an invite into a session of somebody else's. */
async function openInvited(): Promise<Page> {
  const host = await openChat(new FakeService());
  await host.chat.calls.invite({});
  const page = openPage(host.service);
  page.chat.invited(host.chat.store.get().invites[0]?.link ?? "");
  return page;
}

describe("[PAGE1] an attempt that is given up", () => {
  it("to start: every choice is still there, and nothing is said to have gone wrong", async () => {
    const page = openPage();
    page.world.http = never;
    const starting = page.chat.start(ADA, null);
    await placed(page, "connecting");
    page.chat.giveUp();
    await starting;
    expect(stateOf(page)).toMatchObject({
      place: "start",
      problem: null,
      refused: { part: null, choices: ADA },
      isBack: true,
    });
    page.world.http = page.service.http;
    await page.chat.start(ADA, null);
    expect(stateOf(page).place).toBe("chat");
  });

  it("to start, while the socket opens: the connection is given up as well", async () => {
    const page = openPage();
    page.world.onConnect = () => undefined;
    const starting = page.chat.start(ADA, null);
    await until(() => page.world.sockets.length === 1);
    page.chat.giveUp();
    await starting;
    expect(stateOf(page).place).toBe("start");
    expect(page.world.socket.closedWith).not.toBeNull();
    expect(page.world.timers).toBe(0);
  });

  it("to join: the link is still good, and the name is still there", async () => {
    const page = await openInvited();
    page.world.http = never;
    const joining = page.chat.join("Bob");
    await placed(page, "connecting");
    expect(isLostWithPage(stateOf(page))).toBe(true);
    page.chat.giveUp();
    await joining;
    expect(stateOf(page)).toMatchObject({ place: "invited", invite: true, problem: null });
    expect(stateOf(page).refused?.choices.name).toBe("Bob");
    page.world.http = page.service.http;
    await page.chat.join("Bob");
    expect(stateOf(page)).toMatchObject({ place: "chat", invite: false });
  });

  it("to come back: the way back is kept", async () => {
    const storage = stubStorage();
    const before = await openChat();
    before.chat.stay(true);
    const page = openPage(before.service);
    page.world.http = never;
    const coming = page.chat.comeBack();
    await placed(page, "connecting");
    page.chat.giveUp();
    await coming;
    expect(stateOf(page)).toMatchObject({ place: "start", stays: true, problem: null });
    expect(storage.size).toBe(1);
  });

  it("to come back from an invite: the invite is still offered, and is put off once that goes well", async () => {
    stubStorage();
    const host = await openChat();
    await host.chat.calls.invite({});
    const before = await openChat(host.service);
    before.chat.stay(true);
    const page = openPage(host.service);
    page.chat.invited(host.chat.store.get().invites[0]?.link ?? "");
    page.world.http = never;
    const coming = page.chat.comeBack();
    await placed(page, "connecting");
    page.chat.giveUp();
    await coming;
    expect(stateOf(page)).toMatchObject({ place: "invited", invite: true, stays: true });
    page.world.http = page.service.http;
    await page.chat.comeBack();
    expect(stateOf(page)).toMatchObject({ place: "chat", invite: false, stays: true });
    expect(stateOf(page).items).toMatchObject([
      { tone: "loss", text: expect.stringContaining("loaded anew") },
      { tone: "warning", text: expect.stringContaining("Open it in a tab of its own") },
    ]);
  });

  it("too late for that: the session that came is dropped", async () => {
    const session: Session = await createSession({
      service: SERVICE,
      environment: worldOf(new FakeService()).environment,
    });
    const dropped: Session[] = [];
    const attempt = new Attempt();
    const connect = async (): Promise<Session> => {
      attempt.giveUp();
      return session;
    };
    const drop = async (late: Session): Promise<void> => {
      dropped.push(late);
    };
    await expect(attempt.run(connect, drop)).rejects.toMatchObject({ code: "aborted" });
    expect(dropped).toEqual([session]);
  });

  it("to start: a session that was created and not reached is burned, and one that is joined is not", async () => {
    const page = openPage();
    const asked: string[] = [];
    page.world.http = (method, path) => {
      asked.push(method);
      return page.service.http(method, path);
    };
    page.world.onConnect = () => undefined;
    const starting = page.chat.start(ADA, null);
    await until(() => page.world.sockets.length > 0);
    expect(asked).not.toContain("DELETE");
    page.chat.giveUp();
    await starting;
    await until(() => asked.includes("DELETE"));

    const guest = await openInvited();
    const asks: string[] = [];
    guest.world.http = (method, path) => {
      asks.push(method);
      return guest.service.http(method, path);
    };
    guest.world.onConnect = () => undefined;
    const joining = guest.chat.join("Bob");
    await until(() => guest.world.sockets.length > 0);
    guest.chat.giveUp();
    await joining;
    await settle();
    expect(asks).not.toContain("DELETE");
  });
});

describe("[PAGE4] what is asked about before the page goes", () => {
  it("an invite, until it is put off", async () => {
    const page = await openInvited();
    expect(isLostWithPage(stateOf(page))).toBe(true);
    page.chat.reset();
    expect(stateOf(page)).toMatchObject({ place: "start", invite: false, isBack: true });
    expect(isLostWithPage(stateOf(page))).toBe(false);
    await page.chat.join("Bob");
    expect(stateOf(page).place).toBe("start");
  });

  it("not one in whose place a link was opened that is of no use", async () => {
    const page = await openInvited();
    page.chat.invited("https://ghost.test/#no");
    expect(stateOf(page)).toMatchObject({ place: "start", invite: false, problem: expect.any(String) });
    expect(isLostWithPage(stateOf(page))).toBe(false);
  });

  it.each([
    [4403, "invite_revoked"],
    [4403, "invite_spent"],
    [4401, "token_expired"],
    [4410, "burned"],
  ])("not one that is of no use any more (%i %s)", async (close, code) => {
    const page = await openInvited();
    page.world.onConnect = (socket) => {
      socket.drop(close, code);
    };
    await page.chat.join("Bob");
    expect(stateOf(page)).toMatchObject({
      place: "invited",
      invite: false,
      problem: expect.any(String),
    });
    expect(isLostWithPage(stateOf(page))).toBe(false);
  });

  it("one that failed for another reason may still be good", async () => {
    const page = await openInvited();
    page.world.http = () => null;
    await page.chat.join("Bob");
    expect(stateOf(page)).toMatchObject({ place: "invited", invite: true, problem: expect.any(String) });
    expect(isLostWithPage(stateOf(page))).toBe(true);
  });

  it("a chat, and its burn on the way", async () => {
    const page = openPage();
    expect(isLostWithPage(stateOf(page))).toBe(false);
    await page.chat.start(ADA, null);
    expect(isLostWithPage(stateOf(page))).toBe(true);
    page.world.http = never;
    page.chat.panic();
    expect(stateOf(page).place).toBe("burning");
    expect(isLostWithPage(stateOf(page))).toBe(true);
  });

  it("a statement until it is saved, and no end that has none", async () => {
    const page = await openChat();
    const statement = await page.service.statement("asked");
    page.world.socket.say({ type: "burned", cause: "asked", statement });
    page.world.socket.drop(4410, "burned");
    await placed(page, "over");
    const state = stateOf(page);
    const { ending } = state;
    if (ending === null) throw new Error("no ending");
    expect(isLostWithPage(state)).toBe(true);
    expect(isLostWithPage({ ...state, ending: { ...ending, saved: true } })).toBe(false);
    const without = await openChat();
    without.world.socket.say({ type: "burned", cause: "asked", statement: null });
    without.world.socket.drop(4410, "burned");
    await placed(without, "over");
    expect(isLostWithPage(stateOf(without))).toBe(false);
  });
});
