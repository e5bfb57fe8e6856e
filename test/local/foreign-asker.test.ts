// A second client of the assistant, written after docs/protocol.md alone, against the real service. What the page lacks
// shows here. The mirror answers, so that what left for a model can be read in the answer; a model that the test plays
// where an answer has to take its time.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startService, type Service } from "../../src/local/service.ts";
import { FRAME } from "../../src/protocol/frames.ts";
import { PATIENCE_MS, sleep } from "../support/client.ts";
import { ForeignAsker, runAskerVectors, type Ended, type Task } from "../support/foreign-asker.ts";
import { startLyingProxy, type Lie, type Link, type Message } from "../support/lying-proxy.ts";
import { SCRIPTED, ScriptedModel } from "../support/scripted-model.ts";

/** The mirror's answer to it has several records. */
const LONG = "Tell me more. ".repeat(600);
/** What an answer shows however it ends: its first record holds so much of it. */
const BEGINS = /^This is the mirror\. /;

// Ended in the opposite order of their beginning, and only what began.
const ending: (() => unknown)[] = [];
let model: ScriptedModel;
let service: Service;
beforeAll(async () => {
  model = await ScriptedModel.start();
  ending.push(() => model.stop());
  service = await startService({ bindings: model.bindings });
  ending.push(() => service.stop());
});
afterAll(async () => {
  for (const end of ending.reverse()) await end();
});

function ask(task: Omit<Task, "service">, origin = service.url.origin): ForeignAsker {
  const asker = new ForeignAsker({ service: origin, ...task });
  ending.push(() => {
    asker.end();
  });
  return asker;
}

/** A deployment, or a network in front of it, that does what one lie says. */
async function through(lie: Lie): Promise<string> {
  const proxy = await startLyingProxy(service.url, lie);
  ending.push(() => proxy.stop());
  return proxy.origin.origin;
}

/** Changes the records of an answer; `index` is that of the record. */
function tampers(change: (frame: Buffer, index: number, link: Link) => Message[]): Lie {
  return {
    fromService: (message, link) => {
      const isRecord = typeof message !== "string" && message[0] === FRAME.channel;
      return isRecord ? change(Buffer.from(message), message.readUInt32BE(16), link) : [message];
    },
  };
}

/** Loses the connection in place of a record. */
function loses(isLost: (index: number) => boolean): Lie {
  return tampers((frame, index, link) => {
    // What comes behind it on the same connection is lost with it.
    if (!link.memory.has("lost") && !isLost(index)) return [frame];
    link.memory.set("lost", true);
    link.closeClient(1012, "lost");
    return [];
  });
}

async function only(asker: ForeignAsker): Promise<Ended> {
  const answers = await asker.answers();
  expect(answers).toHaveLength(1);
  return answers[0] as Ended;
}

/** What the mirror would have sent to a provider, read from its answer. */
function mirrored(text: string): unknown {
  const body = text.split("\n\n").find((part) => part.startsWith("{")) ?? "";
  return (JSON.parse(body) as { messages: unknown }).messages;
}

it("[PEER4] it reproduces the known answers and refuses offers that it must not trust", () => {
  expect(runAskerVectors()).toEqual({ status: 0, output: "19 compared\n" });
});

describe.concurrent("[PEER4] a client that was written after the page asks the assistant", () => {
  it("the model sees tokens only, the asker is told what they stand for, and the answer is whole", async () => {
    const values = ["ada@example.org", "+49 30 901820"];
    const asker = ask({ question: `Write to ${values.join(" or call ")}. Grüße \u{1f47b}` });
    const answer = await only(asker);
    expect(answer).toMatchObject({ complete: true, attempt: 1, summary: { finish: "stop" } });
    const content = "Write to [EMAIL_1] or call [PHONE_1]. Grüße \u{1f47b}";
    expect(mirrored(answer.text)).toEqual([{ role: "user", content }]);
    for (const value of values) expect(answer.text).not.toContain(value);
    expect(answer.summary?.redactions).toEqual([
      { type: "EMAIL", token: "[EMAIL_1]", value: values[0], places: [[0, 9]] },
      { type: "PHONE", token: "[PHONE_1]", value: values[1], places: [[0, 33]] },
    ]);
    const [welcome] = asker.heard("welcome");
    expect(welcome).toMatchObject({ role: "member", terms: { model: "mirror", pii: "required" } });
    expect(asker.heard("burned")).toMatchObject([{ cause: "asked" }]);
  });

  it("it asks again as the next attempt of the same turn, under an offer of its own", async () => {
    const asker = ask({ question: "Once more.", then: "regenerate" });
    const answers = await asker.answers();
    expect(answers).toMatchObject([
      { complete: true, attempt: 1 },
      { complete: true, attempt: 2 },
    ]);
    for (const { text } of answers) expect(mirrored(text)).toEqual([{ role: "user", content: "Once more." }]);
    expect(asker.heard("offer").map(({ attempt }) => attempt)).toEqual([1, 2]);
  });
});

