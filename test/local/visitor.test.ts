// What of a visitor reaches a model's provider, through the whole product: the SDK, the Worker, the session's object, and
// a provider that keeps every byte of head and body. The visitor's own requests carry all that must not get any further.
import { connect, createServer, type AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createSession, joinSession, platformEnvironment, type Environment } from "../../src/client/index.ts";
import { makeSecrets } from "../../src/local/secrets.ts";
import { startService, type Service } from "../../src/local/service.ts";
import { CARD } from "../support/card.ts";
import { delta, events, finish, headersOf, say, ScriptedUpstream, STREAM_HEAD } from "../support/upstream.ts";

const CANARY_HEADERS = {
  "accept-language": "language-canary",
  "cf-connecting-ip": "203.0.113.9",
  cookie: "cookie-canary=1",
  forwarded: "for=203.0.113.10",
  referer: "https://referer-canary.example/",
  "user-agent": "agent-canary",
  "x-forwarded-for": "203.0.113.11",
  "x-real-ip": "203.0.113.12",
};
const QUESTION = "What is known of me? Zeile\u{1f47b}";
const PROVIDER_KEY = "provider-key";

const secrets = makeSecrets();
let provider: ScriptedUpstream;
let service: Service;
const ending: (() => unknown)[] = [];
beforeAll(async () => {
  provider = await ScriptedUpstream.start(
    say(STREAM_HEAD, events(delta("Nothing."), finish("stop"), "[DONE]")),
  );
  ending.push(() => provider.stop());
  const entry = {
    preset: "openai",
    baseUrl: provider.baseUrl,
    keySecret: "TEST_API_KEY",
    models: ["m"],
    card: CARD,
  };
  const bindings = { ...secrets, PROVIDERS: JSON.stringify([entry]), TEST_API_KEY: PROVIDER_KEY };
  service = await startService({ bindings });
  ending.push(() => service.stop());
});
afterAll(async () => {
  for (const end of ending.reverse()) await end();
});

/** Passes bytes on to the service and keeps what the visitor sent. */
async function recordVisitor(): Promise<{ origin: string; sent: () => string }> {
  const sent: Buffer[] = [];
  const server = createServer((visitor) => {
    const upstream = connect(Number(service.url.port), service.url.hostname);
    visitor.on("data", (bytes) => sent.push(bytes)).on("error", () => upstream.destroy());
    upstream.on("error", () => visitor.destroy());
    visitor.pipe(upstream).pipe(visitor);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ending.push(() => server.close());
  const { port } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${String(port)}`, sent: () => Buffer.concat(sent).toString("latin1") };
}

/** Surroundings whose every request carries the canaries, and which know the ids, tokens and secrets of the session. */
function visiting(): { environment: Environment; known: Set<string> } {
  const platform = platformEnvironment();
  const known = new Set<string>();
  const learn = (text: string): void => {
    // Everything that the service made for this visitor: session, participants, epoch, tokens, resume secret, nonce.
    for (const found of text.matchAll(/"([\w.-]{16,})"/g)) known.add(found[1] ?? "");
  };
  const call: Environment["fetch"] = async (url, init) => {
    const headers = new Headers(init.headers);
    for (const [name, value] of Object.entries(CANARY_HEADERS)) headers.set(name, value);
    const answer = await platform.fetch(url, { ...init, headers });
    learn(await answer.clone().text());
    return answer;
  };
  const open: Environment["connect"] = (url, protocols, socketEvents) => {
    for (const offered of protocols) known.add(offered.replace(/^ghost\.(token|join|resume)\./, ""));
    known.delete("ghost.v1");
    // Node's own WebSocket takes headers; its type, the browser's, does not know them.
    const socket = new (WebSocket as unknown as new (url: string, options: object) => WebSocket)(url, {
      protocols: [...protocols],
      headers: CANARY_HEADERS,
    });
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      socketEvents.opened();
    };
    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      if (typeof data === "string") learn(data);
      socketEvents.message(typeof data === "string" ? data : new Uint8Array(data));
    };
    socket.onclose = ({ code, reason }) => {
      socketEvents.closed(code, reason);
    };
    return {
      send: (data) => {
        if (typeof data === "string") learn(data);
        if (socket.readyState === WebSocket.OPEN) socket.send(data);
      },
      bufferedBytes: () => socket.bufferedAmount,
      close: (code, reason) => {
        socket.close(code, reason);
      },
    };
  };
  return { environment: { ...platform, fetch: call, connect: open }, known };
}

it("[PROV6] a provider gets the question, the settings and its key, and nothing of who asks", async () => {
  const visitor = await recordVisitor();
  const { environment, known } = visiting();
  const assistant = { model: "openai/m" };
  const host = await createSession({ service: visitor.origin, assistant, environment, name: "name-canary" });
  ending.push(() => {
    host.close();
  });
  const guest = await joinSession((await host.invite()).link, { environment, name: "guest-canary" });
  ending.push(() => {
    guest.close();
  });
  const answer = guest.ask(QUESTION, { maxTokens: 100 });
  expect(await answer.result).toMatchObject({ complete: true, text: "Nothing." });
  known.add(answer.turn).add(host.id).add(host.participant).add(guest.participant);

  expect(provider.received).toHaveLength(1);
  const [request] = provider.received;
  if (request === undefined) throw new Error("nothing came");
  expect(`${request.method} ${request.path}`).toBe("POST /v1/chat/completions");
  expect(request.body.toString()).toBe(
    `{"model":"m","messages":[{"role":"user","content":"${QUESTION}"}],` +
      `"stream":true,"stream_options":{"include_usage":true},"max_completion_tokens":100,"store":false}`,
  );
  expect(headersOf(request)).toEqual({
    accept: "text/event-stream",
    "accept-encoding": "identity",
    authorization: `Bearer ${PROVIDER_KEY}`,
    // The platform's own, and it cannot be left out: the operator's domain, which Miniflare makes up.
    "cf-worker": "ghost-session.example.com",
    "content-length": String(request.body.length),
    "content-type": "application/json",
    host: new URL(provider.baseUrl).host,
    "user-agent": "ghost-session",
  });

  // The canaries were there: in every request of the visitor, in the upgrades too.
  const heads = visitor.sent().match(/(GET|POST) \/v1\/[\s\S]*?\r\n\r\n/g) ?? [];
  expect(heads.length).toBeGreaterThanOrEqual(4);
  expect(heads.filter((head) => head.toLowerCase().includes("upgrade: websocket"))).toHaveLength(2);
  for (const value of Object.values(CANARY_HEADERS)) {
    expect(heads.filter((head) => !head.includes(value))).toEqual([]);
  }
  const { d } = JSON.parse(secrets.IDENTITY_KEY) as { d: string };
  const canaries = [
    ...Object.values(CANARY_HEADERS).map((value) => value.replace(/=1$/, "")),
    ...["name-canary", "guest-canary", secrets.TOKEN_SECRET, d],
    ...known,
  ];
  // Two participants with a token each, an invite, three random ids and a join secret at the least.
  expect(known.size).toBeGreaterThan(10);
  const all = [request.path, ...request.rawHeaders, request.body.toString()].join("\n");
  expect(canaries.filter((canary) => all.includes(canary))).toEqual([]);
});
