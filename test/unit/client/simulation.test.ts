// Three people over a service and a network that fail at random. An oracle sees what reached whom; what each client
// tells its application has to be exactly that: every message once and in order, and every gap counted once.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toBase64Url } from "../../../src/crypto/bytes.ts";
import { readSealHeader } from "../../../src/crypto/seal.ts";
import { joinSession, type Session } from "../../../src/client/index.ts";
import { parseServerMessage } from "../../../src/protocol/frames.ts";
import { stage, worldOf, type FakeService } from "./fake-service.ts";
import { settle, sharesOf, until, type FakeSocket, type World } from "./world.ts";

const FAULTS = [
  "none",
  "cut the sender",
  "cut everybody",
  "cut a reader",
  "lose the frame",
  "lose the receipt",
  "lose the memory",
  "lose the memory and the sender",
  "restart",
  "shrink the window",
  "wait",
] as const;
type Fault = (typeof FAULTS)[number];

interface Step {
  readonly who: number;
  readonly fault: Fault;
}

interface Place {
  readonly session: Session;
  readonly world: World;
  /** what it told: texts by stream, gaps by stream */
  readonly texts: string[];
  readonly gaps: Map<string, number>;
  /** what reached it, in order: counters by stream */
  readonly received: Map<string, number[]>;
}

/** Counters that a client can take, of those that reached it, and how many are missing between them. */
function judge(counters: readonly number[]): { accepted: number; missing: number } {
  let [last, accepted] = [0, 0];
  for (const counter of counters) {
    if (counter <= last) continue;
    last = counter;
    accepted += 1;
  }
  return { accepted, missing: last - (counters[0] ?? 1) + 1 - accepted };
}

function watch(session: Session, world: World): Place {
  const place: Place = { session, world, texts: [], gaps: new Map(), received: new Map() };
  session.on("message", ({ text }) => place.texts.push(text));
  session.on("gap", ({ stream, missed }) => {
    place.gaps.set(stream, (place.gaps.get(stream) ?? 0) + missed);
  });
  return place;
}

/**
 * Notes what a socket brings to its client. One that the client gave up brings nothing, whoever still sends on it;
 * and one's own frames, which come back where their receipt was lost, are not a stream that is followed.
 */
function spy({ session, received }: Place, socket: FakeSocket): void {
  const bring = socket.bytes.bind(socket);
  socket.bytes = (message) => {
    const frames = parseServerMessage(message);
    for (const frame of frames.ok && socket.closedWith === null ? frames.value : []) {
      if (frame.kind !== "relay" || toBase64Url(frame.sender) === session.participant) continue;
      const header = readSealHeader(frame.sealed);
      if (header === null) continue;
      received.set(header.stream, [...(received.get(header.stream) ?? []), header.counter]);
    }
    bring(message);
  };
}

async function cast(burn: object, share: () => number): Promise<{ service: FakeService; places: Place[] }> {
  const { service, ada, bob, adasWorld, bobsWorld } = await stage({}, share);
  service.burn = { ...service.burn, ...burn };
  const world = worldOf(service, share);
  const { link } = await ada.invite();
  const carol = await joinSession(link, { name: "Carol", environment: world.environment });
  const places = [watch(ada, adasWorld), watch(bob, bobsWorld), watch(carol, world)];
  await elapse(places, 3_000);
  // From here on everything is noted; what came before counts as the first frame of its stream.
  for (const place of places) {
    for (const { sealed, sender } of service.window) {
      const header = readSealHeader(sealed);
      if (header !== null && sender !== place.session.participant)
        place.received.set(header.stream, [header.counter]);
    }
    spy(place, place.world.socket);
    place.world.onConnect = (socket) => {
      spy(place, socket);
      service.accept(socket);
    };
    place.gaps.clear();
  }
  return { service, places };
}

async function elapse(places: readonly Place[], ms: number): Promise<void> {
  for (let step = 0; step < ms; step += 500) for (const { world } of places) await world.advance(500);
  await settle();
}