// One after the other, since the model takes questions in the order in which they come.
describe("[PEER4] with a model that takes its time", () => {
  it("it cancels in the middle: the sealed final record says so, and the model is told to stop", async () => {
    const asker = ask({ question: "Tell me everything.", model: SCRIPTED, then: "cancel" });
    const call = await model.next();
    call.say("It began ");
    const answer = await only(asker);
    expect(answer).toMatchObject({ complete: false, text: "It began ", summary: { finish: "cancelled" } });
    expect(answer.cut).toBeUndefined();
    await call.aborted();
  });

  it("it goes on from the record that it lacks after its connection was lost, twice", async () => {
    const losses = new Set([3, 30]);
    const lie = loses((index) => losses.delete(index));
    const asker = ask({ question: "Go on whatever happens.", model: SCRIPTED }, await through(lie));
    const call = await model.next();
    expect(call.question).toBe("Go on whatever happens.");
    let said = "";
    for (let piece = 0; asker.heard("resumed").length < 2 || piece < 3; piece += 1) {
      expect(piece * 50).toBeLessThan(PATIENCE_MS);
      const words = `${String(piece)} `.repeat(50);
      said += words;
      call.say(words);
      await sleep(50);
    }
    call.end();
    const answer = await only(asker);
    expect(answer).toMatchObject({ complete: true, attempt: 1, text: said });
    expect(asker.heard("resumed").map(({ from }) => from)).toEqual([3, 30]);
  });

  it("it takes an answer for cut off where the rest never comes, however often it comes back", async () => {
    const lie = loses((index) => index >= 3);
    const asker = ask({ question: "And then?", model: SCRIPTED }, await through(lie));
    const call = await model.next();
    call.say("Half of ");
    const answer = await only(asker);
    expect(answer).toMatchObject({ complete: false, records: 3, text: "Half of " });
    expect(answer.cut).toMatch(/^(closed|turn_unknown)$/);
    await call.aborted();
  });
});

function flip(frame: Buffer, at: number): Buffer {
  const place = at < 0 ? frame.length + at : at;
  frame[place] = (frame[place] ?? 0) ^ 1;
  return frame;
}

const tampering: [string, Lie][] = [
  ["a flipped byte of a text", tampers((frame, index) => [index === 1 ? flip(frame, 40) : frame])],
  ["a flipped byte of a tag", tampers((frame, index) => [index === 1 ? flip(frame, -1) : frame])],
  ["a record called the last one", tampers((frame, index) => [index === 1 ? flip(frame, 1) : frame])],
  ["the last record called none", tampers((frame) => [frame[1] === 1 ? flip(frame, 1) : frame])],
  ["a record twice", tampers((frame, index) => (index === 1 ? [frame, frame] : [frame]))],
  ["a record left out", tampers((frame, index) => (index === 1 ? [] : [frame]))],
  ["a record under another's index", tampers((frame, index) => [index === 2 ? flip(frame, 19) : frame])],
  ["a truncated record", tampers((frame, index) => [index === 1 ? frame.subarray(0, -1) : frame])],
  ["an answer without its end", tampers((frame) => (frame[1] === 1 ? [] : [frame]))],
];

it.concurrent.each(tampering)(
  "[PEER4] it takes no answer for whole that was changed: %s",
  async (_what, lie) => {
    const proxy = await startLyingProxy(service.url, lie);
    ending.push(() => proxy.stop());
    const answer = await only(ask({ question: LONG, recordPatienceMs: 3_000 }, proxy.origin.origin));
    expect(answer.complete).toBe(false);
    expect(answer.cut).toBeDefined();
    expect(answer.text).toMatch(BEGINS);
  },
);

/** Changes what a text frame of one type says. */
function rewrites(type: string, change: (message: Record<string, unknown>) => unknown): Lie {
  return {
    fromService: (message) => {
      if (typeof message !== "string" || !message.startsWith(`{"type":"${type}"`)) return [message];
      return [JSON.stringify(change(JSON.parse(message) as Record<string, unknown>))];
    },
  };
}

/** Gives the offers that came first for every later one. */
function repeatsOffers(): Lie {
  let first: unknown = null;
  return rewrites("offer", (message) => (first ??= message));
}

const misleading: [string, string, Lie, Partial<Task>][] = [
  ["another identity key than the pinned one", "pinned identity key", {}, { pin: "x".repeat(43) }],
  [
    "an offer with a changed byte",
    "signature",
    rewrites("offer", ({ offer, ...rest }) => ({ ...rest, offer: flipSignature(String(offer)) })),
    {},
  ],
  [
    "terms that were not signed",
    "terms",
    rewrites("welcome", ({ assistant, ...rest }) => ({
      ...rest,
      assistant: { ...(assistant as object), maxTokens: 1 },
    })),
    {},
  ],
  [
    "an offer of another connection",
    "connection",
    rewrites("welcome", (message) => ({ ...message, resume: "A".repeat(22) })),
    {},
  ],
];

it.concurrent.each(misleading)("[PEER4] it sends nothing under %s", async (_what, why, lie, task) => {
  let sent = 0;
  const fromClient = (message: Message): Message[] => {
    if (typeof message !== "string") sent += 1;
    return [message];
  };
  const asker = ask({ question: "Nobody may read this.", ...task }, await through({ ...lie, fromClient }));
  expect(await asker.until("failed")).toMatchObject({ why });
  expect(await asker.answers()).toEqual([]);
  expect(sent).toBe(0);
});

it("[PEER4] it takes no offer twice", async () => {
  const asker = ask({ question: "Once more.", then: "regenerate" }, await through(repeatsOffers()));
  expect(await asker.until("failed")).toMatchObject({ why: "nonce" });
  expect(await asker.answers()).toMatchObject([{ complete: true, attempt: 1 }]);
});

function flipSignature(jws: string): string {
  const [header, payload, signature = ""] = jws.split(".");
  const bytes = flip(Buffer.from(signature, "base64url"), 0);
  return [header, payload, bytes.toString("base64url")].join(".");
}
