// What Anthropic's own API says in its own words. What HTTP and the stream can do is the same for every API and
// is tested there.
import { describe, expect, it } from "vitest";
import { events, nodeUpstream, say, STREAM_HEAD } from "../../support/upstream.ts";
import { ask, assistantAt, promptOf, utf8, type Outcome } from "./ask.ts";
import { CANARY, startUpstream } from "./upstream.ts";

const start = { type: "message_start", message: { usage: { input_tokens: 11, output_tokens: 1 } } };
const text = (words: string) => ({
  type: "content_block_delta",
  index: 0,
  delta: { type: "text_delta", text: words },
});
const thinking = {
  type: "content_block_delta",
  index: 0,
  delta: { type: "thinking_delta", thinking: CANARY },
};
const stopped = (reason: string | null) => ({
  type: "message_delta",
  delta: { stop_reason: reason },
  usage: { output_tokens: 5 },
});
const stop = { type: "message_stop" };

const server = await startUpstream();

function hear(...said: readonly unknown[]): Promise<Outcome> {
  server.received.length = 0;
  server.script(say(STREAM_HEAD, events(...said)));
  return ask(assistantAt(server.baseUrl, nodeUpstream(20), "anthropic"));
}

describe("[PROV7] the Messages API", () => {
  it.each([
    ["end_turn", "stop"],
    ["stop_sequence", "stop"],
    ["max_tokens", "length"],
    ["model_context_window_exceeded", "length"],
    ["refusal", "filtered"],
  ])("the end %s is %s", async (reason, finish) => {
    expect(await hear(start, thinking, text("Hel"), text("lo"), stopped(reason), stop)).toEqual({
      text: "Hello",
      end: { type: "end", finish, usage: { inputTokens: 11, outputTokens: 5 } },
      code: null,
    });
  });

  it("passes over pings, blocks and kinds of events that are new", async () => {
    const others = [
      { type: "ping" },
      { type: "content_block_start", index: 0 },
      { type: "brand_new", x: CANARY },
    ];
    expect(await hear(start, ...others, text("x"), stopped("end_turn"), stop)).toMatchObject({
      text: "x",
      code: null,
    });
  });

  it.each([
    ["no end marker", [start, text("Hel"), stopped("end_turn")]],
    ["an end without a reason", [start, text("Hel"), stopped(null), stop]],
    ["a call of a tool", [start, text("Hel"), stopped("tool_use"), stop]],
    ["an event of another form", [start, text("Hel"), { type: "content_block_delta", delta: CANARY }]],
    ["an event without a type", [start, text("Hel"), {}]],
    ["no JSON", [start, text("Hel"), CANARY]],
    ["an error that is not known", [start, text("Hel"), { type: "error", error: { type: CANARY } }]],
  ])("%s breaks the answer", async (_what, said) => {
    expect(await hear(...said)).toEqual({ text: "Hel", end: null, code: "provider_broken" });
  });

  it.each([
    ["overloaded_error", "provider_unavailable", 3],
    ["api_error", "provider_unavailable", 3],
    ["rate_limit_error", "provider_limited", 3],
    ["invalid_request_error", "provider_refused", 1],
    ["authentication_error", "provider_refused", 1],
  ])("the error %s is %s", async (type, code, attempts) => {
    expect(await hear({ type: "error", error: { type, message: CANARY } })).toEqual({
      text: "",
      end: null,
      code,
    });
    expect(server.received).toHaveLength(attempts);
    expect(await hear(start, text("Hel"), { type: "error", error: { type } })).toMatchObject({
      text: "Hel",
      code,
    });
    expect(server.received).toHaveLength(1);
  });

  it("system messages stand apart, in their order", async () => {
    server.script(say(STREAM_HEAD, events(start, text("x"), stopped("end_turn"), stop)));
    const messages = [
      { role: "system" as const, content: utf8("one") },
      { role: "user" as const, content: utf8("hi") },
      { role: "system" as const, content: utf8("two") },
    ];
    await ask(assistantAt(server.baseUrl, nodeUpstream(), "anthropic"), promptOf("", { messages }));
    expect(JSON.parse(server.received[0]?.body.toString() ?? "")).toMatchObject({
      system: [
        { type: "text", text: "one" },
        { type: "text", text: "two" },
      ],
      messages: [{ role: "user", content: "hi" }],
    });
  });
});
