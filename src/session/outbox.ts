// Fan-out. A frame that comes alone leaves at once. While more follow, the frames of one event-loop turn
// leave together, joined in bundles: one write per socket and turn instead of one per frame. A callback is asked
// for only while frames are moving.
import { encodeBundle, BUNDLE_ENTRY_BYTES } from "../protocol/frames.ts";
import { MAX_BUNDLE_BYTES, MAX_QUEUE_BYTES } from "../protocol/limits.ts";

type Frame = Uint8Array<ArrayBuffer>;

/** One accepted content frame on its way out. */
export interface Outgoing<C> {
  /** encoded relay frame, for everybody else */
  readonly relay: Frame;
  /** who sent it, and what that connection gets in its place */
  readonly sender: C;
  readonly receipt: Frame;
}

export interface OutboxPorts<C> {
  afterTurn(callback: () => void): void;
  /** Called with everything that is to leave now, in order. */
  deliver(batch: readonly Outgoing<C>[]): void;
}

export class Outbox<C> {
  readonly #ports: OutboxPorts<C>;
  #queue: Outgoing<C>[] = [];
  #bytes = 0;
  #waiting = false;

  constructor(ports: OutboxPorts<C>) {
    this.#ports = ports;
  }

  /** bytes queued */
  get bytes(): number {
    return this.#bytes;
  }

  push(outgoing: Outgoing<C>): void {
    this.#queue.push(outgoing);
    this.#bytes += outgoing.relay.length;
    if (this.#waiting && this.#bytes < MAX_QUEUE_BYTES) return;
    // First, so that what a flush brings about finds the turn taken.
    if (!this.#waiting) this.#wait();
    this.flush();
  }

  /** Sends everything that is queued. */
  flush(): void {
    if (this.#queue.length === 0) return;
    const batch = this.#queue;
    this.#queue = [];
    this.#bytes = 0;
    this.#ports.deliver(batch);
  }

  /** Forgets everything that is queued and returns it, so that it can be zeroed. */
  clear(): readonly Outgoing<C>[] {
    const batch = this.#queue;
    this.#queue = [];
    this.#bytes = 0;
    return batch;
  }

  #wait(): void {
    this.#waiting = true;
    this.#ports.afterTurn(() => {
      this.#waiting = false;
      if (this.#queue.length === 0) return;
      this.#wait();
      this.flush();
    });
  }
}

/** Joins frames into as few messages as {@link MAX_BUNDLE_BYTES} allows, in order. */
export function joinFrames(frames: readonly Frame[]): Frame[] {
  const messages: Frame[] = [];
  let group: Frame[] = [];
  let size = 0;
  for (const frame of frames) {
    if (group.length > 0 && size + frame.length > MAX_BUNDLE_BYTES) {
      messages.push(encodeBundle(group));
      group = [];
      size = 0;
    }
    group.push(frame);
    size += BUNDLE_ENTRY_BYTES + frame.length;
  }
  if (group.length > 0) messages.push(encodeBundle(group));
  return messages;
}
