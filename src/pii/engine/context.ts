// Evidence around a candidate: which cue words stand near it, whether it fills the whole text, what the gap between tokens is.
// Looks a bounded number of tokens each way, so that time stays linear.
import { CC_DIGIT, CC_LOWER, CC_NEWLINE, CC_OTHER, CC_SPACE, CC_UPPER, CLASS } from "./generated/chars";
import { C_MRN, C_NEG } from "./generated/lexicon";
import {
  at,
  before,
  length,
  SCRATCH,
  tokCue,
  tokCueBack,
  tokEnd,
  tokGap,
  tokStart,
  tokenCount,
} from "./memory";
import { G_LINE, G_OTHER } from "./token-kinds";

/** Sixteen remembered answers of cuesAfter, wiped with the rest. */
const AFTER: usize = SCRATCH + 768;
/** Tokens before a value among which its cue words stand. */
export const LOOK_BACK: u32 = 8;
const LOOK_AHEAD: u32 = 5;
const REACH: u32 = 90;
/** Characters beside a value that may be blanks and punctuation where it is all there is. */
const ASIDE: u32 = 8;

export function bit(cue: u32): u64 {
  return (<u64>1) << (<u64>cue);
}
/** A condition as a number, for arithmetic in place of branches. */
export function flag(yes: bool): u32 {
  return yes ? 1 : 0;
}
export function isDigit(c: u32): bool {
  return c - 48 < 10;
}
export function isLetter(c: u32): bool {
  return (c | 0x20) - 97 < 26;
}
export function isUpper(c: u32): bool {
  return c - 65 < 26;
}
export function isLower(c: u32): bool {
  return c - 97 < 26;
}
export function isWord(c: u32): bool {
  return (load<u8>(CLASS + c) & (CC_DIGIT | CC_LOWER | CC_UPPER)) != 0 || c == 95;
}
export function isBlank(c: u32): bool {
  return (load<u8>(CLASS + c) & CC_SPACE) != 0;
}
export function isSpace(c: u32): bool {
  return (load<u8>(CLASS + c) & (CC_SPACE | CC_NEWLINE)) != 0;
}
export function isOther(c: u32): bool {
  return (load<u8>(CLASS + c) & CC_OTHER) != 0;
}

/** Whether the gap [from, to) holds an empty line. */
function emptyLine(from: u32, to: u32): bool {
  let lines = 0;
  for (let i = from; i < to && i < from + 12; i++) if (at(i) == 10) lines++;
  return lines > 1;
}

/** Whether an empty line stands between the tokens t and j. */
function isParted(t: u32, j: u32): bool {
  for (; t < j; t++) if (tokGap(t) == G_OTHER && emptyLine(tokEnd(t), tokStart(t + 1))) return true;
  return false;
}

/** Cues among the tokens before token i, as a bit set. An ambiguous "order", "version" right before sets NEG only if nearest. */
export function cuesBefore(i: u32): u64 {
  if (cachedToken == i + 1) return cachedCues;
  let mask: u64 = 0,
    next = i;
  const from = tokStart(i);
  // from one cue word to the one before it
  while (next > 0) {
    const back = tokCueBack(next - 1);
    if (i - next + back >= LOOK_BACK) break;
    const t = next - 1 - back;
    if (from - tokStart(t) > REACH || isParted(t, next)) break;
    const cue = tokCue(t);
    if (cue == C_NEG) {
      if (i - t <= 3 && mask == 0) mask |= bit(C_NEG);
    } else mask |= bit(cue);
    next = t;
  }
  cachedToken = i + 1;
  cachedCues = mask;
  return mask;
}

// The last answer: several recognisers ask about the same token. Reset with every scan.
let cachedToken: u32 = 0;
let cachedCues: u64 = 0;
export function resetContext(): void {
  cachedToken = 0;
  cachedCues = 0;
}

/** Cues among the tokens after token j. */
export function cuesAfter(j: u32): u64 {
  const slot = AFTER + ((<usize>(j & 15)) << 4);
  if (load<u32>(slot) == j + 1) return load<u64>(slot, 8);
  let mask: u64 = 0;
  const to = tokEnd(j);
  const last = min<u32>(j + LOOK_AHEAD, tokenCount - 1);
  // up to the last of them that is a cue word; it may stand at or before token j
  const back = tokCueBack(last),
    within = last - j > back ? last - j - back : 0;
  for (let k: u32 = 1; k <= within; k++) {
    const t = j + k;
    if (tokStart(t) - to > REACH || (tokGap(t - 1) == G_OTHER && emptyLine(tokEnd(t - 1), tokStart(t))))
      break;
    const cue = tokCue(t);
    if (cue != 0 && cue != C_NEG) mask |= bit(cue);
  }
  store<u32>(slot, j + 1);
  store<u64>(slot, mask, 8);
  return mask;
}

/** Whether [start, end) is all there is, but for blanks and closing punctuation: a form field or a one-word reply. */
export function isWholeText(start: u32, end: u32): bool {
  if (start > ASIDE || length > end + ASIDE) return false;
  let i: u32 = start;
  while (i > 0 && start - i < ASIDE && !isWord(at(i - 1)) && !isOther(at(i - 1))) i--;
  if (i > 0) return false;
  i = end;
  while (i < length && i - end < ASIDE && !isWord(at(i)) && !isOther(at(i))) i++;
  return i >= length;
}

