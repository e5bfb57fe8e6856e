// Questions to the assistant over the real service: the SDK on one end, the object with its providers on the other. A
// model that the test plays answers where an answer has to take time. Long texts are compared without printing them.
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import {
  createSession,
  joinSession,
  makeInviteLink,
  parseInviteLink,
  platformEnvironment,
  type Answer,
  type CreateOptions,
  type Environment,
  type Session,
  type SharedTurn,
} from "../../src/client/index.ts";
import { startService, type Service } from "../../src/local/service.ts";
import { FRAME } from "../../src/protocol/frames.ts";
import { sleep } from "../support/client.ts";
import { eventually } from "../support/processes.ts";
import { DOWN, SCRIPTED, ScriptedModel } from "../support/scripted-model.ts";
import { startProxy, type TcpProxy } from "../support/tcp-proxy.ts";

/** milliseconds; the platform hibernates after 10 s. */
const HIBERNATED_MS = 13_000;

let model: ScriptedModel;
let service: Service;
let proxy: TcpProxy;
beforeAll(async () => {
  model = await ScriptedModel.start();
  service = await startService({ bindings: model.bindings });
  proxy = await startProxy(service.url);
});
const open: Session[] = [];
afterEach(() => {
  proxy.refuse(false);
  for (const session of open.splice(0)) session.close();
});
afterAll(async () => {
  await proxy.stop();
  await service.stop();
  await model.stop();
});

async function start(options: Partial<CreateOptions> = {}): Promise<Session> {
  const assistant = { model: SCRIPTED };
  const session = await createSession({ service: service.url.origin, assistant, ...options });
  open.push(session);
  return session;
}

async function join(...args: Parameters<typeof joinSession>): Promise<Session> {
  const session = await joinSession(...args);
  open.push(session);
  return session;
}

const until = (holds: () => boolean): Promise<unknown> => eventually(holds);

/** Fails without the texts, which may be long. */
function expectSame(given: string, wanted: string): void {
  expect(given.length).toBe(wanted.length);
  expect(given === wanted).toBe(true);
}

/** What somebody hears of the turns of others, as joined texts by kind. */
function follow(session: Session): { parts: SharedTurn[]; text(of: SharedTurn["of"]): string } {
  const parts: SharedTurn[] = [];
  session.on("turn", (part) => parts.push(part));
  const text = (of: SharedTurn["of"]): string =>
    parts
      .filter((part) => part.of === of)
      .map((part) => part.text)
      .join("");
  return { parts, text };
}

async function readAll(answer: Answer): Promise<string> {
  let text = "";
  for await (const delta of answer) text += delta;
  return text;
}

/** Asks and lets the model answer. */
async function exchange(session: Session, prompt: string, reply: string, options = {}): Promise<Answer> {
  const answer = session.ask(prompt, options);
  (await model.next()).end(reply);
  expect(await answer.result).toMatchObject({ complete: true, error: null, text: reply });
  return answer;
}

