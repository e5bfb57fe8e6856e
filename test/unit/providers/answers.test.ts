// Answers of every form, also of forms that no provider should send: each is whole, or fails with a code, and
// nobody is connected any more.
import { gzipSync } from "node:zlib";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import {
  delta,
  events,
  finish,
  head,
  HELLO_WORLD,
  nodeUpstream,
  say,
  STREAM_HEAD,
  type Script,
} from "../../support/upstream.ts";
import { ask, assistantAt, utf8 } from "./ask.ts";
import { CANARY, startUpstream } from "./upstream.ts";

const server = await startUpstream();

/** Waits between attempts run 20 times faster; everything else has more time than it needs. */
const FAST = 20;

describe("[PROV7] an answer is whole, or it fails with a code", () => {
  type Row = [string, Script, string | null, string];
  const rows: Row[] = [
    ["a whole answer", say(STREAM_HEAD, HELLO_WORLD), null, "Hello world"],
    [
      "a byte order mark and other line ends",
      say(STREAM_HEAD, "\ufeff", HELLO_WORLD.replaceAll("\n", "\r\n")),
      null,
      "Hello world",
    ],
    [
      "comments and fields of others",
      say(STREAM_HEAD, ": still here\n\nid: 7\nretry: 5\nfoo: bar\n\n", HELLO_WORLD),
      null,
      "Hello world",
    ],
    [
      "a charset in the type",
      say(head(200, { "content-type": "Text/Event-Stream; charset=utf-8" }), HELLO_WORLD),
      null,
      "Hello world",
    ],
    [
      "informational answers first",
      say("HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n", STREAM_HEAD, HELLO_WORLD),
      null,
      "Hello world",
    ],
    [
      "compressed all the same",
      say(
        head(200, { "content-type": "text/event-stream", "content-encoding": "gzip" }),
        gzipSync(HELLO_WORLD),
      ),
      null,
      "Hello world",
    ],
    [
      "something after the end marker",
      say(STREAM_HEAD, HELLO_WORLD, events(delta("more"))),
      null,
      "Hello world",
    ],
    ["no end marker", say(STREAM_HEAD, events(delta("Hel"), finish("stop"))), "provider_broken", "Hel"],
    [
      "an end marker without a reason",
      say(STREAM_HEAD, events(delta("Hel"), "[DONE]")),
      "provider_broken",
      "Hel",
    ],
    [
      "a reason that we do not know",
      say(STREAM_HEAD, events(delta("Hel"), finish("tool_calls"), "[DONE]")),
      "provider_broken",
      "Hel",
    ],
    [
      "cut in the middle of an event",
      say(STREAM_HEAD, events(delta("Hel")), 'data: {"choices":[{"de'),
      "provider_broken",
      "Hel",
    ],
    ["malformed JSON", say(STREAM_HEAD, events(delta("Hel"), `{"${CANARY}`)), "provider_broken", "Hel"],
    ["JSON of another form", say(STREAM_HEAD, events({ choices: CANARY })), "provider_broken", ""],
    [
      "content that is no text",
      say(STREAM_HEAD, events({ choices: [{ delta: { content: 7 } }] })),
      "provider_broken",
      "",
    ],
    [
      "bytes that are no UTF-8",
      say(Buffer.concat([utf8(STREAM_HEAD + events(delta("Hel"))), Buffer.from([0x64, 0xff, 0xfe])])),
      "provider_broken",
      "",
    ],
    [
      "an error in the middle",
      say(STREAM_HEAD, events(delta("Hel"), { error: { message: CANARY, code: "x" } })),
      "provider_broken",
      "Hel",
    ],
    [
      "a limit in the middle",
      say(STREAM_HEAD, events(delta("Hel"), { error: { message: CANARY, code: 429 } })),
      "provider_limited",
      "Hel",
    ],
    [
      "another type",
      say(head(200, { "content-type": "text/html" }), `<h1>${CANARY}</h1>`),
      "provider_broken",
      "",
    ],
    ["no type", say(head(200), HELLO_WORLD), "provider_broken", ""],
    [
      "an answer that is not streamed",
      say(head(200, { "content-type": "application/json" }), "{}"),
      "provider_broken",
      "",
    ],
    ["nothing at all", say(head(204)), "provider_broken", ""],
    ["a redirect", say(head(307, { location: "http://127.0.0.1:1/" })), "provider_refused", ""],
    [
      "a bad request",
      say(head(400, { "content-type": "application/json" }), `{"error":"${CANARY}"}`),
      "provider_refused",
      "",
    ],
    ["a wrong key", say(head(401), CANARY), "provider_refused", ""],
    ["no such model", say(head(404), CANARY), "provider_refused", ""],
    ["a limit that is far away", say(head(429, { "retry-after": "3600" }), CANARY), "provider_limited", ""],
    [
      "an error of theirs that is far away",
      say(head(503, { "retry-after": "3600" })),
      "provider_unavailable",
      "",
    ],
    ["no HTTP", say(`${CANARY}\r\n\r\n`), "provider_unavailable", ""],
    ["a line without an end", say(STREAM_HEAD, "data: ", "x".repeat(200_000)), "provider_broken", ""],
    [
      "an event that is too large",
      say(STREAM_HEAD, events(delta("x".repeat(70_000)))),
      "provider_broken",
      "",
    ],
    [
      "an answer that is too large",
      say(STREAM_HEAD, ...Array<string>(9).fill(events(delta("x".repeat(30_000)))), HELLO_WORLD),
      "answer_too_large",
      "x".repeat(240_000),
    ],
  ];
  it.each(rows)("%s", async (_what, script, code, text) => {
    server.script(script);
    const outcome = await ask(assistantAt(server.baseUrl, nodeUpstream(FAST)));
    expect(outcome).toEqual({
      text,
      code,
      end: code === null ? { type: "end", finish: "stop", usage: null } : null,
    });
  });

  it.each([
    ["stop", "stop"],
    ["length", "length"],
    ["content_filter", "filtered"],
  ])("the end %s is %s, with what was counted", async (reason, finished) => {
    const usage = { choices: [], usage: { prompt_tokens: 7, completion_tokens: 2, total_tokens: 9 } };
    server.script(say(STREAM_HEAD, events(delta("x"), finish(reason), usage, "[DONE]")));
    const { end } = await ask(assistantAt(server.baseUrl, nodeUpstream()));
    expect(end).toEqual({ type: "end", finish: finished, usage: { inputTokens: 7, outputTokens: 2 } });
  });

  it("characters that are cut between two pieces arrive whole", async () => {
    const bytes = utf8(events(delta("Ä😀ö"), finish("stop"), "[DONE]"));
    server.script(async (socket) => {
      socket.setNoDelay(true);
      socket.write(STREAM_HEAD);
      for (const byte of bytes) {
        socket.write(Buffer.from([byte]));
        await sleep(0);
      }
      socket.end();
    });
    expect(await ask(assistantAt(server.baseUrl, nodeUpstream()))).toMatchObject({
      text: "Ä😀ö",
      code: null,
    });
  });
});
