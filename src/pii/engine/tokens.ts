// Cuts the folded text into words and digit runs and notes long unbroken runs of key-like characters. Where SIMD is there, 64
// positions become bit masks, so that the work does not branch from character to character. Constant work per byte.
import { CC_DIGIT, CC_LOWER, CC_OTHER, CC_RUN, CC_UPPER, CLASS, NIBBLES } from "./generated/chars";
import { SIMD } from "./generated/build";
import {
  addRun,
  at,
  CAPITAL_BITS,
  FIGURE_BITS,
  length,
  placeToken,
  setTokenCount,
  SMALL_BITS,
  TEXT,
  TOKENS,
} from "./memory";

const MIN_RUN: u32 = 16;
const WORD: u32 = CC_DIGIT | CC_LOWER | CC_UPPER;
/** The bits of NIBBLES that make a character part of a word. */
const WORD_BITS: i8 = 7;

/** Finds the tokens' beginnings and ends and the runs. */
export function tokenise(): void {
  if (SIMD) cutByMasks();
  else cutByBytes();
}

function cutByBytes(): void {
  const n = length;
  let i: u32 = 0,
    tokens: u32 = 0,
    runFrom: u32 = 0;
  while (i < n) {
    const start = i;
    let cls: u32 = load<u8>(CLASS + at(i));
    if (cls & WORD) {
      do {
        i++;
        cls = load<u8>(CLASS + at(i));
      } while (cls & WORD);
      placeToken(tokens++, start, i);
    } else if (cls & CC_RUN) i++;
    else {
      if (i - runFrom >= MIN_RUN) addRun(runFrom, i);
      if (cls & CC_OTHER) {
        do {
          i++;
        } while (load<u8>(CLASS + at(i)) & CC_OTHER);
        placeToken(tokens++, start, i);
      } else i++;
      runFrom = i;
    }
  }
  if (n - runFrom >= MIN_RUN) addRun(runFrom, n);
  setTokenCount(tokens);
}

/** The NIBBLES bits of the sixteen characters from p. */
function classesAt(p: usize): v128 {
  const block = v128.load(p),
    low = i8x16.splat(15);
  return v128.and(
    i8x16.swizzle(v128.load(NIBBLES), v128.and(i16x8.shr_u(block, 4), low)),
    i8x16.swizzle(v128.load(NIBBLES, 16), v128.and(block, low)),
  );
}
function words(classes: v128): u64 {
  return <u32>i8x16.bitmask(i8x16.gt_s(v128.and(classes, i8x16.splat(WORD_BITS)), i8x16.splat(0)));
}
/** Words and what joins them; the letter mark is the sign bit. */
function joined(classes: v128): u64 {
  return <u32>i8x16.bitmask(i8x16.gt_s(classes, i8x16.splat(0)));
}
function letterMarks(classes: v128): u64 {
  return <u32>i8x16.bitmask(classes);
}
/** The third bit of each: figures. */
function figures(classes: v128): u64 {
  return <u32>i8x16.bitmask(i16x8.shl(classes, 5));
}
/** The bit that makes a letter small, of each character from p. */
function smallBits(p: usize): u64 {
  return <u32>i8x16.bitmask(i16x8.shl(v128.load(p), 2));
}

/** Cuts 64 positions at a time. The padding behind the text ends the last token and the last run. */
function cutByMasks(): void {
  let starts: usize = TOKENS,
    ends: usize = TOKENS + 4,
    wordBefore: u64 = 0,
    otherBefore: u64 = 0,
    runFrom: u32 = 0;
  for (let base: u32 = 0; base <= length; base += 64) {
    const a = classesAt(TEXT + base),
      b = classesAt(TEXT + base + 16),
      c = classesAt(TEXT + base + 32),
      d = classesAt(TEXT + base + 48);
    const word = words(a) | (words(b) << 16) | (words(c) << 32) | (words(d) << 48),
      other = letterMarks(a) | (letterMarks(b) << 16) | (letterMarks(c) << 32) | (letterMarks(d) << 48),
      run = joined(a) | (joined(b) << 16) | (joined(c) << 32) | (joined(d) << 48);
    const figure = figures(a) | (figures(b) << 16) | (figures(c) << 32) | (figures(d) << 48),
      letter = word & ~figure,
      p = TEXT + base,
      small =
        smallBits(p) | (smallBits(p + 16) << 16) | (smallBits(p + 32) << 32) | (smallBits(p + 48) << 48);
    store<u64>(FIGURE_BITS + (base >> 3), figure);
    store<u64>(SMALL_BITS + (base >> 3), letter & small);
    store<u64>(CAPITAL_BITS + (base >> 3), letter & ~small);
    const afterWord = (word << 1) | wordBefore,
      afterOther = (other << 1) | otherBefore;
    starts = writeStarts(starts, base, (word & ~afterWord) | (other & ~afterOther));
    ends = writeEnds(ends, base, (afterWord & ~word) | (afterOther & ~other));
    wordBefore = word >> 63;
    otherBefore = other >> 63;
    if (~run != 0) runFrom = writeRuns(runFrom, base, run);
  }
  setTokenCount(<u32>((starts - TOKENS) >> 4));
}

// Both write four positions whether there are so many or not, and go back behind the last real one: how many there are cannot
// be guessed, so a loop that ends after each would cost more than what is written in vain.
function writeStarts(to: usize, base: u32, mask: u64): usize {
  const behind = to + ((<usize>popcnt(mask)) << 4);
  for (; mask != 0; to += 64) {
    store<u32>(to, base + <u32>ctz(mask));
    mask &= mask - 1;
    store<u32>(to, base + <u32>ctz(mask), 16);
    mask &= mask - 1;
    store<u32>(to, base + <u32>ctz(mask), 32);
    mask &= mask - 1;
    store<u32>(to, base + <u32>ctz(mask), 48);
    mask &= mask - 1;
  }
  return behind;
}
function writeEnds(to: usize, base: u32, mask: u64): usize {
  const behind = to + ((<usize>popcnt(mask)) << 4);
  for (; mask != 0; to += 64) {
    store<u16>(to, base + <u32>ctz(mask));
    mask &= mask - 1;
    store<u16>(to, base + <u32>ctz(mask), 16);
    mask &= mask - 1;
    store<u16>(to, base + <u32>ctz(mask), 32);
    mask &= mask - 1;
    store<u16>(to, base + <u32>ctz(mask), 48);
    mask &= mask - 1;
  }
  return behind;
}

/** Notes the long runs that end among the 64 positions from base; returns where the last, open one begins. */
function writeRuns(from: u32, base: u32, run: u64): u32 {
  const first = <u32>ctz(~run);
  if (base + first - from >= MIN_RUN) addRun(from, base + first);
  // of the runs that begin here: each bit that fifteen more follow
  let long = first == 63 ? 0 : run & (~(<u64>1) << (<u64>first));
  long &= long >> 1;
  long &= long >> 2;
  long &= long >> 4;
  long &= long >> 8;
  while (long != 0) {
    const begin = <u32>ctz(long),
      end = begin + <u32>ctz(~(run >> (<u64>begin)));
    if (end >= 64) break;
    addRun(base + begin, base + end);
    long &= ~(<u64>0) << (<u64>end);
  }
  return base + 64 - <u32>clz(~run);
}
