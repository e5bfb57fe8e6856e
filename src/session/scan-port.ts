// The scan for personal data that a session asks for before a model is asked. It may throw: then nothing is sent.
import type { Redaction } from "../crypto/channel/answer-content.ts";
import type { KeptPlace } from "../crypto/channel/request-content.ts";
import type { ChatMessage } from "./assistant-port.ts";

export interface ScanOptions {
  /** lowest number that a new token may have */
  readonly firstToken: number;
  /** places that are left as they are */
  readonly keep: readonly KeptPlace[];
}

export interface Scanned {
  /** New buffers where something was replaced; the caller zeroes them with the others. */
  readonly messages: readonly ChatMessage[];
  /** What was replaced, for the asker alone. */
  readonly replaced: readonly Redaction[];
}

export interface PersonalDataScan {
  scan(messages: readonly ChatMessage[], options: ScanOptions): Scanned;
}
