// One request on its way in: its records are opened one after the other while everything else goes on. What was
// opened is handed on only when the final record verified; every other end leaves nothing.
import type { TurnContent } from "../../crypto/channel/request-content.ts";
import type { RequestReader } from "../../crypto/channel/request-reader.ts";
import type { RequestFrame } from "../../protocol/channel-frames.ts";
import type { ErrorCode } from "../../protocol/errors.ts";
import { UPLOAD_TIMEOUT_MS } from "../../protocol/limits.ts";
import type { Connection } from "../connection.ts";
import type { Cancel, Platform } from "../ports.ts";
import type { Asker } from "./asker.ts";
import type { AttemptName } from "./attempt-name.ts";

export interface UploadPorts {
  readonly platform: Pick<Platform, "after" | "keepAlive">;
  /** The whole request verified. Content and reader belong to the receiver, who closes the reader. */
  verified(content: TurnContent): Promise<void>;
  /** Nothing comes of it, and the upload has ended. `to`: who is to be told; null where nobody is there. */
  failed(to: Connection | null, code: ErrorCode): void;
}

export class Upload {
  readonly name: AttemptName;
  readonly asker: Asker;
  readonly reader: RequestReader;
  readonly #ports: UploadPorts;
  readonly #timeout: Cancel;
  #received = false;
  #ended = false;
  #bytes = 0;

  constructor(name: AttemptName, asker: Asker, reader: RequestReader, ports: UploadPorts) {
    this.name = name;
    this.asker = asker;
    this.reader = reader;
    this.#ports = ports;
    this.#timeout = ports.platform.after(UPLOAD_TIMEOUT_MS, () => {
      this.fail("turn_timeout");
    });
  }

  /** The final record has come, verified or not: no other follows. */
  get received(): boolean {
    return this.#received;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** bytes held; opened or waiting for that */
  get bytes(): number {
    return this.#bytes;
  }

  /** Takes the next record, which belongs to the upload. */
  take(frame: RequestFrame): void {
    if (this.#ended || this.#received) return;
    this.#received = frame.final;
    this.#bytes += frame.ciphertext.length;
    this.#ports.platform.keepAlive(this.#open(frame));
  }

  /** The upload is over and nothing of it stays. */
  fail(code: ErrorCode): void {
    if (this.#ended) return;
    // Before the stop, which forgets whom to tell.
    const { connection } = this.asker;
    this.stop();
    this.#ports.failed(connection, code);
  }

  /** The same without a word: zeroes and forgets. */
  stop(): void {
    this.#ended = true;
    this.#timeout();
    this.asker.stop();
    this.reader.close();
  }

  /** The request goes on as a turn: only the upload's own clock stops. */
  handOver(): void {
    this.#ended = true;
    this.#timeout();
  }

  // Never rejects.
  async #open(frame: RequestFrame): Promise<void> {
    try {
      const opened = await this.reader.push(frame);
      if (this.#ended) return;
      if (!opened.ok) this.fail(opened.code);
      else if (opened.value !== null) await this.#ports.verified(opened.value);
    } catch {
      this.fail("internal");
    }
  }
}
