// A value that was found once never leaves again, whatever stands around it later: with the real engine.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
// Before what it counts.
import { stepsOf } from "../../../support/steps.ts";
import type { AskMessage } from "../../../../src/client/assistant/context.ts";
import { Privacy } from "../../../../src/client/assistant/privacy.ts";
import { joinSpans } from "../../../../src/pii/join-spans.ts";
import { KnownValues } from "../../../../src/pii/known-values.ts";
import type { HeldValue } from "../../../../src/pii/vault.ts";
import { growthOf, MAX_GROWTH } from "../../../support/processor-time.ts";
import { modules } from "../../pii/engine-under-test.ts";
import { connected as connectedTo, type ScriptedObject } from "./scripted-object.ts";

const PASSWORD = ["Tr0ub4dor", "3"].join("&");
const BORN = "14 March 1985";

/** One question and its answer; gives what the service read. */
async function exchange(
  object: ScriptedObject,
  prompt: string,
  reply: string,
  options: { messages?: readonly AskMessage[] } = {},
): Promise<{ asked: string[]; text: string }> {
  const before = object.running.length;
  const answer = object.client.ask(prompt, options);
  const running = await object.asked(before + 1);
  await object.answer(running, reply);
  await object.finish(running);
  return { asked: running.asked?.map(({ text }) => text) ?? [], text: (await answer.result).text };
}

const connected = (): ScriptedObject => connectedTo(new Privacy({ engine: modules.simd }));

describe("[ASK7] a value that was found once", () => {
  it.each([
    [`My password is ${PASSWORD}.`, "My password is [PASSWORD_1].", "Write [PASSWORD_1] on paper", PASSWORD],
    [
      `My date of birth: ${BORN}.`,
      "My date of birth: [DATE_OF_BIRTH_1].",
      "On [DATE_OF_BIRTH_1] it rained.",
      BORN,
    ],
    [`My password is ${PASSWORD}.`, "My password is [PASSWORD_1].", "x[PASSWORD_1]y", PASSWORD],
  ])("has its token in the next turn too: %s", async (prompt, replaced, reply, value) => {
    const object = connected();
    const first = await exchange(object, prompt, reply);
    expect(first.asked).toEqual([replaced]);
    expect(first.text).toContain(value);
    const { asked } = await exchange(object, `Is ${value} good?`, "Yes.");
    const [token = ""] = /\[\w+\]/.exec(replaced) ?? [];
    expect(asked).toEqual([replaced, reply, `Is ${token} good?`]);
  });

  it("is found in a preview, too, where only an answer of the model gave it away", async () => {
    const own = new Privacy({ engine: modules.simd });
    const tokens = own.tokensOf(await own.sanitise([{ role: "user", content: "Make one up." }]));
    const value = ["Tr0ub4dor", "3xq"].join("&");
    const answer = `Your password is ${value}, keep it.`;
    own.restore(answer, tokens, []);
    const question = `Why is it ${value} then?`;
    expect((await own.find(question)).map(({ start, end }) => question.slice(start, end))).toEqual([value]);
    const context = [
      { role: "assistant", content: answer },
      { role: "user", content: question },
    ] as const;
    expect((await own.sanitise(context)).at(-1)?.content).toBe("Why is it [PASSWORD_1] then?");
  });

  it("is found in a preview wherever it is replaced, and where one place is kept the others are not", async () => {
    const own = new Privacy({ engine: modules.simd });
    const text = `My password is ${PASSWORD}. Is ${PASSWORD} good? And ${PASSWORD}?`;
    const found = await own.find(text);
    expect(found.map(({ start, end }) => text.slice(start, end))).toEqual([PASSWORD, PASSWORD, PASSWORD]);
    expect(own.nextNumber).toBe(1);
    for (const [at, expected] of [
      `My password is ${PASSWORD}. Is [PASSWORD_1] good? And [PASSWORD_1]?`,
      `My password is [PASSWORD_1]. Is ${PASSWORD} good? And [PASSWORD_1]?`,
    ].entries()) {
      const fresh = new Privacy({ engine: modules.simd });
      const keep = found.slice(at, at + 1);
      const [sent] = await fresh.sanitise([{ role: "user", content: text, keep }]);
      expect(sent?.content).toBe(expected);
    }
    const [whole] = await own.sanitise([{ role: "user", content: text }]);
    expect(whole?.content).toBe("My password is [PASSWORD_1]. Is [PASSWORD_1] good? And [PASSWORD_1]?");
  });

  it("has it where the application gives the context, as it shows it", async () => {
    const object = connected();
    const ask = `My password is ${PASSWORD}.`;
    const first = await exchange(object, "", "Tell no one of [PASSWORD_1]s", {
      messages: [{ role: "user", content: ask }],
    });
    const { asked } = await exchange(object, "", "Yes.", {
      messages: [
        { role: "user", content: ask },
        { role: "assistant", content: first.text },
        { role: "user", content: `Why not ${PASSWORD}?` },
      ],
    });
    expect(asked).toEqual([
      "My password is [PASSWORD_1].",
      "Tell no one of [PASSWORD_1]s",
      "Why not [PASSWORD_1]?",
    ]);
  });

  it("comes back with its token although an answer put it into a word", async () => {
    const object = connected();
    const short = ["zQ4", "x9"].join("!");
    const { text } = await exchange(object, `My password is ${short}.`, "Write [PASSWORD_1]s down");
    expect(text).toBe(`Write ${short}s down`);
    const { asked } = await exchange(object, "Go on.", "Yes.");
    expect(asked[1]).toBe("Write [PASSWORD_1]s down");
  });

  it("is kept where the person says so, and found by the preview where not", async () => {
    const own = new Privacy({ engine: modules.simd });
    await own.sanitise([{ role: "user", content: `My password is ${PASSWORD}.` }]);
    const text = `Is ${PASSWORD} good?`;
    const [place] = await own.find(text);
    expect(place).toMatchObject({ type: "PASSWORD", start: 3, end: 3 + PASSWORD.length });
    const keep = [{ start: 3, end: 4 }];
    expect((await own.sanitise([{ role: "user", content: text, keep }]))[0]?.content).toBe(text);
  });

  it("is replaced also in messages before the one that it is found in", async () => {
    const own = new Privacy({ engine: modules.simd });
    const sanitised = await own.sanitise([
      { role: "user", content: `Is ${PASSWORD} good?` },
      { role: "user", content: `My password is ${PASSWORD}.` },
    ]);
    expect(sanitised.map(({ content }) => content)).toEqual([
      "Is [PASSWORD_1] good?",
      "My password is [PASSWORD_1].",
    ]);
  });
});

