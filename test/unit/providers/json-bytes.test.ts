import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { escapeJson, writeJson } from "../../../src/providers/json-bytes.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);
const read = (bytes: Uint8Array) => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);

// Any well-formed text, with the characters that JSON treats in a way of its own in every second place.
const special = fc.constantFrom(
  '"',
  "\\",
  "\b",
  "\t",
  "\n",
  "\f",
  "\r",
  "\0",
  "\x1f",
  "\x7f",
  "\u2028",
  "\ufeff",
  "/",
);
const anyText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.array(fc.oneof(special, fc.string({ unit: "grapheme", maxLength: 3 }))).map((parts) => parts.join("")),
);

describe("[PROV5] JSON out of bytes", () => {
  it("equals JSON.stringify for any well-formed text", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(read(escapeJson(utf8(text)))).toBe(JSON.stringify(text));
      }),
      { numRuns: 2_000 },
    );
  });

  it("equals JSON.stringify for every single character of the first two planes' borders and all of ASCII", () => {
    const codes = [
      ...Array(0x500).keys(),
      0x7ff,
      0x800,
      0x2028,
      0x2029,
      0xd7ff,
      0xe000,
      0xfffd,
      0xffff,
      0x10000,
      0x10ffff,
    ];
    for (const code of codes) {
      const text = String.fromCodePoint(code);
      expect(read(escapeJson(utf8(text)))).toBe(JSON.stringify(text));
    }
  });

  it("joins settings and content into one document of exactly their size", () => {
    fc.assert(
      fc.property(anyText, anyText, (one, two) => {
        const bytes = writeJson(['{"a":', { content: utf8(one) }, ',"b":[', { content: utf8(two) }, "]}"]);
        expect(JSON.parse(read(bytes))).toEqual({ a: one, b: [two] });
        expect(bytes.length).toBe(utf8(JSON.stringify({ a: one, b: [two] })).length);
      }),
    );
  });
});
