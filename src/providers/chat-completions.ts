// Models behind OpenAI's chat completions API: OpenAI, OpenRouter, Ollama, vLLM, llama.cpp and everything else
// that speaks it. https://platform.openai.com/docs/api-reference/chat-streaming
import * as v from "valibot";
import type { Usage } from "../protocol/assistant.ts";
import { buildChatCompletions, type ChatCompletionsServer } from "./chat-completions-request.ts";
import { parseData, toUsage } from "./event-data.ts";
import { runExchange, type AnswerPiece, type Finish, type ReadEvent } from "./exchange.ts";
import { broken, failureOfCode } from "./failure.ts";
import { createHttpExchange } from "./http-exchange.ts";
import type { Provider, Upstream } from "./provider.ts";

export function createChatCompletions(server: ChatCompletionsServer, upstream: Upstream): Provider {
  return {
    complete: (model, request, signal) => {
      const create = () =>
        createHttpExchange(buildChatCompletions(server, model, request), upstream, readChatCompletions);
      return runExchange(create, upstream, signal);
    },
  };
}

/** Ends every stream of this API. */
export const DONE = "[DONE]";

const text = v.nullish(v.string(), "");
const ChunkSchema = v.object({
  choices: v.nullish(
    v.array(
      v.object({
        delta: v.nullish(
          v.object({ content: text, refusal: text, reasoning: text, reasoning_content: text }),
          {},
        ),
        finish_reason: v.nullish(v.string(), null),
      }),
    ),
    [],
  ),
  usage: v.nullish(v.object({ prompt_tokens: v.number(), completion_tokens: v.number() }), null),
  // Some servers answer 200 and fail later. What they say is not looked at, but for a number.
  error: v.nullish(v.unknown(), null),
});

const FINISHES: ReadonlyMap<string, Finish> = new Map([
  ["stop", "stop"],
  ["length", "length"],
  ["content_filter", "filtered"],
]);

export function readChatCompletions(): ReadEvent {
  let finish: Finish | null = null;
  let usage: Usage | null = null;
  return ({ data }): AnswerPiece => {
    if (data === DONE) {
      if (finish === null) throw broken();
      return { type: "end", finish, usage };
    }
    const chunk = parseData(ChunkSchema, data);
    if (chunk.error !== null) throw failureOfCode(codeOf(chunk.error));
    if (chunk.usage !== null) usage = toUsage(chunk.usage.prompt_tokens, chunk.usage.completion_tokens);
    const [choice] = chunk.choices;
    if (choice === undefined) return { type: "nothing" };
    if (choice.finish_reason !== null) {
      // We offer no tools: an answer that ends in a call of one is none.
      finish = FINISHES.get(choice.finish_reason) ?? null;
      if (finish === null) throw broken();
    }
    const { content, refusal, reasoning, reasoning_content: reasoningContent } = choice.delta;
    const said = content + refusal;
    if (said !== "") return { type: "text", text: said };
    return { type: reasoning + reasoningContent === "" ? "nothing" : "thinking" };
  };
}

function codeOf(error: unknown): unknown {
  return typeof error === "object" && error !== null && "code" in error ? error.code : null;
}
