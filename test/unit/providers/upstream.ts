// The scripted upstream of one test file.
import { afterAll, afterEach } from "vitest";
import { ScriptedUpstream } from "../../support/upstream.ts";

/** What an upstream says in an error. It must not come out anywhere. */
export const CANARY = "upstream-canary-0815";

/** Starts it for the file that calls this. After each test everybody has left it, and it ends with the file. */
export async function startUpstream(): Promise<ScriptedUpstream> {
  const server = await ScriptedUpstream.start();
  afterEach(async () => {
    await server.closed();
    server.received.length = 0;
  });
  afterAll(() => server.stop());
  return server;
}
