// When the records of an answer leave: the first with the first text, then one a tick whether there is text or not,
// so that times do not spell out tokens; once the model has ended, the rest at once. The tick runs only in between.
import type { AnswerEnd } from "../../crypto/channel/answer-content.ts";
import type { AnswerSealer } from "../../crypto/channel/answer-sealer.ts";
import { ANSWER_TICK_MS, MAX_ANSWER_BACKLOG_BYTES } from "../../protocol/limits.ts";
import type { Cancel, Platform } from "../ports.ts";

type Frame = Uint8Array<ArrayBuffer>;

export interface PacerPorts {
  readonly platform: Pick<Platform, "after" | "keepAlive">;
  /** Called with the frames that leave now, in order. Must not throw. */
  leave(frames: readonly Frame[]): void;
  /** Sealing failed: nothing of this answer can leave any more. */
  failed(): void;
}

export class AnswerPacer {
  readonly #sealer: AnswerSealer;
  readonly #ports: PacerPorts;
  #tick: Cancel | null = null;
  #stopped = false;
  #roomMade: () => void = () => undefined;

  constructor(sealer: AnswerSealer, ports: PacerPorts) {
    this.#sealer = sealer;
    this.#ports = ports;
  }

  /** bytes of text that wait for their tick */
  get backlogBytes(): number {
    return this.#sealer.pending;
  }

  /** Takes text; the sealer's own bounds hold. */
  write(text: Uint8Array): void {
    if (this.#stopped || text.length === 0) return;
    this.#sealer.write(text);
    if (this.#tick === null) this.#leave();
  }

  /** Resolves once the backlog takes more. */
  room(): Promise<void> {
    if (this.#stopped || this.backlogBytes < MAX_ANSWER_BACKLOG_BYTES) return Promise.resolve();
    return new Promise((resolve) => {
      this.#roomMade = resolve;
    });
  }

  /** Sends everything that waits, and the final record. Resolves once it left. */
  async finish(end: AnswerEnd): Promise<void> {
    this.#endTicks();
    if (this.#stopped) return;
    await this.#seal(this.#sealer.finish(end));
  }

  /** Zeroes what waits and drops the key. Nothing leaves any more. */
  stop(): void {
    this.#stopped = true;
    this.#endTicks();
    this.#sealer.close();
    this.#roomMade();
  }

  #leave(): void {
    this.#tick = this.#ports.platform.after(ANSWER_TICK_MS, () => {
      this.#leave();
    });
    this.#ports.platform.keepAlive(this.#seal(this.#sealer.record().then((frame) => [frame])));
    if (this.backlogBytes < MAX_ANSWER_BACKLOG_BYTES) this.#roomMade();
  }

  // Never rejects. The sealer hands out frames in the order in which they were asked for.
  async #seal(sealing: Promise<readonly Frame[]>): Promise<void> {
    try {
      const frames = await sealing;
      if (!this.#stopped) this.#ports.leave(frames);
    } catch {
      if (!this.#stopped) this.#ports.failed();
    }
  }

  #endTicks(): void {
    this.#tick?.();
    this.#tick = null;
  }
}
