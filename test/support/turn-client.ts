// The asking side of a turn, by hand: what a client seals for an offer, and what opens the answer. It knows no socket,
// so that tests with fake ones, real ones and other processes use the same.
import type { JSONWebKeySet } from "jose";
import { parseAnswerFrame } from "../../src/protocol/channel-frames.ts";
import type { SuiteName } from "../../src/protocol/channel-frames.ts";
import { randomId, toBase64Url } from "../../src/crypto/bytes.ts";
import type { AnswerSummary } from "../../src/crypto/channel/answer-content.ts";
import type { AnswerOpener, AnswerRefusal } from "../../src/crypto/channel/answer-opener.ts";
import { verifyOffer, type VerifiedOffer } from "../../src/crypto/channel/offer.ts";
import { encodeTurn, type TurnContent } from "../../src/crypto/channel/request-content.ts";
import { startRequest } from "../../src/crypto/channel/request-sealer.ts";
import { ID_BYTES, NONCE_BYTES } from "../../src/protocol/ids.ts";
import { REQUEST_RECORD_BYTES } from "../../src/protocol/limits.ts";

type Frame = Uint8Array<ArrayBuffer>;

/** Who asks, and on which connection. */
export interface AskingSide {
  readonly session: string;
  readonly participant: string;
  /** base64url of SHA-256 over the connection's resume secret */
  readonly connection: string;
  /** the pinned identity */
  readonly keys: JSONWebKeySet;
}

export interface Question {
  readonly turn?: string;
  readonly attempt?: number;
  readonly suite?: SuiteName;
  /** what is said, one message each; the roles follow from the end: user, assistant, user */
  readonly messages?: readonly string[];
  readonly maxTokens?: number | null;
  readonly temperature?: number | null;
  /** The padded request itself, for tests that need one that nobody would make. */
  readonly padded?: Uint8Array;
  /** bytes of plaintext per record; the last one may be shorter */
  readonly recordBytes?: number;
}

/** One attempt, sealed and not yet sent. */
export interface SealedAttempt {
  readonly turn: string;
  readonly attempt: number;
  readonly frames: readonly Frame[];
  readonly answer: AnswerReader;
}

export const newNonce = (): string => randomId(NONCE_BYTES);

/** Verifies the offer as a client must. Throws where it does not verify. */
export async function checkOffer(side: AskingSide, jws: string, nonce: string): Promise<VerifiedOffer> {
  const { session, connection, keys } = side;
  const offer = await verifyOffer(jws, keys, { session, connection, nonce });
  if (offer === null) throw new Error("the offer does not verify");
  return offer;
}

/** Seals a question to an offer. */
export async function sealAttempt(
  { session, participant }: AskingSide,
  offer: VerifiedOffer,
  question: Question = {},
): Promise<SealedAttempt> {
  const { turn = randomId(ID_BYTES), attempt = 1, suite = "0020" } = question;
  const request = await startRequest(offer, { session, participant, turn, attempt }, suite);
  const padded = question.padded ?? encode(question);
  const size = question.recordBytes ?? REQUEST_RECORD_BYTES;
  const frames: Promise<Frame>[] = [];
  for (let at = 0; at < padded.length; at += size) {
    frames.push(request.seal(padded.subarray(at, at + size), at + size >= padded.length));
  }
  return { turn, attempt, frames: await Promise.all(frames), answer: new AnswerReader(request.answer()) };
}

/** Collects an answer from its frames. */
export class AnswerReader {
  readonly #opener: AnswerOpener;
  text = "";
  /** verified records, dummies included */
  records = 0;
  summary: AnswerSummary | null = null;
  /** the model said all that it had to say, and every byte of it is here */
  complete = false;
  refused: AnswerRefusal | null = null;

  constructor(opener: AnswerOpener) {
    this.#opener = opener;
  }

  /** index of the record that must come next */
  get next(): number {
    return this.#opener.next;
  }

  async push(frame: Uint8Array): Promise<void> {
    const step = await this.#opener.push(frame);
    if (!step.ok) {
      this.refused ??= step.reason;
      return;
    }
    this.records += 1;
    this.text += step.text;
    this.summary = step.end?.summary ?? null;
    this.complete = step.end?.complete ?? false;
  }
}

/** Whether a binary message is a record of this attempt. */
export function isAnswerOf(
  { turn, attempt }: Pick<SealedAttempt, "turn" | "attempt">,
  bytes: Uint8Array,
): boolean {
  const frame = parseAnswerFrame(bytes);
  return frame?.attempt === attempt && toBase64Url(frame.turn) === turn;
}

function encode({ messages = ["hello"], maxTokens = null, temperature = null }: Question): Frame {
  const content: TurnContent = {
    messages: messages.map((text, index) => ({
      role: (messages.length - index) % 2 === 1 ? ("user" as const) : ("assistant" as const),
      content: new TextEncoder().encode(text),
    })),
    maxTokens,
    temperature,
    firstToken: null,
    keep: [],
  };
  const encoded = encodeTurn(content);
  if (!encoded.ok) throw new Error(encoded.code);
  return encoded.value;
}
