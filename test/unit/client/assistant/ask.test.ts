// Asking the assistant: with the real cryptography on both ends, a clock that stands still and a network that fails.
import { describe, expect, it } from "vitest";
import type { Answer } from "../../../../src/client/assistant/answer.ts";
import { settle, until } from "../world.ts";
import { connected, ScriptedObject, TERMS } from "./scripted-object.ts";

async function read(answer: Answer): Promise<{ text: string; thrown: string | null }> {
  let text = "";
  try {
    for await (const delta of answer) text += delta;
    return { text, thrown: null };
  } catch (error) {
    return { text, thrown: (error as { code: string }).code };
  }
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
  // Neither to the service nor to the others in the session.
  const sentNothing = (object: ScriptedObject): boolean => object.uploads === 0 && object.shared.length === 0;

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
    expect(sentNothing(object)).toBe(true);
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

  it("makes way for the same question at once, before the service has said a word", async () => {
    const object = connected();
    object.client.ask("Another?", { after: null });
    await object.asked(1);
    const first = object.client.ask("Why?", { after: null });
    const running = await object.asked(2);
    await object.answer(running, "Bec");
    first.cancel();
    const second = object.client.ask("", { regenerate: first.turn });
    expect(await first.result).toMatchObject({ finish: "cancelled", text: "Bec" });
    const again = await object.asked(3);
    expect(again).toMatchObject({ turn: first.turn, attempt: 2 });
    await object.finish(running, { finish: "cancelled", error: null });
    await object.answer(again, "Because.");
    await object.finish(again);
    expect(await second.result).toMatchObject({ complete: true, text: "Because." });
  });

  it("is asked for first: a question that still runs does not make way", async () => {
    const object = connected();
    const { turn } = object.client.ask("Why?", {});
    await object.asked();
    expect(() => object.client.ask("", { regenerate: turn })).toThrow(
      expect.objectContaining({ code: "turns_full" }),
    );
  });

  it("before anything left sends nothing at all", async () => {
    const object = connected();
    const answer = object.client.ask("Why?", {});
    answer.cancel();
    expect(await answer.result).toMatchObject({ finish: "cancelled" });
    await settle();
    expect(object.heard.map(({ type }) => type)).toEqual(["offer"]);
    expect([object.uploads, object.shared, object.world.timers]).toEqual([0, [], 0]);
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
