import { env } from "cloudflare:workers";
import { evictDurableObject, listDurableObjectIds, runInDurableObject } from "cloudflare:test";
import { afterEach, describe, expect, it, vi } from "vitest";
import { publicKeys } from "../../src/crypto/identity.ts";
import { verifyStatement } from "../../src/crypto/statement.ts";
import type { Created } from "../../src/protocol/api.ts";
import {
  burnedOf,
  call,
  codeOf,
  connect,
  createSession,
  joinByInvite,
  type Client,
} from "./support/client.ts";
import { fireAlarm, setClock, storedBy, stubOf, until, wait } from "./support/objects.ts";

afterEach(() => {
  vi.useRealTimers();
});

/** What must be true after every burn, whatever its cause. */
async function expectGone(created: Created, sockets: readonly Client[], cause: string): Promise<void> {
  const statements = new Set<string | null>();
  for (const client of sockets) {
    const burned = await client.control("burned");
    expect(burned.cause).toBe(cause);
    statements.add(burned.statement);
    expect(await client.closed()).toEqual({ code: 4410, reason: "burned" });
  }
  if (sockets.length > 0) {
    expect(statements.size).toBe(1);
    const [statement] = statements;
    const read = await verifyStatement(statement ?? "", await publicKeys(env.IDENTITY_KEY, ""), created.id);
    expect(read).toMatchObject({ cause, storageKeys: 0, v: 1 });
  }
  await until(() => holdsNothing(created));
  const path = `/v1/sessions/${created.id}`;
  expect(codeOf(await call("GET", path, { token: created.hostToken }))).toBe("burned");
  const refused = await connect(created.id, created.hostToken);
  expect((await refused.control("error")).code).toBe("burned");
  expect((await refused.closed()).code).toBe(4410);
  const none = await call("GET", path);
  const unknown = await call("GET", `/v1/sessions/${"0".repeat(64)}`);
  expect([none.status, none.body]).toEqual([unknown.status, unknown.body]);
  expect(none.status).toBe(401);
  // Nothing was written by all that touching, and nothing would take it away again.
  await until(() => holdsNothing(created));
}

/** The old instance ends by itself, also while it is looked into: then nothing is known yet. */
async function holdsNothing({ id }: Created): Promise<boolean> {
  try {
    const { entries, alarmAt } = await storedBy(id);
    return entries.length === 0 && alarmAt === null;
  } catch {
    return false;
  }
}

async function sessionWithTwo(burn: Record<string, unknown>): Promise<[Created, Client, Client]> {
  const created = await createSession({ burn });
  const host = await connect(created.id, created.hostToken);
  await host.control("welcome");
  const guest = await joinByInvite(created);
  await guest.control("welcome");
  return [created, host, guest];
}

const changeBurn = (created: Created, body: unknown) =>
  call("PATCH", `/v1/sessions/${created.id}/burn`, { token: created.hostToken, body });

describe("[END6] after a burn nothing is left", () => {
  it("[LIFE2] by ttl, by the alarm alone", async () => {
    const [created, host, guest] = await sessionWithTwo({ ttl: 600 });
    // Everybody is here first, however long that takes. Where a second is over before it is said, it is refused.
    await until(async () => {
      const age = Math.ceil((Date.now() - created.deadlines.now) / 1_000);
      return (await changeBurn(created, { ttl: age + 1 })).status === 200;
    });
    await expectGone(created, [host, guest], "ttl");
  });

  it("[LIFE9] by ttl, noticed by an event before the alarm", async () => {
    const [created, host, guest] = await sessionWithTwo({ ttl: 600 });
    setClock(Date.now() + 600_000);
    host.say({ type: "typing" });
    await expectGone(created, [host, guest], "ttl");
  });

  it("[LIFE3] by idle", async () => {
    const [created, host, guest] = await sessionWithTwo({ ttl: 600 });
    expect((await changeBurn(created, { idle: 1 })).status).toBe(200);
    host.content(1, "last words");
    await expectGone(created, [host, guest], "idle");
  });

  it("[LIFE4] by the last one leaving, at once", async () => {
    const [created, host, guest] = await sessionWithTwo({ ttl: 600, empty: 0 });
    host.socket.close(1000, "");
    await host.closed();
    await wait(50);
    expect((await call("GET", `/v1/sessions/${created.id}`, { token: created.hostToken })).status).toBe(200);
    guest.socket.close(1000, "");
    await guest.closed();
    await expectGone(created, [], "empty");
  });

  it("[LIFE6] by the number of messages, the last of which is still relayed", async () => {
    const [created, host, guest] = await sessionWithTwo({ ttl: 600, messages: 3 });
    for (const ref of [1, 2, 3, 4]) host.content(ref, `message ${String(ref)}`);
    expect((await guest.frames(3)).map(({ seq }) => seq)).toEqual([1, 2, 3]);
    await expectGone(created, [host, guest], "messages");
  });

  it("[RULE5] by DELETE, whose answer is the statement that every socket got", async () => {
    const [created, host, guest] = await sessionWithTwo({ ttl: 600 });
    const answer = await call("DELETE", `/v1/sessions/${created.id}`, { token: created.hostToken });
    expect(answer.status).toBe(200);
    const told = await host.control("burned");
    expect(told.statement).toBe(burnedOf(answer).statement);
    await guest.control("burned");
    await expectGone(created, [], "asked");
  });

  it("[LIFE7] by a burn message, from whom the policy allows", async () => {
    const [created, host, guest] = await sessionWithTwo({ ttl: 600 });
    guest.say({ type: "burn" });
    expect((await guest.control("error")).code).toBe("forbidden");
    const [other, hostToo, guestToo] = await sessionWithTwo({ ttl: 600, burnBy: "anyone" });
    guestToo.say({ type: "burn" });
    await expectGone(other, [hostToo, guestToo], "asked");
    host.say({ type: "burn" });
    await expectGone(created, [host, guest], "asked");
  });
});

