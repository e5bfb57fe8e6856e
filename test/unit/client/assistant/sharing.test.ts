// What the others in the session read of a question and its answer.
import { describe, expect, it } from "vitest";
import { ANSWER_RECORD_BYTES } from "../../../../src/protocol/limits.ts";
import { until } from "../world.ts";
import { connected, TERMS } from "./scripted-object.ts";

describe("[ASK6] the others in the session", () => {
  it("read question and answer in parts, and learn how it ended", async () => {
    const object = connected();
    const answer = object.client.ask("Why?", {});
    const running = await object.asked();
    await object.answer(running, "Bec");
    await object.answer(running, "ause");
    await object.world.advance(600);
    await object.answer(running, " it is.");
    await object.finish(running);
    await answer.result;
    const { turn } = answer;
    expect(object.shared).toEqual([
      { kind: "turn", of: "question", turn, attempt: 1, index: 0, end: "stop", text: "Why?" },
      { kind: "turn", of: "answer", turn, attempt: 1, index: 0, end: null, text: "Because" },
      { kind: "turn", of: "answer", turn, attempt: 1, index: 1, end: "stop", text: " it is." },
    ]);
  });

  it("learn that an answer was cut", async () => {
    const object = connected();
    const answer = object.client.ask("Why?", {});
    await object.answer(await object.asked(), "Bec");
    object.forget();
    await answer.result;
    expect(object.shared.at(-1)).toMatchObject({ of: "answer", end: "cut", text: "Bec" });
  });

  it("get long texts in parts that fit, never cut within a character", async () => {
    const object = connected();
    object.counted = true;
    const question = "é👻".repeat(400);
    object.client.ask(question, {});
    const running = await object.asked();
    const text = "ß".repeat(ANSWER_RECORD_BYTES - 600);
    await object.answer(running, text);
    await object.world.advance(5_000);
    expect(object.shared.every(({ of }) => of === "question")).toBe(true);
    await object.finish(running);
    const joined = (of: string): string =>
      object.shared
        .filter((part) => part.of === of)
        .map((part) => part.text)
        .join("");
    expect([joined("question"), joined("answer")]).toEqual([question, text]);
    expect(object.shared.every((part) => new TextEncoder().encode(part.text).length <= 1_000)).toBe(true);
    expect(object.shared.filter(({ end }) => end !== null).length).toBe(2);
  });

  it("get the end also where the queue was full for a while", async () => {
    const object = connected();
    const answer = object.client.ask("Why?", {});
    const running = await object.asked();
    object.queueFull = true;
    await object.answer(running, "Because");
    await object.finish(running);
    await answer.result;
    await object.world.advance(2_000);
    object.queueFull = false;
    await object.world.advance(1_000);
    expect(object.shared.at(-1)).toMatchObject({ of: "answer", index: 0, end: "stop", text: "Because" });
    expect(object.world.timers).toBe(0);
  });

  it("get nothing before the question left", async () => {
    const object = connected();
    object.withholdsOffers = true;
    object.client.ask("Why?", {});
    await until(() => object.heard.length === 1);
    await object.world.advance(1_000);
    expect(object.shared).toEqual([]);
  });

  it("get nothing of a question that does not leave, nor that it ended", async () => {
    const object = connected();
    object.terms = { ...TERMS, model: "elsewhere/large" };
    expect(await object.client.ask("Why?", {}).result).toMatchObject({ error: "terms_changed" });
    await object.world.advance(1_000);
    expect([object.shared, object.world.timers]).toEqual([[], 0]);
  });

  it("get every part of a question also where the queue was full for a while", async () => {
    const object = connected();
    object.room = 1;
    const question = "word ".repeat(500);
    const answer = object.client.ask(question, {});
    const running = await object.asked();
    await object.answer(running, "Because");
    await object.finish(running);
    await answer.result;
    expect(object.shared.length).toBe(1);
    object.room = Infinity;
    await object.world.advance(1_000);
    const asked = object.shared.filter(({ of }) => of === "question");
    expect(asked.map(({ index, end }) => [index, end])).toEqual([
      [0, null],
      [1, null],
      [2, "stop"],
    ]);
    expect(asked.map(({ text }) => text).join("")).toBe(question);
    expect(object.shared.at(-1)).toMatchObject({ of: "answer", index: 0, end: "stop", text: "Because" });
    expect(object.world.timers).toBe(0);
  });

  it("get the question as one, also where it is asked anew while parts of it still wait", async () => {
    const object = connected();
    object.room = 1;
    object.client.ask("word ".repeat(500), {});
    const { turn } = await object.asked();
    object.say({ type: "turn_refused", turn, attempt: 1, code: "turn_unknown", retryable: true });
    object.room = Infinity;
    await object.world.advance(2_000);
    await object.finish(await object.asked(2));
    expect(object.shared.map(({ of, attempt, index }) => [of, attempt, index])).toEqual([
      ["question", 1, 0],
      ["question", 1, 1],
      ["question", 1, 2],
      ["answer", 2, 0],
    ]);
    object.client.close("ended");
  });

  it("get nothing after the end of the session, and nothing goes on trying", async () => {
    const object = connected();
    object.client.ask("Why?", {});
    const running = await object.asked();
    const before = object.shared.length;
    object.queueFull = true;
    await object.answer(running, "Because");
    object.client.close("burned");
    expect(object.world.timers).toBe(0);
    object.queueFull = false;
    await object.world.advance(5_000);
    expect(object.shared.length).toBe(before);
  });

  it("get nothing where the asker says so", async () => {
    const object = connected();
    object.client.ask("Why?", { share: false });
    await object.finish(await object.asked());
    expect(object.shared).toEqual([]);
  });
});
