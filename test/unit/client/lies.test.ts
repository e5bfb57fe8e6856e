// A service that keeps the form of the protocol and lies inside it: receipts, refusals, marks, epochs, replays, ids
// and answers to calls. Whatever it says, nothing hangs, nothing grows without bound, and no error but ours comes out.
import { describe, expect, it } from "vitest";
import { createSession, GhostError, joinSession, type Session } from "../../../src/client/index.ts";
import { MAX_BUFFERED_BYTES, MAX_IN_FLIGHT, MAX_SEND_ATTEMPTS } from "../../../src/client/limits.ts";
import { encodeReceipt } from "../../../src/protocol/frames.ts";
import { MAX_PARTICIPANTS } from "../../../src/protocol/limits.ts";
import { FakeService, SERVICE, stage, worldOf } from "./fake-service.ts";
import { settle, until, type World } from "./world.ts";

async function alone(
  service = new FakeService(),
): Promise<{ service: FakeService; world: World; ada: Session }> {
  const world = worldOf(service);
  const ada = await createSession({ service: SERVICE, environment: world.environment });
  await settle();
  return { service, world, ada };
}

const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => "none",
    (error: unknown) => (error instanceof GhostError ? error.code : `not ours: ${String(error)}`),
  );

const refusal = (ref: number, retryAfterMs: number) => {
  return { type: "error", code: "rate_limited", text: "", retryable: true, ref, retryAfterMs };
};

describe("[SDK16] lies about people", () => {
  it("somebody who is not here does not type", async () => {
    const { service, ada, world } = await alone();
    const typing: string[] = [];
    ada.on("typing", ({ participant }) => typing.push(participant));
    for (const participant of ["A".repeat(16), ada.participant, "B".repeat(16)])
      world.socket.say({ type: "typing", participant });
    await settle();
    expect(typing).toEqual([ada.participant]);
    expect(service.seats).toHaveLength(1);
  });
});

describe("[SDK16] lies about frames", () => {
  it("a refusal of every frame, each with the longest wait, ends in an unknown delivery", async () => {
    const { service, world, ada } = await alone();
    let refusals = 0;
    service.relay = ({ socket }, ref) => {
      refusals += 1;
      socket.say(refusal(ref, Number.MAX_SAFE_INTEGER));
    };
    const sent = codeOf(ada.send("never"));
    await until(() => refusals === 1);
    await world.advance(MAX_SEND_ATTEMPTS * 61_000);
    expect(await sent).toBe("delivery_unknown");
    expect(refusals).toBe(MAX_SEND_ATTEMPTS);
  });

  it("a refusal of what is not on its way holds nothing up", async () => {
    const { service, world, ada } = await alone();
    const refs: number[] = [];
    const honest = service.relay;
    service.relay = ({ socket }, ref) => {
      refs.push(ref);
      socket.say(refusal(ref, 1_000));
    };
    const sent = codeOf(ada.send("at last"));
    await until(() => refs.length === 1);
    service.relay = honest;
    for (let n = 0; n < 20; n++) {
      world.socket.say(refusal(refs[0] ?? 0, 60_000));
      world.socket.say(refusal(77, 60_000));
    }
    await world.advance(2_000);
    expect(await sent).toBe("none");
  });

  it("receipts of frames that were never sent confirm nothing", async () => {
    const { service, world, ada } = await alone();
    service.relay = () => undefined;
    let settled = false;
    const sent = codeOf(ada.send("x")).then((code) => {
      settled = true;
      return code;
    });
    await settle();
    for (let ref = 50; ref < 80; ref++) world.socket.bytes(encodeReceipt(++service.seq, ref));
    await settle();
    expect(settled).toBe(false);
    ada.close();
    expect(await sent).toBe("ended");
  });

  it("no receipt at all: never more in flight than allowed, and the queue stays bounded", async () => {
    const { service, world, ada } = await alone();
    service.framesPerSecond = 200;
    service.cut(world.socket);
    await world.advance(1_000);
    let frames = 0;
    service.relay = () => (frames += 1);
    const sent = Array.from({ length: 400 }, (_, n) => codeOf(ada.send(String(n))));
    await until(() => frames >= MAX_IN_FLIGHT);
    await world.advance(5_000);
    expect(frames).toBe(MAX_IN_FLIGHT);
    ada.close();
    const codes = await Promise.all(sent);
    expect(codes.filter((code) => code === "queue_full")).toHaveLength(144);
    expect(codes.filter((code) => code === "ended")).toHaveLength(256);
  });

  it("a replay that is promised and withheld ends the connection; a longer one than any window breaks the protocol", async () => {
    const { service, world, ada } = await alone();
    let tries = 0;
    const lie = { seq: 5, resumed: { recovered: true, missed: 5 } };
    world.onConnect = (socket) => {
      if (++tries === 1) service.accept(socket, lie);
      else service.accept(socket);
    };
    service.cut(world.socket);
    const sent = codeOf(ada.send("behind the replay"));
    await world.advance(55_000);
    expect(ada.state).toBe("reconnecting");
    await world.advance(10_000);
    expect(await sent).toBe("none");
    expect(ada.state).toBe("live");
    world.onConnect = (socket) => {
      service.accept(socket, { seq: 9_999, resumed: { recovered: true, missed: 9_999 } });
    };
    service.cut(world.socket);
    await world.advance(120_000);
    expect(await ada.ended).toMatchObject({ state: "refused", reason: "protocol_violation" });
    expect(world.timers).toBe(0);
  });
});

