// Binary messages of any kind, as either side reads them: what was joined comes apart again, everything else is refused.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BUNDLE_ENTRY_BYTES, encodeBundle, FRAME } from "../../../src/protocol/frames.ts";
import { BAD_FRAME, bundleOf, bytes, encodeAll, SIDES, uint32, unbundledIfOne } from "./frame-arbitrary.ts";

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
      // Random sequence numbers are beyond what is taken, nearly all of them.
      fc
        .tuple(frames, fc.nat(), fc.nat(255))
        .map(([{ wire }, at, byte]) => wire.with(at % wire.length, byte)),
    );
    const seen = { read: 0, refused: 0 };
    fc.assert(
      fc.property(random, (message) => {
        const answer = parse(message);
        seen[answer.ok ? "read" : "refused"] += 1;
        if (!answer.ok) expect(answer).toEqual(BAD_FRAME);
        else expect(encodeBundle(encodeAll(answer.value))).toEqual(unbundledIfOne(message));
      }),
      { numRuns: 2_000 },
    );
    expect([seen.read > 0, seen.refused > 0]).toEqual([true, true]);
  });
});
