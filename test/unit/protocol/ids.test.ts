// Identifiers: their one form, and everything near it refused.
import fc from "fast-check";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { randomId } from "../../../src/crypto/bytes.ts";
import {
  ID_BYTES,
  IdSchema,
  isBase64Url,
  isSessionId,
  MARK_BYTES,
  MarkSchema,
  RESUME_SECRET_BYTES,
  ResumeSecretSchema,
  SESSION_ID_CHARS,
} from "../../../src/protocol/ids.ts";

const HEX = Array.from("0123456789abcdef");
const FORMS = [
  { name: "id", schema: IdSchema, size: ID_BYTES },
  { name: "resume secret", schema: ResumeSecretSchema, size: RESUME_SECRET_BYTES },
  { name: "mark", schema: MarkSchema, size: MARK_BYTES },
];

describe.each(FORMS)("$name", ({ schema, size }) => {
  it("takes what randomId makes", () => {
    for (let i = 0; i < 200; i++) expect(v.is(schema, randomId(size))).toBe(true);
  });

  it("[RULE9] refuses another length, another character and what is no text", () => {
    const fit = randomId(size);
    for (const text of ["", fit.slice(1), `${fit}A`, `${fit}=`, ` ${fit}`, `${fit}\n`]) {
      expect(v.is(schema, text)).toBe(false);
    }
    for (let at = 0; at < fit.length; at++) {
      for (const char of ["+", "/", "=", ".", " ", "\0", "é", "\u{1F47B}"]) {
        expect(v.is(schema, fit.slice(0, at) + char + fit.slice(at + char.length))).toBe(false);
      }
    }
    for (const value of [null, undefined, 1, true, [fit], { fit }]) expect(v.is(schema, value)).toBe(false);
  });
});

describe("isBase64Url", () => {
  it("agrees with the alphabet of RFC 4648 section 5 for every character", () => {
    for (let code = 0; code < 0x300; code++) {
      const char = String.fromCharCode(code);
      expect(isBase64Url(char, 1), String(code)).toBe(/^[A-Za-z0-9_-]$/.test(char));
    }
  });
});

describe("isSessionId", () => {
  const hex = fc.string({ unit: fc.constantFrom(...HEX), minLength: 64, maxLength: 64 });

  it("takes 64 characters of lower-case hexadecimal and nothing else", () => {
    fc.assert(
      fc.property(hex, fc.nat(63), fc.constantFrom("A", "F", "g", "-", " ", "\n", "٣"), (id, at, char) => {
        expect(isSessionId(id)).toBe(true);
        expect(isSessionId(id.slice(0, at) + char + id.slice(at + 1))).toBe(false);
        expect(isSessionId(id.slice(1))).toBe(false);
        expect(isSessionId(`${id}0`)).toBe(false);
      }),
    );
    expect(SESSION_ID_CHARS).toBe(64);
    expect(isSessionId("")).toBe(false);
  });
});
