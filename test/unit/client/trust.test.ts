// A service that lies about who said what: reassigns, replays, withholds, swaps, reflects, loses its memory for
// ever. What the seal can notice is noticed, and told as what it is.
import { describe, expect, it } from "vitest";
import { createSeal } from "../../../src/crypto/seal.ts";
import { encodeContent } from "../../../src/crypto/seal-content.ts";
import { joinSession, type Session, type SessionEvent } from "../../../src/client/index.ts";
import { FakeService, SESSION, stage, worldOf, type Stage } from "./fake-service.ts";
import { settle, until } from "./world.ts";

const KINDS = ["message", "gap", "dropped", "mismatch", "presence", "resumed"] as const;
function listen(session: Session): SessionEvent[] {
  const events: SessionEvent[] = [];
  for (const kind of KINDS) session.on(kind, (event) => events.push(event as SessionEvent));
  return events;
}
const of = (events: SessionEvent[], type: SessionEvent["type"]): SessionEvent[] =>
  events.filter((event) => event.type === type);

/** Sends and returns the sealed bytes as the service saw them. */
async function overheard({ service }: Stage, from: Session, text: string): Promise<Uint8Array> {
  await from.send(text);
  const frame = service.window.at(-1);
  if (frame === undefined) throw new Error("nothing was relayed");
  return frame.sealed;
}

describe("[SDK8] a dishonest service is noticed", () => {
  it("[SEAL4] when it repeats a frame, at once, after a reconnect or in a new epoch", async () => {
    const all = await stage();
    const { service, ada, bob, bobsWorld } = all;
    const heard = listen(bob);
    const sealed = await overheard(all, ada, "once");
    service.inject(sealed);
    service.cut(bobsWorld.socket);
    await bobsWorld.advance(3_000);
    service.inject(sealed);
    service.forget();
    service.inject(sealed);
    await until(() => of(heard, "dropped").length === 3);
    expect(of(heard, "dropped")).toEqual(Array(3).fill(expect.objectContaining({ reason: "repeated" })));
    expect(of(heard, "message")).toHaveLength(1);
  });

  it("[SEAL4] when it reflects a frame to its sender", async () => {
    const all = await stage();
    const heard = listen(all.ada);
    all.service.inject(await overheard(all, all.ada, "mine"));
    await until(() => of(heard, "dropped").length === 1);
    expect(of(heard, "dropped")[0]).toMatchObject({ reason: "reflected" });
  });

  it("[SEAL3] when it forges, or brings frames of another session", async () => {
    const all = await stage();
    const heard = listen(all.bob);
    const sealed = await overheard(all, all.ada, "true");
    const { link } = await all.ada.invite();
    const key = Uint8Array.from(Buffer.from(link.split(".")[3] ?? "", "base64url"));
    const other = await createSeal(
      key.length === 32 ? key : new Uint8Array(32),
      "e".repeat(64),
      new Uint8Array(16),
    );
    const swapped = await other.seal(encodeContent({ kind: "text", text: "from elsewhere" }));
    all.service.inject(
      sealed.map((byte, at) => (at === 40 ? byte ^ 1 : byte)).map((b, at) => (at === 19 ? 9 : b)),
    );
    all.service.inject(swapped.bytes);
    all.service.inject(Uint8Array.of(1, 2, 3));
    await until(() => of(heard, "dropped").length === 3);
    expect(of(heard, "dropped").map((event) => "reason" in event && event.reason)).toEqual([
      "forged",
      "forged",
      "truncated",
    ]);
    expect(of(heard, "message")).toHaveLength(1);
  });

  it("[SEAL5] when it withholds a frame and the stream goes on", async () => {
    const { service, ada, bob } = await stage();
    const heard = listen(bob);
    const honest = service.relay;
    service.relay = (seat, ref, sealed) => {
      service.deliver(seat, ref, sealed, { to: [seat] });
    };
    const bobsSeat = service.seatOf(bob);
    await ada.send("withheld");
    service.relay = honest;
    // Numbered as if nothing had happened, so that only the seal can tell.
    service.seq -= 1;
    const seat = service.seatOf(ada);
    service.relay = (from, ref, sealed) => {
      service.deliver(from, ref, sealed, { to: [bobsSeat] });
      service.seq += 1;
      seat.socket.bytes(Uint8Array.of(4, 0, 0, 0, 0, 0, 0, 0, service.seq, 0, 0, 0, ref));
    };
    await ada.send("delivered");
    await until(() => of(heard, "message").length === 1);
    expect(of(heard, "gap")).toMatchObject([{ missed: 1, source: "order", name: "Ada" }]);
  });

  it("[SEAL5] when it withholds the last frame from one of three, once a third tells what it has", async () => {
    const { service, ada, bob, bobsWorld } = await stage();
    const { link } = await ada.invite();
    const carolsWorld = worldOf(service);
    const carol = await joinSession(link, { name: "Carol", environment: carolsWorld.environment });
    await until(() => bob.people.some(({ name }) => name === "Carol"));
    await ada.send("to all");
    const heard = listen(bob);
    service.relay = (seat, ref, sealed) => {
      service.deliver(seat, ref, sealed, { to: [seat, service.seatOf(carol)] });
    };
    await ada.send("not for Bob");
    await settle();
    service.relay = (seat, ref, sealed) => {
      service.deliver(seat, ref, sealed);
    };
    service.forget();
    await carolsWorld.advance(2_000);
    await bobsWorld.advance(0);
    await until(() => of(heard, "gap").length === 1);
    expect(of(heard, "gap")).toMatchObject([{ missed: 1, source: "account", name: "Ada" }]);
  });

  it("when it puts another sender's id on a frame: the stream keeps its name, and the mismatch is told once", async () => {
    const { service, ada, bob } = await stage();
    const heard = listen(bob);
    const mallory = "M".repeat(16);
    service.relay = (seat, ref, sealed) => {
      service.deliver(seat, ref, sealed, { sender: mallory });
    };
    await ada.send("who am I?");
    await ada.send("still me");
    await until(() => of(heard, "message").length === 2);
    expect(of(heard, "message")[0]).toMatchObject({ name: "Ada", participant: ada.participant });
    expect(of(heard, "mismatch")).toMatchObject([{ claimed: ada.participant, sender: mallory }]);
  });

  it("when it claims to have recovered from somewhere else: the resume counts as not recovered", async () => {
    const { service, ada, bob, bobsWorld } = await stage();
    const heard = listen(bob);
    bobsWorld.onConnect = (socket) => {
      service.accept(socket, { seq: service.seq + 5, resumed: { recovered: true, missed: 0 } });
    };
    service.cut(bobsWorld.socket);
    await bobsWorld.advance(2_000);
    expect(of(heard, "resumed")[0]).toMatchObject({ recovered: false });
    expect(ada.state).toBe("live");
  });

  it("but not when it replays an old stream to a client that was just loaded, which the docs say", async () => {
    const all = await stage();
    const sealed = await overheard(all, all.ada, "old news");
    const { link } = await all.ada.invite();
    const carol = await joinSession(link, { environment: worldOf(all.service).environment });
    const heard = listen(carol);
    all.service.inject(sealed);
    await until(() => of(heard, "message").length === 1);
  });
});

