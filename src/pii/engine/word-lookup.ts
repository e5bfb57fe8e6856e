// Looks words and phrases up in the lexicon by their hash, and remembers answers about a token that cost several searches.
import {
  LEX_BUCKETS,
  LEX_MARKS,
  LEX_SHIFTS,
  LEX_SLOTS,
  LEX_STRIDE,
  LEX_TABLE,
  M_COMMON,
} from "./generated/lexicon";
import { addNotes, at, TEXT, tokEnd, tokNotes, tokStart } from "./memory";
import { streetEnding } from "./name-shape";
import { N_INFLECTED, N_INFLECTED_KNOWN } from "./token-kinds";

const SEED: u64 = 0x9e3779b97f4a7c15;
const SPREAD: u64 = 0xff51afd7ed558ccd;
const SMALL: u64 = 0x2020202020202020;

/** Sixteen bytes that let everything through, then sixteen that let nothing: loaded at 16 - n it keeps n bytes. */
const KEEP = memory.data<u8>([
  255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 0, 0, 0, 0, 0, 0,
]);

/**
 * Lexicon value index of a hash, 0 when the word is unknown. The bucket's displacement leads to the only slot where the word can
 * stand, so nothing here branches: a wrong guess would wait for the memory first.
 */
export function find(h: u64): u32 {
  const shift: u32 = load<u8>(LEX_SHIFTS + ((<u32>(h >> 29)) & (LEX_BUCKETS - 1))),
    low = (<u32>h) ^ (shift * LEX_STRIDE),
    slot = <u32>((<u64>low * LEX_SLOTS) >> 32),
    entry = load<u32>(LEX_TABLE + (slot << 2));
  return select<u32>(entry & 0x3ff, 0, entry >> 10 == <u32>(h >> 42));
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

/** Hash of a word of at most eight small letters, packed into one number, the first lowest; the same as hashWord of them in a text. */
export function hashLetters(letters: u64): u64 {
  let h = (SEED ^ letters) * SPREAD;
  h ^= h >> 32;
  h *= SPREAD;
  h ^= h >> 32;
  return h * SPREAD;
}

/** Hash of a phrase that goes on with the word [from, to); scripts/pii-lexicon.mjs joins words alike. */
export function hashOn(h: u64, from: u32, to: u32): u64 {
  return h * SPREAD + hashWord(from, to);
}

/** Marks of the word or phrase with this hash. */
export function hashMarks(h: u64): u32 {
  return load<u32>(LEX_MARKS + (find(h) << 2));
}

/** Marks of the letters [from, to). */
export function wordMarks(from: u32, to: u32): u32 {
  const v = find(hashWord(from, to));
  return load<u32>(LEX_MARKS + (v << 2));
}

/** Whether a plain inflection of [from, to) is a common word: plural, past, -ing, -ly, -er. */
function inflectedCommon(from: u32, to: u32): bool {
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

/** Whether token t is a plain inflection of a common word; remembered. */
export function inflectedAt(t: u32): bool {
  const notes = tokNotes(t);
  if (notes & N_INFLECTED_KNOWN) return (notes & N_INFLECTED) != 0;
  const yes = inflectedCommon(tokStart(t), tokEnd(t));
  addNotes(t, yes ? N_INFLECTED_KNOWN | N_INFLECTED : N_INFLECTED_KNOWN);
  return yes;
}

/** Whether token t ends in a street word. */
export function streetEndingAt(t: u32): bool {
  return streetEnding(tokStart(t), tokEnd(t));
}
