import { describe, expect, it, vi } from "vitest";
import {
  encodeClientRelay,
  FRAME,
  parseServerMessage,
  SERVER_RELAY_HEADER_BYTES,
} from "../../../src/protocol/frames.ts";
import { Chat, CONTENT, refusalOf, valueOf } from "./support/chat.ts";
import type { FakeClient } from "./support/fake-sockets.ts";

const fail = (k: number) => ({ rejectAt: k });

async function chatOfTwo(burn = {}): Promise<[Chat, FakeClient, FakeClient]> {
  const chat = await Chat.create(burn);
  const host = await chat.connect();
  const guest = await chat.connect(await chat.invite());
  return [chat, host, guest];
}

function expectGone(chat: Chat, told: readonly FakeClient[], cause: string): void {
  expect([chat.world.disk.keys, chat.world.evictions, chat.world.escaped]).toEqual([0, 1, []]);
  for (const client of told) {
    expect(client.told("burned").map((message) => message["cause"])).toEqual([cause]);
    expect(client.closed).toEqual({ code: 4410, reason: "burned" });
  }
}

describe("burn", () => {
  it("[END1] calls its ports in the order of the rule", async () => {
    const [chat] = await chatOfTwo();
    const { trace } = await chat.delete();
    expect(trace.filter((name) => name !== "keepAlive")).toEqual([
      ...["wipe", "sync", "remaining", "statement", "open", "send", "close", "send", "close", "sync", "wait"],
    ]);
    expect(chat.world.evictions).toBe(0);
    await chat.drain();
    expect(chat.world.evictions).toBe(1);
  });

  it("[END1] buffers are zeroed before the statement is made and before anybody is told", async () => {
    const [chat, host, guest] = await chatOfTwo();
    await chat.send(host);
    const relayed = guest.handedOver.find((bytes) => bytes[0] === FRAME.relay);
    expect(relayed).toBeDefined();
    chat.world.slow = true;
    await chat.delete();
    for (let answered = 0; answered < 2; answered++) {
      expect(relayed?.some((byte) => byte !== 0)).toBe(true);
      await chat.world.answerOne();
    }
    expect(relayed?.every((byte) => byte === 0)).toBe(true);
    expect([chat.world.statements, guest.told("burned")]).toEqual([[], []]);
    // What the client got is a copy of what the session held.
    expect(guest.binary[0]?.subarray(-CONTENT.length)).toEqual(CONTENT);
  });

  it("[RULE11] frames that were queued and never left are zeroed as well", async () => {
    const [chat, host] = await chatOfTwo();
    const zeroed: Uint8Array[] = [];
    const fill = vi.spyOn(Uint8Array.prototype, "fill").mockImplementation(function (
      this: Uint8Array,
      value,
    ) {
      zeroed.push(this);
      for (let i = 0; i < this.length; i++) this[i] = value;
      return this;
    });
    await chat.world.run(async ({ session, platform }) => {
      const socket = platform.socketOf(host);
      for (const bytes of [555, 777]) {
        session.sockets.binary(
          socket,
          encodeClientRelay(
            0,
            new Uint8Array(bytes).map(() => 7),
          ),
        );
      }
      await session.burnNow(chat.hostCapability);
    });
    fill.mockRestore();
    const lengths = zeroed.map(({ length }) => length - SERVER_RELAY_HEADER_BYTES);
    expect(lengths).toEqual(expect.arrayContaining([555, 777]));
    expect(zeroed.every((bytes) => bytes.every((byte) => byte === 0))).toBe(true);
  });

  it("[END1] waits for slow sockets, and no longer than a second", async () => {
    const [chat, host] = await chatOfTwo();
    host.silentSince = chat.world.now;
    await chat.delete();
    const from = chat.world.now;
    await chat.drain();
    expect(chat.world.evictions).toBe(1);
    expect(chat.world.now - from).toBeGreaterThanOrEqual(1_000);
    expect(chat.world.now - from).toBeLessThanOrEqual(1_100);
  });

  it("[END2] from the mark on every touch gets `burned` and nothing is written", async () => {
    const [chat, host, guest] = await chatOfTwo({ burnBy: "anyone" });
    const invite = await chat.invite();
    chat.world.slow = true;
    await chat.delete();
    const { writes } = chat.world;
    for (let step = 0; step < 5; step++) {
      const answers = [
        chat.describe(),
        chat.mint(),
        chat.changeBurn({ ttl: 1 }),
        chat.remove(guest.participant),
        chat.revoke(invite.subject),
        chat.connecting(invite),
        chat.delete(),
      ];
      for (const answer of await Promise.all(answers)) expect([null, "burned"]).toContain(refusalOf(answer));
      await chat.send(host);
      await chat.say(host, { type: "leave" });
      await chat.say(guest, { type: "burn" });
      await chat.world.fireAlarm(false);
      await chat.world.answerOne();
    }
    expect([chat.world.writes, chat.world.writesAfterMark]).toEqual([writes, []]);
    await chat.drain();
    expectGone(chat, [host, guest], "asked");
    expect(guest.binary).toEqual([]);
  });

  it("[END2] a join that ends the session before it counts is refused, not let in and not an error", async () => {
    const chat = await Chat.create({ empty: 0 });
    const host = await chat.connect();
    const invite = await chat.invite();
    const answer = await chat.world.run(async ({ session, platform }) => {
      const socket = platform.socketOf(host);
      for (let ref = 0; ref < 2; ref++) session.sockets.binary(socket, Uint8Array.of(1, 0, 0, 0, ref, 7));
      // The second frame is queued; sending it finds that the only socket takes nothing any more.
      host.refusesOutput = true;
      return session.sockets.connect(invite, null, (attachment) => platform.accept(attachment));
    });
    await chat.drain();
    expect([refusalOf(answer), chat.world.clients.length]).toEqual(["burned", 1]);
    expectGone(chat, [], "empty");
  });

  it("[END2] frames after the one that ended their sender and the session are not taken", async () => {
    const chat = await Chat.create({ empty: 0 });
    const host = await chat.connect();
    host.refusesOutput = true;
    const frame = Uint8Array.of(1, 0, 0, 0, 0, 7);
    const entry = Uint8Array.of(0, 0, 0, frame.length, ...frame);
    const answer = await chat.binary(host, [Uint8Array.of(3, ...entry, ...entry)]);
    await chat.drain();
    expect(answer.failed).toBeNull();
    expectGone(chat, [], "empty");
    expect(chat.world.statements[0]).toMatchObject({ messages: 1 });
  });

  it("[END3] concurrent burns share one run: one wipe, one statement, one word", async () => {
    const [chat, host, guest] = await chatOfTwo({ burnBy: "anyone" });
    const answer = await chat.world.run(async ({ session, platform }) => {
      const first = session.burnNow(chat.hostCapability);
      session.sockets.text(platform.socketOf(guest), JSON.stringify({ type: "burn" }));
      const second = session.burnNow(chat.hostCapability);
      return [await first, await second];
    });
    expect(answer.trace.filter((name) => name === "wipe")).toHaveLength(1);
    expect(chat.world.statements).toHaveLength(1);
    const alarm = chat.world.fireAlarm(false);
    await chat.drain();
    await alarm;
    expectGone(chat, [host, guest], "asked");
  });

  it("[END3] the alarm handler ends when the burn that somebody else began has finished", async () => {
    const [chat] = await chatOfTwo();
    await chat.delete();
    let ended = false;
    await chat.world.run(async ({ session }) => {
      await session.alarm();
      ended = true;
    });
    expect(ended).toBe(false);
    await chat.drain();
    expect(chat.world.evictions).toBe(1);
  });

  // wipe, sync, remaining, statement, sync
  it.each([3, 4])("[END4] rejecting call %i of a burn costs the statement and nothing else", async (k) => {
    const [chat, host, guest] = await chatOfTwo();
    const answer = await chat.delete(chat.hostCapability, fail(k));
    expect(valueOf(answer)).toEqual({ cause: "asked", statement: null });
    await chat.drain();
    expectGone(chat, [host, guest], "asked");
  });

  it("[END1] a rejecting last sync does not shorten the wait: everyone is told all the same", async () => {
    const [chat, host, guest] = await chatOfTwo();
    await chat.delete(chat.hostCapability, fail(5));
    await chat.drain();
    expectGone(chat, [host, guest], "asked");
  });

  it.each([1, 2])(
    "[END4] a wipe that fails at call %i keeps the session closed; the alarm tries again",
    async (k) => {
      const [chat, host, guest] = await chatOfTwo();
      expect(refusalOf(await chat.delete(chat.hostCapability, fail(k)))).toBe("unavailable");
      expect(chat.stored.burning).toEqual({ cause: "asked", at: chat.world.now });
      expect(refusalOf(await chat.describe())).toBe("burned");
      expect(chat.world.disk.alarmAt).toBe(chat.world.now + 1_000);
      await chat.world.advance(1_000);
      await chat.world.fireAlarm();
      await chat.drain();
      expectGone(chat, [host, guest], "asked");
    },
  );

  it("[END4] a failed wipe is finished for its own cause, also after the memory was lost", async () => {
    const [chat, host, guest] = await chatOfTwo();
    await chat.delete(chat.hostCapability, fail(1));
    expect(chat.world.hibernate()).toBe(true);
    await chat.world.advance(1_000);
    await chat.world.fireAlarm();
    await chat.drain();
    expectGone(chat, [host, guest], "asked");
    expect(chat.world.statements[0]).toMatchObject({ cause: "asked", complete: false });
  });

  it("[END4] where even the mark cannot be written, the alarm still comes back", async () => {
    const [chat, host, guest] = await chatOfTwo();
    expect(refusalOf(await chat.delete(chat.hostCapability, { rejectAll: true }))).toBe("unavailable");
    expect(chat.world.disk.alarmAt).toBe(chat.world.now + 1_000);
    await chat.world.advance(1_000);
    await chat.world.fireAlarm();
    await chat.drain();
    expectGone(chat, [host, guest], "asked");
  });

  it("[END5] whoever wakes with sockets but without a record finishes the burn", async () => {
    const [chat, host, guest] = await chatOfTwo();
    chat.world.hibernate();
    chat.world.disk.wipe();
    await chat.say(host, { type: "typing" });
    await chat.drain();
    expectGone(chat, [host, guest], "recovered");
    expect(guest.told("burned")[0]?.["statement"]).toBeNull();
    expect(chat.world.writes).toBeGreaterThan(0);
    expect(chat.world.writesAfterMark).toEqual([]);
  });

  it.each([{ version: 2 }, "text", null, { version: 1 }])(
    "[END5] [RULE9] a record that cannot be read (%j) burns the session",
    async (stored) => {
      const [chat, host, guest] = await chatOfTwo();
      chat.world.hibernate();
      chat.world.disk.put(stored);
      expect(refusalOf(await chat.describe())).toBe("burned");
      await chat.drain();
      expectGone(chat, [host, guest], "recovered");
    },
  );

  it("[END6] [RULE4] a burned id stays blank: every touch is refused, writes nothing, arms nothing", async () => {
    const [chat] = await chatOfTwo();
    const invite = await chat.invite();
    await chat.delete();
    await chat.drain();
    const { writes, instances } = chat.world;
    for (const answer of [await chat.describe(), await chat.delete(), await chat.connecting(invite)]) {
      expect(refusalOf(answer)).toBe("burned");
    }
    await chat.world.fireAlarm(false);
    expect([chat.world.writes, chat.world.disk.keys, chat.world.clients.length]).toEqual([writes, 0, 2]);
    expect(chat.world.instances).toBe(instances + 1);
  });

  it("[END7] one run tells and closes everybody", async () => {
    const chat = await Chat.create({ ttl: 60 }, { participants: 300 });
    const invite = await chat.invite(250);
    for (let i = 0; i < 250; i++) await chat.connect(invite);
    await chat.world.advance(60_000);
    await chat.world.fireAlarm();
    await chat.drain();
    expectGone(chat, chat.world.clients, "ttl");
  });

  it("[RULE5] causes differ in nothing but the cause", async () => {
    const traces: string[] = [];
    for (const cause of ["asked", "ttl", "idle", "messages"]) {
      const [chat, host, guest] = await chatOfTwo({ ttl: 120, idle: 60, messages: 1, burnBy: "anyone" });
      const { world } = chat;
      if (cause === "ttl") await chat.changeBurn({ idle: null });
      if (cause === "ttl" || cause === "idle") await world.advance(cause === "ttl" ? 120_000 : 60_000);
      const burning =
        cause === "asked" ? chat.delete() : cause === "messages" ? chat.send(host) : world.fireAlarm();
      const { trace } = await burning;
      await chat.drain();
      expectGone(chat, [host, guest], cause);
      traces.push(trace.slice(trace.indexOf("wipe")).join(" "));
    }
    expect(new Set(traces).size).toBe(1);
  });
});

