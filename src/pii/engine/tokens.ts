// Cuts the folded text into words and digit runs, looks every word up in the lexicon on the way, and notes long unbroken runs of
// key-like characters. One pass, constant work per byte.
import { CC_DIGIT, CC_LOWER, CC_OTHER, CC_RUN, CC_UPPER, CLASS, GAP } from "./generated/chars";
import {
  LEX_CUES,
  LEX_DULL,
  LEX_MARKS,
  LEX_MASK,
  LEX_TABLE,
  M_COMMON,
  M_COUNTRY,
  M_FIRST,
  M_LAST,
  M_NRP,
  M_PLACE,
  M_PLACEHEAD,
} from "./generated/lexicon";
import { SIMD } from "./generated/build";
import {
  addNotes,
  addRun,
  addToken,
  at,
  length,
  setGap,
  TEXT,
  tokenCount,
  tokEnd,
  tokNotes,
  tokStart,
} from "./memory";
import { streetEnding } from "./name-shape";

/** Marks of words that can begin a name or a place. */
export const ENTITY: u32 = M_FIRST | M_LAST | M_PLACE | M_COUNTRY | M_PLACEHEAD | M_NRP;

export const NUM: u32 = 0;
export const LOWER: u32 = 1;
export const TITLE: u32 = 2;
export const UPPER: u32 = 3;
export const MIXED: u32 = 4;
export const ALNUM: u32 = 5;
export const OTHER: u32 = 6;

// What parts a token from the next one, where it is one of these.
export const G_OTHER: u32 = 0;
/** one or two blanks */
export const G_BLANK: u32 = 1;
/** a full stop and a blank */
export const G_STOP_BLANK: u32 = 2;
export const G_HYPHEN: u32 = 3;
export const G_APOSTROPHE: u32 = 4;
/** a comma and a blank */
export const G_COMMA: u32 = 5;
export const G_LINE: u32 = 6;
/** a full stop alone */
export const G_STOP: u32 = 7;

// Notes on a token: answers that are costly and asked for again.
/** A small word that no recogniser begins at if another small word follows. */
export const N_DULL: u32 = 1;
const N_INFLECTED_KNOWN: u32 = 2;
const N_INFLECTED: u32 = 4;
const N_STREET_KNOWN: u32 = 8;
const N_STREET: u32 = 16;

const SEED: u64 = 0x9e3779b97f4a7c15;
const SPREAD: u64 = 0xff51afd7ed558ccd;
const SMALL: u64 = 0x2020202020202020;
const MIN_RUN: u32 = 16;
const MAX_WORD: u32 = 24;

/** Sixteen bytes that let everything through, then sixteen that let nothing: loaded at 16 - n it keeps n bytes. */
const KEEP = memory.data<u8>([
  255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 0, 0, 0, 0, 0, 0,
]);

/** Lexicon value index of a hash, 0 when the word is unknown. Four slots stand together, so that few searches need a second look. */
function find(h: u64): u32 {
  const fingerprint = <u32>(h >> 42);
  let slot = (<u32>(h >> 27)) & LEX_MASK & ~3;
  let hit: u32, last: u32;
  do {
    const p = LEX_TABLE + (slot << 2);
    const a = load<u32>(p),
      b = load<u32>(p, 4),
      c = load<u32>(p, 8),
      d = load<u32>(p, 12);
    hit = a >> 10 == fingerprint ? a : 0;
    hit = b >> 10 == fingerprint ? b : hit;
    hit = c >> 10 == fingerprint ? c : hit;
    hit = d >> 10 == fingerprint ? d : hit;
    last = d;
    slot = (slot + 4) & LEX_MASK;
    // slots are filled in order: an empty last one ends the search
  } while (hit == 0 && last != 0);
  return hit & 0x3ff;
}

/** Hash of the letters [from, to) without regard to case, sixteen at a time; scripts/pii-lexicon.mjs computes the same. */
export function hashWord(from: u32, to: u32): u64 {
  let h = SEED,
    p: usize = TEXT + from,
    left: i32 = to - from;
  do {
    const keep = KEEP + 16 - min<i32>(left, 16);
    h = (h ^ ((load<u64>(p) | SMALL) & load<u64>(keep))) * SPREAD;
    h ^= h >> 32;
    h = (h ^ ((load<u64>(p, 8) | SMALL) & load<u64>(keep, 8))) * SPREAD;
    h ^= h >> 32;
    p += 16;
    left -= 16;
  } while (left > 0);
  return h * SPREAD;
}

/** Marks of a phrase of words joined by single spaces: [from, to) of the first, and up to two more ranges. */
export function phraseMarks(s1: u32, e1: u32, s2: u32, e2: u32, s3: u32, e3: u32): u32 {
  let h = hashWord(s1, e1) * SPREAD + hashWord(s2, e2);
  if (e3 > s3) h = h * SPREAD + hashWord(s3, e3);
  const v = find(h);
  return load<u32>(LEX_MARKS + (v << 2));
}

