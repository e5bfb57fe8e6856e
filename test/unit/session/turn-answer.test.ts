import { describe, expect, it } from "vitest";
import { ServiceError } from "../../../src/protocol/errors.ts";
import {
  ANSWER_TICK_MS,
  DEFAULT_OUTPUT_TOKENS,
  MAX_ANSWER_BACKLOG_BYTES,
  MAX_ANSWER_BYTES,
  TURN_GRACE_MS,
  TURN_TIMEOUT_MS,
} from "../../../src/protocol/limits.ts";
import { AskingChat, modelDoes, type Person } from "./support/asking.ts";
import { TERMS } from "./support/scripted-assistant.ts";

async function asked(): Promise<[AskingChat, Person, Awaited<ReturnType<Person["ask"]>>]> {
  const chat = await AskingChat.begin();
  const host = await chat.enter();
  return [chat, host, await host.ask()];
}

describe("an answer", () => {
  it("[TURN4] [TURN7] a whole turn: accepted, asked once, answered, verified to the last byte", async () => {
    const chat = await AskingChat.begin();
    const host = await chat.enter();
    const turn = await host.ask({
      messages: ["first", "said", "what now?"],
      maxTokens: 77,
      temperature: 0.5,
    });
    expect([host.accepted, chat.model.calls.length]).toEqual([1, 1]);
    const { call } = chat.model;
    expect([call.model, call.maxTokens, call.temperature]).toEqual([TERMS.model, 77, 0.5]);
    expect(call.asked).toEqual([
      ["user", "first"],
      ["assistant", "said"],
      ["user", "what now?"],
    ]);
    await modelDoes(chat, () => {
      call.say("an answer");
      call.end("stop", 3);
    });
    const answer = await host.read(turn);
    expect([answer.text, answer.complete, answer.refused]).toEqual(["an answer", true, null]);
    expect(answer.summary).toMatchObject({
      finish: "stop",
      error: null,
      usage: { inputTokens: 1, outputTokens: 3 },
      model: TERMS.model,
      redactions: [],
    });
    await host.say("turn_done", turn);
    expect(chat.world.atRest).toBe(true);
  });

  it("[TURN4] tokens are bounded by the terms, and have a default", async () => {
    const chat = await AskingChat.begin();
    const host = await chat.enter();
    await host.ask({ maxTokens: 30_000 });
    expect(chat.model.call.maxTokens).toBe(TERMS.maxTokens);
    await host.ask();
    expect(chat.model.call.maxTokens).toBe(DEFAULT_OUTPUT_TOKENS);
  });

  it("[TURN6] the first record leaves with the first text, then one a tick, dummies included", async () => {
    const [chat, host, turn] = await asked();
    await chat.world.pass(1_000);
    expect(host.records(turn)).toHaveLength(0);
    await modelDoes(chat, (call) => {
      call.say("a");
      call.say("b");
    });
    expect(host.records(turn)).toHaveLength(1);
    await chat.world.pass(ANSWER_TICK_MS);
    expect(host.records(turn)).toHaveLength(2);
    await chat.world.pass(10 * ANSWER_TICK_MS);
    expect(host.records(turn)).toHaveLength(12);
    expect(
      new Set(
        host
          .records(turn)
          .slice(1)
          .map((frame) => frame.length),
      ).size,
    ).toBe(1);
    expect((await host.read(turn)).text).toBe("ab");
    await modelDoes(chat, (call) => {
      call.say("x".repeat(5_000));
      call.end();
    });
    // The rest at once: five records of text, the last of which holds the summary's beginning or is followed by it.
    const answer = await host.read(turn);
    expect([answer.text.length, answer.complete]).toEqual([5_002, true]);
    const sent = host.records(turn).length;
    await chat.world.pass(TURN_GRACE_MS - 1);
    expect([host.records(turn).length, chat.timers]).toEqual([sent, 1]);
    await chat.world.pass(1);
    expect(chat.world.atRest).toBe(true);
  });

  it("[TURN6] a character that the provider cut in two arrives whole", async () => {
    const [chat, host, turn] = await asked();
    await modelDoes(chat, (call) => {
      for (const unit of "a😀b".split("")) call.say(unit);
      call.say("\ud83d");
      call.end();
    });
    expect((await host.read(turn)).text).toBe("a😀b\ufffd");
  });

  it("[TURN6] a fast model is not read any further while the backlog is full", async () => {
    const [chat, host, turn] = await asked();
    const piece = "y".repeat(8_192);
    await modelDoes(chat, (call) => {
      for (let i = 0; i < 20; i++) call.say(piece);
      call.end();
    });
    const { call } = chat.model;
    const held = Math.ceil(MAX_ANSWER_BACKLOG_BYTES / piece.length) + 1;
    expect(call.pulled).toBeLessThanOrEqual(held);
    await chat.world.pass(60_000);
    const answer = await host.read(turn);
    expect([answer.text.length, answer.complete]).toEqual([20 * piece.length, true]);
  });

  it("[TURN5] the largest answer passes, one byte more is told as too large and shown as incomplete", async () => {
    for (const more of [0, 1]) {
      const [chat, host, turn] = await asked();
      await modelDoes(chat, (call) => {
        call.say("z".repeat(MAX_ANSWER_BYTES - 10));
        call.say("z".repeat(10 + more));
        call.end();
      });
      await chat.world.pass(60_000);
      const answer = await host.read(turn);
      const error = more === 0 ? null : "answer_too_large";
      expect([answer.complete, answer.summary?.error]).toEqual([more === 0, error]);
      expect([chat.model.call.returned, chat.model.call.signal.aborted]).toEqual([true, true]);
    }
  });
});

