// What of a character counts where two spellings are compared. A unit at a time and by its code, so that nothing is kept
// of the text and every place of the folded text is a place of the text as it was written.

const UNSEEN: readonly (readonly [from: number, to: number])[] = [
  [0xad, 0xad],
  [0x34f, 0x34f],
  [0x61c, 0x61c],
  [0x115f, 0x1160],
  [0x17b4, 0x17b5],
  [0x180b, 0x180f],
  [0x200b, 0x200f],
  [0x202a, 0x202e],
  [0x2060, 0x206f],
  [0x3164, 0x3164],
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
  [0xfff0, 0xfff8],
];

/** Units at `at` of a character that is not seen: one of Unicode's Default_Ignorable_Code_Point. 0 for any other. */
export function unseenUnits(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  if (unit < 0xad) return 0;
  // U+E0000 to U+E0FFF
  if (unit >= 0xdb40 && unit <= 0xdb43) return at + 1 < text.length ? 2 : 0;
  return UNSEEN.some(([from, to]) => unit >= from && unit <= to) ? 1 : 0;
}

/** Unicode's White_Space: blanks of every width, those that forbid a break too, and line breaks. */
export function isBlank(unit: number): boolean {
  return (
    unit === 32 ||
    (unit >= 9 && unit <= 13) ||
    unit === 0x85 ||
    unit === 0xa0 ||
    unit === 0x1680 ||
    (unit >= 0x2000 && unit <= 0x200a) ||
    unit === 0x2028 ||
    unit === 0x2029 ||
    unit === 0x202f ||
    unit === 0x205f ||
    unit === 0x3000
  );
}

/** A text as it is compared, and where each of its units stands in the text as it was written. */
export interface FoldedText {
  readonly text: string;
  /** UTF-16 offset of the first unit that a folded one stands for */
  readonly starts: Uint32Array;
  /** UTF-16 offset behind the last one */
  readonly ends: Uint32Array;
}

/** units; so many are joined to a string at a time, since they are arguments of one call */
const JOINED_UNITS = 8_192;
const SMALL_SIGMA = 0x3c3;
const FINAL_SIGMA = 0x3c2;

/** One case, one blank for each run of blanks, and nothing of what is not seen. */
export function foldText(text: string): FoldedText {
  const units = new Uint16Array(text.length);
  const starts = new Uint32Array(text.length);
  const ends = new Uint32Array(text.length);
  let length = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    const unseen = unseenUnits(text, at);
    if (unseen > 0) {
      at += unseen - 1;
      continue;
    }
    const blank = isBlank(unit);
    if (blank && units[length - 1] === 32) ends[length - 1] = at + 1;
    else {
      units[length] = blank ? 32 : lowered(unit);
      starts[length] = at;
      ends[length++] = at + 1;
    }
  }
  let folded = "";
  for (let at = 0; at < length; at += JOINED_UNITS) {
    folded += String.fromCharCode(...units.subarray(at, Math.min(length, at + JOINED_UNITS)));
  }
  return { text: folded, starts, ends };
}

/** Of the one capital whose small letter is two units long, the first of these. */
function lowered(unit: number): number {
  if (unit < 0x80) return unit >= 65 && unit <= 90 ? unit + 32 : unit;
  if (unit === FINAL_SIGMA) return SMALL_SIGMA;
  return String.fromCharCode(unit).toLowerCase().charCodeAt(0);
}
