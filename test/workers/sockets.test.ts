import { evictDurableObject } from "cloudflare:test";
import { afterEach, describe, expect, it, vi } from "vitest";
import { encodeBundle, encodeClientRelay } from "../../src/protocol/frames.ts";
import { ERRORS } from "../../src/protocol/errors.ts";
import { MAX_CONNECTIONS_PER_PARTICIPANT } from "../../src/protocol/limits.ts";
import { env } from "cloudflare:workers";
import { route } from "../../src/router.ts";
import {
  Client,
  ORIGIN,
  call,
  connect,
  createSession,
  decode,
  inviteOf,
  joinByInvite,
  upgrade,
} from "./support/client.ts";
import { setClock, stubOf, until, wait } from "./support/objects.ts";

afterEach(() => {
  vi.useRealTimers();
});

describe("[SOCK2] refused upgrades", () => {
  it("are accepted and closed with the code where ghost.v1 is offered", async () => {
    const response = await upgrade(`/v1/sessions/${"0".repeat(64)}/ws`, ["ghost.v1", "ghost.token.nonsense"]);
    expect(response.status).toBe(101);
    if (response.webSocket === null) throw new Error("not accepted");
    const client = new Client(response.webSocket);
    expect((await client.control("error")).code).toBe("unauthorised");
    expect(await client.closed()).toEqual({ code: 4401, reason: "unauthorised" });
  });

  it("[API1] HEAD opens nothing, and another version of WebSocket admits nobody", async () => {
    const created = await createSession();
    const invite = inviteOf(
      await call("POST", `/v1/sessions/${created.id}/invites`, { token: created.hostToken, body: {} }),
    );
    const ask = (method: string, version: string) => {
      const url = `${ORIGIN}${created.links.socket}`;
      return route(
        new Request(url, {
          method,
          headers: {
            upgrade: "websocket",
            "sec-websocket-version": version,
            "sec-websocket-protocol": `ghost.v1, ghost.token.${invite.token}`,
          },
        }),
        env,
      );
    };
    expect((await ask("HEAD", "13")).status).toBe(426);
    expect((await ask("GET", "8")).status).toBe(426);
    const guest = await connect(created.id, invite.token);
    await guest.control("welcome");
  });

  it("get a problem document otherwise", async () => {
    const created = await createSession();
    const path = `/v1/sessions/${created.id}/ws`;
    expect((await call("GET", path, { token: created.hostToken })).status).toBe(426);
    const bare = await upgrade(path, [`ghost.token.${created.hostToken}`]);
    expect([bare.status, (await bare.json<{ code: string }>()).code]).toEqual([400, "subprotocol_required"]);
  });
});

it("[SOCK1] ghost.v1 is selected, whatever else is offered", async () => {
  const created = await createSession();
  const protocols = ["chat", `ghost.token.${created.hostToken}`, "ghost.v1", "ghost.v2"];
  const response = await upgrade(`/v1/sessions/${created.id}/ws`, protocols);
  expect(response.headers.get("sec-websocket-protocol")).toBe("ghost.v1");
  response.webSocket?.accept();
  response.webSocket?.close(1000, "");
});

it("[SOCK3] welcome comes first; others are told of the first connection and the last departure", async () => {
  const created = await createSession();
  const host = await connect(created.id, created.hostToken);
  const welcome = await host.control("welcome");
  expect(welcome).toMatchObject({ participant: created.participant, role: "host", seq: 0, resumed: null });
  const guest = await joinByInvite(created);
  const { participant, token } = await guest.control("welcome");
  expect(await host.control("presence")).toEqual({
    type: "presence",
    joined: [{ id: participant, role: "member" }],
    left: [],
  });
  const tab = await connect(created.id, token);
  await tab.control("welcome");
  tab.socket.close(1000, "");
  await tab.closed();
  guest.socket.close(1000, "");
  expect(await host.control("presence")).toEqual({ type: "presence", joined: [], left: [participant] });
  expect(host.heard()).toEqual([]);
});

