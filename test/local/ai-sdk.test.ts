// `useChat` of the AI SDK over a ghost session: the real hook in a real React tree, the real service behind it, and a
// model that the test plays.
import { act } from "react";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import {
  createGhostTransport,
  type GhostTransportOptions,
  type GhostUIMessage,
} from "../../src/client/ai-sdk/index.ts";
import type { Answer, Session } from "../../src/client/index.ts";
import { loadPiiModule } from "../../src/pii/load-node.ts";
import type { ModelCall } from "../support/scripted-model.ts";
import { ScriptedService } from "../support/scripted-service.ts";
import { closePage, mount, openPage, unmountAll, type Chat, type Stage } from "../support/use-chat.ts";

let scripted: ScriptedService;
beforeAll(async () => {
  openPage();
  scripted = await ScriptedService.start();
});
afterEach(() => {
  unmountAll();
  scripted.closeSessions();
});
afterAll(async () => {
  await scripted.stop();
  closePage();
});

/** A component with a session and a transport of its own. */
async function stage(
  options: Partial<GhostTransportOptions> = {},
): Promise<Stage & { session: Session; answers: Answer[] }> {
  const session = await scripted.create();
  const answers: Answer[] = [];
  const transport = createGhostTransport({ session, onAnswer: (answer) => answers.push(answer), ...options });
  return { ...(await mount(transport)), session, answers };
}

const textOf = (message: GhostUIMessage | undefined): string =>
  message?.parts.map((part) => (part.type === "text" ? part.text : "")).join("") ?? "";
const ready = ({ status }: Chat): boolean => status === "ready";
const said = (call: { messages: readonly { role: string; content: string }[] }): string[] =>
  call.messages.map(({ role, content }) => `${role}: ${content}`);

/** Sends a text with the hook and lets the model answer it. */
async function exchange({ run, until, chat }: Stage, text: string, reply: string): Promise<string[]> {
  const before = chat().messages.length;
  await run(({ sendMessage }) => void sendMessage({ text }));
  const call = await scripted.model.next();
  call.end(reply);
  await until((now) => ready(now) && now.messages.length === before + 2);
  return said(call);
}

/** Sends a text with the hook, and has the model say half of the answer. */
async function halfAnswered({ run, until }: Stage, text: string): Promise<ModelCall> {
  await run(({ sendMessage }) => void sendMessage({ text }));
  const call = await scripted.model.next();
  call.say("Half ");
  await until(({ messages }) => textOf(messages.at(-1)) === "Half ");
  return call;
}

