// Clocks that jump, a laptop that slept, a tab in the background: the session goes on, its countdown is set right by
// the service, and nothing is called burned that may be alive.
import { describe, expect, it } from "vitest";
import { createSession, type Session } from "../../../src/client/index.ts";
import { FakeService, SERVICE, stage, worldOf } from "./fake-service.ts";
import { until, type World } from "./world.ts";

const HOUR_MS = 3_600_000;

async function alone(): Promise<{ service: FakeService; world: World; ada: Session }> {
  const service = new FakeService();
  const world = worldOf(service);
  const ada = await createSession({ service: SERVICE, environment: world.environment });
  return { service, world, ada };
}

/** Nothing can be reached from here on. */
function unplug(world: World): void {
  world.onConnect = (socket) => {
    socket.drop();
  };
}

describe("[SDK15] clocks", () => {
  it("a device that slept connects anew at once, and counts its sleep until the service sets it right", async () => {
    const { service, world, ada } = await alone();
    const before = ada.msLeft ?? 0;
    unplug(world);
    world.wallMs += 120_000;
    world.wake();
    expect(world.sockets.length).toBe(2);
    expect(before - (ada.msLeft ?? 0)).toBe(120_000);
    await until(() => ada.state === "reconnecting");
    world.onConnect = (socket) => service.accept(socket);
    await world.advance(2_000);
    expect(ada.state).toBe("live");
    expect(ada.msLeft).toBeGreaterThan(before - 3_000);
  });

  it("a sleep that nobody announced is noticed by the next ping", async () => {
    const { world, ada } = await alone();
    const before = ada.msLeft ?? 0;
    world.wallMs += 120_000;
    await world.advance(25_000);
    expect(world.sockets.length).toBe(2);
    await until(() => ada.state === "live");
    // The new connection brought new deadlines: those of the fake service start over.
    expect(ada.msLeft).toBe(before);
  });

  it("a clock that is set ahead past the hard cap burns nothing, reachable or not", async () => {
    const { service, world, ada } = await alone();
    world.wallMs += HOUR_MS;
    await world.advance(25_000);
    await until(() => ada.state === "live");
    unplug(world);
    service.cut(world.socket);
    world.wallMs += HOUR_MS;
    await world.advance(60_000);
    expect(ada.state).toBe("reconnecting");
    world.onConnect = (socket) => service.accept(socket);
    await world.advance(60_000);
    expect(ada.state).toBe("live");
  });

  it("a clock that is set back changes nothing", async () => {
    const { world, ada } = await alone();
    const before = ada.msLeft ?? 0;
    world.wallMs -= HOUR_MS;
    await world.advance(30_000);
    expect(before - (ada.msLeft ?? 0)).toBe(30_000);
    expect(world.sockets.length).toBe(1);
  });

  it("a tab in the background, whose timers fire once a minute, keeps its connection", async () => {
    const { world, ada } = await alone();
    for (let minute = 0; minute < 5; minute++) {
      world.freeze(60_000);
      await world.advance(1_000);
    }
    expect(world.sockets.length).toBe(1);
    expect(ada.state).toBe("live");
    const pings = world.socket.sent.filter((data) => data === "ping").length;
    expect(pings).toBeGreaterThanOrEqual(5);
  });

  it("a tab that was frozen while it waited for a receipt loses nothing and sends nothing twice", async () => {
    const { service, ada, bob, adasWorld } = await stage();
    const texts: string[] = [];
    const refused: string[] = [];
    bob.on("message", ({ text }) => texts.push(text));
    bob.on("dropped", ({ reason }) => refused.push(reason));
    const held: (() => void)[] = [];
    const honest = service.relay;
    service.relay = (seat, ref, sealed) =>
      held.push(() => {
        honest(seat, ref, sealed);
      });
    const sent = ada.send("through the freeze");
    await until(() => held.length === 1);
    adasWorld.freeze(600_000);
    held[0]?.();
    service.relay = honest;
    await adasWorld.advance(60_000);
    await sent;
    await until(() => texts.length > 0);
    expect(texts).toEqual(["through the freeze"]);
    expect(refused).toEqual([]);
  });
});
