// What the page knows of what the service did with a question. Only the sealed record at the end of an answer tells, so
// that an answer without one leaves it open: silence is never shown as a scan that found nothing.
import type { Redaction, SanitisedMessage } from "../../client/index.ts";
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
 * on as it left. `unplaced`: something was replaced, and not where is known. `rebuilt`: put together from the places
 * that the service told.
 */
export type Received =
  | { readonly kind: "coming" | "unknown" | "unchanged" | "unplaced" }
  | { readonly kind: "rebuilt"; readonly messages: readonly string[] };

export function receivedOf(item: Pick<TurnItem, "answer" | "terms">): Received {
  const { answer } = item;
  const scan = scanOf(item);
  if (scan.kind === "caught") return rebuild(answer.sent?.messages ?? [], scan.redactions);
  if (answer.ending === null) return { kind: "coming" };
  return { kind: answer.ending.complete ? "unchanged" : "unknown" };
}

function rebuild(messages: readonly SanitisedMessage[], redactions: readonly Redaction[]): Received {
  // With one place missing it would not be what the model got.
  if (redactions.some(({ places }) => places === null)) return { kind: "unplaced" };
  const all = redactions.flatMap(({ token, places }) => (places ?? []).map((place) => ({ ...place, token })));
  all.sort((one, other) => one.start - other.start);
  return {
    kind: "rebuilt",
    messages: messages.map(({ content }, index) => {
      let rebuilt = "";
      let at = 0;
      for (const { message, start, end, token } of all) {
        if (message !== index) continue;
        rebuilt += content.slice(at, start) + token;
        at = end;
      }
      return rebuilt + content.slice(at);
    }),
  };
}

/** Whether a model wrote anything of an answer, so that it must have been asked. */
export function wasAnswered({ received }: Pick<AnswerView, "received">): boolean {
  return received !== "";
}
