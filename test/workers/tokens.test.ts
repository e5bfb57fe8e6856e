import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it, vi, afterEach } from "vitest";
import { createTokens, type Capability } from "../../src/crypto/tokens.ts";
import type { Created } from "../../src/protocol/api.ts";
import type { Env } from "../../src/env.ts";
import { route } from "../../src/router.ts";
import { connect, createSession, ORIGIN, upgrade, Client } from "./support/client.ts";

/** An environment whose objects may not be touched. */
const noObjects: Env = {
  ...env,
  CHAT_SESSIONS: new Proxy(env.CHAT_SESSIONS, {
    get() {
      throw new Error("an object was woken");
    },
  }),
};

let created: Created;
let other: Created;
beforeAll(async () => {
  created = await createSession();
  other = await createSession();
});
afterEach(() => {
  vi.useRealTimers();
});

function hostCapability(): Capability {
  return {
    kind: "participant",
    session: created.id,
    subject: created.participant,
    role: "host",
    hardCapAt: created.deadlines.hardCapAt,
    expiresAt: created.deadlines.hardCapAt,
    generation: 0,
    jurisdiction: null,
  };
}

async function ask(method: string, path: string, token?: string): Promise<{ status: number; body: unknown }> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const response = await route(new Request(`${ORIGIN}${path}`, { method, headers }), noObjects);
  return { status: response.status, body: await response.json() };
}

describe("[TOK2] refused tokens never instantiate an object", () => {
  const calls: [string, string][] = [
    ["GET", ""],
    ["DELETE", ""],
    ["PATCH", "/burn"],
    ["POST", "/invites"],
    ["DELETE", "/invites"],
    ["DELETE", "/invites/abc"],
    ["DELETE", "/participants/abc"],
  ];

  it.each(calls)(
    "[RULE4] %s /v1/sessions/:id%s answers the same 401 whatever the token",
    async (method, rest) => {
      const path = `/v1/sessions/${created.id}${rest}`;
      const otherSession = await createTokens(env.TOKEN_SECRET).sign({
        ...hostCapability(),
        session: other.id,
      });
      const foreign = await createTokens("A".repeat(43)).sign(hostCapability());
      const missing = await ask(method, path);
      expect(missing.status).toBe(401);
      for (const token of [
        "",
        "x",
        "a.b.c",
        "e30.e30.",
        other.hostToken,
        foreign,
        otherSession,
        `${created.hostToken}x`,
      ]) {
        expect(await ask(method, path, token)).toEqual(missing);
      }
      // The control: a good token does reach for the object.
      const good = await ask(method, path, created.hostToken);
      expect(good.status).toBe(503);
    },
  );

  it("[RULE4] unknown ids and malformed ones answer as live ones do", async () => {
    const live = await ask("GET", `/v1/sessions/${created.id}`);
    for (const id of ["0".repeat(64), "f".repeat(63), "x", "%00", "0".repeat(4_000)]) {
      expect(await ask("GET", `/v1/sessions/${id}`, created.hostToken)).toEqual(live);
    }
  });

  it("an expired invite is told so, without waking an object", async () => {
    const token = await createTokens(env.TOKEN_SECRET).sign({
      ...hostCapability(),
      kind: "invite",
      expiresAt: Date.now() - 1,
    });
    expect(await ask("GET", `/v1/sessions/${created.id}`, token)).toMatchObject({
      status: 401,
      body: { code: "token_expired" },
    });
  });

  it("[TOK4] past the hard cap of its token a session is known to be gone", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: created.deadlines.hardCapAt });
    expect(await ask("GET", `/v1/sessions/${created.id}`, created.hostToken)).toMatchObject({
      status: 410,
      body: { code: "burned" },
    });
  });
});

it("[RULE10] a token in a path or query is not looked at", async () => {
  const path = `/v1/sessions/${created.id}`;
  for (const query of [`?token=${created.hostToken}`, `?access_token=${created.hostToken}`]) {
    expect((await ask("GET", `${path}${query}`)).status).toBe(401);
  }
  const response = await upgrade(`${path}/ws?token=${created.hostToken}`, ["ghost.v1"]);
  if (response.webSocket === null) throw new Error("not accepted");
  expect((await new Client(response.webSocket).closed()).code).toBe(4401);
});

it("[RULE10] the server never echoes a token", async () => {
  const response = await upgrade(`/v1/sessions/${created.id}/ws`, [
    "ghost.v1",
    `ghost.token.${created.hostToken}`,
  ]);
  expect(JSON.stringify([...response.headers])).not.toContain(created.hostToken);
  expect(response.headers.get("sec-websocket-protocol")).toBe("ghost.v1");
  response.webSocket?.accept();
  response.webSocket?.close(1000, "");
});

it("[TOK1] a participant token names its own participant and works on both faces", async () => {
  const client = await connect(created.id, created.hostToken);
  const welcome = await client.control("welcome");
  expect(welcome.participant).toBe(created.participant);
  const again = await connect(created.id, welcome.token);
  expect((await again.control("welcome")).participant).toBe(created.participant);
});
