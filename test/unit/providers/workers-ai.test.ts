// Workers AI exists on Cloudflare only: neither workerd nor Miniflare can run it offline. So the binding is a
// small fake that does what its documentation says: `run` takes objects and gives a ReadableStream of events, or
// throws an error whose message begins with the service's number. The real service was not tried.
import { describe, expect, it } from "vitest";
import { createAssistant, offerModels } from "../../../src/providers/registry.ts";
import { eventually } from "../../support/processes.ts";
import { events, nodeUpstream } from "../../support/upstream.ts";
import { ask, promptOf, utf8, type Outcome } from "./ask.ts";

interface Call {
  readonly model: string;
  readonly inputs: unknown;
  readonly options: { readonly signal: AbortSignal };
}

class FakeWorkersAi {
  readonly calls: Call[] = [];
  cancelled = 0;
  readonly #answer: () => unknown;

  constructor(answer: () => unknown) {
    this.#answer = answer;
  }

  async run(model: string, inputs: unknown, options: Call["options"]): Promise<unknown> {
    this.calls.push({ model, inputs, options });
    const answer = this.#answer();
    return typeof answer === "string" ? this.#stream(answer, true) : answer;
  }

  /** Says `text` and then ends, or stays open until it is cancelled. */
  #stream(text: string, ends: boolean): ReadableStream<Uint8Array> {
    return new ReadableStream({
      start: (controller) => {
        controller.enqueue(utf8(text));
        if (ends && text.endsWith("\n\n")) controller.close();
      },
      cancel: () => {
        this.cancelled += 1;
      },
    });
  }
}

const assistantWith = (AI: FakeWorkersAi) => {
  const card = { retentionDays: 0, source: "test", asOf: "2026-11-21" };
  const providers = JSON.stringify([{ preset: "workers-ai", name: "test", models: ["model"], card }]);
  return createAssistant(offerModels(providers, { AI }), nodeUpstream(20));
};
const hear = (answer: () => unknown): Promise<Outcome> => ask(assistantWith(new FakeWorkersAi(answer)));

describe("[PROV7] Workers AI", () => {
  it("reads the older form, whose end gives no reason", async () => {
    const usage = (tokens: number) => ({
      response: "",
      usage: { prompt_tokens: 9, completion_tokens: tokens },
    });
    const said = (tokens: number) => events({ response: "Hel" }, { response: "lo" }, usage(tokens), "[DONE]");
    expect(await hear(() => said(2))).toEqual({
      text: "Hello",
      end: { type: "end", finish: "stop", usage: { inputTokens: 9, outputTokens: 2 } },
      code: null,
    });
    // As many tokens as were asked for: it was cut.
    expect(await hear(() => said(256))).toMatchObject({ end: { finish: "length" } });
  });

  it("reads chat completions", async () => {
    const chunk = (content: string, reason: string | null = null) => ({
      choices: [{ delta: { content }, finish_reason: reason }],
    });
    expect(await hear(() => events(chunk("Hel"), chunk("lo"), chunk("", "length"), "[DONE]"))).toMatchObject({
      text: "Hello",
      end: { finish: "length" },
    });
  });

  it.each([
    ["no end marker", () => events({ response: "x" })],
    ["a form of neither kind", () => events({ answer: "x" }, "[DONE]")],
    ["an answer that is not streamed", () => ({ response: "x" })],
  ])("%s breaks the answer", async (_what, answer) => {
    expect(await hear(answer)).toMatchObject({ end: null, code: "provider_broken" });
  });

  it.each([
    ["5007: No such model canary", "provider_refused", 1],
    ["3006: Request is too large", "provider_refused", 1],
    ["3036: You have used up your daily free allocation", "provider_limited", 1],
    ["3040: No more data centers", "provider_limited", 3],
    ["3007: Request timeout", "provider_unavailable", 3],
    ["something else: canary", "provider_unavailable", 3],
  ])("the error %j is %s", async (message, code, calls) => {
    const AI = new FakeWorkersAi(() => {
      throw new Error(message);
    });
    expect(await ask(assistantWith(AI))).toEqual({ text: "", end: null, code });
    expect(AI.calls).toHaveLength(calls);
  });
});

describe("[PROV6] Workers AI", () => {
  it("is given messages and settings, no gateway, no tags, no headers", async () => {
    const AI = new FakeWorkersAi(() => events({ response: "x" }, "[DONE]"));
    const messages = [
      { role: "system" as const, content: utf8("Be brief.") },
      { role: "user" as const, content: utf8("\ufeffÄ😀") },
    ];
    await ask(assistantWith(AI), promptOf("", { messages, temperature: 0.5 }));
    expect(AI.calls).toHaveLength(1);
    expect(AI.calls[0]).toMatchObject({
      model: "model",
      inputs: {
        messages: [
          { role: "system", content: "Be brief." },
          { role: "user", content: "\ufeffÄ😀" },
        ],
        stream: true,
        max_tokens: 256,
        temperature: 0.5,
      },
    });
    expect(Object.keys(AI.calls[0]?.options ?? {})).toEqual(["signal"]);
  });
});

describe("[PROV10] Workers AI", () => {
  it("leaving cancels the stream and the signal", async () => {
    const AI = new FakeWorkersAi(() => `${events({ response: "x" })}:`);
    const abort = new AbortController();
    for await (const event of assistantWith(AI).complete("test/model", promptOf("hi"), abort.signal)) {
      expect(event).toEqual({ type: "delta", text: "x" });
      abort.abort();
    }
    expect(AI.cancelled).toBe(1);
    expect(AI.calls[0]?.options.signal.aborted).toBe(true);
  });

  it("a stream that comes after everybody left is cancelled too", async () => {
    let answer: (stream: ReadableStream) => void = () => undefined;
    let cancelled = false;
    const AI = new FakeWorkersAi(() => new Promise<ReadableStream>((resolve) => (answer = resolve)));
    const abort = new AbortController();
    const asking = ask(assistantWith(AI), promptOf("hi"), abort.signal);
    abort.abort();
    expect(await asking).toEqual({ text: "", end: null, code: null });
    answer(new ReadableStream({ cancel: () => void (cancelled = true) }));
    await eventually(() => cancelled);
  });
});