describe("[SDK9] names and counters travel through the seal", () => {
  it("a newcomer learns every name, and the service never saw one", async () => {
    const { service, ada, bob, adasWorld, bobsWorld } = await stage();
    const { link } = await ada.invite();
    const carol = await joinSession(link, { name: "Carol", environment: worldOf(service).environment });
    await Promise.all([adasWorld.advance(2_000), bobsWorld.advance(2_000)]);
    const known = () => carol.people.map(({ name }) => name).sort();
    await until(() => known().length === 3 && !known().includes(null));
    expect(known()).toEqual(["Ada", "Bob", "Carol"]);
    const relayed = service.window.map(({ sealed }) => Buffer.from(sealed).toString("latin1")).join();
    const controls = adasWorld.sockets.flatMap(({ sent }) => sent.filter((data) => typeof data === "string"));
    for (const name of ["Ada", "Bob", "Carol"]) {
      expect(relayed).not.toContain(name);
      expect(controls.join()).not.toContain(name);
    }
    expect(bob.people.find(({ self }) => self)).toMatchObject({ name: "Bob", id: bob.participant });
  });

  it("endless epochs cost one announcement a second or so, not one each", async () => {
    const { service, adasWorld } = await stage();
    const before = adasWorld.socket.sent.length;
    for (let n = 0; n < 500; n++) service.forget();
    await adasWorld.advance(3_000);
    expect(adasWorld.socket.sent.length - before).toBeLessThan(4);
  });

  it("two tabs of one participant have streams of their own, and each sees what the other says", async () => {
    const { service, ada } = await stage();
    const { link } = await ada.invite();
    const worlds = [worldOf(service), worldOf(service)] as const;
    const one = await joinSession(link, { environment: worlds[0].environment });
    const two = await joinSession(link, { environment: worlds[1].environment });
    const heard = listen(two);
    const { id } = await one.send("from the other tab");
    await until(() => of(heard, "message").length === 1);
    expect((await two.send("x")).id.split(".")[0]).not.toBe(id.split(".")[0]);
  });

  it("a name that cannot be one is refused, and the others hear of a new one", async () => {
    const { ada, bob, adasWorld } = await stage();
    expect(() => {
      ada.setName("a\u001b[2J");
    }).toThrow(expect.objectContaining({ code: "name_invalid" }));
    ada.setName("Countess");
    await adasWorld.advance(10);
    await until(() => bob.people.some(({ name }) => name === "Countess"));
  });
});

it("[SDK8] the fake service's session is the one of the vectors", () => {
  expect(new FakeService().token()).not.toBe("");
  expect(SESSION).toHaveLength(64);
});
