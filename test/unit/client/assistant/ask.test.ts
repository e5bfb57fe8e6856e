// Asking the assistant: with the real cryptography on both ends, a clock that stands still and a network that fails.
import { describe, expect, it } from "vitest";
import type { Answer } from "../../../../src/client/assistant/answer.ts";
import { ANSWER_RECORD_BYTES } from "../../../../src/protocol/limits.ts";
import { settle, until } from "../world.ts";
import { ScriptedObject, TERMS } from "./scripted-object.ts";

async function read(answer: Answer): Promise<{ text: string; thrown: string | null }> {
  let text = "";
  try {
    for await (const delta of answer) text += delta;
    return { text, thrown: null };
  } catch (error) {
    return { text, thrown: (error as { code: string }).code };
  }
}

function connected(): ScriptedObject {
  const object = new ScriptedObject();
  object.connect();
  return object;
}

describe("[ASK1] an answer", () => {
  it("is complete once its final record verified, and says what it cost", async () => {
    const object = connected();
    const answer = object.client.ask("Why?", {});
    const text = read(answer);
    const running = await object.asked();
    expect(running.asked).toEqual([{ role: "user", text: "Why?" }]);
    expect(answer.state).toBe("waiting");
    await object.answer(running, "Because");
    expect(answer.state).toBe("streaming");
    await object.answer(running, " it is.");
    const usage = { inputTokens: 3, outputTokens: 4 };
    await object.finish(running, { usage });
    expect(await answer.result).toEqual({
      text: "Because it is.",
      complete: true,
      finish: "stop",
      error: null,
      usage,
      redactions: [],
      contextDropped: 0,
    });
    expect(await text).toEqual({ text: "Because it is.", thrown: null });
    expect(object.heard.at(-1)).toEqual({ type: "turn_done", turn: answer.turn, attempt: 1 });
    expect(answer.state).toBe("done");
  });

  it("gives its whole text to whoever iterates it, also twice and late", async () => {
    const object = connected();
    const answer = object.client.ask("Why?", {});
    const running = await object.asked();
    await object.answer(running, "one ");
    const early = read(answer);
    await object.answer(running, "two");
    await object.finish(running);
    expect((await early).text).toBe("one two");
    expect((await read(answer)).text).toBe("one two");
  });

  it.each([
    ["error", "provider_broken", "provider_broken"],
    ["cancelled", null, "aborted"],
  ] as const)("that ended as %s throws at the end of a loop", async (finish, error, thrown) => {
    const object = connected();
    const answer = object.client.ask("Why?", {});
    const running = await object.asked();
    await object.answer(running, "Bec");
    await object.finish(running, { finish, error } as never);
    expect(await read(answer)).toEqual({ text: "Bec", thrown });
    expect(await answer.result).toMatchObject({ complete: false, finish, error });
  });

  it.each(["a flipped bit", "a record left out", "a record of another turn"])(
    "with %s is cut, and nothing after it is shown",
    async (fault) => {
      const object = connected();
      const answer = object.client.ask("Why?", {});
      const running = await object.asked();
      await object.answer(running, "Bec");
      running.sealer?.write(new TextEncoder().encode("ause"));
      const frame = Uint8Array.from((await running.sealer?.record()) ?? []);
      if (fault === "a flipped bit") frame[frame.length - 20] = (frame[frame.length - 20] ?? 0) ^ 1;
      if (fault === "a record of another turn") frame[5] = (frame[5] ?? 0) ^ 1;
      if (fault !== "a record left out") await object.client.record(answer.turn, 1, frame);
      await object.answer(running, " it is");
      await object.finish(running);
      expect(await answer.result).toMatchObject({ text: "Bec", complete: false, finish: "cut" });
      expect((await read(answer)).thrown).toBe("answer_forged");
    },
  );
});

