import { expect, it, vi } from "vitest";
import { ANSWER_TICK_MS } from "../../../src/protocol/limits.ts";
import { AskingChat, modelDoes, type Person } from "./support/asking.ts";

/** bytes; one sealed record of an answer, but for the first. */
const RECORD_BYTES = vi.hoisted(() => 20 + 1_024 + 16);

// The real budget holds more than a test could fill in reasonable time.
vi.mock(import("../../../src/protocol/limits.ts"), async (original) => ({
  ...(await original()),
  MEMORY_BUDGET_BYTES: 330_000 as 33_554_432,
  MAX_KEPT_BYTES: (40 * RECORD_BYTES) as 4_194_304,
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

it("[TURN8] what all answers of a session keep is bounded in bytes: the oldest of the longest goes", async () => {
  const chat = await AskingChat.begin();
  const [host, guest] = [await chat.enter(), await chat.guest()];
  const streaming = async (person: Person, ticks: number) => {
    const turn = await person.ask();
    await modelDoes(chat, (call) => {
      call.say("a beginning");
    });
    await chat.world.pass(ticks * ANSWER_TICK_MS);
    return turn;
  };
  const long = await streaming(host, 60);
  const short = await streaming(guest, 9);
  // The first record of an answer is longer than the others, which takes one more of the other answer's.
  const [made, kept] = [host.records(long).length, 40 - 10 - 1];
  expect([made, guest.records(short).length]).toEqual([70, 10]);
  const [again, other] = [await host.again(), await guest.again()];
  await other.resume(short, 0);
  expect(other.records(short)).toHaveLength(10);
  await again.resume(long, made - kept);
  expect(again.records(long)).toHaveLength(kept);
  expect(again.records(long).every((record) => record.some((byte) => byte !== 0))).toBe(true);
  await again.resume(long, made - kept - 1);
  expect([again.refusals, other.refusals]).toEqual([["turn_unknown"], []]);
});

it("[TURN8] an answer whose end alone is beyond that arrives whole", async () => {
  const chat = await AskingChat.begin();
  const host = await chat.enter();
  const turn = await host.ask();
  await modelDoes(chat, (call) => {
    call.say("y".repeat(60_000));
    call.end();
  });
  const answer = await host.read(turn);
  expect([answer.text.length, answer.complete, answer.refused]).toEqual([60_000, true, null]);
});