it("[SOCK4] two tabs of one participant both receive, and the sender's other tab hears the frame", async () => {
  const created = await createSession();
  const first = await connect(created.id, created.hostToken);
  const second = await connect(created.id, created.hostToken);
  await first.control("welcome");
  await second.control("welcome");
  first.content(5, "from the first tab");
  expect(await first.frame()).toEqual({ kind: "receipt", seq: 1, ref: 5 });
  const heard = await second.frame();
  expect(heard.kind === "relay" && decode(heard.sealed)).toBe("from the first tab");
});

it("[FLOW6] connections of a participant are bounded", async () => {
  const created = await createSession();
  for (let i = 0; i < MAX_CONNECTIONS_PER_PARTICIPANT; i++) {
    await (await connect(created.id, created.hostToken)).control("welcome");
  }
  const refused = await connect(created.id, created.hostToken);
  expect(await refused.closed()).toEqual({ code: 4510, reason: "connections_full" });
});

it("[SOCK6] the platform answers a ping, also while the session's memory is gone", async () => {
  const created = await createSession();
  const host = await connect(created.id, created.hostToken);
  await host.control("welcome");
  host.say("ping");
  expect(await host.text()).toBe("pong");
  await evictDurableObject(stubOf(created.id));
  host.say("ping");
  expect(await host.text()).toBe("pong");
  await wait(50);
  // Had the ping woken the session, it would have announced a new epoch.
  expect(host.heard()).toEqual([]);
});

it("[SOCK8] typing reaches the others with the sender's id and nothing else", async () => {
  const created = await createSession();
  const host = await connect(created.id, created.hostToken);
  const guest = await joinByInvite(created);
  const { participant } = await guest.control("welcome");
  guest.say({ type: "typing" });
  expect(await host.control("typing")).toEqual({ type: "typing", participant });
});

describe("[SOCK7] malformed frames close their connection only", () => {
  const frames: [string, string | Uint8Array, number][] = [
    ["text that is not JSON", "hello", ERRORS.bad_message.close],
    ["unknown type", '{"type":"admin"}', ERRORS.bad_message.close],
    ["unknown field", '{"type":"typing","text":"hi"}', ERRORS.bad_message.close],
    ["wrong type", '{"type":"ack","mark":5}', ERRORS.bad_message.close],
    ["array", "[]", ERRORS.bad_message.close],
    ["number", "1e999", ERRORS.bad_message.close],
    ["null", "null", ERRORS.bad_message.close],
    ["a server's message", '{"type":"mark","mark":"AAAAAAAA"}', ERRORS.bad_message.close],
    ["deep JSON", "[".repeat(500) + "]".repeat(500), ERRORS.bad_message.close],
    [
      "oversized text",
      JSON.stringify({ type: "typing", pad: "x".repeat(2_000) }),
      ERRORS.frame_too_large.close,
    ],
    ["empty binary", new Uint8Array(0), ERRORS.bad_frame.close],
    ["header only", new Uint8Array([1, 0, 0, 0, 1]), ERRORS.bad_frame.close],
    ["[RULE8] assistant channel", new Uint8Array([2, 0, 0, 0, 1, 9]), ERRORS.bad_frame.close],
    ["unknown kind", new Uint8Array([9, 0, 0, 0, 1, 9]), ERRORS.bad_frame.close],
    ["a receipt", new Uint8Array([4, 0, 0, 0, 1, 9]), ERRORS.bad_frame.close],
    ["empty bundle", new Uint8Array([3]), ERRORS.bad_frame.close],
    ["truncated bundle", new Uint8Array([3, 0, 0, 0, 9, 1]), ERRORS.bad_frame.close],
    ["nested bundle", new Uint8Array([3, 0, 0, 0, 5, 3, 0, 0, 0, 0]), ERRORS.bad_frame.close],
    ["[FLOW5] oversized binary", new Uint8Array(65_537).fill(1), ERRORS.frame_too_large.close],
    ["a megabyte", new Uint8Array(1_048_576).fill(1), ERRORS.frame_too_large.close],
  ];

  it.each(frames)("%s", async (_what, frame, code) => {
    const created = await createSession();
    const host = await connect(created.id, created.hostToken);
    await host.control("welcome");
    const guest = await joinByInvite(created);
    await guest.control("welcome");
    await host.control("presence");
    guest.socket.send(frame);
    const error = await guest.control("error");
    expect(ERRORS[error.code].close).toBe(code);
    expect(await guest.closed()).toEqual({ code, reason: error.code });
    // The other one hears of the departure and of nothing else, and its chat goes on.
    expect((await host.control("presence")).left).toHaveLength(1);
    host.content(1, "still here");
    expect(await host.frame()).toMatchObject({ kind: "receipt", seq: 1 });
    expect(host.heard()).toEqual([]);
  });
});

