// What a session holds in memory only: the order of its frames, the window that replays them, and the
// connections they go to. All of it is forgotten when the platform drops the object; none is written down.
import { zero } from "../crypto/bytes.ts";
import type { Deadlines } from "../protocol/burn-policy.ts";
import type { Participant, ResumeRequest, ServerControl } from "../protocol/control.ts";
import { encodeReceipt, encodeServerRelay, SERVER_RELAY_HEADER_BYTES } from "../protocol/frames.ts";
import { ID_BYTES } from "../protocol/ids.ts";
import type { Connection } from "./connection.ts";
import { Connections } from "./connections.ts";
import { joinFrames, Outbox, type Outgoing } from "./outbox.ts";
import type { Platform, Socket } from "./ports.ts";
import { ReplayWindow } from "./replay-window.ts";

/** Answer to a resume request, see `welcome.resumed` in the protocol. */
export interface Resumed {
  readonly recovered: boolean;
  readonly missed: number | "unknown";
}

/** What the room needs of the session around it. */
export interface RoomPorts {
  /** Called whenever the last connection has gone, for whatever reason. */
  emptied(): void;
  /** Called for every connection that has gone, before anybody is told. Must not send. */
  lost(connection: Connection): void;
  /** bytes that turns hold; they share the memory budget */
  heldBytes(): number;
}

/** Makes the greeting once the new connection counts. */
export type Welcome = (participants: Participant[]) => ServerControl;

export class Room {
  /** Random id of this memory lifetime. */
  readonly epoch: string;
  readonly connections: Connections;
  readonly #platform: Platform;
  /** Sequence number at which a participant was admitted, for those admitted in this epoch. */
  readonly #joinedAtSeq = new Map<string, number>();
  readonly #window = new ReplayWindow();
  readonly #outbox: Outbox<Connection>;
  #seq = 0;
  #relayedFrames = 0;
  #relayedBytes = 0;
  #framesPerSecond = 1;

  constructor(platform: Platform, ports: RoomPorts) {
    this.#platform = platform;
    this.connections = new Connections(platform, {
      emptied: () => {
        ports.emptied();
      },
      lost: (connection) => {
        ports.lost(connection);
      },
      heldBytes: () => this.#window.bytes + this.#outbox.bytes + ports.heldBytes(),
    });
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
    return this.connections.count;
  }

  /** bytes of sealed content that this session keeps the process holding */
  get memoryBytes(): number {
    return this.#window.bytes + this.#outbox.bytes + this.connections.unackedBytes;
  }

  /** Takes over the sockets that survived a memory loss and tells each about the new epoch. */
  recover(framesPerSecond: number, deadlines: Deadlines): void {
    this.#framesPerSecond = framesPerSecond;
    for (const socket of this.#platform.sockets.open()) this.connections.add(socket, this.#framesPerSecond);
    this.connections.tellAll({ type: "epoch", epoch: this.epoch, deadlines });
  }

  /** Sets the rate for connections that come from now on. */
  setRate(framesPerSecond: number): void {
    this.#framesPerSecond = framesPerSecond;
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
    const first = !this.connections.has(participant);
    const connection = this.connections.add(socket, this.#framesPerSecond);
    if (replaced !== null) this.connections.drop(replaced, "replaced");
    const missed = joinFrames(this.#window.after(this.#seq - replay) ?? []);
    const messages = [JSON.stringify(welcome(this.connections.participants)), ...missed];
    this.connections.send({ to: [connection], messages });
    // The greeting itself may have found the socket gone.
    if (this.connections.find(socket) !== connection) return;
    this.connections.announceJoined(connection, first ? { id: participant, role } : null);
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

  /** Zeroes and forgets what still waits to be sent: from now on only the end itself is told. */
  stop(): void {
    for (const { relay, receipt } of this.#outbox.clear()) zero(relay, receipt);
    this.connections.stop();
  }

  /** Zeroes every buffer and forgets every connection. The sockets themselves stay as they are. */
  clear(): void {
    this.stop();
    this.#window.clear();
    this.connections.clear();
    this.#joinedAtSeq.clear();
  }

  #deliver(batch: readonly Outgoing<Connection>[]): void {
    this.connections.flushPresence();
    const relays = batch.map(({ relay }) => relay);
    const senders = new Set(batch.map(({ sender }) => sender));
    const others = this.connections.all.filter((connection) => !senders.has(connection));
    for (const { relay } of batch) {
      this.#relayedFrames += 1;
      this.#relayedBytes += relay.length - SERVER_RELAY_HEADER_BYTES;
    }
    const own = [...senders]
      .filter((sender) => this.connections.find(sender.socket) === sender)
      .map((sender) => ({
        to: [sender],
        messages: joinFrames(batch.map((each) => (each.sender === sender ? each.receipt : each.relay))),
      }));
    this.connections.send({ to: others, messages: joinFrames(relays) }, ...own);
    for (const relay of relays) this.#window.push(relay);
  }
}
