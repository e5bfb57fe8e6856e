// A service that makes its client wait: by the pauses that it asks for, by answers that never end, and by more attempts than a
// turn has. Whatever it does is bounded in time, in number and in memory.
import { describe, expect, it } from "vitest";
import { Answer } from "../../../../src/client/assistant/answer.ts";
import { MAX_PAUSE_MS, TURN_PATIENCE_MS } from "../../../../src/client/limits.ts";
import {
  ANSWER_RECORD_BYTES,
  ANSWER_TICK_MS,
  MAX_ANSWER_BYTES,
  MAX_ANSWER_RECORDS,
  MAX_ATTEMPTS,
  MAX_SUMMARY_BYTES,
  TURN_TIMEOUT_MS,
} from "../../../../src/protocol/limits.ts";
import { settle, until } from "../world.ts";
import { connected, TERMS } from "./scripted-object.ts";

const FOREVER_MS = 2 ** 31 - 1;

describe("[ASK3] a pause that the service asks for", () => {
  it("before another offer is no longer than any pause, however long it says", async () => {
    const object = connected();
    object.disconnect();
    const sent: string[] = [];
    object.client.attach({ secret: "x", send: (data) => typeof data === "string" && sent.push(data) }, TERMS);
    const answer = object.client.ask("Why?", {});
    for (let time = 1; time <= 5; time++) {
      await until(() => sent.length === time);
      object.client.refused("rate_limited", FOREVER_MS);
      await object.world.advance(MAX_PAUSE_MS);
    }
    expect(await answer.result).toMatchObject({ finish: "error", error: "rate_limited" });
    expect([sent.length, object.world.timers]).toEqual([5, 0]);
  });
});

describe("[ASK4] the rest of an answer that may not be sent yet", () => {
  const lost = async () => {
    const object = connected();
    const answer = object.client.ask("Why?", {});
    const running = await object.asked();
    await object.answer(running, "one ");
    object.disconnect();
    await object.answer(running, "two ");
    return { object, answer, running };
  };
  const resumes = (object: ReturnType<typeof connected>): number =>
    object.heard.filter(({ type }) => type === "turn_resume").length;

  it("is asked for again when the service said, and neither sooner nor later", async () => {
    const { object, answer, running } = await lost();
    object.resumePauseMs = 700;
    object.connect();
    expect(resumes(object)).toBe(1);
    object.resumePauseMs = null;
    await object.world.advance(699);
    expect([resumes(object), answer.text]).toEqual([1, "one "]);
    await object.world.advance(1);
    expect([resumes(object), answer.text]).toEqual([2, "one two "]);
    // A refusal of something else, once it goes on: nothing is asked for again.
    object.client.refused("rate_limited", 10);
    await object.world.advance(1_000);
    expect(resumes(object)).toBe(2);
    await object.finish(running);
    expect(await answer.result).toMatchObject({ complete: true, text: "one two " });
  });

  it.each([0, 1, FOREVER_MS])("is given up where it is always %d ms later", async (pauseMs) => {
    const { object, answer } = await lost();
    object.resumePauseMs = pauseMs;
    object.connect();
    await object.world.advance(90_000);
    expect(await answer.result).toMatchObject({ finish: "cut", error: "answer_cut", text: "one " });
    expect(resumes(object)).toBeLessThan(10);
    expect(object.world.timers).toBe(0);
  });
});

describe("[ASK4] an answer of dummies", () => {
  it("has as many records as a service that keeps its limits can need, and no more", async () => {
    const atItsEnd = (MAX_ANSWER_BYTES + MAX_SUMMARY_BYTES) / (ANSWER_RECORD_BYTES / 2);
    expect(MAX_ANSWER_RECORDS).toBeGreaterThan(TURN_TIMEOUT_MS / ANSWER_TICK_MS + atItsEnd);
    const object = connected();
    const answer = object.client.ask("Why?", {});
    const running = await object.asked();
    await object.answer(running, "Bec");
    for (let n = 1; n < MAX_ANSWER_RECORDS; n++) await object.answer(running, "");
    expect(answer.state).toBe("streaming");
    await object.answer(running, "");
    expect(await answer.result).toMatchObject({ finish: "cut", error: "answer_forged", text: "Bec" });
    expect(object.world.timers).toBe(0);
  });

  it("ends with the time that any turn may take, although a record comes again and again", async () => {
    const object = connected();
    const answer = object.client.ask("Why?", {});
    const running = await object.asked();
    await object.answer(running, "Bec");
    for (let ms = 0; ms < TURN_PATIENCE_MS - 8_000; ms += 8_000) {
      await object.world.advance(8_000);
      await object.answer(running, "");
    }
    expect(answer.state).toBe("streaming");
    // Every timer is late: what comes holds them back.
    object.world.freeze(8_000);
    await object.answer(running, "");
    expect(await answer.result).toMatchObject({ finish: "cut", error: "answer_cut", text: "Bec" });
    expect(object.heard.at(-1)).toMatchObject({ type: "turn_cancel", turn: answer.turn });
    await settle();
    expect(object.world.timers).toBe(0);
  });
});

describe("[ASK1] a turn", () => {
  it("is asked as often as a turn has attempts; one more is refused at once, and says why", async () => {
    const object = connected();
    const first = object.client.ask("Why?", {});
    await object.finish(await object.asked(1));
    await first.result;
    for (let attempt = 2; attempt <= MAX_ATTEMPTS; attempt++) {
      await object.world.advance(1_000);
      const again = object.client.ask("", { regenerate: first.turn });
      const running = await object.asked(attempt);
      expect(running.attempt).toBe(attempt);
      await object.answer(running, String(attempt));
      await object.finish(running);
      expect(await again.result).toMatchObject({ complete: true, text: String(attempt) });
    }
    const heard = object.heard.length;
    expect(() => object.client.ask("", { regenerate: first.turn })).toThrow(
      expect.objectContaining({ code: "attempts_spent" }),
    );
    expect(object.client.context.turns.map(({ turn }) => turn)).toEqual([first.turn]);
    const fresh = object.client.ask("Why, then?", {});
    await object.finish(await object.asked(MAX_ATTEMPTS + 1));
    expect((await fresh.result).complete).toBe(true);
    expect(object.heard.length).toBeGreaterThan(heard);
  });
});

describe("[ASK2] an answer whose text cannot be put together", () => {
  it("ends all the same, and as no complete one", async () => {
    const answer = new Answer(
      "turn",
      0,
      () => undefined,
      (source) => {
        source.text("some");
        const end = { complete: true, finish: "stop", error: null, usage: null, redactions: [] } as const;
        source.end(end, (text) => text.repeat(2 ** 30));
      },
    );
    expect(await answer.result).toMatchObject({ complete: false, finish: "error", error: "pii_failed" });
    const pieces = answer[Symbol.asyncIterator]();
    expect(await pieces.next()).toEqual({ done: false, value: "some" });
    await expect(pieces.next()).rejects.toMatchObject({ code: "pii_failed" });
  });
});
