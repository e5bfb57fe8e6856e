// Questions whose key was forgotten, whose connection was lost or whose model takes long, with the real cryptography on both
// ends and a clock that stands still.
import { describe, expect, it } from "vitest";
import { settle, until } from "../world.ts";
import { connected, ScriptedObject, TERMS } from "./scripted-object.ts";

describe("[ASK3] a key that was forgotten", () => {
  it("is replaced without a word: a new offer, the next attempt, the same question", async () => {
    const object = connected();
    const answer = object.client.ask("Why?", {});
    await object.asked();
    object.forget();
    await object.world.advance(1_000);
    const running = await object.asked();
    expect(running).toMatchObject({ attempt: 2, asked: [{ role: "user", text: "Why?" }] });
    await object.answer(running, "Because.");
    await object.finish(running);
    expect(await answer.result).toMatchObject({ complete: true, text: "Because." });
    expect(answer.attempt).toBe(2);
  });

  it("never costs whoever types for half a minute more than one offer and one upload", async () => {
    const object = connected();
    for (let seconds = 0; seconds < 30; seconds += 10) {
      await object.world.advance(10_000);
      object.forget();
    }
    expect(object.heard).toEqual([]);
    const answer = object.client.ask("Why?", {});
    // The question wakes the object, which tells first that its memory is new.
    await until(() => object.heard.length === 1);
    object.client.memoryLost();
    const running = await object.asked();
    await object.answer(running, "Because.");
    await object.finish(running);
    expect(await answer.result).toMatchObject({ complete: true });
    expect(object.heard.map(({ type }) => type)).toEqual(["offer", "turn_done"]);
    expect(object.running.length).toBe(1);
    expect(answer.attempt).toBe(1);
  });

  it("while the request was encrypted to it is not uploaded under", async () => {
    const object = connected();
    let load: () => void = () => undefined;
    object.loading = new Promise((resolve) => {
      load = resolve;
    });
    object.client.ask("Why?", {});
    await until(() => object.offers === 1);
    await settle();
    object.forget();
    await until(() => object.offers === 2);
    await settle();
    load();
    expect((await object.asked()).attempt).toBe(1);
    await settle();
    expect([object.uploads, object.running.length]).toEqual([1, 1]);
  });

  it("is given up after some tries, with the reason", async () => {
    const object = connected();
    const answer = object.client.ask("Why?", {});
    for (let time = 0; time < 5; time++) {
      await object.asked();
      object.forget();
      await object.world.advance(1_000);
    }
    expect(await answer.result).toMatchObject({ finish: "error", error: "turn_unknown" });
    expect(object.client.ask("Again?", {}).turn).not.toBe(answer.turn);
  });

  it("after text was shown ends the answer as cut: the model is not asked twice unseen", async () => {
    const object = connected();
    const answer = object.client.ask("Why?", {});
    await object.answer(await object.asked(), "Bec");
    object.forget();
    expect(await answer.result).toMatchObject({ text: "Bec", finish: "cut", error: "answer_cut" });
  });

  it("an offer that is refused for its rate is asked for again when it may be", async () => {
    const object = connected();
    const control = object.client;
    object.disconnect();
    const sent: string[] = [];
    control.attach({ secret: "x", send: (data) => typeof data === "string" && sent.push(data) }, TERMS);
    control.ask("Why?", {});
    await until(() => sent.length === 1);
    control.refused("rate_limited", 700);
    await object.world.advance(600);
    expect(sent.length).toBe(1);
    await object.world.advance(200);
    expect(sent.length).toBe(2);
    expect(sent[1]).not.toBe(sent[0]);
  });

  it("a service that always says so is given up", async () => {
    const object = connected();
    object.disconnect();
    const sent: string[] = [];
    const send = (data: unknown): unknown => typeof data === "string" && sent.push(data);
    object.client.attach({ secret: "x", send }, TERMS);
    const answer = object.client.ask("Why?", {});
    for (let time = 1; time <= 5; time++) {
      await until(() => sent.length === time);
      object.client.refused("rate_limited", 0);
      await object.world.advance(10);
    }
    expect(await answer.result).toMatchObject({ finish: "error", error: "rate_limited" });
    expect([sent.length, object.world.timers]).toEqual([5, 0]);
  });
});

