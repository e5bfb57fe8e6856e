// What is measured, in which amounts, and how the figures become rows of the table. Every round starts each
// service anew: a process keeps for its whole life the speed that the scheduler's first choices gave it.
import { NAMES, startContender, type Contender, type Name } from "./contender.ts";
import { gather, pace, saturate } from "./fan-out.ts";
import { residentBytes } from "./process.ts";
import type { Row } from "./report.ts";
import { burn, createRooms, inParallel, memoryEach, openSockets } from "./rooms.ts";
import { confirm, openRoundTripRooms, relay } from "./round-trip.ts";
import { interleave, noSamples, type Samples } from "./rounds.ts";
import { pause } from "./timing.ts";

/** How much is done. Counts never depend on how fast anything is. */
export interface Amounts {
  readonly rounds: number;
  readonly roundTripRounds: number;
  readonly roundTrips: number;
  readonly saturatedDeliveries: number;
  readonly pacedMessages: number;
  readonly rooms: number;
  readonly sockets: number;
  /** ms until what is idle counts as idle: the runtime hibernates an object after 10 s */
  readonly idleMs: number;
  readonly burnRounds: number;
  readonly burnSockets: number;
}

export const FULL: Amounts = {
  rounds: 5,
  roundTripRounds: 9,
  roundTrips: 1_000,
  saturatedDeliveries: 200_000,
  pacedMessages: 50,
  rooms: 400,
  sockets: 500,
  idleMs: 12_000,
  burnRounds: 3,
  burnSockets: 1_000,
};

export const QUICK: Amounts = {
  rounds: 2,
  roundTripRounds: 2,
  roundTrips: 200,
  saturatedDeliveries: 30_000,
  pacedMessages: 10,
  rooms: 100,
  sockets: 100,
  idleMs: 500,
  burnRounds: 2,
  burnSockets: 100,
};

const PACE_MS = 20;
const WARM_UP = 300;
const WARM_UP_ROOMS = 50;

/** Names of the measures, in the order of the table. */
export const MEASURES: Readonly<Record<string, (amounts: Amounts) => Promise<Row[]>>> = {
  "round-trip": measureRoundTrip,
  "fan-out": async (amounts) =>
    (await inParallel(3, 1, (i) => measureFanOut(amounts, [10, 50, 200][i] ?? 0))).flat(),
  talk: measureTalk,
  create: measureCreation,
  sockets: measureSockets,
  burn: measureBurn,
};

async function measureRoundTrip({ roundTripRounds, roundTrips }: Amounts): Promise<Row[]> {
  const samples = { own50: noSamples(), own99: noSamples(), two50: noSamples(), two99: noSamples() };
  await eachRound(roundTripRounds, NAMES, async (contender) => {
    const rooms = await openRoundTripRooms(contender);
    await confirm(rooms, WARM_UP);
    await relay(rooms, WARM_UP);
    for (const peer of [rooms.alone, ...rooms.pair]) peer.thorough = false;
    const own = await confirm(rooms, roundTrips);
    const two = await relay(rooms, roundTrips);
    samples.own50[contender.name].push(own.p50);
    samples.own99[contender.name].push(own.p99);
    samples.two50[contender.name].push(two.p50);
    samples.two99[contender.name].push(two.p99);
  });
  const shared = { unit: "ms", by: "least" } as const;
  return [
    { what: "round trip p50: echo or receipt", samples: samples.own50, target: atMost(1.15), ...shared },
    { what: "round trip p99: echo or receipt", samples: samples.own99, target: null, ...shared },
    { what: "round trip p50: relay and back", samples: samples.two50, target: atMost(1.15), ...shared },
    { what: "round trip p99: relay and back", samples: samples.two99, target: null, ...shared },
  ];
}

async function measureFanOut(amounts: Amounts, subscribers: number): Promise<Row[]> {
  const messages = Math.ceil(amounts.saturatedDeliveries / subscribers);
  const samples = { rate: noSamples(), cpu: noSamples(), p50: noSamples(), p99: noSamples() };
  await eachRound(amounts.rounds, NAMES, async (contender) => {
    const audience = await gather(contender, subscribers);
    const saturated = await saturate(audience, 1, messages);
    const paced = await pace(audience, amounts.pacedMessages, PACE_MS);
    samples.rate[contender.name].push(saturated.deliveriesPerSecond);
    samples.cpu[contender.name].push(saturated.cpuPerDelivery);
    samples.p50[contender.name].push(paced.p50);
    samples.p99[contender.name].push(paced.p99);
  });
  const to = `${String(subscribers)} subscribers`;
  const aimed = subscribers === 50;
  return [
    row(`saturated, ${to}`, "deliveries/s", samples.rate, aimed ? atLeast(4) : null),
    row(`saturated, ${to}`, "µs CPU per delivery", samples.cpu, aimed ? atMost(0.4) : null),
    row(`50 messages/s, ${to}: p50`, "ms", samples.p50, aimed ? atMost(1.05) : null),
    row(`50 messages/s, ${to}: p99`, "ms", samples.p99, null),
  ];
}

