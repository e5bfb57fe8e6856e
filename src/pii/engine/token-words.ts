// Says of every token what it is: its kind, what the lexicon knows of it, how far the last cue word is, what parts it from the next
// one. One pass with few branches: words come in no order that a processor could guess, and a wrong guess costs more than a look-up.
import { CC_DIGIT, CC_LOWER, CC_OTHER, CC_UPPER, CLASS, GAP } from "./generated/chars";
import { SIMD } from "./generated/build";
import { flag, isDigit, isLetter } from "./context";
import {
  LEX_CUES,
  LEX_DULL,
  LEX_LONGEST,
  LEX_MARKS,
  M_COMMON,
  M_GERMAN,
  M_MONTH,
  M_PARTICLE,
  M_STREET,
  M_STREETLEAD,
  M_UNIT,
  M_WEEKDAY,
} from "./generated/lexicon";
import {
  at,
  CAPITAL_BITS,
  FIGURE_BITS,
  length,
  setCue,
  setCueBack,
  setVisitCount,
  SMALL_BITS,
  SPARE_TOKENS,
  tokCueBack,
  tokEnd,
  tokenCount,
  TOKENS,
  tokGap,
  tokLen,
  tokStart,
  VISITS,
} from "./memory";
import { ENTITY, G_BLANK, G_OTHER, G_STOP, LOWER, N_PLAIN, OTHER, TITLE, UPPER } from "./token-kinds";
import { find, hashLetters, hashWord } from "./word-lookup";

/** Words of the segment, those of them in capitals with more than three letters, and small ones that are German. */
export let wordCount: u32 = 0;
export let capitalsCount: u32 = 0;
export let germanCount: u32 = 0;
/** The cues of all words of the segment, one bit each. */
export let cuesSeen: u64 = 0;

// Kinds by what a word holds: bit 0 figures, bit 1 small letters, bit 2 capitals, bit 3 a capital after the first character.
const KIND = memory.data<u8>([1, 0, 1, 5, 3, 5, 2, 5, 1, 0, 1, 5, 3, 5, 4, 5]);

/** Bits of one of the bit areas from position s on, 57 of them at least. */
function bitsAt(area: usize, s: u32): u64 {
  return load<u64>(area + (s >> 3)) >> (<u64>(s & 7));
}

/** What the n characters from s hold, as the bits of KIND. */
function holdsAt(s: u32, n: u32): u32 {
  if (SIMD && n < 57) {
    const mask = ((<u64>1) << (<u64>n)) - 1,
      big = bitsAt(CAPITAL_BITS, s) & mask;
    return (
      flag((bitsAt(FIGURE_BITS, s) & mask) != 0) |
      (flag((bitsAt(SMALL_BITS, s) & mask) != 0) << 1) |
      (flag(big != 0) << 2) |
      (flag(big > 1) << 3)
    );
  }
  let holds: u32 = 0;
  for (let k: u32 = 0; k < n; k++) {
    const cls: u32 = load<u8>(CLASS + at(s + k));
    holds |= cls & (CC_DIGIT | CC_LOWER | CC_UPPER);
    if (k > 0) holds |= (cls & CC_UPPER) << 1;
  }
  return holds;
}

/** What parts a token that ends at e from the next one, which begins at s. */
function gapBetween(e: u32, s: u32): u32 {
  const c = at(e),
    alone: u32 = load<u8>(GAP + c),
    beforeBlank: u32 = load<u8>(GAP + c, 256),
    blank = flag(load<u8>(GAP + at(e + 1)) == G_BLANK);
  return select<u32>(alone, select<u32>(beforeBlank, G_OTHER, blank & flag(s - e == 2)), s - e == 1);
}

/** Whether nothing begins at a small word of lexicon value v if another small word follows; scripts/pii-lexicon.mjs says why. */
function isDull(v: u32, first: u32, n: u32): u32 {
  const short = flag(n <= 4);
  return ((<u32>load<u8>(LEX_DULL + v)) >> short) & 1 & ~(short & flag(first == 117));
}

/** Tokens that go through the three steps together: their records stay in the processor's nearest memory. */
const BATCH: usize = 128 << 4;

/** A capitalised word with no other marks than the first of these only opens a sentence, if a small word follows. */
const PLAIN: u32 = M_COMMON;
const TELLING: u32 = M_COMMON | ENTITY | M_MONTH | M_WEEKDAY | M_STREET | M_STREETLEAD | M_UNIT | M_PARTICLE;

let back: u32 = 0; // tokens since the last cue word, as fillTokens goes along
let visits: u32 = 0;
let dullBefore: u32 = 0; // whether the token before is dull if a small word follows
let quietBefore: u32 = 0; // and if anything but a figure does

