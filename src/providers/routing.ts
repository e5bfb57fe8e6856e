// Which model a session may use: one pure function over public facts, so that the Worker, the object and a
// table of tests decide alike. Fails closed: what a card does not state counts as the worst.
import {
  meetsPolicy,
  type AssistantChoice,
  type AssistantTerms,
  type Model,
  type PolicyCard,
} from "../protocol/assistant.ts";
import type { Jurisdiction } from "../protocol/api.ts";
import { ok, refuse, type Result } from "../protocol/errors.ts";

/** The terms in force for a choice. Refuses with `model_unknown` or `policy_unmet`. */
export function chooseModel(
  models: readonly Model[],
  { model: id, policy, pii }: AssistantChoice,
  jurisdiction: Jurisdiction | null,
): Result<AssistantTerms> {
  const model = models.find((each) => each.id === id);
  if (model === undefined) return refuse("model_unknown");
  if (!meetsPolicy(model.card, policy) || !staysIn(model.card, jurisdiction)) return refuse("policy_unmet");
  return ok({ model: model.id, pii, policy, card: model.card, maxTokens: model.maxTokens });
}

/** Each jurisdiction takes the region of the same name and nothing else, besides what stays here. */
function staysIn({ region }: PolicyCard, jurisdiction: Jurisdiction | null): boolean {
  return jurisdiction === null || region === "local" || region === jurisdiction;
}
