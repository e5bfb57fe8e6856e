// A small TCP proxy between a client and the service, for networks that drop, delay, swallow, duplicate and half-close.
import { connect, createServer, type AddressInfo, type Socket } from "node:net";

export interface TcpProxy {
  /** address to use in place of the service's */
  readonly origin: string;
  /** Cuts every connection without a word. */
  drop(): void;
  /** New connections are refused from now on, or let in again. */
  refuse(refused: boolean): void;
  /** connections that were refused so far */
  readonly refusals: number;
  /** Bytes of both directions wait this many milliseconds. */
  delay(ms: number): void;
  /** Nothing of the service reaches any client from now on, or again. What was swallowed stays lost. */
  silence(silent: boolean): void;
  /** New connections reach the service twice, byte for byte; the second one's answers are thrown away. */
  duplicate(twice: boolean): void;
  /** Ends the service's side of every connection and leaves the client's open. */
  halfClose(): void;
  stop(): Promise<void>;
}

export async function startProxy(target: URL): Promise<TcpProxy> {
  const pairs = new Set<{ readonly client: Socket; readonly upstream: Socket; muted: boolean }>();
  let refused = false;
  let refusals = 0;
  let delayMs = 0;
  let silent = false;
  let twice = false;
  const server = createServer({ allowHalfOpen: true }, (client) => {
    if (refused) {
      refusals += 1;
      client.destroy();
      return;
    }
    const upstream = connect({ host: target.hostname, port: Number(target.port), allowHalfOpen: true });
    const pair = { client, upstream, muted: false };
    const second = twice ? connect({ host: target.hostname, port: Number(target.port) }) : null;
    second?.on("error", () => undefined).resume();
    pairs.add(pair);
    const pass = (to: Socket, chunk: Buffer): void => {
      // One timer a chunk keeps their order: equal delays fire in turn.
      if (delayMs > 0) setTimeout(() => to.writable && to.write(chunk), delayMs);
      else if (to.writable) to.write(chunk);
    };
    client.on("data", (chunk) => {
      pass(upstream, chunk);
      if (second !== null) pass(second, chunk);
    });
    upstream.on("data", (chunk) => {
      if (!pair.muted && !silent) pass(client, chunk);
    });
    const end = (): void => {
      pairs.delete(pair);
      client.destroy();
      upstream.destroy();
      second?.destroy();
    };
    // A muted pair stays half open: its client is told nothing of what happens behind it.
    const endUnlessMuted = (): void => {
      if (!pair.muted) end();
    };
    client.on("error", end).on("close", end).on("end", end);
    upstream.on("error", endUnlessMuted).on("close", endUnlessMuted).on("end", endUnlessMuted);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const drop = (): void => {
    for (const { client, upstream } of pairs) {
      client.destroy();
      upstream.destroy();
    }
  };
  return {
    origin: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    drop,
    refuse: (on) => {
      refused = on;
    },
    get refusals() {
      return refusals;
    },
    delay: (ms) => {
      delayMs = ms;
    },
    silence: (on) => {
      silent = on;
    },
    duplicate: (on) => {
      twice = on;
    },
    halfClose: () => {
      for (const pair of pairs) {
        pair.muted = true;
        pair.upstream.end();
      }
    },
    stop: async () => {
      drop();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