/** One step, whole: the next one begins after it. What becomes of its message is known later. */
async function inject(
  service: FakeService,
  places: readonly Place[],
  step: Step,
  text: string,
): Promise<{ readonly outcome: Promise<string> }> {
  const honest = service.relay;
  const sender = places[step.who];
  const reader = places[(step.who + 1) % places.length];
  if (sender === undefined || reader === undefined) throw new Error("nobody");
  const { session, world } = sender;
  if (step.fault === "cut a reader") service.cut(reader.world.socket);
  if (step.fault === "shrink the window") service.windowFrames = 1;
  if (step.fault === "lose the frame" || step.fault === "restart") service.relay = () => undefined;
  if (step.fault === "lose the receipt") {
    service.relay = (seat, ref, sealed) => {
      service.deliver(seat, ref, sealed, { to: service.seats.filter((each) => each !== seat) });
    };
  }
  const outcome = session.send(text).then(
    () => "relayed",
    (error: unknown) => (error as { code?: string }).code ?? "not ours",
  );
  await settle();
  service.relay = honest;
  if (step.fault.startsWith("lose the memory") || step.fault === "restart") service.forget();
  if (step.fault === "cut everybody") for (const each of places) service.cut(each.world.socket);
  if (/cut the sender|and the sender|frame|receipt/.test(step.fault)) service.cut(world.socket);
  if (step.fault === "wait") await elapse(places, 2_000);
  return { outcome };
}

describe("[SDK2] a chat of three over whatever goes wrong", () => {
  it("[SEAL2] [SEAL5] is told exactly as it reached each: once, in order, and every gap counted once", async () => {
    const step = fc.record({ who: fc.nat({ max: 2 }), fault: fc.constantFrom(...FAULTS) });
    const plan = fc.record({
      draws: fc.nat(),
      burn: fc.constantFrom({}, { idle: 300 }, { messages: 900 }),
      steps: fc.array(step, { minLength: 1, maxLength: 12 }),
    });
    await fc.assert(
      fc.asyncProperty(plan, async ({ draws, burn, steps }) => {
        const { service, places } = await cast(burn, sharesOf(draws));
        const relayed = new Map<string, number>();
        const bytes = new Map<string, string>();
        const reused: string[] = [];
        const deliver = service.deliver.bind(service);
        service.deliver = (seat, ref, sealed, change) => {
          const { stream, counter } = readSealHeader(sealed) ?? { stream: "", counter: 0 };
          const key = `${stream} ${String(counter)}`;
          relayed.set(key, (relayed.get(key) ?? 0) + 1);
          // One (key, nonce) pair never seals two things, over every reconnect and resend.
          const seen = Buffer.from(sealed).toString("hex");
          if ((bytes.get(key) ?? seen) !== seen) reused.push(key);
          bytes.set(key, seen);
          deliver(seat, ref, sealed, change);
        };
        const outcomes: Promise<string>[] = [];
        for (const [index, each] of steps.entries()) {
          const { outcome } = await inject(service, places, each, `${String(each.who)}:${String(index)}`);
          outcomes.push(outcome);
          await settle();
        }
        for (let round = 0; round < 200 && places.some(({ session }) => session.state !== "live"); round++) {
          await elapse(places, 1_000);
        }
        await elapse(places, 20_000);
        // Two last words of everybody, so that each stream shows how far it came.
        for (const word of ["last", "very last"]) {
          outcomes.push(
            ...places.map(({ session }, who) => session.send(`${String(who)}:${word}`).then(() => "relayed")),
          );
          await elapse(places, 4_000);
        }
        expect(await Promise.all(outcomes)).toEqual(outcomes.map(() => "relayed"));
        expect([relayed.size > 0, reused]).toEqual([true, []]);
        const again = [...relayed.values()].reduce((sum, times) => sum + times - 1, 0);
        for (const place of places) {
          await until(() => place.texts.filter((text) => text.endsWith(":very last")).length === 2);
          for (const sender of [0, 1, 2]) {
            const heard = place.texts.filter((text) => text.startsWith(`${String(sender)}:`));
            expect(new Set(heard).size).toBe(heard.length);
            const order = heard.slice(0, -2).map((text) => Number(text.split(":")[1]));
            expect(order).toEqual([...order].sort((a, b) => a - b));
          }
          // Streams of the two others.
          expect(place.received.size).toBe(2);
          for (const [stream, counters] of place.received) {
            const { missing } = judge(counters);
            const told = place.gaps.get(stream) ?? 0;
            // What was sent again can arrive after somebody's account told that it was missing.
            expect(told).toBeGreaterThanOrEqual(missing);
            expect(told).toBeLessThanOrEqual(missing + again);
          }
          place.session.close();
        }
        await Promise.all(places.map(({ session }) => session.ended));
        expect(places.map(({ world }) => world.timers)).toEqual([0, 0, 0]);
      }),
      { numRuns: 100 },
    );
  });
});
