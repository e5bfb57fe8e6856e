// Tokens that the service made, in the turns that `useChat` asks afterwards: they stand for what the person wrote, and never
// for another value, whoever gives the next numbers out.
import { describe, expect, it } from "vitest";
import { createGhostTransport, type GhostUIMessage } from "../../../../src/client/ai-sdk/index.ts";
import { Privacy } from "../../../../src/client/assistant/privacy.ts";
import type { Answer, Session } from "../../../../src/client/index.ts";
import { modules } from "../../pii/engine-under-test.ts";
import { createMessageScan } from "../../../../src/pii/scan-messages.ts";
import { connected, type ScriptedObject } from "./scripted-object.ts";

type Transport = ReturnType<typeof createGhostTransport>;

interface Sessions {
  readonly object: ScriptedObject;
  readonly session: Session;
  end(): void;
}

interface Chat {
  readonly object: ScriptedObject;
  readonly transport: Transport;
  readonly answers: Answer[];
  readonly messages: GhostUIMessage[];
  end(): void;
}

function sessionWith(privacy: Privacy | null): Sessions {
  const object = connected(privacy);
  let end = (): void => undefined;
  const session: Pick<Session, "ask" | "ended"> = {
    ask: (prompt, options) => object.client.ask(prompt, options ?? {}),
    ended: new Promise((resolve) => {
      end = () => {
        resolve({ state: "left", reason: null, burn: null });
      };
    }),
  };
  return { object, session: session as Session, end };
}

function chat(privacy: Privacy | null): Chat {
  const { object, session, end } = sessionWith(privacy);
  return chatIn(object, session, end);
}

function chatIn(object: ScriptedObject, session: Session | (() => Session), end: () => void): Chat {
  const answers: Answer[] = [];
  const onAnswer = (answer: Answer): void => {
    answers.push(answer);
  };
  const transport = createGhostTransport({ session, onAnswer });
  return { object, transport, answers, messages: [], end };
}

interface Redacted {
  readonly type: string;
  readonly token: string;
  readonly value: string;
}

/** A question that reached the object: what it read, and how its answer comes. */
interface Asked {
  readonly read: string[];
  /** As the hook has it: the deltas are its text, and nothing changes them. */
  answer(reply: string, redactions?: readonly Redacted[]): Promise<void>;
}

async function ask({ object, transport, messages }: Chat, question: string): Promise<Asked> {
  const count = object.running.length + 1;
  messages.push({ id: String(messages.length), role: "user", parts: [{ type: "text", text: question }] });
  const stream = await transport.sendMessages({
    trigger: "submit-message",
    chatId: "chat",
    messageId: undefined,
    messages,
    abortSignal: undefined,
  });
  const running = await object.asked(count);
  const answer: Asked["answer"] = async (reply, redactions = []) => {
    await object.answer(running, reply);
    await object.finish(running, { redactions });
    let text = "";
    let metadata: GhostUIMessage["metadata"];
    const reader = stream.getReader();
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      if (next.value.type === "text-delta") text += next.value.delta;
      if (next.value.type === "finish") metadata = next.value.messageMetadata as typeof metadata;
    }
    const id = String(messages.length);
    messages.push({ id, role: "assistant", parts: [{ type: "text", text }], ...(metadata && { metadata }) });
  };
  return { read: running.asked?.map(({ text }) => text) ?? [], answer };
}

/** A whole turn. Returns what the service read. */
async function turn(
  scene: Chat,
  question: string,
  reply: string,
  redactions: readonly Redacted[] = [],
): Promise<string[]> {
  const { read, answer } = await ask(scene, question);
  await answer(reply, redactions);
  return read;
}

// No name that the engine knows: only what stands around it gives it away, to the service's scan.
const CODE = "zebra-crossing-41";

