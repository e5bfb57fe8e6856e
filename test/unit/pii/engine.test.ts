// The engine as a sealed box: no imports, fixed memory, nothing left behind, both builds alike.
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { thresholdsFor } from "../../../src/pii/profiles.ts";
import { platformWebAssembly } from "../../../src/pii/wasm-types.ts";
import { modules, newDetector, newEngine } from "./engine-under-test.ts";
import { hostileText } from "./text-arbitraries.ts";

const thresholds = thresholdsFor("strict");
const wasm = platformWebAssembly() as unknown as {
  Module: { imports(m: object): unknown[]; exports(m: object): { name: string; kind: string }[] };
};

describe("engine module", () => {
  it("[PII1] imports nothing, so it can reach nothing, and exports only its surface", () => {
    for (const module of Object.values(modules)) {
      expect(wasm.Module.imports(module)).toEqual([]);
      expect(
        wasm.Module.exports(module)
          .map((e) => e.name)
          .sort(),
      ).toEqual([
        "inputCapacity",
        "inputOffset",
        "memory",
        "outputOffset",
        "ready",
        "scan",
        "segmentUnits",
        "thresholdsOffset",
        "wipe",
      ]);
    }
  });

  it("[PII1] has a fixed memory", () => {
    const engine = newEngine();
    const memory = engine.memory as unknown as { grow(pages: number): number };
    expect(() => memory.grow(1)).toThrow();
  });

  it("[PII2] leaves its memory as it was before the scan, byte for byte", () => {
    for (const build of ["simd", "scalar"] as const) {
      const engine = newEngine(build);
      const pristine = new Uint8Array(engine.memory.buffer).slice();
      const long =
        "Contact Anna Berg, anna@example.org, +49 30 1234567, card 4111 1111 1111 1111, 3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy. ".repeat(
          140,
        );
      fc.assert(
        fc.property(
          fc.oneof(
            hostileText,
            fc.constant(long.slice(0, engine.segmentUnits)),
            fc.constant("@".repeat(engine.segmentUnits)),
            fc.constant("1 ".repeat(engine.segmentUnits / 2)),
            fc.constant("家".repeat(engine.segmentUnits)),
          ),
          (text) => {
            engine.scan(text, thresholds);
            expect(Buffer.compare(new Uint8Array(engine.memory.buffer), pristine)).toBe(0);
          },
        ),
        { numRuns: 150 },
      );
    }
  });

  it("[PII2] wipes even when a scan is refused", () => {
    const engine = newEngine();
    const pristine = new Uint8Array(engine.memory.buffer).slice();
    expect(() => engine.scan("a".repeat(engine.segmentUnits + 1), thresholds)).toThrow(
      "pii_segment_too_long",
    );
    const long = "anna@example.org is the address ".repeat(100);
    for (const levels of [thresholds.length + 1, 10_000_000].map((length) =>
      new Uint8Array(length).fill(1),
    )) {
      expect(() => engine.scan(long, levels)).toThrow(RangeError);
      expect(() => engine.scanBytes(new TextEncoder().encode(long), levels)).toThrow(RangeError);
    }
    const encodeInto = vi.spyOn(TextEncoder.prototype, "encodeInto");
    encodeInto.mockImplementationOnce((text, to) => ({ ...new TextEncoder().encodeInto(text, to), read: 0 }));
    expect(() => engine.scan(long, thresholds)).toThrow("pii_engine_input");
    encodeInto.mockRestore();
    expect(Buffer.compare(new Uint8Array(engine.memory.buffer), pristine)).toBe(0);
  });

  it("[PII3] reports ordered spans inside the text that share no character and carry no value", () => {
    const detector = newDetector({ profile: "strict" });
    fc.assert(
      fc.property(hostileText, (text) => {
        let last = 0;
        for (const span of detector.detect(text)) {
          expect(Object.keys(span).sort()).toEqual(["end", "score", "start", "type"]);
          expect(span.start).toBeGreaterThanOrEqual(last);
          expect(span.end).toBeGreaterThan(span.start);
          expect(span.end).toBeLessThanOrEqual(text.length);
          last = span.end;
        }
      }),
      { numRuns: 400 },
    );
  });

  it("[PII4] gives the same result for the same input, in both builds and after any other input", () => {
    const simd = newEngine("simd"),
      scalar = newEngine("scalar");
    fc.assert(
      fc.property(hostileText, hostileText, (text, other) => {
        const first = simd.scan(text, thresholds);
        simd.scan(other, thresholds);
        expect(simd.scan(text, thresholds)).toEqual(first);
        expect(scalar.scan(text, thresholds)).toEqual(first);
      }),
      { numRuns: 400 },
    );
  });
});
