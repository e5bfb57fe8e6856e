// Questions to the assistant over the real service: the SDK on one end, the object with its providers on the other. A
// model that the test plays answers where an answer has to take time.
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Answer } from "../../src/client/index.ts";
import { DOWN } from "../support/scripted-model.ts";
import { ScriptedService } from "../support/scripted-service.ts";

let scripted: ScriptedService;
beforeAll(async () => {
  scripted = await ScriptedService.start();
});
afterEach(() => {
  scripted.closeSessions();
});
afterAll(() => scripted.stop());

async function readAll(answer: Answer): Promise<string> {
  let text = "";
  for await (const delta of answer) text += delta;
  return text;
}

describe("[ASK1] with the real service", () => {
  it("the mirror's answer streams in and is complete; the terms are told before", async () => {
    const session = await scripted.create({ assistant: { model: "mirror" } });
    expect(session.assistant).toMatchObject({ model: "mirror", card: { region: "local", retentionDays: 0 } });
    const answer = session.ask("What would a provider have received?");
    const text = await readAll(answer);
    const result = await answer.result;
    expect(result).toMatchObject({ complete: true, finish: "stop", error: null, text });
    expect(text).toContain("What would a provider have received?");
    expect(text).toContain("mirror");
    expect(answer.sent).toMatchObject({ suite: "mlkem768-x25519", bytes: 1_024 });
  });

  it("text is here while the model still writes", async () => {
    const session = await scripted.create();
    const answer = session.ask("Slowly, please");
    const call = await scripted.begin(answer, "First ");
    expect(answer.state).toBe("streaming");
    call.end("and last.");
    expect(await answer.result).toMatchObject({ complete: true, text: "First and last." });
  });

  it.each(["mlkem768-x25519", "x25519"] as const)("[ASK5] several turns in a row, over %s", async (suite) => {
    const session = await scripted.create({ suite });
    await scripted.exchange(session, "one", "eins");
    await scripted.exchange(session, "two", "zwei");
    const third = session.ask("three", { system: "Count." });
    const call = await scripted.model.next();
    expect(call.messages.map(({ role, content }) => `${role}: ${content}`)).toEqual([
      "system: Count.",
      "user: one",
      "assistant: eins",
      "user: two",
      "assistant: zwei",
      "user: three",
    ]);
    call.end("drei");
    await third.result;
    expect(session.turns.map(({ answer }) => answer)).toEqual(["eins", "zwei", "drei"]);
  });

  it("[ASK5] asking again is the next attempt of the same turn, without the answer that it replaces", async () => {
    const session = await scripted.create();
    const first = await scripted.exchange(session, "one", "eins");
    const second = session.ask("", { regenerate: first.turn });
    const call = await scripted.model.next();
    expect(call.messages).toEqual([{ role: "user", content: "one" }]);
    call.end("uno");
    expect(await second.result).toMatchObject({ complete: true, text: "uno" });
    expect(second).toMatchObject({ turn: first.turn, attempt: 2 });
    expect(session.turns).toMatchObject([{ question: "one", answer: "uno" }]);
  });

  it("a session without an assistant, and a model whose server is not there, say so", async () => {
    const none = await scripted.create({ assistant: null });
    expect(none.assistant).toBeNull();
    expect(() => none.ask("x")).toThrow(expect.objectContaining({ code: "assistant_absent" }));
    const down = await scripted.create({ assistant: { model: DOWN } });
    const answer = down.ask("Is anybody there?");
    expect(await answer.result).toMatchObject({
      complete: false,
      finish: "error",
      error: "provider_unavailable",
      text: "",
    });
    await expect(readAll(answer)).rejects.toMatchObject({ code: "provider_unavailable" });
  });

  it("a burn in the middle ends the answer with its reason, and the model's call", async () => {
    const session = await scripted.create();
    const answer = session.ask("Tell me everything");
    const call = await scripted.begin(answer, "It began ");
    await session.burn();
    expect(await answer.result).toMatchObject({
      complete: false,
      finish: "cut",
      error: "burned",
      text: "It began ",
    });
    await expect(readAll(answer)).rejects.toMatchObject({ code: "burned" });
    await call.aborted();
  });

  it("[ASK8] a cancel stops the answer and the model, and the next question is answered", async () => {
    const session = await scripted.create();
    const answer = session.ask("Tell me everything");
    const call = await scripted.begin(answer, "It began ");
    answer.cancel();
    expect(await answer.result).toMatchObject({
      complete: false,
      finish: "cancelled",
      error: null,
      text: "It began ",
    });
    await call.aborted();
    const next = session.ask("And now?");
    const second = await scripted.model.next();
    // A question without a complete answer is no part of what the model is told.
    expect(second.messages).toEqual([{ role: "user", content: "And now?" }]);
    second.end("Now.");
    expect(await next.result).toMatchObject({ complete: true, text: "Now." });
  });
});
