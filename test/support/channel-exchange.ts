// A whole exchange over the channel with keys that can be used again and again, so that one stream can be received
// in thousands of spoilt forms. What our own code never allows, a second use of a key, is built by hand here.
import { importAnswerSecret, type AnswerRoot } from "../../src/crypto/channel/answer-keys.ts";
import { AnswerOpener } from "../../src/crypto/channel/answer-opener.ts";
import { attemptBytes, attemptInfo, digest, type Attempt } from "../../src/crypto/channel/binding.ts";
import { OfferKeys, type VerifiedOffer } from "../../src/crypto/channel/offer.ts";
import { encodeTurn } from "../../src/crypto/channel/request-content.ts";
import { acceptRequest, type RequestReader } from "../../src/crypto/channel/request-reader.ts";
import { startRequest } from "../../src/crypto/channel/request-sealer.ts";
import { cipherSuite, makeKeyPair, type SuiteKeyPair } from "../../src/crypto/channel/suites.ts";
import { randomId } from "../../src/crypto/bytes.ts";
import { parseRequestFrame, type SuiteName } from "../../src/protocol/channel-frames.ts";
import type { Frames } from "./stream-mutations.ts";

export const SESSION = "0123456789abcdef".repeat(4);
export const QUESTION = "What may nobody else read?";

/** One attempt, sealed both ways. */
export interface Exchange {
  readonly attempt: Attempt;
  readonly request: Frames;
  readonly answer: Frames;
  /** the answer's text */
  readonly text: string;
  /** The object's keys, as if the offer had never been used. */
  freshKeys(): OfferKeys;
  /** The client's opener, as if no record had come. */
  freshOpener(): AnswerOpener;
}

export interface ExchangeOptions {
  readonly suite?: SuiteName;
  readonly requestRecords?: number;
  readonly answerRecords?: number;
  readonly attempt?: Partial<Attempt>;
  /** Another attempt under the very same one-time key: what an object that reuses keys would allow. */
  readonly key?: ExchangeKey;
}

/** A one-time key and its offer. */
export interface ExchangeKey {
  readonly pair: SuiteKeyPair;
  readonly offer: VerifiedOffer;
}

export async function makeKey(suite: SuiteName, session = SESSION): Promise<ExchangeKey> {
  const { pair, publicKey } = await makeKeyPair(suite);
  const key = new Uint8Array(publicKey);
  const hash = await digest(crypto.getRandomValues(new Uint8Array(32)));
  const publicKeys = { "647a": key, "0020": key };
  // Nothing of the channel's records depends on the terms but through the hash.
  const offer = { session, keyId: randomId(12), publicKeys, hash, build: "test" } as unknown as VerifiedOffer;
  return { pair, offer };
}

export async function exchange(options: ExchangeOptions = {}): Promise<Exchange> {
  const { suite = "0020", requestRecords = 1, answerRecords = 1 } = options;
  const attempt = {
    session: SESSION,
    participant: randomId(12),
    turn: randomId(12),
    attempt: 1,
    ...options.attempt,
  };
  const { pair, offer } = options.key ?? (await makeKey(suite, attempt.session));
  const padded = encodeTurn({
    messages: [{ role: "user", content: new TextEncoder().encode(QUESTION) }],
    maxTokens: null,
    temperature: null,
    firstToken: null,
    keep: [],
  });
  if (!padded.ok) throw new Error(padded.code);
  const sealer = await startRequest(offer, attempt, suite);
  const request: Uint8Array<ArrayBuffer>[] = [];
  for (const { record, final } of pieces(padded.value, requestRecords))
    request.push(await sealer.seal(record, final));

  const freshKeys = (): OfferKeys => new OfferKeys(offer.keyId, offer.hash, { "647a": pair, "0020": pair });
  const { reader } = await receiveRequest(freshKeys(), attempt, request);
  if (reader === null) throw new Error("the request does not open");
  const root = await answerRoot(attempt, offer, suite, pair, request, padded.value);
  const { frames, text } = await sealAnswer(reader, answerRecords);
  return { attempt, request, answer: frames, text, freshKeys, freshOpener: () => new AnswerOpener(root) };
}