describe("[ASK3] an accepted turn", () => {
  it("goes on where somebody repeats its records and the service refuses them", async () => {
    const object = connected();
    const answer = object.client.ask("Why?", {});
    const running = await object.asked();
    for (const code of ["offer_unknown", "turn_invalid"] as const) {
      object.say({ type: "turn_refused", turn: answer.turn, attempt: 1, code, retryable: true });
    }
    object.say({ type: "turn_accepted", turn: answer.turn, attempt: 1 });
    await object.answer(running, "Because.");
    await object.finish(running);
    expect(await answer.result).toMatchObject({ complete: true, text: "Because." });
  });

  it("ends with any other refusal: it says that the attempt is over", async () => {
    const object = connected();
    const silent = object.client.ask("Why?", { after: null });
    await object.asked(1);
    const refuse = (turn: string): void => {
      object.say({ type: "turn_refused", turn, attempt: 1, code: "internal", retryable: true });
    };
    refuse(silent.turn);
    expect(await silent.result).toMatchObject({ finish: "error", error: "internal" });
    const begun = object.client.ask("Why?", { after: null });
    await object.answer(await object.asked(2), "Bec");
    refuse(begun.turn);
    expect(await begun.result).toMatchObject({ finish: "cut", error: "internal", text: "Bec" });
    expect(object.world.timers).toBe(0);
  });

  it("counts as content once, by the connection that it was asked on", async () => {
    const object = connected();
    const answer = object.client.ask("Why?", {});
    const running = await object.asked();
    expect(object.counts).toBe(1);
    object.say({ type: "turn_accepted", turn: answer.turn, attempt: 1 });
    object.disconnect();
    object.connect();
    await settle();
    expect(object.counts).toBe(1);
    await object.finish(running);
    object.client.ask("", { regenerate: answer.turn });
    await object.asked(2);
    expect(object.counts).toBe(2);
  });

  it("a refusal of another code ends it with that code", async () => {
    const object = connected();
    object.disconnect();
    const sent: string[] = [];
    object.client.attach({ secret: "x", send: (data) => typeof data === "string" && sent.push(data) }, TERMS);
    const answer = object.client.ask("Why?", {});
    await until(() => sent.length === 1);
    object.say({ type: "turn_refused", turn: answer.turn, attempt: 1, code: "turns_full", retryable: true });
    expect(await answer.result).toMatchObject({ finish: "error", error: "turns_full" });
  });
});

