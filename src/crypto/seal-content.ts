// What is inside the seal: a small, versioned, closed union, encoded in bytes and padded to buckets, so that
// the length on the wire tells little. A receiver refuses everything that is not the one encoding of its value.
import { ID_BYTES } from "../protocol/ids.ts";
import { decodeUtf8, fromBase64Url, toBase64Url, zero } from "./bytes.ts";
import { COUNTER_BYTES, SEAL_OVERHEAD_BYTES, STREAM_ID_BYTES, type StreamCounter } from "./seal.ts";
import { encodeTurnPart, parseTurnPart, TURN_PART_PREFIX_BYTES, type TurnPart } from "./seal-turn-part.ts";

/** bytes; the smallest padded plaintext. The others are powers of two above it. */
export const MIN_BUCKET_BYTES = 256;
/** bytes of UTF-8; the longest display name. */
export const MAX_NAME_BYTES = 96;

const VERSION = 1;
const KIND = { text: 0x01, announce: 0x02, turn: 0x03 } as const;
const PREFIX_BYTES = 1 + 1 + 4;
const FRESH = 0x01;
const ACCOUNT_BYTES = STREAM_ID_BYTES + COUNTER_BYTES;

/** A chat message. */
export interface TextContent {
  readonly kind: "text";
  readonly text: string;
}

/** Who speaks in this stream, and how far the sender has received the others' streams. */
export interface AnnounceContent {
  readonly kind: "announce";
  /** The sender is new here, or may have missed something: whoever has what its list lacks announces, too. */
  readonly fresh: boolean;
  /** the participant id that the service gave the sender */
  readonly participant: string;
  /** display name; empty where the sender has none */
  readonly name: string;
  readonly counters: readonly StreamCounter[];
}

export type Content = TextContent | AnnounceContent | TurnPart;

/** Why a plaintext was not understood. `unsupported`: a later version of this page may have a meaning for it. */
export type ContentRefusal = "malformed" | "unsupported";

/** bytes; the largest plaintext whose relay frame fits into a message of `frameBytes`, header included. */
export function largestBucket(frameBytes: number, headerBytes: number): number {
  let bucket = MIN_BUCKET_BYTES;
  while (bucket * 2 + SEAL_OVERHEAD_BYTES + headerBytes <= frameBytes) bucket *= 2;
  return bucket;
}

/** bytes; the most UTF-8 that a text message holds in a bucket of this size. */
export function textCapacity(bucket: number): number {
  return bucket - PREFIX_BYTES;
}

/** bytes; the most UTF-8 that one part of a shared turn holds in a bucket of this size. */
export function turnPartCapacity(bucket: number): number {
  return bucket - PREFIX_BYTES - TURN_PART_PREFIX_BYTES;
}

/** How many accounts an announcement with this name holds in a bucket of this size. */
export function accountCapacity(bucket: number, nameBytes: number): number {
  return Math.floor((bucket - PREFIX_BYTES - 1 - ID_BYTES - 1 - nameBytes - 2) / ACCOUNT_BYTES);
}

/** Whether a text may be a display name: 96 bytes of UTF-8 at most, without control characters or direction overrides. */
export function isName(text: string): boolean {
  if (new TextEncoder().encode(text).length > MAX_NAME_BYTES || !text.isWellFormed()) return false;
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    const control = code < 0x20 || (code >= 0x7f && code < 0xa0);
    const direction = (code >= 0x200e && code <= 0x200f) || (code >= 0x2028 && code <= 0x202e);
    if (control || direction || (code >= 0x2066 && code <= 0x2069) || code === 0x061c) return false;
  }
  return true;
}

/** Encodes and pads. The caller zeroes the result after sealing. */
export function encodeContent(content: Content): Uint8Array<ArrayBuffer> {
  const body = encodeBody(content);
  const out = new Uint8Array(bucketFor(PREFIX_BYTES + body.length));
  out[0] = VERSION;
  out[1] = KIND[content.kind];
  new DataView(out.buffer).setUint32(2, body.length);
  out.set(body, PREFIX_BYTES);
  zero(body);
  return out;
}

/** Reads a padded plaintext. */
export function parseContent(plaintext: Uint8Array): Content | ContentRefusal {
  if (plaintext.length < MIN_BUCKET_BYTES) return "malformed";
  if (plaintext[0] !== VERSION) return "unsupported";
  const length = view(plaintext).getUint32(2);
  const end = PREFIX_BYTES + length;
  if (end > plaintext.length || bucketFor(end) !== plaintext.length) return "malformed";
  for (let at = end; at < plaintext.length; at++) if (plaintext[at] !== 0) return "malformed";
  const body = plaintext.subarray(PREFIX_BYTES, end);
  if (plaintext[1] === KIND.text) {
    const text = decodeUtf8(body);
    return text === null ? "malformed" : { kind: "text", text };
  }
  if (plaintext[1] === KIND.announce) return parseAnnounce(body) ?? "malformed";
  return plaintext[1] === KIND.turn ? (parseTurnPart(body) ?? "malformed") : "unsupported";
}

function encodeBody(content: Content): Uint8Array {
  switch (content.kind) {
    case "text":
      return new TextEncoder().encode(content.text);
    case "announce":
      return encodeAnnounce(content);
    case "turn":
      return encodeTurnPart(content);
  }
}

function bucketFor(bytes: number): number {
  let bucket = MIN_BUCKET_BYTES;
  while (bucket < bytes) bucket *= 2;
  return bucket;
}

function encodeAnnounce(content: AnnounceContent): Uint8Array<ArrayBuffer> {
  const name = new TextEncoder().encode(content.name);
  const accounts = 1 + ID_BYTES + 1 + name.length + 2;
  const out = new Uint8Array(accounts + content.counters.length * ACCOUNT_BYTES);
  out[0] = content.fresh ? FRESH : 0;
  out.set(fromBase64Url(content.participant), 1);
  out[1 + ID_BYTES] = name.length;
  out.set(name, 2 + ID_BYTES);
  const data = view(out);
  data.setUint16(accounts - 2, content.counters.length);
  content.counters.forEach(({ stream, counter }, index) => {
    const at = accounts + index * ACCOUNT_BYTES;
    out.set(fromBase64Url(stream), at);
    data.setUint32(at + STREAM_ID_BYTES, counter);
  });
  return out;
}

function parseAnnounce(body: Uint8Array): AnnounceContent | null {
  const nameStart = 1 + ID_BYTES + 1;
  const nameEnd = nameStart + (body[nameStart - 1] ?? 0);
  const accounts = nameEnd + 2;
  const flags = body[0] ?? 0;
  if (body.length < accounts || flags > FRESH) return null;
  const data = view(body);
  const count = data.getUint16(nameEnd);
  if (body.length !== accounts + count * ACCOUNT_BYTES) return null;
  const name = decodeUtf8(body.subarray(nameStart, nameEnd));
  if (name === null || !isName(name)) return null;
  const counters = Array.from({ length: count }, (_, index) => {
    const at = accounts + index * ACCOUNT_BYTES;
    const stream = toBase64Url(body.subarray(at, at + STREAM_ID_BYTES));
    return { stream, counter: data.getUint32(at + STREAM_ID_BYTES) };
  });
  const participant = toBase64Url(body.subarray(1, 1 + ID_BYTES));
  return { kind: "announce", fresh: flags === FRESH, participant, name, counters };
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
