// What is said about the assistant: its terms before anybody asks, and how an answer ended. An answer that is not
// complete is never called anything else.
import type { AssistantTerms, SharedTurn } from "../../client/index.ts";
import type { ChatEvents, Finding } from "./chat-event.ts";
import { explain } from "./explain.ts";
import { MAX_SENT_QUOTE_CHARS } from "./limits.ts";
import { printable, quote } from "./printable.ts";
import { count } from "./who.ts";

const PII_WORDS: Readonly<Record<AssistantTerms["pii"], string>> = {
  required: "The service replaces the personal data that it finds before a model sees it.",
  offered: "The service replaces the personal data that it finds, but what an asker keeps on purpose.",
  off: "The service replaces no personal data.",
};

export function describeTerms({ model, card, pii }: AssistantTerms): readonly string[] {
  const kept = card.retentionDays === null ? "not stated" : count(card.retentionDays, "day");
  const trains = card.trains === null ? "not stated" : card.trains ? "yes" : "no";
  return [
    `Assistant: ${printable(model)}, run by ${printable(card.operator)}, region ${card.region}; keeps what it gets: ${kept}; trains on it: ${trains}.`,
    "What is found of personal data in a question is replaced on this device, unless it is kept; the answer has it again.",
    `${PII_WORDS[pii]} /ask is not end-to-end encrypted: the service reads what is asked.`,
  ];
}

/** One word of how an answer ended, where that is not by being complete. */
const UNFINISHED: Readonly<Record<"cancelled" | "error" | "cut", string>> = {
  cancelled: "CANCELLED",
  error: "FAILED",
  cut: "CUT OFF",
};

export function describeAnswered(answered: ChatEvents["answered"]): readonly string[] {
  const { finish, error, usage, redactions, contextDropped, asSent } = answered;
  const cost =
    usage === null ? "" : ` Tokens: ${String(usage.inputTokens)} in, ${String(usage.outputTokens)} out.`;
  return [
    `${describeFinish(finish)}${error === null ? "" : ` ${explain(error)}`}${cost}`,
    ...(asSent === null ? [] : [`What left this device: "${quote(asSent, MAX_SENT_QUOTE_CHARS)}"`]),
    ...(redactions.length === 0 ? [] : [describeRedactions(redactions)]),
    ...(contextDropped === 0
      ? []
      : [`${count(contextDropped, "earlier question")} had no room in what the assistant was told.`]),
  ];
}

/** How somebody else's answer ended, as their client tells it. */
export function describeFinish(finish: NonNullable<SharedTurn["end"]>): string {
  if (finish === "stop") return "The answer is complete.";
  if (finish === "length") return "The answer ends here: it reached the limit of its length.";
  if (finish === "filtered") return "The answer ends here: the provider filtered it.";
  return `${UNFINISHED[finish]}: the answer is NOT COMPLETE.`;
}

/** The same where the SDK does not tell it to be complete, whatever its last part says. */
export function describeUnfinished(end: NonNullable<SharedTurn["end"]>): string {
  const stated = end === "cancelled" || end === "error" || end === "cut";
  return stated ? describeFinish(end) : "INCOMPLETE: parts of the answer are missing.";
}

/** What happens to the personal data of a question before it leaves; no lines where there is none. */
export function describeFindings(items: readonly Finding[]): readonly string[] {
  const replaced = items.filter(({ kept }) => !kept);
  const kept = items.filter((item) => item.kept);
  return [
    ...(replaced.length === 0 ? [] : [`Replaced on this device before it is sent: ${countTypes(replaced)}.`]),
    ...(kept.length === 0 ? [] : [`Sent as it is, as far as this device is asked: ${countTypes(kept)}.`]),
  ];
}

function describeRedactions(redactions: ChatEvents["answered"]["redactions"]): string {
  return `The service replaced ${count(redactions.length, "value")} before the model saw the question: ${countTypes(redactions)}.`;
}

function countTypes(items: readonly { readonly type: string }[]): string {
  const counts = new Map<string, number>();
  for (const { type } of items) counts.set(type, (counts.get(type) ?? 0) + 1);
  return [...counts].map(([type, number]) => `${printable(type)} ${String(number)}`).join(", ");
}
