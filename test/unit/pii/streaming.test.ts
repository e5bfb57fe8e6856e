// Streams cut anywhere give what the whole text gives, in and out, and restoring gives every string back.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createDetectStream } from "../../../src/pii/detect-stream.ts";
import { createRedactStream, redact } from "../../../src/pii/redact.ts";
import { createRestoreStream, restore } from "../../../src/pii/restore.ts";
import { segmentLength, SEGMENT_UNITS } from "../../../src/pii/segments.ts";
import { createVault } from "../../../src/pii/vault.ts";
import { newDetector } from "./engine-under-test.ts";
import { cut, cutPoints, hostileText } from "./text-arbitraries.ts";

const detector = newDetector();
/** Long enough to be cut into several segments, with and without blanks. */
const longText = fc
  .tuple(hostileText, fc.constantFrom(" ", "\n", "", "\n\n", "[", "EMAIL_"), hostileText)
  .map(([a, glue, b]) =>
    (a + glue + b + "word. ").repeat(Math.ceil(SEGMENT_UNITS / (a.length + b.length + 7)) + 1),
  );

describe("detection", () => {
  it("[PII5] a stream cut anywhere gives the spans of the whole text", () => {
    fc.assert(
      fc.property(
        fc.oneof({ weight: 4, arbitrary: hostileText }, { weight: 1, arbitrary: longText }),
        cutPoints,
        (text, points) => {
          const stream = createDetectStream(detector);
          const spans = cut(text, points).flatMap((chunk) => stream.push(chunk));
          expect([...spans, ...stream.flush()]).toEqual(detector.detect(text));
        },
      ),
      { numRuns: 120 },
    );
  });
});

describe("segments", () => {
  it("[PII5] a cut depends only on the segment and one unit more", () => {
    fc.assert(
      fc.property(longText, fc.double({ min: 0, max: 1, noNaN: true }), (text, share) => {
        const whole = segmentLength(text, 0, true);
        expect(whole).toBeLessThanOrEqual(SEGMENT_UNITS);
        const early = segmentLength(text.slice(0, Math.floor(share * text.length)), 0, false);
        expect([0, whole]).toContain(early);
        expect(segmentLength(text.slice(0, SEGMENT_UNITS + 1), 0, false)).toBe(
          text.length > SEGMENT_UNITS ? whole : 0,
        );
      }),
      { numRuns: 100 },
    );
  });
  it("[PII5] never cuts a surrogate pair or an open key block", () => {
    expect(segmentLength("\ud83d\ude00".repeat(SEGMENT_UNITS), 0, true) % 2).toBe(0);
    expect(segmentLength(`x${"\ud83d\ude00".repeat(SEGMENT_UNITS)}`, 0, true) % 2).toBe(1);
    const block = `${"a ".repeat(7_000)}\n-----BEGIN ${"k".repeat(64)}\n${`${"k".repeat(64)}\n`.repeat(60)}-----END\n`;
    expect(block.slice(segmentLength(block, 0, true)).startsWith("-----BEGIN")).toBe(true);
  });
});

describe("redaction", () => {
  it("[PII6] restore(redact(x)) is x for every string, lone surrogates included", () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const vault = createVault();
        expect(restore(redact(text, detector, vault).text, vault)).toBe(text);
      }),
      { numRuns: 1500 },
    );
  });

  it("[PII6] holds for a whole conversation that shares one vault", () => {
    fc.assert(
      fc.property(fc.array(hostileText, { maxLength: 5 }), (texts) => {
        const vault = createVault();
        const sent = texts.map((text) => redact(text, detector, vault).text);
        expect(sent.map((text) => restore(text, vault))).toEqual(texts);
      }),
      { numRuns: 250 },
    );
  });

  it("[PII6] holds for texts of several segments", () => {
    fc.assert(
      fc.property(longText, (text) => {
        const vault = createVault();
        expect(restore(redact(text, detector, vault).text, vault)).toBe(text);
      }),
      { numRuns: 25 },
    );
  });

  it("[PII7] a stream cut anywhere gives the redaction of the whole text", () => {
    fc.assert(
      fc.property(
        fc.oneof({ weight: 4, arbitrary: hostileText }, { weight: 1, arbitrary: longText }),
        cutPoints,
        (text, points) => {
          const whole = redact(text, detector, createVault());
          const stream = createRedactStream(detector, createVault());
          const parts = cut(text, points).map((chunk) => stream.push(chunk));
          parts.push(stream.flush());
          expect(parts.map((p) => p.text).join("")).toBe(whole.text);
          expect(parts.flatMap((p) => p.spans)).toEqual(whole.spans);
        },
      ),
      { numRuns: 120 },
    );
  });
});

describe("restoring", () => {
  const vault = createVault();
  for (let i = 1; i <= 12; i++) vault.tokenFor("EMAIL", `user${String(i)}@example.org`);
  vault.tokenFor("EMAIL", "USER1@example.org");
  vault.tokenFor("PERSON", "[EMAIL_2]");
  vault.tokenFor("US_SSN", "536-90-4399");
  vault.tokenFor("PHONE", "+49 30 1234567");

  it("[PII8] a stream cut anywhere gives the restoration of the whole text", () => {
    fc.assert(
      fc.property(hostileText, cutPoints, (text, points) => {
        const stream = createRestoreStream(vault);
        const out =
          cut(text, points)
            .map((chunk) => stream.push(chunk))
            .join("") + stream.flush();
        expect(out).toBe(restore(text, vault));
      }),
      { numRuns: 1500 },
    );
  });

  it("[PII8] holds back only the beginning of a known token", () => {
    const stream = createRestoreStream(vault);
    expect(stream.push("Dear [X_1] and [EMA")).toBe("Dear [X_1] and ");
    expect(stream.push("NATE] ")).toBe("[EMANATE] ");
    expect(stream.push("[EMAIL_1")).toBe("");
    expect(stream.push("1]!")).toBe("user11@example.org!");
    expect(stream.push("plain text with no brackets. ")).toBe("plain text with no brackets. ");
    expect(stream.push("[EMAIL")).toBe("");
    expect(stream.flush()).toBe("[EMAIL");
  });
});