/** Marks of the letters [from, to). */
export function wordMarks(from: u32, to: u32): u32 {
  const v = find(hashWord(from, to));
  return load<u32>(LEX_MARKS + (v << 2));
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

function gapBetween(e: u32, s: u32): u32 {
  const n = s - e,
    c = at(e);
  if (n == 1) return load<u8>(GAP + c);
  if (n != 2 || load<u8>(GAP + at(e + 1)) != G_BLANK) return G_OTHER;
  if (c == 44) return G_COMMA;
  if (c == 46) return G_STOP_BLANK;
  return load<u8>(GAP + c) == G_BLANK ? G_BLANK : G_OTHER;
}

/** Whether token t is a plain inflection of a common word; remembered. */
export function inflectedAt(t: u32): bool {
  const notes = tokNotes(t);
  if (notes & N_INFLECTED_KNOWN) return (notes & N_INFLECTED) != 0;
  const yes = inflectedCommon(tokStart(t), tokEnd(t));
  addNotes(t, yes ? N_INFLECTED_KNOWN | N_INFLECTED : N_INFLECTED_KNOWN);
  return yes;
}

/** Whether token t ends in a street word; remembered. */
export function streetEndingAt(t: u32): bool {
  const notes = tokNotes(t);
  if (notes & N_STREET_KNOWN) return (notes & N_STREET) != 0;
  const yes = streetEnding(tokStart(t), tokEnd(t));
  addNotes(t, yes ? N_STREET_KNOWN | N_STREET : N_STREET_KNOWN);
  return yes;
}

/**
 * Whether nothing begins at a small word of lexicon value v if another small word follows; see scanTokens. Without
 * branches, since words come in no order that a processor could guess.
 */
function isDull(v: u32, first: u32, n: u32): u32 {
  const short: u32 = n <= 4 ? 1 : 0;
  return ((<u32>load<u8>(LEX_DULL + v)) >> short) & 1 & ~(short & (first == 117 ? 1 : 0));
}

const WORD: u32 = CC_DIGIT | CC_LOWER | CC_UPPER;

let end: u32 = 0;

// Kinds by what a word holds: bit 0 figures, bit 1 small letters, bit 2 capitals, bit 3 a capital after the first character.
const KIND = memory.data<u8>([1, 0, 1, 5, 3, 5, 2, 5, 1, 0, 1, 5, 3, 5, 4, 5]);

/** The kind of the word that begins at `from`; leaves its end in `end`. Few branches: words come in no order. */
function wordKind(from: u32): u32 {
  let i = from,
    holds: u32 = 0;
  if (SIMD) {
    let most: u32 = 0,
      first: u32 = 1; // the first character's bit
    do {
      const block = v128.load(TEXT + i);
      const letters = i8x16.lt_u(
        i8x16.sub(v128.or(block, i8x16.splat(0x20)), i8x16.splat(97)),
        i8x16.splat(26),
      );
      const figures = i8x16.lt_u(i8x16.sub(block, i8x16.splat(48)), i8x16.splat(10));
      // of letters, those without the bit that makes them small
      const capitals = v128.andnot(letters, i8x16.shl(block, 2));
      most = ctz(~(<u32>i8x16.bitmask(v128.or(letters, figures))));
      const mask: u32 = (1 << most) - 1,
        big = (<u32>i8x16.bitmask(capitals)) & mask,
        numbers = (<u32>i8x16.bitmask(figures)) & mask;
      holds |=
        (numbers != 0 ? 1 : 0) |
        ((mask & ~(big | numbers)) != 0 ? 2 : 0) |
        (big != 0 ? 4 : 0) |
        ((big & ~first) != 0 ? 8 : 0);
      first = 0;
      i += most;
    } while (most == 16);
  } else {
    let cls: u32 = load<u8>(CLASS + at(i));
    do {
      holds |= cls & WORD;
      if (i > from) holds |= (cls & CC_UPPER) << 1;
      i++;
      cls = load<u8>(CLASS + at(i));
    } while (cls & WORD);
  }
  end = i;
  return load<u8>(KIND + holds);
}

export function tokenise(): void {
  const n = length;
  let i: u32 = 0;
  let runFrom: u32 = 0;
  let last: u32 = 0; // end of the token before
  while (i < n) {
    const c = at(i);
    const cls: u32 = load<u8>(CLASS + c);
    if (cls & WORD) {
      const start = i,
        kind = wordKind(i);
      i = end;
      let v: u32 = 0;
      if (kind >= LOWER && kind <= MIXED && i - start <= MAX_WORD) v = find(hashWord(start, i));
      if (tokenCount > 0) setGap(tokenCount - 1, gapBetween(last, start));
      addToken(
        start,
        i,
        load<u32>(LEX_MARKS + (v << 2)),
        kind,
        load<u8>(LEX_CUES + v),
        kind == LOWER ? isDull(v, c, i - start) : 0,
      );
      last = i;
    } else if (cls & CC_RUN) {
      i++;
    } else {
      if (i - runFrom >= MIN_RUN) addRun(runFrom, i);
      if (cls & CC_OTHER) {
        const start = i;
        do {
          i++;
        } while (load<u8>(CLASS + at(i)) & CC_OTHER);
        if (tokenCount > 0) setGap(tokenCount - 1, gapBetween(last, start));
        addToken(start, i, 0, OTHER, 0, 0);
        last = i;
      } else i++;
      runFrom = i;
    }
  }
  if (n - runFrom >= MIN_RUN && n > runFrom) addRun(runFrom, n);
}
