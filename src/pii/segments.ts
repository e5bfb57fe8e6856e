// Cuts a text into the pieces the engine scans, looking only at the piece itself and one unit after it, so that a stream cut anywhere
// gives the same pieces. No regular expression: the runtime keeps the last matched string.

/** UTF-16 units of the longest piece; the engine's memory is laid out for it. */
export const SEGMENT_UNITS = 16_384;
/** A piece is cut no earlier than this, so that few entities meet a border. */
const EARLIEST_CUT = SEGMENT_UNITS / 2;

const NEWLINE = 10;
const SPACE = 32;
const FULL_STOP = 46;
const KEY_BEGIN = new TextEncoder().encode("-----BEGIN");
const KEY_END = new TextEncoder().encode("-----END");

/**
 * Length of the first piece of `text` from `from`, or 0 if more text may still change the answer.
 * `atEnd` says that nothing follows `text`.
 */
export function segmentLength(text: string, from: number, atEnd: boolean): number {
  const rest = text.length - from;
  if (rest < SEGMENT_UNITS + 1) return atEnd ? rest : 0;
  let blank = 0,
    line = 0,
    sentence = 0,
    space = 0;
  for (let n = SEGMENT_UNITS; n > EARLIEST_CUT; n--) {
    const c = text.charCodeAt(from + n - 1);
    if (c === NEWLINE) {
      if (text.charCodeAt(from + n - 2) === NEWLINE) {
        blank = n;
        break;
      }
      if (line === 0) line = n;
    } else if (c === SPACE) {
      if (space === 0) space = n;
      if (sentence === 0 && text.charCodeAt(from + n - 2) === 46) sentence = n;
    }
  }
  let cut = blank || line || sentence || space || SEGMENT_UNITS;
  const open = openKeyBlock(text, from, from + cut);
  if (open > from + 1024) cut = open - from;
  // never between the halves of a surrogate pair
  const last = text.charCodeAt(from + cut - 1),
    next = text.charCodeAt(from + cut);
  if (last >= 0xd800 && last < 0xdc00 && next >= 0xdc00 && next < 0xe000) cut--;
  return cut;
}

/**
 * Length in bytes of the first piece of UTF-8 from `from`, by the same rule; never more units than a piece may have,
 * since no unit takes less than a byte.
 */
export function byteSegmentLength(bytes: Uint8Array, from: number): number {
  const rest = bytes.length - from;
  if (rest <= SEGMENT_UNITS) return rest;
  let line = 0,
    sentence = 0,
    space = 0,
    cut = 0;
  for (let n = SEGMENT_UNITS; n > EARLIEST_CUT && cut === 0; n--) {
    const c = bytes[from + n - 1];
    if (c === NEWLINE) {
      if (bytes[from + n - 2] === NEWLINE) cut = n;
      line ||= n;
    } else if (c === SPACE) {
      space ||= n;
      if (bytes[from + n - 2] === FULL_STOP) sentence ||= n;
    }
  }
  cut ||= line || sentence || space || SEGMENT_UNITS;
  const open = openKeyBlockBytes(bytes.subarray(from, from + cut));
  if (open > 1024) cut = open;
  // never within a character
  while (((bytes[from + cut] ?? 0) & 0xc0) === 0x80) cut--;
  return cut;
}

/** Offset of a "-----BEGIN" that no "-----END" follows, or -1. */
function openKeyBlockBytes(piece: Uint8Array): number {
  let open = -1;
  for (let at = 0; at + KEY_BEGIN.length <= piece.length; at++) {
    if (piece[at] !== KEY_BEGIN[0]) continue;
    if (startsAt(piece, at, KEY_BEGIN)) open = open < 0 ? at : open;
    else if (startsAt(piece, at, KEY_END)) open = -1;
  }
  return open;
}

function startsAt(bytes: Uint8Array, at: number, word: Uint8Array): boolean {
  return word.every((byte, index) => bytes[at + index] === byte);
}

/** Offset of a "-----BEGIN" in [from, to) that no "-----END" follows within it, or -1. */
function openKeyBlock(text: string, from: number, to: number): number {
  const piece = text.slice(from, to);
  let begin = piece.indexOf("-----BEGIN");
  while (begin >= 0) {
    const end = piece.indexOf("-----END", begin);
    if (end < 0) return from + begin;
    begin = piece.indexOf("-----BEGIN", end);
  }
  return -1;
}
