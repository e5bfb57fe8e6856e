// What a session asks of language models. Providers implement it; tests implement it with scripts. Nothing here
// names a person, a session or an address: what a provider cannot be told it cannot keep.
import type { AssistantChoice, AssistantTerms, FinishReason, Usage } from "../protocol/assistant.ts";
import type { Jurisdiction } from "../protocol/api.ts";
import type { Result } from "../protocol/errors.ts";

/** One message of the context. */
export interface ChatMessage {
  readonly role: "system" | "user" | "assistant";
  /** UTF-8. Owned by the caller, who zeroes it once the completion has ended: copy nothing that outlives it. */
  readonly content: Uint8Array;
}

export interface CompletionRequest {
  readonly messages: readonly ChatMessage[];
  /** tokens */
  readonly maxTokens: number;
  /** 0 to 2; null: the provider's own default */
  readonly temperature: number | null;
}

/** Exactly one `end` comes last. */
export type CompletionEvent =
  | { readonly type: "delta"; readonly text: string }
  | {
      readonly type: "end";
      readonly finish: Exclude<FinishReason, "cancelled" | "error">;
      readonly usage: Usage | null;
    };

export interface Assistant {
  /** The terms in force for a choice. Refuses with `model_unknown` or `policy_unmet`; asked again for every turn. */
  terms(choice: AssistantChoice, jurisdiction: Jurisdiction | null): Result<AssistantTerms>;
  /**
   * Streams an answer. Ending the iteration or the signal aborts the upstream request. Rejects with a ServiceError
   * of a `provider_*` code or `turn_timeout`; after an abort by the signal it just ends.
   */
  complete(model: string, request: CompletionRequest, signal: AbortSignal): AsyncIterable<CompletionEvent>;
}
