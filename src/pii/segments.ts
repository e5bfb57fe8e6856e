// Cuts a text into the segments that the engine scans. Each is scanned with some text before and behind it, so that a cue word or
// a value on the other side of a cut still counts. A cut depends only on the text around it, so that a stream cut anywhere gives the
// same segments. No regular expression: the runtime keeps the last matched string.

/** UTF-16 units of the longest piece that the engine takes; its memory is laid out for it. */
export const SEGMENT_UNITS = 16_384;
/** Units looked at before and behind a segment: more than any cue reaches, and than a value that holds blanks is long. */
export const CONTEXT_UNITS = 256;
/** Units of the shortest piece that a segment is halved to: four candidates for each, where half of one is the most that was met. */
const LEAST_UNITS = 1_024;
/** The part of a segment before the latest cut in which the best place is looked for. */
const CUT_ZONE = 1 / 8;
/** A key block that begins within that part of a segment is cut rather than have segments without end. */
const EARLIEST_KEY = 1 / 16;

const NEWLINE = 10;
const SPACE = 32;
const HYPHEN = 45;
/** Behind which a cut is best, the best first. */
const CUT_MARKS = ["\n\n", "\n", ". ", " "] as const;
const BEGIN = "-----BEGIN";
const END = "-----END";
const KEY_BEGIN = new TextEncoder().encode(BEGIN);
const KEY_END = new TextEncoder().encode(END);

/** Offsets of one piece: the engine sees all from `start` to `end`; what begins before `cut` and not before `from` counts. */
export interface Segment {
  readonly start: number;
  readonly cut: number;
  readonly end: number;
}

/** What cuts have to know of a text, be it units or bytes. */
interface Source {
  readonly length: number;
  at(index: number): number;
  /** Offset behind the last `mark` that ends in (from, to], or -1. */
  behindLast(mark: string, from: number, to: number): number;
  /** Whether a cut at `index` would part a character. */
  parts(index: number): boolean;
  /** Offset of a "-----BEGIN" in [from, to) that no "-----END" follows within it, or -1. */
  openKeyBlock(from: number, to: number): number;
}

/**
 * The segment of `text` from `from`, or undefined if more text may still change the answer. `from` is 0 at the beginning of
 * the whole text only; anywhere else at least {@link CONTEXT_UNITS} units stand before it. `atEnd` says that nothing follows.
 * No piece is longer than `units`.
 */
export function segmentAt(
  text: string,
  from: number,
  atEnd: boolean,
  units = SEGMENT_UNITS,
): Segment | undefined {
  return cutSource(
    {
      length: text.length,
      at: (index) => text.charCodeAt(index),
      behindLast: (mark, begin, end) => behindLast(text, mark, begin, end),
      parts: (index) => isHigh(text.charCodeAt(index - 1)) && isLow(text.charCodeAt(index)),
      openKeyBlock: (begin, end) => openKeyBlock(text.slice(begin, end), begin),
    },
    from,
    atEnd,
    units,
  );
}

/** The same over the bytes of a whole text in UTF-8; never more units than a piece may have, since no unit takes less than a byte. */
export function byteSegmentAt(bytes: Uint8Array, from: number, units = SEGMENT_UNITS): Segment {
  const segment = cutSource(
    {
      length: bytes.length,
      at: (index) => bytes[index] ?? 0,
      behindLast: (mark, begin, end) => behindLastBytes(bytes, mark, begin, end),
      parts: (index) => ((bytes[index] ?? 0) & 0xc0) === 0x80,
      openKeyBlock: (begin, end) => openKeyBlockBytes(bytes, begin, end),
    },
    from,
    true,
    units,
  );
  if (segment === undefined) throw new Error("pii_segment");
  return segment;
}

/**
 * What `scan` finds in the longest segment that the engine takes. Where that has no room for the candidates, which `scan` says
 * by null, the segment is halved. Undefined if more text is needed; throws rather than leave anything unscanned.
 */
export function scanSegment<Found>(
  segmentOf: (units: number) => Segment | undefined,
  scan: (segment: Segment) => Found | null,
): (Segment & { readonly found: Found }) | undefined {
  for (let units = SEGMENT_UNITS; units >= LEAST_UNITS;) {
    const segment = segmentOf(units);
    if (segment === undefined) return undefined;
    const found = scan(segment);
    if (found !== null) return { ...segment, found };
    do units /= 2;
    while (units >= segment.end - segment.start);
  }
  throw new Error("pii_engine_overflow");
}

function cutSource(source: Source, from: number, atEnd: boolean, units: number): Segment | undefined {
  const rest = source.length - from;
  const room = from === 0 ? units : units - CONTEXT_UNITS;
  const start = contextStart(source, from);
  if (rest <= room) return atEnd ? { start, cut: source.length, end: source.length } : undefined;
  let cut = bestCut(source, from + room - CONTEXT_UNITS, units * CUT_ZONE);
  const open = source.openKeyBlock(from, cut);
  if (open > from + units * EARLIEST_KEY) cut = open;
  while (source.parts(cut)) cut--;
  let end = cut + CONTEXT_UNITS;
  while (source.parts(end)) end--;
  return { start, cut, end };
}

/** After an empty line, else a line, a sentence, a blank, as late as may be. */
function bestCut(source: Source, latest: number, zone: number): number {
  for (const mark of CUT_MARKS) {
    const cut = source.behindLast(mark, latest - zone, latest);
    if (cut >= 0) return cut;
  }
  return latest;
}

function behindLast(text: string, mark: string, from: number, to: number): number {
  const first = from + 1 - mark.length,
    at = text.slice(first, to).lastIndexOf(mark);
  return at < 0 ? -1 : first + at + mark.length;
}

function behindLastBytes(bytes: Uint8Array, mark: string, from: number, to: number): number {
  for (let end = to; end > from; end--) {
    let matched = 0;
    while (matched < mark.length && bytes[end - mark.length + matched] === mark.charCodeAt(matched))
      matched++;
    if (matched === mark.length) return end;
  }
  return -1;
}

/** Where the text before `from` begins that is looked at: after a blank, so that no word is parted. */
function contextStart(source: Source, from: number): number {
  for (let at = Math.max(0, from - CONTEXT_UNITS); at < from; at++) {
    const unit = source.at(at);
    if (unit === SPACE || unit === NEWLINE) return at + 1;
  }
  return from;
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}
function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000;
}

function openKeyBlock(piece: string, from: number): number {
  let begin = piece.indexOf(BEGIN);
  while (begin >= 0) {
    const end = piece.indexOf(END, begin);
    if (end < 0) return from + begin;
    begin = piece.indexOf(BEGIN, end);
  }
  return -1;
}

function openKeyBlockBytes(bytes: Uint8Array, from: number, to: number): number {
  const piece = bytes.subarray(from, to);
  let open = -1;
  for (let at = piece.indexOf(HYPHEN); at >= 0; at = piece.indexOf(HYPHEN, at + 1)) {
    if (startsAt(piece, at, KEY_BEGIN)) open = open < 0 ? from + at : open;
    else if (startsAt(piece, at, KEY_END)) open = -1;
  }
  return open;
}

function startsAt(bytes: Uint8Array, at: number, word: Uint8Array): boolean {
  return word.every((byte, index) => bytes[at + index] === byte);
}
