// The channel's cryptography alone, both ends in this process: what a turn costs in each suite, and how many records
// a second can be sealed and opened. The object's runtime is another one, with the same code on it.
import { generateKeyPairSync } from "node:crypto";
import type { Attempt } from "../../src/crypto/channel/binding.ts";
import {
  createOffer,
  verifyOffer,
  type OfferKeys,
  type VerifiedOffer,
} from "../../src/crypto/channel/offer.ts";
import { encodeTurn } from "../../src/crypto/channel/request-content.ts";
import { acceptRequest, type RequestReader } from "../../src/crypto/channel/request-reader.ts";
import { startRequest } from "../../src/crypto/channel/request-sealer.ts";
import { makeKeyPair } from "../../src/crypto/channel/suites.ts";
import { parseIdentity, publicKeys } from "../../src/crypto/identity.ts";
import { randomId } from "../../src/crypto/bytes.ts";
import { ANSWER_NONCE_BYTES, parseRequestFrame, type SuiteName } from "../../src/protocol/channel-frames.ts";
import { ID_BYTES, NONCE_BYTES } from "../../src/protocol/ids.ts";
import { MAX_TURN_BYTES, MIN_TURN_BYTES, REQUEST_RECORD_BYTES } from "../../src/protocol/limits.ts";

/** ms, one entry per turn */
export interface SuiteCosts {
  /** the object's key pair of this suite */
  readonly keyPair: number[];
  /** the client: encapsulates and seals a request of one record */
  readonly seal: number[];
  /** the object: decapsulates, opens it, and has the keys of the answer */
  readonly open: number[];
}

export interface ChannelCosts {
  readonly suites: Readonly<Record<SuiteName, SuiteCosts>>;
  /** ms; whole offers with the keys of both suites, and their verification */
  readonly offer: { readonly create: number[]; readonly verify: number[] };
  /** per second, one entry per round */
  readonly records: Readonly<Record<"requestSeal" | "requestOpen" | "answerSeal" | "answerOpen", number[]>>;
}

export interface CostAmounts {
  readonly rounds: number;
  readonly turns: number;
  readonly records: number;
}

const SUITES = ["0020", "647a"] as const;
const SESSION = "0123456789abcdef".repeat(4);
const card = { operator: "the benchmark", retentionDays: 0, trains: false, region: "local" } as const;
const TERMS = {
  model: "bench/model",
  pii: "off",
  policy: { maxRetentionDays: 0, allowTraining: false, regions: null },
  card: { ...card, source: null, asOf: "2026-11-21" },
  maxTokens: 4_096,
} as const;

export async function measureChannel({ rounds, turns, records }: CostAmounts): Promise<ChannelCosts> {
  const newSuite = (): SuiteCosts => ({ keyPair: [], seal: [], open: [] });
  const costs: ChannelCosts = {
    suites: { "0020": newSuite(), "647a": newSuite() },
    offer: { create: [], verify: [] },
    records: { requestSeal: [], requestOpen: [], answerSeal: [], answerOpen: [] },
  };
  const offers = await createOffers();
  // The first round warms up and counts for nothing.
  for (let round = -1; round < rounds; round++) {
    const into = round < 0 ? structuredClone(costs) : costs;
    for (let turn = 0; turn < turns; turn++) await measureTurn(offers, into, SUITES[turn % 2] ?? "647a");
    await measureRecords(offers, into, records);
  }
  return costs;
}

interface Offers {
  make(into: ChannelCosts["offer"]): Promise<{ readonly keys: OfferKeys; readonly offer: VerifiedOffer }>;
}

