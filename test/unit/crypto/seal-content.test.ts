// What is inside the seal: one encoding for each value, padded, and nothing else is taken.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  accountCapacity,
  encodeContent,
  isName,
  largestBucket,
  parseContent,
  textCapacity,
  turnPartCapacity,
} from "../../../src/crypto/seal-content.ts";
import { toBase64Url } from "../../../src/crypto/bytes.ts";
import { SEAL_OVERHEAD_BYTES } from "../../../src/crypto/seal.ts";
import vectors from "../../vectors/seal.json" with { type: "json" };

const text = fc.string({ unit: "grapheme", maxLength: 600 });
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length }).map(toBase64Url);
const account = fc.record({ stream: bytes(16), counter: fc.nat({ max: 0xffff_ffff }) });
const announce = fc.record({
  kind: fc.constant("announce" as const),
  fresh: fc.boolean(),
  participant: bytes(12),
  name: fc.string({ unit: "grapheme", maxLength: 20 }).filter(isName),
  counters: fc.array(account, { maxLength: 30 }),
});

const turn = fc.record({
  kind: fc.constant("turn" as const),
  of: fc.constantFrom("question" as const, "answer" as const),
  turn: bytes(12),
  attempt: fc.integer({ min: 1, max: 0xffff }),
  index: fc.nat({ max: 0xffff_ffff }),
  end: fc.constantFrom(null, "stop", "length", "filtered", "cancelled", "error", "cut"),
  text,
});

describe("[SEAL7] content", () => {
  it("comes back as it was, and its length is a bucket", () => {
    const content = fc.oneof(fc.record({ kind: fc.constant("text" as const), text }), announce, turn);
    fc.assert(
      fc.property(content, (value) => {
        const encoded = encodeContent(value);
        expect(parseContent(encoded)).toEqual(value);
        expect(Math.log2(encoded.length / 256) % 1).toBe(0);
      }),
    );
  });

  it("of whatever bytes never throws, and what is taken has no second encoding", () => {
    let taken = 0;
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 60 }),
        fc.constantFrom(0, 256, 512),
        fc.constantFrom(0, 1, 2, 3),
        (raw, size, kind) => {
          const plaintext = new Uint8Array(Math.max(size, raw.length));
          plaintext.set(raw);
          if (kind > 0 && plaintext.length > 6)
            plaintext.set([1, kind, 0, 0, 0, Math.max(0, raw.length - 6)]);
          const parsed = parseContent(plaintext);
          if (typeof parsed === "string") return;
          taken += 1;
          expect(encodeContent(parsed)).toEqual(plaintext);
        },
      ),
    );
    expect(taken).toBeGreaterThan(0);
  });

  it.each(vectors.refusedPlaintexts)("refuses $name", ({ plaintext, expect: reason }) => {
    expect(parseContent(Buffer.from(plaintext, "hex"))).toBe(reason);
  });

  it("fits the largest frame that a session allows, for every size that it may allow", () => {
    for (const frameBytes of [1_024, 1_025, 4_096, 65_535, 65_536]) {
      const bucket = largestBucket(frameBytes, 5);
      const full = encodeContent({ kind: "text", text: "x".repeat(textCapacity(bucket)) });
      expect(full.length).toBe(bucket);
      expect(full.length + SEAL_OVERHEAD_BYTES + 5).toBeLessThanOrEqual(frameBytes);
      const part = { kind: "turn", of: "answer", turn: "A".repeat(16), attempt: 1, index: 0 } as const;
      const whole = { ...part, end: null, text: "x".repeat(turnPartCapacity(bucket)) };
      expect(encodeContent(whole).length).toBe(bucket);
      const counters = Array.from({ length: accountCapacity(bucket, 96) }, () => ({
        stream: "A".repeat(22),
        counter: 1,
      }));
      const announced = { kind: "announce", fresh: true, participant: "A".repeat(16), counters } as const;
      expect(encodeContent({ ...announced, name: "n".repeat(96) }).length).toBe(bucket);
    }
  });
});

describe("[SEAL7] a display name", () => {
  it("is short and cannot steer a terminal or turn a line around", () => {
    for (const name of ["", "Ada", "Zoë 👻", "x".repeat(96)]) expect(isName(name)).toBe(true);
    for (const name of ["x".repeat(97), "a\nb", "a\u001b[2J", "a\u0085", "a\u202eb", "a\u2066b", "\ud800"]) {
      expect(isName(name), JSON.stringify(name)).toBe(false);
    }
  });
});