it("[FLOW4] frames beyond the rate are refused with the reference, a flood closes the connection", async () => {
  // With time, there would be room for more.
  setClock(Date.now());
  const created = await createSession({ limits: { framesPerSecond: 1 } });
  const host = await connect(created.id, created.hostToken);
  await host.control("welcome");
  for (let ref = 1; ref <= 5; ref++) host.content(ref, "quick");
  const error = await host.control("error");
  expect(error).toMatchObject({ code: "rate_limited", retryable: true, ref: 4 });
  expect(error.retryAfterMs).toBeGreaterThan(0);
  for (let ref = 6; ref <= 60; ref++) host.content(ref, "flood");
  expect(await host.closed()).toEqual({ code: 4529, reason: "flooding" });
});

describe("[SOCK9] one order", () => {
  const typesOf = (client: Client): string[] =>
    client
      .heard()
      .map((event) =>
        "frame" in event ? event.frame.kind : "control" in event ? event.control.type : "close",
      );

  it("what was said before a burn message is relayed before the burn", async () => {
    const created = await createSession();
    const host = await connect(created.id, created.hostToken);
    await host.control("welcome");
    const guest = await joinByInvite(created);
    await guest.control("welcome");
    for (let ref = 1; ref <= 10; ref++) host.content(ref, "last words");
    host.say({ type: "burn" });
    await until(() => typesOf(guest).includes("close"));
    expect(typesOf(guest)).toEqual([...Array.from({ length: 10 }, () => "relay"), "burned", "close"]);
    expect(typesOf(host).filter((type) => type === "receipt")).toHaveLength(10);
  });

  it("content comes before the typing, the departure and the refusals that follow it", async () => {
    setClock(Date.now());
    const created = await createSession({ limits: { framesPerSecond: 2 } });
    const host = await connect(created.id, created.hostToken);
    await host.control("welcome");
    const guest = await joinByInvite(created);
    await guest.control("welcome");
    await host.control("presence");
    for (let ref = 1; ref <= 8; ref++) guest.content(ref, "x");
    guest.say({ type: "typing" });
    guest.say("not JSON");
    await until(() => typesOf(guest).includes("close") && typesOf(host).includes("presence"));
    const relays = Array.from({ length: 6 }, () => "relay");
    expect(typesOf(host)).toEqual([...relays, "typing", "presence"]);
    expect(typesOf(guest)).toEqual([...relays.map(() => "receipt"), "error", "error", "error", "close"]);
  });
});

it("[RULE7] sealed bytes are relayed as they came, whatever they hold", async () => {
  const created = await createSession();
  const host = await connect(created.id, created.hostToken);
  const guest = await joinByInvite(created);
  await guest.control("welcome");
  const bytes = crypto.getRandomValues(new Uint8Array(60_000));
  const frame = new Uint8Array(5 + bytes.length);
  frame.set([1, 0, 0, 0, 7]);
  frame.set(bytes, 5);
  host.socket.send(frame);
  const heard = await guest.frame();
  expect(heard.kind === "relay" && heard.sealed.every((byte, i) => byte === bytes[i])).toBe(true);
});

it("[FLOW8] frames that come together leave in order, joined", async () => {
  const created = await createSession({ limits: { framesPerSecond: 200 } });
  const host = await connect(created.id, created.hostToken);
  const guest = await joinByInvite(created);
  await guest.control("welcome");
  const messages = Array.from({ length: 100 }, (_, i) =>
    encodeClientRelay(i + 1, new TextEncoder().encode(`message ${String(i)}`)),
  );
  host.socket.send(encodeBundle(messages));
  const frames = await guest.frames(100);
  expect(frames.map(({ seq }) => seq)).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
  expect(guest.binaryMessages).toBe(2);
  const receipts = await host.frames(100);
  expect(receipts.map((frame) => frame.kind === "receipt" && frame.ref)).toEqual(
    Array.from({ length: 100 }, (_, i) => i + 1),
  );
});