describe("statement", () => {
  it("[STMT2] counts are exact until a memory loss and lower bounds after one", async () => {
    for (const lost of [false, true]) {
      const [chat, host] = await chatOfTwo();
      await chat.send(host);
      if (lost) chat.world.hibernate();
      await chat.send(host);
      await chat.delete();
      const messages = lost ? 1 : 2;
      expect(chat.world.statements).toEqual([
        expect.objectContaining({
          messages,
          bytes: messages * CONTENT.length,
          complete: !lost,
          storageKeys: 0,
        }),
      ]);
    }
  });

  it.each([
    ["asked for: what came before it in the turn is relayed and counted", true, 3],
    ["due by the clock: what was queued is dropped and not counted", false, 1],
  ])("[STMT2] a burn %s", async (_title, asked, relayed) => {
    const [chat, host, guest] = await chatOfTwo({ ttl: 60 });
    await chat.world.run(async ({ session, platform }) => {
      const socket = platform.socketOf(host);
      for (let ref = 0; ref < 3; ref++) session.sockets.binary(socket, Uint8Array.of(1, 0, 0, 0, ref, 7));
      if (!asked) chat.world.now += 60_000;
      await (asked ? session.burnNow(chat.hostCapability) : session.alarm());
    });
    const frames = guest.binary.flatMap((message) => {
      const parsed = parseServerMessage(message);
      return parsed.ok ? parsed.value : [];
    });
    expect(frames).toHaveLength(relayed);
    expect(chat.world.statements[0]).toMatchObject({ messages: relayed, bytes: relayed, complete: true });
  });
});