/** Fills in the records of all tokens and lists those at which a recogniser may begin. */
export function describeTokens(): void {
  const stop = TOKENS + ((<usize>tokenCount) << 4);
  wordCount = 0;
  capitalsCount = 0;
  germanCount = 0;
  cuesSeen = 0;
  spelled = 0;
  back = 255;
  visits = 0;
  dullBefore = 0;
  quietBefore = 0;
  // far behind the last token, so that nothing joins it to a next one
  store<u32>(stop, length + 64);
  for (let p = TOKENS; p < stop; p += BATCH) {
    const end = min<usize>(p + BATCH, stop);
    hashTokens(p, end);
    findTokens(p, end);
    fillTokens(p, end);
  }
  if (spelled != 0) cuesWithStops();
  store<u16>(VISITS + ((<usize>visits) << 1), tokenCount - 1);
  setVisitCount(visits + 1);
  memory.fill(stop, 0, SPARE_TOKENS << 4);
}

// Between the steps a record holds the hash where marks and kind will be, the kind in byte 7 and the gap in byte 6.

/** Most letters of a name with stops, "S.S.N.", "A.B.N.". */
const MOST_LETTERS: u32 = 5;
/** How far behind a cue word its distance is noted: more than any recogniser looks back. */
const NOTED: u32 = 16;
/** Whether a single letter stands right before a stop anywhere: few texts hold one. */
let spelled: u32 = 0;

/** Notes at the last letter of a name with stops, "S.S.N." or "D.O.B.", that it is the cue word "ssn" or "dob". */
function cuesWithStops(): void {
  let letters: u64 = 0,
    n: u32 = 0;
  for (let i: u32 = 0; i < tokenCount; i++) {
    const one = tokLen(i) == 1 && isLetter(at(tokStart(i))),
      letter: u64 = at(tokStart(i)) | 0x20,
      place: u64 = n << 3;
    if (one) letters |= letter << place;
    if (one && tokGap(i) == G_STOP && n < MOST_LETTERS) {
      n++;
      continue;
    }
    if (one && n > 0 && n < MOST_LETTERS) noteCue(i, load<u8>(LEX_CUES + find(hashLetters(letters))) & 127);
    letters = 0;
    n = 0;
  }
}

/** Makes token i a cue word, and tells the tokens behind it. */
function noteCue(i: u32, cue: u32): void {
  if (cue == 0) return;
  cuesSeen |= (<u64>1) << (<u64>cue);
  setCue(i, cue);
  for (let k: u32 = 0; k < NOTED && i + k < tokenCount && tokCueBack(i + k) > k; k++) setCueBack(i + k, k);
}

/** Kind, gap and hash of the tokens in [p, end). */
function hashTokens(p: usize, end: usize): void {
  for (; p < end; p += 16) {
    const s = load<u32>(p),
      e: u32 = load<u16>(p, 4),
      n = e - s,
      other = flag((load<u8>(CLASS + at(s)) & CC_OTHER) != 0),
      kind = select<u32>(OTHER, load<u8>(KIND + holdsAt(s, n)), other),
      gap = gapBetween(e, load<u32>(p, 16));
    spelled |= flag(gap == G_STOP) & flag(n == 1);
    store<u16>(p, gap | (kind << 8), 6);
    store<u64>(p, n <= LEX_LONGEST ? hashWord(s, e) : 0, 8);
  }
}

/** The lexicon value of each hash. A loop of its own, so that the processor waits for many places of the table at a time. */
function findTokens(p: usize, end: usize): void {
  for (; p < end; p += 16) store<u32>(p, find(load<u64>(p, 8)), 8);
}

/** All that follows from the value. Whether a token is visited is known when the next one is. */
function fillTokens(p: usize, end: usize): void {
  for (let i = <u32>((p - TOKENS) >> 4); p < end; p += 16, i++) {
    const s = load<u32>(p),
      n = <u32>load<u16>(p, 4) - s,
      first = at(s),
      gap: u32 = load<u8>(p, 6),
      kind: u32 = load<u8>(p, 7),
      small = flag(kind == LOWER),
      isWord = flag(kind - LOWER < 4),
      // figures are looked up as well, and what is found is dropped
      v = load<u32>(p, 8) & (0 - isWord),
      marks = load<u32>(LEX_MARKS + (v << 2)),
      known: u32 = load<u8>(LEX_CUES + v),
      cue = known & 127,
      plain = (known >> 7) & small,
      dull = isDull(v, first, n) & small;
    back = select<u32>(0, min<u32>(back + 1, 255), cue != 0);
    cuesSeen |= (<u64>1) << (<u64>cue);
    wordCount += isWord;
    capitalsCount += flag(kind == UPPER) & flag(n > 3);
    germanCount += small & flag((marks & M_GERMAN) != 0);
    store<u16>(p, back, 6);
    store<u32>(p, marks, 8);
    store<u32>(p, kind | (cue << 8) | (gap << 16) | (plain * (N_PLAIN << 24)), 12);
    // written in any case, and written over if nothing begins at the token before
    store<u16>(VISITS + ((<usize>visits) << 1), i - 1);
    const skipped = (dullBefore & small) | (quietBefore & ~flag(isDigit(first)));
    visits += ~skipped & 1 & flag(i > 0);
    const opens = flag(kind == TITLE) & flag((marks & TELLING) == PLAIN) & flag(cue == 0);
    dullBefore = dull | opens;
    quietBefore = dull & flag((marks & (M_STREET | M_STREETLEAD)) == 0);
  }
}
