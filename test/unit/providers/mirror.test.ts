import { describe, expect, it } from "vitest";
import type { AssistantChoice } from "../../../src/protocol/assistant.ts";
import { MIRROR } from "../../../src/providers/offer.ts";
import { createAssistant } from "../../../src/providers/registry.ts";
import type { CompletionEvent, CompletionRequest } from "../../../src/session/assistant-port.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);
const request = (prompt: string, maxTokens = 4_096): CompletionRequest => ({
  messages: [
    { role: "system", content: utf8("Be brief.") },
    { role: "user", content: utf8(prompt) },
  ],
  maxTokens,
  temperature: 0.5,
});
/** A mirror touches nothing of the platform. */
const assistant = createAssistant([MIRROR], {
  fetch: () => Promise.reject(new Error("asked the network")),
  clock: () => 0,
  random: () => 0,
  after: () => {
    throw new Error("asked for a timer");
  },
});

async function ask(
  prompt: string,
  maxTokens?: number,
): Promise<{ text: string; end: CompletionEvent | undefined }> {
  const events: CompletionEvent[] = [];
  for await (const event of assistant.complete(
    "mirror",
    request(prompt, maxTokens),
    new AbortController().signal,
  ))
    events.push(event);
  return {
    text: events.map((event) => (event.type === "delta" ? event.text : "")).join(""),
    end: events.at(-1),
  };
}

describe("[PROV1] the mirror", () => {
  it("shows the request that a provider would have received, and says what it is", async () => {
    const { text, end } = await ask('My mail is "[EMAIL_1]".\nÄ😀');
    expect(text).toContain("not a language model");
    expect(text).toContain("POST https://provider.invalid/v1/chat/completions\n");
    expect(text).toContain("authorization: Bearer placeholder-for-the-operators-key\n");
    const body = JSON.parse(text.slice(text.lastIndexOf("\n\n") + 2)) as unknown;
    expect(body).toEqual({
      model: "mirror",
      messages: [
        { role: "system", content: "Be brief." },
        { role: "user", content: 'My mail is "[EMAIL_1]".\nÄ😀' },
      ],
      stream: true,
      stream_options: { include_usage: true },
      max_completion_tokens: 4096,
      temperature: 0.5,
      store: false,
    });
    expect(end).toMatchObject({ type: "end", finish: "stop" });
  });

  it("keeps to the bound on tokens and says that it was cut", async () => {
    const { text, end } = await ask("x".repeat(10_000), 100);
    expect(utf8(text)).toHaveLength(400);
    expect(end).toMatchObject({ finish: "length", usage: { outputTokens: 100 } });
  });

  it("ends without a word when it is aborted", async () => {
    const abort = new AbortController();
    const events: CompletionEvent[] = [];
    for await (const event of assistant.complete("mirror", request("x".repeat(5_000)), abort.signal)) {
      events.push(event);
      abort.abort();
    }
    expect(events).toHaveLength(1);
    expect(events[0]?.type).toBe("delta");
  });

  it("is offered to every policy and jurisdiction", () => {
    const choice: AssistantChoice = {
      model: "mirror",
      policy: { maxRetentionDays: 0, allowTraining: false, regions: [] },
      pii: "required",
    };
    for (const jurisdiction of [null, "eu", "us", "fedramp"] as const) {
      expect(assistant.terms(choice, jurisdiction)).toMatchObject({ ok: true, value: { model: "mirror" } });
    }
  });
});
