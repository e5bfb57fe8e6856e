// What is sent again, and what is aborted.
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { FIRST_TOKEN_TIMEOUT_MS, PROVIDER_IDLE_TIMEOUT_MS } from "../../../src/protocol/limits.ts";
import { ServiceError } from "../../../src/protocol/errors.ts";
import { eventually } from "../../support/processes.ts";
import {
  clockedUpstream,
  delta,
  events,
  head,
  HELLO_WORLD,
  nodeUpstream,
  say,
  STREAM_HEAD,
  type Script,
} from "../../support/upstream.ts";
import { ask, assistantAt, promptOf } from "./ask.ts";
import { CANARY, startUpstream } from "./upstream.ts";

const CHUNKED_HEAD = head(200, { "content-type": "text/event-stream", "transfer-encoding": "chunked" });

const server = await startUpstream();

/** Waits between attempts run 20 times faster; everything else has more time than it needs. */
const FAST = 20;

describe("[PROV9] attempts", () => {
  const failing =
    (times: number, failure: Script): Script =>
    (socket, request) =>
      server.received.length <= times
        ? failure(socket, request)
        : say(STREAM_HEAD, HELLO_WORLD)(socket, request);

  const rows: [string, Script][] = [
    ["429", say(head(429))],
    ["429 with a wait", say(head(429, { "retry-after": "1" }))],
    ["500", say(head(500), CANARY)],
    ["503 until a moment ago", say(head(503, { "retry-after": "Wed, 21 Oct 2015 07:28:00 GMT" }))],
    ["529", say(head(529))],
    ["a connection that breaks", (socket) => void socket.resetAndDestroy()],
    ["a stream that ends before its first token", say(STREAM_HEAD)],
    [
      "a stream that breaks before its first token",
      (socket) => void socket.write(`${CHUNKED_HEAD}ff\r\n: here\n`, () => socket.destroy()),
    ],
    ["an overload inside the stream", say(STREAM_HEAD, events({ error: { code: 502 } }))],
  ];
  it.each(rows)("%s: the same request is sent again", async (_what, failure) => {
    server.script(failing(2, failure));
    const outcome = await ask(assistantAt(server.baseUrl, nodeUpstream(FAST)), promptOf("the very same"));
    expect(outcome).toMatchObject({ text: "Hello world", code: null });
    expect(server.received).toHaveLength(3);
    const [first, ...others] = server.received;
    expect(first?.body.toString()).toContain("the very same");
    for (const other of others) expect(other.body.equals(first?.body ?? Buffer.alloc(0))).toBe(true);
  });

  it("three, and no more", async () => {
    server.script(say(head(500)));
    expect(await ask(assistantAt(server.baseUrl, nodeUpstream(FAST)))).toMatchObject({
      code: "provider_unavailable",
    });
    expect(server.received).toHaveLength(3);
  });

  it("one where the provider refuses, or asks to wait for too long", async () => {
    for (const answer of [head(400), head(401), head(302), head(429, { "retry-after": "6" })]) {
      server.received.length = 0;
      server.script(say(answer));
      await ask(assistantAt(server.baseUrl, nodeUpstream(FAST)));
      expect(server.received, answer).toHaveLength(1);
    }
  });

  it("one once a token was seen, whatever comes then", async () => {
    for (const then of [events({ error: { code: 503 } }), "data: {"]) {
      server.received.length = 0;
      let goOn = (): void => undefined;
      server.script((socket) => {
        socket.write(STREAM_HEAD + events(delta("Hel")));
        goOn = () => void socket.write(then, () => socket.resetAndDestroy());
      });
      const heard: unknown[] = [];
      const asked = assistantAt(server.baseUrl, nodeUpstream());
      const reading = async (): Promise<void> => {
        for await (const event of asked.complete(
          "test/model",
          promptOf("hi"),
          new AbortController().signal,
        )) {
          heard.push(event);
          // Not before it was read: a reset takes along what lies on the way.
          goOn();
        }
      };
      await expect(reading()).rejects.toBeInstanceOf(ServiceError);
      expect(heard).toEqual([{ type: "delta", text: "Hel" }]);
      expect(server.received).toHaveLength(1);
    }
  });

  it("waits grow, take their chance, and keep to what is asked for", async () => {
    server.script(failing(2, say(head(503))));
    const waits: number[] = [];
    const platform = nodeUpstream(FAST);
    const upstream = {
      ...platform,
      random: () => 0.5,
      after: (delayMs: number, callback: () => void) => {
        if (delayMs < 10_000) waits.push(delayMs);
        return platform.after(delayMs, callback);
      },
    };
    await ask(assistantAt(server.baseUrl, upstream));
    expect(waits).toEqual([375, 750]);
    waits.length = 0;
    server.received.length = 0;
    server.script(failing(1, say(head(503, { "retry-after": "2" }))));
    await ask(assistantAt(server.baseUrl, upstream));
    expect(waits).toEqual([2000]);
  });
});

