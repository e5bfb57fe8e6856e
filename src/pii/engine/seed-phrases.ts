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
import { LOWER } from "./token-kinds";
import { hashWord } from "./word-lookup";

/** Fewest words of a phrase: every row of so many tokens holds exactly one that rowAt looks at. */
export const FEWEST: u32 = 12;
const MOST: u32 = 24;
const BITS: usize = SCRATCH + 128; // 33 bytes: the words' numbers, eleven bits each
const HASH: usize = SCRATCH + 256;

/** The seed phrase around token i, a word of the list; returns the token to go on with. */
export function rowAt(i: u32): u32 {
  let first = i,
    last = i;
  while (i - first <= MOST && first > 0 && listed(first - 1) && joined(first - 1)) first--;
  while (last - first <= MOST + 2 && last + 1 < tokenCount && listed(last + 1) && joined(last)) last++;
  const words = last - first + 1;
  if (words < FEWEST || words > MOST + 2) return last + 1;
  // lengths are three apart: one or two more words are the sentence's own
  const more = words % 3;
  for (let skip: u32 = 0; skip <= more; skip++) {
    const from = first + skip,
      n = words - more;
    if (checks(from, n)) {
      addSpan(T_SEED_PHRASE, tokStart(from), tokEnd(from + n - 1), 96);
      break;
    }
  }
  return last + 1;
}

function listed(t: u32): bool {
  return (tokMarks(t) & M_SEED) != 0;
}

/** Whether the checksum of the n words from token `from` holds: the first bits of the hash of the others. */
function checks(from: u32, n: u32): bool {
  memory.fill(BITS, 0, 40);
  for (let k: u32 = 0; k < n; k++) {
    const number = wordNumber(from + k);
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

/** After "seed phrase", "recovery phrase" or "mnemonic": twelve or more plain short words in a row. */
export function seedPhraseAt(i: u32): void {
  if (tokCue(i) != C_SEED) return;
  let t = i + 1;
  for (let k = 0; k < 4 && t < tokenCount; k++, t++) {
    let run: u32 = 0,
      j = t;
    while (
      j < tokenCount &&
      run < 24 &&
      tokKind(j) == LOWER &&
      tokLen(j) >= 3 &&
      tokLen(j) <= 8 &&
      (run == 0 || joined(j - 1))
    ) {
      run++;
      j++;
    }
    if (run == 12 || run == 15 || run == 18 || run == 21 || run == 24) {
      addSpan(T_SEED_PHRASE, tokStart(t), tokEnd(j - 1), 85);
      return;
    }
  }
}

/** Words of a phrase are parted by blanks, commas, line ends, or the quotes of a list only. */
function joined(t: u32): bool {
  const from = tokEnd(t),
    to = tokStart(t + 1);
  if (to - from > 12) return false;
  for (let k = from; k < to; k++)
    if (!isSpace(at(k)) && at(k) != 44 && at(k) != 34 && at(k) != 39) return false;
  return true;
}
