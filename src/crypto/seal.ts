// The seal: what participants encrypt for each other, so that the service relays bytes that it cannot read.
// Everything here hangs on one rule: no (key, nonce) pair is ever used twice. A key belongs to one stream id,
// drawn at random by one instance and never stored; its nonces are counters, claimed before encrypting.
import { isBase64Url, isSessionId } from "../protocol/ids.ts";
import { fromBase64Url, toBase64Url } from "./bytes.ts";

/** bytes; the room key that every participant of a session shares. */
export const ROOM_KEY_BYTES = 32;
/** bytes; random, so that two instances never meet in one stream. */
export const STREAM_ID_BYTES = 16;
/** bytes; big-endian. AES-GCM allows 2^32 frames a key, a limit that no chat reaches. */
export const COUNTER_BYTES = 4;
/** bytes; the authentication tag that AES-GCM puts behind the ciphertext. */
export const TAG_BYTES = 16;
/** bytes that sealing adds to a padded plaintext. */
export const SEAL_OVERHEAD_BYTES = STREAM_ID_BYTES + COUNTER_BYTES + TAG_BYTES;
/** streams; how many others one instance follows: four reloads of each of 1,000 participants, some 2 MiB of memory. */
export const MAX_STREAMS = 4_096;

const HEADER_BYTES = STREAM_ID_BYTES + COUNTER_BYTES;
const MAX_COUNTER = 0xffff_ffff;
const NONCE_BYTES = 12;
const VERSION = 1;
const INFO = "ghost.v1 seal";

/** One sealed frame, ready to be relayed. A resend MUST send these very bytes. */
export interface SealedFrame {
  /** place in this instance's stream; the first is 1 */
  readonly counter: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** How far a stream has come, by somebody's account. */
export interface StreamCounter {
  /** stream id as base64url */
  readonly stream: string;
  /** last counter received */
  readonly counter: number;
}

/** A frame that is authentic and new. */
export interface OpenedFrame {
  readonly ok: true;
  readonly stream: string;
  readonly counter: number;
  /** frames of this stream that were relayed, by its own counter, and never came; known from the second frame on */
  readonly missed: number;
  /** padded plaintext; the caller zeroes it after use */
  readonly plaintext: Uint8Array<ArrayBuffer>;
}

/**
 * Why a frame was refused. `truncated`: too short to be one. `reflected`: it carries this instance's own stream
 * id. `repeated`: its counter is not above the last one of its stream: a repeat or an overtaken frame. `forged`:
 * it does not verify under the room key for this session, stream and counter. `streams_full`: it is authentic,
 * but no more streams can be followed.
 */
export type SealRefusal = "truncated" | "reflected" | "repeated" | "forged" | "streams_full";

export interface RefusedFrame {
  readonly ok: false;
  readonly reason: SealRefusal;
  /** stream id that the frame claims; null where it is too short to hold one */
  readonly stream: string | null;
}

/** Sealing as the SDK uses it. One instance per connection of a person; never stored, never copied. */
export interface Seal {
  /** this instance's own stream id as base64url */
  readonly stream: string;
  /** Seals a plaintext under the next counter. Throws a RangeError when the stream is used up or closed. */
  seal(plaintext: Uint8Array<ArrayBuffer>): Promise<SealedFrame>;
  /** Opens a frame of somebody else. Calls are taken one after the other, in the order in which they came. */
  open(sealed: Uint8Array): Promise<OpenedFrame | RefusedFrame>;
  /** How far each followed stream has come, the most recently heard first. */
  counters(): StreamCounter[];
  /**
   * Another participant's account of a stream. Answers how many frames of it exist, by that account, that never
   * came here and were not counted before. 0 for streams that nothing was received of.
   */
  noteCounter(account: StreamCounter): number;
  /** Drops all keys. */
  close(): void;
}

interface Stream {
  readonly key: CryptoKey;
  /** last counter received */
  last: number;
  /** last counter known to exist; whatever lies between was reported as missed */
  known: number;
}

/** Derives what one instance needs. `streamId`: {@link STREAM_ID_BYTES} fresh random bytes, never reused. */
export async function createSeal(
  roomKey: Uint8Array<ArrayBuffer>,
  session: string,
  streamId: Uint8Array<ArrayBuffer>,
): Promise<Seal> {
  if (roomKey.length !== ROOM_KEY_BYTES) throw new TypeError("a room key has 32 bytes");
  if (streamId.length !== STREAM_ID_BYTES) throw new TypeError("a stream id has 16 bytes");
  if (!isSessionId(session)) throw new TypeError("not a session id");
  const base = await crypto.subtle.importKey("raw", roomKey, "HKDF", false, ["deriveKey"]);
  const own = new Uint8Array(streamId);
  return new CounterSeal(base, session, own, await deriveKey(base, session, own, "encrypt"));
}

class CounterSeal implements Seal {
  readonly stream: string;
  readonly #session: string;
  readonly #streamId: Uint8Array<ArrayBuffer>;
  readonly #streams = new Map<string, Stream>();
  #keys: { readonly base: CryptoKey; readonly own: CryptoKey } | null;
  #counter = 0;
  #lastOpen: Promise<unknown> = Promise.resolve();

  constructor(base: CryptoKey, session: string, streamId: Uint8Array<ArrayBuffer>, own: CryptoKey) {
    this.stream = toBase64Url(streamId);
    this.#session = session;
    this.#streamId = streamId;
    this.#keys = { base, own };
  }

