// Reads UTF-8 and writes the folded text: ASCII as it is, other Latin, Greek and Cyrillic letters as ASCII letters, other scripts
// as one letter byte, other symbols as one symbol byte; zero-width characters and combining marks vanish. Never loses an offset.
import {
  CC_DIGIT,
  CC_LOWER,
  CC_UPPER,
  CLASS,
  FOLD_CJK,
  FOLD_LATIN,
  FOLD_LOW,
  FOLD_PUNCT,
  FOLD_WIDE,
} from "./generated/chars";
import { SIMD } from "./generated/build";
import { INPUT, MAP, TEXT, setInputUsed, setLength } from "./memory";

const LETTER: u32 = 0x80;
const SYMBOL: u32 = 0x81;
const WIDE: u32 = 0x8000;

/** The packed one or two folded bytes of a code point above 0x7f; 0 means nothing. */
function foldPoint(cp: u32): u32 {
  if (cp < 0x530) return load<u16>(FOLD_LOW + ((cp - 0x80) << 1));
  if (cp >= 0x2000 && cp < 0x2070) return load<u16>(FOLD_PUNCT + ((cp - 0x2000) << 1));
  if (cp >= 0x1e00 && cp < 0x1f00) return load<u16>(FOLD_LATIN + ((cp - 0x1e00) << 1));
  if (cp >= 0x3000 && cp < 0x3040) return load<u16>(FOLD_CJK + ((cp - 0x3000) << 1));
  if (cp >= 0xff00 && cp < 0xfff0) return load<u16>(FOLD_WIDE + ((cp - 0xff00) << 1));
  if (cp >= 0x660 && cp <= 0x669) return 48 + cp - 0x660;
  if (cp >= 0x6f0 && cp <= 0x6f9) return 48 + cp - 0x6f0;
  if (cp >= 0x966 && cp <= 0x96f) return 48 + cp - 0x966;
  // mathematical letters: alphabets of 26 capitals and 26 small letters
  if (cp >= 0x1d400 && cp < 0x1d6a4) {
    const k = (cp - 0x1d400) % 52;
    return k < 26 ? 65 + k : 71 + k;
  }
  if (cp >= 0x1d7ce && cp <= 0x1d7ff) return 48 + ((cp - 0x1d7ce) % 10);
  if (cp == 0x2212) return 45;
  if (cp == 0x2206) return 68; // the increment sign stands for a capital delta in exported text
  if (cp == 0xfeff || (cp >= 0xfe00 && cp <= 0xfe0f)) return 0;
  if (cp == 0x060c || cp == 0x061b) return 44;
  if (
    (cp >= 0x2070 && cp < 0x2c00) ||
    (cp >= 0xe000 && cp < 0xf900) ||
    (cp >= 0xfff0 && cp < 0x10000) ||
    cp >= 0x1f000
  )
    return SYMBOL;
  return LETTER;
}