export const S_NONE: u32 = 0;
export const S_SPACE: u32 = 1;
export const S_DASH: u32 = 2;
export const S_DOT: u32 = 3;
export const S_SLASH: u32 = 4;
export const S_COLON: u32 = 5;
export const S_OPEN: u32 = 6;
export const S_CLOSE: u32 = 7;
export const S_WIDE: u32 = 8;
export const S_UNDER: u32 = 9;
export const S_PLUS: u32 = 10;

/** What separates token i from token i + 1, as one of the S_ constants; S_NONE for anything else. */
export function gapKind(i: u32): u32 {
  const e = tokEnd(i);
  // the record behind the last token is empty
  return tokStart(i + 1) - e == 1 && at(e) == 32 ? S_SPACE : otherGap(i);
}

function otherGap(i: u32): u32 {
  if (i + 1 >= tokenCount) return S_NONE;
  const a = tokEnd(i),
    n = tokStart(i + 1) - a;
  if (n == 0 || n > 3) return S_NONE;
  const c = at(a);
  if (n == 1) {
    if (isBlank(c)) return S_SPACE;
    if (c == 45) return S_DASH;
    if (c == 46) return S_DOT;
    if (c == 47) return S_SLASH;
    if (c == 58) return S_COLON;
    if (c == 40) return S_OPEN;
    if (c == 41) return S_CLOSE;
    if (c == 95) return S_UNDER;
    return S_NONE;
  }
  const e = at(a + 1);
  if (n == 2) {
    if (c == 41 && (isBlank(e) || e == 45)) return S_CLOSE;
    if ((isBlank(c) || c == 45) && e == 40) return S_OPEN;
    return S_NONE;
  }
  const f = at(a + 2);
  if (isBlank(c) && isBlank(f) && (e == 45 || e == 47)) return S_WIDE;
  return S_NONE;
}

/** Whether a number may begin at `start`: nothing glued to it on the left. */
export function freeLeft(start: u32): bool {
  const p = before(start);
  if (p == 32) return true;
  if (p == 95) return start < 2 || !isWord(before(start - 1)); // "_x_" is set off, "a_x" is one name
  if (isWord(p)) return false;
  if (p == 46 || p == 45 || p == 47) return start < 2 || !isWord(before(start - 1));
  if (p == 58) return start < 2 || !isDigit(before(start - 1)); // a time or a ratio
  if (p == 44) return start < 2 || !decimalComma(start - 1);
  return p != 36; // "$12" is an amount
}

/** Whether a number may end at `end`: nothing glued to it on the right. */
export function freeRight(end: u32): bool {
  const c = at(end);
  if (c == 32) return true;
  if (c == 95) return !isWord(at(end + 1));
  if (isWord(c) || c == 37) return false;
  if (c == 46 || c == 45 || c == 47) return !isWord(at(end + 1));
  if (c == 58) return !(isDigit(before(end)) && isDigit(at(end + 1)));
  if (c == 44) return !decimalComma(end);
  return c != 64;
}

/**
 * Whether the comma at p may part one number's figures: thousands, or a fraction. Of two values in a row one has more figures than
 * three on its side, or goes on in groups; behind a lone zero stands a fraction, unless the row goes on.
 */
function decimalComma(p: u32): bool {
  let s = p,
    e = p + 1;
  while (p - s < 4 && isDigit(before(s))) s--;
  while (e - p < 5 && isDigit(at(e))) e++;
  const left = p - s,
    right = e - p - 1;
  if (left == 0 || right == 0) return false;
  if (left == 1 && at(s) == 48) {
    while (e - p < 40 && isDigit(at(e))) e++;
    return at(e) != 44;
  }
  return left <= 3 && right <= 3 && !((isBlank(at(e)) || at(e) == 45) && isDigit(at(e + 1)));
}

/** Whether token t is the word, given in small letters. */
export function isWordAt(t: u32, word: string): bool {
  const p = changetype<usize>(word), // UTF-16, as the compiler keeps text
    s = tokStart(t),
    n = tokEnd(t) - s;
  if (n != <u32>word.length) return false;
  for (let k: u32 = 0; k < n; k++) if ((at(s + k) | 0x20) != <u32>load<u16>(p + (k << 1))) return false;
  return true;
}

/**
 * Whether a record's number may begin at token i: right behind a medical word, or behind "record", "patient", "dossier" and the like
 * with a word such as "number" or "ID" between, or where the text speaks of a patient or of medicine.
 */
export function isRecord(i: u32): bool {
  let numbered = false;
  for (let k: u32 = 1; k <= LOOK_BACK && k <= i; k++) {
    const t = i - k,
      c = at(tokStart(t)) | 0x20;
    if (c == 109) {
      if (isWordAt(t, "mrn") || isWordAt(t, "medical")) return true;
    } else if (c == 110) {
      if (isWordAt(t, "no") || isWordAt(t, "number") || isWordAt(t, "nr") || isWordAt(t, "numero"))
        numbered = true;
    } else if (c == 105) {
      if (isWordAt(t, "id")) numbered = true;
    }
    if (tokCue(t) != C_MRN) continue;
    if (numbered || (c != 114 && c != 99)) return true; // all but "record" and "chart" are medical words or a paper's
    if (k == 1 && at(tokEnd(t)) != 32 && at(tokEnd(t)) != 60) return true; // "chart #55", "Record: 12"
  }
  return false;
}

/** Whether the word is one of the `most` tokens before token i, on a line with it. */
export function wordBefore(i: u32, most: u32, word: string): bool {
  for (let k: u32 = 1; k <= most && k <= i; k++) {
    if (tokGap(i - k) == G_LINE) return false;
    if (isWordAt(i - k, word)) return true;
  }
  return false;
}