async function measureTalk(amounts: Amounts): Promise<Row[]> {
  const people = 50;
  const messages = Math.ceil(amounts.saturatedDeliveries / 2 / people);
  const samples = { rate: noSamples(), cpu: noSamples() };
  await eachRound(amounts.rounds, NAMES, async (contender) => {
    const audience = await gather(contender, people - 1);
    const saturated = await saturate(audience, people, messages);
    samples.rate[contender.name].push(saturated.deliveriesPerSecond);
    samples.cpu[contender.name].push(saturated.cpuPerDelivery);
  });
  return [
    row(`saturated, ${String(people)} all talking`, "deliveries/s", samples.rate, null),
    row(`saturated, ${String(people)} all talking`, "µs CPU per delivery", samples.cpu, null),
  ];
}

async function measureCreation(amounts: Amounts): Promise<Row[]> {
  const samples = { rate: noSamples(), cpu: noSamples() };
  await eachRound(amounts.rounds, NAMES, async (contender) => {
    await createRooms(contender, WARM_UP_ROOMS);
    const created = await createRooms(contender, amounts.rooms);
    samples.rate[contender.name].push(created.perSecond);
    samples.cpu[contender.name].push(created.cpuPerRoom);
  });
  return [
    row("session creation", "requests/s", samples.rate, atLeast(0.8)),
    row("session creation", "µs CPU per session", samples.cpu, null),
  ];
}

// All services of a round idle together, since waiting costs the most time here.
async function measureSockets({ rounds, sockets, idleMs }: Amounts): Promise<Row[]> {
  const samples = { one: noSamples(), many: noSamples(), socket: noSamples(), session: noSamples() };
  for (let round = 0; round < rounds; round++) {
    const idle: (() => Promise<void>)[] = [];
    await interleave(1, rotated(round), async (name) => {
      for (const kind of ["one", "many"] as const) {
        const contender = await startContender(name);
        await createRooms(contender, WARM_UP_ROOMS);
        const first = await contender.createRoom();
        await first.join();
        const before = residentBytes(contender.service.pid);
        const created = inParallel(kind === "one" ? 0 : sockets, 1, () => contender.createRoom());
        const rooms = kind === "one" ? [first] : await created;
        const opened = await openSockets(rooms, sockets);
        samples[kind][name].push(opened.elapsedMs);
        idle.push(async () => {
          const bytes = memoryEach(contender, before, sockets);
          samples[kind === "one" ? "socket" : "session"][name].push(bytes / 1024);
          for (const peer of opened.peers) peer.check(0, 0);
          await contender.service.stop();
        });
      }
    });
    await pause(idleMs);
    for (const finish of idle) await finish();
  }
  const idleFor = `after ${String(idleMs / 1000)} s idle`;
  return [
    row(`${String(sockets)} sockets into one session`, "ms", samples.one, atMost(1.1)),
    row(`${String(sockets)} sockets into as many sessions`, "ms", samples.many, atMost(1.2)),
    row(`memory per socket, ${idleFor}`, "KiB", samples.socket, atMost(1)),
    row(`memory per session with a socket, ${idleFor}`, "KiB", samples.session, atMost(1.05)),
  ];
}

async function measureBurn({ burnRounds, burnSockets }: Amounts): Promise<Row[]> {
  const samples = { closed: noSamples(), answered: noSamples() };
  await eachRound(burnRounds, ["ghost-session"], async (contender) => {
    const room = await contender.createRoom();
    const { peers } = await openSockets([room], burnSockets);
    const burned = await burn(room, peers);
    samples.closed[contender.name].push(burned.elapsedMs);
    samples.answered[contender.name].push(burned.answeredMs);
  });
  const what = `burn with ${String(burnSockets)} sockets`;
  return [
    row(`${what}: all told and closed with 4410`, "ms", samples.closed, null),
    row(`${what}: statement in the caller's hands`, "ms", samples.answered, null),
  ];
}

async function eachRound(
  rounds: number,
  names: readonly Name[],
  turn: (contender: Contender) => Promise<void>,
): Promise<void> {
  await interleave(rounds, names, async (name) => {
    const contender = await startContender(name);
    try {
      await turn(contender);
    } finally {
      await contender.service.stop();
    }
  });
}

function rotated(round: number): Name[] {
  return NAMES.map((_, i) => NAMES[(round + i) % NAMES.length] ?? "raw");
}

function row(what: string, unit: string, samples: Samples, target: Row["target"]): Row {
  return { what, unit, samples, by: "median", target };
}

function atMost(ratio: number): Row["target"] {
  return { bound: "at most", ratio };
}

function atLeast(ratio: number): Row["target"] {
  return { bound: "at least", ratio };
}