describe("[ASK1] with the real service", () => {
  it("the mirror's answer streams in and is complete; the terms are told before", async () => {
    const session = await start({ assistant: { model: "mirror" } });
    expect(session.assistant).toMatchObject({ model: "mirror", card: { region: "local", retentionDays: 0 } });
    const answer = session.ask("What would a provider have received?");
    const text = await readAll(answer);
    const result = await answer.result;
    expect(result).toMatchObject({ complete: true, finish: "stop", error: null, text });
    expect(text).toContain("What would a provider have received?");
    expect(text).toContain("mirror");
    expect(answer.sent).toMatchObject({ suite: "mlkem768-x25519", bytes: 1_024 });
  });

  it("text is here while the model still writes", async () => {
    const session = await start();
    const answer = session.ask("Slowly, please");
    const call = await model.next();
    call.say("First ");
    await until(() => answer.text === "First ");
    expect(answer.state).toBe("streaming");
    call.end("and last.");
    expect(await answer.result).toMatchObject({ complete: true, text: "First and last." });
  });

  it.each(["mlkem768-x25519", "x25519"] as const)("[ASK5] several turns in a row, over %s", async (suite) => {
    const session = await start({ suite });
    await exchange(session, "one", "eins");
    await exchange(session, "two", "zwei");
    const third = session.ask("three", { system: "Count." });
    const call = await model.next();
    expect(call.messages.map(({ role, content }) => `${role}: ${content}`)).toEqual([
      "system: Count.",
      "user: one",
      "assistant: eins",
      "user: two",
      "assistant: zwei",
      "user: three",
    ]);
    call.end("drei");
    await third.result;
    expect(session.turns.map(({ answer }) => answer)).toEqual(["eins", "zwei", "drei"]);
  });

  it("[ASK5] asking again is the next attempt of the same turn, without the answer that it replaces", async () => {
    const session = await start();
    const first = await exchange(session, "one", "eins");
    const second = session.ask("", { regenerate: first.turn });
    const call = await model.next();
    expect(call.messages).toEqual([{ role: "user", content: "one" }]);
    call.end("uno");
    expect(await second.result).toMatchObject({ complete: true, text: "uno" });
    expect(second).toMatchObject({ turn: first.turn, attempt: 2 });
    expect(session.turns).toMatchObject([{ question: "one", answer: "uno" }]);
  });

  it("a session without an assistant, and a model whose server is not there, say so", async () => {
    const none = await start({ assistant: null });
    expect(none.assistant).toBeNull();
    expect(() => none.ask("x")).toThrow(expect.objectContaining({ code: "assistant_absent" }));
    const down = await start({ assistant: { model: DOWN } });
    const answer = down.ask("Is anybody there?");
    expect(await answer.result).toMatchObject({
      complete: false,
      finish: "error",
      error: "provider_unavailable",
      text: "",
    });
    await expect(readAll(answer)).rejects.toMatchObject({ code: "provider_unavailable" });
  });

  it("[ASK6] two people ask at the same time, and each reads the other's turn", async () => {
    const ada = await start({ name: "Ada" });
    const { link } = await ada.invite();
    const bob = await join(link, { name: "Bob" });
    const heard = [follow(bob), follow(ada)] as const;
    await until(() =>
      [ada, bob].every(({ people }) => people.length === 2 && people.every(({ name }) => name !== null)),
    );
    const questions = ["The first question", "The second question"] as const;
    const answers = [ada.ask(questions[0]), bob.ask(questions[1])] as const;
    const calls = [await model.next(), await model.next()].sort((a, b) => (a.question < b.question ? -1 : 1));
    expect(calls.map(({ question }) => question)).toEqual(questions);
    // Both are running, and they take turns.
    for (const words of ["one ", "two "]) {
      for (const [at, call] of calls.entries()) call.say(`${words}${String(at)} `);
      await until(() => answers.every(({ text }) => text.includes(words)));
    }
    for (const call of calls) call.end("end");
    for (const [at, answer] of answers.entries()) {
      const text = `one ${String(at)} two ${String(at)} end`;
      expect(await answer.result).toMatchObject({ complete: true, text });
      const reader = heard[at];
      await until(() => reader?.parts.some(({ of, end }) => of === "answer" && end === "stop") === true);
      expect(reader?.text("question")).toBe(questions[at]);
      expect(reader?.text("answer")).toBe(text);
      expect(new Set(reader?.parts.map(({ participant }) => participant))).toEqual(
        new Set([[ada, bob][at]?.participant]),
      );
    }
  });

  it("[ASK6] two devices of one person ask at the same time, and each reads the other's turn as one's own", async () => {
    const { environment, hostToken } = watchingTokens();
    const desk = await start({ environment });
    const { link } = await desk.invite();
    const phone = await join(
      makeInviteLink({ ...parseInviteLink(link), token: hostToken() }, service.url.origin),
    );
    expect(phone.participant).toBe(desk.participant);
    const heard = follow(phone);
    const messages: boolean[] = [];
    phone.on("message", ({ self }) => messages.push(self));
    // Until the desk's stream has said whose it is.
    await eventually(async () => {
      await desk.send("It is me");
      return messages.includes(true);
    });
    const answers = [desk.ask("from the desk"), phone.ask("from the phone")] as const;
    for (const call of [await model.next(), await model.next()]) call.end(`re: ${call.question}`);
    for (const [at, place] of ["desk", "phone"].entries()) {
      expect(await answers[at]?.result).toMatchObject({ complete: true, text: `re: from the ${place}` });
    }
    await until(() => heard.text("answer") === "re: from the desk");
    expect(heard.parts.every(({ self }) => self)).toBe(true);
  });

  it("a burn in the middle ends the answer with its reason, and the model's call", async () => {
    const session = await start();
    const answer = session.ask("Tell me everything");
    const call = await model.next();
    call.say("It began ");
    await until(() => answer.text === "It began ");
    await session.burn();
    expect(await answer.result).toMatchObject({
      complete: false,
      finish: "cut",
      error: "burned",
      text: "It began ",
    });
    await expect(readAll(answer)).rejects.toMatchObject({ code: "burned" });
    await call.aborted();
  });

  it("[ASK8] a cancel stops the answer and the model, and the next question is answered", async () => {
    const session = await start();
    const answer = session.ask("Tell me everything");
    const call = await model.next();
    call.say("It began ");
    await until(() => answer.text === "It began ");
    answer.cancel();
    expect(await answer.result).toMatchObject({
      complete: false,
      finish: "cancelled",
      error: null,
      text: "It began ",
    });
    await call.aborted();
    const next = session.ask("And now?");
    const second = await model.next();
    // A question without a complete answer is no part of what the model is told.
    expect(second.messages).toEqual([{ role: "user", content: "And now?" }]);
    second.end("Now.");
    expect(await next.result).toMatchObject({ complete: true, text: "Now." });
  });
});

