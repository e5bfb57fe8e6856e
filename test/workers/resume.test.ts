import { evictDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { formatResume, type ServerControl } from "../../src/protocol/control.ts";
import type { Created } from "../../src/protocol/api.ts";
import {
  call,
  connect,
  createSession,
  decode,
  joinByInvite,
  stateOf,
  type Client,
} from "./support/client.ts";
import { stubOf } from "./support/objects.ts";

type Welcome = Extract<ServerControl, { type: "welcome" }>;

async function pair(): Promise<{ created: Created; host: Client; guest: Client; hello: Welcome }> {
  const created = await createSession({ limits: { framesPerSecond: 200 } });
  const host = await connect(created.id, created.hostToken);
  await host.control("welcome");
  const guest = await joinByInvite(created);
  return { created, host, guest, hello: await guest.control("welcome") };
}

const resumeOf = (hello: Welcome, seq: number) =>
  formatResume({ epoch: hello.epoch, seq, secret: hello.resume });

describe("[SEQ2] a resume within the window", () => {
  it("replays exactly what was missed, before anything live", async () => {
    const { created, host, guest, hello } = await pair();
    host.content(1, "one");
    await guest.frame();
    guest.socket.close(1000, "");
    await guest.closed();
    for (const ref of [2, 3, 4]) host.content(ref, `number ${String(ref)}`);
    await host.frames(4);
    const back = await connect(created.id, hello.token, resumeOf(hello, 1));
    const welcome = await back.control("welcome");
    expect(welcome).toMatchObject({
      resumed: { recovered: true, missed: 3 },
      seq: 4,
      participant: hello.participant,
    });
    host.content(5, "live");
    const frames = await back.frames(4);
    expect(frames.map((frame) => frame.kind === "relay" && [frame.seq, decode(frame.sealed)])).toEqual([
      [2, "number 2"],
      [3, "number 3"],
      [4, "number 4"],
      [5, "live"],
    ]);
  });

  it("uses up no invite, and nobody is told of a join", async () => {
    const { created, host, guest, hello } = await pair();
    await host.control("presence");
    const back = await connect(created.id, hello.token, resumeOf(hello, 0));
    await back.control("welcome");
    expect(await guest.closed()).toEqual({ code: 4490, reason: "replaced" });
    host.say({ type: "typing" });
    await back.control("typing");
    expect(host.heard()).toEqual([]);
  });

  it("hands a sender its own frames whose receipts were lost", async () => {
    const { created, guest, hello } = await pair();
    guest.content(9, "mine");
    await guest.frame();
    const back = await connect(created.id, hello.token, resumeOf(hello, 0));
    const frame = await back.frame();
    expect(frame.kind === "relay" && decode(frame.sealed)).toBe("mine");
  });
});

describe("[SEQ3] a resume that cannot be served says so", () => {
  it("[RULE3] after a memory loss: unknown", async () => {
    const { created, host, guest, hello } = await pair();
    host.content(1, "one");
    await guest.frame();
    await evictDurableObject(stubOf(created.id));
    const back = await connect(created.id, hello.token, resumeOf(hello, 1));
    const welcome = await back.control("welcome");
    expect(welcome.resumed).toEqual({ recovered: false, missed: "unknown" });
    expect(welcome.epoch).not.toBe(hello.epoch);
    expect(welcome.seq).toBe(0);
  });

  it("beyond the window: how many", async () => {
    const { created, host, guest, hello } = await pair();
    guest.socket.close(1000, "");
    await guest.closed();
    const big = "x".repeat(60_000);
    for (let ref = 1; ref <= 20; ref++) host.content(ref, big);
    await host.frames(20);
    const back = await connect(created.id, hello.token, resumeOf(hello, 0));
    expect((await back.control("welcome")).resumed).toEqual({ recovered: false, missed: 20 });
  });

  it("ahead of the session: not recovered", async () => {
    const { created, hello } = await pair();
    const back = await connect(created.id, hello.token, resumeOf(hello, 99));
    expect((await back.control("welcome")).resumed).toEqual({ recovered: false, missed: "unknown" });
  });
});

it("[SEQ4] a resume never reaches back before the participant's own admission", async () => {
  const { created, host } = await pair();
  host.content(1, "before");
  await host.frame();
  const late = await joinByInvite(created);
  const hello = await late.control("welcome");
  expect(hello.seq).toBe(1);
  host.content(2, "after");
  await host.frame();
  const back = await connect(created.id, hello.token, resumeOf(hello, 0));
  expect((await back.control("welcome")).resumed).toEqual({ recovered: true, missed: 1 });
  const frame = await back.frame();
  expect(frame.kind === "relay" && decode(frame.sealed)).toBe("after");
});

it("[SEQ5] another participant's resume secret replaces nothing", async () => {
  const { created, host, guest, hello } = await pair();
  const thief = await connect(created.id, created.hostToken, resumeOf(hello, 0));
  expect((await thief.control("welcome")).participant).toBe(created.participant);
  guest.content(1, "still mine");
  expect(await guest.frame()).toMatchObject({ kind: "receipt" });
  host.content(2, "so am I");
  expect((await host.frames(2))[1]).toMatchObject({ kind: "receipt" });
});

it("[SEQ6] after a memory loss every surviving socket hears the new epoch before anything else", async () => {
  const { created, host, guest, hello } = await pair();
  await host.control("presence");
  await evictDurableObject(stubOf(created.id));
  host.content(1, "after the loss");
  const epoch = await guest.control("epoch");
  expect(epoch.epoch).not.toBe(hello.epoch);
  expect(epoch.deadlines.hardCapAt).toBe(created.deadlines.hardCapAt);
  expect(await guest.frame()).toMatchObject({ kind: "relay", seq: 1 });
  expect(host.heard()[0]).toMatchObject({ control: { type: "epoch", epoch: epoch.epoch } });
});

it("[FLOW3] a mark from before a memory loss, or an invented one, acknowledges nothing and closes nothing", async () => {
  const { host } = await pair();
  host.say({ type: "ack", mark: "AAAAAAAA" });
  host.content(1, "goes on");
  expect(await host.frame()).toMatchObject({ kind: "receipt", seq: 1 });
});

it("[INV5] whoever leaves cannot come back with the same token, and the place is free", async () => {
  const { created, guest, hello } = await pair();
  guest.say({ type: "leave" });
  expect(await guest.closed()).toEqual({ code: 1000, reason: "left" });
  const back = await connect(created.id, hello.token);
  expect((await back.closed()).code).toBe(4403);
  const state = await call("GET", `/v1/sessions/${created.id}`, { token: created.hostToken });
  expect(stateOf(state).participants).toEqual({ connected: 1, admitted: 1 });
});
