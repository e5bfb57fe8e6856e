// What really leaves for a provider: the service's own code in workerd, against an independent mock of the APIs,
// with a recorder in between that keeps every byte. Node cannot show this, since each runtime adds headers.
import { LLMock } from "@copilotkit/aimock";
import { connect } from "node:net";
import { fileURLToPath } from "node:url";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { bundleWorker } from "../../src/local/bundle.ts";
import { describeWorker } from "../../src/local/worker-options.ts";
import { CARD } from "../support/card.ts";
import {
  delta,
  events,
  head,
  HELLO_WORLD,
  headersOf,
  say,
  ScriptedUpstream,
  STREAM_HEAD,
  type ReceivedRequest,
  type Script,
} from "../support/upstream.ts";

const WORKER = fileURLToPath(new URL("../workers/support/provider-worker.ts", import.meta.url));
/** The operator's own secrets, which must never reach a provider. visitor.test.ts looks at the visitor. */
const CANARY = "secret-canary";
const QUESTION = {
  messages: [
    { role: "system", content: 'Be "brief".' },
    { role: "user", content: "Zeile\nÄ😀 [EMAIL_1]" },
    { role: "assistant", content: "Yes?" },
    { role: "user", content: "hello" },
  ],
  maxTokens: 100,
  temperature: null,
  leave: null,
};
const MESSAGES =
  '{"role":"system","content":"Be \\"brief\\"."},{"role":"user","content":"Zeile\\nÄ😀 [EMAIL_1]"},' +
  '{"role":"assistant","content":"Yes?"},{"role":"user","content":"hello"}';

const mock = new LLMock({ port: 0 });
let recorder: ScriptedUpstream;
let miniflare: Miniflare;
let url: URL;

beforeAll(async () => {
  mock.onMessage("hello", {
    content: "Hello from the mock, which says a little more.",
    reasoning: "Let me think.",
  });
  await mock.start();
  recorder = await ScriptedUpstream.start();
  const worker = describeWorker();
  const entry = (preset: string) => ({
    preset,
    baseUrl: recorder.baseUrl,
    keySecret: "TEST_API_KEY",
    models: ["some-model"],
    card: CARD,
  });
  const modules = await bundleWorker({ ...worker, main: WORKER });
  const { compatibilityDate, compatibilityFlags } = worker.options as {
    compatibilityDate: string;
    compatibilityFlags: string[];
  };
  miniflare = new Miniflare(
    convertV4MiniflareOptions({
      name: worker.name,
      compatibilityDate,
      compatibilityFlags,
      modules: [...modules],
      bindings: {
        PROVIDERS: JSON.stringify(["openai", "openrouter", "ollama", "anthropic"].map(entry)),
        TEST_API_KEY: "provider-key",
        TOKEN_SECRET: CANARY,
        IDENTITY_KEY: CANARY,
      },
    }),
  );
  url = await miniflare.ready;
});
afterAll(async () => {
  await miniflare.dispose();
  await recorder.stop();
  await mock.stop();
});
beforeEach(() => {
  recorder.received.length = 0;
  recorder.script(forward);
});

/** Passes the request on as it came, and the answer back. */
const forward: Script = (socket, { method, path, rawHeaders, body }) => {
  const upstream = connect(mock.port, "127.0.0.1");
  const lines = rawHeaders.map((part, index) => (index % 2 === 0 ? `${part}: ` : `${part}\r\n`)).join("");
  upstream.write(`${method} ${path} HTTP/1.1\r\n${lines}\r\n`);
  upstream.write(body);
  upstream.pipe(socket);
};

interface Said {
  readonly text: string;
  readonly last: unknown;
}

async function ask(model: string, change: object = {}): Promise<Said> {
  const body = JSON.stringify({ model, ...QUESTION, ...change });
  const answer = await fetch(url, { method: "POST", body });
  const said = (await answer.json()) as { type?: string; text?: string }[];
  return { text: said.map(({ text }) => text ?? "").join(""), last: said.at(-1) };
}

function only(): ReceivedRequest {
  expect(recorder.received).toHaveLength(1);
  return recorder.received[0] as ReceivedRequest;
}

/** What HTTP itself needs, and nothing else may join. */
const transport = (body: Buffer) => ({
  host: new URL(recorder.baseUrl).host,
  "content-length": String(body.length),
});
const COMMON = {
  accept: "text/event-stream",
  "accept-encoding": "identity",
  "content-type": "application/json",
  "user-agent": "ghost-session",
  // The platform's own, and it cannot be left out: the operator's domain, which Miniflare makes up.
  "cf-worker": "ghost-session.example.com",
};

