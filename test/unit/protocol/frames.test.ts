// Binary frames: every layout to the byte, and every other sequence of bytes refused.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Result } from "../../../src/protocol/errors.ts";
import {
  BUNDLE_ENTRY_BYTES,
  CLIENT_RELAY_HEADER_BYTES,
  encodeBundle,
  encodeClientRelay,
  encodeReceipt,
  encodeServerRelay,
  FRAME,
  parseClientMessage,
  parseServerMessage,
  RECEIPT_BYTES,
  SERVER_RELAY_HEADER_BYTES,
} from "../../../src/protocol/frames.ts";
import { ID_BYTES } from "../../../src/protocol/ids.ts";
import { MAX_FRAME_BYTES } from "../../../src/protocol/limits.ts";
import vectors from "../../vectors/frames.json" with { type: "json" };

type Bytes = Uint8Array<ArrayBuffer>;

const BAD_FRAME = { ok: false, code: "bad_frame" };
const bytes = (minLength: number, maxLength = 80): fc.Arbitrary<Bytes> =>
  fc.uint8Array({ minLength, maxLength }).map((array) => Uint8Array.from(array));
const refs = fc.oneof(fc.constantFrom(0, 1, 0xffff_ffff), fc.nat(0xffff_ffff));
const seqs = fc.oneof(
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
const SIDES: readonly Side[] = [
  { side: "client", parse: parseClientMessage, frames: clientFrames },
  { side: "server", parse: parseServerMessage, frames: serverFrames },
];

/** A bundle of anything at all, also of what encodeBundle would never join. */
function bundleOf(...frames: readonly Uint8Array[]): Bytes {
  return Uint8Array.from([FRAME.bundle, ...frames.flatMap((frame) => [...uint32(frame.length), ...frame])]);
}

function uint32(value: number): number[] {
  return [value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
}

describe.each(SIDES)("messages of the $side", ({ parse, frames }) => {
  it("[SEQ1] one frame comes back as it was sent", () => {
    fc.assert(
      fc.property(frames, ({ frame, wire }) => {
        expect(parse(wire)).toEqual({ ok: true, value: [frame] });
      }),
    );
  });

  it("[FLOW8] a bundle comes back frame by frame, in order", () => {
    fc.assert(
      fc.property(fc.array(frames, { minLength: 1, maxLength: 20 }), (all) => {
        const message = encodeBundle(all.map(({ wire }) => wire));
        expect(parse(message)).toEqual({ ok: true, value: all.map(({ frame }) => frame) });
      }),
    );
  });

  it("[FLOW8] a bundle of one is read, though nobody needs to send it", () => {
    fc.assert(
      fc.property(frames, ({ frame, wire }) => {
        expect(encodeBundle([wire])).toBe(wire);
        expect(parse(bundleOf(wire))).toEqual({ ok: true, value: [frame] });
      }),
    );
  });

  it("reads from the middle of a larger buffer and nothing around it", () => {
    fc.assert(
      fc.property(
        fc.array(frames, { minLength: 1, maxLength: 4 }),
        bytes(0),
        bytes(0),
        (all, before, after) => {
          const message = encodeBundle(all.map(({ wire }) => wire));
          const buffer = Uint8Array.from([...before, ...message, ...after]);
          const middle = buffer.subarray(before.length, before.length + message.length);
          expect(parse(middle)).toEqual({ ok: true, value: all.map(({ frame }) => frame) });
        },
      ),
    );
  });

  it("[SOCK7] a bundle that is cut or lengthened anywhere is refused or has fewer whole frames", () => {
    fc.assert(
      fc.property(fc.array(frames, { minLength: 2, maxLength: 5 }), (all) => {
        const wires = all.map(({ wire }) => wire);
        const message = encodeBundle(wires);
        const ends = new Map<number, number>();
        let at = 1;
        for (const [index, wire] of wires.entries()) {
          at += BUNDLE_ENTRY_BYTES + wire.length;
          ends.set(at, index + 1);
        }
        for (let end = 0; end < message.length; end++) {
          const whole = ends.get(end);
          const kept = all.slice(0, whole).map(({ frame }) => frame);
          expect(parse(message.subarray(0, end))).toEqual(
            whole === undefined ? BAD_FRAME : { ok: true, value: kept },
          );
        }
        for (const more of [[0], [0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 9]]) {
          expect(parse(Uint8Array.from([...message, ...more]))).toEqual(BAD_FRAME);
        }
      }),
      { numRuns: 40 },
    );
  });

  it("[SOCK7] a bundle inside a bundle is refused at any depth", () => {
    fc.assert(
      fc.property(frames, frames, fc.integer({ min: 1, max: 50 }), ({ wire }, other, depth) => {
        let nested = bundleOf(wire);
        for (let level = 0; level < depth; level++) nested = bundleOf(nested);
        expect(parse(nested)).toEqual(BAD_FRAME);
        expect(parse(bundleOf(other.wire, bundleOf(wire)))).toEqual(BAD_FRAME);
      }),
    );
  });

  it("[SOCK7] an empty message, an empty bundle and an empty entry are refused", () => {
    const wire = fc.sample(frames, { numRuns: 1, seed: 5 })[0]?.wire ?? new Uint8Array();
    const none = new Uint8Array();
    for (const message of [
      none,
      encodeBundle([]),
      bundleOf(none),
      bundleOf(wire, none),
      bundleOf(none, wire),
    ]) {
      expect(parse(message)).toEqual(BAD_FRAME);
    }
    expect(parse(bundleOf(...Array.from({ length: 10_000 }, () => none)))).toEqual(BAD_FRAME);
  });

  it("[SOCK7] a length beyond the message is refused, however large it claims to be", () => {
    fc.assert(
      fc.property(
        frames,
        fc.oneof(fc.constantFrom(1, 0x7fff_ffff, 0xffff_ffff), fc.nat(0xffff_ffff)),
        (each, more) => {
          const { wire } = each;
          const claimed = Math.min(wire.length + Math.max(more, 1), 0xffff_ffff);
          expect(parse(Uint8Array.from([FRAME.bundle, ...uint32(claimed), ...wire]))).toEqual(BAD_FRAME);
        },
      ),
    );
  });

  it("[SOCK7] one bad entry refuses the whole bundle", () => {
    const kinds = fc.integer({ min: 5, max: 255 });
    fc.assert(
      fc.property(fc.array(frames, { minLength: 1, maxLength: 4 }), kinds, fc.nat(), (all, kind, pick) => {
        const wires = all.map(({ wire }) => Uint8Array.from(wire));
        const spoiled = wires[pick % wires.length];
        if (spoiled !== undefined) spoiled[0] = kind;
        expect(parse(bundleOf(...wires))).toEqual(BAD_FRAME);
      }),
    );
  });

  it("[RULE8] every other kind is refused, the assistant channel's among them", () => {
    const known = new Set<number>([FRAME.relay, FRAME.bundle, FRAME.receipt]);
    for (let kind = 0; kind <= 255; kind++) {
      if (!known.has(kind)) expect(parse(new Uint8Array(64).fill(kind, 0, 1))).toEqual(BAD_FRAME);
    }
  });

  it("[SOCK7] random bytes never throw, and what is read covers the message to the last byte", () => {
    const kinds = fc.constantFrom(FRAME.relay, FRAME.bundle, FRAME.receipt);
    const random = fc.oneof(
      bytes(0, 200),
      fc.tuple(kinds, bytes(0, 200)).map(([kind, rest]) => Uint8Array.from([kind, ...rest])),
      fc.array(bytes(0, 40), { maxLength: 6 }).map((entries) => bundleOf(...entries)),
    );
    fc.assert(
      fc.property(random, (message) => {
        const answer = parse(message);
        if (!answer.ok) expect(answer).toEqual(BAD_FRAME);
        else expect(encodeBundle(encodeAll(answer.value))).toEqual(unbundledIfOne(message));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("parseClientMessage", () => {
  it("[SOCK7] refuses every cut of a frame's header, and a frame without content", () => {
    const wire = encodeClientRelay(7, Uint8Array.of(1));
    for (let end = 0; end < wire.length; end++)
      expect(parseClientMessage(wire.subarray(0, end))).toEqual(BAD_FRAME);
    expect(parseClientMessage(encodeClientRelay(7, new Uint8Array()))).toEqual(BAD_FRAME);
  });

  it("[SOCK7] refuses a receipt: only the service makes them", () => {
    expect(parseClientMessage(encodeReceipt(1, 1))).toEqual(BAD_FRAME);
  });

  it("[RULE7] hands out a view of the sealed bytes and copies none", () => {
    const wire = encodeClientRelay(7, Uint8Array.of(1, 2, 3));
    const answer = parseClientMessage(wire);
    expect(answer.ok && answer.value[0]?.sealed.buffer).toBe(wire.buffer);
  });

  it("[FLOW5] reads the largest message in frames of one byte, and one frame of the same size", () => {
    const entry = encodeClientRelay(0, Uint8Array.of(9));
    const many = Math.floor((MAX_FRAME_BYTES - 1) / (BUNDLE_ENTRY_BYTES + entry.length));
    const bundle = parseClientMessage(encodeBundle(Array.from({ length: many }, () => entry)));
    expect(bundle.ok && bundle.value.length).toBe(many);
    const sealed = new Uint8Array(MAX_FRAME_BYTES - CLIENT_RELAY_HEADER_BYTES);
    expect(parseClientMessage(encodeClientRelay(0, sealed)).ok).toBe(true);
  });
});

describe("parseServerMessage", () => {
  it("[SOCK7] refuses every cut of a relay and of a receipt, and a receipt that is too long", () => {
    const relay = encodeServerRelay(1, new Uint8Array(ID_BYTES), Uint8Array.of(1));
    const receipt = encodeReceipt(1, 2);
    expect(relay.length).toBe(SERVER_RELAY_HEADER_BYTES + 1);
    expect(receipt.length).toBe(RECEIPT_BYTES);
    for (const wire of [relay, receipt]) {
      for (let end = 0; end < wire.length; end++)
        expect(parseServerMessage(wire.subarray(0, end))).toEqual(BAD_FRAME);
    }
    expect(parseServerMessage(Uint8Array.from([...receipt, 0]))).toEqual(BAD_FRAME);
  });

  it("[SEQ1] refuses sequence number 0 and every one from 2^53 on", () => {
    const tooLarge = fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n - 1n });
    fc.assert(
      fc.property(fc.oneof(fc.constantFrom(0n, 2n ** 53n, 2n ** 64n - 1n), tooLarge), (seq) => {
        for (const wire of [
          encodeServerRelay(1, new Uint8Array(ID_BYTES), Uint8Array.of(1)),
          encodeReceipt(1, 1),
        ]) {
          new DataView(wire.buffer).setBigUint64(1, seq);
          expect(parseServerMessage(wire)).toEqual(BAD_FRAME);
          expect(parseServerMessage(bundleOf(encodeReceipt(1, 1), wire))).toEqual(BAD_FRAME);
        }
      }),
    );
  });

  it("[SEQ1] writes sequence numbers as unsigned 64-bit big-endian", () => {
    fc.assert(
      fc.property(seqs, (seq) => {
        expect(new DataView(encodeReceipt(seq, 0).buffer).getBigUint64(1)).toBe(BigInt(seq));
      }),
    );
  });
});

describe("vectors", () => {
  it.each(vectors.clientRelay)("client relay $hex", ({ hex, ref, sealed }) => {
    expect(encodeClientRelay(ref, fromHex(sealed))).toEqual(fromHex(hex));
    expect(parseClientMessage(fromHex(hex))).toEqual({
      ok: true,
      value: [{ kind: "relay", ref, sealed: fromHex(sealed) }],
    });
  });

  it.each(vectors.serverRelay)("server relay $hex", ({ hex, seq, sender, sealed }) => {
    expect(encodeServerRelay(seq, fromHex(sender), fromHex(sealed))).toEqual(fromHex(hex));
    expect(parseServerMessage(fromHex(hex))).toEqual({
      ok: true,
      value: [{ kind: "relay", seq, sender: fromHex(sender), sealed: fromHex(sealed) }],
    });
  });

  it.each(vectors.receipt)("receipt $hex", ({ hex, seq, ref }) => {
    expect(encodeReceipt(seq, ref)).toEqual(fromHex(hex));
    expect(parseServerMessage(fromHex(hex))).toEqual({ ok: true, value: [{ kind: "receipt", seq, ref }] });
  });

  it.each(vectors.bundle)("bundle $hex", ({ hex, frames }) => {
    expect(encodeBundle(frames.map(fromHex))).toEqual(fromHex(hex));
    const answer = parseServerMessage(fromHex(hex));
    expect(answer.ok && encodeAll(answer.value)).toEqual(frames.map(fromHex));
  });

  it.each(vectors.refused)("refused by everyone: $hex ($why)", ({ hex }) => {
    for (const { parse } of SIDES) expect(parse(fromHex(hex))).toEqual(BAD_FRAME);
  });
});

function fromHex(hex: string): Bytes {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

interface Parsed {
  readonly kind: string;
  readonly ref?: number;
  readonly seq?: number;
  readonly sender?: Uint8Array;
  readonly sealed?: Uint8Array;
}

function encodeAll(frames: readonly Parsed[]): Bytes[] {
  return frames.map(({ ref = 0, seq, sender, sealed }) => {
    if (sealed === undefined) return encodeReceipt(seq ?? 0, ref);
    return sender === undefined
      ? encodeClientRelay(ref, sealed)
      : encodeServerRelay(seq ?? 0, sender, sealed);
  });
}

/** encodeBundle never makes a bundle of one, but one can be read. */
function unbundledIfOne(message: Bytes): Bytes {
  if (message[0] !== FRAME.bundle) return message;
  const only = new DataView(message.buffer).getUint32(1) === message.length - 1 - BUNDLE_ENTRY_BYTES;
  return only ? message.slice(1 + BUNDLE_ENTRY_BYTES) : message;
}
