// An exchange over HTTP: the one place where a request of this service goes out to a provider.
import type { OutgoingRequest } from "./outgoing.ts";
import { discard } from "./outgoing.ts";
import type { Exchange, ReadEvent } from "./exchange.ts";
import { broken, failureOf, ProviderFailure } from "./failure.ts";
import type { Upstream, UpstreamAnswer, UpstreamBody } from "./provider.ts";
import type { Watch } from "./watch.ts";

const EVENT_STREAM = "text/event-stream";

export function createHttpExchange(
  request: OutgoingRequest,
  upstream: Upstream,
  createReader: () => ReadEvent,
): Exchange {
  return {
    open: (watch) => open(request, upstream, watch),
    createReader,
    discard: () => {
      discard(request);
    },
  };
}

async function open(request: OutgoingRequest, upstream: Upstream, watch: Watch): Promise<UpstreamBody> {
  const answer = await watch.until(send(request, upstream, watch.signal));
  const failure = failureOf(answer.status, answer.headers.get("retry-after"), upstream.clock());
  const type = answer.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (failure === null && type === EVENT_STREAM && answer.body !== null) return answer.body;
  // What a failed request says is not read: it is no business of anybody's, and may be endless.
  answer.body?.cancel().catch(() => undefined);
  throw failure ?? broken();
}

async function send(
  { url, headers, body }: OutgoingRequest,
  upstream: Upstream,
  signal: AbortSignal,
): Promise<UpstreamAnswer> {
  let answer: UpstreamAnswer;
  try {
    answer = await upstream.fetch(url, { method: "POST", headers, body, redirect: "manual", signal });
  } catch {
    throw new ProviderFailure("provider_unavailable", true);
  }
  // It came too late: nobody waits for it any more.
  if (signal.aborted) answer.body?.cancel().catch(() => undefined);
  return answer;
}
