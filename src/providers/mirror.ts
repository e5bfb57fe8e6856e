// The mirror: no language model. It streams back what a provider would have received, so that anybody can see
// what leaves. It is built with placeholders and must never be handed an operator's address or key.
import type { CompletionEvent, CompletionRequest } from "../session/assistant-port.ts";
import type { PolicyCard } from "../protocol/assistant.ts";
import { buildChatCompletions, type ChatCompletionsServer } from "./chat-completions-request.ts";
import { discard } from "./outgoing.ts";
import type { Provider } from "./provider.ts";

/** The id under which every deployment offers it. */
export const MIRROR_MODEL = "mirror";

export const MIRROR_CARD: PolicyCard = {
  operator: "this service itself; the mirror is not a language model",
  retentionDays: 0,
  trains: false,
  region: "local",
  source: null,
  asOf: "2026-11-21",
};

/** Stands where a provider's address and an operator's key would. `.invalid` resolves nowhere (RFC 6761). */
const PLACEHOLDER_SERVER: ChatCompletionsServer = {
  baseUrl: "https://provider.invalid/v1",
  key: "placeholder-for-the-operators-key",
  dialect: { tokensField: "max_completion_tokens", optOuts: { store: false } },
};
const PREAMBLE =
  "This is the mirror. It is not a language model. A provider would have received this request:\n\n";
/** What no adapter can see or leave out. */
const ADDED =
  "(On Cloudflare the runtime adds host, content-length and cf-worker, which names the operator's domain.)";
/** bytes; what the mirror counts as one token, a usual rule of thumb for English text. */
const TOKEN_BYTES = 4;
/** bytes; size of a piece of its answer. */
const PIECE_BYTES = 64;

/** Takes no settings on purpose: there is nothing that an operator's secret could come in by. */
export function createMirror(): Provider {
  return { complete: (_model, request, signal) => reflect(request, signal) };
}

async function* reflect(request: CompletionRequest, signal: AbortSignal): AsyncIterable<CompletionEvent> {
  const outgoing = buildChatCompletions(PLACEHOLDER_SERVER, MIRROR_MODEL, request);
  try {
    const head = new TextEncoder().encode(PREAMBLE + describeHead(outgoing.url, outgoing.headers));
    const room = request.maxTokens * TOKEN_BYTES;
    const size = Math.min(room, head.length + outgoing.body.length);
    const decoder = new TextDecoder();
    for (let at = 0; at < size && !signal.aborted; at += PIECE_BYTES) {
      const piece = slice(head, outgoing.body, at, Math.min(at + PIECE_BYTES, size));
      const text = decoder.decode(piece, { stream: true });
      piece.fill(0);
      if (text !== "") yield { type: "delta", text };
    }
    if (signal.aborted) return;
    yield {
      type: "end",
      finish: size < head.length + outgoing.body.length ? "length" : "stop",
      usage: {
        inputTokens: Math.ceil(outgoing.body.length / TOKEN_BYTES),
        outputTokens: Math.ceil(size / TOKEN_BYTES),
      },
    };
  } finally {
    discard(outgoing);
  }
}

function describeHead(url: string, headers: Readonly<Record<string, string>>): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [`POST ${url}`, ...lines, ADDED, "", ""].join("\n");
}

/** Bytes `from` to `to` of the two buffers taken as one. */
function slice(head: Uint8Array, body: Uint8Array, from: number, to: number): Uint8Array {
  const piece = new Uint8Array(to - from);
  const front = head.subarray(from, to);
  piece.set(front);
  piece.set(body.subarray(Math.max(0, from - head.length), Math.max(0, to - head.length)), front.length);
  return piece;
}
