// Headers of the assistant channel's frames (kind 0x02): which turn, which attempt, which record. What follows is
// sealed. A header is read strictly and believed only once its record verified: every field is bound to it.
import { ok, refuse, type Result } from "./errors.ts";
import { FRAME } from "./frames.ts";
import { ID_BYTES } from "./ids.ts";
import { ANSWER_RECORD_BYTES, MAX_ATTEMPTS, REQUEST_RECORD_BYTES } from "./limits.ts";

/** Cipher suites by the hexadecimal number of their KEM (IANA HPKE registry). `647a` is MLKEM768-X25519, `0020` is
 * DHKEM(X25519, HKDF-SHA256); both go with HKDF-SHA256 and AES-256-GCM. */
export const SUITES = {
  "647a": { kem: 0x647a, publicKeyBytes: 1_216, encBytes: 1_120 },
  "0020": { kem: 0x0020, publicKeyBytes: 32, encBytes: 32 },
} as const;
export type SuiteName = keyof typeof SUITES;

/** The flag of the last record. The other bits of the flags are zero. */
export const FINAL_FLAG = 0x01;
/** bytes; tag of AES-256-GCM at the end of every record. */
export const RECORD_TAG_BYTES = 16;
/** bytes; the object's random part of an answer's keys, before its first record. */
export const ANSWER_NONCE_BYTES = 32;
/** bytes of every header: kind, flags, turn, attempt, index. */
export const CHANNEL_HEADER_BYTES = 1 + 1 + ID_BYTES + 2 + 4;
/** bytes; largest frame of a request: the first one, with the larger encapsulated key. */
export const MAX_REQUEST_FRAME_BYTES =
  CHANNEL_HEADER_BYTES + 2 + ID_BYTES + SUITES["647a"].encBytes + REQUEST_RECORD_BYTES + RECORD_TAG_BYTES;

/** The place of a record, as its header claims it. */
export interface RecordPlace {
  /** {@link ID_BYTES} raw bytes, random, made by the client. View into the frame. */
  readonly turn: Uint8Array;
  /** 1 to {@link MAX_ATTEMPTS} */
  readonly attempt: number;
  /** 0 to 2^32 - 1 */
  readonly index: number;
  /** Whether it is the last record of its direction. */
  readonly final: boolean;
}

/** What only the first frame of a request carries. */
export interface RequestStart {
  readonly suite: SuiteName;
  /** {@link ID_BYTES} raw bytes; which offer it uses. */
  readonly keyId: Uint8Array;
  /** The encapsulated key. */
  readonly enc: Uint8Array;
}

export interface RequestFrame extends RecordPlace {
  /** Null for all but index 0. */
  readonly start: RequestStart | null;
  readonly ciphertext: Uint8Array;
}

export interface AnswerFrame extends RecordPlace {
  /** {@link ANSWER_NONCE_BYTES} bytes; null for all but index 0. */
  readonly nonce: Uint8Array | null;
  readonly ciphertext: Uint8Array;
}

/** Reads only the header that all frames of the channel share; null if it is none. */
export function parseRecordPlace(bytes: Uint8Array): RecordPlace | null {
  if (bytes[0] !== FRAME.channel || bytes.length < CHANNEL_HEADER_BYTES) return null;
  const flags = bytes[1] ?? 0;
  const data = view(bytes);
  const attempt = data.getUint16(2 + ID_BYTES);
  if (flags > FINAL_FLAG || attempt < 1 || attempt > MAX_ATTEMPTS) return null;
  return {
    turn: bytes.subarray(2, 2 + ID_BYTES),
    attempt,
    index: data.getUint32(4 + ID_BYTES),
    final: flags === FINAL_FLAG,
  };
}

/** Reads a frame of a request. Refuses with `bad_frame` or `suite_unknown`. Its parts are views into `bytes`. */
export function parseRequestFrame(bytes: Uint8Array): Result<RequestFrame> {
  const place = parseRecordPlace(bytes);
  if (place === null) return refuse("bad_frame");
  const start = place.index === 0 ? parseStart(bytes) : ok(null);
  if (!start.ok) return start;
  const header = CHANNEL_HEADER_BYTES + startBytes(start.value);
  const plaintext = bytes.length - header - RECORD_TAG_BYTES;
  if (plaintext < 1 || plaintext > REQUEST_RECORD_BYTES) return refuse("bad_frame");
  return ok({ ...place, start: start.value, ciphertext: bytes.subarray(header) });
}

