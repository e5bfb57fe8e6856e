// The live connections of a session: who is here, what each is sent, and who is let go. Every byte to a client
// leaves through `send`, so that flow control and the memory budget are held in one place.
import { CLOSE_NORMAL, closeCodeOf, type ClosingCode } from "../protocol/errors.ts";
import { errorMessage, type Participant, type Role, type ServerControl } from "../protocol/control.ts";
import { MARK_BYTES } from "../protocol/ids.ts";
import {
  MARK_EVERY_BYTES,
  MAX_CONNECTIONS,
  MAX_CONNECTIONS_PER_PARTICIPANT,
  MAX_UNACKED_BYTES,
  MEMORY_BUDGET_BYTES,
  UNASKED_DIVISOR,
} from "../protocol/limits.ts";
import { Connection } from "./connection.ts";
import type { Platform, Socket } from "./ports.ts";
import { PresenceFeed, presenceOf, type Change } from "./presence.ts";

export interface ConnectionsPorts {
  /** Called whenever the last connection has gone, for whatever reason. */
  emptied(): void;
  /** Called for every connection that has gone, before anybody is told. Must not send. */
  lost(connection: Connection): void;
  /** bytes that the session holds besides what is unacknowledged; they share one budget */
  heldBytes(): number;
}

/** Messages, in order, and everyone who gets them. */
export interface Parcel {
  readonly to: readonly Connection[];
  readonly messages: readonly (string | Uint8Array<ArrayBuffer>)[];
}

export class Connections {
  readonly #platform: Platform;
  readonly #ports: ConnectionsPorts;
  readonly #bySocket = new Map<Socket, Connection>();
  readonly #byParticipant = new Map<string, Set<Connection>>();
  /** Sockets that were let go here, so that their late close event says nothing new. */
  readonly #forgotten = new WeakSet<Socket>();
  readonly #presence: PresenceFeed;
  /** how many of the waiting presence changes a newcomer's welcome already told */
  #welcomed = new Map<Connection, number>();

