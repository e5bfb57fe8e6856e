// Bytes and their text forms.
import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  concat,
  fromBase64Url,
  isCanonicalBase64Url,
  isCanonicalJws,
  randomId,
  sha256,
  toBase64Url,
  zero,
} from "../../../src/crypto/bytes.ts";
import vectors from "../../vectors/bytes.json" with { type: "json" };

describe("base64url", () => {
  it("comes back as it was, and agrees with Node's own", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const text = toBase64Url(bytes);
        expect(text).toBe(Buffer.from(bytes).toString("base64url"));
        expect(fromBase64Url(text)).toEqual(Uint8Array.from(bytes));
        expect(isCanonicalBase64Url(text)).toBe(true);
      }),
    );
  });

  it.each(vectors.base64url)("vector $text", ({ hex, text }) => {
    expect(toBase64Url(Buffer.from(hex, "hex"))).toBe(text);
    expect(Buffer.from(fromBase64Url(text)).toString("hex")).toBe(hex);
  });

  it("throws a TypeError on characters that are none of its alphabet", () => {
    for (const text of ["***", "é", "A\0A", "a.b", "\u{1F47B}"]) {
      expect(() => fromBase64Url(text), text).toThrow(TypeError);
    }
  });
});

describe("isCanonicalBase64Url", () => {
  it("[STMT3] takes one text for each sequence of bytes", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), (text) => {
        const canonical = Buffer.from(text, "base64url").toString("base64url") === text;
        expect(isCanonicalBase64Url(text)).toBe(canonical);
      }),
    );
  });

  it.each(vectors.notCanonical)("[STMT3] refuses %j", (text) => {
    expect(isCanonicalBase64Url(text)).toBe(false);
  });
});

describe("isCanonicalJws", () => {
  it("[STMT3] takes three canonical parts and nothing else", () => {
    expect(isCanonicalJws("AA.AA.AA")).toBe(true);
    for (const text of [
      "",
      "AA",
      "AA.AA",
      "AA.AA.AA.AA",
      "AA.AA.AB",
      "AB.AA.AA",
      "AA.AA.AA=",
      "AA.AA.AA\n",
    ]) {
      expect(isCanonicalJws(text), text).toBe(false);
    }
  });
});

describe("randomId", () => {
  it("never repeats and has the asked number of bytes", () => {
    const ids = Array.from({ length: 1_000 }, () => randomId(12));
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(fromBase64Url(id).length).toBe(12);
  });
});

describe("sha256", () => {
  it.each(vectors.sha256)("vector of $length characters", async ({ text, hex }) => {
    expect(Buffer.from(fromBase64Url(await sha256(text))).toString("hex")).toBe(hex);
  });

  it("hashes the UTF-8 form of any text", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "grapheme" }), async (text) => {
        expect(await sha256(text)).toBe(createHash("sha256").update(text, "utf8").digest("base64url"));
      }),
    );
  });
});

describe("zero", () => {
  it("[RULE11] overwrites each buffer, and of a view only its own part", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 50 })), (buffers) => {
        zero(...buffers);
        for (const buffer of buffers) expect(buffer.every((byte) => byte === 0)).toBe(true);
      }),
    );
    const whole = Uint8Array.of(1, 2, 3, 4);
    zero(whole.subarray(1, 3));
    expect([...whole]).toEqual([1, 0, 0, 4]);
  });
});

it("parts are joined in order, into a buffer of their own", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 20 })), (parts) => {
      expect(concat(...parts)).toEqual(Uint8Array.from(parts.flatMap((part) => [...part])));
    }),
  );
  const one = Uint8Array.of(1, 2);
  expect(concat(one).buffer).not.toBe(one.buffer);
});
