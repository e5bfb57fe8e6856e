// Tells a random-looking value from a word, a path, a version or a placeholder by counting, in one pass over at most 300 bytes.
// Uses no dictionary of known secrets and keeps nothing.
import { at, SCRATCH } from "./memory";
import { isDigit, isLetter, isLower, isUpper } from "./context";

const SEEN: usize = SCRATCH + 384; // 128 flags

let figures: u32 = 0;
let letters: u32 = 0;
let distinct: u32 = 0;
let changes: u32 = 0;
let rising: u32 = 0;
let hexOnly: bool = false;
let dottedFigures: u32 = 0;

function measure(s: u32, e: u32): void {
  memory.fill(SEEN, 0, 128);
  figures = 0;
  letters = 0;
  distinct = 0;
  changes = 0;
  rising = 0;
  dottedFigures = 0;
  hexOnly = true;
  let last: u32 = 0,
    kind: u32 = 0;
  for (let i = s; i < e; i++) {
    const c = at(i);
    let k: u32 = 0;
    if (isDigit(c)) {
      figures++;
      k = 1;
      if (i > s && at(i - 1) == 46) dottedFigures++;
    } else if (isUpper(c)) {
      letters++;
      k = 2;
    } else if (isLower(c)) {
      letters++;
      k = 3;
    }
    if (k != 0 && kind != 0 && k != kind && !(kind == 2 && k == 3)) changes++;
    if (k != 0) kind = k;
    if (!isDigit(c) && !((c | 0x20) >= 97 && (c | 0x20) <= 102) && c != 45) hexOnly = false;
    if (c < 128 && load<u8>(SEEN + c) == 0) {
      store<u8>(SEEN + c, 1);
      distinct++;
    }
    if (c == last + 1 || c == last) rising++;
    last = c;
  }
}

/** 8-4-4-4-12 hex digits. */
export function isUuid(s: u32, e: u32): bool {
  if (e - s != 36) return false;
  for (let k: u32 = 0; k < 36; k++) {
    const c = at(s + k);
    if (k == 8 || k == 13 || k == 18 || k == 23) {
      if (c != 45) return false;
    } else if (!isDigit(c) && !isLetter(c)) return false;
  }
  return true;
}

/** Mostly one character, or more than `share` per cent of them the next one in order: filled in by hand. */
export function isFiller(s: u32, e: u32, share: u32): bool {
  measure(s, e);
  const n = e - s;
  if ((distinct * 6 < n && n < 60) || distinct <= 3) return true;
  return rising * 100 > n * share;
}

/** Ends in "EXAMPLE", or holds a run of x or asterisks. */
export function isPlaceholder(s: u32, e: u32): bool {
  const n = e - s;
  const c = at(s);
  if (c == 36 || c == 60 || c == 123 || c == 91 || c == 42 || c == 37 || c == 40) return true;
  if (
    n >= 7 &&
    (at(e - 7) | 0x20) == 101 &&
    (at(e - 6) | 0x20) == 120 &&
    (at(e - 5) | 0x20) == 97 &&
    (at(e - 4) | 0x20) == 109 &&
    (at(e - 3) | 0x20) == 112 &&
    (at(e - 2) | 0x20) == 108
  )
    return true;
  let run = 0;
  for (let i = s; i < e; i++) {
    const d = at(i) | 0x20;
    if (d == 120 || at(i) == 42 || at(i) == 46) {
      run++;
      if (run >= 4) return true;
    } else run = 0;
    if (at(i) == 36 && at(i + 1) == 123) return true;
    if (
      d == 121 &&
      i + 4 < e &&
      (at(i + 1) | 0x20) == 111 &&
      (at(i + 2) | 0x20) == 117 &&
      (at(i + 3) | 0x20) == 114 &&
      !isLetter(at(i + 4))
    )
      return true; // your_
  }
  return false;
}

/** Whether the value looks random: classes of characters change often, many are distinct, it is no version or path of words. */
export function looksRandom(s: u32, e: u32): bool {
  const n = e - s;
  if (n < 10 || n > 300) return false;
  if (isUuid(s, e)) return true;
  measure(s, e);
  if (dottedFigures > 1 || distinct < 6) return false;
  if (hexOnly) return n >= 16 && figures >= 3 && distinct >= 7 && letters >= 2;
  if (figures >= 2 && letters >= 3 && changes * 7 >= n && distinct * 3 >= min<u32>(n, 40)) return true;
  if (figures >= 1 && n >= 14 && changes * 5 >= n) return true;
  return n >= 20 && changes * 4 >= n;
}

/** Long, unkeyed and very random. */
export function veryRandom(s: u32, e: u32): bool {
  const n = e - s;
  if (n < 32 || n > 200) return false;
  measure(s, e);
  return !hexOnly && figures * 8 >= n && changes * 3 >= n && distinct >= 18 && dottedFigures < 2;
}
