// Cuts the folded text into words and digit runs, looks every word up in the lexicon on the way, and notes long unbroken runs of
// key-like characters. One pass, constant work per byte.
import { CC_DIGIT, CC_LOWER, CC_OTHER, CC_RUN, CC_UPPER, CLASS } from "./generated/chars";
import { LEX_CUES, LEX_MARKS, LEX_MASK, LEX_TABLE, M_COMMON } from "./generated/lexicon";
import { addRun, addToken, at, length } from "./memory";

export const NUM: u32 = 0;
export const LOWER: u32 = 1;
export const TITLE: u32 = 2;
export const UPPER: u32 = 3;
export const MIXED: u32 = 4;
export const ALNUM: u32 = 5;
export const OTHER: u32 = 6;

const FNV_BASIS: u64 = 0xcbf29ce484222325;
const FNV_PRIME: u64 = 0x100000001b3;
const MIN_RUN: u32 = 16;
const MAX_WORD: u32 = 24;

/** Lexicon value index of a hash, 0 when the word is unknown. */
function find(h: u64): u32 {
  const fingerprint = <u32>(h >> 42);
  let slot = (<u32>h) & LEX_MASK;
  let entry = load<u32>(LEX_TABLE + (slot << 2));
  while (entry != 0 && entry >> 10 != fingerprint) {
    slot = (slot + 1) & LEX_MASK;
    entry = load<u32>(LEX_TABLE + (slot << 2));
  }
  return entry & 0x3ff;
}

function hashRange(h: u64, from: u32, to: u32): u64 {
  for (let i = from; i < to; i++) h = (h ^ (<u64>(at(i) | 0x20))) * FNV_PRIME;
  return h;
}

/** Marks of a phrase of words joined by single spaces: [from, to) of the first, and up to two more ranges. */
export function phraseMarks(s1: u32, e1: u32, s2: u32, e2: u32, s3: u32, e3: u32): u32 {
  let h = hashRange(FNV_BASIS, s1, e1);
  h = (h ^ 0x20) * FNV_PRIME;
  h = hashRange(h, s2, e2);
  if (e3 > s3) {
    h = (h ^ 0x20) * FNV_PRIME;
    h = hashRange(h, s3, e3);
  }
  const v = find(h);
  return v == 0 ? 0 : load<u32>(LEX_MARKS + (v << 2));
}

/** Marks of the letters [from, to). */
export function wordMarks(from: u32, to: u32): u32 {
  const v = find(hashRange(FNV_BASIS, from, to));
  return v == 0 ? 0 : load<u32>(LEX_MARKS + (v << 2));
}

/** Whether a plain inflection of [from, to) is a common word: plural, past, -ing, -ly, -er. */
export function inflectedCommon(from: u32, to: u32): bool {
  const n = to - from;
  if (n < 5) return false;
  const a = at(to - 1) | 0x20,
    b = at(to - 2) | 0x20,
    c = at(to - 3) | 0x20;
  if (a == 0x73 && (wordMarks(from, to - 1) & M_COMMON) != 0) return true; // -s
  if (a == 0x73 && b == 0x65 && (wordMarks(from, to - 2) & M_COMMON) != 0) return true; // -es
  if (a == 0x64 && b == 0x65 && ((wordMarks(from, to - 1) | wordMarks(from, to - 2)) & M_COMMON) != 0)
    return true; // -ed
  if (a == 0x72 && b == 0x65 && ((wordMarks(from, to - 1) | wordMarks(from, to - 2)) & M_COMMON) != 0)
    return true; // -er
  if (a == 0x79 && b == 0x6c && (wordMarks(from, to - 2) & M_COMMON) != 0) return true; // -ly
  if (n > 6 && a == 0x67 && b == 0x6e && c == 0x69 && (wordMarks(from, to - 3) & M_COMMON) != 0) return true; // -ing
  return false;
}

export function tokenise(): void {
  const n = length;
  let i: u32 = 0;
  let runFrom: u32 = 0;
  while (i < n) {
    const c = at(i);
    const cls: u32 = load<u8>(CLASS + c);
    if (cls & (CC_DIGIT | CC_LOWER | CC_UPPER)) {
      const start = i;
      let h: u64 = FNV_BASIS;
      let all: u32 = 0;
      let k: u32 = cls;
      let ch = c;
      let tail: u32 = 0; // classes after the first character
      do {
        h = (h ^ (<u64>(ch | 0x20))) * FNV_PRIME;
        all |= k;
        i++;
        ch = at(i);
        k = load<u8>(CLASS + ch);
        if (k & (CC_DIGIT | CC_LOWER | CC_UPPER)) tail |= k;
      } while (k & (CC_DIGIT | CC_LOWER | CC_UPPER));
      let kind: u32;
      let v: u32 = 0;
      if (all & CC_DIGIT) kind = all & (CC_LOWER | CC_UPPER) ? ALNUM : NUM;
      else {
        if (!(all & CC_UPPER)) kind = LOWER;
        else if (!(all & CC_LOWER)) kind = UPPER;
        else if (!(tail & CC_UPPER)) kind = TITLE;
        else kind = MIXED;
        if (i - start <= MAX_WORD) v = find(h);
      }
      addToken(
        start,
        i,
        v == 0 ? 0 : load<u32>(LEX_MARKS + (v << 2)),
        kind,
        v == 0 ? 0 : load<u8>(LEX_CUES + v),
      );
    } else if (cls & CC_RUN) {
      i++;
    } else {
      if (i - runFrom >= MIN_RUN) addRun(runFrom, i);
      if (cls & CC_OTHER) {
        const start = i;
        do {
          i++;
        } while (load<u8>(CLASS + at(i)) & CC_OTHER);
        addToken(start, i, 0, OTHER, 0);
      } else i++;
      runFrom = i;
    }
  }
  if (n - runFrom >= MIN_RUN && n > runFrom) addRun(runFrom, n);
}
