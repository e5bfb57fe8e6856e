import { describe, expect, it } from "vitest";
import type { FetchOptions, Upstream } from "../../../src/providers/provider.ts";
import { createAssistant, offerModels } from "../../../src/providers/registry.ts";
import { ServiceError } from "../../../src/protocol/errors.ts";
import { canariesIn } from "../../support/canaries.ts";
import { delta, events, HELLO_WORLD, nodeUpstream } from "../../support/upstream.ts";
import { ask, assistantAt, KEY, promptOf, utf8 } from "./ask.ts";

/** An upstream that keeps what it was handed, and says what it is told. */
function recording(answer: string | Error): {
  upstream: Upstream;
  sent: { body: Uint8Array; text: string }[];
} {
  const sent: { body: Uint8Array; text: string }[] = [];
  const fetch = async (_url: string, { body }: FetchOptions) => {
    sent.push({ body, text: new TextDecoder().decode(body) });
    if (answer instanceof Error) throw answer;
    return new Response(answer, { headers: { "content-type": "text/event-stream" } });
  };
  return { upstream: { ...nodeUpstream(20), fetch }, sent };
}

const NEVER = new AbortController().signal;

async function firstError(said: AsyncIterable<unknown>): Promise<unknown> {
  const events = said[Symbol.asyncIterator]();
  try {
    while ((await events.next()).done !== true);
  } catch (error) {
    return error;
  }
  return null;
}

describe("[PROV5] content", () => {
  const endings: [string, string | Error][] = [
    ["a whole answer", HELLO_WORLD],
    ["a broken answer", events(delta("x"), "{")],
    ["an answer that was cut", events(delta("x"))],
    ["no answer", new Error("prompt-canary")],
  ];
  it.each(endings)("the body of the request is zeroed after %s", async (_what, answer) => {
    for (const preset of ["openai", "anthropic"] as const) {
      const { upstream, sent } = recording(answer);
      await ask(assistantAt("http://127.0.0.1:1/v1", upstream, preset), promptOf("prompt-canary"));
      expect(sent.length).toBeGreaterThan(0);
      for (const { body, text } of sent) {
        expect(text).toContain("prompt-canary");
        expect(body.every((byte) => byte === 0)).toBe(true);
      }
    }
  });

  it("the messages stay the caller's", async () => {
    const request = promptOf("prompt-canary");
    await ask(assistantAt("http://127.0.0.1:1/v1", recording(HELLO_WORLD).upstream), request);
    expect(request.messages[0]?.content).toEqual(utf8("prompt-canary"));
  });

  it("an error holds a code and nothing of the prompt, the key or the answer", async () => {
    const secrets = [KEY, "prompt-canary", "answer-canary"].map((text) => ({ name: text, text }));
    for (const answer of [
      new Error(`${KEY} prompt-canary`),
      events(delta("answer-canary"), "{answer-canary"),
    ]) {
      const asked = assistantAt("http://127.0.0.1:1/v1", recording(answer).upstream);
      const thrown = await firstError(asked.complete("test/model", promptOf("prompt-canary"), NEVER));
      expect(thrown).toBeInstanceOf(ServiceError);
      const { stack, message, cause } = thrown as ServiceError;
      expect(cause).toBeUndefined();
      expect(canariesIn(Buffer.from(`${stack ?? ""}${message}${JSON.stringify(thrown)}`), secrets)).toEqual(
        [],
      );
    }
  });
});

describe("[PROV2] the mirror", () => {
  it("holds no secret of the operator, whatever is configured", async () => {
    const canaries = ["OPENAI_API_KEY", "ANTHROPIC_API_KEY", "TOKEN_SECRET", "IDENTITY_KEY", "PROVIDERS"].map(
      (name) => ({ name, text: `secret-canary-${name}` }),
    );
    const secrets = Object.fromEntries(canaries.map(({ name, text }) => [name, text]));
    const providers = [
      { preset: "openai", models: ["gpt"] },
      { preset: "anthropic", name: "secret-canary-name", models: ["claude"] },
    ];
    const offered = offerModels(JSON.stringify(providers), secrets);
    expect(canariesIn(Buffer.from(JSON.stringify(offered)), canaries)).not.toEqual([]);
    const assistant = createAssistant(offered, recording(HELLO_WORLD).upstream);
    let text = "";
    for await (const event of assistant.complete("mirror", promptOf("hello"), new AbortController().signal)) {
      if (event.type === "delta") text += event.text;
    }
    expect(text).toContain("hello");
    expect(text).not.toContain("secret-canary");
    expect(text).not.toContain("api.openai.com");
    expect(canariesIn(Buffer.from(text), canaries)).toEqual([]);
  });

  it("is built by the code that sends: but for placeholders it shows what OpenAI would receive", async () => {
    const { upstream, sent } = recording(HELLO_WORLD);
    const request = promptOf('"Ä"\n[EMAIL_1]', { temperature: 0.7 });
    await ask(assistantAt("http://127.0.0.1:1/v1", upstream), request);
    let text = "";
    const mirror = createAssistant(offerModels(undefined, {}), upstream);
    for await (const event of mirror.complete("mirror", request, new AbortController().signal)) {
      if (event.type === "delta") text += event.text;
    }
    expect(text.slice(text.lastIndexOf("\n\n") + 2).replace('"model":"mirror"', '"model":"model"')).toBe(
      sent[0]?.text,
    );
  });
});
