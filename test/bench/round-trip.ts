// One message at a time, there and back.
import type { Contender } from "./contender.ts";
import type { Peer } from "./peer.ts";
import { pause, within } from "./timing.ts";
import { quantile } from "./statistics.ts";

const LIMIT_MS = 30_000;
/** ms; what came twice would show within this time */
const DOUBLES_MS = 30;

export interface RoundTrip {
  /** ms */
  readonly p50: number;
  readonly p99: number;
}

/** Somebody alone in a room, and two others in a room of theirs. */
export interface RoundTripRooms {
  readonly contender: Contender;
  readonly alone: Peer;
  readonly pair: readonly [Peer, Peer];
}

export async function openRoundTripRooms(contender: Contender): Promise<RoundTripRooms> {
  const alone = await (await contender.createRoom()).join();
  const room = await contender.createRoom();
  return { contender, alone, pair: [await room.join(), await room.join()] };
}

/** The sender hears of its own message: an echo from the yardsticks, a receipt from ghost.v1. */
export async function confirm({ contender, alone }: RoundTripRooms, count: number): Promise<RoundTrip> {
  const { dialect } = contender;
  const times = await repeat(count, (index, done) => {
    const sentAt = performance.now();
    const heard = (): void => {
      done(performance.now() - sentAt);
    };
    if (index === 0) alone.reset();
    if (dialect.confirms === "echo") alone.onDelivery = heard;
    else alone.onReceipt = heard;
    alone.socket.write(dialect.encode({ sender: 0, index, sentAt }, 1, true));
  });
  alone.onDelivery = alone.onReceipt = null;
  await settle([alone], dialect.confirms === "echo" ? count : 0, dialect.confirms === "receipt" ? count : 0);
  return times;
}

/** One sends, the other answers: two relays. */
export async function relay({ contender, pair }: RoundTripRooms, count: number): Promise<RoundTrip> {
  const { dialect } = contender;
  const [first, second] = pair;
  const times = await repeat(count, (index, done) => {
    const sentAt = performance.now();
    if (index === 0) for (const peer of pair) peer.reset();
    second.onDelivery = () => {
      second.socket.write(dialect.encode({ sender: 1, index, sentAt }, 1, false));
    };
    first.onDelivery = () => {
      done(performance.now() - sentAt);
    };
    first.socket.write(dialect.encode({ sender: 0, index, sentAt }, 1, false));
  });
  for (const peer of pair) peer.onDelivery = null;
  await settle(pair, count, dialect.confirms === "receipt" ? count : 0);
  return times;
}

// The last receipt may come after the last answer.
async function settle(peers: readonly Peer[], deliveries: number, receipts: number): Promise<void> {
  for (const peer of peers) await peer.arrived(deliveries, receipts);
  await pause(DOUBLES_MS);
  for (const peer of peers) peer.check(deliveries, receipts);
}

async function repeat(
  count: number,
  trip: (index: number, done: (ms: number) => void) => void,
): Promise<RoundTrip> {
  const times: number[] = [];
  const all = new Promise<void>((resolve) => {
    const next = (ms: number): void => {
      times.push(ms);
      if (times.length === count) resolve();
      else trip(times.length, next);
    };
    trip(0, next);
  });
  await within(LIMIT_MS, "round trip", all);
  return { p50: quantile(times, 0.5), p99: quantile(times, 0.99) };
}
