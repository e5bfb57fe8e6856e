// The assistant's terms as they are in force now. Asked again for every offer and every turn: what the operator
// changed since the session was created counts, and what is not met any more is refused.
import type { AssistantTerms } from "../../protocol/assistant.ts";
import { refuse, type Result } from "../../protocol/errors.ts";
import type { Assistant } from "../assistant-port.ts";
import type { SessionRecord } from "../record.ts";

/** Refuses with `assistant_absent`, `model_unknown` or `policy_unmet`. */
export function termsInForce(
  assistant: Assistant,
  { assistant: choice, jurisdiction }: Pick<SessionRecord, "assistant" | "jurisdiction">,
): Result<AssistantTerms> {
  return choice === null ? refuse("assistant_absent") : assistant.terms(choice, jurisdiction);
}

/** The same, for telling: null where the session has no assistant, or where its terms are not met. */
export function termsToTell(
  assistant: Assistant,
  record: Pick<SessionRecord, "assistant" | "jurisdiction">,
): AssistantTerms | null {
  const terms = termsInForce(assistant, record);
  return terms.ok ? terms.value : null;
}
