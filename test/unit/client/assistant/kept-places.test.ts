// Places that people keep: few of them are told, and however many there are a question is asked.
import { describe, expect, it } from "vitest";
// Before what it counts.
import { stepsOf } from "../../../support/steps.ts";
import { placesToKeep } from "../../../../src/client/assistant/kept-places.ts";
import { Privacy, type PrivateMessage } from "../../../../src/client/assistant/privacy.ts";
import { prepareRequest } from "../../../../src/client/assistant/request.ts";
import { parseTurn } from "../../../../src/crypto/channel/request-content.ts";
import { MAX_KEPT_PLACES, MAX_TURN_BYTES } from "../../../../src/protocol/limits.ts";
import { modules } from "../../pii/engine-under-test.ts";
import { TERMS } from "./scripted-object.ts";

const OFFERED = { ...TERMS, pii: "offered" } as const;
const plan = (messages: readonly PrivateMessage[]) => ({
  question: "",
  messages,
  dropped: 0,
  terms: OFFERED,
});
const message = (content: string): PrivateMessage => ({
  role: "user",
  content,
  keep: [{ start: 0, end: content.length }],
});

describe("[ASK10] places that are kept", () => {
  it("of many turns: the newest are told, and the question is asked", async () => {
    const own = new Privacy({ engine: modules.simd });
    const messages: PrivateMessage[] = [];
    for (let turn = 0; turn < 5; turn++) {
      const mails = Array.from({ length: 80 }, (_, at) => `u${String(turn)}x${String(at)}@ex.org`);
      messages.push(message(mails.join(" and ")));
      const { bytes } = await prepareRequest(plan(messages), {}, own);
      const keep = parseTurn(bytes)?.keep ?? [];
      expect(keep).toHaveLength(Math.min((turn + 1) * 80, MAX_KEPT_PLACES));
      expect(keep.slice(0, 80).every((place) => place.message === turn)).toBe(true);
      expect(keep[0]).toEqual({ message: turn, start: 0, length: 11 });
    }
  });

  it("side by side are one", () => {
    const content = "Grüße: a@ex.org b@ex.org\n\nc@ex.org or d@ex.org";
    const kept = ["d@ex", "a@ex", "b@ex", "c@ex"].map((value) => {
      const start = content.indexOf(value);
      return { start, end: start + "a@ex.org".length };
    });
    expect(placesToKeep([{ role: "user", content, kept }])).toEqual([
      { message: 0, start: 9, length: 27 },
      { message: 0, start: 40, length: 8 },
    ]);
  });

  it("of which one covers others are told once", () => {
    const kept = [
      { start: 0, end: 9 },
      { start: 2, end: 4 },
      { start: 5, end: 12 },
    ];
    expect(placesToKeep([{ role: "user", content: "é".repeat(20), kept }])).toEqual([
      { message: 0, start: 0, length: 24 },
    ]);
  });

  it("cost no more each, however many there are", () => {
    const steps = (count: number): number => {
      const kept = Array.from({ length: count }, (_, at) => ({ start: at * 4, end: at * 4 + 2 }));
      return stepsOf(() => placesToKeep([{ role: "user", content: "a ".repeat(count * 2), kept }]));
    };
    expect(steps(8_000)).toBeLessThan(12 * steps(1_000));
  });
});

describe("[ASK7] a question that is far too large", () => {
  it("is refused before it is looked through", async () => {
    let loaded = 0;
    const engine = async () => {
      loaded += 1;
      return modules.simd;
    };
    const own = new Privacy({ engine });
    const asked = prepareRequest(plan([message("x".repeat(2 * MAX_TURN_BYTES + 1))]), {}, own);
    await expect(asked).rejects.toMatchObject({ code: "turn_too_large" });
    expect(loaded).toBe(0);
  });
});
