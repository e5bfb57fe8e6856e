// What binds a record to its place: HPKE's `info`, the additional data of every record, and the transcript. Client
// and object both build them here, so that they cannot drift. Text with a length of its own is never joined.
import { FINAL_FLAG, type RecordPlace } from "../../protocol/channel-frames.ts";
import { ID_BYTES, isSessionId } from "../../protocol/ids.ts";
import { MAX_ATTEMPTS } from "../../protocol/limits.ts";
import { concat, fromBase64Url, isCanonicalBase64Url, toBase64Url } from "../bytes.ts";

const label = (text: string): Uint8Array => new TextEncoder().encode(text);

const INFO = label("ghost.v1 turn");
const RECORD = label("ghost.v1 record");
const TRANSCRIPT = label("ghost.v1 transcript");
/** Exporter context (RFC 9180 section 5.3) of the secret that an answer is sealed with. */
export const ANSWER_EXPORT_CONTEXT = label("ghost.v1 turn answer");

/** Second part of the additional data: which way a record goes. */
export const DIRECTION = { request: 0x00, answer: 0x01 } as const;
export type Direction = keyof typeof DIRECTION;

/** Which attempt of which turn, by whom, where. Both sides know it before the first record. */
export interface Attempt {
  /** the session id */
  readonly session: string;
  /** who asks: a participant id */
  readonly participant: string;
  /** {@link ID_BYTES} random bytes of the asker, as base64url */
  readonly turn: string;
  /** 1 for the first try of the turn */
  readonly attempt: number;
}

/** The same in the form that is bound. */
export interface AttemptBytes {
  readonly session: Uint8Array<ArrayBuffer>;
  readonly participant: Uint8Array<ArrayBuffer>;
  readonly turn: Uint8Array<ArrayBuffer>;
  readonly attempt: number;
}

/** Throws a TypeError where an id has not its form. */
export function attemptBytes({ session, participant, turn, attempt }: Attempt): AttemptBytes {
  if (!isSessionId(session)) throw new TypeError("not a session id");
  if (attempt < 1 || attempt > MAX_ATTEMPTS) throw new TypeError("not an attempt");
  return { session: fromHex(session), participant: idBytes(participant), turn: idBytes(turn), attempt };
}

/** The part of an HPKE context that exports secrets (RFC 9180 section 5.3). */
export interface Exporter {
  Export(exporterContext: Uint8Array, length: number): Promise<Uint8Array>;
}

/** SHA-256 (FIPS 180-4). */
export async function digest(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

/** HPKE's `info` of an attempt. `offerHash`: SHA-256 of the offer as it was sent. */
export function attemptInfo(
  offerHash: Uint8Array,
  { participant, turn, attempt }: AttemptBytes,
): Uint8Array<ArrayBuffer> {
  return concat(INFO, offerHash, participant, turn, uint(attempt, 2));
}

/** Additional data of one record. */
export function recordData(
  direction: Direction,
  session: Uint8Array,
  { turn, attempt, index, final }: RecordPlace,
): Uint8Array<ArrayBuffer> {
  const flags = final ? FINAL_FLAG : 0;
  const way = Uint8Array.of(DIRECTION[direction]);
  return concat(RECORD, way, session, turn, uint(attempt, 2), uint(index, 4), Uint8Array.of(flags));
}

/** The transcript of a turn: offer, request and answer in one hash, as base64url. */
export async function transcriptOf(
  offerHash: Uint8Array,
  requestHash: Uint8Array,
  answerHash: Uint8Array,
): Promise<string> {
  return toBase64Url(await digest(concat(TRANSCRIPT, offerHash, requestHash, answerHash)));
}

/** Whether a record claims to be of this attempt. */
export function isOfAttempt(place: RecordPlace, { turn, attempt }: AttemptBytes): boolean {
  return place.attempt === attempt && turn.every((byte, index) => byte === place.turn[index]);
}

function idBytes(id: string): Uint8Array<ArrayBuffer> {
  const bytes = isCanonicalBase64Url(id) ? fromBase64Url(id) : null;
  if (bytes?.length !== ID_BYTES) throw new TypeError("not an id");
  return bytes;
}

function fromHex(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: text.length / 2 }, (_, at) =>
    parseInt(text.slice(2 * at, 2 * at + 2), 16),
  );
}

function uint(value: number, bytes: 2 | 4): Uint8Array {
  const out = new Uint8Array(bytes);
  const data = new DataView(out.buffer);
  if (bytes === 2) data.setUint16(0, value);
  else data.setUint32(0, value);
  return out;
}
