// Providers that are slow, silent or endless: every turn has its time and its size.
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { MAX_PROVIDER_STREAM_BYTES } from "../../../src/protocol/limits.ts";
import {
  delta,
  events,
  HELLO_WORLD,
  nodeUpstream,
  STREAM_HEAD,
  type Script,
} from "../../support/upstream.ts";
import { ask, assistantAt, promptOf } from "./ask.ts";
import { CANARY, startUpstream } from "./upstream.ts";

const server = await startUpstream();

/** Timers run 60 times faster: a first token has 1 s, a pause 500 ms, a turn 5 s. */
const FAST = 60;

describe("[PROV8] a turn has its time", () => {
  const silent: Script = () => undefined;
  const rows: [string, Script, string][] = [
    ["no answer at all", silent, ""],
    ["headers, and then nothing", (socket) => void socket.write(STREAM_HEAD), ""],
    [
      "half an answer, and then nothing",
      (socket) => void socket.write(STREAM_HEAD + events(delta("Hel"))),
      "Hel",
    ],
    [
      "a provider that only says that it is still there",
      async (socket) => {
        socket.write(STREAM_HEAD);
        while (socket.writable) {
          socket.write(": processing\n\n");
          await sleep(20);
        }
      },
      "",
    ],
  ];
  it.each(rows)("%s", async (_what, script, text) => {
    server.script(script);
    const upstream = nodeUpstream(FAST);
    expect(await ask(assistantAt(server.baseUrl, upstream))).toEqual({
      text,
      end: null,
      code: "turn_timeout",
    });
    expect(upstream.pending()).toBe(0);
  });

  it("a stream that never ends does, at the end of the turn", async () => {
    server.script(async (socket) => {
      socket.write(STREAM_HEAD);
      while (socket.writable) {
        socket.write(events(delta("x")));
        await sleep(10);
      }
    });
    expect(await ask(assistantAt(server.baseUrl, nodeUpstream(FAST)))).toMatchObject({
      code: "turn_timeout",
    });
  });

  it("a model that thinks aloud is at work, and what it thinks is not shown", async () => {
    server.script(async (socket) => {
      socket.write(STREAM_HEAD);
      for (let count = 0; count < 15; count += 1) {
        socket.write(events({ choices: [{ delta: { reasoning_content: CANARY } }] }));
        await sleep(100);
      }
      socket.end(HELLO_WORLD);
    });
    // Thinking takes 1.5 s; the first token has 1 s and each pause 500 ms.
    expect(await ask(assistantAt(server.baseUrl, nodeUpstream(FAST)))).toMatchObject({
      text: "Hello world",
      code: null,
    });
  });

  it("a reader who takes its time is no pause of the provider", async () => {
    server.script(async (socket) => {
      socket.write(STREAM_HEAD + events(delta("one")));
      await sleep(450);
      socket.end(HELLO_WORLD);
    });
    const texts: string[] = [];
    const asked = assistantAt(server.baseUrl, nodeUpstream(FAST));
    // A first token may take 1 s, and a pause of the provider 500 ms.
    for await (const event of asked.complete("test/model", promptOf("hi"), new AbortController().signal)) {
      if (event.type === "delta") texts.push(event.text);
      if (texts.length === 1) await sleep(1_300);
    }
    expect(texts).toEqual(["one", "Hello ", "world"]);
  });

  it("an endless stream ends at its bound, and is read no faster than its reader", async () => {
    let written = 0;
    const comment = `: ${"x".repeat(60_000)}

`;
    server.script(async (socket) => {
      socket.write(STREAM_HEAD);
      while (socket.writable) {
        written += comment.length;
        const more = new Promise((resolve) => socket.once("drain", resolve).once("close", resolve));
        if (!socket.write(comment)) await more;
      }
    });
    expect(await ask(assistantAt(server.baseUrl, nodeUpstream()))).toMatchObject({
      code: "answer_too_large",
    });
    // The rest is what buffers of the two systems hold.
    expect(written).toBeLessThan(2 * MAX_PROVIDER_STREAM_BYTES);
  });
});
