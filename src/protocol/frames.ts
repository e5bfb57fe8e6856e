// Binary frames of ghost.v1: content, always sealed by a participant. The service reads the header and
// relays the rest. Integers are big-endian. docs/protocol.md shows every layout to the byte.
import { ok, refuse, type Result } from "./errors.ts";
import { ID_BYTES } from "./ids.ts";

/** First byte of a binary frame. `channel` is laid out in channel-frames.ts; such a frame is a message of its own. */
export const FRAME = { relay: 0x01, channel: 0x02, bundle: 0x03, receipt: 0x04 } as const;

/** bytes before the sealed content: kind, ref. */
export const CLIENT_RELAY_HEADER_BYTES = 1 + 4;
/** bytes before the sealed content: kind, seq, sender. */
export const SERVER_RELAY_HEADER_BYTES = 1 + 8 + ID_BYTES;
/** bytes: kind, seq, ref. */
export const RECEIPT_BYTES = 1 + 8 + 4;
/** bytes that a frame costs inside a bundle besides its own: its length. */
export const BUNDLE_ENTRY_BYTES = 4;

/** One content frame as a client sends it. */
export interface ClientRelay {
  readonly kind: "relay";
  /** The sender's own reference, 0 to 2^32 - 1; comes back in the receipt. Need not be unique. */
  readonly ref: number;
  /** View of the sealed bytes, at least one. */
  readonly sealed: Uint8Array;
}

/** A content frame as participants receive it. */
export interface ServerRelay {
  readonly kind: "relay";
  /** Place in the session's order within this epoch; starts at 1, no gaps on one connection. */
  readonly seq: number;
  /** {@link ID_BYTES} raw bytes of the sender's participant id, set by the service. */
  readonly sender: Uint8Array;
  readonly sealed: Uint8Array;
}

/** What the sender gets in place of its own frame. */
export interface Receipt {
  readonly kind: "receipt";
  readonly seq: number;
  readonly ref: number;
}

export type ServerFrame = ServerRelay | Receipt;

/** Reads a binary message from a client: one relay frame or a bundle of them. Refuses with `bad_frame`. */
export function parseClientMessage(bytes: Uint8Array): Result<ClientRelay[]> {
  return parseMessage(bytes, parseClientRelay);
}

/** Reads a binary message from the service: one frame or a bundle of them. Refuses with `bad_frame`. */
export function parseServerMessage(bytes: Uint8Array): Result<ServerFrame[]> {
  return parseMessage(bytes, parseServerFrame);
}

export function encodeClientRelay(ref: number, sealed: Uint8Array): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(CLIENT_RELAY_HEADER_BYTES + sealed.length);
  out[0] = FRAME.relay;
  view(out).setUint32(1, ref);
  out.set(sealed, CLIENT_RELAY_HEADER_BYTES);
  return out;
}

export function encodeServerRelay(
  seq: number,
  sender: Uint8Array,
  sealed: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(SERVER_RELAY_HEADER_BYTES + sealed.length);
  out[0] = FRAME.relay;
  setSeq(out, 1, seq);
  out.set(sender, 9);
  out.set(sealed, SERVER_RELAY_HEADER_BYTES);
  return out;
}

export function encodeReceipt(seq: number, ref: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(RECEIPT_BYTES);
  out[0] = FRAME.receipt;
  setSeq(out, 1, seq);
  view(out).setUint32(9, ref);
  return out;
}

/** Joins frames into one message; a single frame is returned as it is. */
export function encodeBundle(frames: readonly Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  const only = frames[0];
  if (frames.length === 1 && only !== undefined) return only;
  let size = 1;
  for (const frame of frames) size += BUNDLE_ENTRY_BYTES + frame.length;
  const out = new Uint8Array(size);
  const data = view(out);
  out[0] = FRAME.bundle;
  let at = 1;
  for (const frame of frames) {
    data.setUint32(at, frame.length);
    out.set(frame, at + BUNDLE_ENTRY_BYTES);
    at += BUNDLE_ENTRY_BYTES + frame.length;
  }
  return out;
}

type ParseFrame<F> = (bytes: Uint8Array) => F | null;

function parseMessage<F>(bytes: Uint8Array, parseFrame: ParseFrame<F>): Result<F[]> {
  const frames = bytes[0] === FRAME.bundle ? parseBundle(bytes, parseFrame) : [parseFrame(bytes)];
  return frames.length > 0 && frames.every((frame) => frame !== null) ? ok(frames) : refuse("bad_frame");
}

// A bundle inside a bundle is refused by parseFrame, so a message cannot nest.
function parseBundle<F>(bytes: Uint8Array, parseFrame: ParseFrame<F>): (F | null)[] {
  const data = view(bytes);
  const frames: (F | null)[] = [];
  let at = 1;
  while (at < bytes.length) {
    const start = at + BUNDLE_ENTRY_BYTES;
    if (start > bytes.length) return [];
    at = start + data.getUint32(at);
    if (at > bytes.length) return [];
    frames.push(parseFrame(bytes.subarray(start, at)));
  }
  return frames;
}

function parseClientRelay(bytes: Uint8Array): ClientRelay | null {
  if (bytes[0] !== FRAME.relay || bytes.length <= CLIENT_RELAY_HEADER_BYTES) return null;
  return { kind: "relay", ref: view(bytes).getUint32(1), sealed: bytes.subarray(CLIENT_RELAY_HEADER_BYTES) };
}

function parseServerFrame(bytes: Uint8Array): ServerFrame | null {
  if (bytes[0] === FRAME.relay && bytes.length > SERVER_RELAY_HEADER_BYTES) {
    const seq = getSeq(bytes, 1);
    if (seq === null) return null;
    return {
      kind: "relay",
      seq,
      sender: bytes.subarray(9, SERVER_RELAY_HEADER_BYTES),
      sealed: bytes.subarray(SERVER_RELAY_HEADER_BYTES),
    };
  }
  if (bytes[0] === FRAME.receipt && bytes.length === RECEIPT_BYTES) {
    const seq = getSeq(bytes, 1);
    return seq === null ? null : { kind: "receipt", seq, ref: view(bytes).getUint32(9) };
  }
  return null;
}

// Sequence numbers take 8 bytes and stay below 2^53, so that every language reads them exactly.
function setSeq(bytes: Uint8Array, at: number, seq: number): void {
  const data = view(bytes);
  data.setUint32(at, Math.floor(seq / 0x1_0000_0000));
  data.setUint32(at + 4, seq % 0x1_0000_0000);
}

function getSeq(bytes: Uint8Array, at: number): number | null {
  const data = view(bytes);
  const seq = data.getUint32(at) * 0x1_0000_0000 + data.getUint32(at + 4);
  return seq > 0 && Number.isSafeInteger(seq) ? seq : null;
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
