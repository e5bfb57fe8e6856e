// Streams cut anywhere give what the whole text gives, in and out, and restoring gives every string back.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createDetectStream } from "../../../src/pii/detect-stream.ts";
import { createRedactStream, redact } from "../../../src/pii/redact.ts";
import { createRestoreStream, restore } from "../../../src/pii/restore.ts";
import { byteSegmentAt, CONTEXT_UNITS, segmentAt, SEGMENT_UNITS } from "../../../src/pii/segments.ts";
import { createVault } from "../../../src/pii/vault.ts";
import { newDetector } from "./engine-under-test.ts";
import { cut, cutPoints, farText, hostileText, longText, trickyText } from "./text-arbitraries.ts";

const detector = newDetector();
const CARD = ["4111", "1111", "1111", "1111"].join(" ");

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
  /** One that cuts out whatever a text says beside what looks like a token, too. */
  const eager = newDetector({ deny: [{ value: "zz" }] });
  const detectors = fc.constantFrom(detector, eager);

  it("[PII6] restore(redact(x)) is x for every string, lone surrogates included", () => {
    fc.assert(
      fc.property(fc.oneof(hostileText, trickyText), detectors, (text, finder) => {
        const vault = createVault();
        expect(restore(redact(text, finder, vault).text, vault)).toBe(text);
      }),
      { numRuns: 1500 },
    );
  });

  it("[PII6] holds for a whole conversation that shares one vault", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(hostileText, { maxLength: 5 }),
          fc.array(fc.oneof({ weight: 4, arbitrary: trickyText }, hostileText), { maxLength: 12 }),
        ),
        detectors,
        (texts, finder) => {
          const vault = createVault();
          const sent = texts.map((text) => redact(text, finder, vault).text);
          expect(sent.map((text) => restore(text, vault))).toEqual(texts);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it("[PII6] holds for texts of several segments", () => {
    fc.assert(
      fc.property(
        fc.oneof({ weight: 1, arbitrary: longText }, { weight: 3, arbitrary: farText }),
        detectors,
        (text, finder) => {
          const vault = createVault();
          expect(restore(redact(text, finder, vault).text, vault)).toBe(text);
        },
      ),
      { numRuns: 120 },
    );
  });

  it.each([
    [
      "another spelling of a number that is in use",
      "Call +49 30 1234567",
      "What is [PHONE_1B]?",
      "or +49 (30) 123-4567",
    ],
    ["a name that begins where a value ends", "see zzCARD_1 now", `card ${CARD}`],
    ["a name that ends where a value begins", "PERSON_1\\_Anna@Example.ORG", "I'm Anna Berg"],
    ["a name within another type's", "what is [de id CARD_1]?", `card ${CARD}`],
  ])("[PII6] a made-up token stays what it is: %s", (_what, ...texts) => {
    const vault = createVault();
    const sent = texts.map((text) => redact(text, eager, vault).text);
    expect(sent.map((text) => restore(text, vault))).toEqual(texts);
    const far = texts.join(`. ${"word and word. ".repeat(SEGMENT_UNITS / 14)}`);
    const other = createVault();
    expect(restore(redact(far, eager, other).text, other)).toBe(far);
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

  /** What could follow the beginning of a token. */
  const endings = ["EMAIL_1", "EMAIL_1B", "EMAIL_12", "PERSON_1", "US_SSN_1", "PHONE_1"].flatMap((name) =>
    Array.from({ length: name.length + 1 }, (_, n) => name.slice(n)).flatMap((rest) =>
      ["", "]", "\\]", "］", "】"].flatMap((close) => [rest + close, `_${rest}${close}`, `[${rest}${close}`]),
    ),
  );
  const waits = (text: string, at: number, from = vault): boolean =>
    from.read(text.slice(at), 0, at === 0 ? -1 : text.charCodeAt(at - 1), false).kind === "more";

  it("[PII8] holds back only what a known token begins with, or one whose end is not certain", () => {
    fc.assert(
      fc.property(fc.oneof(hostileText, trickyText), (text) => {
        for (let at = 0; at < text.length; at++) {
          if (!waits(text, at)) continue;
          const rest = text.slice(at);
          const previous = at === 0 ? -1 : text.charCodeAt(at - 1);
          const canBe = endings.some((end) => vault.read(rest + end, 0, previous, true).kind === "match");
          expect([rest, canBe]).toEqual([rest, true]);
          expect(waits(text, at, createVault())).toBe(false);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it.each(["a[", "see \\", "E\\", "[E\\", "\\[E\\", "［", "[US_\\"])(
    "[PII8] holds back nothing of %s that begins no token",
    (text) => {
      const empty = createRestoreStream(createVault());
      expect(empty.push(text)).toBe(text);
      const [last = ""] = text.slice(-1);
      const stream = createRestoreStream(vault);
      const begins = "[\\［".includes(last);
      expect(stream.push(text)).toBe(begins ? text.slice(0, -1) : text);
      expect(stream.flush()).toBe(begins ? last : "");
    },
  );

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
