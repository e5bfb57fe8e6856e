// When a session ends by itself: its timers, and the number of its messages.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeClientRelay } from "../../../src/protocol/frames.ts";
import { Chat, refusalOf, valueOf } from "./support/chat.ts";

/** Lets only alarms happen, until the session has burned. Returns when, in seconds after `from`, and why. */
async function untilBurned(chat: Chat, from: number): Promise<[number, string | undefined]> {
  const { world } = chat;
  for (let i = 0; i < 500 && world.disk.alarmAt !== null; i++) {
    await world.advance(Math.max(0, world.disk.alarmAt - world.now));
    await world.fireAlarm();
  }
  const at = (world.now - from) / 1000;
  await chat.drain();
  return [at, world.statements[0]?.cause];
}

describe("timers", () => {
  it("[LIFE2] ttl burns that long after creation, whoever is connected", async () => {
    const chat = await Chat.create({ ttl: 90 });
    await chat.connect();
    expect(await untilBurned(chat, chat.stored.createdAt)).toEqual([90, "ttl"]);
  });

  it("[LIFE3] idle counts from the last content frame; typing and joining are none", async () => {
    const chat = await Chat.create({ idle: 60 });
    const host = await chat.connect();
    await chat.world.advance(50_000);
    await chat.send(host);
    const from = chat.world.now;
    await chat.world.advance(50_000);
    await chat.say(host, { type: "typing" });
    await chat.connect();
    expect(await untilBurned(chat, from)).toEqual([60, "idle"]);
  });

  it("[LIFE3] over any pattern of content and memory losses: late by at most a step, never early", async () => {
    const moves = fc.array(fc.record({ waitMs: fc.nat(70_000), lose: fc.boolean() }), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(60, 200), moves, async (idle, list) => {
        const chat = await Chat.create({ ttl: 3_600, idle });
        const host = await chat.connect();
        let from = chat.world.now;
        let lost = false;
        for (const { waitMs, lose } of list) {
          await chat.world.advance(Math.min(waitMs, idle * 1000 - 1));
          if (refusalOf(await chat.describe()) !== null) return;
          await chat.send(host);
          from = chat.world.now;
          lost = lose && chat.world.hibernate();
        }
        const [at, cause] = await untilBurned(chat, from);
        expect(cause).toBe("idle");
        expect(at).toBeGreaterThanOrEqual(idle);
        expect(at).toBeLessThanOrEqual(idle + (lost ? Math.max(10, idle / 8) : 0));
      }),
      { numRuns: 40 },
    );
  });

  it("[LIFE3] a shorter idle takes its own step along, so a memory loss costs no more than that", async () => {
    const chat = await Chat.create({ ttl: 36_000, idle: 8_000 });
    const host = await chat.connect();
    await chat.world.advance(1_000);
    await chat.send(host);
    const from = chat.world.now;
    await chat.changeBurn({ idle: 10 });
    chat.world.hibernate();
    const [at] = await untilBurned(chat, from);
    expect(at).toBeLessThanOrEqual(20);
  });

  it("[LIFE3] an idle timer that is switched on counts from the content that memory knows", async () => {
    const chat = await Chat.create({ ttl: 36_000 });
    const host = await chat.connect();
    await chat.send(host);
    const from = chat.world.now;
    await chat.world.advance(1_000_000);
    await chat.changeBurn({ idle: 3_600 });
    chat.world.hibernate();
    expect(await untilBurned(chat, from)).toEqual([3_600, "idle"]);
  });

  it("[LIFE4] empty runs only after somebody was here, stops when somebody comes, and 0 burns at once", async () => {
    const chat = await Chat.create({ empty: 30 });
    await chat.world.advance(100_000);
    const first = await chat.connect();
    await chat.world.clientCloses(first);
    await chat.world.advance(29_000);
    const second = await chat.connect();
    await chat.world.advance(100_000);
    expect(refusalOf(await chat.describe())).toBeNull();
    await chat.world.clientCloses(second);
    expect(await untilBurned(chat, chat.world.now)).toEqual([30, "empty"]);

    const strict = await Chat.create({ empty: 0 });
    await strict.world.clientCloses(await strict.connect());
    await strict.drain();
    expect(strict.world.statements[0]?.cause).toBe("empty");
  });

  it("[LIFE4] another change of the policy does not start a running empty timer anew", async () => {
    const chat = await Chat.create({ ttl: 600, empty: 30 });
    await chat.world.clientCloses(await chat.connect());
    const from = chat.world.now;
    await chat.world.advance(20_000);
    valueOf(await chat.changeBurn({ ttl: 500 }));
    expect(await untilBurned(chat, from)).toEqual([30, "empty"]);
  });

  it("[LIFE4] a last close that wakes the session is noticed at once", async () => {
    const chat = await Chat.create({ empty: 0 });
    const host = await chat.connect();
    chat.world.hibernate();
    await chat.world.clientCloses(host);
    await chat.drain();
    expect([chat.world.disk.keys, chat.world.statements[0]?.cause]).toEqual([0, "empty"]);
  });

  it("[LIFE5] a peer that vanishes is closed after 80 s of silence, at the latest a minute later", async () => {
    const chat = await Chat.create({ empty: 20 });
    const host = await chat.connect();
    host.silentSince = chat.world.now;
    const [at, cause] = await untilBurned(chat, chat.world.now);
    expect(host.closed?.code).toBe(4504);
    expect(cause).toBe("empty");
    expect(at).toBeGreaterThanOrEqual(100);
    expect(at).toBeLessThanOrEqual(160);
  });

  it("[LIFE5] peers that a deploy took are noticed within a minute; those who answer stay", async () => {
    const chat = await Chat.create({ empty: 0 });
    await chat.connect();
    await chat.world.advance(300_000);
    await chat.world.fireAlarm();
    expect(refusalOf(await chat.describe())).toBeNull();
    chat.world.crash("lost");
    const [at] = await untilBurned(chat, chat.world.now);
    expect(at).toBeLessThanOrEqual(60);
  });
});