  async seal(plaintext: Uint8Array<ArrayBuffer>): Promise<SealedFrame> {
    if (this.#keys === null) throw new RangeError("the seal is closed");
    if (this.#counter >= MAX_COUNTER) throw new RangeError("the stream is used up");
    // Claimed before anything waits: two calls can never meet in one nonce, and a failure wastes a number.
    const counter = ++this.#counter;
    const header = encodeHeader(this.#streamId, counter);
    const ciphertext = await crypto.subtle.encrypt(parameters(header, counter), this.#keys.own, plaintext);
    const bytes = new Uint8Array(HEADER_BYTES + ciphertext.byteLength);
    bytes.set(header);
    bytes.set(new Uint8Array(ciphertext), HEADER_BYTES);
    return { counter, bytes };
  }

  open(sealed: Uint8Array): Promise<OpenedFrame | RefusedFrame> {
    const opened = this.#lastOpen.then(() => this.#open(sealed));
    this.#lastOpen = opened.catch(() => undefined);
    return opened;
  }

  counters(): StreamCounter[] {
    return [...this.#streams].map(([stream, { last }]) => ({ stream, counter: last })).reverse();
  }

  noteCounter({ stream, counter }: StreamCounter): number {
    const found = this.#streams.get(stream);
    if (found === undefined || counter <= found.known) return 0;
    const missed = counter - found.known;
    // `last` stays: a lying account must not make the stream's own frames look like repeats.
    found.known = counter;
    return missed;
  }

  close(): void {
    this.#keys = null;
    this.#streams.clear();
  }

  async #open(sealed: Uint8Array): Promise<OpenedFrame | RefusedFrame> {
    if (sealed.length < SEAL_OVERHEAD_BYTES) return { ok: false, reason: "truncated", stream: null };
    // A copy by its own constructor: `slice` of Node's Buffer is a view.
    const header = new Uint8Array(sealed.subarray(0, HEADER_BYTES));
    const streamId = header.subarray(0, STREAM_ID_BYTES);
    const stream = toBase64Url(streamId);
    const refused = (reason: SealRefusal): RefusedFrame => ({ ok: false, reason, stream });
    if (stream === this.stream) return refused("reflected");
    const counter = new DataView(header.buffer).getUint32(STREAM_ID_BYTES);
    const known = this.#streams.get(stream);
    if (known !== undefined && counter <= known.last) return refused("repeated");
    if (this.#keys === null || counter === 0) return refused("forged");
    const key = known?.key ?? (await deriveKey(this.#keys.base, this.#session, streamId, "decrypt"));
    const plaintext = await decrypt(key, header, counter, new Uint8Array(sealed.subarray(HEADER_BYTES)));
    if (plaintext === null) return refused("forged");
    // Only an authentic frame takes a place: the service alone cannot fill them.
    if (known === undefined && this.#streams.size >= MAX_STREAMS) return refused("streams_full");
    const missed = known === undefined ? 0 : Math.max(0, counter - known.known - 1);
    // Put in anew, so that the map is in the order of last hearing.
    this.#streams.delete(stream);
    this.#streams.set(stream, { key, last: counter, known: Math.max(counter, known?.known ?? 0) });
    return { ok: true, stream, counter, missed, plaintext };
  }
}

/** The stream id of a sealed frame as base64url, and its counter; null where it is too short to be one. */
export function readSealHeader(sealed: Uint8Array): StreamCounter | null {
  if (sealed.length < SEAL_OVERHEAD_BYTES) return null;
  const header = new Uint8Array(sealed.subarray(0, HEADER_BYTES));
  return {
    stream: toBase64Url(header.subarray(0, STREAM_ID_BYTES)),
    counter: new DataView(header.buffer).getUint32(STREAM_ID_BYTES),
  };
}

/** Reads a room key from its base64url form; null if it is none. */
export function parseRoomKey(text: string): Uint8Array<ArrayBuffer> | null {
  if (!isBase64Url(text, 43)) return null;
  const bytes = fromBase64Url(text);
  // Spare bits must be zero: one key has one text.
  return bytes.length === ROOM_KEY_BYTES && toBase64Url(bytes) === text ? bytes : null;
}

// HKDF (RFC 5869) with SHA-256. Ids that the service hands out to participants play no part in it.
function deriveKey(
  base: CryptoKey,
  session: string,
  streamId: Uint8Array,
  usage: "encrypt" | "decrypt",
): Promise<CryptoKey> {
  const label = new TextEncoder().encode(INFO);
  const info = new Uint8Array(label.length + streamId.length);
  info.set(label);
  info.set(streamId, label.length);
  const salt = new TextEncoder().encode(session);
  const hkdf = { name: "HKDF", hash: "SHA-256", salt, info };
  return crypto.subtle.deriveKey(hkdf, base, { name: "AES-GCM", length: 256 }, false, [usage]);
}

function encodeHeader(streamId: Uint8Array, counter: number): Uint8Array<ArrayBuffer> {
  const header = new Uint8Array(HEADER_BYTES);
  header.set(streamId);
  new DataView(header.buffer).setUint32(STREAM_ID_BYTES, counter);
  return header;
}

// AES-256-GCM (NIST SP 800-38D): the nonce is the counter, the AAD is version, stream id and counter.
function parameters(header: Uint8Array, counter: number) {
  const iv = new Uint8Array(NONCE_BYTES);
  new DataView(iv.buffer).setUint32(NONCE_BYTES - COUNTER_BYTES, counter);
  const additionalData = new Uint8Array(1 + HEADER_BYTES);
  additionalData[0] = VERSION;
  additionalData.set(header, 1);
  return { name: "AES-GCM", iv, additionalData, tagLength: TAG_BYTES * 8 };
}

async function decrypt(
  key: CryptoKey,
  header: Uint8Array,
  counter: number,
  ciphertext: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    return new Uint8Array(await crypto.subtle.decrypt(parameters(header, counter), key, ciphertext));
  } catch {
    return null;
  }
}
