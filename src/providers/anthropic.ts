// Models behind Anthropic's Messages API. https://platform.claude.com/docs/en/build-with-claude/streaming
import * as v from "valibot";
import type { CompletionRequest } from "../session/assistant-port.ts";
import { parseData, toUsage } from "./event-data.ts";
import { runExchange, type AnswerPiece, type Finish, type ReadEvent } from "./exchange.ts";
import { broken, ProviderFailure } from "./failure.ts";
import { createHttpExchange } from "./http-exchange.ts";
import { writeJson, type JsonPart } from "./json-bytes.ts";
import { COMMON_HEADERS, type OutgoingRequest } from "./outgoing.ts";
import type { Provider, Upstream } from "./provider.ts";

export interface AnthropicServer {
  /** up to and without `/messages` */
  readonly baseUrl: string;
  readonly key: string;
}

/** The version of the API that this file speaks. */
const API_VERSION = "2023-06-01";
/** This API takes 0 to 1 where ours takes 0 to 2. */
const MAX_TEMPERATURE = 1;

export function createAnthropic(server: AnthropicServer, upstream: Upstream): Provider {
  return {
    complete: (model, request, signal) => {
      const create = () => createHttpExchange(buildMessages(server, model, request), upstream, readMessages);
      return runExchange(create, upstream, signal);
    },
  };
}

/** Builds the whole request. No `metadata.user_id` and no cache mark: nothing that links two turns. */
export function buildMessages(
  { baseUrl, key }: AnthropicServer,
  model: string,
  { messages, maxTokens, temperature }: CompletionRequest,
): OutgoingRequest {
  const settings = {
    max_tokens: maxTokens,
    stream: true,
    ...(temperature !== null && { temperature: Math.min(temperature, MAX_TEMPERATURE) }),
  };
  // This API takes system messages apart from the conversation.
  const system = messages.filter(({ role }) => role === "system");
  const parts: JsonPart[] = [`{"model":${JSON.stringify(model)},`];
  if (system.length > 0) {
    parts.push('"system":[');
    for (const [index, { content }] of system.entries()) {
      parts.push(`${index === 0 ? "" : ","}{"type":"text","text":`, { content }, "}");
    }
    parts.push("],");
  }
  parts.push('"messages":[');
  for (const [index, { role, content }] of messages.filter((each) => each.role !== "system").entries()) {
    parts.push(`${index === 0 ? "" : ","}{"role":"${role}","content":`, { content }, "}");
  }
  parts.push(`],${JSON.stringify(settings).slice(1)}`);
  return {
    url: `${baseUrl}/messages`,
    headers: { ...COMMON_HEADERS, "anthropic-version": API_VERSION, "x-api-key": key },
    body: writeJson(parts),
  };
}

const EventSchema = v.variant("type", [
  v.object({
    type: v.literal("message_start"),
    message: v.object({ usage: v.object({ input_tokens: v.number() }) }),
  }),
  v.object({
    type: v.literal("content_block_delta"),
    delta: v.object({ type: v.string(), text: v.optional(v.string(), "") }),
  }),
  v.object({
    type: v.literal("message_delta"),
    delta: v.object({ stop_reason: v.nullish(v.string(), null) }),
    usage: v.optional(v.object({ output_tokens: v.number() })),
  }),
  v.object({ type: v.literal("message_stop") }),
  v.object({ type: v.literal("error"), error: v.object({ type: v.string() }) }),
]);
const KNOWN_EVENTS: ReadonlySet<string> = new Set(
  EventSchema.options.map(({ entries }) => entries.type.literal),
);
const TypeSchema = v.object({ type: v.string() });

const FINISHES: ReadonlyMap<string, Finish> = new Map([
  ["end_turn", "stop"],
  ["stop_sequence", "stop"],
  ["max_tokens", "length"],
  ["model_context_window_exceeded", "length"],
  ["refusal", "filtered"],
]);

export function readMessages(): ReadEvent {
  let finish: Finish | null = null;
  let inputTokens = -1;
  let outputTokens = -1;
  return ({ data }): AnswerPiece => {
    const { type } = parseData(TypeSchema, data);
    // The API adds kinds of events and asks clients to pass over those that they do not know. Pings are such.
    if (!KNOWN_EVENTS.has(type)) return { type: "nothing" };
    const event = parseData(EventSchema, data);
    switch (event.type) {
      case "message_start":
        inputTokens = event.message.usage.input_tokens;
        return { type: "nothing" };
      case "content_block_delta":
        return event.delta.type === "text_delta"
          ? { type: "text", text: event.delta.text }
          : { type: "thinking" };
      case "message_delta":
        outputTokens = event.usage?.output_tokens ?? outputTokens;
        finish = FINISHES.get(event.delta.stop_reason ?? "") ?? null;
        return { type: "nothing" };
      case "message_stop":
        // Also an answer that ends in a call of a tool: we offer none.
        if (finish === null) throw broken();
        return { type: "end", finish, usage: toUsage(inputTokens, outputTokens) };
      case "error":
        throw failureOfType(event.error.type);
    }
  };
}

// https://platform.claude.com/docs/en/api/errors
function failureOfType(type: string): ProviderFailure {
  switch (type) {
    case "overloaded_error":
    case "api_error":
    case "timeout_error":
      return new ProviderFailure("provider_unavailable", true);
    case "rate_limit_error":
      return new ProviderFailure("provider_limited", true);
    case "invalid_request_error":
    case "authentication_error":
    case "billing_error":
    case "permission_error":
    case "not_found_error":
    case "request_too_large":
      return new ProviderFailure("provider_refused");
    default:
      return broken();
  }
}
