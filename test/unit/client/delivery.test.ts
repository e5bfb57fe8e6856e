// Sending and receiving over a network that fails: nothing twice, nothing out of order, and losses only where
// there are some.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Session, SessionEvent } from "../../../src/client/index.ts";
import { stage, type Stage } from "./fake-service.ts";
import { settle, until } from "./world.ts";

function listen(session: Session): SessionEvent[] {
  const events: SessionEvent[] = [];
  for (const type of ["message", "gap", "dropped", "resumed", "state", "mismatch", "presence"] as const) {
    session.on(type, (event) => {
      events.push(event as SessionEvent);
    });
  }
  return events;
}

const texts = (events: SessionEvent[]): string[] =>
  events.flatMap((event) => (event.type === "message" ? [event.text] : []));
const of = (events: SessionEvent[], type: SessionEvent["type"]): SessionEvent[] =>
  events.filter((event) => event.type === type);

async function reconnect({ service, adasWorld }: Stage): Promise<void> {
  service.cut(adasWorld.socket);
  const before = adasWorld.sockets.length;
  await adasWorld.advance(60_000);
  expect(adasWorld.sockets.length).toBe(before + 1);
}

describe("[SDK2] delivery", () => {
  it("resolves when the receipt came, and not before", async () => {
    const { service, ada, bob, adasWorld } = await stage();
    const heard = listen(bob);
    const held: (() => void)[] = [];
    service.relay = (seat, ref, sealed) =>
      held.push(() => {
        service.deliver(seat, ref, sealed);
      });
    let delivered = false;
    const sent = ada.send("hello").then((delivery) => {
      delivered = true;
      return delivery;
    });
    await until(() => held.length === 1);
    expect(delivered).toBe(false);
    held[0]?.();
    const { id } = await sent;
    await until(() => texts(heard).length === 1);
    expect(of(heard, "message")[0]).toMatchObject({ id, text: "hello", name: "Ada", self: false });
    expect(
      adasWorld.socket.sent.filter((data) => data instanceof Uint8Array).every((data) => data.length > 256),
    ).toBe(true);
  });

  it("a frame whose receipt was lost is taken as relayed when it comes back, and not sent again", async () => {
    const all = await stage();
    const { service, ada, bob, adasWorld } = all;
    const heard = listen(bob);
    const deaf = service.seatOf(ada);
    service.relay = (seat, ref, sealed) => {
      service.deliver(seat, ref, sealed, { to: service.seats.filter((each) => each !== deaf) });
    };
    const sent = ada.send("once");
    await until(() => texts(heard).length === 1);
    await reconnect(all);
    await sent;
    expect(adasWorld.socket.sent.filter((data) => data instanceof Uint8Array)).toEqual([]);
    expect(texts(heard)).toEqual(["once"]);
    expect(of(heard, "dropped")).toEqual([]);
  });

  it("[SEAL2] a frame that was lost is sent again as the same bytes", async () => {
    const all = await stage();
    const { service, ada, bob, adasWorld } = all;
    const heard = listen(bob);
    const relay = service.relay;
    const seen: Uint8Array[] = [];
    service.relay = (_, __, sealed) => seen.push(sealed);
    const sent = ada.send("lost at first");
    await until(() => seen.length === 1);
    service.relay = (seat, ref, sealed) => {
      seen.push(sealed);
      relay(seat, ref, sealed);
    };
    await reconnect(all);
    await sent;
    expect(seen[1]).toEqual(seen[0]);
    expect(texts(heard)).toEqual(["lost at first"]);
    expect(adasWorld.sockets).toHaveLength(2);
  });

  it("whatever is cut, lost and forgotten: in order, nothing twice, and no gap where none is", async () => {
    const fault = fc.constantFrom("none", "cut", "lose frame", "lose receipt", "forget", "forget and cut");
    await fc.assert(
      fc.asyncProperty(fc.array(fault, { minLength: 1, maxLength: 8 }), async (faults) => {
        const all = await stage();
        const { service, ada, bob, adasWorld } = all;
        const heard = listen(bob);
        const honest = service.relay;
        const outcomes: Promise<boolean>[] = [];
        for (const [index, each] of faults.entries()) {
          if (each === "lose frame") service.relay = () => undefined;
          if (each === "lose receipt") {
            const deaf = service.seatOf(ada);
            service.relay = (seat, ref, sealed) => {
              service.deliver(seat, ref, sealed, { to: service.seats.filter((other) => other !== deaf) });
            };
          }
          outcomes.push(
            ada.send(`message ${String(index)}`).then(
              () => true,
              () => false,
            ),
          );
          await settle();
          service.relay = honest;
          if (each.startsWith("forget")) service.forget();
          if (each.endsWith("cut") || each.startsWith("lose")) await reconnect(all);
        }
        await adasWorld.advance(60_000);
        expect(await Promise.all(outcomes)).toEqual(faults.map(() => true));
        await until(() => texts(heard).length >= faults.length);
        expect(texts(heard)).toEqual(faults.map((_, index) => `message ${String(index)}`));
        expect(of(heard, "gap")).toEqual([]);
        ada.close();
        bob.close();
      }),
      { numRuns: 25 },
    );
  });

  it("stays below the service's rate, in flight and over time", async () => {
    const { service, ada, adasWorld } = await stage();
    let inFlight = 0;
    let most = 0;
    service.relay = () => {
      inFlight += 1;
      most = Math.max(most, inFlight);
    };
    for (let n = 0; n < 100; n++) ada.send(String(n)).catch(() => undefined);
    await until(() => inFlight === 20);
    await adasWorld.advance(3_000);
    expect(most).toBe(20);
  });

  it("a frame refused for its rate is sent again after the time that the service asks for", async () => {
    const { service, ada, adasWorld } = await stage();
    const honest = service.relay;
    let refused = false;
    service.relay = ({ socket }, ref) => {
      refused = true;
      socket.say({ type: "error", code: "rate_limited", text: "", retryable: true, ref, retryAfterMs: 700 });
    };
    const before = service.window.length;
    const sent = ada.send("later");
    await until(() => refused);
    service.relay = honest;
    await adasWorld.advance(500);
    expect(service.window.length).toBe(before);
    await adasWorld.advance(400);
    await sent;
  });

  it("gives up a message that no connection ever confirms, and says that its fate is unknown", async () => {
    const { service, ada, adasWorld } = await stage();
    service.relay = () => undefined;
    const sent = expect(ada.send("into the void")).rejects.toMatchObject({ code: "delivery_unknown" });
    for (let round = 0; round < 40; round++) await adasWorld.advance(15_000);
    await sent;
  });
});

