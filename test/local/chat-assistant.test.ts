// Questions to the assistant from terminals and scripts, over the real service and a model that the test plays. Of
// personal data the model sees tokens, and whoever asked sees what they wrote.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startService, type Service } from "../../src/local/service.ts";
import { createChatCli, type ChatCli, type ChatProcess } from "../support/chat-process.ts";
import { endPrograms } from "../support/processes.ts";
import { SCRIPTED, ScriptedModel } from "../support/scripted-model.ts";

const QUESTION = "Is anna@example.org Anna Berg?";
const TOKENS = "Is [EMAIL_1] [PERSON_1]?";

let service: Service;
let model: ScriptedModel;
let cli: ChatCli;
let env: Record<string, string>;
beforeAll(async () => {
  model = await ScriptedModel.start();
  [service, cli] = await Promise.all([startService({ bindings: model.bindings }), createChatCli()]);
  env = { GHOST_SERVICE: service.url.origin };
});
afterAll(async () => {
  await endPrograms();
  await service.stop();
  await model.stop();
  cli.remove();
});

function chat(args: string): ChatProcess {
  return cli.terminal(`${cli.command} chat ${args}`, env);
}

async function eventsOf(script: ChatProcess): Promise<Record<string, unknown>[]> {
  await script.ended;
  const lines = script.output.split("\n").filter((line) => line.startsWith("{"));
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** Answers the next question by repeating it, and tells what the model got. */
async function echo(): Promise<string> {
  const call = await model.next();
  call.end(`You said: ${call.question}`);
  return call.question;
}

describe("[CHAT10] the assistant in two terminals", () => {
  it("answers one, the other reads along; Ctrl-C cancels the answer and not the chat", async () => {
    const ada = chat(`--name Ada --model ${SCRIPTED}`);
    await ada.printed(/(not end-to-end encrypted)/);
    const bob = chat(`'${await ada.link}' --name Bob`);
    await bob.printed(/(is called Ada|Here: \[\S+\] Ada)/);
    await ada.printed(/\[\S{4}\] (is called Bob)/);
    ada.type("/ask How many?\r");
    const call = await model.next();
    expect(call.question).toBe("How many?");
    call.say("One,\ntwo \u001b[2Jand \n* Bob left.\n");
    await ada.printed(/(\| \* Bob left\.)/);
    expect(ada.text).toContain("| two \\u{1b}[2Jand");
    call.end("three");
    await ada.printed(/(\| three[^]*The answer is complete)/);
    await bob.printed(/(\? \[\S{4}\] Ada: How many\?)/);
    await bob.printed(/answers (\[\S{4}\] Ada:[^]*\| One,[^]*\| \* Bob left\.[^]*\| three[^]*complete)/);
    ada.type("/ask Again\r");
    const second = await model.next();
    second.say("Never ending\n");
    await ada.printed(/(\| Never ending)/);
    ada.type("\u0003");
    await ada.printed(/(CANCELLED: the answer is NOT COMPLETE)/);
    await second.aborted();
    await bob.printed(/(CANCELLED: the answer is NOT COMPLETE\. It was for \[\S{4}\] Ada)/);
    ada.type("still here\r");
    await bob.printed(/(Ada: still here)/);
    ada.type("/burn\r");
    expect(await Promise.all([ada.ended, bob.ended])).toEqual(Array(2).fill({ code: 0, signal: null }));
  });

  it("[CHAT11] answers a script, whose exit code says that an answer broke off", async () => {
    const script = cli.pipe(["chat", "--model", SCRIPTED, "--ask", "--json"], env);
    script.type("one\ntwo\n");
    script.endInput();
    (await model.next()).end("eins");
    const call = await model.next();
    expect(call.messages.map(({ content }) => content)).toEqual(["one", "eins", "two"]);
    call.say("zw");
    await script.printed(/("text":"zw")/);
    call.breakOff();
    const events = await eventsOf(script);
    const ends = events.filter(({ type }) => type === "answered");
    expect(ends.map(({ complete }) => complete)).toEqual([true, false]);
    expect(ends[1]).toMatchObject({ finish: "error", error: "provider_broken" });
    expect(events.at(-1)).toMatchObject({ type: "end", unanswered: 1, exitCode: 7 });
    expect((await script.ended).code).toBe(7);
  });
});

describe("[CHAT12] personal data in a question", () => {
  function script(...more: string[]): ChatProcess {
    return cli.pipe(["chat", "--model", SCRIPTED, "--ask", "--burn", ...more], env);
  }

  it("of a terminal is replaced on the device, and the answer has it again", async () => {
    const ada = chat(`--model ${SCRIPTED} --pii offered`);
    await ada.printed(/(Type and press Enter)/);
    ada.type(`/preview ${QUESTION}\r`);
    await ada.printed(/(Replaced on this device before it is sent: EMAIL 1, PERSON 1\.)/);
    ada.type(`/ask ${QUESTION}\r`);
    expect(await echo()).toBe(TOKENS);
    await ada.printed(
      /(You said: Is anna@example\.org Anna Berg\?[^]*What left this device: "Is \[EMAIL_1\] \[PERSON_1\]\?")/,
    );
    expect(ada.text).not.toContain("The service replaced");
    ada.type(`/ask! ${QUESTION}\r`);
    expect(await echo()).toBe(QUESTION);
    await ada.printed(/(Sent as it is, as far as this device is asked: EMAIL 1, PERSON 1\.)/);
    ada.type("/burn\r");
    expect((await ada.ended).code).toBe(0);
  });

  it("of a script is told by type and place, and what --keep names is sent as it is", async () => {
    const asking = script("--pii", "offered", "--keep", "person", "--json");
    asking.type(`${QUESTION}\n`);
    asking.endInput();
    expect(await echo()).toBe("Is [EMAIL_1] Anna Berg?");
    const events = await eventsOf(asking);
    expect(events.at(-1)).toMatchObject({ exitCode: 0 });
    const kinds = events.map(({ type }) => type);
    expect(kinds.indexOf("findings")).toBeLessThan(kinds.indexOf("answer"));
    expect(events.find(({ type }) => type === "findings")?.["items"]).toEqual([
      { type: "EMAIL", start: 3, end: 19, kept: false },
      { type: "PERSON", start: 20, end: 29, kept: true },
    ]);
    const text = events.flatMap((event) => (event["type"] === "answer" ? [event["text"]] : [])).join("");
    expect(text).toBe(`You said: ${QUESTION}`);
    expect(events.find(({ type }) => type === "answered")?.["asSent"]).toBe("Is [EMAIL_1] Anna Berg?");
  });

  it("is replaced by the service where the session requires that, whatever --keep says", async () => {
    const asking = script("--keep", "ALL");
    asking.type(`${QUESTION}\n`);
    asking.endInput();
    expect(await echo()).toBe(TOKENS);
    expect((await asking.ended).code).toBe(0);
    expect(asking.output).toContain("The service replaced 2 values before the model saw the question");
    // Its tokens are told with the end of the answer: what came before shows them.
    expect(asking.output).toContain(`You said: ${TOKENS}`);
  });
});
