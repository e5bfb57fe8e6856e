// The request of OpenAI's chat completions API, which OpenRouter, Ollama, vLLM and llama.cpp speak as well. The
// mirror is built from this very function, so that what it shows cannot drift from what is sent.
// https://platform.openai.com/docs/api-reference/chat/create
import type { CompletionRequest } from "../session/assistant-port.ts";
import { writeJson, type JsonPart } from "./json-bytes.ts";
import { COMMON_HEADERS, type OutgoingRequest } from "./outgoing.ts";

/** Where servers of this API differ. */
export interface ChatCompletionsDialect {
  /** the field that bounds the answer: OpenAI's own newer models refuse the older `max_tokens` */
  readonly tokensField: "max_completion_tokens" | "max_tokens";
  /** what tells this server not to keep and not to train: sent with every request */
  readonly optOuts: Readonly<Record<string, unknown>>;
}

export interface ChatCompletionsServer {
  /** up to and without `/chat/completions` */
  readonly baseUrl: string;
  /** null: the server asks for none */
  readonly key: string | null;
  readonly dialect: ChatCompletionsDialect;
}

/** Builds the whole request. The caller discards it once the exchange has settled. */
export function buildChatCompletions(
  { baseUrl, key, dialect }: ChatCompletionsServer,
  model: string,
  { messages, maxTokens, temperature }: CompletionRequest,
): OutgoingRequest {
  const settings = {
    stream: true,
    stream_options: { include_usage: true },
    [dialect.tokensField]: maxTokens,
    ...(temperature !== null && { temperature }),
    ...dialect.optOuts,
  };
  const parts: JsonPart[] = [`{"model":${JSON.stringify(model)},"messages":[`];
  for (const [index, { role, content }] of messages.entries()) {
    parts.push(`${index === 0 ? "" : ","}{"role":"${role}","content":`, { content }, "}");
  }
  parts.push(`],${JSON.stringify(settings).slice(1)}`);
  return {
    url: `${baseUrl}/chat/completions`,
    headers: { ...COMMON_HEADERS, ...(key !== null && { authorization: `Bearer ${key}` }) },
    body: writeJson(parts),
  };
}
