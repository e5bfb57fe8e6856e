// A session's life between its creation and its end: once created, changed by its policy, watched by its alarm.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BurnPolicy } from "../../../src/protocol/burn-policy.ts";
import { ServiceError } from "../../../src/protocol/errors.ts";
import { Life } from "../../../src/session/life.ts";
import { Chat, EVERYTHING_OFF, refusalOf, valueOf } from "./support/chat.ts";

const secondsIn = (chat: Chat): number => (chat.world.now - chat.stored.createdAt) / 1000;

it("[RULE4] a session is created once: a second creation is refused and changes nothing", async () => {
  const chat = await Chat.create({ ttl: 60 });
  const { text } = chat.world.disk;
  for (let i = 0; i < 2; i++) {
    expect(refusalOf(await chat.create({ ...EVERYTHING_OFF, ttl: 6_000 }))).toBe("internal");
    expect(chat.world.disk.text).toBe(text);
    chat.world.hibernate();
  }
});

describe("policy", () => {
  it("[LIFE7] the host may burn; anyone may where the policy says so; nobody else", async () => {
    for (const burnBy of ["host", "anyone"] as const) {
      const chat = await Chat.create({ burnBy });
      const guest = await chat.connect(await chat.invite());
      const open = await chat.invite();
      expect(refusalOf(await chat.delete(open))).toBe("forbidden");
      await chat.say(guest, { type: "burn" });
      await chat.drain();
      const burned = burnBy === "anyone";
      expect(chat.world.disk.keys === 0).toBe(burned);
      if (!burned) expect(guest.told("error")[0]).toMatchObject({ code: "forbidden" });
      if (!burned) expect(refusalOf(await chat.delete(chat.tokenOf(guest)))).toBe("forbidden");
    }
  });

  it("[LIFE8] a change is told to everyone, holds at once, and moves the alarm closer", async () => {
    const chat = await Chat.create({ ttl: 600 });
    const host = await chat.connect();
    const guest = await chat.connect(await chat.invite());
    const { burn, deadlines } = valueOf(await chat.changeBurn({ ttl: 100, idle: 50 }));
    expect(burn).toMatchObject({ ttl: 100, idle: 50 });
    for (const client of [host, guest])
      expect(client.told("deadlines")).toEqual([{ type: "deadlines", burn, deadlines }]);
    expect(chat.world.disk.alarmAt).toBe(chat.world.now + 50_000);
  });

  it("[LIFE8] [RULE6] past the hard cap is refused; back up to it is not; a refusal changes nothing", async () => {
    const chat = await Chat.create({ ttl: 600 });
    await chat.changeBurn({ ttl: 100 });
    const { text } = chat.world.disk;
    expect(refusalOf(await chat.changeBurn({ ttl: 601 }))).toBe("beyond_hard_cap");
    expect(chat.world.disk.text).toBe(text);
    await chat.changeBurn({ ttl: 600, idle: 100_000 });
    const { deadlines } = valueOf(await chat.describe());
    expect([deadlines.ttlAt, deadlines.idleAt]).toEqual([deadlines.hardCapAt, deadlines.hardCapAt]);
  });

  it("[LIFE8] what would have to burn at once is refused, and leaves the session as it was", async () => {
    const chat = await Chat.create({ ttl: 600, idle: 300 });
    const host = await chat.connect();
    await chat.send(host);
    await chat.world.clientCloses(host);
    await chat.world.advance(100_000);
    for (const change of [{ ttl: 100 }, { idle: 100 }, { empty: 0 }]) {
      expect(refusalOf(await chat.changeBurn(change))).toBe("deadline_in_past");
    }
    expect(chat.stored.burn).toMatchObject({ ttl: 600, idle: 300, empty: null });
    expect(refusalOf(await chat.describe())).toBeNull();
  });

  it("[LIFE8] after any sequence of changes the alarm is armed for no later than what is told", async () => {
    const change = fc.record<Partial<BurnPolicy>>(
      {
        ttl: fc.integer({ min: 1, max: 700 }),
        idle: fc.option(fc.integer({ min: 1, max: 700 })),
        empty: fc.option(fc.integer({ min: 0, max: 700 })),
        messages: fc.option(fc.integer({ min: 1, max: 5 })),
      },
      { requiredKeys: [] },
    );
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(change, fc.nat(20_000)), { maxLength: 6 }), async (list) => {
        const chat = await Chat.create({ ttl: 600 });
        await chat.connect();
        for (const [each, waitMs] of list) {
          await chat.world.advance(waitMs);
          const answer = await chat.changeBurn(each);
          if (answer.value?.ok !== true) continue;
          accepted += 1;
          const { burnsAt, hardCapAt } = answer.value.value.deadlines;
          expect(chat.world.disk.alarmAt).toBeLessThanOrEqual(burnsAt);
          expect(burnsAt).toBeLessThanOrEqual(hardCapAt);
        }
      }),
      { numRuns: 50 },
    );
    expect(accepted).toBeGreaterThan(0);
  });
});

