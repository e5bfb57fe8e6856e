// Questions to the assistant over the real service: the SDK on one end, the object with its providers on the other.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSession, joinSession, type Session, type SharedTurn } from "../../src/client/index.ts";
import { startService, type Service } from "../../src/local/service.ts";
import { loadPiiModule } from "../../src/pii/load-node.ts";
import { sleep } from "../support/client.ts";
import { startProxy, type TcpProxy } from "../support/tcp-proxy.ts";

let service: Service;
let proxy: TcpProxy;
beforeAll(async () => {
  service = await startService();
  proxy = await startProxy(service.url);
});
const open: Session[] = [];
afterAll(async () => {
  for (const session of open) session.close();
  await proxy.stop();
  await service.stop();
});

const assistant = { model: "mirror" } as const;
const PROMPT = "Hi, I'm Anna Berg, mail me at anna@example.org.";

async function start(options: Partial<Parameters<typeof createSession>[0]> = {}): Promise<Session> {
  const session = await createSession({ service: service.url.origin, assistant, ...options });
  open.push(session);
  return session;
}

async function until(holds: () => boolean): Promise<void> {
  const end = Date.now() + 20_000;
  while (!holds()) {
    if (Date.now() > end) throw new Error("never");
    await sleep(10);
  }
}

describe("[ASK1] with the real service", () => {
  it("the mirror's answer streams in and is complete; the terms are told before", async () => {
    const session = await start();
    expect(session.assistant).toMatchObject({ model: "mirror", card: { region: "local", retentionDays: 0 } });
    const answer = session.ask("What would a provider have received?");
    let text = "";
    for await (const delta of answer) text += delta;
    const result = await answer.result;
    expect(result).toMatchObject({ complete: true, finish: "stop", error: null, text });
    expect(text).toContain("What would a provider have received?");
    expect(text).toContain("mirror");
    expect(answer.sent).toMatchObject({ suite: "mlkem768-x25519", bytes: 1_024 });
  });

  it.each(["mlkem768-x25519", "x25519"] as const)("several turns in a row, over %s", async (suite) => {
    const session = await start({ suite });
    for (const prompt of ["first", "second", "third"]) {
      const { complete, text } = await session.ask(prompt).result;
      expect(complete).toBe(true);
      expect(text).toContain(prompt);
    }
    expect(session.turns.map(({ question }) => question)).toEqual(["first", "second", "third"]);
  });

  it("a session without an assistant says so", async () => {
    const session = await start({ assistant: null });
    expect(session.assistant).toBeNull();
    expect(() => session.ask("x")).toThrow(expect.objectContaining({ code: "assistant_absent" }));
  });

  it("two people ask at the same time, and each reads the other's turn", async () => {
    const ada = await start({ name: "Ada" });
    const { link } = await ada.invite();
    const bob = await joinSession(link, { name: "Bob" });
    open.push(bob);
    const heard = new Map<Session, SharedTurn[]>([
      [ada, []],
      [bob, []],
    ]);
    for (const [session, parts] of heard) session.on("turn", (part) => parts.push(part));
    await until(() => ada.people.length === 2 && bob.people.length === 2);
    const asked = [ada.ask("Ada's question"), bob.ask("Bob's question")] as const;
    const results = await Promise.all(asked.map(({ result }) => result));
    expect(results.map(({ complete }) => complete)).toEqual([true, true]);
    for (const [at, listener] of [bob, ada].entries()) {
      const mine = (): SharedTurn[] => heard.get(listener) ?? [];
      await until(() => mine().some((part) => part.of === "answer" && part.end !== null));
      const told = (of: string): string =>
        mine()
          .filter((part) => part.of === of)
          .map(({ text }) => text)
          .join("");
      expect(told("question")).toBe(["Ada's question", "Bob's question"][at]);
      expect(told("answer")).toBe(results[at]?.text);
    }
  });

  it("a burn in the middle ends the answer with its reason", async () => {
    const session = await start({ burn: { burnBy: "anyone" } });
    const answer = session.ask("x".repeat(60_000));
    await until(() => answer.state === "streaming");
    await session.burn();
    expect(await answer.result).toMatchObject({ complete: false, error: "burned" });
  });

  it("a cancel stops the answer", async () => {
    const session = await start();
    const answer = session.ask("x".repeat(60_000));
    await until(() => answer.text.length > 1_000);
    answer.cancel();
    const result = await answer.result;
    expect(result).toMatchObject({ complete: false, finish: "cancelled", error: null });
    expect(result.text.length).toBeLessThan(60_000);
    expect((await session.ask("And now?").result).complete).toBe(true);
  });
});

describe("[ASK4] over a network that fails", () => {
  it("an answer goes on where it stopped", async () => {
    const ada = await start();
    const { link } = await ada.invite({ role: "host" });
    const bob = await joinSession(link, { service: proxy.origin });
    open.push(bob);
    const prompt = Array.from({ length: 4_000 }, (_, n) => `word${String(n)}`).join(" ");
    const answer = bob.ask(prompt);
    for (const chars of [2_000, 12_000]) {
      await until(() => answer.text.length > chars);
      proxy.drop();
    }
    const result = await answer.result;
    expect(result.complete).toBe(true);
    expect(result.text).toContain(prompt);
  });
});

describe("[ASK7] personal data", () => {
  it("is replaced on the device; the mirror shows tokens only, and the answer has the values again", async () => {
    const session = await start({ pii: { engine: loadPiiModule } });
    expect((await session.preview(PROMPT)).map(({ type }) => type)).toEqual(["PERSON", "EMAIL"]);
    const answer = session.ask(PROMPT);
    const result = await answer.result;
    expect(answer.sent?.messages.at(-1)?.content).toBe("Hi, I'm [PERSON_1], mail me at [EMAIL_1].");
    expect(result.text).toContain(PROMPT);
    expect(result.redactions).toEqual([]);
  });
});