describe("[PROV6] what leaves", () => {
  const settings = '"stream":true,"stream_options":{"include_usage":true}';
  const chat: [string, string][] = [
    ["openai", '"max_completion_tokens":100,"store":false'],
    ["openrouter", '"max_tokens":100,"provider":{"data_collection":"deny","zdr":true}'],
    ["ollama", '"max_tokens":100'],
  ];
  it.each(chat)("to %s: every byte of the body, every header", async (preset, extra) => {
    expect(await ask(`${preset}/some-model`)).toMatchObject({
      text: "Hello from the mock, which says a little more.",
      last: { type: "end", finish: "stop", usage: { inputTokens: expect.any(Number) as number } },
    });
    const request = only();
    expect(`${request.method} ${request.path}`).toBe("POST /v1/chat/completions");
    expect(request.body.toString()).toBe(
      `{"model":"some-model","messages":[${MESSAGES}],${settings},${extra}}`,
    );
    expect(headersOf(request)).toEqual({
      ...COMMON,
      ...transport(request.body),
      authorization: "Bearer provider-key",
    });
  });

  it("to anthropic: every byte of the body, every header", async () => {
    expect(await ask("anthropic/some-model", { temperature: 1.5 })).toMatchObject({
      text: "Hello from the mock, which says a little more.",
      last: { type: "end", finish: "stop", usage: { outputTokens: expect.any(Number) as number } },
    });
    const request = only();
    const [system, ...conversation] = MESSAGES.split("},{");
    expect(`${request.method} ${request.path}`).toBe("POST /v1/messages");
    expect(request.body.toString()).toBe(
      `{"model":"some-model","system":[${system?.replace('"role":"system","content"', '"type":"text","text"') ?? ""}}],` +
        `"messages":[{${conversation.join("},{")}],"max_tokens":100,"stream":true,"temperature":1}`,
    );
    expect(headersOf(request)).toEqual({
      ...COMMON,
      ...transport(request.body),
      "anthropic-version": "2023-06-01",
      "x-api-key": "provider-key",
    });
  });

  it("no secret of the operator's but the provider's own key", async () => {
    for (const model of ["openai/some-model", "anthropic/some-model"]) await ask(model);
    expect(recorder.received).toHaveLength(2);
    for (const { rawHeaders, body, path } of recorder.received) {
      const all = [path, ...rawHeaders, body.toString()].join("\n");
      expect(all).not.toContain(CANARY);
    }
  });

  it("the same bytes again where an attempt failed", async () => {
    recorder.script((socket, request) => {
      const answer = recorder.received.length === 1 ? say(head(503)) : say(STREAM_HEAD, HELLO_WORLD);
      return answer(socket, request);
    });
    expect(await ask("openai/some-model")).toMatchObject({ text: "Hello world" });
    const [first, second] = recorder.received;
    expect(second?.body.toString()).toContain("Zeile");
    expect(second?.body.equals(first?.body ?? Buffer.alloc(0))).toBe(true);
  });
});

describe("[PROV7] in workerd as in Node", () => {
  const rows: [string, Script, string][] = [
    ["a redirect is not followed", say(head(307, { location: "/elsewhere" })), "provider_refused"],
    ["a wrong key", say(head(401), "text-canary"), "provider_refused"],
    ["no end marker", say(STREAM_HEAD, events(delta("Hel"))), "provider_broken"],
    ["another type", say(head(200, { "content-type": "text/plain" }), "text-canary"), "provider_broken"],
    ["no HTTP", say("text-canary\r\n\r\n"), "provider_unavailable"],
    [
      "a broken stream",
      (socket) =>
        void socket.write(STREAM_HEAD + events(delta("x")), () =>
          setTimeout(() => socket.resetAndDestroy(), 100),
        ),
      "provider_broken",
    ],
    ["a line without an end", say(STREAM_HEAD, "data: ", "x".repeat(200_000)), "provider_broken"],
  ];
  it.each(rows)("%s", async (_what, script, code) => {
    recorder.script(script);
    expect((await ask("openai/some-model")).last).toEqual({ code });
    await recorder.closed();
    expect(recorder.received.every(({ path }) => path === "/v1/chat/completions")).toBe(true);
  });
});

describe("[PROV10] in workerd as in Node", () => {
  it.each(["return", "abort"])("leaving by %s closes the connection to the provider", async (leave) => {
    let open = 0;
    recorder.script((socket) => {
      open = recorder.openConnections;
      socket.write(STREAM_HEAD + events(delta("x")));
    });
    expect(await ask("openai/some-model", { leave })).toEqual({
      text: "x",
      last: { type: "delta", text: "x" },
    });
    expect(open).toBe(1);
    await recorder.closed();
  });
});