/** Which offer the first frame of a request names, whatever its suite; null where it names none. A view into `bytes`. */
export function parseKeyId(bytes: Uint8Array): Uint8Array | null {
  const at = CHANNEL_HEADER_BYTES + 2;
  return parseRecordPlace(bytes)?.index === 0 && bytes.length >= at + ID_BYTES
    ? bytes.subarray(at, at + ID_BYTES)
    : null;
}

/** Reads a frame of an answer; null if it is none. Its parts are views into `bytes`. */
export function parseAnswerFrame(bytes: Uint8Array): AnswerFrame | null {
  const place = parseRecordPlace(bytes);
  if (place === null) return null;
  const header = CHANNEL_HEADER_BYTES + (place.index === 0 ? ANSWER_NONCE_BYTES : 0);
  if (bytes.length !== header + ANSWER_RECORD_BYTES + RECORD_TAG_BYTES) return null;
  const nonce = place.index === 0 ? bytes.subarray(CHANNEL_HEADER_BYTES, header) : null;
  return { ...place, nonce, ciphertext: bytes.subarray(header) };
}

export function encodeRequestFrame(frame: RequestFrame): Uint8Array<ArrayBuffer> {
  const { start, ciphertext } = frame;
  const header = CHANNEL_HEADER_BYTES + startBytes(start);
  const out = new Uint8Array(header + ciphertext.length);
  writePlace(out, frame);
  if (start !== null) {
    view(out).setUint16(CHANNEL_HEADER_BYTES, SUITES[start.suite].kem);
    out.set(start.keyId, CHANNEL_HEADER_BYTES + 2);
    out.set(start.enc, CHANNEL_HEADER_BYTES + 2 + ID_BYTES);
  }
  out.set(ciphertext, header);
  return out;
}

export function encodeAnswerFrame(frame: AnswerFrame): Uint8Array<ArrayBuffer> {
  const { nonce, ciphertext } = frame;
  const header = CHANNEL_HEADER_BYTES + (nonce?.length ?? 0);
  const out = new Uint8Array(header + ciphertext.length);
  writePlace(out, frame);
  if (nonce !== null) out.set(nonce, CHANNEL_HEADER_BYTES);
  out.set(ciphertext, header);
  return out;
}

function parseStart(bytes: Uint8Array): Result<RequestStart> {
  if (bytes.length < CHANNEL_HEADER_BYTES + 2) return refuse("bad_frame");
  const suite = suiteOf(view(bytes).getUint16(CHANNEL_HEADER_BYTES));
  if (suite === null) return refuse("suite_unknown");
  const keyIdEnd = CHANNEL_HEADER_BYTES + 2 + ID_BYTES;
  const encEnd = keyIdEnd + SUITES[suite].encBytes;
  if (bytes.length < encEnd) return refuse("bad_frame");
  return ok({
    suite,
    keyId: bytes.subarray(CHANNEL_HEADER_BYTES + 2, keyIdEnd),
    enc: bytes.subarray(keyIdEnd, encEnd),
  });
}

function startBytes(start: RequestStart | null): number {
  return start === null ? 0 : 2 + ID_BYTES + start.enc.length;
}

function suiteOf(kem: number): SuiteName | null {
  if (kem === SUITES["647a"].kem) return "647a";
  return kem === SUITES["0020"].kem ? "0020" : null;
}

function writePlace(out: Uint8Array, { turn, attempt, index, final }: RecordPlace): void {
  const data = view(out);
  out[0] = FRAME.channel;
  out[1] = final ? FINAL_FLAG : 0;
  out.set(turn, 2);
  data.setUint16(2 + ID_BYTES, attempt);
  data.setUint32(4 + ID_BYTES, index);
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