describe("[SDK3] bounds of what is sent", () => {
  it("a message too long, a queue too full, and a caller who gives up", async () => {
    const { service, ada, adasWorld } = await stage();
    await expect(ada.send("x".repeat(32_763))).rejects.toMatchObject({ code: "message_too_large" });
    await ada.send("x".repeat(32_762));
    service.cut(adasWorld.socket);
    const waiting = Array.from({ length: 256 }, (_, n) => ada.send(String(n)));
    for (const each of waiting) each.catch(() => undefined);
    await expect(ada.send("one more")).rejects.toMatchObject({ code: "queue_full" });
    const controller = new AbortController();
    ada.close();
    await expect(waiting[0]).rejects.toMatchObject({ code: "ended" });
    controller.abort();
    await expect(ada.send("x", { signal: controller.signal })).rejects.toMatchObject({ code: "ended" });
  });

  it("a message that was taken back before it was sealed is never sent and leaves no gap", async () => {
    const all = await stage();
    const { service, ada, bob, adasWorld } = all;
    const heard = listen(bob);
    service.cut(adasWorld.socket);
    const controller = new AbortController();
    const taken = ada.send("never mind", { signal: controller.signal });
    const kept = ada.send("kept");
    controller.abort();
    await expect(taken).rejects.toMatchObject({ code: "aborted" });
    await adasWorld.advance(5_000);
    await kept;
    await until(() => texts(heard).length === 1);
    expect(texts(heard)).toEqual(["kept"]);
    expect(of(heard, "gap")).toEqual([]);
  });
});
