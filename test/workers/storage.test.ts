import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { afterEach, describe, expect, it, vi } from "vitest";
import { call, connect, createSession, joinByInvite, stateOf } from "./support/client.ts";
import { fireAlarm, setClock, storedBy, stubOf, until } from "./support/objects.ts";

afterEach(() => {
  vi.useRealTimers();
});

describe("[RULE1] no content at rest", () => {
  it("storage holds one content-free record, attachments hold opaque ids, and both die with the session", async () => {
    const created = await createSession({ burn: { ttl: 600, idle: 300, messages: 64 } });
    const host = await connect(created.id, created.hostToken);
    const hello = await host.control("welcome");
    const guest = await joinByInvite(created, { uses: 3 });
    const welcome = await guest.control("welcome");
    for (let ref = 0; ref < 40; ref++) host.content(ref, `canary-${String(ref)}`);
    await host.frames(40);
    const { entries, alarmAt } = await storedBy(created.id);
    expect(entries.map(([key]) => key)).toEqual(["record"]);
    expect(alarmAt).not.toBeNull();
    const attachments = await runInDurableObject(stubOf(created.id), (_instance, state) =>
      state.getWebSockets().map((ws) => ws.deserializeAttachment() as object),
    );
    expect(attachments.map((attachment) => Object.keys(attachment).toSorted())).toEqual(
      Array.from({ length: 2 }, () => ["connectedAt", "participant", "resumeHash", "role"]),
    );
    const kept = JSON.stringify([entries, attachments]);
    for (const secret of [
      "canary",
      created.hostToken,
      hello.token,
      hello.resume,
      welcome.token,
      welcome.resume,
    ]) {
      expect(kept).not.toContain(secret);
    }
    await call("DELETE", `/v1/sessions/${created.id}`, { token: created.hostToken });
    await until(async () => (await storedBy(created.id).catch(() => null))?.entries.length === 0);
  });

  it("content is not written per message", async () => {
    setClock(Date.now());
    const created = await createSession({
      burn: { ttl: 600, idle: 300, messages: 1600 },
      limits: { framesPerSecond: 200 },
    });
    const host = await connect(created.id, created.hostToken);
    await host.control("welcome");
    const writes = await runInDurableObject(stubOf(created.id), (_instance, state) => {
      const spy = vi.spyOn(state.storage.kv, "put");
      return spy;
    });
    for (let ref = 1; ref <= 150; ref++) host.content(ref, "x");
    await host.frames(150);
    // Two leased blocks of a hundred and one step of the activity mark.
    expect(writes.mock.calls.length).toBeLessThanOrEqual(3);
    expect(writes.mock.calls.length).toBeGreaterThan(0);
  });
});

describe("[LIFE3] idle across a memory loss", () => {
  it("never burns early, and late by at most one step", async () => {
    const created = await createSession({ burn: { ttl: 6_000, idle: 800 } });
    const start = created.deadlines.now;
    const host = await connect(created.id, created.hostToken);
    await host.control("welcome");
    setClock(start + 700_000);
    host.content(1, "last");
    await host.frame();
    await evictDurableObject(stubOf(created.id));
    setClock(start + 700_000 + 800_000 - 1);
    await fireAlarm(created.id);
    expect((await call("GET", `/v1/sessions/${created.id}`, { token: created.hostToken })).status).toBe(200);
    setClock(start + 700_000 + 800_000 + 100_000);
    await fireAlarm(created.id);
    expect((await call("GET", `/v1/sessions/${created.id}`, { token: created.hostToken })).status).toBe(410);
  });
});

describe("[LIFE6] messages across a memory loss", () => {
  it("a lost lease counts as used", async () => {
    const created = await createSession({ burn: { ttl: 600, messages: 64 } });
    const host = await connect(created.id, created.hostToken);
    await host.control("welcome");
    host.content(1, "one of a block of four");
    await host.frame();
    await evictDurableObject(stubOf(created.id));
    const state = await call("GET", `/v1/sessions/${created.id}`, { token: created.hostToken });
    expect(stateOf(state).deadlines.messagesLeft).toBe(60);
  });
});

describe("[LIFE5] peers that vanish without a Close", () => {
  it("are noticed for `empty` by the alarm, after a memory loss too", async () => {
    setClock(Date.now());
    const created = await createSession({ burn: { ttl: 6_000, empty: 30 } });
    const start = created.deadlines.now;
    const host = await connect(created.id, created.hostToken);
    await host.control("welcome");
    expect((await storedBy(created.id)).alarmAt).toBeLessThanOrEqual(start + 62_000);
    await evictDurableObject(stubOf(created.id));
    setClock(start + 70_000);
    await fireAlarm(created.id);
    expect(
      stateOf(await call("GET", `/v1/sessions/${created.id}`, { token: created.hostToken })).participants,
    ).toEqual({
      connected: 1,
      admitted: 1,
    });
    setClock(start + 130_000);
    await fireAlarm(created.id);
    expect((await host.closed()).code).toBe(4504);
    setClock(start + 161_000);
    await fireAlarm(created.id);
    expect((await call("GET", `/v1/sessions/${created.id}`, { token: created.hostToken })).status).toBe(410);
  });

  it("connections that a deploy cut are noticed without any event", async () => {
    setClock(Date.now());
    const created = await createSession({ burn: { ttl: 6_000, empty: 30 } });
    const start = created.deadlines.now;
    await (await connect(created.id, created.hostToken)).control("welcome");
    await evictDurableObject(stubOf(created.id), { webSockets: "close" });
    setClock(start + 65_000);
    await fireAlarm(created.id);
    setClock(start + 96_000);
    await fireAlarm(created.id);
    expect((await call("GET", `/v1/sessions/${created.id}`, { token: created.hostToken })).status).toBe(410);
  });

  it("[LIFE4] a session that nobody ever joined does not count as deserted", async () => {
    const created = await createSession({ burn: { ttl: 6_000, empty: 0 } });
    setClock(created.deadlines.now + 3_000_000);
    await fireAlarm(created.id);
    expect((await call("GET", `/v1/sessions/${created.id}`, { token: created.hostToken })).status).toBe(200);
  });
});
