// Streams cut anywhere give what the whole text gives, in and out, and restoring gives every string back.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createDetectStream } from "../../../src/pii/detect-stream.ts";
import { createRedactStream, redact } from "../../../src/pii/redact.ts";
import { createRestoreStream, restore } from "../../../src/pii/restore.ts";
import { byteSegmentAt, CONTEXT_UNITS, segmentAt, SEGMENT_UNITS } from "../../../src/pii/segments.ts";
import { createVault } from "../../../src/pii/vault.ts";
import { newDetector } from "./engine-under-test.ts";
import { cut, cutPoints, hostileText, longText } from "./text-arbitraries.ts";

const detector = newDetector();

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

/** Where the first segment ends, 0 if more text is needed. */
const firstCut = (text: string, atEnd: boolean): number => segmentAt(text, 0, atEnd)?.cut ?? 0;

describe("segments", () => {
  it("[PII5] a cut depends only on what one piece holds and one unit more", () => {
    fc.assert(
      fc.property(longText, fc.double({ min: 0, max: 1, noNaN: true }), (text, share) => {
        const whole = firstCut(text, true);
        expect(segmentAt(text, 0, true)?.end).toBeLessThanOrEqual(SEGMENT_UNITS);
        const early = firstCut(text.slice(0, Math.floor(share * text.length)), false);
        expect([0, whole]).toContain(early);
        expect(firstCut(text.slice(0, SEGMENT_UNITS + 1), false)).toBe(
          text.length > SEGMENT_UNITS ? whole : 0,
        );
      }),
      { numRuns: 100 },
    );
  });
  it("[PII5] no piece is longer than the engine takes, and bytes are cut by the same rule", () => {
    fc.assert(
      fc.property(longText, (raw) => {
        const text = raw.replace(/[^\x00-\x7f]/gu, "x");
        const bytes = new TextEncoder().encode(text);
        for (let from = 0; from < text.length;) {
          const segment = segmentAt(text, from, true);
          expect(segment).toEqual(byteSegmentAt(bytes, from));
          if (segment === undefined) return;
          expect(segment.end - segment.start).toBeLessThanOrEqual(SEGMENT_UNITS);
          expect(segment.cut).toBeGreaterThan(from);
          from = segment.cut;
        }
      }),
      { numRuns: 40 },
    );
  });
  it("[PII5] never cuts a surrogate pair or an open key block", () => {
    expect(firstCut("\ud83d\ude00".repeat(SEGMENT_UNITS), true) % 2).toBe(0);
    expect(firstCut(`x${"\ud83d\ude00".repeat(SEGMENT_UNITS)}`, true) % 2).toBe(1);
    const block = `${"a ".repeat(7_000)}\n-----BEGIN ${"k".repeat(64)}\n${`${"k".repeat(64)}\n`.repeat(60)}-----END\n`;
    expect(block.slice(firstCut(block, true)).startsWith("-----BEGIN")).toBe(true);
  });

  /** A text in which each value stands once right behind a cut and its cue before it, wherever that cut is. */
  const across = (cue: string, value: string, at: number): string => {
    const filler = "we went there and came back again and ".repeat(900);
    return `${filler.slice(0, at - cue.length)}\n${cue}${value} and then ${filler}`;
  };
  it.each([
    ["a cue word", "the passport number is ", "534021987", "534021987"],
    ["a birth cue", "she was born on ", "14 March 1985", "14 March 1985"],
    [
      "an address",
      "I live at 12 Main Street, ",
      "Springfield, IL 62701",
      "12 Main Street, Springfield, IL 62701",
    ],
    ["a name", "Kind regards,\nMr. Anna ", "Petersson", "Anna Petersson"],
  ])("[PII5] finds %s and its value wherever the cut falls", (_name, cue, value, whole) => {
    // at every blank of the phrase the cut would fall once
    const cut = firstCut("word ".repeat(SEGMENT_UNITS), true);
    for (let at = cut - 60; at < cut + 30; at++) {
      const text = across(cue, value, at);
      const found = detector.detect(text).map(({ start, end }) => text.slice(start, end));
      expect(found).toEqual([whole]);
      const [first = { start: 0, end: 0 }] = detector.detect(text);
      expect(first.start).toBeGreaterThan(cut - CONTEXT_UNITS);
    }
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
