// `useChat` of the AI SDK over a ghost session: the real hook in a real React tree, the real service behind it.
import { useChat } from "@ai-sdk/react";
import { JSDOM } from "jsdom";
import { act, createElement } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createGhostTransport, type GhostUIMessage } from "../../src/client/ai-sdk/index.ts";
import { createSession, type Answer, type Session } from "../../src/client/index.ts";
import { startService, type Service } from "../../src/local/service.ts";
import { sleep } from "../support/client.ts";

let service: Service;
beforeAll(async () => {
  const { window } = new JSDOM("<!doctype html><main></main>");
  Object.assign(globalThis, { window, document: window.document, IS_REACT_ACT_ENVIRONMENT: true });
  service = await startService();
});
const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});
afterAll(async () => {
  await service.stop();
  for (const name of ["window", "document", "IS_REACT_ACT_ENVIRONMENT"])
    Reflect.deleteProperty(globalThis, name);
});

type Chat = ReturnType<typeof useChat<GhostUIMessage>>;

interface Stage {
  readonly session: Session;
  readonly answers: Answer[];
  chat(): Chat;
  /** Lets the hook do something, and React show it. */
  run(change: (chat: Chat) => void): Promise<void>;
  until(holds: (chat: Chat) => boolean): Promise<void>;
}

async function stage(model: string | null = "mirror"): Promise<Stage> {
  const assistant = model === null ? null : { model };
  const session = await createSession({ service: service.url.origin, assistant });
  const answers: Answer[] = [];
  const transport = createGhostTransport({ session, onAnswer: (answer) => answers.push(answer) });
  let current: Chat | null = null;
  function Probe(): null {
    current = useChat<GhostUIMessage>({ transport });
    return null;
  }
  const root: Root = createRoot(document.querySelector("main") as HTMLElement);
  await act(async () => {
    root.render(createElement(Probe));
  });
  ends.push(() => {
    act(() => {
      root.unmount();
    });
    session.close();
  });
  const chat = (): Chat => {
    if (current === null) throw new Error("not rendered");
    return current;
  };
  return {
    session,
    answers,
    chat,
    run: async (change) => {
      await act(async () => {
        change(chat());
      });
    },
    until: async (holds) => {
      const end = Date.now() + 20_000;
      while (!holds(chat())) {
        if (Date.now() > end) throw new Error(`never; the hook is ${chat().status}`);
        await act(async () => sleep(20));
      }
    },
  };
}

const textOf = (message: GhostUIMessage | undefined): string =>
  message?.parts.map((part) => (part.type === "text" ? part.text : "")).join("") ?? "";
const ready = ({ status }: Chat): boolean => status === "ready";

describe("[ASK9] useChat", () => {
  it("shows an answer that is complete, with what it cost and which turn it was", async () => {
    const { run, until, chat, answers } = await stage();
    await run(({ sendMessage }) => void sendMessage({ text: "Mirror, mirror" }));
    await until((now) => ready(now) && now.messages.length === 2);
    const answer = chat().messages[1];
    expect(textOf(answer)).toContain("Mirror, mirror");
    expect(answer?.metadata).toMatchObject({ complete: true, attempt: 1, turn: answers[0]?.turn });
    expect(chat().error).toBeUndefined();
  });

  it("sends the hook's messages as the context, and asks a turn again as its next attempt", async () => {
    const { run, until, chat, answers } = await stage();
    await run(({ sendMessage }) => void sendMessage({ text: "first" }));
    await until((now) => ready(now) && now.messages.length === 2);
    await run(({ sendMessage }) => void sendMessage({ text: "second" }));
    await until((now) => ready(now) && now.messages.length === 4);
    expect(answers[1]?.sent?.messages.map(({ role }) => role)).toEqual(["user", "assistant", "user"]);
    await run(({ regenerate }) => void regenerate());
    await until((now) => ready(now) && answers.length === 3);
    expect(chat().messages.length).toBe(4);
    expect(answers[2]).toMatchObject({ turn: answers[1]?.turn, attempt: 2 });
    expect(answers[2]?.sent?.messages.length).toBe(3);
  });

  it("stop() stops the model", async () => {
    const { run, until, chat, answers } = await stage();
    await run(({ sendMessage }) => void sendMessage({ text: "x".repeat(60_000) }));
    await until((now) => textOf(now.messages[1]).length > 1_000);
    await run(({ stop }) => void stop());
    await until(ready);
    expect(await answers[0]?.result).toMatchObject({ finish: "cancelled", complete: false });
    expect(textOf(chat().messages[1]).length).toBeLessThan(60_000);
  });

  it("an answer that is cut ends in the hook's error, although text had arrived", async () => {
    const { run, until, chat, session } = await stage();
    await run(({ sendMessage }) => void sendMessage({ text: "x".repeat(60_000) }));
    await until((now) => textOf(now.messages[1]).length > 1_000);
    await session.burn();
    await until(({ status }) => status === "error");
    expect(chat().error?.message).toContain("burned");
  });

  it("a session without an assistant, and a message with a file, are errors of the hook", async () => {
    const none = await stage(null);
    await none.run(({ sendMessage }) => void sendMessage({ text: "hello?" }));
    await none.until(({ status }) => status === "error");
    expect(none.chat().error?.message).toContain("no assistant");
    const { run, until, answers } = await stage();
    const file = { type: "file", mediaType: "text/plain", url: "data:text/plain,x" } as const;
    await run(({ sendMessage }) => void sendMessage({ text: "look", files: [file] }));
    await until(({ status }) => status === "error");
    expect(answers).toEqual([]);
  });

  it("a component that is mounted again finds its running answer", async () => {
    const session = await createSession({ service: service.url.origin, assistant: { model: "mirror" } });
    ends.push(() => {
      session.close();
    });
    const transport = createGhostTransport({ session });
    expect(await transport.reconnectToStream({ chatId: "a" })).toBeNull();
    const message = { id: "1", role: "user", parts: [{ type: "text", text: "hello" }] } as GhostUIMessage;
    const base = { trigger: "submit-message", messageId: undefined, abortSignal: undefined } as const;
    await transport.sendMessages({ ...base, chatId: "a", messages: [message] });
    const again = await transport.reconnectToStream({ chatId: "a" });
    const chunks = [];
    for await (const chunk of again as unknown as AsyncIterable<{ type: string }>) chunks.push(chunk.type);
    expect(chunks.slice(0, 3)).toEqual(["start", "start-step", "text-start"]);
    expect(chunks.at(-1)).toBe("finish");
  });
});
