// Models of Workers AI, reached through the platform's binding and no HTTP request of ours. The binding takes
// objects with strings, so here, and only here, content becomes strings that cannot be zeroed afterwards.
// https://developers.cloudflare.com/workers-ai/configuration/bindings/
import * as v from "valibot";
import type { CompletionRequest } from "../session/assistant-port.ts";
import { DONE, readChatCompletions } from "./chat-completions.ts";
import { parseData, toUsage } from "./event-data.ts";
import { runExchange, type AnswerPiece, type ReadEvent } from "./exchange.ts";
import { broken, ProviderFailure } from "./failure.ts";
import type { Provider, Upstream, UpstreamBody } from "./provider.ts";
import type { Watch } from "./watch.ts";

/** What is used of the binding. */
export interface WorkersAiBinding {
  run(model: string, inputs: object, options: { readonly signal: AbortSignal }): Promise<unknown>;
}

export function createWorkersAi(binding: WorkersAiBinding, upstream: Upstream): Provider {
  return {
    complete: (model, request, signal) => {
      const create = () => ({
        open: (watch: Watch) => open(binding, model, request, watch),
        createReader: () => readWorkersAi(request.maxTokens),
        discard: () => undefined,
      });
      return runExchange(create, upstream, signal);
    },
  };
}

async function open(
  binding: WorkersAiBinding,
  model: string,
  { messages, maxTokens, temperature }: CompletionRequest,
  watch: Watch,
): Promise<UpstreamBody> {
  const decoder = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true });
  // No gateway, no tags, no extra headers: an AI Gateway keeps prompts in its log.
  const inputs = {
    messages: messages.map(({ role, content }) => ({ role, content: decoder.decode(content) })),
    stream: true,
    max_tokens: maxTokens,
    ...(temperature !== null && { temperature }),
  };
  const answer = await watch.until(run(binding, model, inputs, watch.signal));
  if (!(answer instanceof ReadableStream)) throw broken();
  return answer as UpstreamBody;
}

async function run(
  binding: WorkersAiBinding,
  model: string,
  inputs: object,
  signal: AbortSignal,
): Promise<unknown> {
  let answer: unknown;
  try {
    answer = await binding.run(model, inputs, { signal });
  } catch (error) {
    throw failureOfRun(error);
  }
  // It came too late: nobody waits for it any more.
  if (signal.aborted && answer instanceof ReadableStream) answer.cancel().catch(() => undefined);
  return answer;
}

/** The service's own numbers: https://developers.cloudflare.com/workers-ai/platform/errors/ */
const LIMITED = 3036;
const OUT_OF_CAPACITY = 3040;
const TIMEOUT = 3007;
const ABORTED = 3008;

/** The binding throws errors whose message begins with such a number. Nothing else of the message is looked at. */
function failureOfRun(error: unknown): ProviderFailure {
  const message = error instanceof Error ? error.message : "";
  const code = Number(message.slice(0, Math.max(0, message.indexOf(":"))));
  if (code === LIMITED) return new ProviderFailure("provider_limited");
  if (code === OUT_OF_CAPACITY) return new ProviderFailure("provider_limited", true);
  const known = Number.isInteger(code) && code >= 3000 && code < 6000;
  if (known && code !== TIMEOUT && code !== ABORTED) return new ProviderFailure("provider_refused");
  return new ProviderFailure("provider_unavailable", true);
}

const ChunkSchema = v.object({
  response: v.nullish(v.string()),
  usage: v.nullish(v.object({ prompt_tokens: v.number(), completion_tokens: v.number() })),
  choices: v.optional(v.unknown()),
});

/** Older models stream `{"response"}` and no reason to end; newer ones stream chat completions. */
function readWorkersAi(maxTokens: number): ReadEvent {
  const readChunk = readChatCompletions();
  let usage: ReturnType<typeof toUsage> = null;
  let plain = false;
  return (event): AnswerPiece => {
    if (event.data === DONE) {
      if (!plain) return readChunk(event);
      const cut = usage !== null && usage.outputTokens >= maxTokens;
      return { type: "end", finish: cut ? "length" : "stop", usage };
    }
    const { response, usage: counts, choices } = parseData(ChunkSchema, event.data);
    if (choices !== undefined || response === undefined) return readChunk(event);
    plain = true;
    if (counts) usage = toUsage(counts.prompt_tokens, counts.completion_tokens);
    return { type: "text", text: response ?? "" };
  };
}
