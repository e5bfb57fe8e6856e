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
  /** The same over UTF-8 of at most as many bytes as a piece may have units. Offsets are in UTF-16 units all the same. */
  scanBytes(piece: Uint8Array, thresholds: Uint8Array): RawSpan[];
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
  const run = (write: (input: Uint8Array) => number, thresholds: Uint8Array): RawSpan[] => {
    const bytes = new Uint8Array(engine.memory.buffer);
    try {
      const written = write(bytes.subarray(inputAt, inputAt + capacity));
      bytes.set(thresholds, thresholdsAt);
      const count = engine.scan(written);
      return readSpans(new Uint32Array(engine.memory.buffer, outputAt, count * WORDS_PER_SPAN));
    } finally {
      engine.wipe();
    }
  };
  return {
    memory: engine.memory,
    segmentUnits,
    scan(piece, thresholds) {
      if (piece.length > segmentUnits) throw new RangeError("pii_segment_too_long");
      return run((input) => {
        const { read, written } = encoder.encodeInto(piece, input);
        if (read !== piece.length) throw new Error("pii_engine_input");
        return written;
      }, thresholds);
    },
    scanBytes(piece, thresholds) {
      if (piece.length > segmentUnits) throw new RangeError("pii_segment_too_long");
      return run((input) => {
        input.set(piece);
        return piece.length;
      }, thresholds);
    },
  };
}

function readSpans(words: Uint32Array): RawSpan[] {
  const spans: RawSpan[] = [];
  for (let i = 0; i < words.length; i += WORDS_PER_SPAN) {
    const packed = words[i + 2] ?? 0;
    spans.push({ start: words[i] ?? 0, end: words[i + 1] ?? 0, type: packed & 0xff, score: packed >>> 8 });
  }
  return spans.sort((a, b) => a.start - b.start);
}
