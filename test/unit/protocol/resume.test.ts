// The request to resume, as it travels in a subprotocol name.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatResume, parseResume, RESUME_SUBPROTOCOL } from "../../../src/protocol/control.ts";
import { IdSchema, ResumeSecretSchema } from "../../../src/protocol/ids.ts";
import vectors from "../../vectors/resume.json" with { type: "json" };
import { arbitraryOf } from "./schema-arbitrary.ts";

const requests = fc.record(
  {
    epoch: arbitraryOf(IdSchema) as fc.Arbitrary<string>,
    seq: fc.oneof(fc.constantFrom(0, 1, Number.MAX_SAFE_INTEGER), fc.maxSafeNat()),
    secret: arbitraryOf(ResumeSecretSchema) as fc.Arbitrary<string>,
  },
  { noNullPrototype: true },
);
const bare = (offer: string) => offer.slice(RESUME_SUBPROTOCOL.length);

describe("parseResume", () => {
  it("[SEQ2] reads what formatResume wrote", () => {
    fc.assert(
      fc.property(requests, (request) => {
        expect(parseResume(bare(formatResume(request)))).toEqual(request);
      }),
    );
  });

  it("[SOCK1] a resume offer is a token of RFC 9110, so that it fits a subprotocol header", () => {
    fc.assert(
      fc.property(requests, (request) => {
        expect(formatResume(request)).toMatch(/^[A-Za-z0-9._-]+$/);
      }),
    );
  });

  it("[RULE9] refuses every cut, and a character put in anywhere", () => {
    const strange = fc.constantFrom(".", " ", "+", "/", "=", "\0", "é", "-");
    fc.assert(
      fc.property(requests, strange, fc.nat(), (request, char, pick) => {
        const text = bare(formatResume(request));
        for (let end = 0; end < text.length; end++) expect(parseResume(text.slice(0, end))).toBeNull();
        const at = pick % (text.length + 1);
        expect(parseResume(text.slice(0, at) + char + text.slice(at))).toBeNull();
      }),
      { numRuns: 50 },
    );
  });

  it("[RULE9] takes a sequence number in one spelling only", () => {
    const spellings = ["", "-1", "-0", "+1", "01", "1.0", "1e3", "0x1", " 1", "1 ", "NaN", "Infinity", "1_0"];
    for (const seq of [...spellings, "9007199254740992", "1".repeat(40)]) {
      expect(parseResume(`${"A".repeat(16)}.${seq}.${"B".repeat(22)}`), seq).toBeNull();
    }
  });

  it("[RULE9] refuses any other text and never throws", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(parseResume(text)).toBeNull();
      }),
    );
    expect(parseResume(".".repeat(100_000))).toBeNull();
  });

  it.each(vectors)("vector $offer", ({ offer, request }) => {
    expect(parseResume(bare(offer))).toEqual(request);
    if (request !== null) expect(formatResume(request)).toBe(offer);
  });
});