describe("[ASK2] nothing leaves", () => {
  const sentNothing = (object: ScriptedObject): boolean => object.running.length === 0;

  it("before the offer was signed for this connection", async () => {
    const object = connected();
    object.wrongConnection = true;
    const answer = object.client.ask("secret", {});
    expect(await answer.result).toMatchObject({ finish: "error", error: "offer_invalid" });
    expect(sentNothing(object)).toBe(true);
    expect(answer.sent).toBeNull();
  });

  it("where the offer's terms are not those that the application saw", async () => {
    const object = connected();
    object.terms = { ...TERMS, model: "elsewhere/large" };
    const answer = object.client.ask("secret", {});
    expect(await answer.result).toMatchObject({ finish: "error", error: "terms_changed" });
    expect(sentNothing(object)).toBe(true);
  });

  it("where the card does not meet the policy, or the application does not accept it", () => {
    const object = new ScriptedObject();
    object.connect({ ...TERMS, card: { ...TERMS.card, retentionDays: null } });
    expect(() => object.client.ask("secret", {})).toThrow(expect.objectContaining({ code: "policy_unmet" }));
    object.connect();
    const accept = (): boolean => false;
    expect(() => object.client.ask("secret", { accept })).toThrow(
      expect.objectContaining({ code: "policy_unmet" }),
    );
    expect(object.heard).toEqual([]);
  });

  it("where there is no assistant, or a signal was aborted before", () => {
    const object = new ScriptedObject();
    object.connect(null);
    expect(() => object.client.ask("x", {})).toThrow(expect.objectContaining({ code: "assistant_absent" }));
    object.connect();
    const signal = AbortSignal.abort();
    expect(() => object.client.ask("x", { signal })).toThrow(expect.objectContaining({ code: "aborted" }));
  });

  it("where a request is too large", async () => {
    const object = connected();
    const { result } = object.client.ask("x".repeat(300_000), {});
    expect(await result).toMatchObject({ finish: "error", error: "turn_too_large" });
    expect(object.heard).toEqual([]);
  });
});

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

describe("[ASK8] cancelling", () => {
  it("stops the model and keeps what came", async () => {
    const object = connected();
    const controller = new AbortController();
    const answer = object.client.ask("Why?", { signal: controller.signal });
    const running = await object.asked();
    await object.answer(running, "Bec");
    controller.abort();
    expect(object.heard.at(-1)).toEqual({ type: "turn_cancel", turn: answer.turn, attempt: 1 });
    await object.finish(running, { finish: "cancelled", error: null });
    expect(await answer.result).toMatchObject({ text: "Bec", finish: "cancelled", error: null });
  });

  it("does not wait for ever for the service to agree", async () => {
    const object = connected();
    const answer = object.client.ask("Why?", {});
    await object.asked();
    answer.cancel();
    answer.cancel();
    await object.world.advance(3_500);
    expect(await answer.result).toMatchObject({ finish: "cancelled", complete: false });
  });

  it("nor for a connection that went meanwhile", async () => {
    const object = connected();
    const answer = object.client.ask("Why?", {});
    await object.asked();
    answer.cancel();
    object.disconnect();
    expect(await answer.result).toMatchObject({ finish: "cancelled", complete: false });
    expect(object.world.timers).toBe(0);
  });

  it("an answer that has ended does not cancel the next attempt of its turn", async () => {
    const object = connected();
    const first = object.client.ask("Why?", {});
    await object.finish(await object.asked());
    await first.result;
    const second = object.client.ask("", { regenerate: first.turn });
    const running = await object.asked(2);
    first.cancel();
    await object.answer(running, "Because.");
    await object.finish(running);
    expect(await second.result).toMatchObject({ complete: true, text: "Because." });
    expect(object.heard.filter(({ type }) => type === "turn_cancel")).toEqual([]);
  });

  it("before anything left sends nothing at all", async () => {
    const object = new ScriptedObject();
    object.connect();
    const answer = object.client.ask("Why?", {});
    answer.cancel();
    expect(await answer.result).toMatchObject({ finish: "cancelled" });
    await settle();
    expect(object.heard).toEqual([]);
  });
});

