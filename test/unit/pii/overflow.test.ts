// Texts with more candidates than the engine has room for: found whole all the same, or refused; never let through in part.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createDetectStream } from "../../../src/pii/detect-stream.ts";
import { detectorOver } from "../../../src/pii/detector.ts";
import type { Engine } from "../../../src/pii/engine-instance.ts";
import { thresholdsFor } from "../../../src/pii/profiles.ts";
import { createRedactStream, redact } from "../../../src/pii/redact.ts";
import { restore } from "../../../src/pii/restore.ts";
import { messageScanOver } from "../../../src/pii/scan-messages.ts";
import { SEGMENT_UNITS } from "../../../src/pii/segments.ts";
import { createVault } from "../../../src/pii/vault.ts";
import { newDetector, newEngine } from "./engine-under-test.ts";
import { cut, cutPoints, longText } from "./text-arbitraries.ts";

const CARD = ["4111", "1111", "1111", "1111"].join(" ");
const SSN = ["536", "90", "4399"].join("-");
const VALUES = [CARD, "14 March 1985", "Anna Berg", SSN];
const TAIL = `\nMy card is ${CARD}, born on 14 March 1985, I'm Anna Berg, ssn ${SSN}.`;
/** Of each a candidate begins every few characters. */
const DENSE = ["Lima,", "@Lima", "家Lima", "@@Lima", "@@usa"];

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** An engine with room for the candidates of so short a piece only. */
const crowded = (engine: Engine, most: number): Engine => ({
  ...engine,
  scan: (piece, thresholds, shift) => (piece.length > most ? null : engine.scan(piece, thresholds, shift)),
  scanBytes: (piece, thresholds) => (piece.length > most ? null : engine.scanBytes(piece, thresholds)),
});

describe.each(DENSE)("a text full of %s", (word) => {
  const most = Math.floor((SEGMENT_UNITS - TAIL.length) / word.length);
  it.each([2_600, most, 12_000].filter((times) => times <= most || times === 12_000))(
    "[PII14] %i times is scanned to its end, on the device and in the isolate",
    (times) => {
      const text = word.repeat(times) + TAIL;
      const vault = createVault();
      const { text: sent } = redact(text, newDetector(), vault);
      const [scanned] = messageScanOver(newEngine()).scan([{ content: bytes(text) }], {
        firstToken: 1,
        keep: [],
      }).messages;
      const received = new TextDecoder().decode(scanned?.content);
      for (const value of VALUES) {
        expect(sent).not.toContain(value);
        expect(received).not.toContain(value);
      }
      expect(restore(sent, vault)).toBe(text);
    },
  );
});

describe("more candidates than there is room for", () => {
  it("[PII14] are found each, as in a text that has fewer", () => {
    const text = "Lima,".repeat(3_200);
    const places = newDetector().detect(text);
    expect(places.map(({ start, end }) => [start, end])).toEqual(
      Array.from({ length: 3_200 }, (_, at) => [5 * at, 5 * at + 4]),
    );
  });

  it("[PII2] leave the memory as it was", () => {
    for (const build of ["simd", "scalar"] as const) {
      const engine = newEngine(build);
      const pristine = new Uint8Array(engine.memory.buffer).slice();
      const dense = "Lima,".repeat(SEGMENT_UNITS / 5);
      expect(engine.scan(dense, thresholdsFor("balanced"))).toBeNull();
      expect(Buffer.compare(new Uint8Array(engine.memory.buffer), pristine)).toBe(0);
    }
  });

  it("[PII5] [PII7] a stream cut anywhere gives what the whole text gives", () => {
    const engine = newEngine();
    fc.assert(
      fc.property(
        longText,
        cutPoints,
        fc.integer({ min: 1_024, max: SEGMENT_UNITS }),
        (text, points, most) => {
          const detector = detectorOver(crowded(engine, most));
          const found = createDetectStream(detector);
          const spans = cut(text, points).flatMap((chunk) => found.push(chunk));
          expect([...spans, ...found.flush()]).toEqual(detector.detect(text));

          const vault = createVault();
          const whole = redact(text, detector, vault).text;
          const stream = createRedactStream(detector, createVault());
          const parts = cut(text, points).map((chunk) => stream.push(chunk).text);
          expect(parts.join("") + stream.flush().text).toBe(whole);
          expect(restore(whole, vault)).toBe(text);
        },
      ),
      { numRuns: 25 },
    );
  });

  it("[PII20] the isolate finds the same in pieces of any size", () => {
    const engine = newEngine();
    // No cut falls where a cue would be out of sight.
    const content = bytes(`${"Plain words go on and on here. ".repeat(40)}${TAIL}\n`.repeat(30));
    const options = { firstToken: 1, keep: [] };
    const whole = messageScanOver(engine).scan([{ content }], options);
    for (const most of [1_024, 2_500, 6_000, 12_000]) {
      expect(messageScanOver(crowded(engine, most)).scan([{ content }], options)).toEqual(whole);
    }
  });

  it("[PII14] are refused where no smaller piece has fewer, and nothing is let through", () => {
    const engine = crowded(newEngine(), 0);
    const detector = detectorOver(engine);
    for (const text of [`I'm Anna Berg, ${CARD}`, "Lima,".repeat(10_000)]) {
      expect(() => detector.detect(text)).toThrow("pii_engine_overflow");
      expect(() => redact(text, detector, createVault())).toThrow("pii_engine_overflow");
      const scan = messageScanOver(engine);
      expect(() => scan.scan([{ content: bytes(text) }], { firstToken: 1, keep: [] })).toThrow(
        "pii_engine_overflow",
      );
    }
  });
});
