import { evictDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { MAX_INVITES } from "../../src/protocol/limits.ts";
import type { Created } from "../../src/protocol/api.ts";
import {
  burnStateOf,
  call,
  codeOf,
  connect,
  createSession,
  inviteOf,
  type Answer,
  type Client,
} from "./support/client.ts";
import { stubOf, wait } from "./support/objects.ts";

const mint = (created: Created, body: unknown = {}, token = created.hostToken): Promise<Answer> =>
  call("POST", `/v1/sessions/${created.id}/invites`, { token, body });

async function refusal(client: Client): Promise<string> {
  return (await client.control("error")).code;
}

async function member(
  created: Created,
  invite: Answer,
): Promise<{ client: Client; token: string; id: string }> {
  const client = await connect(created.id, inviteOf(invite).token);
  const { token, participant } = await client.control("welcome");
  return { client, token, id: participant };
}

it("[INV1] concurrent joins never exceed the uses of an invite", async () => {
  const created = await createSession();
  const invite = await mint(created, { uses: 5 });
  const clients = await Promise.all(
    Array.from({ length: 20 }, () => connect(created.id, inviteOf(invite).token)),
  );
  const first = await Promise.all(clients.map((client) => client.next()));
  const types = first.map((event) => "control" in event && event.control.type);
  expect(types.filter((type) => type === "welcome")).toHaveLength(5);
  expect(types.filter((type) => type === "error")).toHaveLength(15);
});

it("[INV2] [INV3] a spent invite says so, also after a memory loss", async () => {
  const created = await createSession();
  const invite = await mint(created);
  await member(created, invite);
  await evictDurableObject(stubOf(created.id));
  expect(await refusal(await connect(created.id, inviteOf(invite).token))).toBe("invite_spent");
});

it("[INV8] a join whose welcome was lost is asked for again, also after a memory loss; a malformed secret is none", async () => {
  const created = await createSession();
  const invite = inviteOf(await mint(created)).token;
  const join = `ghost.join.${"s".repeat(22)}`;
  const { participant } = await (await connect(created.id, invite, join)).control("welcome");
  await evictDurableObject(stubOf(created.id));
  expect(await (await connect(created.id, invite, join)).control("welcome")).toMatchObject({
    participant,
    resumed: null,
  });
  for (const other of [`ghost.join.${"t".repeat(22)}`, "ghost.join.short", undefined]) {
    expect(await refusal(await connect(created.id, invite, other))).toBe("invite_spent");
  }
  const twice = inviteOf(await mint(created, { uses: 2 })).token;
  const ids = [];
  for (let n = 0; n < 2; n++) {
    ids.push((await (await connect(created.id, twice, "ghost.join.short")).control("welcome")).participant);
  }
  expect(new Set(ids).size).toBe(2);
});

it("[INV2] an expired invite says so", async () => {
  const created = await createSession();
  const invite = await mint(created, { expiresIn: 1 });
  await wait(1_050);
  expect(await refusal(await connect(created.id, inviteOf(invite).token))).toBe("token_expired");
});

it("[INV2] a revoked invite says so, and whoever came by it stays", async () => {
  const created = await createSession();
  const invite = await mint(created, { uses: 2 });
  const { client, token } = await member(created, invite);
  const path = `/v1/sessions/${created.id}/invites/${inviteOf(invite).id}`;
  expect((await call("DELETE", path, { token: created.hostToken })).status).toBe(204);
  expect(codeOf(await call("DELETE", path, { token: created.hostToken }))).toBe("invite_unknown");
  expect(await refusal(await connect(created.id, inviteOf(invite).token))).toBe("invite_revoked");
  await (await connect(created.id, token)).control("welcome");
  client.content(1, "still here");
  expect(await client.frame()).toMatchObject({ kind: "receipt" });
});

it("[INV6] revoking all invites also ends those that are not listed any more", async () => {
  const created = await createSession();
  const invites = [await mint(created), await mint(created, { uses: 3 })];
  const path = `/v1/sessions/${created.id}/invites`;
  expect((await call("DELETE", path, { token: created.hostToken })).status).toBe(204);
  for (const invite of invites) {
    expect(await refusal(await connect(created.id, inviteOf(invite).token))).toBe("invite_revoked");
  }
  await member(created, await mint(created));
});

it("[INV4] removal closes, refuses and revokes in one step", async () => {
  const created = await createSession();
  const invite = await mint(created, { uses: 5 });
  const out = await member(created, invite);
  const stays = await member(created, invite);
  const path = `/v1/sessions/${created.id}/participants/${out.id}`;
  const removed = await call("DELETE", path, { token: created.hostToken });
  expect(removed.body).toEqual({ revokedInvite: inviteOf(invite).id });
  expect(await out.client.closed()).toEqual({ code: 4403, reason: "removed" });
  expect(await refusal(await connect(created.id, out.token))).toBe("removed");
  expect(await refusal(await connect(created.id, inviteOf(invite).token))).toBe("invite_revoked");
  expect(codeOf(await call("GET", `/v1/sessions/${created.id}`, { token: out.token }))).toBe("removed");
  expect((await stays.client.control("presence")).left).toEqual([out.id]);
  expect(codeOf(await call("DELETE", path, { token: created.hostToken }))).toBe("participant_unknown");
});

it("[INV4] a host who was shown out cannot come back by an invite of its own", async () => {
  const created = await createSession();
  const cohost = await member(created, await mint(created, { role: "host" }));
  const own = await mint(created, { role: "host" }, cohost.token);
  const path = `/v1/sessions/${created.id}/participants/${cohost.id}`;
  expect((await call("DELETE", path, { token: created.hostToken })).status).toBe(200);
  expect(await refusal(await connect(created.id, inviteOf(own).token))).toBe("invite_revoked");
});

describe("[INV7] members may not", () => {
  const calls: [string, string, unknown][] = [
    ["POST", "/invites", {}],
    ["DELETE", "/invites", undefined],
    ["DELETE", "/invites/abcdefghijklmnop", undefined],
    ["DELETE", "/participants/abcdefghijklmnop", undefined],
    ["PATCH", "/burn", { ttl: 60 }],
    ["DELETE", "", undefined],
  ];
  it.each(calls)("%s %s", async (method, rest, body) => {
    const created = await createSession();
    const invite = await mint(created, { uses: 2 });
    const { token } = await member(created, invite);
    const path = `/v1/sessions/${created.id}${rest}`;
    expect(codeOf(await call(method, path, { token, body }))).toBe("forbidden");
    // An invite that was not used yet is not a participant at all.
    expect(codeOf(await call(method, path, { token: inviteOf(invite).token, body }))).toBe("forbidden");
  });

  it("but a host who came by invite may", async () => {
    const created = await createSession();
    const { token } = await member(created, await mint(created, { role: "host" }));
    expect((await mint(created, {}, token)).status).toBe(201);
  });
});

it("[FLOW6] invites and participants are bounded", async () => {
  const created = await createSession({ limits: { participants: 2 } });
  const invite = await mint(created, { uses: 5 });
  await member(created, invite);
  expect(await refusal(await connect(created.id, inviteOf(invite).token))).toBe("session_full");
  for (let i = 1; i < MAX_INVITES; i++) await mint(created);
  expect(codeOf(await mint(created))).toBe("invites_full");
  expect(codeOf(await mint(created, { uses: 1_001 }))).toBe("out_of_bounds");
});

describe("[LIFE8] changing the burn timer", () => {
  const change = (created: Created, body: unknown) =>
    call("PATCH", `/v1/sessions/${created.id}/burn`, { token: created.hostToken, body });

  it("takes effect, is told to everyone, and keeps absent fields", async () => {
    const created = await createSession({ burn: { ttl: 600, idle: 100, burnBy: "anyone" } });
    const { client } = await member(created, await mint(created));
    const answer = await change(created, { ttl: 300, messages: 5 });
    const state = burnStateOf(answer);
    expect(state.burn).toEqual({
      ttl: 300,
      idle: 100,
      empty: null,
      messages: 5,
      burnBy: "anyone",
    });
    expect(await client.control("deadlines")).toEqual({ type: "deadlines", ...state });
    expect(burnStateOf(await change(created, { idle: null, messages: null })).burn).toMatchObject({
      idle: null,
      messages: null,
    });
  });

  it("[RULE6] never past the hard cap, though it may move back up to it", async () => {
    const created = await createSession({ burn: { ttl: 600 } });
    expect(codeOf(await change(created, { ttl: 601 }))).toBe("beyond_hard_cap");
    expect((await change(created, { ttl: 60 })).status).toBe(200);
    expect(burnStateOf(await change(created, { ttl: 600 })).deadlines.ttlAt).toBe(
      created.deadlines.hardCapAt,
    );
  });

  it("a time that has passed is refused, not taken for a burn", async () => {
    const created = await createSession({ burn: { ttl: 600 } });
    await wait(1_050);
    expect(codeOf(await change(created, { ttl: 1 }))).toBe("deadline_in_past");
    expect(codeOf(await change(created, { ttl: 0 }))).toBe("bad_request");
    expect((await change(created, { empty: 0 })).status).toBe(200);
  });
});
