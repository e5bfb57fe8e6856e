// Asks an assistant as a session does, and tells the outcome as one value.
import { ServiceError, type ErrorCode } from "../../../src/protocol/errors.ts";
import { createAssistant, offerModels } from "../../../src/providers/registry.ts";
import type { Upstream } from "../../../src/providers/provider.ts";
import type { Assistant, CompletionEvent, CompletionRequest } from "../../../src/session/assistant-port.ts";
import { CARD } from "../../support/card.ts";

export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

export function promptOf(text: string, settings: Partial<CompletionRequest> = {}): CompletionRequest {
  return {
    messages: [{ role: "user", content: utf8(text) }],
    maxTokens: 256,
    temperature: null,
    ...settings,
  };
}

export const KEY = "key-canary-4711";

/** An assistant with one model, `test/model`, behind `baseUrl`. */
export function assistantAt(
  baseUrl: string,
  upstream: Upstream,
  preset: "openai" | "anthropic" | "openrouter" | "ollama" = "openai",
): Assistant {
  const entry = {
    ...{ preset, name: "test", baseUrl, keySecret: "TEST_API_KEY" },
    ...{ models: ["model"], card: CARD },
  };
  return createAssistant(offerModels(JSON.stringify([entry]), { TEST_API_KEY: KEY }), upstream);
}

export interface Outcome {
  readonly text: string;
  readonly end: CompletionEvent | null;
  /** the code of what was thrown, or null */
  readonly code: ErrorCode | null;
}

/** Reads everything. Anything that is thrown but a bare code is an error of the test. */
export async function ask(
  assistant: Assistant,
  request: CompletionRequest = promptOf("hello"),
  signal: AbortSignal = new AbortController().signal,
): Promise<Outcome> {
  let text = "";
  let end: CompletionEvent | null = null;
  try {
    for await (const event of assistant.complete("test/model", request, signal)) {
      if (end !== null) throw new Error("something came after the end");
      if (event.type === "delta") text += event.text;
      else end = event;
    }
  } catch (error) {
    if (!(error instanceof ServiceError) || error.message !== error.code || error.cause !== undefined)
      throw error;
    return { text, end, code: error.code };
  }
  return { text, end, code: null };
}
