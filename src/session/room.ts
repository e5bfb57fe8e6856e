// Everything that lives in memory only: connections, presence, order, the replay window and flow control.
// A room forgets all of it when the platform drops the object; it never writes anything down.
import { zero } from "../crypto/bytes.ts";
import { CLOSE_NORMAL, closeCodeOf, ERRORS, type ClosingCode, type ErrorCode } from "../protocol/errors.ts";
import type { Participant, ResumeRequest, ServerControl } from "../protocol/control.ts";
import { encodeReceipt, encodeServerRelay, SERVER_RELAY_HEADER_BYTES } from "../protocol/frames.ts";
import { ID_BYTES, MARK_BYTES } from "../protocol/ids.ts";
import {
  MAX_CONNECTIONS,
  MAX_CONNECTIONS_PER_PARTICIPANT,
  MAX_UNACKED_BYTES,
  MEMORY_BUDGET_BYTES,
} from "../protocol/limits.ts";
import { Connection } from "./connection.ts";
import { joinFrames, Outbox, type Outgoing } from "./outbox.ts";
import type { Attachment, Platform, Socket } from "./ports.ts";
import { ReplayWindow } from "./replay-window.ts";

/** Answer to a resume request, see `welcome.resumed` in the protocol. */
export interface Resumed {
  readonly recovered: boolean;
  readonly missed: number | "unknown";
}

/** Makes the greeting once the new connection counts. */
export type Welcome = (participants: Participant[]) => ServerControl;

export class Room {
  /** Random id of this memory lifetime. */
  readonly epoch: string;
  readonly #platform: Platform;
  readonly #connections = new Map<Socket, Connection>();
  readonly #byParticipant = new Map<string, Set<Connection>>();
  /** Sequence number at which a participant was admitted, for those admitted in this epoch. */
  readonly #joinedAtSeq = new Map<string, number>();
  readonly #window = new ReplayWindow();
  readonly #outbox: Outbox<Connection>;
  #seq = 0;
  #relayedFrames = 0;
  #relayedBytes = 0;
  /** Sockets that this room has let go, so that their late close event says nothing new. */
  readonly #forgotten = new WeakSet<Socket>();
  #framesPerSecond = 1;

  readonly #onEmpty: () => void;

