// A Worker that does what a session does with an assistant, and nothing more: asks a model and passes on what it
// says. Built from the very parts of the service, so that tests see what the runtime itself sends to a provider.
import { createUpstream } from "../../../durable-objects/platform.ts";
import { readModels, type Env } from "../../../src/env.ts";
import { ServiceError } from "../../../src/protocol/errors.ts";
import { createAssistant } from "../../../src/providers/registry.ts";
import type { ChatMessage } from "../../../src/session/assistant-port.ts";

interface Question {
  readonly model: string;
  readonly messages: readonly { readonly role: ChatMessage["role"]; readonly content: string }[];
  readonly maxTokens: number;
  readonly temperature: number | null;
  /** how to leave after the first event, while the next one is awaited; null: not at all */
  readonly leave: "return" | "abort" | null;
}

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const { model, messages, maxTokens, temperature, leave }: Question = await request.json();
    const encoder = new TextEncoder();
    const abort = new AbortController();
    const events = createAssistant(readModels(env), createUpstream())
      .complete(
        model,
        {
          messages: messages.map(({ role, content }) => ({ role, content: encoder.encode(content) })),
          maxTokens,
          temperature,
        },
        abort.signal,
      )
      [Symbol.asyncIterator]();
    const said: unknown[] = [];
    try {
      for (;;) {
        const pending = events.next();
        if (leave === "return" && said.length === 1) await events.return?.();
        if (leave === "abort" && said.length === 1) abort.abort();
        const { done, value } = await pending;
        if (done === true) break;
        said.push(value);
      }
    } catch (error) {
      said.push({ code: error instanceof ServiceError ? error.code : String(error) });
    }
    return Response.json(said);
  },
} satisfies ExportedHandler<Env>;
