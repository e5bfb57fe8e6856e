// Questions of several people, and of several devices of one, in one session over the real service: everybody reads every
// turn, and knows whose it is.
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import {
  makeInviteLink,
  parseInviteLink,
  platformEnvironment,
  type Environment,
  type Session,
  type SharedTurn,
} from "../../src/client/index.ts";
import { eventually } from "../support/processes.ts";
import { ScriptedService } from "../support/scripted-service.ts";

let scripted: ScriptedService;
beforeAll(async () => {
  scripted = await ScriptedService.start();
});
afterEach(() => {
  scripted.closeSessions();
});
afterAll(() => scripted.stop());

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

describe("with the real service", () => {
  it("[ASK6] two people ask at the same time, and each reads the other's turn", async () => {
    const ada = await scripted.create({ name: "Ada" });
    const { link } = await ada.invite();
    const bob = await scripted.join(link, { name: "Bob" });
    const heard = [follow(bob), follow(ada)] as const;
    await eventually(() =>
      [ada, bob].every(({ people }) => people.length === 2 && people.every(({ name }) => name !== null)),
    );
    const questions = ["The first question", "The second question"] as const;
    const answers = [ada.ask(questions[0]), bob.ask(questions[1])] as const;
    const calls = [await scripted.model.next(), await scripted.model.next()].sort((a, b) =>
      a.question < b.question ? -1 : 1,
    );
    expect(calls.map(({ question }) => question)).toEqual(questions);
    // Both are running, and they take turns.
    for (const words of ["one ", "two "]) {
      for (const [at, call] of calls.entries()) call.say(`${words}${String(at)} `);
      await eventually(() => answers.every(({ text }) => text.includes(words)));
    }
    for (const call of calls) call.end("end");
    for (const [at, answer] of answers.entries()) {
      const text = `one ${String(at)} two ${String(at)} end`;
      expect(await answer.result).toMatchObject({ complete: true, text });
      const reader = heard[at];
      await eventually(() => reader?.parts.some(({ of, end }) => of === "answer" && end === "stop") === true);
      expect(reader?.text("question")).toBe(questions[at]);
      expect(reader?.text("answer")).toBe(text);
      expect(new Set(reader?.parts.map(({ participant }) => participant))).toEqual(
        new Set([[ada, bob][at]?.participant]),
      );
    }
  });

  it("[ASK6] two devices of one person ask at the same time, and each reads the other's turn as one's own", async () => {
    const { environment, hostToken } = watchingTokens();
    const desk = await scripted.create({ environment });
    const { link } = await desk.invite();
    const phone = await scripted.join(
      makeInviteLink({ ...parseInviteLink(link), token: hostToken() }, scripted.origin),
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
    for (const call of [await scripted.model.next(), await scripted.model.next()])
      call.end(`re: ${call.question}`);
    for (const [at, place] of ["desk", "phone"].entries()) {
      expect(await answers[at]?.result).toMatchObject({ complete: true, text: `re: from the ${place}` });
    }
    await eventually(() => heard.text("answer") === "re: from the desk");
    expect(heard.parts.every(({ self }) => self)).toBe(true);
  });
});

it("[SDK12] a question counts for whoever asked it as for the others", async () => {
  const session = await scripted.create({ burn: { ttl: 600, messages: 32 } });
  // Behind what the client says of itself when it comes.
  await session.send("Hello");
  const before = session.messagesLeft ?? 0;
  await scripted.exchange(session, "one", "eins", { share: false });
  expect(session.messagesLeft).toBe(before - 1);
});

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