describe("[SDK16] lies about the session", () => {
  it("endless epochs: frames are not sent again for them, and the lost one is once its receipt stays away", async () => {
    const { service, world, ada } = await alone();
    const seen: string[] = [];
    const honest = service.relay;
    service.relay = (_, __, sealed) => seen.push(Buffer.from(sealed).toString("hex"));
    const sent = codeOf(ada.send("lost with the memory"));
    await until(() => seen.length === 1);
    for (let n = 0; n < 100; n++) service.forget();
    await world.advance(4_000);
    const again = () => seen.filter((frame) => frame === seen[0]).length;
    expect(again()).toBe(1);
    expect(world.sockets).toHaveLength(1);
    service.relay = (seat, ref, sealed) => {
      seen.push(Buffer.from(sealed).toString("hex"));
      honest(seat, ref, sealed);
    };
    await world.advance(3_000);
    expect(await sent).toBe("none");
    expect(again()).toBe(2);
  });

  it("the frame that wakes a session is confirmed after its epoch, and not sent twice", async () => {
    const { service, ada, bob, adasWorld } = await stage();
    const heard: string[] = [];
    bob.on("message", ({ text }) => heard.push(text));
    bob.on("dropped", ({ reason }) => heard.push(reason));
    const honest = service.relay;
    service.relay = (seat, ref, sealed) => {
      service.relay = honest;
      service.forget();
      honest(seat, ref, sealed);
    };
    await ada.send("good morning");
    await adasWorld.advance(20_000);
    await until(() => heard.length > 0);
    expect(heard).toEqual(["good morning"]);
    expect(adasWorld.sockets).toHaveLength(1);
  });

  it("another participant's id on a reconnect breaks the protocol", async () => {
    const { service, world, ada } = await alone();
    const { participant } = ada;
    world.onConnect = (socket) => {
      service.accept(socket, { participant: "Z".repeat(16) });
    };
    service.cut(world.socket);
    await world.advance(120_000);
    expect(await ada.ended).toMatchObject({ state: "refused", reason: "protocol_violation" });
    expect(ada.participant).toBe(participant);
  });

  it("marks without end, taken by nobody: the connection is given up before the answers pile up", async () => {
    const { world, ada } = await alone();
    const first = world.socket;
    const acks = () => first.sent.filter((data) => String(data).includes("ack")).length;
    first.say({ type: "mark", mark: "AAAAAAAA" });
    await until(() => acks() === 1);
    first.bufferedBytes = MAX_BUFFERED_BYTES + 1;
    for (let n = 0; n < 1_000; n++) first.say({ type: "mark", mark: "AAAAAAAA" });
    await settle();
    expect(acks()).toBe(1);
    expect(first.closedWith).toBe(4999);
    await world.advance(2_000);
    expect(world.sockets).toHaveLength(2);
    expect(ada.state).toBe("live");
  });

  it("more people than a session can hold are not kept", async () => {
    const { world, ada } = await alone();
    for (let flood = 0; flood < 30; flood++) {
      const joined = Array.from({ length: 1_000 }, (_, n) => {
        return { id: String(flood * 1_000 + n).padStart(16, "A"), role: "member" };
      });
      world.socket.say({ type: "presence", joined, left: [] });
    }
    await until(() => ada.people.length > 1);
    await settle();
    expect(ada.people).toHaveLength(MAX_PARTICIPANTS);
    expect(ada.state).toBe("live");
  });

  it("limits that are absurd are brought within the protocol's", async () => {
    for (const limits of [
      { participants: 1, frameBytes: 2 ** 53 - 1, framesPerSecond: 2 ** 53 - 1 },
      { participants: 0, frameBytes: 0, framesPerSecond: 0 },
    ]) {
      const service = new FakeService();
      const world = worldOf(service);
      world.onConnect = (socket) => service.accept(socket, { limits });
      const ada = await createSession({ service: SERVICE, environment: world.environment });
      await settle();
      expect(await codeOf(ada.send("x".repeat(32_763)))).toBe("message_too_large");
      const small = codeOf(ada.send("small"));
      await world.advance(5_000);
      expect(await small).toBe("none");
      ada.close();
      await ada.ended;
      expect(world.timers).toBe(0);
    }
  });
});