describe("[ASK4] over a network that fails", () => {
  it("an answer goes on where it stopped, and nothing of it is twice", async () => {
    const ada = await start();
    const { link } = await ada.invite();
    const bob = await join(link, { service: proxy.origin });
    const answer = bob.ask("Go on whatever happens");
    const call = await model.next();
    let said = "";
    for (let piece = 0; piece < 3; piece++) {
      const before = Array.from({ length: 500 }, (_, n) => `word${String(piece)}.${String(n)} `).join("");
      const meanwhile = `in the dark ${String(piece)} `;
      call.say(before);
      await until(() => answer.text.length === said.length + before.length);
      proxy.drop();
      call.say(meanwhile);
      said += before + meanwhile;
      await until(() => answer.text.length === said.length);
    }
    call.end();
    const result = await answer.result;
    expect(result).toMatchObject({ complete: true, finish: "stop" });
    expectSame(result.text, said);
    expect(answer.attempt).toBe(1);
  });

  it("whoever stays away loses the answer, and no model goes on for nobody", async () => {
    const ada = await start();
    const { link } = await ada.invite();
    const bob = await join(link, { service: proxy.origin });
    const answer = bob.ask("I shall be gone");
    const call = await model.next();
    call.say("Half of ");
    await until(() => answer.text === "Half of ");
    proxy.refuse(true);
    const droppedAt = Date.now();
    proxy.drop();
    await call.aborted();
    expect(Date.now() - droppedAt).toBeGreaterThan(8_000);
    proxy.refuse(false);
    expect(await answer.result).toMatchObject({
      complete: false,
      finish: "cut",
      error: "answer_cut",
      text: "Half of ",
    });
  });
});

it("[ASK3] whoever thinks for longer than the object remembers uploads once, under a fresh offer", async () => {
  const { environment, sent, came } = watchingUploads();
  const session = await start({ environment });
  await exchange(session, "one", "eins");
  expect(sent).toEqual({ offers: 1, uploads: 1 });
  await sleep(HIBERNATED_MS);
  expect(sent).toEqual({ offers: 1, uploads: 1 });
  const answer = await exchange(session, "two", "zwei");
  expect(sent).toEqual({ offers: 2, uploads: 2 });
  expect(answer.attempt).toBe(1);
  // The same where an offer was fetched ahead, and nobody asked until it was too old.
  await session.warmUp();
  await until(() => came.offers === 3);
  await sleep(HIBERNATED_MS);
  await exchange(session, "three", "drei");
  expect(sent).toEqual({ offers: 4, uploads: 3 });
  expect(session.turns.map(({ question }) => question)).toEqual(["one", "two", "three"]);
});

it("[ASK11] an offer that was fetched ahead is the next question's", async () => {
  const { environment, sent } = watchingUploads();
  const session = await start({ environment });
  await session.warmUp();
  await exchange(session, "one", "eins");
  expect(sent).toEqual({ offers: 1, uploads: 1 });
});

it("[SDK12] a question counts for whoever asked it as for the others", async () => {
  const session = await start({ burn: { ttl: 600, messages: 32 } });
  // Behind what the client says of itself when it comes.
  await session.send("Hello");
  const before = session.messagesLeft ?? 0;
  await exchange(session, "one", "eins", { share: false });
  expect(session.messagesLeft).toBe(before - 1);
});

/** Surroundings that count what leaves for the assistant, and the offers that come back. One request of these tests is one frame. */
function watchingUploads() {
  const platform = platformEnvironment();
  const sent = { offers: 0, uploads: 0 };
  const came = { offers: 0 };
  const connect: Environment["connect"] = (url, protocols, socketEvents) => {
    const message: typeof socketEvents.message = (data) => {
      if (typeof data === "string" && data.includes('"type":"offer"')) came.offers += 1;
      socketEvents.message(data);
    };
    const socket = platform.connect(url, protocols, { ...socketEvents, message });
    return {
      ...socket,
      send: (data) => {
        if (typeof data === "string") sent.offers += data.includes('"offer"') ? 1 : 0;
        else if (data[0] === FRAME.channel) sent.uploads += 1;
        socket.send(data);
      },
    };
  };
  return { environment: { ...platform, connect }, sent, came };
}

/** Surroundings that keep the host's token, which a second device of the host would be given. */
function watchingTokens(): { environment: Environment; hostToken: () => string } {
  const platform = platformEnvironment();
  let token = "";
  const watched: Environment["fetch"] = async (url, init) => {
    const answer = await platform.fetch(url, init);
    if (new URL(url).pathname === "/v1/sessions" && init.method === "POST") {
      token = ((await answer.clone().json()) as { hostToken: string }).hostToken;
    }
    return answer;
  };
  return { environment: { ...platform, fetch: watched }, hostToken: () => token };
}
