// When clients announce themselves: an announcement is content to the service, so none leaves that nobody needs, and
// what keeps happening by itself (wake-ups, reconnects) never counts as somebody speaking.
import { describe, expect, it } from "vitest";
import { readSealHeader } from "../../../src/crypto/seal.ts";
import { joinSession, type Session } from "../../../src/client/index.ts";
import { stage, worldOf, type FakeService } from "./fake-service.ts";
import { settle, until, type World } from "./world.ts";

interface Member {
  readonly session: Session;
  readonly world: World;
  readonly gaps: { stream: string; missed: number; source: string }[];
  readonly texts: string[];
}

/** Ada, Bob and as many others, all introduced; everything has been quiet for a while. */
async function crowd(others: number, burn: object = {}): Promise<{ service: FakeService; all: Member[] }> {
  const { service, ada, bob, adasWorld, bobsWorld } = await stage();
  service.burn = { ...service.burn, ...burn };
  const all = [member(ada, adasWorld), member(bob, bobsWorld)];
  for (let n = 0; n < others; n++) {
    const world = worldOf(service);
    const { link } = await ada.invite();
    all.push(
      member(await joinSession(link, { name: `Guest ${String(n)}`, environment: world.environment }), world),
    );
  }
  for (const { world } of all) {
    world.socket.say({ type: "deadlines", burn: service.burn, deadlines: service.deadlines() });
  }
  await pass(all, 3_000);
  return { service, all };
}

function member(session: Session, world: World): Member {
  const gaps: Member["gaps"] = [];
  const texts: string[] = [];
  session.on("gap", (gap) => gaps.push(gap));
  session.on("message", ({ text }) => texts.push(text));
  return { session, world, gaps, texts };
}

async function pass(all: Member[], ms: number): Promise<void> {
  // In small steps and in turn, so that what one says reaches the others before their own time comes.
  for (let step = 0; step < ms; step += 150) {
    for (const { world } of all) await world.advance(150);
  }
  await settle();
}

/** Loses the connection, and the service its memory meanwhile. */
async function reconnect(service: FakeService, { session, world }: Member): Promise<void> {
  service.cut(world.socket);
  await until(() => session.state === "reconnecting");
  service.forget();
  world.wake();
  await until(() => session.state === "live");
}

/** Frames that were relayed while something happened. */
async function relayedDuring(service: FakeService, what: () => Promise<void>): Promise<number> {
  let frames = 0;
  const honest = service.relay;
  service.relay = (seat, ref, sealed) => {
    frames += 1;
    honest(seat, ref, sealed);
  };
  await what();
  service.relay = honest;
  return frames;
}

const BURNS = [{}, { idle: 300 }, { messages: 100 }];

describe("[SDK9] announcements of a session in which nobody speaks", () => {
  it.each(BURNS)("none for wake-ups, however many, with %j", async (burn) => {
    const { service, all } = await crowd(2, burn);
    await all[0]?.session.send("the last word");
    await pass(all, 3_000);
    service.forget();
    await pass(all, 3_000);
    const frames = await relayedDuring(service, async () => {
      for (let minute = 0; minute < 3; minute++) {
        service.forget();
        await pass(all, 2_000);
      }
    });
    expect(frames).toBe(0);
  });

  it.each(BURNS.slice(1))("none for reconnects that were not recovered, with %j", async (burn) => {
    const { service, all } = await crowd(1, burn);
    const [ada] = all;
    if (ada === undefined) throw new Error("nobody");
    const frames = await relayedDuring(service, async () => {
      for (let round = 0; round < 4; round++) {
        await reconnect(service, ada);
        await pass(all, 2_000);
      }
    });
    expect(frames).toBe(0);
  });

  it("one for a reconnect where content costs nothing: it asks, and who has nothing new is silent", async () => {
    const { service, all } = await crowd(3);
    const [ada] = all;
    if (ada === undefined) throw new Error("nobody");
    const frames = await relayedDuring(service, async () => {
      await reconnect(service, ada);
      await pass(all, 4_000);
    });
    expect(frames).toBe(1);
  });
});

