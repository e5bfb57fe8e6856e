// The scan for personal data that a session asks for before a model is asked. It may throw: then nothing is sent.
import type { Redaction } from "../crypto/channel/answer-content.ts";
import type { ChatMessage } from "./assistant-port.ts";

export interface Scanned {
  /** New buffers where something was replaced; the caller zeroes them with the others. */
  readonly messages: readonly ChatMessage[];
  /** What was replaced, for the asker alone. */
  readonly redactions: readonly Redaction[];
}

export interface PersonalDataScan {
  scan(messages: readonly ChatMessage[]): Scanned;
}