describe("[ASK9] useChat", () => {
  it("shows an answer while it comes, and that it is complete, with what it cost and which turn it was", async () => {
    const { run, until, chat, answers } = await stage();
    await run(({ sendMessage }) => void sendMessage({ text: "Tell me" }));
    const call = await scripted.model.next();
    call.say("Here it ");
    await until(({ messages }) => textOf(messages[1]) === "Here it ");
    expect(chat().status).toBe("streaming");
    expect(chat().messages[1]?.metadata).toMatchObject({ complete: false, turn: answers[0]?.turn });
    call.end("is.");
    await until(ready);
    expect(textOf(chat().messages[1])).toBe("Here it is.");
    expect(chat().messages[1]?.metadata).toMatchObject({ complete: true, attempt: 1, redactions: [] });
    expect(chat().error).toBeUndefined();
  });

  it("sends the hook's messages as the context, and asks a turn again as its next attempt", async () => {
    const shown = await stage({ system: "Be brief." });
    const { run, until, chat, answers } = shown;
    await exchange(shown, "first", "eins");
    const context = ["system: Be brief.", "user: first", "assistant: eins", "user: second"];
    expect(await exchange(shown, "second", "zwei")).toEqual(context);
    await run(({ regenerate }) => void regenerate());
    const again = await scripted.model.next();
    expect(said(again)).toEqual(context);
    again.end("dos");
    await until((now) => ready(now) && textOf(now.messages[3]) === "dos");
    expect(chat().messages).toHaveLength(4);
    expect([answers[2]?.turn, answers[2]?.attempt]).toEqual([answers[1]?.turn, 2]);
  });

  it("stop() stops the model; what was cut is marked, and is not told to the model again", async () => {
    const shown = await stage();
    const { run, until, chat, answers } = shown;
    await exchange(shown, "first", "eins");
    const call = await halfAnswered(shown, "second");
    await run(({ stop }) => void stop());
    await until(ready);
    expect(await answers[1]?.result).toMatchObject({ finish: "cancelled", complete: false });
    await call.aborted();
    expect(chat().messages[3]?.metadata?.complete).toBe(false);
    expect(await exchange(shown, "third", "drei")).toEqual(["user: first", "assistant: eins", "user: third"]);
  });

  it("a burn in the middle ends in the hook's error, although text had arrived", async () => {
    const shown = await stage();
    const { until, chat, session } = shown;
    const call = await halfAnswered(shown, "Tell me");
    await session.burn();
    await until(({ status }) => status === "error");
    expect(chat().error?.message).toContain("burned");
    expect(textOf(chat().messages[1])).toBe("Half ");
    expect(chat().messages[1]?.metadata?.complete).toBe(false);
    await call.aborted();
  });

  it("a model that breaks off in the middle does too", async () => {
    const shown = await stage();
    const { run, until, chat } = shown;
    const call = await halfAnswered(shown, "Tell me");
    call.breakOff();
    await until(({ status }) => status === "error");
    expect(textOf(chat().messages[1])).toBe("Half ");
    expect(chat().messages[1]?.metadata?.complete).toBe(false);
    // Half an answer is not told to the model as what it had said, nor is the question that it belongs to.
    await run(({ sendMessage }) => void sendMessage({ text: "Once more" }));
    const next = await scripted.model.next();
    expect(said(next)).toEqual(["user: Once more"]);
    next.end("All.");
    await until((now) => ready(now) && textOf(now.messages[3]) === "All.");
  });

  it("[ASK7] what was replaced in one turn is replaced in the next, although the hook shows it", async () => {
    const session = await scripted.create({ pii: { engine: loadPiiModule } });
    const shown = await mount(createGhostTransport({ session }));
    const born = "14 March 1985";
    const first = await exchange(shown, `My date of birth: ${born}.`, "On [DATE_OF_BIRTH_1] it rained.");
    expect(first).toEqual(["user: My date of birth: [DATE_OF_BIRTH_1]."]);
    expect(textOf(shown.chat().messages[1])).toBe(`On ${born} it rained.`);
    expect(await exchange(shown, `What else was on ${born}?`, "Snow.")).toEqual([
      "user: My date of birth: [DATE_OF_BIRTH_1].",
      "assistant: On [DATE_OF_BIRTH_1] it rained.",
      "user: What else was on [DATE_OF_BIRTH_1]?",
    ]);
  });

  it("an answer goes on over a lost connection, and the hook does not notice", async () => {
    const host = await scripted.create();
    const { link } = await host.invite();
    const session = await scripted.join(link, { service: scripted.proxy.origin });
    const shown = await mount(createGhostTransport({ session }));
    const { until } = shown;
    const call = await halfAnswered(shown, "Tell me");
    scripted.proxy.drop();
    call.say("in the dark ");
    await until(({ messages }) => textOf(messages[1]) === "Half in the dark ");
    call.end("and whole");
    await until((now) => ready(now) && now.messages[1]?.metadata?.complete === true);
  });

  it("a session without an assistant, and a message with a file, are errors of the hook", async () => {
    const none = await mount(createGhostTransport({ session: await scripted.create({ assistant: null }) }));
    await none.run(({ sendMessage }) => void sendMessage({ text: "hello?" }));
    await none.until(({ status }) => status === "error");
    expect(none.chat().error).toMatchObject({ code: "assistant_absent" });
    const { run, until, chat, answers } = await stage();
    const file = { type: "file", mediaType: "text/plain", url: "data:text/plain,x" } as const;
    await run(({ sendMessage }) => void sendMessage({ text: "look", files: [file] }));
    await until(({ status }) => status === "error");
    expect(chat().error).toMatchObject({ code: "misuse" });
    expect(answers).toEqual([]);
  });

  it("gets its session when the first message is sent", async () => {
    let opened = 0;
    const session = await scripted.create();
    const open = async (): Promise<Session> => {
      opened += 1;
      return session;
    };
    const shown = await mount(createGhostTransport({ session: open }));
    expect(opened).toBe(0);
    await exchange(shown, "first", "eins");
    expect(opened).toBe(1);
  });

  it("a component that goes away stops the model", async () => {
    const shown = await stage();
    const { unmount, answers } = shown;
    const call = await halfAnswered(shown, "Tell me");
    unmount();
    await call.aborted();
    expect(await answers[0]?.result).toMatchObject({ finish: "cancelled" });
  });

  it("another component of the same chat finds the running answer, from its beginning, and can stop it", async () => {
    const transport = createGhostTransport({ session: await scripted.create() });
    expect(await transport.reconnectToStream({ chatId: "a" })).toBeNull();
    const first = await mount(transport, { id: "a" });
    const call = await halfAnswered(first, "Tell me");
    const second = await mount(transport, { id: "a", resume: true });
    await second.until(({ messages }) => textOf(messages.at(-1)) === "Half ");
    // As in a strict tree: another resume takes the place of the one before, and the answer goes on.
    await second.run(({ resumeStream }) => void resumeStream());
    call.say("more ");
    for (const { until } of [first, second]) {
      await until(({ messages }) => textOf(messages.at(-1)) === "Half more ");
    }
    await second.run(({ stop }) => void stop());
    await act(() => call.aborted());
    await first.until(({ status }) => status !== "streaming");
    expect(first.chat().messages.at(-1)?.metadata?.complete).toBe(false);
  });
});
