// A client in another language, written after docs/protocol.md, against the real service and against the SDK
// in one session. What the page lacks shows here.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSession, joinSession, type CreateOptions, type Session } from "../../src/client/index.ts";
import { startService, type Service } from "../../src/local/service.ts";
import { parseServerMessage } from "../../src/protocol/frames.ts";
import { encodeClientRelay } from "../../src/protocol/frames.ts";
import { Client, HIBERNATED_MS, keepAwake, sleep } from "../support/client.ts";
import { eventually } from "../support/processes.ts";
import { checkPython, PythonClient, runPythonVectors } from "../support/python-client.ts";
import { startProxy, type TcpProxy } from "../support/tcp-proxy.ts";

/** An announcement that was still due, late on a busy machine, keeps it awake once. */
const MAX_NIGHTS = 3;

// Ended in the opposite order of their beginning, and only what began.
const ending: (() => unknown)[] = [];
let service: Service;
beforeAll(async () => {
  checkPython();
  service = await startService();
  ending.push(() => service.stop());
});
afterAll(async () => {
  for (const end of ending.reverse()) await end();
});

function python(client: PythonClient): PythonClient {
  ending.push(() => {
    client.end();
  });
  return client;
}

function hold(session: Session): { session: Session; texts: string[]; troubles: string[] } {
  const texts: string[] = [];
  const troubles: string[] = [];
  ending.push(() => {
    session.close();
  });
  session.on("message", ({ text }) => texts.push(text));
  for (const type of ["gap", "dropped", "mismatch"] as const) session.on(type, () => troubles.push(type));
  return { session, texts, troubles };
}

/** Ada speaks TypeScript and connects directly, Guido speaks Python and comes through a network of his own. */
async function pair(options: Partial<CreateOptions> = {}) {
  const proxy: TcpProxy = await startProxy(service.url);
  const ada = hold(await createSession({ service: service.url.origin, name: "Ada", ...options }));
  const { link } = await ada.session.invite();
  const guido = python(PythonClient.join(link, { name: "Guido", service: proxy.origin }));
  ending.push(() => proxy.stop());
  await guido.until("name", ({ name }) => name === "Ada");
  await eventually(() => ada.session.people.some(({ name }) => name === "Guido"));
  return { ada, guido, proxy, link };
}

/** A session that does not sleep: what somebody missed who is away can be had again from its memory alone. */
function stayAwake(session: Session): void {
  ending.push(
    keepAwake(() => {
      session.typing();
    }),
  );
}

/** Both count what is left of the session alike, once both have heard all that was said. */
async function countAlike(guido: PythonClient, session: Session): Promise<void> {
  await eventually(async () => (await guido.ask("look"))["messagesLeft"] === session.messagesLeft);
}

const numbered = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, n) => `${prefix}${String(n)}`);

it("[PEER1] it reproduces the known answers and refuses what they refuse", () => {
  const { status, output } = runPythonVectors();
  expect(output).toMatch(/^\d{3} compared\n$/);
  expect(status).toBe(0);
});