  /** `onEmpty`: called whenever the last connection has gone, for whatever reason. */
  constructor(platform: Platform, onEmpty: () => void) {
    this.#platform = platform;
    this.#onEmpty = onEmpty;
    this.epoch = platform.randomId(ID_BYTES);
    this.#outbox = new Outbox({
      afterTurn: (callback) => {
        platform.afterTurn(callback);
      },
      deliver: (batch) => {
        this.#deliver(batch);
      },
    });
  }

  get seq(): number {
    return this.#seq;
  }

  /** content frames delivered in this memory lifetime */
  get relayedFrames(): number {
    return this.#relayedFrames;
  }

  /** sealed bytes of them, counted once however many received them */
  get relayedBytes(): number {
    return this.#relayedBytes;
  }

  get connectionCount(): number {
    return this.#connections.size;
  }

  /** bytes of sealed content that this session keeps the process holding */
  get memoryBytes(): number {
    let unacked = 0;
    for (const connection of this.#connections.values()) unacked += connection.unackedBytes;
    return this.#window.bytes + this.#outbox.bytes + unacked;
  }

  get participants(): Participant[] {
    return [...this.#byParticipant].map(([id, connections]) => ({ id, role: roleOf(connections) }));
  }

  /** Takes over the sockets that survived a memory loss and tells each about the new epoch. */
  recover(framesPerSecond: number): void {
    this.#framesPerSecond = framesPerSecond;
    for (const socket of this.#platform.sockets.open()) this.#add(socket);
    this.#broadcast({ type: "epoch", epoch: this.epoch });
  }

  /** Sets the rate for connections that come from now on. */
  setRate(framesPerSecond: number): void {
    this.#framesPerSecond = framesPerSecond;
  }

  find(socket: Socket): Connection | undefined {
    return this.#connections.get(socket);
  }

  /** Whether one more connection of this participant fits; a connection that it replaces does not count. */
  hasPlace(participant: string, replaced: Connection | null): boolean {
    const own = this.#byParticipant.get(participant)?.size ?? 0;
    const freed = replaced === null ? 0 : 1;
    return own - freed < MAX_CONNECTIONS_PER_PARTICIPANT && this.#connections.size - freed < MAX_CONNECTIONS;
  }

  /** The live connection that a resume would replace, if it is this participant's own. */
  findReplaced(participant: string, resumeHash: string | null): Connection | null {
    if (resumeHash === null) return null;
    for (const connection of this.#byParticipant.get(participant) ?? []) {
      if (connection.socket.attachment.resumeHash === resumeHash) return connection;
    }
    return null;
  }

  /** Remembers from where on a participant who was admitted just now may replay. */
  noteAdmission(participant: string): void {
    this.flush();
    this.#joinedAtSeq.set(participant, this.#seq);
  }

  /** What a resume request of this participant will be answered. Queued frames are sent first. */
  judgeResume(participant: string, resume: ResumeRequest): Resumed {
    this.flush();
    if (resume.epoch !== this.epoch || resume.seq > this.#seq) return { recovered: false, missed: "unknown" };
    const from = Math.max(resume.seq, this.#joinedAtSeq.get(participant) ?? 0);
    const missed = this.#seq - from;
    return { recovered: this.#window.after(from) !== null, missed };
  }

  /** Brings a new socket in: tells the others, greets it, replays what it missed. */
  join(socket: Socket, replaced: Connection | null, replay: number, welcome: Welcome): void {
    this.flush();
    const { participant, role } = socket.attachment;
    const first = !this.#byParticipant.has(participant);
    const connection = this.#add(socket);
    if (replaced !== null) this.drop(replaced, "replaced");
    const missed = joinFrames(this.#window.after(this.#seq - replay) ?? []);
    this.#sendEach([connection], [JSON.stringify(welcome(this.participants)), ...missed]);
    if (first) {
      this.#broadcast({ type: "presence", joined: [{ id: participant, role }], left: [] }, connection);
    }
  }

  /** Puts a sealed frame into the session's order and sends it on. */
  relay(sender: Connection, ref: number, sealed: Uint8Array): void {
    this.#seq += 1;
    this.#outbox.push({
      relay: encodeServerRelay(this.#seq, sender.participantBytes, sealed),
      receipt: encodeReceipt(this.#seq, ref),
      sender,
    });
  }

  /** Sends queued frames now, so that what is sent next comes after them. */
  flush(): void {
    this.#outbox.flush();
  }

  tell(connection: Connection, message: ServerControl): void {
    this.#sendEach([connection], [JSON.stringify(message)]);
  }

  tellOthers(connection: Connection, message: ServerControl): void {
    this.#broadcast(message, connection);
  }

  tellAll(message: ServerControl): void {
    this.#broadcast(message);
  }

  /** Closes a connection with a code of the table, after saying why, and forgets it. */
  drop(connection: Connection, code: ClosingCode): void {
    this.#dropAll([connection], code);
  }

  /** Closes every connection of a participant: with a code, or because it asked for that. */
  dropParticipant(participant: string, code: ClosingCode | "left"): void {
    this.#joinedAtSeq.delete(participant);
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
    const silent = [...this.#connections.values()].filter(({ lastHeardAt }) => lastHeardAt < beforeMs);
    this.#dropAll(silent, "vanished");
  }

  /** The platform says that a socket is gone. */
  closed(socket: Socket): void {
    if (this.#forgotten.has(socket)) return;
    const connection = this.#connections.get(socket);
    // A close that woke the object after a memory loss: this room never held the socket.
    if (connection === undefined) this.#announceLeft([socket.attachment.participant]);
    else this.#removeAll([connection]);
  }

  /** Zeroes every buffer and forgets every connection. The sockets themselves stay as they are. */
  clear(): void {
    for (const { relay, receipt } of this.#outbox.clear()) zero(relay, receipt);
    this.#window.clear();
    for (const socket of this.#connections.keys()) this.#forgotten.add(socket);
    this.#connections.clear();
    this.#byParticipant.clear();
    this.#joinedAtSeq.clear();
  }

  #add(socket: Socket): Connection {
    const connection = new Connection(socket, this.#framesPerSecond, this.#platform.clock());
    this.#connections.set(socket, connection);
    const own = this.#byParticipant.get(connection.participant) ?? new Set();
    this.#byParticipant.set(connection.participant, own.add(connection));
    return connection;
  }

  #forget(connection: Connection): boolean {
    if (!this.#connections.delete(connection.socket)) return false;
    this.#forgotten.add(connection.socket);
    const own = this.#byParticipant.get(connection.participant);
    own?.delete(connection);
    if (own?.size === 0) this.#byParticipant.delete(connection.participant);
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
    if (left.length > 0) this.#broadcast({ type: "presence", joined: [], left });
    if (this.#connections.size === 0) this.#onEmpty();
  }

  #broadcast(message: ServerControl, except?: Connection): void {
    const text = JSON.stringify(message);
    this.#sendEach(
      [...this.#connections.values()].filter((connection) => connection !== except),
      [text],
    );
  }

  #deliver(batch: readonly Outgoing<Connection>[]): void {
    const relays = batch.map(({ relay }) => relay);
    const senders = new Set(batch.map(({ sender }) => sender));
    const others = [...this.#connections.values()].filter((connection) => !senders.has(connection));
    for (const { relay } of batch) {
      this.#relayedFrames += 1;
      this.#relayedBytes += relay.length - SERVER_RELAY_HEADER_BYTES;
    }
    const forOthers = joinFrames(relays);
    for (const sender of senders) {
      if (!this.#connections.has(sender.socket)) continue;
      const own = batch.map((each) => (each.sender === sender ? each.receipt : each.relay));
      this.#sendEach([sender], joinFrames(own));
    }
    this.#sendEach(others, forOthers);
    for (const relay of relays) this.#window.push(relay);
    this.#holdBudget();
  }

  /** Every byte to a client leaves here: what it may cost is looked at in the same place. */
  #sendEach(
    connections: readonly Connection[],
    messages: readonly (string | Uint8Array<ArrayBuffer>)[],
  ): void {
    const lost: Connection[] = [];
    const slow: Connection[] = [];
    for (const connection of connections) {
      if (!messages.every((message) => connection.send(message))) lost.push(connection);
      else if (connection.unackedBytes > MAX_UNACKED_BYTES) slow.push(connection);
      else if (connection.markDue) this.#sendMark(connection);
    }
    // Only after the loop: telling the others about a loss sends to the very same connections.
    this.#removeAll(lost);
    this.#dropAll(slow, "slow");
  }

  #sendMark(connection: Connection): void {
    const mark = this.#platform.randomId(MARK_BYTES);
    const message: ServerControl = { type: "mark", mark };
    connection.send(JSON.stringify(message));
    connection.addMark(mark);
  }

  #holdBudget(): void {
    let excess = this.memoryBytes - MEMORY_BUDGET_BYTES;
    if (excess <= 0) return;
    const slowestFirst = [...this.#connections.values()].sort((a, b) => b.unackedBytes - a.unackedBytes);
    const slow: Connection[] = [];
    for (const connection of slowestFirst) {
      if (excess <= 0) break;
      excess -= connection.unackedBytes;
      slow.push(connection);
    }
    this.#dropAll(slow, "slow");
  }
}

export function errorMessage(
  code: ErrorCode,
  more: { ref?: number; retryAfterMs?: number } = {},
): ServerControl {
  const { text, retryable } = ERRORS[code];
  return { type: "error", code, text, retryable, ...more };
}

function roleOf(connections: ReadonlySet<Connection>): Attachment["role"] {
  for (const { role } of connections) return role;
  return "member";
}
