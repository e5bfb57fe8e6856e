// From what verified to what a model is asked: bounds of the terms, and the scan that the session asks for. Fails
// closed: without a scan nothing is sent where one is required.
import { zero } from "../../crypto/bytes.ts";
import type { Redaction } from "../../crypto/channel/answer-content.ts";
import type { TurnContent } from "../../crypto/channel/request-content.ts";
import type { AssistantTerms } from "../../protocol/assistant.ts";
import { ok, refuse, type Result } from "../../protocol/errors.ts";
import { DEFAULT_OUTPUT_TOKENS, MAX_SUMMARY_BYTES } from "../../protocol/limits.ts";
import type { CompletionRequest } from "../assistant-port.ts";
import type { PersonalDataScan, Scanned } from "../scan-port.ts";

/** bytes; what a summary holds besides what was replaced, with room to spare. */
const SUMMARY_REST_BYTES = 1_024;

export interface Prepared {
  readonly request: CompletionRequest;
  readonly redactions: readonly Redaction[];
}

/** Refuses with `pii_failed`. */
export function prepareRequest(
  content: TurnContent,
  terms: AssistantTerms,
  scan: PersonalDataScan | null,
): Result<Prepared> {
  const scanned = terms.pii === "off" ? ok(unscanned(content)) : scanMessages(content, terms.pii, scan);
  if (!scanned.ok) return scanned;
  const { messages, replaced: redactions } = scanned.value;
  const maxTokens = Math.min(content.maxTokens ?? DEFAULT_OUTPUT_TOKENS, terms.maxTokens);
  return ok({ request: { messages, maxTokens, temperature: content.temperature }, redactions });
}

function unscanned({ messages }: TurnContent): Scanned {
  return { messages, replaced: [] };
}

function scanMessages(
  { messages, firstToken, keep }: TurnContent,
  mode: "required" | "offered",
  scan: PersonalDataScan | null,
): Result<Scanned> {
  if (scan === null) return refuse("pii_failed");
  try {
    // Where the session requires the scan, nobody keeps anything.
    const kept = mode === "offered" ? keep : [];
    const scanned = scan.scan(messages, { firstToken: firstToken ?? 1, keep: kept });
    if (fits(scanned.replaced)) return ok(scanned);
    // Some of the places would pass for all of them.
    const replaced = scanned.replaced.map((each) => ({ ...each, places: null }));
    // Who asked must get back everything that was replaced, or nothing is sent.
    if (fits(replaced)) return ok({ ...scanned, replaced });
    zero(...scanned.messages.map(({ content }) => content));
    return refuse("pii_failed");
  } catch {
    return refuse("pii_failed");
  }
}

/** Whether a summary has room for it. */
function fits(redactions: readonly Redaction[]): boolean {
  const bytes = new TextEncoder().encode(JSON.stringify(redactions)).length;
  return bytes + SUMMARY_REST_BYTES <= MAX_SUMMARY_BYTES;
}
