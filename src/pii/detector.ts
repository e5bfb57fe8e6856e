// Finds personal data and secrets in a text of any length up to a bound. Its results carry offsets, types and scores, never values.
// It must fail closed: an engine error throws, it never returns a partial result.
import { createEngine, type Engine } from "./engine-instance.ts";
import { joinSpans } from "./join-spans.ts";
import { literalSpans, type LiteralRule } from "./literals.ts";
import { type PiiProfile, thresholdsFor } from "./profiles.ts";
import { CONTEXT_UNITS, scanSegment, segmentAt } from "./segments.ts";
import type { PiiType } from "./types.ts";
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
  /**
   * Values that are always reported, with the type to report them as. Compared without regard to case, to the width and
   * number of blanks, and to characters that are not seen. Each 256 UTF-16 units at most, else {@link createDetector}
   * throws a RangeError; nor is one found that blanks stretch beyond that.
   */
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
  /**
   * Scans the next segment of a text that may still grow. `from` is where the last one ended, and 0 only at the beginning of
   * the text; elsewhere the 256 units before it must be at hand. Undefined if more text is needed.
   */
  detectSegment(text: string, from: number, atEnd: boolean): DetectedSegment | undefined;
}

/** What was found in one segment. */
export interface DetectedSegment {
  /** UTF-16 units of the segment: the next one begins behind them. */
  readonly length: number;
  /** Spans within the segment, relative to its beginning. */
  readonly spans: PiiSpan[];
}

/** Creates a detector over a compiled engine module. */
export function createDetector(module: WebAssemblyModule, options: DetectorOptions = {}): PiiDetector {
  return detectorOver(createEngine(module), options);
}

export function detectorOver(engine: Engine, options: DetectorOptions = {}): PiiDetector {
  const thresholds = thresholdsFor(options.profile ?? "balanced", options.thresholds);
  const allow = new Set((options.allow ?? []).map((value) => value.toLowerCase()));
  const deny = (options.deny ?? []).filter((rule) => rule.value.length > 0);
  // A longer one could begin in one segment and end behind what the next one sees of it.
  if (deny.some(({ value }) => value.length > CONTEXT_UNITS)) throw new RangeError("pii_deny_too_long");

  /** Null where the engine has no room for so many candidates at once. */
  const detectPiece = (piece: string, shift: number): PiiSpan[] | null => {
    const found = engine.scan(piece, thresholds, shift);
    if (found === null) return null;
    const value = (span: PiiSpan): string => piece.slice(span.start - shift, span.end - shift).toLowerCase();
    const kept = allow.size === 0 ? found : found.filter((span) => !allow.has(value(span)));
    return deny.length === 0 ? kept : joinSpans(kept, literalSpans(piece, deny, shift));
  };

  /** Appends the spans of the segment from `from`, moved by `shift`, and returns where it ends; -1 if more text is needed. */
  const detectInto = (out: PiiSpan[], text: string, from: number, atEnd: boolean, shift: number): number => {
    const segment = scanSegment(
      (units) => segmentAt(text, from, atEnd, units),
      ({ start, end }) => detectPiece(text.slice(start, end), start + shift),
    );
    if (segment === undefined) return -1;
    let cut = segment.cut;
    for (const span of segment.found) {
      // found by the segment before, but for what it did not see of it
      if (span.end <= from + shift) continue;
      if (span.start >= cut + shift) break;
      out.push(span.start < from + shift ? { ...span, start: from + shift } : span);
      // a value across the cut belongs to this segment
      if (span.end > cut + shift) cut = span.end - shift;
    }
    return cut;
  };

  return {
    detectSegment(text, from, atEnd) {
      const spans: PiiSpan[] = [];
      const end = detectInto(spans, text, from, atEnd, -from);
      return end < 0 ? undefined : { length: end - from, spans };
    },
    detect(text) {
      if (text.length > MAX_TEXT_UNITS) throw new PiiTextTooLongError();
      const whole = text.length > engine.segmentUnits || text === "" ? null : detectPiece(text, 0);
      if (whole !== null) return whole;
      const spans: PiiSpan[] = [];
      for (let from = 0; from < text.length;) from = detectInto(spans, text, from, true, 0);
      return spans;
    },
  };
}