const held = (...surfaces: string[]): HeldValue[] => surfaces.map((surface) => ({ type: "CUSTOM", surface }));
const foundIn = (text: string, ...surfaces: string[]): string[] =>
  new KnownValues(held(...surfaces)).find(text).map(({ start, end }) => text.slice(start, end));

describe("[ASK7] known values", () => {
  it("short ones count as whole words only, long ones anywhere, numbers of three digits never", () => {
    expect(foundIn("Anna, Annas and xAnna-Anna", "Anna")).toEqual(["Anna", "Anna"]);
    expect(foundIn("xlong enoughx", "long enough")).toEqual(["long enough"]);
    expect(foundIn("I am 42, not 4242", "42", "4242", "7")).toEqual(["4242"]);
    expect(foundIn("我叫王小明吗", "王小明")).toEqual(["王小明"]);
  });

  it("are the longest that begin at a place, beginnings of others included", () => {
    expect(foundIn("Anna Bergmann or Anna B", "Anna", "Anna Berg", "Anna Bergmann X")).toEqual([
      "Anna Berg",
      "Anna",
    ]);
  });

  it("are found as a plain search finds them", () => {
    const words = fc.array(fc.constantFrom("a", "b", "1", " ", "-", "é", "👻"), { maxLength: 12 });
    const text = words.map((parts) => parts.join(""));
    let places = 0;
    fc.assert(
      fc.property(fc.array(text, { maxLength: 8 }), fc.array(text, { maxLength: 6 }), (values, parts) => {
        const whole = parts.join(" ");
        const single = (value: string): string[] =>
          new KnownValues(held(value)).find(whole).map(({ start, end }) => `${String(start)}-${String(end)}`);
        const each = new Set(values.flatMap(single));
        const together = new KnownValues(held(...values)).find(whole);
        places += each.size;
        // Every place of each value is covered by one that begins there.
        for (const place of each) {
          const [start = 0, end = 0] = place.split("-").map(Number);
          expect(together.some((span) => span.start === start && span.end >= end)).toBe(true);
        }
        for (const { start, end } of together) expect(each.has(`${String(start)}-${String(end)}`)).toBe(true);
      }),
    );
    expect(places).toBeGreaterThan(0);
  });

  it("are joined with what was detected so that nothing is left out", () => {
    const span = fc.record({
      start: fc.nat(30),
      length: fc.integer({ min: 1, max: 9 }),
      type: fc.constantFrom("EMAIL", "PERSON", "CUSTOM"),
    });
    const spans = fc
      .array(span, { maxLength: 6 })
      .map((all) =>
        all.map(({ start, length, type }) => ({ type, start, end: start + length, score: 50 }) as const),
      );
    fc.assert(
      fc.property(spans, spans, (known, some) => {
        const detected = joinSpans([], some);
        const joined = joinSpans(detected, known);
        for (const [at, { start }] of joined.entries()) {
          expect(start).toBeGreaterThanOrEqual(joined[at - 1]?.end ?? 0);
        }
        for (const { start, end } of [...detected, ...known]) {
          expect(joined.some((each) => each.start <= start && end <= each.end)).toBe(true);
        }
      }),
    );
  });

  it("values of any length that a service names are no work for every later text", () => {
    const long = "a".repeat(1_025);
    expect(new KnownValues(held(long)).find(long)).toEqual([]);
    expect(new KnownValues(held(long.slice(1))).find(long)).toHaveLength(2);
  });

  it("a full vault and a hostile text cost no more steps a place than harmless ones, nor time", () => {
    // Each is a beginning of the next, and the text begins them everywhere and ends none of them.
    const nested = Array.from({ length: 700 }, (_, n) => "a-".repeat(n + 1) + "b");
    const others = Array.from({ length: 19_300 }, (_, n) => `a-${String(n)}@example.org`);
    const text = "a-".repeat(131_072);
    const known = new KnownValues(held(...nested, ...others));
    const steps = stepsOf(() => {
      known.find(text);
    });
    // 20 were counted; values that are compared one by one take thousands.
    expect(steps / text.length).toBeLessThan(60);
    expect(steps / text.length).toBeGreaterThan(1);
    const inputOf = (part: number): string => text.slice(0, Math.floor(part * text.length));
    expect(growthOf(inputOf, (input) => void known.find(input))).toBeLessThan(MAX_GROWTH);
  });
});