describe("[ASK5] the context", () => {
  async function exchange(object: ScriptedObject, prompt: string, text: string, count: number, options = {}) {
    const answer = object.client.ask(prompt, options);
    const running = await object.asked(count);
    await object.answer(running, text);
    await object.finish(running);
    await answer.result;
    return { answer, running };
  }

  it("goes whole with each turn, complete exchanges only", async () => {
    const object = connected();
    await exchange(object, "a?", "A.", 1);
    const cut = object.client.ask("b?", {});
    await object.answer(await object.asked(2), "B");
    cut.cancel();
    await object.world.advance(4_000);
    const { running } = await exchange(object, "c?", "C.", 3, { system: "Be short." });
    expect(running.asked).toEqual([
      { role: "system", text: "Be short." },
      { role: "user", text: "a?" },
      { role: "assistant", text: "A." },
      { role: "user", text: "c?" },
    ]);
  });

  it("a turn that is asked again replaces its answer, as its next attempt", async () => {
    const object = connected();
    const { answer } = await exchange(object, "a?", "A.", 1);
    const again = await exchange(object, "", "Better.", 2, { regenerate: answer.turn });
    expect(again.running).toMatchObject({ turn: answer.turn, attempt: 2, asked: [{ text: "a?" }] });
    expect(object.client.context.turns).toMatchObject([{ question: "a?", answer: "Better." }]);
    expect(() => object.client.ask("", { regenerate: "AAAAAAAAAAAAAAAA" })).toThrow(
      expect.objectContaining({ code: "turn_unknown" }),
    );
  });

  it("can go on from an earlier turn, or from none", async () => {
    const object = connected();
    const { answer } = await exchange(object, "a?", "A.", 1);
    await exchange(object, "b?", "B.", 2);
    const edited = await exchange(object, "b, edited?", "B2.", 3, { after: answer.turn });
    expect(edited.running.asked?.map(({ text }) => text)).toEqual(["a?", "A.", "b, edited?"]);
    const fresh = await exchange(object, "new?", "N.", 4, { after: null });
    expect(fresh.running.asked?.map(({ text }) => text)).toEqual(["new?"]);
  });

  it("leaves the oldest out where it does not fit, and says how many", async () => {
    const object = connected();
    const long = "x".repeat(90_000);
    for (let count = 1; count <= 3; count++) await exchange(object, long, String(count), count);
    const { answer, running } = await exchange(object, "short?", "S.", 4);
    expect(running.asked?.length).toBe(5);
    expect((await answer.result).contextDropped).toBe(1);
  });

  it("can be given by the application", async () => {
    const object = connected();
    const messages = [
      { role: "assistant", content: "Hello." },
      { role: "user", content: "Hi?" },
    ] as const;
    const { running } = await exchange(object, "", "Hi.", 1, { messages });
    expect(running.asked?.map(({ text }) => text)).toEqual(["Hello.", "Hi?"]);
    expect(object.client.context.turns).toEqual([]);
  });

  it("instructions stand before it, also where the application gives it", async () => {
    const object = connected();
    const messages = [{ role: "user", content: "Hi?" }] as const;
    const { running } = await exchange(object, "", "Hi.", 1, { messages, system: "Be brief." });
    expect(running.asked?.map(({ role, text }) => [role, text])).toEqual([
      ["system", "Be brief."],
      ["user", "Hi?"],
    ]);
  });
});

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

describe("[ASK1] bounds", () => {
  it("two turns run at the same time, a third is refused", async () => {
    const object = connected();
    const first = object.client.ask("a?", {});
    object.client.ask("b?", {});
    expect(() => object.client.ask("c?", {})).toThrow(expect.objectContaining({ code: "turns_full" }));
    await until(() => object.running.filter(({ sealer }) => sealer !== null).length === 2);
    const running = object.running.find(({ turn }) => turn === first.turn);
    if (running === undefined) throw new Error("not asked");
    await object.finish(running);
    await first.result;
    expect(object.client.ask("c?", {}).state).toBe("asking");
  });
});
