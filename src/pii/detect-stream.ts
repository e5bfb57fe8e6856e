// Detection over a stream: the same pieces as for the whole text, so the same spans whatever the chunks.
import { MAX_TEXT_UNITS, type PiiDetector, type PiiSpan, PiiTextTooLongError } from "./detector.ts";
import { segmentLength } from "./segments.ts";

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
  let offset = 0;
  const drain = (final: boolean): PiiSpan[] => {
    const spans: PiiSpan[] = [];
    let from = 0;
    for (let n = segmentLength(buffer, 0, final); n > 0; n = segmentLength(buffer, from, final)) {
      for (const s of detector.detectSegment(buffer.slice(from, from + n)))
        spans.push({ ...s, start: s.start + offset + from, end: s.end + offset + from });
      from += n;
    }
    buffer = buffer.slice(from);
    offset += from;
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
