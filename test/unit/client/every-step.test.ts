// Every close code at every step of a connection's life, from the first upgrade to the end: the client ends, or goes
// on, as the close codes say; whoever waits is answered; and after the end nothing is left.
import { describe, expect, it } from "vitest";
import { createSession, GhostError, joinSession, type Session } from "../../../src/client/index.ts";
import { ERRORS } from "../../../src/protocol/errors.ts";
import { closeNext, outcomeOf, STEPS, withEveryCode } from "./close-codes.ts";
import { FakeService, SERVICE, stage, worldOf } from "./fake-service.ts";
import { until, type FakeSocket, type World } from "./world.ts";

describe.each(Object.keys(STEPS))("[SDK4] closed %s, with every code", (name) => {
  const step = STEPS[name] ?? (() => undefined);

  async function join(code: number): Promise<void> {
    const service = new FakeService();
    const world = worldOf(service);
    const closed = closeNext(service, world, step, code);
    const created = createSession({ service: SERVICE, environment: world.environment });
    const ended = created.then(
      (live) => live,
      (error: unknown) => error,
    );
    // Where it is closed at its first frame, that one has to be sealed before.
    await until(closed, "the close");
    await world.advance(3_000);
    const result = await ended;
    const outcome = outcomeOf(code);
    if (result instanceof Error) {
      expect(result, String(code)).toBeInstanceOf(GhostError);
      expect(outcome, String(code)).not.toBe("live");
      if (code === 4410) expect(result).toMatchObject({ code: "burned" });
    } else {
      const session = result as Session;
      // Closed so late that it was live already, it ends by itself; whatever is retryable came back.
      if (outcome === "live") await until(() => session.state === "live");
      else await session.ended;
      expect(session.state, String(code)).toBe(outcome);
      session.close();
      await session.ended;
    }
    expect(world.sockets.length, String(code)).toBe(outcome === "live" ? 2 : 1);
    expect(world.timers, String(code)).toBe(0);
  }

  async function comeBack(code: number): Promise<void> {
    const { service, ada, bob, adasWorld } = await stage();
    const heard: string[] = [];
    bob.on("message", ({ text }) => heard.push(text));
    const closed = closeNext(service, adasWorld, step, code);
    service.cut(adasWorld.socket);
    const sent = ada.send("waiting").then(
      () => "relayed",
      (error: unknown) => (error instanceof GhostError ? error.code : "not ours"),
    );
    for (let round = 0; !closed(); round++) {
      expect(round).toBeLessThan(6);
      await adasWorld.advance(1_000);
    }
    for (let round = 0; round < 6; round++) await adasWorld.advance(1_000);
    const outcome = outcomeOf(code);
    if (outcome === "live") {
      expect(await sent, String(code)).toBe("relayed");
      await until(() => heard.length > 0);
      expect(heard, String(code)).toEqual(["waiting"]);
      expect(ada.state, String(code)).toBe("live");
      ada.close();
    }
    const { state, reason } = await ada.ended;
    expect(["relayed", "ended", "burned", reason], String(code)).toContain(await sent);
    expect(state, String(code)).toBe(outcome === "live" ? "left" : outcome);
    expect(adasWorld.timers, String(code)).toBe(0);
    bob.close();
  }

  it("while joining", () => withEveryCode(join));
  it("while reconnecting, with a message that waits", () => withEveryCode(comeBack));
});

describe("[SDK6] joining", () => {
  const refusing = async (act: (socket: FakeSocket) => void): Promise<[World, unknown]> => {
    const { service, ada } = await stage();
    const { link } = await ada.invite();
    const world = worldOf(service);
    world.onConnect = act;
    const error = joinSession(link, { environment: world.environment }).catch((reason: unknown) => reason);
    await until(() => world.sockets.length === 1);
    await world.advance(40_000);
    return [world, await error];
  };

  it.each(["connections_full", "unavailable", "internal", "flooding"] as const)(
    "that is refused retryably with %s until it gives up says so",
    async (code) => {
      const [world, error] = await refusing((socket) => {
        socket.open();
        socket.say({ type: "error", code, text: "", retryable: true });
        socket.drop(ERRORS[code].close, code);
      });
      expect(error).toMatchObject({ name: "GhostError", code });
      expect(world.sockets.length).toBeGreaterThan(1);
      expect(world.timers).toBe(0);
    },
  );

  it("that nobody answers is unreachable, also where somebody answered before", async () => {
    let tries = 0;
    const [, error] = await refusing((socket) => {
      if (++tries === 1) socket.drop(4503, "unavailable");
      else socket.drop();
    });
    expect(error).toMatchObject({ code: "unreachable" });
  });

  it("[INV8] whose welcome was lost is asked for again with the same secret, as the same participant", async () => {
    const { service, ada } = await stage();
    const { link } = await ada.invite();
    const world = worldOf(service);
    let tries = 0;
    const admitted: string[] = [];
    world.onConnect = (socket) => {
      const { participant } = service.accept(++tries === 1 ? deaf(socket) : socket);
      admitted.push(participant);
      if (tries === 1) service.cut(socket);
    };
    const joined = joinSession(link, { environment: world.environment });
    await until(() => tries === 1);
    await world.advance(2_000);
    const bob = await joined;
    expect(admitted).toEqual([bob.participant, bob.participant]);
    expect(world.sockets.map(({ join }) => join)).toEqual(Array(2).fill(world.socket.join));
    service.cut(world.socket);
    await world.advance(2_000);
    expect(world.socket).toMatchObject({ join: null });
    expect(world.socket.resume).not.toBeNull();
    bob.close();
  });
});

/** A socket whose messages are lost on their way to the client. */
function deaf(socket: FakeSocket): FakeSocket {
  socket.say = () => undefined;
  socket.bytes = () => undefined;
  return socket;
}