  constructor(platform: Platform, ports: ConnectionsPorts) {
    this.#platform = platform;
    this.#ports = ports;
    this.#presence = new PresenceFeed({
      afterTick: (callback) => {
        platform.afterTick(callback);
      },
      tell: (changes) => {
        this.#tellPresence(changes);
      },
    });
  }

  get count(): number {
    return this.#bySocket.size;
  }

  get all(): readonly Connection[] {
    return [...this.#bySocket.values()];
  }

  get participants(): Participant[] {
    return [...this.#byParticipant].map(([id, connections]) => ({
      id,
      role: roleOf(connections),
    }));
  }

  /** bytes that left and that no client acknowledged yet */
  get unackedBytes(): number {
    let unacked = 0;
    for (const connection of this.#bySocket.values()) unacked += connection.unackedBytes;
    return unacked;
  }

  has(participant: string): boolean {
    return this.#byParticipant.has(participant);
  }

  add(socket: Socket, framesPerSecond: number): Connection {
    const connection = new Connection(socket, framesPerSecond, this.#platform.clock());
    this.#bySocket.set(socket, connection);
    const own = this.#byParticipant.get(connection.participant) ?? new Set();
    this.#byParticipant.set(connection.participant, own.add(connection));
    return connection;
  }

  find(socket: Socket): Connection | undefined {
    return this.#bySocket.get(socket);
  }

  /** Why one more connection of this participant does not fit; null if it does. The one it replaces is free. */
  lackOfPlace(participant: string, replaced: Connection | null): "connections_full" | null {
    const own = this.#byParticipant.get(participant)?.size ?? 0;
    const freed = replaced === null ? 0 : 1;
    if (own - freed >= MAX_CONNECTIONS_PER_PARTICIPANT) return "connections_full";
    return this.#bySocket.size - freed >= MAX_CONNECTIONS ? "connections_full" : null;
  }

  /** The live connection that a resume would replace, if it is this participant's own. */
  findReplaced(participant: string, resumeHash: string | null): Connection | null {
    if (resumeHash === null) return null;
    for (const connection of this.#byParticipant.get(participant) ?? []) {
      if (connection.socket.attachment.resumeHash === resumeHash) return connection;
    }
    return null;
  }

  /** Tells everybody but the newcomer that somebody came. Its own welcome told everything up to now. */
  announceJoined(newcomer: Connection, participant: Participant | null): void {
    this.#welcomed.set(newcomer, this.#presence.pending + (participant === null ? 0 : 1));
    if (participant !== null) this.#presence.push({ joined: participant });
    else if (this.#presence.pending === 0) this.#welcomed.delete(newcomer);
  }

  /** Tells who came and went, so that nobody hears from somebody of whose coming nothing was said. */
  flushPresence(): void {
    this.#presence.flush();
  }

  tell(connection: Connection, message: ServerControl): void {
    this.send({ to: [connection], messages: [JSON.stringify(message)] });
  }

  /** Tells everybody else; where the connection has gone meanwhile, everybody. */
  tellOthers(connection: Connection | null, message: ServerControl): void {
    this.#presence.flush();
    const text = JSON.stringify(message);
    this.send({ to: this.all.filter((each) => each !== connection), messages: [text] });
  }

  tellAll(message: ServerControl): void {
    this.tellOthers(null, message);
  }

  /** Closes a connection with a code of the table, after saying why, and forgets it. */
  drop(connection: Connection, code: ClosingCode): void {
    this.#dropAll([connection], code);
  }

  /** Closes every connection of a participant: with a code, or because it asked for that. */
  dropParticipant(participant: string, code: ClosingCode | "left"): void {
    const own = [...(this.#byParticipant.get(participant) ?? [])];
    if (code !== "left") {
      this.#dropAll(own, code);
      return;
    }
    for (const { socket } of own) socket.close(CLOSE_NORMAL, "left");
    this.#removeAll(own);
  }

  /** Closes the connections that have shown no sign of life since `beforeMs` (ms since the epoch). */
  dropVanished(beforeMs: number): void {
    const silent = [...this.#bySocket.values()].filter(({ lastHeardAt }) => lastHeardAt < beforeMs);
    this.#dropAll(silent, "vanished");
  }

  /** The platform says that a socket is gone. */
  closed(socket: Socket): void {
    if (this.#forgotten.has(socket)) return;
    const connection = this.#bySocket.get(socket);
    // A close that woke the object after a memory loss: this room never held the socket.
    if (connection === undefined) this.#announceLeft([socket.attachment.participant]);
    else this.#removeAll([connection]);
  }

  /** Sends each parcel, marks what is due, and lets go of those who cannot or do not take it. */
  send(...parcels: readonly Parcel[]): void {
    const lost: Connection[] = [];
    const slow: Connection[] = [];
    const markEvery = this.#markEveryBytes;
    for (const { to, messages } of parcels) {
      for (const connection of to) {
        if (!messages.every((message) => connection.send(message))) lost.push(connection);
        else if (connection.unackedBytes > MAX_UNACKED_BYTES) slow.push(connection);
        else if (connection.markDue(markEvery)) this.#sendMark(connection);
      }
    }
    // Only after the last parcel: the others hear of a loss after what was sent before it.
    this.#removeAll(lost);
    this.#dropAll(slow, "slow");
    this.#holdBudget();
  }

  // What no mark asks about yet must not fill the budget by itself: in a large session everybody is asked sooner.
  get #markEveryBytes(): number {
    return Math.min(
      MARK_EVERY_BYTES,
      MEMORY_BUDGET_BYTES / UNASKED_DIVISOR / Math.max(1, this.#bySocket.size),
    );
  }

  // Adding up costs less than one send, so the account cannot drift from what it counts.
  #holdBudget(): void {
    let excess = this.#ports.heldBytes() + this.unackedBytes - MEMORY_BUDGET_BYTES;
    if (excess <= 0) return;
    const slowestFirst = [...this.#bySocket.values()].sort((a, b) => b.unackedBytes - a.unackedBytes);
    const slow: Connection[] = [];
    for (const connection of slowestFirst) {
      if (excess <= 0) break;
      excess -= connection.unackedBytes;
      slow.push(connection);
    }
    this.#dropAll(slow, "slow");
  }

  /** Forgets who came and went and was not told yet. */
  stop(): void {
    this.#presence.clear();
  }

  /** Forgets every connection. The sockets themselves stay as they are. */
  clear(): void {
    for (const socket of this.#bySocket.keys()) this.#forgotten.add(socket);
    this.#bySocket.clear();
    this.#byParticipant.clear();
    this.#presence.clear();
    this.#welcomed.clear();
  }

  #sendMark(connection: Connection): void {
    const mark = this.#platform.randomId(MARK_BYTES);
    const message: ServerControl = { type: "mark", mark };
    connection.send(JSON.stringify(message));
    connection.addMark(mark);
  }

  #forget(connection: Connection): boolean {
    if (!this.#bySocket.delete(connection.socket)) return false;
    this.#forgotten.add(connection.socket);
    this.#welcomed.delete(connection);
    const own = this.#byParticipant.get(connection.participant);
    own?.delete(connection);
    if (own?.size === 0) this.#byParticipant.delete(connection.participant);
    this.#ports.lost(connection);
    return true;
  }

  #dropAll(connections: readonly Connection[], code: ClosingCode): void {
    const text = JSON.stringify(errorMessage(code));
    for (const connection of connections) {
      connection.send(text);
      connection.socket.close(closeCodeOf(code), code);
    }
    this.#removeAll(connections);
  }

  // All of them first, then one message about all of them: telling the others may find more that are lost.
  #removeAll(connections: readonly Connection[]): void {
    const removed = connections.filter((connection) => this.#forget(connection));
    if (removed.length > 0) this.#announceLeft(removed.map(({ participant }) => participant));
  }

  /** Tells the others about those of `participants` who have no connection any more. */
  #announceLeft(participants: readonly string[]): void {
    const left = [...new Set(participants)].filter((participant) => !this.#byParticipant.has(participant));
    if (left.length > 0) this.#presence.push(...left.map((participant) => ({ left: participant })));
    if (this.#bySocket.size === 0) this.#ports.emptied();
  }

  #tellPresence(changes: readonly Change[]): void {
    const welcomed = this.#welcomed;
    this.#welcomed = new Map();
    // Those who were here before hear all of it; each newcomer what came after its welcome.
    const audiences = Map.groupBy(this.#bySocket.values(), (connection) => welcomed.get(connection) ?? 0);
    for (const [known, connections] of audiences) {
      const message = presenceOf(changes.slice(known));
      if (message !== null) this.send({ to: connections, messages: [JSON.stringify(message)] });
    }
  }
}

function roleOf(connections: ReadonlySet<Connection>): Role {
  for (const { role } of connections) return role;
  return "member";
}
