// The state machine against a service that breaks every rule: it always ends in a stated state, keeps no timer, and
// throws nothing but its own errors.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createSession, GhostError, joinSession, type Session } from "../../../src/client/index.ts";
import { readServerText } from "../../../src/client/server-text.ts";
import { encodeReceipt, encodeServerRelay } from "../../../src/protocol/frames.ts";
import { ERRORS } from "../../../src/protocol/errors.ts";
import { FakeService, SERVICE, worldOf } from "./fake-service.ts";
import { settle, until, type FakeSocket, type World } from "./world.ts";

async function alone(): Promise<{ service: FakeService; world: World; ada: Session }> {
  const service = new FakeService();
  const world = worldOf(service);
  const ada = await createSession({ service: SERVICE, environment: world.environment });
  return { service, world, ada };
}

/** Makes every later connection do the same. */
async function always(world: World, act: (socket: FakeSocket) => void, ms = 600_000): Promise<void> {
  world.onConnect = act;
  act(world.socket);
  await world.advance(ms);
}

describe("[SDK4] the end of a connection decides the state", () => {
  const terminal = Object.entries(ERRORS).flatMap(([code, { close }]) =>
    close !== null && close < 4_500 ? [{ code, close }] : [],
  );

  it.each(terminal)("$code is final: no further connection", async ({ code, close }) => {
    const { world, ada } = await alone();
    world.socket.drop(close, code);
    const { state, reason } = await ada.ended;
    expect({ state, reason }).toEqual(
      code === "burned" ? { state: "burned", reason: null } : { state: "refused", reason: code },
    );
    await world.advance(600_000);
    expect(world.sockets).toHaveLength(1);
    expect(world.timers).toBe(0);
    await expect(ada.send("late")).rejects.toBeInstanceOf(GhostError);
  });

  it("1000 means left; anything else is tried again, ever more slowly, and never in step", async () => {
    const { world, ada } = await alone();
    const at: number[] = [];
    world.onConnect = (socket) => {
      at.push(world.monotonicMs);
      socket.drop(1012, "");
    };
    world.socket.drop(4503, "unavailable");
    await until(() => ada.state === "reconnecting");
    await world.advance(180_000);
    expect(at.length).toBeGreaterThan(5);
    expect(at.length).toBeLessThan(60);
    world.onConnect = (socket) => {
      socket.drop(1000, "left");
    };
    await world.advance(60_000);
    expect(await ada.ended).toEqual({ state: "left", reason: null, burn: null });
  });

  it("a refusal before the welcome rejects with its code", async () => {
    for (const code of [
      "invite_spent",
      "invite_revoked",
      "token_expired",
      "session_full",
      "burned",
    ] as const) {
      const { service, ada } = await alone();
      const { link } = await ada.invite();
      const world = worldOf(service);
      world.onConnect = (socket) => {
        socket.open();
        socket.say({ type: "error", code, text: "", retryable: false });
        socket.drop(ERRORS[code].close, "");
      };
      await expect(joinSession(link, { environment: world.environment })).rejects.toMatchObject({ code });
      expect(world.timers).toBe(0);
    }
  });

  it("past the hard cap, out of reach: burned, without a statement", async () => {
    const { world, ada } = await alone();
    world.onConnect = (socket) => {
      socket.drop();
    };
    world.socket.drop();
    await world.advance(700_000);
    expect(await ada.ended).toEqual({
      state: "burned",
      reason: null,
      burn: { cause: null, statement: null, verified: null },
    });
  });
});

