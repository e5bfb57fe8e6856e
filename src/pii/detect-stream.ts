// Detection over a stream: the same pieces as for the whole text, so the same spans whatever the chunks.
import { MAX_TEXT_UNITS, type PiiDetector, type PiiSpan, PiiTextTooLongError } from "./detector.ts";
import { CONTEXT_UNITS } from "./segments.ts";

/** Detection over a text that comes in chunks. */
export interface DetectStream {
  /** Spans that are certain now, in offsets of the whole text. */
  push(chunk: string): PiiSpan[];
  /** The spans of the rest. */
  flush(): PiiSpan[];
}

/**
 * Starts a detection over chunks; it finds the same as the detector in the whole text, wherever that is cut.
 *
 * @throws {@link PiiTextTooLongError} from `push`, once the chunks together are longer than {@link MAX_TEXT_UNITS}
 */
export function createDetectStream(detector: PiiDetector): DetectStream {
  let buffer = "";
  let offset = 0; // of the buffer in the whole text
  let from = 0; // of the next segment in the buffer
  const drain = (final: boolean): PiiSpan[] => {
    const spans: PiiSpan[] = [];
    while (from < buffer.length) {
      const segment = detector.detectSegment(buffer, from, final);
      if (segment === undefined) break;
      const shift = offset + from;
      for (const s of segment.spans) spans.push({ ...s, start: s.start + shift, end: s.end + shift });
      from += segment.length;
    }
    const done = Math.max(0, from - CONTEXT_UNITS);
    buffer = buffer.slice(done);
    offset += done;
    from -= done;
    return spans;
  };
  return {
    push(chunk) {
      if (offset + buffer.length + chunk.length > MAX_TEXT_UNITS) throw new PiiTextTooLongError();
      buffer += chunk;
      return drain(false);
    },
    flush: () => drain(true),
  };
}