describe("[SDK9] announcements of a session in which people speak", () => {
  it("one account for all after a wake-up, whoever is first", async () => {
    for (const burn of BURNS) {
      const { service, all } = await crowd(4, burn);
      await all[0]?.session.send("one");
      await pass(all, 500);
      // Nobody draws the same moment as somebody else.
      for (const [place, { world }] of all.entries()) world.share = () => place / all.length;
      service.forget();
      const frames = await relayedDuring(service, async () => {
        await all[1]?.session.send("two");
        // An account that is made before this was opened would not cover it.
        const others = all.filter((_, place) => place !== 1);
        await until(() => others.every(({ texts }) => texts.includes("two")));
        await pass(all, 4_000);
      });
      // The message itself, and one account.
      expect(frames, JSON.stringify(burn)).toBe(2);
    }
  });

  it("none more by who sent something right behind an account, and learns of both in one breath", async () => {
    const { service, all } = await crowd(1, { messages: 100 });
    const [ada, bob, guest] = all;
    if (ada === undefined || bob === undefined || guest === undefined) throw new Error("nobody");
    await ada.session.send("one");
    await pass(all, 500);
    for (const [place, { world }] of [guest, bob, ada].entries()) world.share = () => place / all.length;
    service.forget();
    const frames = await relayedDuring(service, async () => {
      await bob.session.send("two");
      await until(() => [ada, guest].every(({ texts }) => texts.includes("two")));
      const { socket } = ada.world;
      const hear = socket.bytes.bind(socket);
      const bundle: Uint8Array[] = [];
      socket.bytes = (message) => bundle.push(message);
      await guest.world.advance(150);
      expect(bundle).toHaveLength(1);
      const sent = ada.session.send("three");
      await until(() => bundle.length === 2);
      socket.bytes = hear;
      bundle.forEach(hear);
      await sent;
      await pass(all, 4_000);
    });
    // Two messages, and the one account of the guest, who had everything that was before it.
    expect(frames).toBe(3);
  });

  it("what a reconnect missed is told exactly: at once, or with the next message where content is counted", async () => {
    for (const burn of BURNS) {
      const { service, all } = await crowd(1, burn);
      const [ada, bob, guest] = all;
      if (ada === undefined || bob === undefined || guest === undefined) throw new Error("nobody");
      service.cut(ada.world.socket);
      await bob.session.send("missed one");
      await bob.session.send("missed two");
      await guest.session.send("missed three");
      service.forget();
      ada.world.wake();
      await until(() => ada.session.state === "live");
      await pass(all, 4_000);
      const told = (): number => ada.gaps.reduce((sum, { missed }) => sum + missed, 0);
      if (Object.keys(burn).length > 0) {
        expect(told()).toBe(0);
        await guest.session.send("speaking again");
        await pass(all, 4_000);
      }
      expect(told(), JSON.stringify(burn)).toBe(3);
      expect(bob.gaps).toEqual([]);
    }
  });

  it("whoever joined while somebody was away is known to them by name afterwards", async () => {
    const { service, all } = await crowd(0);
    const [ada, bob] = all;
    if (ada === undefined || bob === undefined) throw new Error("nobody");
    service.cut(bob.world.socket);
    service.windowFrames = 0;
    const { link } = await ada.session.invite();
    const world = worldOf(service);
    const carol = member(await joinSession(link, { name: "Carol", environment: world.environment }), world);
    await pass([ada, carol], 2_000);
    await ada.session.send("while Bob is away");
    bob.world.wake();
    await pass([ada, bob, carol], 4_000);
    await until(() => bob.session.people.some(({ name }) => name === "Carol"));
  });

  it("the first frame of a stream introduces it", async () => {
    const { service, all } = await crowd(0);
    const stream = readSealHeader(service.window[0]?.sealed ?? new Uint8Array())?.stream;
    expect(stream).toBeDefined();
    expect(all[0]?.session.people.map(({ name }) => name).sort()).toEqual(["Ada", "Bob"]);
  });
});