describe("[ASK7] [ASK9] a token of the service in the next turn of useChat", () => {
  it("is the token of the value that the person wrote", async () => {
    const scene = chat(new Privacy({ engine: modules.simd }));
    const found = [{ type: "PASSWORD", token: "[PASSWORD_1]", value: CODE }];
    await turn(scene, `Say ${CODE} aloud.`, "I said [PASSWORD_1].", found);
    // It came as the model wrote it, and was known only in the end.
    expect(scene.messages.at(-1)?.parts).toEqual([{ type: "text", text: "I said [PASSWORD_1]." }]);
    expect(await turn(scene, "Again?", "[PASSWORD_1]!")).toEqual([
      "Say [PASSWORD_1] aloud.",
      "I said [PASSWORD_1].",
      "Again?",
    ]);
    expect((await scene.answers[1]?.result)?.text).toBe(`${CODE}!`);
  });

  it("is of no use after the session: nothing of it is kept", async () => {
    const scene = chat(new Privacy({ engine: modules.simd }));
    const found = [{ type: "PASSWORD", token: "[PASSWORD_1]", value: CODE }];
    await turn(scene, `Say ${CODE} aloud.`, "I said [PASSWORD_1].", found);
    scene.end();
    await Promise.resolve();
    const [, second] = await turn(scene, "Again?", "no");
    expect(second).not.toContain(CODE);
  });

  it("outlives the end of an earlier session of the same hook", async () => {
    const [first, second] = [1, 2].map(() => sessionWith(new Privacy({ engine: modules.simd })));
    if (first === undefined || second === undefined) throw new Error("no sessions");
    let current = first;
    const scene = chatIn(
      first.object,
      () => current.session,
      () => undefined,
    );
    await turn(scene, "Hello.", "Hello.");
    current = second;
    const later = { ...scene, object: second.object };
    const found = [{ type: "PASSWORD", token: "[PASSWORD_1]", value: CODE }];
    await turn(later, `Say ${CODE} aloud.`, "I said [PASSWORD_1].", found);
    first.end();
    await Promise.resolve();
    expect((await turn(later, "Again?", "[PASSWORD_1]!")).slice(-2)).toEqual([
      "I said [PASSWORD_1].",
      "Again?",
    ]);
    expect((await scene.answers.at(-1)?.result)?.text).toBe(`${CODE}!`);
  });

  it("stands for nothing else, also where two turns at a time got the same one for two values", async () => {
    const own = new Privacy({ engine: modules.simd });
    const [one, other] = [chat(own), chat(own)];
    const scenes = [
      { scene: one, value: CODE },
      { scene: other, value: "purple-parrot-77" },
    ];
    const asked = [await ask(one, "Say it."), await ask(other, "Say it.")];
    for (const [at, { value }] of scenes.entries()) {
      await asked[at]?.answer("I said [PASSWORD_1].", [{ type: "PASSWORD", token: "[PASSWORD_1]", value }]);
    }
    for (const { scene, value } of scenes) {
      const { read, answer } = await ask(scene, "Again?");
      await answer(read[1]?.slice("I said ".length, -1) ?? "");
      expect((await scene.answers.at(-1)?.result)?.text).toBe(value);
    }
  });

  it("is no number that this device gives out while it stands in the context, adopted or not", async () => {
    const scene = chat(new Privacy({ engine: modules.simd }));
    // Too long to be taken over from a service.
    const found = [{ type: "EMAIL", token: "[EMAIL_1]", value: `${"x".repeat(2_000)}@example.org` }];
    await turn(scene, "Write to them.", "To [EMAIL_1].", found);
    scene.messages.splice(1, 1, {
      id: "1",
      role: "assistant",
      parts: [{ type: "text", text: "To [EMAIL_1]." }],
    });
    const read = await turn(scene, "Or to bob@example.org?", "[EMAIL_1] or [EMAIL_2]?");
    expect(read).toEqual(["Write to them.", "To [EMAIL_1].", "Or to [EMAIL_2]?"]);
    expect((await scene.answers[1]?.result)?.text).toBe("[EMAIL_1] or bob@example.org?");
  });

  it("stays as it is without `pii`, and the service gives its number to nothing else", async () => {
    const scene = chat(null);
    const found = [{ type: "EMAIL", token: "[EMAIL_1]", value: "anna@example.org" }];
    await turn(scene, "Write to anna@example.org.", "To [EMAIL_1].", found);
    const read = await turn(scene, "Or to bob@example.org?", "x");
    expect(read.slice(1)).toEqual(["To [EMAIL_1].", "Or to bob@example.org?"]);
    const encoder = new TextEncoder();
    const context = read.map((text) => ({ content: encoder.encode(text) }));
    const { replaced } = createMessageScan(modules.simd).scan(context, { firstToken: 1, keep: [] });
    expect(replaced.map(({ token, value }) => [token, value])).toEqual([
      ["[EMAIL_2]", "anna@example.org"],
      ["[EMAIL_3]", "bob@example.org"],
    ]);
  });
});
