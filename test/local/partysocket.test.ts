// A foreign transport: partysocket, set up with the lines that docs/protocol.md prints, against the real service
// and, for the close codes that the service seldom sends, against a server that sends them all.
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocketServer } from "ws";
import { createSession, parseInviteLink, type Session } from "../../src/client/index.ts";
import { startService, type Service } from "../../src/local/service.ts";
import { keepAwake, sleep } from "../support/client.ts";
import { ForeignClient, loadExample, type Connect } from "../support/foreign-socket.ts";
import { eventually } from "../support/processes.ts";
import { startProxy, type TcpProxy } from "../support/tcp-proxy.ts";

/** Longer than the longest wait before the first reconnect of the example. */
const SURELY_RECONNECTED_MS = 2_500;

// Ended in the opposite order of their beginning, and only what began.
const ending: (() => unknown)[] = [];
let service: Service;
let proxy: TcpProxy;
let connect: Connect;
beforeAll(async () => {
  connect = await loadExample();
  service = await startService();
  ending.push(() => service.stop());
  proxy = await startProxy(service.url);
  ending.push(() => proxy.stop());
});
afterAll(async () => {
  for (const end of ending.reverse()) await end();
});

async function pair(): Promise<{ ada: Session; texts: string[]; bob: ForeignClient; link: string }> {
  const ada = await createSession({ service: service.url.origin, name: "Ada" });
  const { link } = await ada.invite();
  const bob = await join(link, proxy.origin);
  const texts: string[] = [];
  ada.on("message", ({ text }) => texts.push(text));
  const quiet = keepAwake(() => {
    ada.typing();
  });
  ending.push(() => {
    quiet();
    ada.close();
  });
  await eventually(() => bob.heard.some(({ type }) => type === "welcome"));
  return { ada, texts, bob, link };
}

async function join(link: string, origin?: string): Promise<ForeignClient> {
  const client = await ForeignClient.connect(connect, parseInviteLink(link), origin);
  ending.push(() => {
    client.socket.close();
  });
  return client;
}

describe("[PEER3] partysocket as a transport", () => {
  it("talks, loses its connection, resumes as who it was, gets what it missed, and stops at the burn", async () => {
    const { ada, texts, bob, link } = await pair();
    await ada.send("one");
    await bob.send("uno");
    await eventually(() => bob.texts.includes("one") && texts.includes("uno"));
    proxy.refuse(true);
    proxy.drop();
    // The loss, and an attempt that failed: neither is final.
    await eventually(() => bob.closes.length >= 2);
    await ada.send("two");
    await ada.send("three");
    proxy.refuse(false);
    await eventually(() => bob.texts.length === 3);
    expect(bob.texts).toEqual(["one", "two", "three"]);
    const [first, second] = bob.heard.filter((message) => message.type === "welcome");
    expect(second?.participant).toBe(first?.participant);
    expect(second?.resumed).toEqual({ recovered: true, missed: 2 });
    await bob.send("dos");
    await eventually(() => texts.includes("dos"));

    const late = await join(link);
    await eventually(() => late.closes.length === 1);
    const { attempts } = bob;
    await ada.burn();
    await eventually(() => bob.closes.at(-1) === 4410);
    await sleep(SURELY_RECONNECTED_MS);
    expect({ closes: late.closes, attempts: late.attempts }).toEqual({ closes: [4403], attempts: 1 });
    expect(late.heard).toMatchObject([{ type: "error", code: "invite_spent" }]);
    expect(bob.heard.at(-1)).toMatchObject({ type: "burned", cause: "asked" });
    expect(bob.attempts).toBe(attempts);
  });

  it("stops on every final code, and tries again on every other", async () => {
    const final = [1000, 1002, 1003, 1007, 1008, 1009, 1010, 4400, 4401, 4403, 4410, 4450, 4490, 4499];
    const other = [1001, 1011, 1012, 1013, 4399, 4500, 4503, 4504, 4508, 4510, 4529];
    const server = new WebSocketServer({ host: "127.0.0.1", port: 0, handleProtocols: () => "ghost.v1" });
    server.on("connection", (socket, { url }) => {
      socket.close(Number(url?.slice(1)), url === "/1000" ? "left" : "");
    });
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const attempts = new Map<number, number>();
    const sockets = [...final, ...other].map((code) => {
      const place = {
        get token() {
          attempts.set(code, (attempts.get(code) ?? 0) + 1);
          return "token";
        },
      };
      return connect(`ws://127.0.0.1:${String(port)}/${String(code)}`, place);
    });
    await eventually(() => other.every((code) => (attempts.get(code) ?? 0) > 1));
    await sleep(SURELY_RECONNECTED_MS);
    for (const socket of sockets) socket.close();
    server.close();
    expect(final.filter((code) => attempts.get(code) !== 1)).toEqual([]);
  });
});
