// Everything that lives in memory only: connections, presence, order, the replay window and flow control.
// A room forgets all of it when the platform drops the object; it never writes anything down.
import { zero } from "../crypto/bytes.ts";
import { CLOSE_NORMAL, closeCodeOf, ERRORS, type ErrorCode } from "../protocol/errors.ts";
import type { Participant, ResumeRequest, ServerControl } from "../protocol/control.ts";
import { encodeReceipt, encodeServerRelay } from "../protocol/frames.ts";
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
  #relayedBytes = 0;
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
    connection.send(JSON.stringify(welcome(this.participants)));
    for (const message of joinFrames(this.#window.after(this.#seq - replay) ?? [])) connection.send(message);
    this.#settle([connection]);
    if (first) {
      this.#broadcast({ type: "presence", joined: [{ id: participant, role }], left: [] }, connection);
    }
  }

  /** Puts a sealed frame into the session's order and sends it on. */
  relay(sender: Connection, ref: number, sealed: Uint8Array): void {
    this.#seq += 1;
    this.#relayedBytes += sealed.length;
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
    if (!connection.send(JSON.stringify(message))) this.remove(connection);
  }

  tellOthers(connection: Connection, message: ServerControl): void {
    this.#broadcast(message, connection);
  }

  tellAll(message: ServerControl): void {
    this.#broadcast(message);
  }

  /** Closes a connection with a code of the table, after saying why, and forgets it. */
  drop(connection: Connection, code: ErrorCode): void {
    connection.send(JSON.stringify(errorMessage(code)));
    connection.socket.close(closeCodeOf(code), code);
    this.remove(connection);
  }

  /** Closes every connection of a participant. */
  dropParticipant(participant: string, code: ErrorCode | "left"): void {
    this.#joinedAtSeq.delete(participant);
    for (const connection of [...(this.#byParticipant.get(participant) ?? [])]) {
      if (code === "left") {
        connection.socket.close(CLOSE_NORMAL, "left");
        this.remove(connection);
      } else this.drop(connection, code);
    }
  }

  /** Closes the connections that have shown no sign of life since `beforeMs` (ms since the epoch). */
  dropVanished(beforeMs: number): void {
    for (const connection of [...this.#connections.values()]) {
      if (connection.lastHeardAt < beforeMs) this.drop(connection, "vanished");
    }
  }

  /** Forgets a connection that is gone, and tells the others if it was its participant's last. */
  remove(connection: Connection): void {
    if (!this.#forget(connection)) return;
    const { participant } = connection;
    if (!this.#byParticipant.has(participant)) {
      this.#broadcast({ type: "presence", joined: [], left: [participant] });
    }
    if (this.#connections.size === 0) this.#onEmpty();
  }

  /** Zeroes every buffer and forgets every connection. The sockets themselves stay as they are. */
  clear(): void {
    for (const { relay, receipt } of this.#outbox.clear()) zero(relay, receipt);
    this.#window.clear();
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
    const own = this.#byParticipant.get(connection.participant);
    own?.delete(connection);
    if (own?.size === 0) this.#byParticipant.delete(connection.participant);
    return true;
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
    for (const sender of senders) {
      if (!this.#connections.has(sender.socket)) continue;
      const own = batch.map((each) => (each.sender === sender ? each.receipt : each.relay));
      this.#sendEach([sender], joinFrames(own));
    }
    this.#sendEach(others, joinFrames(relays));
    for (const relay of relays) this.#window.push(relay);
    this.#settle([...this.#connections.values()]);
  }

  #sendEach(
    connections: readonly Connection[],
    messages: readonly (string | Uint8Array<ArrayBuffer>)[],
  ): void {
    const lost: Connection[] = [];
    for (const connection of connections) {
      if (!messages.every((message) => connection.send(message))) lost.push(connection);
    }
    // Only after the loop: telling the others about a loss sends to the very same connections.
    for (const connection of lost) this.remove(connection);
  }

  /** Sends the marks that are due and closes those who read too slowly. */
  #settle(connections: readonly Connection[]): void {
    for (const connection of connections) {
      if (connection.unackedBytes > MAX_UNACKED_BYTES) this.drop(connection, "slow");
      else if (connection.markDue) {
        const mark = this.#platform.randomId(MARK_BYTES);
        connection.addMark(mark);
        this.tell(connection, { type: "mark", mark });
      }
    }
    this.#holdBudget();
  }

  #holdBudget(): void {
    let excess = this.memoryBytes - MEMORY_BUDGET_BYTES;
    if (excess <= 0) return;
    const slowestFirst = [...this.#connections.values()].sort((a, b) => b.unackedBytes - a.unackedBytes);
    for (const connection of slowestFirst) {
      if (excess <= 0) return;
      excess -= connection.unackedBytes;
      this.drop(connection, "slow");
    }
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
