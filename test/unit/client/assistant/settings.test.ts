// What an application sets for one answer reaches the model's side as it was said, by `ask` and by the transport of the AI SDK.
import { describe, expect, it } from "vitest";
import { createGhostTransport } from "../../../../src/client/ai-sdk/index.ts";
import type { AskOptions } from "../../../../src/client/assistant/assistant.ts";
import type { Session } from "../../../../src/client/index.ts";
import { connected, TERMS, type ScriptedObject } from "./scripted-object.ts";

const SETTINGS: readonly (readonly [Pick<AskOptions, "maxTokens" | "temperature">, object])[] = [
  [{}, { maxTokens: null, temperature: null }],
  [{ maxTokens: 1 }, { maxTokens: 1, temperature: null }],
  [{ maxTokens: TERMS.maxTokens }, { maxTokens: TERMS.maxTokens, temperature: null }],
  [{ temperature: 0 }, { maxTokens: null, temperature: 0 }],
  [
    { maxTokens: 77, temperature: 1.5 },
    { maxTokens: 77, temperature: 1.5 },
  ],
];

/** As much of a session as the transport uses. */
function sessionOf({ client }: ScriptedObject): Session {
  const session: Pick<Session, "ask" | "ended"> = {
    ask: (prompt, options) => client.ask(prompt, options ?? {}),
    ended: new Promise(() => undefined),
  };
  return session as Session;
}

describe("[ASK1] settings of an answer", () => {
  it.each(SETTINGS)("%o by ask", async (settings, told) => {
    const object = connected();
    object.client.ask("Why?", settings);
    expect((await object.asked()).settings).toEqual(told);
  });

  it.each(SETTINGS)("%o by the transport", async (settings, told) => {
    const object = connected();
    const transport = createGhostTransport({ session: sessionOf(object), ...settings });
    await transport.sendMessages({
      trigger: "submit-message",
      chatId: "chat",
      messageId: undefined,
      messages: [{ id: "1", role: "user", parts: [{ type: "text", text: "Why?" }] }],
      abortSignal: undefined,
    });
    expect((await object.asked()).settings).toEqual(told);
  });

  it.each([
    { maxTokens: TERMS.maxTokens + 1 },
    { maxTokens: 0 },
    { maxTokens: 1.5 },
    { temperature: -0.1 },
    { temperature: 2.1 },
    { temperature: NaN },
  ])("%o are misuse, and nothing leaves", async (settings) => {
    const object = connected();
    const answer = object.client.ask("Why?", settings);
    expect(await answer.result).toMatchObject({ finish: "error", error: "misuse" });
    expect([object.uploads, object.shared]).toEqual([0, []]);
  });
});
