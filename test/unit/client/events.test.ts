// Listening: handlers, iteration with a bound, and the countdown by the client's own clock.
import { describe, expect, it } from "vitest";
import { EventHub } from "../../../src/client/events.ts";
import { Backoff } from "../../../src/client/backoff.ts";
import { BACKOFF_MAX_MS, MAX_WAITING_EVENTS } from "../../../src/client/limits.ts";
import { takeTransitions, undrawn } from "./drawn-states.ts";
import { stage } from "./fake-service.ts";
import { settle, until } from "./world.ts";

const typing = (n: number) => ({ participant: String(n), name: null });

describe("[SDK11] events", () => {
  it("are iterated in order until the session ends", async () => {
    const { ada, bob } = await stage();
    const types: string[] = [];
    const reading = (async () => {
      for await (const event of bob.events()) types.push(event.type === "message" ? event.text : event.type);
    })();
    await ada.send("one");
    await ada.send("two");
    await until(() => types.includes("two"));
    bob.close();
    await reading;
    expect(types).toEqual(["one", "two", "state"]);
  });

  it("that a slow iterator cannot take are bounded; the oldest go, and it is told how many", async () => {
    const hub = new EventHub();
    const events = hub.iterate();
    for (let n = 0; n < MAX_WAITING_EVENTS + 7; n++) hub.emit("typing", typing(n));
    hub.end();
    const taken = [];
    for await (const event of events) taken.push(event);
    expect(taken[0]).toEqual({ type: "overflow", dropped: 7 });
    expect(taken[1]).toMatchObject({ participant: "7" });
    expect(taken).toHaveLength(MAX_WAITING_EVENTS + 1);
  });

  it("stop when the iterator is left, its signal aborts, or the handler is taken off", async () => {
    const hub = new EventHub();
    const controller = new AbortController();
    const [left, aborted] = [hub.iterate(), hub.iterate(controller.signal)];
    await left.return?.();
    controller.abort();
    let calls = 0;
    const off = hub.on("typing", () => (calls += 1));
    hub.emit("typing", typing(1));
    off();
    hub.emit("typing", typing(2));
    expect(calls).toBe(1);
    expect((await left.next()).done).toBe(true);
    expect((await aborted.next()).done).toBe(true);
    hub.end();
    expect((await hub.iterate().next()).done).toBe(true);
  });
});

describe("[SDK11] a signal that outlives what it was given to", () => {
  it("keeps nothing of iterators, messages, calls and sessions that are over", async () => {
    const { signal } = new AbortController();
    let listeners = 0;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...call: Parameters<typeof add>) => {
      listeners += 1;
      add(...call);
    };
    signal.removeEventListener = (...call: Parameters<typeof remove>) => {
      listeners -= 1;
      remove(...call);
    };
    const { service, ada, bob } = await stage({ signal });
    expect(listeners).toBe(0);
    const left = ada.events({ signal });
    await left.return?.();
    const ended = ada.events({ signal });
    await ada.send("relayed", { signal });
    await ada.invite({}, { signal });
    service.relay = () => undefined;
    const waiting = ada.send("never relayed", { signal });
    expect(listeners).toBe(2);
    ada.close();
    await expect(waiting).rejects.toMatchObject({ code: "ended" });
    expect((await ended.next()).done).toBe(false);
    expect((await ended.next()).done).toBe(true);
    bob.close();
    await bob.ended;
    expect((await bob.events({ signal }).next()).done).toBe(true);
    expect(listeners).toBe(0);
  });
});

describe("[SDK11] the state", () => {
  it("says why the connection was lost, where the service said so", async () => {
    const { service, ada, adasWorld } = await stage();
    const told: unknown[] = [];
    ada.on("state", ({ state, reason }) => told.push(state, reason));
    service.cut(adasWorld.socket, 4508);
    await adasWorld.advance(2_000);
    service.cut(adasWorld.socket);
    await adasWorld.advance(2_000);
    expect(told).toEqual(["reconnecting", "slow", "live", null, "reconnecting", null, "live", null]);
  });
});

