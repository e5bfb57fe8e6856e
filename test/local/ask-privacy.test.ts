// Personal data in a question, over the real service: what a provider gets, and what the asker is told. The service's
// own scan corrects what the device let through, as far as the session's mode says.
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { CreateOptions, Session } from "../../src/client/index.ts";
import { NEVER } from "../../src/pii/index.ts";
import { loadPiiModule } from "../../src/pii/load-node.ts";
import { SCRIPTED, type ModelCall } from "../support/scripted-model.ts";
import { ScriptedService } from "../support/scripted-service.ts";

const PROMPT = "Hi, I'm Anna Berg, mail me at anna@example.org.";
const REPLACED = "Hi, I'm [PERSON_1], mail me at [EMAIL_1].";
const NAME = { start: PROMPT.indexOf("Anna"), end: PROMPT.indexOf(",", PROMPT.indexOf("Anna")) };
const MAIL = { start: PROMPT.indexOf("anna@"), end: PROMPT.length - 1 };
const REDACTIONS = [
  { type: "PERSON", token: "[PERSON_1]", value: "Anna Berg", places: [{ message: 0, ...NAME }] },
  { type: "EMAIL", token: "[EMAIL_1]", value: "anna@example.org", places: [{ message: 0, ...MAIL }] },
];
const ON_DEVICE = { pii: { engine: loadPiiModule } };

let scripted: ScriptedService;
beforeAll(async () => {
  scripted = await ScriptedService.start();
});
afterEach(() => {
  scripted.closeSessions();
});
afterAll(() => scripted.stop());

type Mode = NonNullable<NonNullable<CreateOptions["assistant"]>["pii"]>;

function start(mode: Mode, options: Partial<CreateOptions> = {}): Promise<Session> {
  return scripted.create({ assistant: { model: SCRIPTED, pii: mode }, ...options });
}

/** The question as the provider got it, answered by repeating it. */
async function echoed(): Promise<ModelCall> {
  const call = await scripted.model.next();
  call.end(`You said: ${call.question}`);
  return call;
}

describe("[ASK7] replaced on the device", () => {
  it("neither the service nor the provider gets it, and the answer has it again", async () => {
    const session = await start("required", ON_DEVICE);
    expect((await session.preview(PROMPT)).map(({ type }) => type)).toEqual(["PERSON", "EMAIL"]);
    const answer = session.ask(PROMPT);
    expect((await echoed()).question).toBe(REPLACED);
    expect(await answer.result).toMatchObject({
      complete: true,
      text: `You said: ${PROMPT}`,
      redactions: [],
    });
    expect(answer.sent?.messages.at(-1)?.content).toBe(REPLACED);
  });

  it("the same value has the same token in the next turn, and others go on counting", async () => {
    const session = await start("required", ON_DEVICE);
    const first = session.ask(PROMPT);
    await echoed();
    await first.result;
    const next = session.ask("Or is it bob@example.org? Not anna@example.org?");
    const call = await echoed();
    expect(call.question).toBe("Or is it [EMAIL_2]? Not [EMAIL_1]?");
    expect((await next.result).text).toContain("Or is it bob@example.org? Not anna@example.org?");
  });
});

describe("[ASK10] the service's own scan", () => {
  it.each(["required", "offered"] as const)(
    "%s: replaces what came as it is, tells the asker alone, and gives nothing back by itself",
    async (mode) => {
      const session = await start(mode);
      const answer = session.ask(PROMPT);
      expect((await echoed()).question).toBe(REPLACED);
      const result = await answer.result;
      expect(result).toMatchObject({ complete: true, text: `You said: ${REPLACED}` });
      expect(result.redactions).toEqual(REDACTIONS);
      expect(answer.sent?.messages.at(-1)?.content).toBe(PROMPT);
    },
  );

  it("offered: what the asker keeps stays, in place of its token and nowhere else", async () => {
    const session = await start("offered", ON_DEVICE);
    const answer = session.ask(PROMPT, { keep: [MAIL] });
    expect((await echoed()).question).toBe("Hi, I'm [PERSON_1], mail me at anna@example.org.");
    expect(await answer.result).toMatchObject({ text: `You said: ${PROMPT}`, redactions: [] });
    const bare = await start("offered");
    const second = bare.ask(PROMPT, { keep: [NAME] });
    expect((await echoed()).question).toBe("Hi, I'm Anna Berg, mail me at [EMAIL_1].");
    expect((await second.result).redactions).toEqual(REDACTIONS.slice(1));
  });

  it("required: replaces also what the asker wanted to keep; with `pii` the answer has the value again", async () => {
    const bare = await start("required");
    const first = bare.ask(PROMPT, { keep: [NAME, MAIL] });
    expect((await echoed()).question).toBe(REPLACED);
    expect((await first.result).redactions).toEqual(REDACTIONS);
    const session = await start("required", ON_DEVICE);
    const second = session.ask(PROMPT, { keep: [MAIL] });
    const { question } = await echoed();
    expect(question).not.toContain("anna@example.org");
    const result = await second.result;
    expect(result.redactions).toMatchObject([{ type: "EMAIL", value: "anna@example.org" }]);
    expect(result.text).toBe(`You said: ${PROMPT}`);
  });

  const DATED = "On 14 March 2026 mail support@example.org, not anna@example.org.";
  const LISTED = { engine: loadPiiModule, allow: ["support@example.org"], thresholds: { DATE: NEVER } };

  it("offered: leaves what the asker's settings leave, in this turn and in the next", async () => {
    const session = await start("offered", { pii: LISTED });
    for (const turn of [1, 2]) {
      const answer = session.ask(DATED);
      expect((await echoed()).question).toBe("On 14 March 2026 mail support@example.org, not [EMAIL_1].");
      expect(await answer.result).toMatchObject({
        text: `You said: ${DATED}`,
        redactions: [],
        complete: true,
      });
      expect(session.turns).toHaveLength(turn);
    }
    expect((await session.preview(DATED)).map(({ start }) => start)).toEqual([DATED.indexOf("anna@")]);
    const loose = await start("offered", { pii: { engine: loadPiiModule, profile: "loose" } });
    const weak = "Unlike the Petersson novel, on 14 March.";
    const answer = loose.ask(weak);
    expect((await echoed()).question).toBe(weak);
    expect((await answer.result).redactions).toEqual([]);
  });

  it("required: replaces it, and the device does not take that over", async () => {
    const session = await start("required", { pii: LISTED });
    for (let turn = 0; turn < 2; turn++) {
      const answer = session.ask(DATED);
      const { question } = await echoed();
      expect(question).not.toContain("@");
      expect(question).not.toContain("March");
      const { text, redactions } = await answer.result;
      expect(text).toBe(`You said: ${DATED}`);
      expect(redactions.map(({ value }) => value)).toEqual(["14 March 2026", "support@example.org"]);
      expect((await session.preview(DATED)).map(({ start }) => start)).toEqual([DATED.indexOf("anna@")]);
    }
  });

  it("off: nothing is touched", async () => {
    const session = await start("off");
    const answer = session.ask(PROMPT);
    expect((await echoed()).question).toBe(PROMPT);
    expect(await answer.result).toMatchObject({ text: `You said: ${PROMPT}`, redactions: [] });
  });
});
