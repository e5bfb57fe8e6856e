// Every point of a turn's life at which something can come in between.
import { expect } from "vitest";
import { ANSWER_TICK_MS } from "../../../../src/protocol/limits.ts";
import type { Question, SealedAttempt } from "../../../support/turn-client.ts";
import { AskingChat, modelDoes, type Person } from "./asking.ts";

export interface Stage {
  readonly chat: AskingChat;
  readonly host: Person;
  readonly turn: SealedAttempt;
}

/** A question that is sealed, and of which nothing is sent yet. */
export async function sealedQuestion(question: Question = {}): Promise<Stage> {
  const chat = await AskingChat.begin({ burnBy: "anyone" });
  const host = await chat.enter();
  return { chat, host, turn: await host.seal(question) };
}

/** A question that was sent whole. */
async function askedQuestion(): Promise<Stage> {
  const stage = await sealedQuestion();
  await stage.host.send(stage.turn.frames);
  return stage;
}

/** An answer of which some records were sent, and which goes on. */
async function longAnswer(): Promise<Stage> {
  const stage = await askedQuestion();
  await modelDoes(stage.chat, (call) => {
    call.say("the beginning of an answer".repeat(200));
  });
  await stage.chat.world.pass(2 * ANSWER_TICK_MS);
  return stage;
}

const STAGES: Readonly<Record<string, () => Promise<Stage>>> = {
  "an offer is outstanding": () => sealedQuestion(),
  "in the middle of an upload": async () => {
    const stage = await sealedQuestion({ recordBytes: 256 });
    await stage.host.send(stage.turn.frames.slice(0, 2));
    return stage;
  },
  "waiting for the first token": askedQuestion,
  streaming: longAnswer,
  "in the grace": async () => {
    const stage = await longAnswer();
    // Somebody else stays, so that the session is not empty.
    await stage.chat.guest();
    await stage.chat.world.clientCloses(stage.host.client);
    return stage;
  },
  "after the final record": async () => {
    const stage = await askedQuestion();
    await modelDoes(stage.chat, (call) => {
      call.say("all of it");
      call.end();
    });
    return stage;
  },
};

export const STAGE_NAMES = Object.keys(STAGES);

export async function atStage(name: string): Promise<Stage> {
  const stage = await STAGES[name]?.();
  if (stage === undefined) throw new Error(`no such stage: ${name}`);
  return stage;
}

/** A turn of which four records were sent, and which goes on. */
export async function streamingTurn(): Promise<[AskingChat, Person, SealedAttempt]> {
  const chat = await AskingChat.begin();
  const host = await chat.enter();
  const turn = await host.ask();
  await modelDoes(chat, (call) => {
    call.say("one two three");
  });
  await chat.world.pass(3 * ANSWER_TICK_MS);
  expect(host.records(turn)).toHaveLength(4);
  return [chat, host, turn];
}