/** Folds `bytes` bytes of INPUT into TEXT and MAP. */
export function fold(bytes: u32): void {
  setInputUsed(bytes);
  memory.fill(TEXT - 64, 10, 64);
  let n: u32 = 0; // folded position
  let u: u32 = 0; // UTF-16 offset
  let i: u32 = 0;
  let backslashes: u32 = 0;
  while (i < bytes) {
    if (SIMD) {
      // sixteen ASCII bytes at a time: copy the text, write the offsets as a ramp
      while (i + 16 <= bytes) {
        const block = v128.load(INPUT + i);
        v128.store(TEXT + n, block);
        backslashes |= <u32>v128.any_true(i8x16.eq(block, i8x16.splat(92)));
        const ramp = i16x8.add(i16x8.splat(<i16>u), i16x8(0, 1, 2, 3, 4, 5, 6, 7));
        v128.store(MAP + (n << 1), ramp);
        v128.store(MAP + (n << 1), i16x8.add(ramp, i16x8.splat(8)), 16);
        if (v128.any_true(v128.and(block, i8x16.splat(<i8>0x80)))) {
          // what was written behind the last ASCII byte is written over, or wiped with the padding
          const ascii: u32 = ctz(<u32>i8x16.bitmask(block));
          i += ascii;
          n += ascii;
          u += ascii;
          break;
        }
        i += 16;
        n += 16;
        u += 16;
      }
      if (i >= bytes) break;
    }
    const c: u32 = load<u8>(INPUT + i);
    if (c < 0x80) {
      store<u8>(TEXT + n, c);
      if (c == 92) backslashes = 1;
      store<u16>(MAP + (n << 1), u);
      i++;
      n++;
      u++;
      continue;
    }
    let cp: u32;
    if (c < 0xe0) {
      cp = ((c & 0x1f) << 6) | (load<u8>(INPUT + i + 1) & 0x3f);
      i += 2;
    } else if (c < 0xf0) {
      cp = ((c & 0x0f) << 12) | ((load<u8>(INPUT + i + 1) & 0x3f) << 6) | (load<u8>(INPUT + i + 2) & 0x3f);
      i += 3;
    } else {
      cp =
        ((c & 0x07) << 18) |
        ((load<u8>(INPUT + i + 1) & 0x3f) << 12) |
        ((load<u8>(INPUT + i + 2) & 0x3f) << 6) |
        (load<u8>(INPUT + i + 3) & 0x3f);
      i += 4;
    }
    const wide: u32 = cp > 0xffff ? 1 : 0;
    const packed = foldPoint(cp);
    const where = u | (wide ? WIDE : 0);
    if (packed != 0) {
      store<u8>(TEXT + n, packed & 0xff);
      store<u16>(MAP + (n << 1), where);
      n++;
      if (packed > 0xff) {
        store<u8>(TEXT + n, packed >> 8);
        store<u16>(MAP + (n << 1), where);
        n++;
      }
    }
    u += 1 + wide;
  }
  memory.fill(TEXT + n, 10, 64);
  setLength(n);
  if (backslashes != 0) for (let p: u32 = 0; p < n; p++) if (load<u8>(TEXT + p) == 92) unescape(p);
}

const WORD: u32 = CC_DIGIT | CC_LOWER | CC_UPPER;
/** How far back a backslash or a drive's letter makes the next backslash part of a path. */
const MAX_PATH: u32 = 64;

/**
 * A line end or tab that is written as an escape, as in JSON and logs, becomes one, so that its letter is not read as the next
 * word's first. Not in a Windows path: a backslash or a drive stands before it without a blank between.
 */
function unescape(p: u32): void {
  const c: u32 = load<u8>(TEXT + p + 1),
    next: u32 = load<u8>(TEXT + p + 2);
  if (c != 110 && c != 116 && c != 114) return;
  if (!((<u32>load<u8>(CLASS + next)) & WORD) && next != 43 && next != 40 && next != 92) return;
  if (load<u8>(TEXT + p - 1) == 58 && !((<u32>load<u8>(CLASS + <u32>load<u8>(TEXT + p - 3))) & WORD)) return;
  for (let i = p; p - i < MAX_PATH; i--) {
    const d: u32 = load<u8>(TEXT + i - 1);
    if (d == 92) return;
    if (d <= 32 || d == 34 || d == 39 || d == 96) break;
  }
  store<u8>(TEXT + p, 32);
  store<u8>(TEXT + p + 1, c == 116 ? 32 : 10);
}

/** UTF-16 offset where the character at folded position i begins. */
export function unitStart(i: u32): u32 {
  return load<u16>(MAP + ((<usize>i) << 1)) & 0x7fff;
}
/** UTF-16 offset after the character at folded position i. */
export function unitEnd(i: u32): u32 {
  const m: u32 = load<u16>(MAP + ((<usize>i) << 1));
  return (m & 0x7fff) + 1 + (m >> 15);
}
