// Rooms and sockets in bulk: how fast they are made and what each one costs.
import { CONNECTIONS, type Contender, type Room } from "./contender.ts";
import { CountError, type Peer } from "./peer.ts";
import { cpuMs, residentBytes } from "./process.ts";
import { within } from "./timing.ts";

const LIMIT_MS = 60_000;

export interface Creation {
  readonly perSecond: number;
  /** µs of the service's CPU */
  readonly cpuPerRoom: number;
}

/** Makes `count` rooms with a durable deadline, several requests at a time over kept connections. */
export async function createRooms(contender: Contender, count: number): Promise<Creation> {
  const { pid } = contender.service;
  const cpuBefore = cpuMs(pid);
  const startedAt = performance.now();
  await inParallel(count, CONNECTIONS, () => contender.createRoom());
  const elapsedMs = performance.now() - startedAt;
  return {
    perSecond: (count / elapsedMs) * 1000,
    cpuPerRoom: ((cpuMs(pid) - cpuBefore) / count) * 1000,
  };
}

export interface Opened {
  readonly peers: readonly Peer[];
  /** ms until every socket took part */
  readonly elapsedMs: number;
}

/** Opens `count` sockets, one after the other in each of `rooms`, with {@link CONNECTIONS} under way. */
export async function openSockets(rooms: readonly Room[], count: number): Promise<Opened> {
  const startedAt = performance.now();
  const peers = await inParallel(count, CONNECTIONS, (index) => {
    const room = rooms[index % rooms.length];
    if (room === undefined) throw new Error("no room");
    return room.join();
  });
  return { peers, elapsedMs: performance.now() - startedAt };
}

/** bytes of resident memory that each of `count` more things costs, from `before` until now */
export function memoryEach(contender: Contender, before: number, count: number): number {
  return (residentBytes(contender.service.pid) - before) / count;
}

export interface Burned {
  /** ms from the request until the last socket was closed */
  readonly elapsedMs: number;
  /** ms until the caller had the statement */
  readonly answeredMs: number;
}

/** Burns a room full of sockets. Each must be told, closed with 4410, and get the same statement. */
export async function burn(room: Room, peers: readonly Peer[]): Promise<Burned> {
  if (room.burn === null) throw new Error("nothing to burn");
  const codes: number[] = [];
  const closed = new Promise<void>((resolve) => {
    for (const peer of peers) {
      peer.onClosed = (code) => {
        codes.push(code);
        if (codes.length === peers.length) resolve();
      };
    }
  });
  const startedAt = performance.now();
  const answer = await within(LIMIT_MS, "burn", room.burn());
  const answeredMs = performance.now() - startedAt;
  await within(LIMIT_MS, "burn", closed);
  const elapsedMs = performance.now() - startedAt;
  const { statement } = JSON.parse(answer.body) as { readonly statement: string };
  const told = peers.filter(({ burned }) => burned !== "" && sameStatement(burned, statement)).length;
  const terminal = codes.filter((code) => code === 4410).length;
  if (told !== peers.length || terminal !== peers.length) {
    throw new CountError(
      `of ${String(peers.length)}, ${String(told)} were told, ${String(terminal)} closed with 4410`,
    );
  }
  if (storageKeys(statement) !== 0) throw new CountError("storage was not empty");
  return { elapsedMs, answeredMs };
}

function sameStatement(burned: string, statement: string): boolean {
  return (JSON.parse(burned) as { readonly statement: unknown }).statement === statement;
}

function storageKeys(statement: string): unknown {
  const claims = Buffer.from(statement.split(".")[1] ?? "", "base64url").toString();
  return (JSON.parse(claims) as { readonly storageKeys: unknown }).storageKeys;
}

export async function inParallel<T>(
  count: number,
  atOnce: number,
  step: (index: number) => Promise<T>,
): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) results.push(await step(next++));
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, lane));
  return results;
}