describe("[ASK4] a lost connection", () => {
  it("is resumed from the first record that is missing; nothing is shown twice", async () => {
    const object = connected();
    const answer = object.client.ask("Why?", {});
    const running = await object.asked();
    await object.answer(running, "one ");
    object.disconnect();
    await object.answer(running, "two ");
    await object.answer(running, "three");
    await object.finish(running);
    expect(answer.text).toBe("one ");
    object.connect();
    expect(await answer.result).toMatchObject({ complete: true, text: "one two three" });
    expect(object.heard.filter(({ type }) => type === "turn_resume")).toEqual([
      { type: "turn_resume", turn: answer.turn, attempt: 1, index: 1 },
    ]);
  });

  it("before the request left means a new offer on the next one", async () => {
    const object = new ScriptedObject();
    object.connect();
    const answer = object.client.ask("Why?", {});
    object.disconnect();
    await settle();
    expect(object.running).toEqual([]);
    object.connect();
    const running = await object.asked();
    expect(running.attempt).toBe(1);
    await object.finish(running);
    expect((await answer.result).complete).toBe(true);
  });

  it("records that come again although they are known change nothing", async () => {
    const object = connected();
    const answer = object.client.ask("Why?", {});
    const running = await object.asked();
    await object.answer(running, "one ");
    await object.client.record(answer.turn, 1, Uint8Array.from(running.frames[0] ?? []));
    await object.answer(running, "two");
    await object.finish(running);
    expect(await answer.result).toMatchObject({ complete: true, text: "one two" });
  });

  it("silence is asked about once, then the answer counts as cut", async () => {
    const object = connected();
    const answer = object.client.ask("Why?", {});
    const running = await object.asked();
    await object.answer(running, "Bec");
    running.frames.length = 1;
    await object.world.advance(10_500);
    expect(object.heard.filter(({ type }) => type === "turn_resume").length).toBe(1);
    await object.world.advance(10_500);
    expect(await answer.result).toMatchObject({ text: "Bec", finish: "cut", error: "answer_cut" });
    expect(object.world.timers).toBe(0);
    // What may still run there is not left to take the next turn's place.
    expect(object.heard.at(-1)).toEqual({ type: "turn_cancel", turn: answer.turn, attempt: 1 });
  });

  it("a model that thinks for minutes is waited for as long as the service says that it may", async () => {
    const object = connected();
    const answer = object.client.ask("Think hard", {});
    const running = await object.asked();
    await object.world.advance(290_000);
    expect(answer.state).toBe("waiting");
    object.disconnect();
    object.connect();
    await object.world.advance(30_000);
    await object.answer(running, "Forty-two");
    await object.finish(running);
    expect(await answer.result).toMatchObject({ complete: true, text: "Forty-two" });
    expect(object.heard.some(({ type }) => type === "turn_cancel")).toBe(false);
  });

  it("a model is not waited for longer than any turn may take, whatever the service says", async () => {
    const object = connected();
    const answer = object.client.ask("Think hard", {});
    await object.asked();
    await object.world.advance(400_000);
    expect(await answer.result).toMatchObject({ finish: "cut", error: "turn_timeout" });
    expect(object.heard.at(-1)).toMatchObject({ type: "turn_cancel" });
    expect(object.world.timers).toBe(0);
  });

  it("that does not come back cuts an answer, and asks nothing anew hours later", async () => {
    const object = connected();
    const waiting = object.client.ask("Why?", { after: null });
    await object.asked(1);
    const begun = object.client.ask("And why?", { after: null });
    await object.answer(await object.asked(2), "Bec");
    object.disconnect();
    object.running.length = 0;
    await object.world.advance(20_000);
    expect(await waiting.result).toMatchObject({ finish: "cut", error: "answer_cut", text: "" });
    expect(await begun.result).toMatchObject({ finish: "cut", error: "answer_cut", text: "Bec" });
    object.heard.length = 0;
    await object.world.advance(3_600_000);
    object.connect();
    await settle();
    expect([object.heard, object.world.timers]).toEqual([[], 0]);
  });

  it("that does not come gives a question up that never left", async () => {
    const object = connected();
    object.disconnect();
    const answer = object.client.ask("Why?", {});
    await object.world.advance(40_000);
    expect(await answer.result).toMatchObject({ finish: "error", error: "unreachable" });
    expect([object.uploads, object.shared, object.world.timers]).toEqual([0, [], 0]);
  });

  it("the end of the session ends every answer with its reason", async () => {
    const object = connected();
    const answer = object.client.ask("Why?", {});
    await object.answer(await object.asked(), "Bec");
    object.client.close("burned");
    expect(await answer.result).toMatchObject({ text: "Bec", finish: "cut", error: "burned" });
    expect(() => object.client.ask("x", {})).toThrow(expect.objectContaining({ code: "burned" }));
    expect(object.client.context.turns).toEqual([]);
    expect(object.world.timers).toBe(0);
  });
});