describe("[TURN7] every end of the model travels in the final record, and no word of it", () => {
  const CANARY = "secret of the upstream";
  it.each([
    ["a code of ours", new ServiceError("provider_limited"), "provider_limited"],
    ["a time-out of the provider's", new ServiceError("turn_timeout"), "turn_timeout"],
    ["anything else", new Error(CANARY), "internal"],
  ])("%s", async (_title, error, code) => {
    for (const text of ["", "half of it"]) {
      const [chat, host, turn] = await asked();
      await modelDoes(chat, (call) => {
        if (text !== "") call.say(text);
        call.fail(error);
      });
      const answer = await host.read(turn);
      expect([answer.text, answer.complete]).toEqual([text, false]);
      expect(answer.summary).toMatchObject({ finish: "error", error: code });
      expect(JSON.stringify([host.client.told(), answer.summary])).not.toContain(CANARY);
      expect(chat.world.escaped).toEqual([]);
    }
  });

  it("a call that throws before it begins", async () => {
    const chat = await AskingChat.begin();
    const host = await chat.enter();
    chat.model.throws = new ServiceError("model_unknown");
    const turn = await host.ask();
    expect((await host.read(turn)).summary).toMatchObject({ finish: "error", error: "model_unknown" });
  });

  it("a stream that ends without saying so", async () => {
    const [chat, host, turn] = await asked();
    await modelDoes(chat, (call) => {
      call.say("cut");
      call.breakOff();
    });
    expect((await host.read(turn)).summary).toMatchObject({ finish: "error", error: "provider_broken" });
  });

  it("an answer without a word, which is complete", async () => {
    const [chat, host, turn] = await asked();
    await modelDoes(chat, (call) => {
      call.end();
    });
    const answer = await host.read(turn);
    expect([answer.text, answer.complete, answer.records]).toEqual(["", true, 1]);
  });

  it.each([false, true])("a model that hangs (it ignores the abort: %s)", async (ignores) => {
    const chat = await AskingChat.begin();
    const host = await chat.enter();
    chat.model.ignoresAbort = ignores;
    const turn = await host.ask();
    await chat.world.pass(TURN_TIMEOUT_MS - 1);
    expect(host.records(turn)).toHaveLength(0);
    await chat.world.pass(1);
    const answer = await host.read(turn);
    expect(answer.summary).toMatchObject({ finish: "error", error: "turn_timeout" });
    expect(chat.model.call.signal.aborted).toBe(true);
    await chat.world.pass(TURN_GRACE_MS);
    expect(chat.world.atRest).toBe(true);
  });
});
