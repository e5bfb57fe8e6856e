// What the answer to one request may put back, and what it may not: with the real engine, and a model that names
// every token there is.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Privacy, type RequestTokens } from "../../../../src/client/assistant/privacy.ts";
import { modules } from "../../pii/engine-under-test.ts";
import { cut, cutPoints, hostileText } from "../../pii/text-arbitraries.ts";
import { connected as connectedTo, type ScriptedObject } from "./scripted-object.ts";

const PASSWORD = ["Tr0ub4dor", "3"].join("&");
const SECRET = `My password is ${PASSWORD}, mail anna@example.org.`;
const LISTED = "See [PASSWORD_1], password_1, \\[EMAIL\\_1\\] and [EMAIL 1].";

const connected = (): ScriptedObject => connectedTo(new Privacy({ engine: modules.simd }));

function restored(pieces: readonly string[], own: Privacy, tokens: RequestTokens): string {
  const restorer = own.restorer(tokens);
  if (restorer === null) throw new Error("not loaded");
  return pieces.map((piece) => restorer.push(piece)).join("") + restorer.flush();
}

describe("[ASK7] an answer puts back what its own request holds, and nothing else", () => {
  it("no value of a turn that was kept to oneself, in an answer that others read", async () => {
    const object = connected();
    const first = object.client.ask(SECRET, { share: false });
    const one = await object.asked();
    await object.finish(one);
    await first.result;
    const second = object.client.ask("What is a noun?", { after: null });
    const two = await object.asked(2);
    expect(two.asked).toEqual([{ role: "user", text: "What is a noun?" }]);
    await object.answer(two, LISTED);
    await object.finish(two);
    expect([second.text, (await second.result).text]).toEqual([LISTED, LISTED]);
    expect(object.shared.map(({ text }) => text).join("")).toBe(`What is a noun?${LISTED}`);
  });

  it("those of the turns that went along with it, however the model writes their tokens", async () => {
    const object = connected();
    const first = object.client.ask(SECRET, {});
    const one = await object.asked();
    await object.answer(one, "Noted.");
    await object.finish(one);
    await first.result;
    const second = object.client.ask("And now?", {});
    const two = await object.asked(2);
    await object.answer(two, LISTED);
    await object.finish(two);
    expect((await second.result).text).toBe(
      `See ${PASSWORD}, ${PASSWORD}, anna@example.org and anna@example.org.`,
    );
  });

  it("not what this device learned from another turn while it was on its way", async () => {
    const own = new Privacy({ engine: modules.simd });
    const tokens = own.tokensOf(await own.sanitise([{ role: "user", content: "I wrote [EMAIL_7] myself." }]));
    own.learn([{ type: "EMAIL", token: "[EMAIL_7]", value: "bob@example.org" }]);
    expect(restored(["[EMAIL_7]"], own, tokens)).toBe("[EMAIL_7]");
  });

  it("what the service replaced in it, as long as it may be, by its own numbers only", async () => {
    const own = new Privacy({ engine: modules.simd });
    const tokens = own.tokensOf(await own.sanitise([{ role: "user", content: "Mail anna@example.org" }]));
    expect(tokens).toEqual({ names: new Set(["EMAIL_1"]), first: 2 });
    const long = "k".repeat(5_000);
    const told = [
      { type: "PASSWORD", token: "[PASSWORD_2]", value: long },
      { type: "EMAIL", token: "[EMAIL_1]", value: "mallory@example.org" },
      { type: "PHONE", token: "[PHONE_1]", value: "mallory" },
      { type: "PHONE", token: "PHONE_3", value: "mallory" },
      { type: "PHONE", token: "[EMAIL_3]", value: "mallory" },
    ];
    const answer = "[PASSWORD_2] [EMAIL_1] [PHONE_1] [PHONE_3] [EMAIL_3]";
    expect(own.restore(answer, tokens, told)).toBe(`${long} anna@example.org [PHONE_1] [PHONE_3] [EMAIL_3]`);
  });

  it("[SDK16] no more than a bound, however often the model repeats a token and however long its value is", async () => {
    const own = new Privacy({ engine: modules.simd });
    const tokens = own.tokensOf(await own.sanitise([{ role: "user", content: "What is my address?" }]));
    const value = "x".repeat(60_000);
    const whole = own.restore("[IP_1]".repeat(40_000), tokens, [{ type: "IP", token: "[IP_1]", value }]);
    expect(whole.startsWith(value)).toBe(true);
    expect(whole.endsWith("[IP_1]")).toBe(true);
    expect(whole.length).toBeLessThan(1_048_576 + 6 * 40_000);
  });

  it("[PII8] the same, cut anywhere; only the beginning of one of its own tokens is held back", async () => {
    const own = new Privacy({ engine: modules.simd });
    await own.sanitise([{ role: "user", content: SECRET }]);
    const tokens = own.tokensOf(await own.sanitise([{ role: "user", content: "Call +49 30 901820" }]));
    expect(own.restorer(tokens)?.push("[PASSWORD_1")).toBe("[PASSWORD_1");
    expect(own.restorer(tokens)?.push("[PHONE_1")).toBe("");
    fc.assert(
      fc.property(hostileText, cutPoints, (text, points) => {
        const answer = `${text}[PHONE_1]${LISTED}`;
        expect(restored(cut(answer, points), own, tokens)).toBe(restored([answer], own, tokens));
      }),
    );
  });
});