describe("[PROV10] leaving aborts the request", () => {
  const endless: Script = async (socket) => {
    socket.write(STREAM_HEAD);
    while (socket.writable) {
      socket.write(events(delta("x")));
      await sleep(10);
    }
  };
  // With each what is waited for then.
  const patient: [string, Script, number][] = [
    ["before an answer", () => undefined, FIRST_TOKEN_TIMEOUT_MS],
    ["before the first token", (socket) => void socket.write(STREAM_HEAD), FIRST_TOKEN_TIMEOUT_MS],
    ["while an answer streams", endless, PROVIDER_IDLE_TIMEOUT_MS],
    ["between two attempts", say(head(503, { "retry-after": "5" })), 5_000],
  ];
  it.each(patient)("by the signal, %s", async (_what, script, waitMs) => {
    server.script(script);
    const upstream = clockedUpstream();
    const abort = new AbortController();
    const asking = ask(assistantAt(server.baseUrl, upstream), promptOf("hi"), abort.signal);
    await eventually(() => server.received.length === 1 && upstream.waits().includes(waitMs));
    abort.abort();
    expect(await asking).toMatchObject({ end: null, code: null });
    await server.closed();
    expect(upstream.waits()).toEqual([]);
    expect(server.received).toHaveLength(1);
  });

  it("a signal that was aborted before sends nothing", async () => {
    expect(
      await ask(assistantAt(server.baseUrl, nodeUpstream()), promptOf("hi"), AbortSignal.abort()),
    ).toEqual({
      text: "",
      end: null,
      code: null,
    });
    expect(server.received).toHaveLength(0);
  });

  it("by the signal, and nothing that was read before comes after", async () => {
    server.script(say(STREAM_HEAD, HELLO_WORLD));
    const abort = new AbortController();
    const heard: unknown[] = [];
    const asked = assistantAt(server.baseUrl, nodeUpstream());
    for await (const event of asked.complete("test/model", promptOf("hi"), abort.signal)) {
      heard.push(event);
      abort.abort();
    }
    expect(heard).toEqual([{ type: "delta", text: "Hello " }]);
  });

  it("by ending the iteration between two pieces", async () => {
    server.script(endless);
    const asked = assistantAt(server.baseUrl, nodeUpstream());
    for await (const event of asked.complete("test/model", promptOf("hi"), new AbortController().signal)) {
      if (event.type === "delta") break;
    }
    await server.closed();
  });

  it("by ending the iteration while a piece is awaited", async () => {
    server.script((socket) => void socket.write(STREAM_HEAD));
    const upstream = nodeUpstream();
    const iterator = assistantAt(server.baseUrl, upstream)
      .complete("test/model", promptOf("hi"), new AbortController().signal)
      [Symbol.asyncIterator]();
    const next = iterator.next();
    await eventually(() => server.received.length === 1);
    await iterator.return?.();
    expect(await next).toEqual({ done: true, value: undefined });
    await server.closed();
    expect(upstream.pending()).toBe(0);
  });
});
