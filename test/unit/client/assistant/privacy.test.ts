// Personal data on its way to a model: replaced on the device with the real engine, put back into the answer.
import { describe, expect, it } from "vitest";
import { Privacy, type RequestTokens } from "../../../../src/client/assistant/privacy.ts";
import { prepareRequest } from "../../../../src/client/assistant/request.ts";
import { parseTurn } from "../../../../src/crypto/channel/request-content.ts";
import { NEVER } from "../../../../src/pii/profiles.ts";
import { createVault, MAX_VAULT_ENTRIES } from "../../../../src/pii/vault.ts";
import { MAX_KEPT_PLACES } from "../../../../src/protocol/limits.ts";
import { modules } from "../../pii/engine-under-test.ts";
import { connected as connectedTo, type ScriptedObject, TERMS } from "./scripted-object.ts";

const privacy = (): Privacy => new Privacy({ engine: modules.simd });
const connected = (own = privacy()): ScriptedObject => connectedTo(own);
const OFFERED = { ...TERMS, pii: "offered" } as const;
const NONE: RequestTokens = { names: new Set(), first: 1 };
const PROMPT = "Hi, I'm Anna Berg, mail me at anna@example.org.";

describe("[ASK7] personal data", () => {
  it("is replaced before anything is encrypted, and comes back in the answer, cut anywhere", async () => {
    const object = connected();
    const answer = object.client.ask(PROMPT, {});
    const running = await object.asked();
    expect(running.asked).toEqual([{ role: "user", text: "Hi, I'm [PERSON_1], mail me at [EMAIL_1]." }]);
    expect(answer.sent?.messages).toMatchObject([{ content: "Hi, I'm [PERSON_1], mail me at [EMAIL_1]." }]);
    for (const piece of ["Dear [PER", "SON_", "1], I wrote to [EMA", "IL_1", "]"]) {
      await object.answer(running, piece);
      expect(answer.text).not.toContain("[");
    }
    await object.finish(running);
    expect((await answer.result).text).toBe("Dear Anna Berg, I wrote to anna@example.org");
    expect(object.shared.map(({ text }) => text)).toEqual([
      PROMPT,
      "Dear Anna Berg, I wrote to anna@example.org",
    ]);
  });

  it("has the same token in every turn, the context included", async () => {
    const object = connected();
    const first = object.client.ask(PROMPT, {});
    const running = await object.asked();
    await object.answer(running, "Hello [PERSON_1].");
    await object.finish(running);
    await first.result;
    object.client.ask("Is anna@example.org Anna Berg's, or bob@example.org?", {});
    const second = await object.asked(2);
    expect(second.asked?.map(({ text }) => text)).toEqual([
      "Hi, I'm [PERSON_1], mail me at [EMAIL_1].",
      "Hello [PERSON_1].",
      "Is [EMAIL_1] [PERSON_1]'s, or [EMAIL_2]?",
    ]);
  });

  it("is found without giving numbers out, and a place that the person keeps is sent as it is", async () => {
    const object = connected();
    const own = privacy();
    const found = await own.find(PROMPT);
    expect(found.map(({ type, start, end }) => [type, PROMPT.slice(start, end)])).toEqual([
      ["PERSON", "Anna Berg"],
      ["EMAIL", "anna@example.org"],
    ]);
    expect(JSON.stringify(found)).not.toContain("Anna");
    expect(own.nextNumber).toBe(1);
    object.client.ask(PROMPT, { keep: found.slice(0, 1) });
    const running = await object.asked();
    expect(running.asked?.[0]?.text).toBe("Hi, I'm Anna Berg, mail me at [EMAIL_1].");
  });

  it("tells the service what is kept, and which token numbers are taken", async () => {
    const own = privacy();
    const [message] = await own.sanitise([
      { role: "user", content: `Ünïcode first. ${PROMPT}`, keep: [{ start: 20, end: 35 }] },
    ]);
    expect(message?.kept.map(({ start, end }) => message.content.slice(start, end))).toEqual(["Anna Berg"]);
    expect(own.nextNumber).toBe(2);
    const keep = [{ start: 8, end: 17 }];
    const plan = {
      question: PROMPT,
      messages: [{ role: "user", content: PROMPT, keep } as const],
      dropped: 0,
    };
    const { bytes } = await prepareRequest({ ...plan, terms: OFFERED }, {}, own);
    expect(parseTurn(bytes)).toMatchObject({ firstToken: 2, keep: [{ message: 0, start: 8, length: 9 }] });
    for (const pii of ["required", "off"] as const) {
      const other = await prepareRequest({ ...plan, terms: { ...TERMS, pii } }, {}, own);
      expect(parseTurn(other.bytes)).toMatchObject({ firstToken: 2, keep: [] });
    }
  });

  it("that the settings leave alone is named to the service too, after what is kept, the newest first", async () => {
    const own = new Privacy({ engine: modules.simd, thresholds: { DATE: NEVER }, allow: ["me@example.org"] });
    const dates = "on 14 March 2026 ".repeat(MAX_KEPT_PLACES);
    const content = "Anna Berg, ME@example.org";
    const messages = [
      { role: "user", content: dates },
      { role: "user", content, keep: [{ start: 0, end: 9 }] },
    ] as const;
    const { bytes } = await prepareRequest({ question: "", messages, dropped: 0, terms: OFFERED }, {}, own);
    const keep = parseTurn(bytes)?.keep ?? [];
    expect(keep).toHaveLength(MAX_KEPT_PLACES);
    expect(keep.slice(0, 3)).toEqual([
      { message: 1, start: 0, length: 9 },
      { message: 1, start: 11, length: 14 },
      { message: 0, start: 3, length: 13 },
    ]);
    own.learn([{ type: "EMAIL", token: "[EMAIL_9]", value: "me@example.org" }]);
    own.learn([{ type: "DATE", token: "[DATE_9]", value: "14 March 2026" }]);
    expect([own.nextNumber, await own.find(`On 14 March 2026: me@example.org`)]).toEqual([1, []]);
  });

  it("of two turns at a time comes back in its own answer only, whatever the service called it", async () => {
    const object = connected(new Privacy({ engine: modules.simd, thresholds: { EMAIL: 101 } }));
    const first = object.client.ask("Mail anna@example.org.", {});
    const one = await object.asked(1);
    const second = object.client.ask("Mail bob@example.org.", { after: null });
    const two = await object.asked(2);
    const told = (value: string) => ({ redactions: [{ type: "EMAIL", token: "[EMAIL_1]", value }] });
    await object.finish(one, told("anna@example.org"));
    await first.result;
    await object.answer(two, "I wrote to [EMAIL_1].");
    expect(second.text).not.toContain("anna");
    await object.finish(two, told("bob@example.org"));
    expect((await second.result).text).toBe("I wrote to bob@example.org.");
  });

  it("that this device named while a question was on its way is not put into that question's answer", async () => {
    const object = connected();
    const first = object.client.ask("Hello?", {});
    const one = await object.asked(1);
    object.client.ask("Mail bob@example.org.", { after: null });
    expect((await object.asked(2)).asked?.at(-1)?.text).toBe("Mail [EMAIL_1].");
    await object.answer(one, "I wrote to [EMAIL_1].");
    const redactions = [{ type: "EMAIL", token: "[EMAIL_1]", value: "carol@example.org" }];
    await object.finish(one, { redactions });
    expect([first.text, (await first.result).text]).toEqual([
      "I wrote to [EMAIL_1].",
      "I wrote to carol@example.org.",
    ]);
  });

  it("that the service found in addition is known from then on", async () => {
    const object = connected(new Privacy({ engine: modules.simd, thresholds: { EMAIL: 101 } }));
    const answer = object.client.ask("Mail anna@example.org.", {});
    const running = await object.asked();
    expect(running.asked?.[0]?.text).toBe("Mail anna@example.org.");
    await object.answer(running, "I wrote to [EMAIL_1].");
    const redactions = [{ type: "EMAIL", token: "[EMAIL_1]", value: "anna@example.org" }];
    await object.finish(running, { redactions });
    const result = await answer.result;
    expect(result).toMatchObject({ redactions, text: "I wrote to anna@example.org." });
  });

  it("is not sent where the engine cannot be had", async () => {
    let tries = 0;
    const object = connected(
      new Privacy({
        engine: async () => {
          tries += 1;
          throw new Error("no network");
        },
      }),
    );
    const { result } = object.client.ask(PROMPT, {});
    expect(await result).toMatchObject({ finish: "error", error: "pii_failed", text: "" });
    expect([object.uploads, object.shared]).toEqual([0, []]);
    expect(await object.client.ask(PROMPT, {}).result).toMatchObject({ error: "pii_failed" });
    expect(tries).toBe(2);
  });

  it("[PII11] that no vault has room for any more ends the answer all the same", async () => {
    const own = privacy();
    const object = connected(own);
    const first = object.client.ask("Hello?", {});
    const running = await object.asked();
    const told = (n: number) => ({
      type: "EMAIL",
      token: `[EMAIL_${String(n)}]`,
      value: `${String(n)}@example.org`,
    });
    own.learn(Array.from({ length: MAX_VAULT_ENTRIES }, (_, n) => told(n + 1)));
    await object.answer(running, "Hello");
    await object.finish(running, { redactions: [told(MAX_VAULT_ENTRIES + 1)] });
    expect(await first.result).toMatchObject({ complete: true, text: "Hello" });
    const second = object.client.ask("1@example.org?", {});
    expect((await object.asked(2)).asked?.at(-1)?.text).toBe("[EMAIL_1]?");
    expect(second.turn).not.toBe(first.turn);
    const full = object.client.ask("Mail bob@example.org.", {});
    expect(await full.result).toMatchObject({ finish: "error", error: "pii_failed" });
  });

  it.each(["person_1234567", "date_of_birth_19900101", "[EMAIL_999999]", "[EMAIL_9007199254740991]"])(
    "beside text in the shape of a token asks on: %s",
    async (text) => {
      const object = connected();
      const first = object.client.ask(`Mail anna@example.org: ${text}`, {});
      const running = await object.asked();
      expect(running.asked?.[0]?.text).toBe(`Mail [EMAIL_1]: ${text}`);
      expect(running.firstToken).toBe(2);
      await object.answer(running, text);
      await object.finish(running);
      expect((await first.result).text).toBe(text);
      object.client.ask("And bob@example.org?", {});
      const next = await object.asked(2);
      expect([next.asked?.at(-1)?.text, next.firstToken]).toEqual(["And [EMAIL_2]?", 3]);
    },
  );

  it("is not remembered by an engine that comes after the end of the session", async () => {
    let load: (module: typeof modules.simd) => void = () => undefined;
    const engine = new Promise<typeof modules.simd>((resolve) => {
      load = resolve;
    });
    const own = new Privacy({ engine: () => engine });
    const late = own.sanitise([{ role: "user", content: PROMPT }]);
    own.clear();
    load(modules.simd);
    await expect(late).rejects.toMatchObject({ code: "pii_failed" });
    expect([own.nextNumber, own.restorer(NONE)]).toEqual([1, null]);
    await expect(own.load()).rejects.toMatchObject({ code: "pii_failed" });
  });

  it("is forgotten at the end of the session", async () => {
    const own = privacy();
    const tokens = own.tokensOf(await own.sanitise([{ role: "user", content: PROMPT }]));
    expect(own.restore("[EMAIL_1]", tokens, [])).toBe("anna@example.org");
    own.clear();
    expect(own.restore("[EMAIL_1]", tokens, [])).toBe("[EMAIL_1]");
  });
});