describe("[SDK4] the states that happen", () => {
  it("are held against the picture of the machine, one by one", async () => {
    const { service, ada, bob, adasWorld } = await stage();
    service.cut(adasWorld.socket);
    await adasWorld.advance(2_000);
    ada.close();
    bob.close();
    await Promise.all([ada.ended, bob.ended]);
    const transitions = takeTransitions();
    expect(transitions).toEqual([
      "connecting --> live",
      "connecting --> live",
      "live --> reconnecting",
      "reconnecting --> live",
      "live --> left",
      "live --> left",
    ]);
    expect(undrawn(transitions)).toEqual([]);
    expect(undrawn(["left --> live", "live --> connecting"])).toHaveLength(2);
  });
});

describe("[SDK12] the countdown", () => {
  it("counts by differences, moves idle with each content frame, and heeds changes", async () => {
    const { service, ada, bob, adasWorld, bobsWorld } = await stage();
    service.burn = { ...service.burn, idle: 60, messages: 50 };
    adasWorld.wallMs -= 86_400_000;
    bobsWorld.socket.say({ type: "deadlines", burn: service.burn, deadlines: service.deadlines() });
    adasWorld.socket.say({ type: "deadlines", burn: service.burn, deadlines: service.deadlines() });
    expect(ada.msLeft).toBe(60_000);
    await adasWorld.advance(20_000);
    expect(ada.msLeft).toBe(40_000);
    await bob.send("still here");
    expect(ada.msLeft).toBe(60_000);
    expect(ada.messagesLeft).toBe(49);
    await adasWorld.advance(70_000);
    expect(ada.msLeft).toBe(0);
    expect(ada.burnPolicy?.idle).toBe(60);
  });

  it("says that the policy changed only where it did: to who changed it too, and to who was away", async () => {
    const { service, ada, bob, adasWorld, bobsWorld } = await stage();
    const told: [string, number | null, number][] = [];
    for (const session of [ada, bob]) {
      session.on("deadlines", ({ burn, msLeft }) => {
        told.push([session.name, burn.idle, msLeft]);
      });
    }
    const announce = (world: typeof bobsWorld): void => {
      world.socket.say({ type: "deadlines", burn: service.burn, deadlines: service.deadlines() });
    };
    // After a turn of somebody else: new instants, the same policy.
    await bobsWorld.advance(20_000);
    expect(bob.msLeft).toBeLessThan(600_000);
    announce(bobsWorld);
    await settle();
    expect([bob.msLeft, told]).toEqual([600_000, []]);
    service.burn = { ...service.burn, idle: 60 };
    const changed = { burn: service.burn, deadlines: service.deadlines() };
    adasWorld.http = () => ({ status: 200, body: changed });
    await ada.changeBurn({ idle: 60 });
    service.cut(bobsWorld.socket);
    announce(adasWorld);
    announce(adasWorld);
    await settle();
    expect(told).toEqual([["Ada", 60, 60_000]]);
    await bobsWorld.advance(2_000);
    expect(told.slice(1)).toEqual([["Bob", 60, 60_000]]);
  });

  it("does not count replayed frames twice", async () => {
    const { service, ada, bob, adasWorld } = await stage();
    service.burn = { ...service.burn, messages: 50 };
    service.cut(adasWorld.socket);
    await bob.send("while Ada was away");
    await adasWorld.advance(2_000);
    expect(ada.messagesLeft).toBe(50);
  });
});

describe("[SDK4] the waits before a reconnect", () => {
  it("grow to a bound, are drawn at random, are never nothing, and start anew", () => {
    const longest = new Backoff(() => 0.999_999);
    const waits = Array.from({ length: 12 }, () => longest.next());
    expect(waits.slice(0, 4)).toEqual([499, 999, 1_999, 3_999]);
    expect(Math.max(...waits)).toBeLessThan(BACKOFF_MAX_MS);
    longest.reset();
    expect(longest.next()).toBe(499);
    expect(new Backoff(() => 0).next()).toBeGreaterThan(0);
  });
});
