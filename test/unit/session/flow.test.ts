import { describe, expect, it } from "vitest";
import { encodeClientRelay } from "../../../src/protocol/frames.ts";
import {
  MARK_EVERY_BYTES,
  MAX_CONNECTIONS,
  MAX_CONNECTIONS_PER_PARTICIPANT,
  MAX_PARTICIPANTS,
  MAX_UNACKED_BYTES,
  MEMORY_BUDGET_BYTES,
  WINDOW_BYTES,
} from "../../../src/protocol/limits.ts";
import { Chat, refusalOf } from "./support/chat.ts";
import type { FakeClient } from "./support/fake-sockets.ts";

const BIG = new Uint8Array(60_000).fill(3);

const sizeOf = (message: string | Uint8Array): number => message.length;
const outputOf = (client: FakeClient): number => client.received.map(sizeOf).reduce((a, b) => a + b, 0);

/** Bytes that this client received after the last mark it got, which is all it would still owe. */
async function ackAll(chat: Chat, client: FakeClient, from = 0): Promise<number> {
  const marks = client.told("mark");
  for (const { mark } of marks.slice(from)) await chat.say(client, { type: "ack", mark: String(mark) });
  return marks.length;
}

/** Sends big frames; the sender keeps up, the others answer as they are told to. */
async function flood(chat: Chat, sender: FakeClient, frames: number, readers: FakeClient[] = []) {
  const acked = new Map<FakeClient, number>();
  for (let i = 0; i < frames; i++) {
    await chat.send(sender, i, BIG);
    await chat.world.advance(1_000);
    for (const reader of [sender, ...readers]) {
      acked.set(reader, await ackAll(chat, reader, acked.get(reader)));
    }
  }
}

async function chatOf(guests: number): Promise<[Chat, FakeClient, FakeClient[]]> {
  const chat = await Chat.create({}, { participants: 200 });
  const host = await chat.connect();
  const invite = await chat.invite(Math.max(1, guests));
  const clients: FakeClient[] = [];
  for (let i = 0; i < guests; i++) clients.push(await chat.connect(invite));
  return [chat, host, clients];
}

