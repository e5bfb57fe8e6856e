// Seed phrases of wallets (BIP 39, English): twelve to twenty-four words of its list. Where the checksum in the last word holds, the
// words alone tell; after "seed phrase" or "mnemonic" plain words are enough. It must hash at most three times for a row of words.
import { isSpace } from "./context";
import { C_SEED, M_SEED } from "./generated/lexicon";
import { SEED_WORDS } from "./generated/seed-words";
import { T_SEED_PHRASE } from "./generated/types";
import {
  addSpan,
  at,
  SCRATCH,
  tokCue,
  tokEnd,
  tokKind,
  tokLen,
  tokMarks,
  tokStart,
  tokenCount,
} from "./memory";
import { sha256 } from "./sha256";
import { LOWER, NUM } from "./token-kinds";
import { hashWord } from "./word-lookup";

/** Fewest words of a phrase: every row of so many tokens holds exactly one that rowAt looks at. */
export const FEWEST: u32 = 12;
const MOST: u32 = 24;
/** What the folded text holds for a bullet and other signs. */
const SYMBOL: u32 = 0x81;
const BITS: usize = SCRATCH + 128; // 33 bytes: the words' numbers, eleven bits each
const HASH: usize = SCRATCH + 256;

/** The seed phrase around token i, a word of the list or a number between two; returns the token to go on with. */
export function rowAt(i: u32): u32 {
  // "1. legal 2. winner": every other token is a word
  const step: u32 = (i > 0 && serial(i - 1)) || (i + 2 < tokenCount && serial(i + 1)) ? 2 : 1;
  let first = i,
    last = i,
    words: u32 = 1;
  while (words <= MOST + 2 && first >= step && listed(first - step) && joined(first - step, step)) {
    first -= step;
    words++;
  }
  while (words <= MOST + 2 && last + step < tokenCount && listed(last + step) && joined(last, step)) {
    last += step;
    words++;
  }
  if (words < FEWEST || words > MOST + 2) return last + 1;
  // lengths are three apart: one or two more words are the sentence's own
  const more = words % 3;
  for (let skip: u32 = 0; skip <= more; skip++) {
    const from = first + skip * step,
      n = words - more;
    if (checks(from, n, step)) {
      const begin = step > 1 && from > 0 && serial(from - 1) ? from - 1 : from;
      addSpan(T_SEED_PHRASE, tokStart(begin), tokEnd(from + (n - 1) * step), 96);
      break;
    }
  }
  return last + 1;
}

/** Whether token t can be the number before a word of a list. */
function serial(t: u32): bool {
  return tokKind(t) == NUM && tokLen(t) <= 2;
}

function listed(t: u32): bool {
  return (tokMarks(t) & M_SEED) != 0;
}

/** Whether the checksum of the n words from token `from` on, `step` tokens apart, holds: the first bits of the hash of the others. */
function checks(from: u32, n: u32, step: u32): bool {
  memory.fill(BITS, 0, 40);
  for (let k: u32 = 0; k < n; k++) {
    const number = wordNumber(from + k * step);
    if (number < 0) return false;
    const bit = k * 11,
      p = BITS + (bit >> 3);
    const bits = (<u32>number) << (21 - (bit & 7));
    store<u32>(p, load<u32>(p) | bswap<u32>(bits));
  }
  const sum = n / 3,
    bytes = (n * 11 - sum) >> 3;
  sha256(BITS, bytes, HASH);
  const shift = 8 - sum;
  return load<u8>(HASH) >> (<u8>shift) == load<u8>(BITS + bytes) >> (<u8>shift);
}

/** The number of the word that is token t, or -1. */
function wordNumber(t: u32): i32 {
  const s = tokStart(t),
    n = tokLen(t);
  let letters: u32 = 0;
  for (let k: u32 = 0; k < 4; k++) letters = (letters << 5) | (k < n ? at(s + k) & 31 : 0);
  let low: u32 = 0,
    high: u32 = 2047;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (load<u32>(SEED_WORDS + (middle << 2)) >> 12 <= letters) low = middle;
    else high = middle - 1;
  }
  const want = (letters << 12) | (<u32>(hashWord(s, tokEnd(t)) >> 52));
  return load<u32>(SEED_WORDS + (low << 2)) == want ? low : -1;
}

/** After "seed phrase", "recovery phrase" or "mnemonic": twelve or more plain short words in a row or a list. */
export function seedPhraseAt(i: u32): void {
  if (tokCue(i) != C_SEED) return;
  let t = i + 1;
  for (let k = 0; k < 4 && t < tokenCount; k++, t++) {
    const step: u32 = serial(t) ? 2 : 1;
    let run: u32 = 0,
      j = step > 1 ? t + 1 : t;
    while (
      j < tokenCount &&
      run < 24 &&
      tokKind(j) == LOWER &&
      tokLen(j) >= 3 &&
      tokLen(j) <= 8 &&
      (run == 0 || joined(j - step, step))
    ) {
      run++;
      j += step;
    }
    if (run == 12 || run == 15 || run == 18 || run == 21 || run == 24) {
      addSpan(T_SEED_PHRASE, tokStart(t), tokEnd(j - step), 85);
      return;
    }
  }
}

/**
 * Whether the word at token t and the one `step` tokens on belong to one list. Blanks, commas, line ends, hyphens, the marks of a list
 * and quotes may part them; if a number stands between, it is one token, with a stop, a bracket or a colon.
 */
function joined(t: u32, step: u32): bool {
  if (step > 1 && !(serial(t + 1) && blankOrMark(tokEnd(t + 1), tokStart(t + 2), true))) return false;
  return blankOrMark(tokEnd(t), tokStart(t + 1), step > 1);
}

function blankOrMark(from: u32, to: u32, numbered: bool): bool {
  if (to - from > 12) return false;
  for (let k = from; k < to; k++) {
    const c = at(k);
    if (isSpace(c) || c == 44 || c == 34 || c == 39 || c == 45 || c == 42 || c == SYMBOL) continue;
    if (!(numbered && (c == 46 || c == 40 || c == 41 || c == 58 || c == 35))) return false;
  }
  return true;
}
