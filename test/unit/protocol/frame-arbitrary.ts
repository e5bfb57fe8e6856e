// Frames of both directions, made at random, and messages that no client and no service of ours would send.
import fc from "fast-check";
import type { Result } from "../../../src/protocol/errors.ts";
import {
  BUNDLE_ENTRY_BYTES,
  encodeClientRelay,
  encodeReceipt,
  encodeServerRelay,
  FRAME,
  parseClientMessage,
  parseServerMessage,
} from "../../../src/protocol/frames.ts";
import { ID_BYTES } from "../../../src/protocol/ids.ts";

type Bytes = Uint8Array<ArrayBuffer>;

export const BAD_FRAME = { ok: false, code: "bad_frame" };
export const bytes = (minLength: number, maxLength = 80): fc.Arbitrary<Bytes> =>
  fc.uint8Array({ minLength, maxLength }).map((array) => Uint8Array.from(array));
const refs = fc.oneof(fc.constantFrom(0, 1, 0xffff_ffff), fc.nat(0xffff_ffff));
export const seqs = fc.oneof(
  fc.constantFrom(1, 0xffff_ffff, 0x1_0000_0000, 0x1_0000_0001, Number.MAX_SAFE_INTEGER),
  fc.maxSafeNat().map((seq) => seq || 1),
);
const clientFrames = fc.record({ ref: refs, sealed: bytes(1) }).map(({ ref, sealed }) => ({
  frame: { kind: "relay", ref, sealed },
  wire: encodeClientRelay(ref, sealed),
}));
const serverFrames = fc.oneof(
  fc
    .record({ seq: seqs, sender: bytes(ID_BYTES, ID_BYTES), sealed: bytes(1) })
    .map(({ seq, sender, sealed }) => ({
      frame: { kind: "relay", seq, sender, sealed },
      wire: encodeServerRelay(seq, sender, sealed),
    })),
  fc
    .record({ seq: seqs, ref: refs })
    .map(({ seq, ref }) => ({ frame: { kind: "receipt", seq, ref }, wire: encodeReceipt(seq, ref) })),
);
/** A frame as it is parsed, and as it travels. */
interface Sample {
  readonly frame: unknown;
  readonly wire: Bytes;
}
interface Side {
  readonly side: string;
  readonly parse: (message: Uint8Array) => Result<readonly Parsed[]>;
  readonly frames: fc.Arbitrary<Sample>;
}
export const SIDES: readonly Side[] = [
  { side: "client", parse: parseClientMessage, frames: clientFrames },
  { side: "server", parse: parseServerMessage, frames: serverFrames },
];

/** A bundle of anything at all, also of what encodeBundle would never join. */
export function bundleOf(...frames: readonly Uint8Array[]): Bytes {
  return Uint8Array.from([FRAME.bundle, ...frames.flatMap((frame) => [...uint32(frame.length), ...frame])]);
}

export function uint32(value: number): number[] {
  return [value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
}

interface Parsed {
  readonly kind: string;
  readonly ref?: number;
  readonly seq?: number;
  readonly sender?: Uint8Array;
  readonly sealed?: Uint8Array;
}

export function encodeAll(frames: readonly Parsed[]): Bytes[] {
  return frames.map(({ ref = 0, seq, sender, sealed }) => {
    if (sealed === undefined) return encodeReceipt(seq ?? 0, ref);
    return sender === undefined
      ? encodeClientRelay(ref, sealed)
      : encodeServerRelay(seq ?? 0, sender, sealed);
  });
}

/** encodeBundle never makes a bundle of one, but one can be read. */
export function unbundledIfOne(message: Bytes): Bytes {
  if (message[0] !== FRAME.bundle) return message;
  const only = new DataView(message.buffer).getUint32(1) === message.length - 1 - BUNDLE_ENTRY_BYTES;
  return only ? message.slice(1 + BUNDLE_ENTRY_BYTES) : message;
}