describe("flow control", () => {
  it("[FLOW1] a mark follows every 64 KiB of output and covers what came before it", async () => {
    const [chat, host, [guest]] = await chatOf(1);
    if (guest === undefined) throw new Error("no guest");
    await flood(chat, host, 5, [guest]);
    // Every second frame of 60,000 bytes passes 64 KiB; the mark comes right after it.
    const kinds = guest.received.map((message) => (typeof message === "string" ? "text" : "frame"));
    expect(kinds.slice(1)).toEqual([...["frame", "frame", "text"], ...["frame", "frame", "text"], "frame"]);
    expect(new Set(guest.told("mark").map(({ mark }) => mark)).size).toBe(2);
  });

  it("[FLOW1] [FLOW7] a thousand who join and answer their marks stay, though their greetings pass the budget", async () => {
    const chat = await Chat.create({}, { participants: MAX_PARTICIPANTS });
    const invite = await chat.invite(MAX_PARTICIPANTS - 1);
    const clients: FakeClient[] = [];
    const acked = new Map<FakeClient, number>();
    for (let i = 1; i < MAX_PARTICIPANTS; i++) {
      clients.push(await chat.connect(invite));
      if (i % 20 !== 0) continue;
      await chat.world.advance(1_000);
      for (const client of clients) acked.set(client, await ackAll(chat, client, acked.get(client)));
    }
    expect(clients.map(outputOf).reduce((a, b) => a + b, 0)).toBeGreaterThan(MEMORY_BUDGET_BYTES);
    expect(clients.filter((client) => client.closed !== null)).toEqual([]);
  });

  it("[FLOW1] control messages count as output too", async () => {
    const [chat, host, [guest]] = await chatOf(1);
    const typing = JSON.stringify({ type: "typing", participant: host.participant }).length;
    for (let i = 0; i <= MARK_EVERY_BYTES / typing; i++) {
      await chat.say(host, { type: "typing" });
      await chat.world.advance(200);
    }
    expect(guest?.told("mark")).toHaveLength(1);
  });

  it("[FLOW2] a connection that never acknowledges is closed as slow at its bound; the others go on", async () => {
    const [chat, host, [slow, quick]] = await chatOf(2);
    if (slow === undefined || quick === undefined) throw new Error("no guests");
    const frames = Math.ceil(MAX_UNACKED_BYTES / BIG.length) + 2;
    await flood(chat, host, frames, [quick]);
    expect(slow.closed).toEqual({ code: 4508, reason: "slow" });
    expect(outputOf(slow)).toBeGreaterThan(MAX_UNACKED_BYTES);
    expect(outputOf(slow)).toBeLessThan(MAX_UNACKED_BYTES + 2 * BIG.length);
    expect([quick.closed, host.closed]).toEqual([null, null]);
    expect(quick.binary).toHaveLength(frames);
    expect(quick.told("presence").at(-1)).toMatchObject({ left: [slow.participant] });
  });

  it("[FLOW3] a stale mark costs a control message and acknowledges nothing", async () => {
    const [chat, host, [liar]] = await chatOf(1);
    if (liar === undefined) throw new Error("no guest");
    const frames = Math.ceil(MAX_UNACKED_BYTES / BIG.length) + 2;
    for (let i = 0; i < frames; i++) {
      await chat.say(liar, { type: "ack", mark: "AAAAAAAA" });
      await flood(chat, host, 1);
    }
    expect(liar.closed?.code).toBe(4508);
  });

  it("[FLOW4] frames beyond the rate are refused with their reference; a flood is closed", async () => {
    const chat = await Chat.create({}, { framesPerSecond: 1 });
    const host = await chat.connect();
    const guest = await chat.connect(await chat.invite());
    for (let ref = 1; ref <= 36; ref++) await chat.send(host, ref);
    const refused = host.told("error");
    expect(refused[0]).toMatchObject({ code: "rate_limited", ref: 4, retryable: true, retryAfterMs: 1_000 });
    expect(refused.at(-1)).toMatchObject({ code: "flooding" });
    expect(host.closed).toEqual({ code: 4529, reason: "flooding" });
    expect([guest.binary.length, guest.closed]).toEqual([3, null]);
  });

  it("[FLOW5] a frame larger than the session allows closes its connection", async () => {
    const chat = await Chat.create({}, { frameBytes: 1_024 });
    const host = await chat.connect();
    await chat.binary(host, [encodeClientRelay(1, new Uint8Array(1_024 - 5))]);
    expect(host.closed).toBeNull();
    await chat.binary(host, [encodeClientRelay(1, new Uint8Array(1_024 - 4))]);
    expect(host.closed).toEqual({ code: 4413, reason: "frame_too_large" });
  });

  it("[FLOW6] [SOCK4] a participant has so many connections and no more", async () => {
    const chat = await Chat.create();
    for (let i = 0; i < MAX_CONNECTIONS_PER_PARTICIPANT; i++) await chat.connect();
    expect(refusalOf(await chat.connecting(chat.hostCapability))).toBe("connections_full");
  });

  it("[FLOW6] a session has so many connections and no more", async () => {
    const chat = await Chat.create({}, { participants: MAX_PARTICIPANTS });
    const places = MAX_CONNECTIONS / MAX_CONNECTIONS_PER_PARTICIPANT;
    const invite = await chat.invite(places + 1);
    for (let i = 0; i < places; i++) {
      const token = chat.tokenOf(await chat.connect(invite));
      for (let tab = 1; tab < MAX_CONNECTIONS_PER_PARTICIPANT; tab++) await chat.connect(token);
    }
    expect(chat.world.clients).toHaveLength(MAX_CONNECTIONS);
    expect(refusalOf(await chat.connecting(invite))).toBe("session_full");
    expect(chat.stored.invites[0]?.usesLeft).toBe(1);
  });

  it("[FLOW8] one frame leaves alone at once; the rest of the turn follows as one bundle", async () => {
    const [chat, host, [guest]] = await chatOf(1);
    const frames = [1, 2, 3, 4].map((ref) => encodeClientRelay(ref, Uint8Array.of(ref)));
    await chat.binary(host, frames);
    expect(guest?.binary.map((message) => message[0])).toEqual([1, 3]);
    expect(host.binary.map((message) => message[0])).toEqual([4, 3]);
  });
});

describe("memory budget", () => {
  // What the session must count: everything sent to open connections since their last echoed mark. Nobody
  // echoes here but the sender, so that is all of it.
  const heldBy = (clients: readonly FakeClient[]): number =>
    clients.filter(({ closed }) => closed === null).reduce((sum, client) => sum + outputOf(client), 0);

  it("[FLOW7] at the bound the slowest are let go first, the sender and those who keep up stay", async () => {
    const [chat, host, guests] = await chatOf(40);
    const [quick, ...stuck] = guests;
    if (quick === undefined) throw new Error("no guests");
    const frames = Math.ceil(MEMORY_BUDGET_BYTES / stuck.length / BIG.length) + 1;
    for (let i = 0; i < frames; i++) {
      await flood(chat, host, 1, [quick]);
      expect(heldBy(stuck)).toBeLessThanOrEqual(MEMORY_BUDGET_BYTES);
    }
    const closed = stuck.filter((client) => client.closed?.code === 4508);
    expect(closed.length).toBeGreaterThan(0);
    expect(closed.length).toBeLessThan(stuck.length);
    expect([host.closed, quick.closed]).toEqual([null, null]);
  });

  it("[FLOW7] replays count: many who resume at once cannot pass the budget", async () => {
    const [chat, host, guests] = await chatOf(40);
    const readers: FakeClient[] = [];
    for (const guest of guests) await chat.world.clientCloses(guest);
    await flood(chat, host, Math.floor(WINDOW_BYTES / (BIG.length + 21)));
    for (const guest of guests) {
      const welcome = guest.told("welcome")[0];
      const resume = { epoch: String(welcome?.["epoch"]), seq: 0, secret: String(welcome?.["resume"]) };
      readers.push(await chat.connect(chat.tokenOf(guest), resume));
      expect(heldBy(readers)).toBeLessThanOrEqual(MEMORY_BUDGET_BYTES);
    }
  });
});
