// What happens on a session's sockets: joining, control messages, content, leaving. Runs synchronously from
// the first check to the last send, so that no two events can interleave within one.
import type { Capability } from "../crypto/tokens.ts";
import { sha256, toBase64Url } from "../crypto/bytes.ts";
import { MAX_REQUEST_FRAME_BYTES, parseRecordPlace } from "../protocol/channel-frames.ts";
import { errorMessage, parseClientControl, type ResumeRequest } from "../protocol/control.ts";
import { isClosing, ok, refuse, type ClosingCode, type Result } from "../protocol/errors.ts";
import { FRAME, parseClientMessage, type ClientRelay } from "../protocol/frames.ts";
import { ID_BYTES, RESUME_SECRET_BYTES } from "../protocol/ids.ts";
import { TYPING_BURST, TYPING_DELIVERIES_PER_SECOND, VANISHED_AFTER_MS } from "../protocol/limits.ts";
import type { Connection } from "./connection.ts";
import type { Life } from "./life.ts";
import { admitMember, dropMember, findJoined, findMember, joiningAs, mayBurn } from "./membership.ts";
import type { Attachment, Platform, Socket } from "./ports.ts";
import type { Member } from "./record.ts";
import type { Resumed, Room } from "./room.ts";
import { TokenBucket } from "./token-bucket.ts";
import { termsToTell } from "./turns/terms.ts";
import type { Turns } from "./turns/turns.ts";

/** Accepts the WebSocket on the platform and returns its socket. */
export type Accept = (attachment: Attachment) => Socket;

export class SocketEvents {
  readonly #platform: Platform;
  readonly #life: Life;
  readonly #room: Room;
  readonly #turns: Turns;
  readonly #typingBucket: TokenBucket;

  constructor(platform: Platform, life: Life, room: Room, turns: Turns) {
    this.#typingBucket = new TokenBucket(TYPING_DELIVERIES_PER_SECOND, TYPING_BURST, platform.clock());
    this.#platform = platform;
    this.#life = life;
    this.#room = room;
    this.#turns = turns;
  }

  /** After a memory loss: takes over the sockets that are still open. */
  recover(): void {
    if (this.#life.burning !== null || this.#life.isBlank) return;
    const { limits } = this.#life.record;
    this.#room.recover(limits.framesPerSecond, this.#life.deadlines(this.#platform.clock()));
  }

  /**
   * A new connection, by invite or by participant token. Refusals become close codes. `join`: the client's own secret,
   * by which an invite that it shows twice, because the first `welcome` was lost, admits it once.
   */
  async connect(
    capability: Capability,
    resume: ResumeRequest | null,
    accept: Accept,
    join: string | null = null,
  ): Promise<Result<null>> {
    // Everything that has to wait comes first; from then on nothing can come in between.
    const admission = capability.kind === "invite";
    const participant = admission ? await this.#newcomer(capability, join) : capability.subject;
    const secret = this.#platform.randomId(RESUME_SECRET_BYTES);
    const resumeHash = await sha256(secret);
    const replacedHash = resume === null ? null : await sha256(resume.secret);
    const token = await this.#platform.signer.token({
      ...capability,
      kind: "participant",
      subject: participant,
      expiresAt: capability.hardCapAt,
    });

