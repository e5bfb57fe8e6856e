import { WebSocket } from "ws";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startService, type Service } from "../../src/local/service.ts";
import type { Created } from "../../src/protocol/api.ts";
import { eventually } from "../support/processes.ts";

/** The alarm is to find a session that does nothing else. */
const SOON_SECONDS = 5;

let service: Service;
beforeAll(async () => {
  service = await startService();
});
afterAll(async () => {
  await service.stop();
});

async function send(method: string, path: string, body: unknown, token?: string): Promise<Response> {
  return fetch(new URL(path, service.url), {
    method,
    headers: {
      "content-type": "application/json",
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  });
}

async function post(path: string, body: unknown, token?: string): Promise<unknown> {
  return (await send("POST", path, body, token)).json();
}

/** Moves the deadline to a few seconds from now, of a session that was created then. */
async function burnSoon({ id, hostToken }: Created, createdAt: number): Promise<void> {
  await eventually(async () => {
    const ttl = Math.ceil((Date.now() - createdAt) / 1_000) + SOON_SECONDS;
    const { status } = await send("PATCH", `/v1/sessions/${id}/burn`, { ttl }, hostToken);
    // On a busy machine it may have passed before the service heard of it.
    return status === 200;
  });
}

it("[END7] one alarm run tells and closes a thousand sockets", { timeout: 600_000 }, async () => {
  const limits = { participants: 1_000 };
  const created = (await post("/v1/sessions", { burn: { ttl: 3_600 }, limits })) as Created;
  const { token } = (await post(created.links.invites, { uses: 999 }, created.hostToken)) as {
    token: string;
  };
  const url = new URL(created.links.socket, service.url);
  url.protocol = "ws:";
  let told = 0;
  const closed: Promise<number>[] = [];
  const open = (capability: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = new WebSocket(url, ["ghost.v1", `ghost.token.${capability}`], {
        perMessageDeflate: false,
      });
      socket.once("error", reject);
      socket.on("message", (data: Buffer) => {
        // The type stands first in every message: parsing a thousand presence lists would be the work here.
        const head = data.subarray(0, 32).toString();
        if (head.startsWith('{"type":"welcome"'))
          resolve((JSON.parse(data.toString()) as { token: string }).token);
        if (head.startsWith('{"type":"burned","cause":"ttl"')) told += 1;
      });
      closed.push(new Promise((done) => socket.once("close", done)));
    });
  // Four connections each, so that a thousand sockets do not make a million presence messages.
  for (let batch = 0; batch < 25; batch++) {
    const participants = await Promise.all(Array.from({ length: 10 }, () => open(token)));
    await Promise.all(participants.flatMap((own) => [open(own), open(own), open(own)]));
  }
  expect(closed).toHaveLength(1_000);
  expect(told).toBe(0);
  await burnSoon(created, created.deadlines.ttlAt - 3_600_000);
  const codes = await Promise.all(closed);
  expect(new Set(codes)).toEqual(new Set([4410]));
  expect(told).toBe(1_000);
});