describe("[SDK10] lies in answers to calls", () => {
  it("an id that is none, a key set that is none, a page in place of a service", async () => {
    const cases: readonly [path: string, answer: { status: number; body?: unknown }, code: string][] = [
      ["/v1/sessions", { status: 201, body: { id: "../../x" } }, "internal"],
      ["/.well-known/jwks.json", { status: 404, body: "<html>Not found" }, "wrong_deployment"],
      ["/.well-known/jwks.json", { status: 200, body: "<html>Welcome" }, "wrong_deployment"],
      ["/.well-known/jwks.json", { status: 200, body: { keys: [] } }, "wrong_deployment"],
      ["/.well-known/jwks.json", { status: 503, body: "<html>Bad gateway" }, "unavailable"],
    ];
    for (const [lie, answer, code] of cases) {
      const service = new FakeService();
      const world = worldOf(service);
      world.http = (method, path) => {
        const honest = service.http(method, path);
        if (path !== lie) return honest;
        const created = path === "/v1/sessions" && { ...(honest.body as object), ...(answer.body as object) };
        return created === false ? answer : { ...answer, body: created };
      };
      const { environment } = world;
      expect(await codeOf(createSession({ service: SERVICE, environment }))).toBe(code);
      expect(world.timers).toBe(0);
    }
  });

  it("an invite link to somebody else's page is not believed, and nothing is sent there but the first look", async () => {
    const { ada } = await stage();
    const { link } = await ada.invite();
    const asked: string[] = [];
    const world = worldOf(new FakeService());
    world.http = (_, path) => {
      asked.push(path);
      return { status: 404, body: "no such page" };
    };
    expect(await codeOf(joinSession(link, { environment: world.environment }))).toBe("wrong_deployment");
    expect(asked).toEqual(["/.well-known/jwks.json"]);
    expect(world.sockets).toEqual([]);
  });
});
