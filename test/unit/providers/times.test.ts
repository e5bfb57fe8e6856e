// Providers that are slow, silent or endless: every turn has its time and its size. Time passes where a test lets it
// pass, so that no machine is too slow for it.
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import {
  FIRST_TOKEN_TIMEOUT_MS,
  MAX_PROVIDER_STREAM_BYTES,
  PROVIDER_IDLE_TIMEOUT_MS,
  TURN_TIMEOUT_MS,
} from "../../../src/protocol/limits.ts";
import { eventually } from "../../support/processes.ts";
import {
  clockedUpstream,
  delta,
  events,
  HELLO_WORLD,
  nodeUpstream,
  STREAM_HEAD,
  type ClockedUpstream,
  type Script,
} from "../../support/upstream.ts";
import { ask, assistantAt, promptOf, type Outcome } from "./ask.ts";
import { CANARY, startUpstream } from "./upstream.ts";

const server = await startUpstream();

/** Asks, and tells later how it ended; `null` while it goes on. */
function begin(upstream: ClockedUpstream): { readonly outcome: () => Outcome | null } {
  let outcome: Outcome | null = null;
  void ask(assistantAt(server.baseUrl, upstream)).then((ended) => (outcome = ended));
  return { outcome: () => outcome };
}

/** Something that a script waits for. */
function makeGate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

describe("[PROV8] a turn has its time", () => {
  const silent: Script = () => undefined;
  const rows: [string, Script, string, number][] = [
    ["no answer at all", silent, "", FIRST_TOKEN_TIMEOUT_MS],
    ["headers, and then nothing", (socket) => void socket.write(STREAM_HEAD), "", FIRST_TOKEN_TIMEOUT_MS],
    [
      "half an answer, and then nothing",
      (socket) => void socket.write(STREAM_HEAD + events(delta("Hel"))),
      "Hel",
      PROVIDER_IDLE_TIMEOUT_MS,
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
      FIRST_TOKEN_TIMEOUT_MS,
    ],
  ];
  it.each(rows)("%s", async (_what, script, text, allowedMs) => {
    server.script(script);
    const upstream = clockedUpstream();
    const asked = begin(upstream);
    await eventually(() => server.received.length === 1 && upstream.waits().includes(allowedMs));
    for (let left = allowedMs - 1; left > 0; left -= 10_000) {
      upstream.advance(Math.min(left, 10_000));
      await sleep(20);
    }
    expect(asked.outcome()).toBeNull();
    upstream.advance(1);
    expect(await eventually(() => asked.outcome() ?? false)).toEqual({
      text,
      end: null,
      code: "turn_timeout",
    });
    expect(upstream.waits()).toEqual([]);
  });

  it("a stream that never ends does, at the end of the turn", async () => {
    server.script(async (socket) => {
      socket.write(STREAM_HEAD);
      while (socket.writable) {
        socket.write(events(delta("x")));
        await sleep(10);
      }
    });
    const upstream = clockedUpstream();
    const asked = begin(upstream);
    const stepMs = PROVIDER_IDLE_TIMEOUT_MS - 10_000;
    for (let passedMs = 0; passedMs < TURN_TIMEOUT_MS; passedMs += stepMs) {
      expect(asked.outcome()).toBeNull();
      // Of what is awaited now, nothing was awaited before.
      const before = upstream.begun();
      await eventually(() => upstream.begun() > before);
      upstream.advance(stepMs);
    }
    expect(await eventually(() => asked.outcome() ?? false)).toMatchObject({ code: "turn_timeout" });
  });

  it("a model that thinks aloud is at work, and what it thinks is not shown", async () => {
    const thought = events({ choices: [{ delta: { reasoning_content: CANARY } }] });
    let think: (what: string) => void = () => undefined;
    server.script((socket) => {
      socket.write(STREAM_HEAD);
      think = (what) => void socket.write(what);
    });
    const upstream = clockedUpstream();
    const asked = begin(upstream);
    await eventually(() => server.received.length === 1);
    // Longer than a first token has, and each pause shorter than a pause may be.
    for (let passedMs = 0; passedMs <= FIRST_TOKEN_TIMEOUT_MS; passedMs += PROVIDER_IDLE_TIMEOUT_MS - 1) {
      const before = upstream.begun();
      think(thought);
      await eventually(() => upstream.begun() > before);
      upstream.advance(PROVIDER_IDLE_TIMEOUT_MS - 1);
    }
    think(HELLO_WORLD);
    expect(await eventually(() => asked.outcome() ?? false)).toMatchObject({
      text: "Hello world",
      code: null,
    });
  });

  it("a reader who takes its time is no pause of the provider", async () => {
    const rest = makeGate();
    server.script(async (socket) => {
      socket.write(STREAM_HEAD + events(delta("one")));
      await rest.opened;
      socket.end(HELLO_WORLD);
    });
    const texts: string[] = [];
    const upstream = clockedUpstream();
    const asked = assistantAt(server.baseUrl, upstream);
    for await (const event of asked.complete("test/model", promptOf("hi"), new AbortController().signal)) {
      if (event.type === "delta") texts.push(event.text);
      if (texts.length !== 1) continue;
      upstream.advance(FIRST_TOKEN_TIMEOUT_MS + PROVIDER_IDLE_TIMEOUT_MS);
      rest.open();
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
