import { expect, it, vi } from "vitest";
import { AskingChat, modelDoes } from "./support/asking.ts";

// The real budget holds more than a test could fill in reasonable time.
vi.mock(import("../../../src/protocol/limits.ts"), async (original) => ({
  ...(await original()),
  MEMORY_BUDGET_BYTES: 330_000 as 33_554_432,
}));

it("[FLOW7] [TURN5] what turns hold shares the memory of the session: with it the slowest reader is too much", async () => {
  for (const asked of [false, true]) {
    const chat = await AskingChat.begin();
    const host = await chat.enter();
    const guest = await chat.guest();
    if (asked) {
      await host.ask({ messages: ["x".repeat(130_000)] });
      await modelDoes(chat, (call) => {
        call.say("y".repeat(40_000));
      });
    }
    for (let ref = 0; ref < 2; ref++) await chat.send(host.client, ref, new Uint8Array(60_000));
    for (const { mark } of host.client.told("mark")) {
      await chat.say(host.client, { type: "ack", mark: String(mark) });
    }
    expect(guest.client.closed?.code).toBe(asked ? 4508 : undefined);
  }
});
