// How a session ends by itself or by its people: the burn with its statement, and leaving.
import { describe, expect, it } from "vitest";
import { createSession, type Session } from "../../../src/client/index.ts";
import { FakeService, SERVICE, stage, worldOf } from "./fake-service.ts";
import { settle, until, type World } from "./world.ts";

async function alone(): Promise<{ service: FakeService; world: World; ada: Session }> {
  const service = new FakeService();
  const world = worldOf(service);
  const ada = await createSession({ service: SERVICE, environment: world.environment });
  await settle();
  return { service, world, ada };
}

describe("[SDK7] the burn", () => {
  it("is reported with its statement, verified only for this session, this key and this cause", async () => {
    for (const [session, key, cause, good] of [
      [undefined, 1, "asked", true],
      ["f".repeat(64), 1, "asked", false],
      [undefined, 2, "asked", false],
      [undefined, 1, "ttl", false],
    ] as const) {
      const { service, world, ada } = await alone();
      const statement = await service.statement("asked", session, key);
      world.socket.say({ type: "burned", cause, statement });
      world.socket.drop(4410, "burned");
      const { state, burn } = await ada.ended;
      expect(state).toBe("burned");
      expect(burn).toMatchObject({ cause, statement, verified: good ? { cause: "asked" } : null });
    }
  });

  it("comes after every message that came before it, and rejects what waits", async () => {
    const { service, ada, bob, bobsWorld } = await stage();
    const heard: string[] = [];
    bob.on("message", ({ text }) => heard.push(text));
    bob.on("state", ({ state }) => heard.push(state));
    await Promise.all(["one", "two", "three"].map((text) => ada.send(text)));
    service.relay = () => undefined;
    const waiting = expect(bob.send("unheard")).rejects.toMatchObject({ code: "burned" });
    bobsWorld.socket.say({ type: "burned", cause: "ttl", statement: null });
    bobsWorld.socket.drop(4410, "burned");
    await bob.ended;
    await waiting;
    expect(heard).toEqual(["one", "two", "three", "burned"]);
    expect(bobsWorld.timers).toBe(0);
  });

  it("a burn whose statement came by the call alone is reported with it, verified", async () => {
    const { service, world, ada } = await alone();
    const statement = await service.statement("asked");
    world.http = async () => {
      world.socket.drop(4410, "burned");
      await ada.ended;
      return { status: 200, body: { cause: "asked", statement } };
    };
    expect(await ada.burn()).toMatchObject({ statement, verified: { cause: "asked" } });
    expect((await ada.ended).burn).toMatchObject({ statement: null });
  });
});

describe("[SDK17] leaving", () => {
  const leaves = (world: World): number =>
    world.sockets.flatMap(({ sent }) => sent.filter((data) => String(data).includes("leave"))).length;

  it("is confirmed by the service, or said not to be", async () => {
    for (const confirms of [true, false]) {
      const { world, ada } = await alone();
      const left = ada.leave();
      expect(leaves(world)).toBe(1);
      if (confirms) world.socket.drop(1000, "left");
      else await world.advance(3_000);
      expect(await left).toBe(confirms);
      expect((await ada.ended).state).toBe("left");
      expect(world.timers).toBe(0);
    }
  });

  it("without a connection tries for one at once, and tells first thing", async () => {
    const { service, world, ada } = await alone();
    world.onConnect = () => undefined;
    service.cut(world.socket);
    await until(() => ada.state === "reconnecting");
    world.onConnect = (socket) => {
      service.accept(socket);
      if (leaves(world) > 0) socket.drop(1000, "left");
    };
    expect(await ada.leave()).toBe(true);
    expect(world.sockets).toHaveLength(2);
  });

  it("of a session that is over already is no news; out of reach it gives up after three seconds", async () => {
    const { service, world, ada } = await alone();
    world.onConnect = () => undefined;
    service.cut(world.socket);
    const left = ada.leave();
    await world.advance(3_000);
    expect(await left).toBe(false);
    expect(await ada.leave()).toBe(false);
    const { world: other, ada: burned } = await alone();
    other.socket.drop(4410, "burned");
    await burned.ended;
    expect(await burned.leave()).toBe(true);
    expect(world.timers + other.timers).toBe(0);
  });
});
