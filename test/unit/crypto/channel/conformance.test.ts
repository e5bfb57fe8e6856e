// The headline test: whatever is done to a stream of the channel, in either direction, is noticed, and nothing of it
// passes for whole. Mutations come from test/support/stream-mutations.ts.
import { describe, expect, it } from "vitest";
import type { SuiteName } from "../../../../src/protocol/channel-frames.ts";
import {
  exchange,
  makeKey,
  receiveAnswer,
  receiveRequest,
  SESSION,
  type Exchange,
} from "../../../support/channel-exchange.ts";
import {
  bitFlips,
  byteCuts,
  recordMutations,
  splices,
  type Frames,
  type Mutation,
} from "../../../support/stream-mutations.ts";

/** suite, records: one, two, three, many. */
const SHAPES: readonly (readonly [SuiteName, number])[] = [
  ["0020", 1],
  ["0020", 2],
  ["0020", 3],
  ["0020", 24],
  ["647a", 1],
  ["647a", 2],
  ["647a", 3],
  ["647a", 24],
];

/** Where the frames as they were sent stand unbroken in a stream; -1 where they do not. */
function intactAt(frames: Frames, sent: Frames): number {
  const same = (from: number): boolean =>
    sent.every((frame, at) => Buffer.compare(frame, frames[from + at] ?? new Uint8Array()) === 0);
  return frames.findIndex((_, from) => same(from));
}

/** Runs every mutation of a request; how many there were. */
async function checkRequests(sent: Exchange, mutations: Iterable<Mutation>): Promise<number> {
  let count = 0;
  for (const { name, frames } of mutations) {
    count += 1;
    const { wholes, refusals, reader } = await receiveRequest(sent.freshKeys(), sent.attempt, frames);
    reader?.close();
    const intact = intactAt(frames, sent.request);
    const added = frames.length - sent.request.length;
    expect(intact < 0 || added > 0, name).toBe(true);
    // A request that stands unbroken among what was added is itself; what was added is refused and changes nothing.
    if (intact < 0) expect(wholes, name).toBe(0);
    if (intact === 0) expect(wholes, name).toBe(1);
    if (wholes > 0) expect({ wholes, refused: refusals.length }, name).toEqual({ wholes: 1, refused: added });
  }
  return count;
}

/** Runs every mutation of an answer; how many there were. */
async function checkAnswers(sent: Exchange, mutations: Iterable<Mutation>): Promise<number> {
  let count = 0;
  for (const { name, frames } of mutations) {
    count += 1;
    const seen = await receiveAnswer(sent.freshOpener(), frames);
    const intact = intactAt(frames, sent.answer);
    const added = frames.length - sent.answer.length;
    expect(intact < 0 || added > 0, name).toBe(true);
    // Complete only where the answer came whole from its beginning; what follows it is refused and not shown.
    expect(seen.complete, name).toBe(intact === 0);
    if (intact === 0) expect(seen.refusals, name).toEqual(Array<string>(added).fill("ended"));
    // What was shown is what was said, up to some record: nothing changed, moved or twice.
    expect(sent.text.startsWith(seen.text), name).toBe(true);
  }
  return count;
}

/** Streams that resemble one in everything but one respect. */
async function neighbours(suite: SuiteName, records: number) {
  const key = await makeKey(suite);
  const shape = { suite, requestRecords: records, answerRecords: records };
  const sent = await exchange({ ...shape, key });
  const { turn, participant } = sent.attempt;
  const make = (attempt: object, withKey = true): Promise<Exchange> =>
    exchange({ ...shape, attempt: { turn, participant, ...attempt }, ...(withKey && { key }) });
  const session = SESSION.replaceAll("0", "f");
  const others: Record<string, Exchange> = {
    // All under the same one-time key, which no object allows: they must be told apart even so.
    "another turn": await make({ turn: "AAAAAAAAAAAAAAAA" }),
    "another attempt": await make({ attempt: 2 }),
    "another participant": await make({ participant: "AAAAAAAAAAAAAAAA" }),
    "another context": await make({}),
    "another key": await make({}, false),
    "another session": await exchange({ ...shape, attempt: { turn, participant, session } }),
  };
  return { sent, others };
}

