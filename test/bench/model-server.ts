// The provider of the benchmark, a process of its own, so that its timers and whoever is measured do not wait for each
// other. Speaks OpenAI's chat completions API and says what the model's name tells it to say; stops with its parent.
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { parseName, tokensFrom, type Script } from "./script.ts";
import { pause } from "./timing.ts";

const server = createServer((incoming, response) => {
  const chunks: Buffer[] = [];
  incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
  incoming.on("end", () => {
    const { model } = JSON.parse(Buffer.concat(chunks).toString()) as { model: string };
    const script = parseName(model);
    if (script === null) response.writeHead(404).end();
    else void answer(response, script);
  });
});

// The first event leaves with the head; every other one is due at a fixed time after it, so that delays do not add up.
async function answer(response: ServerResponse, { tokens, everyMs, tokensPerEvent }: Script): Promise<void> {
  const startedAt = performance.now();
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (let said = 0; said < tokens && !response.destroyed; said += tokensPerEvent) {
    const dueAt = startedAt + (said / tokensPerEvent) * everyMs;
    if (everyMs > 0 && said > 0) await pause(Math.max(0, dueAt - performance.now()));
    const content = tokensFrom(said, Math.min(tokensPerEvent, tokens - said));
    const last = said + tokensPerEvent >= tokens;
    response.write(event({ choices: [{ index: 0, delta: { content } }] }) + (last ? end(tokens) : ""));
  }
  response.end();
}

function end(tokens: number): string {
  const usage = { prompt_tokens: 1, completion_tokens: tokens };
  const finished = { choices: [{ index: 0, delta: {}, finish_reason: "stop" }] };
  return `${event(finished)}${event({ choices: [], usage })}data: [DONE]\n\n`;
}

function event(chunk: object): string {
  return `data: ${JSON.stringify({ id: "chatcmpl-bench", object: "chat.completion.chunk", ...chunk })}\n\n`;
}

process.on("disconnect", () => {
  process.exit();
});
server.listen(0, "127.0.0.1", () => {
  process.send?.((server.address() as AddressInfo).port);
});
