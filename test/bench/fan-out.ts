// One sends, or everybody sends; all others receive.
import type { Contender } from "./contender.ts";
import type { Peer } from "./peer.ts";
import { cpuMs } from "./process.ts";
import { pause, within } from "./timing.ts";
import { quantile } from "./statistics.ts";

/** messages on their way at most; enough that the service never waits for its senders */
const WINDOW = 128;
/** ms; a delivery that came twice would show within this time */
const DOUBLES_MS = 30;
const LIMIT_MS = 30_000;

export interface Audience {
  readonly contender: Contender;
  /** the first is the one who sends where only one does */
  readonly peers: readonly Peer[];
}

/** A room with one sender and so many subscribers, warmed up. */
export async function gather(contender: Contender, subscribers: number): Promise<Audience> {
  const room = await contender.createRoom();
  const peers: Peer[] = [];
  for (let i = 0; i <= subscribers; i++) peers.push(await room.join());
  const audience = { contender, peers };
  await saturate(audience, 1, 400);
  for (const peer of peers) peer.thorough = false;
  return audience;
}

export interface Saturated {
  readonly deliveriesPerSecond: number;
  /** µs of the service's CPU */
  readonly cpuPerDelivery: number;
}

/** As many messages as the service takes, `count` of them, the first `senders` peers taking turns. */
export async function saturate(audience: Audience, senders: number, count: number): Promise<Saturated> {
  const { contender, peers } = audience;
  const { dialect, service } = contender;
  const others = peers.length - 1;
  const deliveries = count * others;
  for (const peer of peers) peer.reset();
  let sent = 0;
  let finish: () => void = ignore;
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const proceed = (): void => {
    let delivered = 0;
    for (const peer of peers) delivered += peer.deliveries;
    if (delivered >= deliveries) finish();
    const free = Math.min(WINDOW - (sent - Math.floor(delivered / others)), count - sent);
    // Half a window at a time, as happens to a sender whose own buffer is full.
    if (free <= 0 || (free < WINDOW / 2 && sent + free < count)) return;
    if (senders === 1) {
      peers[0]?.socket.write(dialect.encode({ sender: 0, index: sent, sentAt: 0 }, free, false));
      sent += free;
      return;
    }
    for (const end = sent + free; sent < end; sent++) {
      const stamp = { sender: sent % senders, index: Math.floor(sent / senders), sentAt: 0 };
      peers[stamp.sender]?.socket.write(dialect.encode(stamp, 1, false));
    }
  };
  const cpuBefore = cpuMs(service.pid);
  const startedAt = performance.now();
  for (const peer of peers) peer.onProgress = proceed;
  proceed();
  try {
    await within(LIMIT_MS, "fan-out", finished);
  } catch (error) {
    // Most likely a message got lost: say so if it was.
    await checkAll(audience, senders, count);
    throw error;
  }
  const elapsedMs = performance.now() - startedAt;
  const cpu = cpuMs(service.pid) - cpuBefore;
  for (const peer of peers) peer.onProgress = null;
  await checkAll(audience, senders, count);
  return { deliveriesPerSecond: (deliveries / elapsedMs) * 1000, cpuPerDelivery: (cpu / deliveries) * 1000 };
}

export interface Paced {
  /** ms from send to delivery */
  readonly p50: number;
  readonly p99: number;
}

/** `count` messages of one sender, one every `everyMs`. */
export async function pace(audience: Audience, count: number, everyMs: number): Promise<Paced> {
  const { contender, peers } = audience;
  const latencies: number[] = [];
  for (const peer of peers) {
    peer.reset();
    peer.onDelivery = (sentAt) => {
      latencies.push(performance.now() - sentAt);
    };
  }
  const startedAt = performance.now();
  for (let index = 0; index < count; index++) {
    await pause(Math.max(0, startedAt + index * everyMs - performance.now()));
    const stamp = { sender: 0, index, sentAt: performance.now() };
    peers[0]?.socket.write(contender.dialect.encode(stamp, 1, false));
  }
  await pause(everyMs);
  await checkAll(audience, 1, count);
  for (const peer of peers) peer.onDelivery = null;
  return { p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99) };
}

async function checkAll({ contender, peers }: Audience, senders: number, count: number): Promise<void> {
  const expected = peers.map((peer, number) => {
    const own = number < senders ? Math.ceil((count - number) / senders) : 0;
    return { peer, others: count - own, receipts: contender.dialect.confirms === "receipt" ? own : 0 };
  });
  for (const { peer, others, receipts } of expected) await peer.arrived(others, receipts);
  await pause(DOUBLES_MS);
  for (const { peer, others, receipts } of expected) peer.check(others, receipts);
}

function ignore(): void {
  // Replaced before it can be called.
}