describe.each(SHAPES)("suite %s, %i records", (suite, records) => {
  it("[CHAN2] a request as it was sent is handed on once, an answer shown as complete", async () => {
    const sent = await exchange({ suite, requestRecords: records, answerRecords: records });
    expect(sent.request).toHaveLength(records);
    expect(sent.answer).toHaveLength(records);
    expect(await receiveRequest(sent.freshKeys(), sent.attempt, sent.request)).toMatchObject({
      wholes: 1,
      refusals: [],
    });
    expect(await receiveAnswer(sent.freshOpener(), sent.answer)).toEqual({
      text: sent.text,
      complete: true,
      refusals: [],
    });
  });

  it("[CHAN3] cut at every border, dropped, repeated, swapped and reversed records are noticed", async () => {
    const sent = await exchange({ suite, requestRecords: records, answerRecords: records });
    expect(await checkRequests(sent, recordMutations(sent.request))).toBeGreaterThan(3 * records);
    expect(await checkAnswers(sent, recordMutations(sent.answer))).toBeGreaterThan(3 * records);
  });

  it("[CHAN4] records of other turns, attempts, people, contexts, keys, sessions and directions are noticed", async () => {
    const { sent, others } = await neighbours(suite, records);
    for (const [from, other] of Object.entries(others)) {
      const requests = [...splices(sent.request, from, other.request)];
      // The same person's other request under the same key and place is no forgery as a whole: that an object hands
      // a key out once (CHAN5) is what keeps it from being one too many.
      const mixed = requests.filter(
        ({ frames }) => from !== "another context" || frames[0] === sent.request[0],
      );
      expect(await checkRequests(sent, mixed)).toBeGreaterThan(0);
      expect(await checkAnswers(sent, splices(sent.answer, from, other.answer))).toBeGreaterThan(0);
    }
    await checkRequests(sent, splices(sent.request, "the answer", sent.answer));
    await checkAnswers(sent, splices(sent.answer, "the request", sent.request));
  });
});

// Thousands of streams each: minutes where the machine has other things to do.
describe("every byte and bit", () => {
  it("[CHAN3] a stream cut at any byte is noticed, in both directions", async () => {
    const sent = await exchange({ requestRecords: 3, answerRecords: 2 });
    expect(await checkRequests(sent, byteCuts(sent.request))).toBeGreaterThan(1_000);
    expect(await checkAnswers(sent, byteCuts(sent.answer))).toBeGreaterThan(2_000);
  });

  it("[CHAN3] any bit that is turned is noticed, header, key and nonce included", async () => {
    const sent = await exchange({ requestRecords: 2, answerRecords: 2 });
    const first = sent.request[0]?.length ?? 0;
    expect(await checkRequests(sent, bitFlips(sent.request, 0))).toBe(8 * first);
    expect(await checkRequests(sent, bitFlips(sent.request, 1, 8))).toBe(sent.request[1]?.length);
    expect(await checkAnswers(sent, bitFlips(sent.answer, 0))).toBe(8 * (sent.answer[0]?.length ?? 0));
    expect(await checkAnswers(sent, bitFlips(sent.answer, 1, 8))).toBe(sent.answer[1]?.length);
  });

  it("[CHAN3] a bit of every byte of a post-quantum first record", async () => {
    const sent = await exchange({ suite: "647a", requestRecords: 2 });
    expect(await checkRequests(sent, bitFlips(sent.request, 0, 8))).toBe(sent.request[0]?.length);
  });
});

describe("[CHAN5] a key is used once", () => {
  it.each(["647a", "0020"] as const)("%s: a whole request sent again finds no key", async (suite) => {
    const sent = await exchange({ suite, requestRecords: 2 });
    const keys = sent.freshKeys();
    expect((await receiveRequest(keys, sent.attempt, sent.request)).wholes).toBe(1);
    expect(await receiveRequest(keys, sent.attempt, sent.request)).toEqual({
      reader: null,
      wholes: 0,
      refusals: ["offer_unknown", "offer_unknown"],
    });
  });

  it("a first record that does not verify has used it up", async () => {
    const sent = await exchange();
    const keys = sent.freshKeys();
    const spoilt = sent.request.map((frame) => frame.with(frame.length - 1, 255 - (frame.at(-1) ?? 0)));
    expect((await receiveRequest(keys, sent.attempt, spoilt)).refusals).toEqual(["turn_invalid"]);
    expect((await receiveRequest(keys, sent.attempt, sent.request)).refusals).toEqual(["offer_unknown"]);
  });
});
