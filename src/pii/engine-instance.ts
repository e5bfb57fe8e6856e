// One instance of the compiled engine behind a typed surface. It must leave no text in linear memory after a scan, even a failed one.
import type { WebAssemblyModule } from "./wasm-types.ts";
import { instantiateEngine } from "./wasm-types.ts";

/** A span in UTF-16 offsets, with the engine's numeric type. */
export interface RawSpan {
  readonly start: number;
  readonly end: number;
  readonly type: number;
  readonly score: number;
}

const WORDS_PER_SPAN = 3;
const encoder = new TextEncoder();

/** The engine, ready to scan pieces of at most its segment size. */
export interface Engine {
  /** Scans one piece; spans are relative to it and in text order. Throws on any engine failure: the caller must fail closed. */
  scan(piece: string, thresholds: Uint8Array): RawSpan[];
  /** The engine's linear memory, for tests that look for remains. */
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly segmentUnits: number;
}

/** Instantiates the module. Cheap enough for one instance per request, though one instance may serve many. */
export function createEngine(module: WebAssemblyModule): Engine {
  const engine = instantiateEngine(module);
  if (engine.ready() === 0) throw new Error("pii_engine_memory");
  const inputAt = engine.inputOffset(),
    capacity = engine.inputCapacity(),
    outputAt = engine.outputOffset(),
    thresholdsAt = engine.thresholdsOffset();
  const segmentUnits = engine.segmentUnits();
  return {
    memory: engine.memory,
    segmentUnits,
    scan(piece, thresholds) {
      if (piece.length > segmentUnits) throw new RangeError("pii_segment_too_long");
      const bytes = new Uint8Array(engine.memory.buffer);
      try {
        const { read, written } = encoder.encodeInto(piece, bytes.subarray(inputAt, inputAt + capacity));
        if (read !== piece.length) throw new Error("pii_engine_input");
        bytes.set(thresholds, thresholdsAt);
        const count = engine.scan(written);
        const words = new Uint32Array(engine.memory.buffer, outputAt, count * WORDS_PER_SPAN);
        const spans: RawSpan[] = [];
        for (let i = 0; i < words.length; i += WORDS_PER_SPAN) {
          const packed = words[i + 2] ?? 0;
          spans.push({
            start: words[i] ?? 0,
            end: words[i + 1] ?? 0,
            type: packed & 0xff,
            score: packed >>> 8,
          });
        }
        return spans.sort((a, b) => a.start - b.start);
      } finally {
        engine.wipe();
      }
    },
  };
}
