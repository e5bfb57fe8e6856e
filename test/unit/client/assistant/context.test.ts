// What the assistant is told besides the question.
import { describe, expect, it } from "vitest";
import { connected, type ScriptedObject } from "./scripted-object.ts";

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

  it("is not forgotten where the turn to go on from is not known", async () => {
    const object = connected();
    await exchange(object, "a?", "A.", 1);
    expect(() => object.client.ask("b?", { after: "AAAAAAAAAAAAAAAA" })).toThrow(
      expect.objectContaining({ code: "turn_unknown" }),
    );
    expect(object.client.context.turns).toMatchObject([{ question: "a?", answer: "A." }]);
    const { running } = await exchange(object, "b?", "B.", 2);
    expect(running.asked?.map(({ text }) => text)).toEqual(["a?", "A.", "b?"]);
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