it("[END3] concurrent burns share one run and one statement", async () => {
  const [created, host] = await sessionWithTwo({ ttl: 600 });
  const path = `/v1/sessions/${created.id}`;
  const answers = await Promise.all([
    call("DELETE", path, { token: created.hostToken }),
    call("DELETE", path, { token: created.hostToken }),
  ]);
  const told = await host.control("burned");
  const statements = answers
    .filter(({ status }) => status === 200)
    .map((answer) => burnedOf(answer).statement);
  expect(new Set(statements)).toEqual(new Set([told.statement]));
  expect(answers.every(({ status }) => status === 200 || status === 410)).toBe(true);
  expect((await call("DELETE", path, { token: created.hostToken })).status).toBe(410);
});

it("[END2] during the wait before the eviction every touch gets 410", async () => {
  const [created] = await sessionWithTwo({ ttl: 600 });
  await call("DELETE", `/v1/sessions/${created.id}`, { token: created.hostToken });
  const answer = await call("GET", `/v1/sessions/${created.id}`, { token: created.hostToken });
  expect([answer.status, codeOf(answer)]).toEqual([410, "burned"]);
});

it("[END5] an instance that wakes with sockets but no record finishes the burn", async () => {
  const [created, host] = await sessionWithTwo({ ttl: 600 });
  await runInDurableObject(stubOf(created.id), (_instance, state) => state.storage.deleteAll());
  await evictDurableObject(stubOf(created.id));
  host.say({ type: "typing" });
  const burned = await host.control("burned");
  expect(burned).toMatchObject({ cause: "recovered", statement: null });
  expect((await host.closed()).code).toBe(4410);
});

it("[RULE9] a record that cannot be read burns the session", async () => {
  const [created, host] = await sessionWithTwo({ ttl: 600 });
  await runInDurableObject(stubOf(created.id), (_instance, state) => {
    state.storage.kv.put("record", { version: 99 });
  });
  await evictDurableObject(stubOf(created.id));
  host.say({ type: "typing" });
  expect((await host.control("burned")).cause).toBe("recovered");
  await until(async () => (await storedBy(created.id).catch(() => null))?.entries.length === 0);
});

it("[LIFE9] an alarm that comes early or twice burns nothing and stays armed", async () => {
  const [created] = await sessionWithTwo({ ttl: 600 });
  for (let i = 0; i < 3; i++) {
    expect(await fireAlarm(created.id)).toBe(true);
    expect((await storedBy(created.id)).alarmAt).toBe(created.deadlines.ttlAt);
  }
});

it("[STMT2] counts are exact until a memory loss, and say so after one", async () => {
  const keys = await publicKeys(env.IDENTITY_KEY, "");
  const read = async (evict: boolean) => {
    const [created, host, guest] = await sessionWithTwo({ ttl: 600 });
    host.content(1, "four");
    await guest.frame();
    if (evict) await evictDurableObject(stubOf(created.id));
    host.content(2, "five!");
    await guest.frame();
    const answer = await call("DELETE", `/v1/sessions/${created.id}`, { token: created.hostToken });
    return verifyStatement(String(burnedOf(answer).statement), keys);
  };
  expect(await read(false)).toMatchObject({ messages: 2, bytes: 9, complete: true });
  expect(await read(true)).toMatchObject({ messages: 1, bytes: 5, complete: false });
});

it("[RULE4] touching unknown and burned ids creates nothing", async () => {
  const before = (await listDurableObjectIds(env.CHAT_SESSIONS)).length;
  const id = env.CHAT_SESSIONS.newUniqueId().toString();
  for (const method of ["GET", "DELETE"]) await call(method, `/v1/sessions/${id}`);
  await call("GET", `/v1/sessions/${id}`, { token: "not.a.token" });
  expect((await listDurableObjectIds(env.CHAT_SESSIONS)).length).toBe(before);
});
