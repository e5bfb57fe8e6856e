// What comes in is worked off in order, whatever becomes of a single thing.
import { describe, expect, it } from "vitest";
import { Inbox } from "../../../src/client/inbox.ts";
import { MAX_INBOX_ITEMS } from "../../../src/client/limits.ts";
import { stage } from "./fake-service.ts";
import { settle } from "./world.ts";

const fail = (): never => {
  throw new Error("a mistake of ours");
};
const reject = async (): Promise<void> => Promise.reject(new Error("a mistake of ours"));

describe("[SDK7] the inbox", () => {
  it.each([
    ["throws", fail],
    ["rejects", reject],
  ])("goes on behind what %s, in order, and says so once for each", async (_how, bad) => {
    const heard: string[] = [];
    const inbox = new Inbox(() => heard.push("failed"));
    inbox.pushLast(bad);
    expect(inbox.push(0, () => void heard.push("one"))).toBe(true);
    inbox.pushLast(bad);
    inbox.pushLast(() => void heard.push("two"));
    await settle();
    inbox.pushLast(() => void heard.push("three"));
    await settle();
    expect(heard).toEqual(["failed", "one", "failed", "two", "three"]);
  });

  it("takes as much again as it gave out, also of what failed", async () => {
    const inbox = new Inbox(() => undefined);
    for (let round = 0; round < 2; round++) {
      for (let item = 0; item <= MAX_INBOX_ITEMS; item++) expect(inbox.push(1, reject)).toBe(true);
      expect(inbox.push(1, reject)).toBe(false);
      await settle();
    }
  });
});

describe("[SDK7] a session in which something of ours fails", () => {
  it("ends with `internal` and is told so; nobody waits for ever", async () => {
    const { service, ada, bob, bobsWorld } = await stage();
    const states: unknown[] = [];
    bob.on("state", ({ state, reason }) => states.push([state, reason]));
    await ada.send("something to give an account of");
    await settle();
    bobsWorld.share = fail;
    service.forget();
    const { state, reason } = await bob.ended;
    expect([state, reason]).toEqual(["refused", "internal"]);
    expect(states).toEqual([["refused", "internal"]]);
    await expect(bob.send("too late")).rejects.toMatchObject({ code: "internal" });
    expect(bobsWorld.timers).toBe(0);
  });

  it("ends also where its end fails", async () => {
    const { ada, adasWorld } = await stage();
    adasWorld.unwake = fail;
    ada.close();
    expect(await ada.ended).toMatchObject({ state: "left", reason: null });
  });
});