    const now = this.#platform.clock();
    // Before the first look: sending what is queued can end connections, and with the last one the session.
    this.#room.flush();
    if (!this.#life.isLive(now)) return refuse("burned");
    const replaced = this.#room.connections.findReplaced(participant, replacedHash);
    if (this.#room.connections.lackOfPlace(participant, replaced) !== null) {
      // Half-open connections hold places until somebody looks.
      this.#room.connections.dropVanished(now - VANISHED_AFTER_MS);
      const lack = this.#room.connections.lackOfPlace(participant, replaced);
      if (lack !== null) return refuse(lack);
      if (!this.#life.isLive(now)) return refuse("burned");
    }
    const member = admission
      ? this.#admit(capability, participant, now)
      : findMember(this.#life.record, capability);
    if (!member.ok) return member;
    const { role } = member.value;

    const resumed = admission || resume === null ? null : this.#room.judgeResume(participant, resume);
    const socket = accept({ participant, role, resumeHash, connectedAt: now });
    this.#life.noticeOccupied(now);
    this.#room.join(socket, replaced, replayOf(resumed), (participants) => {
      const { record } = this.#life;
      const { burn, limits } = record;
      const assistant = termsToTell(this.#platform.assistant, record);
      const { epoch, seq } = this.#room;
      const deadlines = this.#life.deadlines(now);
      const who = { participant, role, token, resume: secret };
      return {
        type: "welcome",
        ...who,
        epoch,
        seq,
        resumed,
        participants,
        burn,
        deadlines,
        limits,
        assistant,
      };
    });
    return ok(null);
  }

  /** A text frame. */
  text(socket: Socket, text: string): void {
    const now = this.#platform.clock();
    const connection = this.#heard(socket, now);
    if (connection === null) return;
    const message = parseClientControl(text);
    if (!message.ok) {
      this.#end(connection, isClosing(message.code) ? message.code : "bad_message");
      return;
    }
    // An echoed mark was asked for, so it costs nothing; anything else is paid for.
    if (message.value.type === "ack" && connection.ack(message.value.mark)) return;
    const retryAfterMs = connection.takeControl(now);
    if (retryAfterMs > 0) {
      this.#refuseRate(connection, { retryAfterMs });
      return;
    }
    // What this connection sent before is on its way before what it says now takes effect.
    if (!this.#flushed(connection, now)) return;
    switch (message.value.type) {
      case "ack":
        // A mark from before a memory loss. It says nothing about this epoch.
        return;
      case "typing":
        this.#typing(connection, now);
        return;
      case "burn":
        this.#burn(connection);
        return;
      case "leave":
        this.#life.commit(dropMember(this.#life.record, connection.participant), now);
        this.#turns.dropParticipant(connection.participant);
        this.#room.connections.dropParticipant(connection.participant, "left");
        return;
      case "offer":
      case "turn_cancel":
      case "turn_resume":
      case "turn_done":
        this.#turns.control(connection, message.value, now);
        return;
    }
  }

  /** A binary message: one content frame, a bundle of them, taken in order, or a record for the assistant. */
  binary(socket: Socket, bytes: Uint8Array): void {
    const now = this.#platform.clock();
    const connection = this.#heard(socket, now);
    if (connection === null) return;
    if (bytes[0] === FRAME.channel) {
      this.#channel(connection, bytes, now);
      return;
    }
    if (bytes.length > this.#life.record.limits.frameBytes) {
      this.#end(connection, "frame_too_large");
      return;
    }
    const frames = parseClientMessage(bytes);
    if (!frames.ok) {
      this.#end(connection, "bad_frame");
      return;
    }
    for (const frame of frames.value) if (!this.#content(connection, frame, now)) return;
  }

  /** The platform says that a socket is gone, cleanly or not. */
  closed(socket: Socket): void {
    if (!this.#life.isLive(this.#platform.clock())) return;
    this.#room.flush();
    this.#room.connections.closed(socket);
  }

  /** A record of the assistant channel. What belongs to no upload costs as much as a control message. */
  #channel(connection: Connection, bytes: Uint8Array, now: number): void {
    const place = parseRecordPlace(bytes);
    if (place === null || bytes.length > MAX_REQUEST_FRAME_BYTES) {
      this.#end(connection, place === null ? "bad_frame" : "frame_too_large");
      return;
    }
    if (!this.#flushed(connection, now)) return;
    const received = this.#turns.receive(connection, bytes, place, now);
    if (received === "taken") return;
    const retryAfterMs = connection.takeControl(now);
    if (retryAfterMs > 0) this.#refuseRate(connection, { retryAfterMs });
    else if (received !== "ignored") {
      this.#turns.refuse(connection, { turn: toBase64Url(place.turn), attempt: place.attempt }, received);
    }
  }

  /** False where the rest of the message must not be taken. */
  #content(connection: Connection, frame: ClientRelay, now: number): boolean {
    const { ref } = frame;
    const retryAfterMs = connection.takeFrame(now);
    if (retryAfterMs > 0) return this.#refuseRate(connection, { ref, retryAfterMs });
    const last = this.#life.countContent(now);
    this.#room.relay(connection, ref, frame.sealed);
    if (last) {
      this.#room.flush();
      this.#life.burn("messages");
    }
    return this.#isHere(connection, now);
  }

  /** Sends what is queued. False where the sender, or the session, is not here any more. */
  #flushed(connection: Connection, now: number): boolean {
    this.#room.flush();
    return this.#isHere(connection, now);
  }

  // Sending can find the sender itself too slow, and its end can be the session's.
  #isHere(connection: Connection, now: number): boolean {
    return this.#life.isLive(now) && this.#room.connections.find(connection.socket) === connection;
  }

  #newcomer(capability: Capability, join: string | null): string | Promise<string> {
    return join === null ? this.#platform.randomId(ID_BYTES) : joiningAs(capability, join);
  }

  #admit(capability: Capability, participant: string, now: number): Result<Member> {
    const joined = findJoined(this.#life.record, capability, participant);
    if (joined !== null) return ok(joined);
    const admitted = admitMember(this.#life.record, capability, participant, now);
    if (!admitted.ok) return admitted;
    this.#life.commit(admitted.value.record, now);
    this.#room.noteAdmission(participant);
    return ok(admitted.value.value);
  }

  // A hint, and worth no more than that: in a crowd some are left out.
  #typing(connection: Connection, now: number): void {
    const { participant } = connection;
    if (this.#typingBucket.take(now, this.#room.connectionCount) > 0) return;
    this.#room.connections.tellOthers(connection, { type: "typing", participant });
  }

  #burn(connection: Connection): void {
    const { participant } = connection;
    const member = this.#life.record.members.find(({ id }) => id === participant);
    if (member !== undefined && mayBurn(this.#life.record, member)) this.#life.burn("asked");
    else this.#room.connections.tell(connection, errorMessage("forbidden"));
  }

  /** The connection that may be heard now: null while burning, and for sockets that were dropped. */
  #heard(socket: Socket, now: number): Connection | null {
    if (!this.#life.isLive(now)) return null;
    const connection = this.#room.connections.find(socket);
    connection?.heard(now);
    return connection ?? null;
  }

  /** Ends a connection after everything that it was sent, and that it sent, before. */
  #end(connection: Connection, code: ClosingCode): void {
    this.#room.flush();
    this.#room.connections.drop(connection, code);
  }

  /** Tells the sender to slow down. False where it floods and was closed. */
  #refuseRate(connection: Connection, more: { ref?: number; retryAfterMs: number }): boolean {
    if (connection.flooding) {
      this.#end(connection, "flooding");
      return false;
    }
    this.#room.flush();
    this.#room.connections.tell(connection, errorMessage("rate_limited", more));
    return true;
  }
}

function replayOf(resumed: Resumed | null): number {
  return resumed?.recovered === true && typeof resumed.missed === "number" ? resumed.missed : 0;
}
