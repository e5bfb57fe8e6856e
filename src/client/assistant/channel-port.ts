// What a turn needs of the channel's cryptography. The real one is loaded when the first question is asked, so that
// applications without an assistant do not pay for it.
import type { AssistantTerms, FinishReason, Usage } from "../../protocol/assistant.ts";
import type { ErrorCode } from "../../protocol/errors.ts";
import type { Redaction } from "./answer.ts";

/** An offer whose signature, place and freshness were checked. */
export interface OpenedOffer {
  readonly terms: AssistantTerms;
}

/** The final record's content, once everything before it fitted. */
export interface AnswerSummary {
  readonly finish: FinishReason;
  readonly error: ErrorCode | null;
  readonly usage: Usage | null;
  readonly redactions: readonly Redaction[];
  /** the model said all that it had to say */
  readonly complete: boolean;
}

export type OpenedRecord =
  | { readonly ok: true; readonly text: string; readonly end: AnswerSummary | null }
  /** `repeated`: a record that was opened before. `invalid`: not what was sealed for this place */
  | { readonly ok: false; readonly reason: "repeated" | "invalid" };

/** The receiving end of one attempt's answer. */
export interface OpenedAnswer {
  /** index of the record that is expected next */
  readonly next: number;
  open(frame: Uint8Array): Promise<OpenedRecord>;
  /** Drops the keys. */
  close(): void;
}

export interface SealedRequest {
  readonly frames: readonly Uint8Array<ArrayBuffer>[];
  readonly answer: OpenedAnswer;
  /** name of the HPKE KEM */
  readonly suite: string;
}

/** One attempt of a turn. */
export interface SealableAttempt {
  readonly turn: string;
  readonly attempt: number;
  readonly request: Uint8Array;
  /** texts of the messages in it: what the final record tells of them is told of these */
  readonly contents: readonly string[];
}

export interface ChannelPort {
  /** Null where the offer is not this deployment's, for this connection and this nonce. */
  openOffer(
    jws: string,
    expected: { readonly secret: string; readonly nonce: Uint8Array },
  ): Promise<OpenedOffer | null>;
  /** Encrypts one attempt under an offer; an offer serves once. */
  sealRequest(offer: OpenedOffer, attempt: SealableAttempt): Promise<SealedRequest>;
}