it("[END2] [END3] the one way to write refuses from the mark on, and the burn stays the one that began", async () => {
  const chat = await Chat.create();
  const { stored } = chat;
  const room = {
    relayedFrames: 0,
    relayedBytes: 0,
    connectionCount: 0,
    stop: () => undefined,
    clear: () => undefined,
  };
  const { platform } = chat.world.wake();
  const life = new Life(platform, room, () => undefined);
  const burn = life.burn("asked");
  expect(life.burn("ttl")).toBe(burn);
  const { writes } = chat.world;
  expect(() => {
    life.commit(stored, chat.world.now);
  }).toThrow(new ServiceError("burned"));
  expect(() => life.record).toThrow(new ServiceError("burned"));
  expect([life.isLive(chat.world.now), life.isBlank, chat.world.writes]).toEqual([false, false, writes]);
});

describe("alarm", () => {
  it("[LIFE9] every event checks the deadlines itself, with no alarm at all", async () => {
    const events: ((chat: Chat) => Promise<unknown>)[] = [
      (chat) => chat.describe(),
      (chat) => chat.mint(),
      (chat) => chat.changeBurn({ idle: 50 }),
      (chat) => chat.connecting(chat.hostCapability),
      (chat) => chat.send(chat.world.clients[0] ?? fail()),
      (chat) => chat.say(chat.world.clients[0] ?? fail(), { type: "typing" }),
      (chat) => chat.world.clientCloses(chat.world.clients[0] ?? fail()),
    ];
    for (const event of events) {
      const chat = await Chat.create({ ttl: 60 });
      await chat.connect();
      await chat.world.advance(60_000);
      await event(chat);
      await chat.drain();
      expect([chat.world.disk.keys, chat.world.statements[0]?.cause]).toEqual([0, "ttl"]);
    }
  });

  it("[LIFE9] early, late and double alarms burn nothing before its time and leave one armed", async () => {
    const chat = await Chat.create({ ttl: 100, idle: 40 });
    const host = await chat.connect();
    await chat.world.fireAlarm();
    await chat.world.fireAlarm(false);
    expect(chat.world.disk.alarmAt).toBe(chat.world.now + 40_000);
    await chat.world.advance(30_000);
    await chat.send(host);
    await chat.world.advance(39_000);
    await chat.world.fireAlarm();
    expect(secondsIn(chat)).toBe(69);
    expect(chat.world.disk.alarmAt).toBe(chat.world.now + 1_000);
  });

  it("[LIFE9] content alone does not move the alarm: it only looks and is armed again", async () => {
    const chat = await Chat.create({ idle: 60 });
    const host = await chat.connect();
    const armed = chat.world.disk.alarmAt;
    for (let i = 0; i < 5; i++) {
      await chat.world.advance(11_000);
      const { trace } = await chat.send(host);
      expect(trace).not.toContain("setAlarm");
    }
    expect(chat.world.disk.alarmAt).toBe(armed);
  });

  it("[LIFE10] at rest nothing is pending, and the session may be dropped from memory", async () => {
    const chat = await Chat.create({ idle: 60, empty: 30, messages: 10 });
    const host = await chat.connect();
    await chat.send(host);
    await chat.say(host, { type: "typing" });
    await chat.mint();
    expect(chat.world.atRest).toBe(true);
    expect(chat.world.hibernate()).toBe(true);
  });
});

function fail(): never {
  throw new Error("no client");
}
