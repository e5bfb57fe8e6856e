// The burn: its order, what is zeroed when, and what everybody hears and can still do meanwhile.
import { describe, expect, it, vi } from "vitest";
import { encodeClientRelay, FRAME, SERVER_RELAY_HEADER_BYTES } from "../../../src/protocol/frames.ts";
import { expectGone } from "./support/burned.ts";
import { Chat, chatOfTwo, CONTENT, refusalOf } from "./support/chat.ts";

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
