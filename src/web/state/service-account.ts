// What the page knows of what the service did with a question. Only the sealed record at the end of an answer tells, so
// that an answer without one leaves it open: silence is never shown as a scan that found nothing.
import type { AssistantTerms, Redaction, SanitisedMessage } from "../../client/index.ts";
import type { AnswerView, TurnItem } from "./transcript.ts";

/**
 * `coming`: the answer has not ended. `unknown`: it ended without saying. `none`: the session does without a scan.
 * `agreed`: the scan found nothing in addition. `caught`: it replaced these values.
 */
export type ServiceScan =
  | { readonly kind: "coming" | "unknown" | "none" | "agreed" }
  | { readonly kind: "caught"; readonly redactions: readonly Redaction[] };

export function scanOf({ answer: { ending }, terms }: Pick<TurnItem, "answer" | "terms">): ServiceScan {
  if (terms?.pii === "off") return { kind: "none" };
  if (ending === null) return { kind: "coming" };
  const redactions = ending.result?.redactions ?? [];
  if (redactions.length > 0) return { kind: "caught", redactions };
  return { kind: ending.complete && ending.result !== null && terms !== null ? "agreed" : "unknown" };
}

/**
 * What became of the request on its way to the model. `unknown`: the answer ended without saying. `unchanged`: it went
 * on as it left. `rebuilt`: put together here, since the service tells which values it replaced and not where.
 */
export type Received =
  | { readonly kind: "coming" | "unknown" | "unchanged" }
  | { readonly kind: "rebuilt"; readonly messages: readonly string[] };

export function receivedOf(item: Pick<TurnItem, "answer" | "terms">): Received {
  const { answer, terms } = item;
  const scan = scanOf(item);
  if (scan.kind === "caught") {
    const messages = (answer.sent?.messages ?? []).map((message) =>
      rebuild(message, scan.redactions, terms?.pii),
    );
    return { kind: "rebuilt", messages };
  }
  if (answer.ending === null) return { kind: "coming" };
  return { kind: answer.ending.complete ? "unchanged" : "unknown" };
}

/** Each value replaced wherever it stands, but for the places that were kept where the session lets people keep them. */
function rebuild(
  { content, kept }: SanitisedMessage,
  redactions: readonly Redaction[],
  mode: AssistantTerms["pii"] | undefined,
): string {
  // A value may be a part of another, which then has to go first.
  const longestFirst = [...redactions].sort((a, b) => b.value.length - a.value.length);
  const replaced = (text: string): string =>
    longestFirst.reduce((rest, { value, token }) => rest.replaceAll(value, () => token), text);
  let rebuilt = "";
  let at = 0;
  for (const { start, end } of mode === "offered" ? kept : []) {
    rebuilt += replaced(content.slice(at, start)) + content.slice(start, end);
    at = end;
  }
  return rebuilt + replaced(content.slice(at));
}

/** Whether a model wrote anything of an answer, so that it must have been asked. */
export function wasAnswered({ received }: Pick<AnswerView, "received">): boolean {
  return received !== "";
}
