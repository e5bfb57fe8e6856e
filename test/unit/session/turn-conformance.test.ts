// Everything that can be done to a request on its way, at the service itself: whatever did not arrive whole and
// unchanged is refused, no model is asked, and the session goes on.
import { describe, expect, it } from "vitest";
import { CHANNEL_HEADER_BYTES } from "../../../src/protocol/channel-frames.ts";
import { UPLOAD_TIMEOUT_MS } from "../../../src/protocol/limits.ts";
import {
  bitFlips,
  byteCuts,
  recordMutations,
  splices,
  type Frames,
  type Mutation,
} from "../../support/stream-mutations.ts";
import type { Question } from "../../support/turn-client.ts";
import { AskingChat, modelDoes, type Person } from "./support/asking.ts";

/** Codes with which a connection may be closed for a frame that has no form at all. */
const CLOSED_FOR_ITS_FORM = [4400, 4413];

/** Makes mutations of one sealed request; `others` are streams that nobody meant for it. */
type Mutate = (frames: Frames, others: Record<string, Frames>) => Iterable<Mutation>;

const sameBytes = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && one.every((byte, at) => byte === other[at]);

/** Turn and attempt, as they stand in the header: frames of several attempts may be mixed. */
const nameIn = (frame: Uint8Array): Uint8Array => frame.subarray(2, CHANNEL_HEADER_BYTES - 4);

/** Whether what came of this attempt begins with all of it: then it did arrive, whatever followed. */
function arrived(frames: Frames, changed: Frames): boolean {
  const [first] = frames;
  const own = changed.filter((frame) => first !== undefined && sameBytes(nameIn(first), nameIn(frame)));
  return frames.every((frame, at) => sameBytes(frame, own[at] ?? new Uint8Array()));
}

/** Every mutation of a request like this one, each on a request of its own. Returns how many there were. */
async function holdAgainst(
  question: Question,
  mutate: Mutate,
  keep: (index: number) => boolean = () => true,
): Promise<number> {
  const chat = await AskingChat.begin({ ttl: 604_800 });
  let person = await chat.enter();
  const second = await person.again();
  const model = chat.model.calls;
  const answered = await person.ask();
  await modelDoes(chat, (call) => {
    call.say("an earlier answer");
    call.end();
  });
  const others: Record<string, Frames> = { "an answer": person.records(answered) };
  const count = [...mutate((await person.seal(question)).frames, others)].length;
  let tried = 0;
  for (let index = 0; index < count; index++) {
    if (!keep(index)) continue;
    tried += 1;
    await chat.world.pass(4_000);
    if (person.client.closed !== null) person = await chat.enter();
    const turn = await person.seal(question);
    // Both of this connection's offers are outstanding; a third would push the first one out.
    others["another turn"] = (await person.seal(question)).frames;
    others["the next attempt, on another connection"] = (
      await second.seal({ ...question, turn: turn.turn, attempt: 2 })
    ).frames;
    const mutation = [...mutate(turn.frames, others)][index];
    if (mutation === undefined) throw new Error("no such mutation");
    const meant = [turn.frames, others["another turn"]];
    await tryOne(chat, person, mutation, meant.filter((frames) => arrived(frames, mutation.frames)).length);
  }
  model.length = 0;
  if (person.client.closed !== null) person = await chat.enter();
  await chat.world.pass(4_000);
  await person.ask(question);
  expect(model).toHaveLength(1);
  expect(chat.world.escaped).toEqual([]);
  return tried;
}

async function tryOne(chat: AskingChat, person: Person, mutation: Mutation, whole: number): Promise<void> {
  chat.model.calls.length = 0;
  const [accepted, refused] = [person.accepted, person.refusals.length];
  await chat.binary(person.client, mutation.frames);
  expect.soft(chat.model.calls.length, mutation.name).toBe(whole);
  expect.soft(person.accepted - accepted, mutation.name).toBe(whole);
  for (const call of chat.model.calls) call.end();
  await chat.world.settle();
  // What stays incomplete is given up; a connection that was closed has been told enough.
  await chat.world.pass(UPLOAD_TIMEOUT_MS);
  const { closed } = person.client;
  if (closed !== null) expect.soft(CLOSED_FOR_ITS_FORM, mutation.name).toContain(closed.code);
  else if (whole === 0 && mutation.frames.length > 0) {
    expect.soft(person.refusals.length, mutation.name).toBeGreaterThan(refused);
  }
  expect.soft(chat.world.atRest, mutation.name).toBe(true);
}

describe("[RULE8] [TURN4] a request that did not arrive as it was sent", () => {
  it.each([
    [1, 1_024, "0020"],
    [2, 512, "0020"],
    [3, 400, "0020"],
    [8, 128, "0020"],
    [1, 1_024, "647a"],
    [3, 400, "647a"],
  ] as const)(
    "of %i records of %i bytes, suite %s: moved, removed, doubled",
    async (records, recordBytes, suite) => {
      const tried = await holdAgainst({ recordBytes, suite }, (frames) => {
        expect(frames).toHaveLength(records);
        return recordMutations(frames);
      });
      expect(tried).toBeGreaterThan(3 * records);
    },
  );

  it.each(["0020", "647a"] as const)(
    "suite %s: spliced with an answer, another turn and another attempt",
    async (suite) => {
      const tried = await holdAgainst({ recordBytes: 400, suite }, function* (frames, others) {
        for (const name of ["an answer", "another turn", "the next attempt, on another connection"]) {
          yield* splices(frames, name, others[name] ?? frames);
        }
      });
      expect(tried).toBeGreaterThan(20);
    },
  );

  it("cut at bytes of every part of a frame", async () => {
    const tried = await holdAgainst(
      { recordBytes: 512 },
      byteCuts,
      (index) => index % 23 === 0 || index < 50,
    );
    expect(tried).toBeGreaterThan(80);
  });

  it("with bits turned in every part of a frame", async () => {
    const head = CHANNEL_HEADER_BYTES + 2 + 12;
    const tried = await holdAgainst(
      {},
      (frames) => bitFlips(frames, 0, 8),
      (index) => index < head || index % 31 === 0,
    );
    expect(tried).toBeGreaterThan(60);
  });
});