describe.concurrent("[PEER2] a client in another language and the SDK in one session", () => {
  it("it creates and invites; names, messages, presence, typing and deadlines go both ways; the SDK burns", async () => {
    const burn = { ttl: 900, idle: 600, messages: 40, burnBy: "anyone" };
    const guido = python(PythonClient.create(service.url.origin, { name: "Guido", burn }));
    await guido.until("welcome", ({ role }) => role === "host");
    const { link } = await guido.ask("invite");
    const ada = hold(await joinSession(String(link), { name: "Ada" }));
    await guido.until("presence", ({ joined }) => (joined as string[]).includes(ada.session.participant));
    await guido.until("name", ({ name }) => name === "Ada");
    await eventually(() => ada.session.people.some(({ name }) => name === "Guido"));
    await ada.session.send("hello Guido \u{1f47b}");
    guido.do("send", { text: "h\u{e9}llo Ada" });
    await guido.until("message", ({ text, name }) => text === "hello Guido \u{1f47b}" && name === "Ada");
    await eventually(() => ada.texts.includes("h\u{e9}llo Ada"));
    ada.session.typing();
    await guido.until("typing", ({ participant }) => participant === ada.session.participant);
    guido.do("name", { name: "Guido van" });
    await eventually(() => ada.session.people.some(({ name }) => name === "Guido van"));
    await countAlike(guido, ada.session);
    const askedAt = Date.now();
    const look = await guido.ask("look");
    expect(look).toMatchObject({ connections: 1 });
    const apartMs = Math.abs(Number(look["msLeft"]) - (ada.session.msLeft ?? 0));
    expect(apartMs).toBeLessThan(5_000 + Date.now() - askedAt);
    const report = await ada.session.burn();
    const burned = await guido.until("burned");
    expect(burned).toMatchObject({ cause: "asked", verified: { storageKeys: 0, complete: true } });
    expect(burned["verified"]).toMatchObject({ ...report.verified });
    expect(await guido.until("over")).toMatchObject({ reason: "burned" });
    expect([ada.troubles, guido.heard("dropped"), guido.heard("gap")]).toEqual([[], [], []]);
  });

  it("it resumes after drops, in the middle of talk both ways: nothing lost, nothing twice; then it burns", async () => {
    const { ada, guido, proxy, link } = await pair({ burn: { ttl: 900, messages: 200, burnBy: "anyone" } });
    stayAwake(ada.session);
    for (let n = 0; n < 12; n += 1) {
      guido.do("send", { text: `g${String(n)}` });
      void ada.session.send(`a${String(n)}`);
      if (n === 3 || n === 8) proxy.drop();
      await sleep(30);
    }
    await eventually(() => ada.texts.length >= 12 && guido.texts.length >= 12);
    // A receipt that is lost with its connection: its frame comes back in the replay.
    proxy.delay(600);
    guido.do("send", { text: "unconfirmed" });
    await eventually(() => ada.texts.includes("unconfirmed"));
    proxy.drop();
    proxy.delay(0);
    await guido.until("relayed", ({ text }) => text === "unconfirmed");
    expect(ada.texts).toEqual([...numbered("g", 12), "unconfirmed"]);
    expect(guido.texts).toEqual(numbered("a", 12));
    // Where the receipt was faster than the loss, he comes back later than it.
    await eventually(() => guido.heard("resumed").length >= 2);
    expect(guido.heard("resumed").every(({ recovered }) => recovered === true)).toBe(true);
    expect([guido.heard("gap"), guido.heard("dropped")]).toEqual([[], []]);
    // What was replayed is counted once.
    await countAlike(guido, ada.session);
    const late = python(PythonClient.join(link));
    expect(await late.until("over")).toMatchObject({ reason: "invite_spent" });
    guido.do("burn");
    expect(await guido.until("burned")).toMatchObject({ cause: "asked", verified: { storageKeys: 0 } });
    expect(guido.heard("burned")[0]?.["verified"]).toMatchObject({
      ...(await ada.session.ended).burn?.verified,
    });
  });

  it("it waits where it was too fast, and keeps its order", async () => {
    const { ada, guido } = await pair({ limits: { framesPerSecond: 2 } });
    // More at once than the burst allows. A machine that is busy enough may make it slow all the same: then some more.
    const sent: string[] = [];
    await eventually(async () => {
      const more = numbered(`r${String(sent.length)}.`, 8);
      sent.push(...more);
      for (const text of more) guido.do("send", { text });
      await eventually(() => ada.texts.length >= sent.length);
      return guido.heard("error").length > 0;
    });
    expect(ada.texts).toEqual(sent);
    expect(guido.heard("error")).toContainEqual({ event: "error", code: "rate_limited" });
    expect(ada.troubles).toEqual([]);
  });

  it("memory is lost while it is away: what it missed is a gap, and the chat goes on without another", async () => {
    const { ada, guido, proxy } = await pair();
    await ada.session.send("before");
    await guido.until("message");
    const resumed = () => guido.heard("resumed").at(-1);
    for (let night = 0; night < MAX_NIGHTS && resumed()?.["recovered"] !== false; night += 1) {
      const before = { lost: guido.heard("lost").length, resumed: guido.heard("resumed").length };
      proxy.refuse(true);
      proxy.drop();
      await eventually(() => guido.heard("lost").length > before.lost);
      await Promise.all([ada.session.send("missed"), ada.session.send("missed too")]);
      await sleep(HIBERNATED_MS);
      proxy.refuse(false);
      guido.do("wake");
      await eventually(() => guido.heard("resumed").length > before.resumed);
    }
    expect(resumed()).toMatchObject({ recovered: false, missed: "unknown" });
    expect(await guido.until("gap")).toMatchObject({ missed: 2, name: "Ada" });
    await ada.session.send("after");
    guido.do("send", { text: "me too" });
    await guido.until("message", ({ text }) => text === "after");
    await eventually(() => ada.texts.includes("me too"));
    expect(guido.heard("gap")).toHaveLength(1);
    expect(ada.troubles).toEqual([]);
  });

  it("it hears a new epoch on a connection that stayed, and takes it up", async () => {
    const { ada, guido, proxy } = await pair();
    for (let night = 0; night < MAX_NIGHTS && guido.heard("epoch").length === 0; night += 1) {
      await sleep(HIBERNATED_MS);
      await ada.session.send(`woken ${String(night)}`);
      // An epoch comes before whatever else the object has to say.
      await guido.until("message", ({ text }) => text === `woken ${String(night)}`);
    }
    expect(guido.heard("epoch").length).toBeGreaterThan(0);
    guido.do("send", { text: "in the new epoch" });
    await eventually(() => ada.texts.includes("in the new epoch"));
    stayAwake(ada.session);
    proxy.drop();
    await guido.until("resumed", ({ recovered }) => recovered === true);
    expect([guido.heard("gap"), guido.heard("dropped"), ada.troubles]).toEqual([[], [], []]);
  });

  it("it echoes marks, and refuses what is short, forged, repeated or its own", async () => {
    const { ada, guido } = await pair({ limits: { framesPerSecond: 200 } });
    const { link } = await ada.session.invite();
    const mallory = Client.connect(service.url, ada.session.id, tokenOf(link));
    ending.push(() => {
      mallory.end();
    });
    const relayed: Uint8Array[] = [];
    mallory.socket.on("message", (data, binary) => {
      const frames = binary ? parseServerMessage(new Uint8Array(data as ArrayBuffer)) : null;
      if (frames?.ok === true) {
        for (const frame of frames.value) if (frame.kind === "relay") relayed.push(frame.sealed);
      }
    });
    expect(await mallory.admitted()).toBe("welcome");
    guido.do("send", { text: "heard by all" });
    await guido.until("relayed");
    const own = await eventually(() => relayed[0]);
    await ada.session.send("once");
    await guido.until("message");
    const adas = await eventually(() =>
      relayed.find((sealed) => sealed[0] !== own[0] || sealed[1] !== own[1]),
    );
    const send = (sealed: Uint8Array) => {
      mallory.socket.send(encodeClientRelay(1, sealed));
    };
    send(adas.slice(0, 35));
    send(adas);
    send(adas.with(19, (adas[19] ?? 0) + 1));
    send(own);
    await guido.until("dropped", ({ reason }) => reason === "reflected");
    expect(guido.heard("dropped").map(({ reason }) => reason)).toEqual([
      "short",
      "repeated",
      "forged",
      "reflected",
    ]);
    // More in all than a connection may leave unacknowledged: whoever does not echo marks is closed as slow.
    const big = new Uint8Array(65_000);
    big.set(own);
    for (let round = 1; round <= 6; round += 1) {
      for (let n = 0; n < 10; n += 1) send(big);
      await eventually(() => guido.heard("dropped").length === 4 + 10 * round);
    }
    guido.do("send", { text: "still here" });
    await eventually(() => ada.texts.includes("still here"));
    expect(guido.heard("lost")).toEqual([]);
    expect(await guido.ask("look")).toMatchObject({ connections: 1 });
  });
});

/** The invite token in a link. */
function tokenOf(link: string): string {
  return link.split(".").slice(-4, -1).join(".");
}