async function createOffers(): Promise<Offers> {
  const json = JSON.stringify(generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" }));
  const [identity, keys] = await Promise.all([parseIdentity(json), publicKeys(json, "")]);
  return {
    make: async (into) => {
      const connection = randomId(NONCE_BYTES);
      const facts = {
        session: SESSION,
        connection,
        terms: TERMS,
        build: "bench",
        nonce: randomId(NONCE_BYTES),
      };
      const made = await timed(into.create, () => createOffer(identity, facts));
      const offer = await timed(into.verify, () => verifyOffer(made.jws, keys, facts));
      if (offer === null) throw new Error("the offer does not verify");
      return { keys: made.keys, offer };
    },
  };
}

async function measureTurn(offers: Offers, into: ChannelCosts, first: SuiteName): Promise<void> {
  for (const suite of first === "0020" ? SUITES : SUITES.toReversed()) {
    const costs = into.suites[suite];
    await timed(costs.keyPair, () => makeKeyPair(suite));
    const { keys, offer } = await offers.make(into.offer);
    const attempt = newAttempt();
    const padded = turnOf(MIN_TURN_BYTES);
    const frames = await timed(costs.seal, async () =>
      (await startRequest(offer, attempt, suite)).sealAll(padded),
    );
    await timed(costs.open, async () => {
      const reader = await open(keys, attempt, frames, []);
      await reader.answer(randomNonce());
    });
  }
}

async function measureRecords(offers: Offers, into: ChannelCosts, count: number): Promise<void> {
  const { keys, offer } = await offers.make({ create: [], verify: [] });
  const attempt = newAttempt();
  const sealer = await startRequest(offer, attempt, "647a");
  const padded = turnOf(MAX_TURN_BYTES);
  const { requestSeal, requestOpen, answerSeal, answerOpen } = into.records;
  const requestRecords = MAX_TURN_BYTES / REQUEST_RECORD_BYTES;
  const frames = await rated(requestSeal, requestRecords, () => sealer.sealAll(padded));
  const times: number[] = [];
  const reader = await open(keys, attempt, frames, times);
  // The first one also decapsulates.
  const rest = times.slice(1).reduce((sum, ms) => sum + ms, 0);
  requestOpen.push(((requestRecords - 1) / rest) * 1000);

  const answer = await reader.answer(randomNonce());
  const opener = sealer.answer();
  const text = new TextEncoder().encode("word ".repeat(100));
  const sealed = await rated(answerSeal, count, async () => {
    const all: Promise<Uint8Array>[] = [];
    for (let at = 0; at < count; at++) {
      if (answer.room > text.length) answer.write(text.slice());
      all.push(answer.record());
    }
    return Promise.all(all);
  });
  await rated(answerOpen, count, async () => {
    for (const frame of sealed) {
      if (!(await opener.push(frame)).ok) throw new Error("a record does not open");
    }
  });
}

/** Receives a request as an object does. `times`: ms of each record. */
async function open(
  keys: OfferKeys,
  attempt: Attempt,
  frames: readonly Uint8Array[],
  times: number[],
): Promise<RequestReader> {
  let reader: RequestReader | null = null;
  for (const bytes of frames) {
    const frame = parseRequestFrame(bytes);
    if (!frame.ok) throw new Error(frame.code);
    if (frame.value.start !== null) {
      const accepted = acceptRequest(keys, attempt, frame.value.start);
      reader = accepted.ok ? accepted.value : null;
    }
    const opened = await timed(times, async () => reader?.push(frame.value));
    if (opened?.ok !== true) throw new Error("the request does not open");
  }
  if (reader === null) throw new Error("no request");
  return reader;
}

/** A request that fills its bucket. */
function turnOf(bytes: number): Uint8Array<ArrayBuffer> {
  // More than half of a bucket, so that no smaller one is taken.
  const content = new Uint8Array((bytes * 3) / 4).fill(0x61);
  const turn = encodeTurn({
    messages: [{ role: "user", content }],
    maxTokens: null,
    temperature: null,
    firstToken: null,
    keep: [],
  });
  if (!turn.ok || turn.value.length !== bytes) throw new Error("not a turn of that size");
  return turn.value;
}

function newAttempt(): Attempt {
  return { session: SESSION, participant: randomId(ID_BYTES), turn: randomId(ID_BYTES), attempt: 1 };
}

function randomNonce(): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(ANSWER_NONCE_BYTES));
}

async function timed<T>(into: number[], work: () => Promise<T>): Promise<T> {
  const startedAt = performance.now();
  const result = await work();
  into.push(performance.now() - startedAt);
  return result;
}

/** Notes how many of `count` things a second `work` does. */
async function rated<T>(into: number[], count: number, work: () => Promise<T>): Promise<T> {
  const times: number[] = [];
  const result = await timed(times, work);
  into.push((count / (times[0] ?? Number.NaN)) * 1000);
  return result;
}