describe("[SDK5] a service that breaks the protocol is given up after some tries", () => {
  const receipt = (seq: number): Uint8Array => encodeReceipt(seq, 1);
  const hostile: Record<string, (socket: FakeSocket, service: FakeService) => void> = {
    "text that is no JSON": (socket) => {
      socket.say("{");
    },
    "a known message of a wrong form": (socket) => {
      socket.say({ type: "presence", joined: 1 });
    },
    "a second welcome": (socket, service) => {
      service.accept(socket);
    },
    "a binary message of no known kind": (socket) => {
      socket.bytes(Uint8Array.of(9, 9, 9));
    },
    "a huge binary message": (socket) => {
      socket.bytes(new Uint8Array(200_000).fill(1));
    },
    "a huge text": (socket) => {
      socket.say(`{"type":"x","y":"${"z".repeat(300_000)}"}`);
    },
    "a jump in the order": (socket, service) => {
      socket.bytes(receipt(service.seq + 2));
    },
    "a step back in the order": (socket, service) => {
      socket.bytes(receipt(service.seq + 1));
      socket.bytes(receipt(service.seq + 1));
    },
    "a flood that nobody can open": (socket, service) => {
      const sealed = new Uint8Array(100_000);
      for (let n = 1; n < 60; n++) {
        socket.bytes(encodeServerRelay(service.seq + n, new Uint8Array(12), sealed));
      }
    },
  };

  it.each(Object.keys(hostile))("%s", async (name) => {
    const { service, world, ada } = await alone();
    const act = hostile[name] ?? (() => undefined);
    await always(world, (socket) => {
      if (socket !== world.sockets[0]) service.accept(socket);
      act(socket, service);
    });
    expect(await ada.ended).toMatchObject({ state: "refused", reason: "protocol_violation" });
    expect(world.sockets).toHaveLength(5);
    expect(world.timers).toBe(0);
  });

  it("content before the welcome, and a welcome that promises more than there is", async () => {
    for (const act of [
      (socket: FakeSocket) => {
        socket.bytes(receipt(1));
      },
      (socket: FakeSocket) => {
        socket.say({ type: "typing", participant: "A".repeat(16) });
      },
      (socket: FakeSocket, service: FakeService) => {
        service.accept(socket, { seq: 1, resumed: { recovered: true, missed: 2 } });
      },
    ]) {
      const { service, world, ada } = await alone();
      world.onConnect = (socket) => {
        act(socket, service);
      };
      world.socket.drop();
      await world.advance(300_000);
      expect(await ada.ended).toMatchObject({ state: "refused", reason: "protocol_violation" });
    }
  });

  it("whatever comes in whatever order: a stated state, only our errors, a bounded number of connections", async () => {
    const { service: model } = await alone();
    const act = fc.oneof(
      fc.record({ say: fc.oneof(fc.string(), fc.json(), fc.constantFrom("pong", '{"type":"news"}')) }),
      fc.record({ bytes: fc.uint8Array({ maxLength: 80 }) }),
      fc.record({ drop: fc.constantFrom(1000, 1006, 1011, 4400, 4401, 4410, 4490, 4503, 4529, 4999) }),
      fc.record({
        say: fc.constantFrom("epoch", "burned", "mark").map((type) =>
          JSON.stringify({
            type,
            epoch: model.epoch,
            cause: "asked",
            statement: "x.y.z",
            mark: "AAAAAAAA",
          }),
        ),
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(act, { maxLength: 12 }), async (acts) => {
        const { world, ada } = await alone();
        for (const each of acts) {
          if ("say" in each) world.socket.say(each.say);
          else if ("bytes" in each) world.socket.bytes(each.bytes);
          else world.socket.drop(each.drop, "");
        }
        const sent = ada.send("x").catch((error: unknown) => {
          expect(error).toBeInstanceOf(GhostError);
        });
        await world.advance(5_000);
        expect(["live", "reconnecting", "burned", "refused", "left"]).toContain(ada.state);
        expect(world.sockets.length).toBeLessThan(40);
        ada.close();
        await Promise.all([ada.ended, sent]);
        expect(world.timers).toBe(0);
      }),
      { numRuns: 40 },
    );
  });

  it("messages, fields and error codes of a later version are skipped", async () => {
    const { service, world, ada } = await alone();
    const participant = "A".repeat(16);
    const joined = [{ id: participant, role: "member", since: 1 }];
    world.socket.say({ type: "presence", joined, left: [], total: 2, more: { x: 1 } });
    world.socket.say({ type: "error", code: "of_tomorrow", text: "", retryable: true });
    world.socket.say({
      ...{ type: "turn_refused", turn: participant, attempt: 1 },
      ...{ code: "of_tomorrow", retryable: false },
    });
    world.socket.say({ type: "epoch", epoch: service.epoch, deadlines: service.deadlines(), why: "restart" });
    await until(() => ada.people.some(({ id }) => id === participant));
    world.socket.say({ type: "news", what: "ever" });
    await settle();
    expect(ada.state).toBe("live");
    expect(world.sockets).toHaveLength(1);
  });

  it.each(["of_tomorrow", "toString"])("a turn refused with %s is refused with internal", (code) => {
    const refused = { type: "turn_refused", turn: "A".repeat(16), attempt: 1, retryable: false };
    expect(readServerText(JSON.stringify({ ...refused, code }))).toEqual({ ...refused, code: "internal" });
    expect(readServerText(JSON.stringify({ ...refused, code: 7 }))).toBeNull();
  });
});

describe("[SDK6] a connection that died silently is noticed", () => {
  it("by a pong that does not come, within the time of a ping and its answer", async () => {
    const { world, ada } = await alone();
    world.socket.onSent = () => undefined;
    await world.advance(34_000);
    expect(world.socket).not.toBe(world.sockets[0]);
    expect(ada.state).toBe("live");
  });

  it("by a welcome that does not come", async () => {
    const { service, world, ada } = await alone();
    world.onConnect = (socket) => {
      socket.open();
    };
    world.socket.drop();
    await world.advance(40_000);
    expect(world.sockets.length).toBeGreaterThan(2);
    world.onConnect = (socket) => service.accept(socket);
    await world.advance(60_000);
    expect(ada.state).toBe("live");
  });

  it("at once where the platform says that the network is back", async () => {
    const { world } = await alone();
    world.wake();
    expect(world.socket.sent).toContain("ping");
    world.onConnect = () => undefined;
    world.socket.drop();
    const connections = world.sockets.length;
    world.wake();
    expect(world.sockets.length).toBe(connections + 1);
  });

  it("nothing that never answers is waited for for ever: joining gives up, and heeds its signal", async () => {
    const { service, ada } = await alone();
    const { link } = await ada.invite();
    for (const how of ["timeout", "signal", "no network"] as const) {
      const world = worldOf(service);
      world.onConnect = () => undefined;
      if (how === "no network") world.http = () => null;
      const controller = new AbortController();
      const joined = joinSession(link, { environment: world.environment, signal: controller.signal });
      const refused = expect(joined).rejects.toMatchObject({
        code: how === "signal" ? "aborted" : "unreachable",
      });
      await until(() => world.timers > 0 || how === "no network");
      if (how === "signal") controller.abort();
      else await world.advance(31_000);
      await refused;
      expect(world.timers).toBe(0);
    }
  });
});
