// One instance of the compiled engine behind a typed surface. It must leave no text in linear memory after a scan, even a failed one.
import type { PiiSpan } from "./detector.ts";
import { PII_TYPES } from "./types.ts";
import type { WebAssemblyModule } from "./wasm-types.ts";
import { instantiateEngine } from "./wasm-types.ts";

const WORDS_PER_SPAN = 3;
const encoder = new TextEncoder();

/** The engine, ready to scan pieces of at most its segment size. */
export interface Engine {
  /**
   * Scans one piece; spans are in text order, their offsets moved by `shift`. Null where there are more candidates than room
   * for them: the caller must scan smaller pieces. Throws on any engine failure: the caller must fail closed.
   */
  scan(piece: string, thresholds: Uint8Array, shift?: number): PiiSpan[] | null;
  /** The same over UTF-8 of at most as many bytes as a piece may have units. Offsets are in UTF-16 units all the same. */
  scanBytes(piece: Uint8Array, thresholds: Uint8Array): PiiSpan[] | null;
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
  // the memory never grows: views of it stay valid
  const bytes = new Uint8Array(engine.memory.buffer),
    words = new Uint32Array(engine.memory.buffer),
    input = bytes.subarray(inputAt, inputAt + capacity),
    levels = bytes.subarray(thresholdsAt, thresholdsAt + PII_TYPES.length);

  /** Has `write` fill the input, scans that and takes the spans out; `units` is where the last one can end. */
  const run = (
    units: number,
    thresholds: Uint8Array,
    shift: number,
    write: () => number,
  ): PiiSpan[] | null => {
    if (units > segmentUnits) throw new RangeError("pii_segment_too_long");
    let written = capacity;
    try {
      levels.set(thresholds);
      written = write();
      const count = engine.scan(written);
      if (count < 0) return null;
      const spans: PiiSpan[] = [];
      for (let i = 0, word = outputAt >> 2; i < count; i++, word += WORDS_PER_SPAN) {
        const start = words[word] ?? 0,
          end = words[word + 1] ?? 0,
          packed = words[word + 2] ?? 0,
          type = PII_TYPES[packed & 0xff];
        if (type === undefined || end > units || end <= start) throw new Error("pii_engine_output");
        spans.push({ start: start + shift, end: end + shift, type, score: packed >>> 8 });
      }
      return spans;
    } finally {
      // The engine wipes only what it has begun to read.
      input.fill(0, 0, written);
      engine.wipe();
    }
  };
  return {
    memory: engine.memory,
    segmentUnits,
    scan: (piece, thresholds, shift = 0) =>
      run(piece.length, thresholds, shift, () => {
        const { read, written } = encoder.encodeInto(piece, input);
        if (read !== piece.length) throw new Error("pii_engine_input");
        return written;
      }),
    scanBytes: (piece, thresholds) =>
      run(piece.length, thresholds, 0, () => {
        input.set(piece);
        return piece.length;
      }),
  };
}