/** Cuts a padded request into so many records: the first has one byte, so that a flip of every bit is quick. */
function pieces(padded: Uint8Array, count: number): { record: Uint8Array; final: boolean }[] {
  return Array.from({ length: count }, (_, index) => {
    const final = index === count - 1;
    return { record: padded.subarray(index, final ? padded.length : index + 1), final };
  });
}

async function answerRoot(
  attempt: Attempt,
  offer: VerifiedOffer,
  suite: SuiteName,
  pair: SuiteKeyPair,
  request: Frames,
  padded: Uint8Array<ArrayBuffer>,
): Promise<AnswerRoot> {
  const first = parseRequestFrame(request[0] ?? new Uint8Array());
  if (!first.ok || first.value.start === null) throw new Error("no first frame");
  const enc = new Uint8Array(first.value.start.enc);
  const place = attemptBytes(attempt);
  const context = await cipherSuite(suite).SetupRecipient(pair, enc, {
    info: attemptInfo(offer.hash, place),
  });
  const secret = await importAnswerSecret(context);
  return { attempt: place, secret, enc, offerHash: offer.hash, requestHash: await digest(padded) };
}

async function sealAnswer(reader: RequestReader, count: number): Promise<{ frames: Frames; text: string }> {
  const sealer = await reader.answer(crypto.getRandomValues(new Uint8Array(32)));
  const frames: Uint8Array<ArrayBuffer>[] = [];
  let text = "";
  for (let index = 0; index < count - 1; index++) {
    // Every third record is a dummy: what holds nothing must not be removable either.
    const piece = index % 3 === 2 ? "" : `piece ${String(index)} €; `;
    text += piece;
    sealer.write(new TextEncoder().encode(piece));
    frames.push(await sealer.record());
  }
  sealer.write(new TextEncoder().encode("the end"));
  frames.push(
    ...(await sealer.finish({ finish: "stop", error: null, usage: null, model: "mirror", redactions: [] })),
  );
  return { frames, text: `${text}the end` };
}

/** What came of a request: how often it was handed on as whole, and what was refused. */
export interface RequestVerdict {
  readonly reader: RequestReader | null;
  readonly wholes: number;
  readonly refusals: readonly string[];
}

/** Receives frames as an object does: the first one begins the request, everything goes to its reader. */
export async function receiveRequest(
  keys: OfferKeys,
  attempt: Attempt,
  frames: Frames,
): Promise<RequestVerdict> {
  let reader: RequestReader | null = null;
  let wholes = 0;
  const refusals: string[] = [];
  for (const bytes of frames) {
    const frame = parseRequestFrame(bytes);
    if (!frame.ok) {
      refusals.push(frame.code);
      continue;
    }
    if (reader === null && frame.value.start !== null) {
      const begun = acceptRequest(keys, attempt, frame.value.start);
      if (begun.ok) reader = begun.value;
    }
    const opened = (await reader?.push(frame.value)) ?? ({ ok: false, code: "offer_unknown" } as const);
    if (!opened.ok) refusals.push(opened.code);
    else if (opened.value !== null) wholes += 1;
  }
  return { reader, wholes, refusals };
}

/** What a person saw of an answer. */
export interface AnswerVerdict {
  readonly text: string;
  readonly complete: boolean;
  readonly refusals: readonly string[];
}

export async function receiveAnswer(opener: AnswerOpener, frames: Frames): Promise<AnswerVerdict> {
  let text = "";
  let complete = false;
  const refusals: string[] = [];
  for (const bytes of frames) {
    const step = await opener.push(bytes);
    if (!step.ok) refusals.push(step.reason);
    else {
      text += step.text;
      complete ||= step.end?.complete ?? false;
    }
  }
  return { text, complete, refusals };
}
