// Turns what an application asks into the bytes that are encrypted: personal data replaced, the context in one piece.
// The bytes are zeroed once they are sealed; the strings that they come from are the application's.
import { zero } from "../../crypto/bytes.ts";
import { encodeTurn } from "../../crypto/channel/request-content.ts";
import type { AssistantTerms } from "../../protocol/assistant.ts";
import { MAX_TOKEN_NUMBER, MAX_TURN_BYTES } from "../../protocol/limits.ts";
import { GhostError } from "../error.ts";
import { placesToKeep } from "./kept-places.ts";
import type { Privacy, PrivateMessage, RequestTokens, SanitisedMessage } from "./privacy.ts";

/**
 * UTF-16 units, of which each takes a byte at least; tokens are shorter than what they stand for, but no text becomes half
 * as long by them that anybody asks. Looking through megabytes would hold the page up only to say that they are too many.
 */
const MAX_ASKED_UNITS = 2 * MAX_TURN_BYTES;

/** What is asked, under which terms. */
export interface Plan {
  readonly question: string;
  readonly messages: readonly PrivateMessage[];
  /** exchanges that were left out because they did not fit */
  readonly dropped: number;
  readonly terms: AssistantTerms;
}

/** Settings of one turn. */
export interface AskSettings {
  /** tokens */
  readonly maxTokens?: number;
  /** 0 to 2 */
  readonly temperature?: number;
}

/** A request that is ready to be encrypted. */
export interface PreparedRequest {
  /** padded; the caller zeroes it */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** what the service will read, message by message */
  readonly messages: readonly SanitisedMessage[];
  /** what its answer may put back; null without `pii` */
  readonly tokens: RequestTokens | null;
}

/**
 * @throws {@link GhostError} `pii_failed`; `turn_too_large`; `misuse` where messages or settings are not of the documented form
 */
export async function prepareRequest(
  { messages, terms }: Plan,
  settings: AskSettings,
  privacy: Privacy | null,
): Promise<PreparedRequest> {
  const units = messages.reduce((sum, { content }) => sum + content.length, 0);
  if (units > MAX_ASKED_UNITS) throw new GhostError("turn_too_large");
  const sanitised = privacy === null ? messages.map(asItIs) : await privacy.sanitise(messages);
  const tokens = privacy?.tokensOf(sanitised) ?? null;
  // The service would have no number left for what it finds. Nothing but a hostile one comes near.
  if (tokens !== null && tokens.first > MAX_TOKEN_NUMBER) throw new GhostError("pii_failed");
  const bytes = encodeAsk(sanitised, settings, terms, tokens?.first ?? null);
  return { bytes, messages: sanitised, tokens };
}

function asItIs({ role, content, keep = [] }: PrivateMessage): SanitisedMessage {
  return { role, content, kept: keep };
}

function encodeAsk(
  messages: readonly SanitisedMessage[],
  { maxTokens, temperature }: AskSettings,
  terms: AssistantTerms,
  firstToken: number | null,
): Uint8Array<ArrayBuffer> {
  if (maxTokens !== undefined && maxTokens > terms.maxTokens) throw new GhostError("misuse");
  const encoder = new TextEncoder();
  const encoded = messages.map(({ role, content }) => ({ role, content: encoder.encode(content) }));
  const turn = encodeTurn({
    messages: encoded,
    maxTokens: maxTokens ?? null,
    temperature: temperature ?? null,
    firstToken,
    // In any other mode nobody keeps anything.
    keep: terms.pii === "offered" ? placesToKeep(messages) : [],
  });
  zero(...encoded.map(({ content }) => content));
  if (turn.ok) return turn.value;
  throw new GhostError(turn.code === "turn_too_large" ? "turn_too_large" : "misuse");
}
