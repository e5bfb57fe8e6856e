// Finds personal data and secrets in a text of any length up to a bound. Its results carry offsets, types and scores, never values.
// It must fail closed: an engine error throws, it never returns a partial result.
import { createEngine, type Engine } from "./engine-instance.ts";
import { literalSpans, type LiteralRule } from "./literals.ts";
import { type PiiProfile, thresholdsFor } from "./profiles.ts";
import { segmentLength } from "./segments.ts";
import { PII_TYPES, type PiiType } from "./types.ts";
import type { WebAssemblyModule } from "./wasm-types.ts";

/** A place in the text. `start` and `end` are UTF-16 offsets, `score` runs from 1 to 100. */
export interface PiiSpan {
  readonly start: number;
  readonly end: number;
  readonly type: PiiType;
  readonly score: number;
}

/** Settings of a detector. */
export interface DetectorOptions {
  /** `balanced` by default. */
  readonly profile?: PiiProfile;
  /** Thresholds per type, 1 to 100; 101 switches a type off. */
  readonly thresholds?: Readonly<Partial<Record<PiiType, number>>>;
  /** Values that are never reported, compared without regard to case. */
  readonly allow?: readonly string[];
  /** Values that are always reported, with the type to report them as. */
  readonly deny?: readonly LiteralRule[];
}

/** Longest text in UTF-16 units: 8 Mi units, far above any prompt; longer ones are refused, not cut. */
export const MAX_TEXT_UNITS = 8 * 1024 * 1024;

/** A text is longer than {@link MAX_TEXT_UNITS}. Nothing of it was scanned or let through. */
export class PiiTextTooLongError extends RangeError {
  constructor() {
    super("pii_text_too_long");
    this.name = "PiiTextTooLongError";
  }
}

/** Finds personal data and secrets. Throws where the engine fails; a result is never partial. */
export interface PiiDetector {
  /** All spans of `text`, in order and without overlaps. Throws {@link PiiTextTooLongError} above {@link MAX_TEXT_UNITS}. */
  detect(text: string): PiiSpan[];
  /** Scans one piece as `segmentLength` cuts it; spans are relative to the piece. For streaming. */
  detectSegment(piece: string): PiiSpan[];
}

/** Creates a detector over a compiled engine module. */
export function createDetector(module: WebAssemblyModule, options: DetectorOptions = {}): PiiDetector {
  return detectorOver(createEngine(module), options);
}

export function detectorOver(engine: Engine, options: DetectorOptions = {}): PiiDetector {
  const thresholds = thresholdsFor(options.profile ?? "balanced", options.thresholds);
  const allow = new Set((options.allow ?? []).map((value) => value.toLowerCase()));
  const deny = (options.deny ?? []).filter((rule) => rule.value.length > 0);

  const detectSegment = (piece: string): PiiSpan[] => {
    const found: PiiSpan[] = [];
    for (const raw of engine.scan(piece, thresholds)) {
      const type = PII_TYPES[raw.type];
      if (type === undefined || raw.end > piece.length || raw.end <= raw.start)
        throw new Error("pii_engine_output");
      found.push({ start: raw.start, end: raw.end, type, score: raw.score });
    }
    const kept =
      allow.size === 0 ? found : found.filter((s) => !allow.has(piece.slice(s.start, s.end).toLowerCase()));
    if (deny.length === 0) return kept;
    const literals = literalSpans(piece, deny);
    const free = kept.filter((s) => !literals.some((l) => l.start < s.end && s.start < l.end));
    return [...free, ...literals].sort((a, b) => a.start - b.start);
  };

  return {
    detectSegment,
    detect(text) {
      if (text.length > MAX_TEXT_UNITS) throw new PiiTextTooLongError();
      if (text.length <= engine.segmentUnits) return text.length === 0 ? [] : detectSegment(text);
      const spans: PiiSpan[] = [];
      for (let from = 0; from < text.length;) {
        const length = segmentLength(text, from, true);
        for (const s of detectSegment(text.slice(from, from + length))) {
          spans.push({ start: s.start + from, end: s.end + from, type: s.type, score: s.score });
        }
        from += length;
      }
      return spans;
    },
  };
}