describe("messages", () => {
  it("[LIFE6] the last message is still relayed, and the next is not", async () => {
    const chat = await Chat.create({ messages: 2 });
    const host = await chat.connect();
    const guest = await chat.connect(await chat.invite());
    await chat.binary(
      host,
      [1, 2, 3].map((ref) => encodeClientRelay(ref, Uint8Array.of(ref))),
    );
    await chat.drain();
    expect(guest.binary).toHaveLength(2);
    expect(host.binary).toHaveLength(2);
    expect(chat.world.statements).toEqual([expect.objectContaining({ cause: "messages", messages: 2 })]);
  });

  it("[LIFE6] never more than the limit, and a memory loss costs at most one block", async () => {
    const limits = fc.integer({ min: 1, max: 80 });
    const losses = fc.array(fc.boolean(), { minLength: 90, maxLength: 90 });
    await fc.assert(
      fc.asyncProperty(limits, losses, async (messages, list) => {
        const chat = await Chat.create({ messages });
        const host = await chat.connect();
        let lost = 0;
        for (const lose of list) {
          if (host.closed !== null) break;
          await chat.send(host);
          if (lose && chat.world.hibernate()) lost += 1;
        }
        await chat.drain();
        const block = Math.max(1, Math.floor(messages / 16));
        expect(host.binary.length).toBeLessThanOrEqual(messages);
        expect(host.binary.length).toBeGreaterThanOrEqual(messages - lost * (block - 1));
      }),
      { numRuns: 20 },
    );
  });

  it("[RULE1] the record is written once per block and step, not once per message", async () => {
    const chat = await Chat.create({ messages: 160, idle: 3_600 });
    const host = await chat.connect();
    const { writes } = chat.world;
    for (let i = 0; i < 100; i++) await chat.send(host);
    expect(chat.world.writes - writes).toBeLessThanOrEqual(11);
  });
});