describe("[PII9] a token that somebody else made", () => {
  it("is restored, given for its value, and never given for another", () => {
    const vault = createVault();
    vault.adopt("[EMAIL_4]", "EMAIL", "anna@example.org");
    expect(vault.valueOf("EMAIL_4")).toBe("anna@example.org");
    expect(vault.tokenFor("EMAIL", "anna@example.org")).toBe("[EMAIL_4]");
    expect(vault.tokenFor("EMAIL", "bob@example.org")).toBe("[EMAIL_5]");
    expect(vault.highestNumber).toBe(5);
  });

  it("is known in each of its spellings, and none of them is given for another", () => {
    const vault = createVault();
    vault.adopt("[PHONE_4]", "PHONE", "+49 30 901820");
    vault.adopt("[PHONE_4B]", "PHONE", "+49 (30) 901820");
    expect(vault.valueOf("PHONE_4B")).toBe("+49 (30) 901820");
    expect(vault.tokenFor("PHONE", "+49-30-901820")).toBe("[PHONE_4C]");
    vault.adopt("[PHONE_4D]", "PHONE", "another number");
    expect(vault.tokenFor("PHONE", "+493 0901820")).toBe("[PHONE_4E]");
    expect(vault.valueOf("PHONE_4D")).toBe("another number");
    vault.adopt("[PHONE_4b]", "PHONE", "x");
    vault.adopt("[PHONE_5A]", "PHONE", "x");
    expect(vault.size).toBe(5);
  });

  it("is refused where the name is taken or is none", () => {
    const vault = createVault();
    expect(vault.tokenFor("EMAIL", "anna@example.org")).toBe("[EMAIL_1]");
    for (const [token, type] of [
      ["[EMAIL_1]", "EMAIL"],
      ["[EMAIL_01]", "EMAIL"],
      ["[EMAIL_-1]", "EMAIL"],
      ["[EMAIL_1e3]", "EMAIL"],
      ["EMAIL_2", "EMAIL"],
      ["[NOTHING_2]", "NOTHING"],
      ["[PHONE_2]", "EMAIL"],
      ["[EMAIL_500001]", "EMAIL"],
      ["[EMAIL_9007199254740991]", "EMAIL"],
    ] as const) {
      vault.adopt(token, type, "mallory");
    }
    expect(vault.size).toBe(1);
    expect(vault.valueOf("EMAIL_1")).toBe("anna@example.org");
  });

  it("as one that the user wrote: its number alone is left out, and no text uses the numbers up", () => {
    const vault = createVault();
    for (const name of ["EMAIL_1", "EMAIL_3B", "EMAIL_999999", "EMAIL_1000000", "PERSON_2"])
      vault.reserve(name);
    expect(["a", "b", "c"].map((each) => vault.tokenFor("EMAIL", `${each}@example.org`))).toEqual([
      "[EMAIL_2]",
      "[EMAIL_4]",
      "[EMAIL_5]",
    ]);
    expect(vault.highestNumber).toBe(5);
    for (let number = 0; number < 50_000; number++) vault.reserve(`PHONE_${String(number)}`);
    expect(vault.tokenFor("PHONE", "+49 30 901820")).toBe("[PHONE_50000]");
  });
});
