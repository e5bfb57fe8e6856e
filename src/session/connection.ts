// One live connection: its socket, its rate buckets and its flow-control account. The runtime tells nobody
// how much a slow reader has not taken, so the account is kept by marks: the client echoes a random value
// that it can only know by having read up to it.
import { fromBase64Url } from "../crypto/bytes.ts";
import type { Role } from "../protocol/control.ts";
import { CONTROL_BURST, CONTROLS_PER_SECOND, FRAME_BURST_SECONDS, MAX_REFUSALS } from "../protocol/limits.ts";
import type { Socket } from "./ports.ts";
import { TokenBucket } from "./token-bucket.ts";

export class Connection {
  readonly socket: Socket;
  /** the participant id as it stands in frames */
  readonly participantBytes: Uint8Array;
  readonly #frames: TokenBucket;
  readonly #controls: TokenBucket;
  #refusals = 0;
  /** ms since the epoch of the last frame that came from here in this memory lifetime */
  #lastFrameAt: number;
  #sentBytes = 0;
  #ackedBytes = 0;
  #marks: { readonly mark: string; readonly sentBytes: number }[] = [];

  constructor(socket: Socket, framesPerSecond: number, now: number) {
    this.socket = socket;
    this.participantBytes = fromBase64Url(socket.attachment.participant);
    this.#frames = new TokenBucket(framesPerSecond, framesPerSecond * FRAME_BURST_SECONDS, now);
    this.#controls = new TokenBucket(CONTROLS_PER_SECOND, CONTROL_BURST, now);
    this.#lastFrameAt = socket.attachment.connectedAt;
  }

  get participant(): string {
    return this.socket.attachment.participant;
  }

  get role(): Role {
    return this.socket.attachment.role;
  }

  /** bytes sent that no echoed mark covers yet */
  get unackedBytes(): number {
    return this.#sentBytes - this.#ackedBytes;
  }

  /** Sends and accounts. Text is counted by its length: control messages are ASCII. */
  send(data: string | Uint8Array<ArrayBuffer>): boolean {
    this.#sentBytes += data.length;
    return this.socket.send(data);
  }

  /** Whether `everyBytes` or more were sent since the last mark, so that a new one is due. */
  markDue(everyBytes: number): boolean {
    const last = this.#marks.at(-1)?.sentBytes ?? this.#ackedBytes;
    return this.#sentBytes - last >= everyBytes;
  }

  /** Records a mark that covers everything sent so far. */
  addMark(mark: string): void {
    this.#marks.push({ mark, sentBytes: this.#sentBytes });
  }

  /** Takes an echoed mark; false where it is not an outstanding one. */
  ack(mark: string): boolean {
    const index = this.#marks.findIndex((each) => each.mark === mark);
    const found = this.#marks[index];
    if (found === undefined) return false;
    this.#ackedBytes = found.sentBytes;
    this.#marks.splice(0, index + 1);
    return true;
  }

  /** 0 where a content frame may pass now, else the milliseconds to wait. */
  takeFrame(now: number): number {
    return this.#takeFrom(this.#frames, now);
  }

  /** 0 where a control message may pass now, else the milliseconds to wait. */
  takeControl(now: number): number {
    return this.#takeFrom(this.#controls, now);
  }

  /** So many frames were refused in a row that this is a flood. */
  get flooding(): boolean {
    return this.#refusals > MAX_REFUSALS;
  }

  heard(now: number): void {
    this.#lastFrameAt = now;
  }

  /** ms since the epoch when this peer last showed a sign of life */
  get lastHeardAt(): number {
    return Math.max(this.#lastFrameAt, this.socket.lastPingAt() ?? 0);
  }

  #takeFrom(bucket: TokenBucket, now: number): number {
    const waitMs = bucket.take(now);
    this.#refusals = waitMs === 0 ? 0 : this.#refusals + 1;
    return waitMs;
  }
}
