// Secrets by their published prefixes, JSON web tokens, PEM keys, values of telling identifiers.
// What is reported is the value alone. Bases: vendors' documents, RFC 7519, RFC 7468; see docs/pii.md.
import { isDigit, isLetter, isLower, isUpper, isWord } from "./context";
import { PREFIX_FIRST, PREFIX_PAIRS, PREFIXES } from "./generated/secrets";
import { T_SECRET } from "./generated/types";
import {
  addSpan,
  at,
  before,
  length,
  runCount,
  runEnd,
  runStart,
  tokenCount,
  tokEnd,
  tokLen,
  tokStart,
} from "./memory";
import { isFiller, isPlaceholder, looksRandom, veryRandom } from "./randomness";

function inClass(c: u32, cls: u32): bool {
  const word = isDigit(c) || isLetter(c);
  if (cls == 97) return word; // a
  if (cls == 104) return isDigit(c) || ((c | 0x20) >= 97 && (c | 0x20) <= 102); // h
  if (cls == 117) return isDigit(c) || isUpper(c) || c == 45; // u
  if (cls == 108) return isDigit(c) || isLower(c); // l
  if (cls == 98) return word || c == 95 || c == 45; // b
  if (cls == 116) return word || c == 95 || c == 45 || c == 46; // t
  if (cls == 103) return word || c == 43 || c == 47 || c == 61 || c == 95 || c == 45; // g
  return word || c == 47; // s
}

/** Vendor keys, tokens and other shapes inside each long run. */
export function secretsInRuns(): void {
  for (let r: u32 = 0; r < runCount; r++) {
    const s = runStart(r),
      e = runEnd(r);
    let found = false,
      i = s;
    while (i < e) {
      const p = i > s ? at(i - 1) : 0;
      if (i > s && (isDigit(p) || isLetter(p) || p == 95 || p == 45 || p == 43)) {
        i++;
        continue;
      }
      const end = keyAt(i, e);
      if (end > i) {
        found = true;
        i = end;
      } else i++;
    }
    if (!found) {
      azureIn(s, e);
      facebookAt(s, e);
      if (veryRandom(s, e) && !pathLike(s, e)) addSpan(T_SECRET, s, trimEnd(s, e), 45);
    }
  }
}

function pathLike(s: u32, e: u32): bool {
  let slashes = 0;
  for (let i = s; i < e; i++) if (at(i) == 47) slashes++;
  return slashes > 2 || before(s) == 58;
}
function trimEnd(s: u32, e: u32): u32 {
  while (e > s && (before(e) == 46 || before(e) == 45)) e--;
  return e;
}

function keyAt(i: u32, e: u32): u32 {
  const c = at(i);
  if (c == 101 && at(i + 1) == 121 && at(i + 2) == 74) {
    const j = jwtEnd(i, e);
    if (j > 0) {
      addSpan(T_SECRET, i, j, 96);
      return j;
    }
  }
  const pair = ((c & 31) << 5) | (at(i + 1) & 31);
  if (c >= 128 || (((<u32>load<u8>(PREFIX_PAIRS + (pair >> 3))) >> (pair & 7)) & 1) == 0) return 0;
  const offset: u32 = load<u16>(PREFIX_FIRST + (c << 1));
  if (offset == 0xffff) return 0;
  let p = PREFIXES + offset;
  while (load<u8>(p) != 0 && load<u8>(p, 6) == <u8>c) {
    const n: u32 = load<u8>(p);
    let k: u32 = 1;
    while (k < n && at(i + k) == <u32>load<u8>(p + 6 + k)) k++;
    if (k == n) {
      const cls: u32 = load<u8>(p, 1),
        least: u32 = load<u16>(p, 2),
        most: u32 = load<u16>(p, 4);
      let j = i + n;
      while (j < length && j - i - n <= most && inClass(at(j), cls)) j++;
      const count = j - i - n;
      // a length that the vendor never issues is no key, unless the vendor's lengths vary
      if (count >= least && count <= most && !(isWord(at(j)) && cls != 104)) {
        const short = n < 3;
        const bad = short ? !looksRandom(i + n, j) : n < 10 && count < 120 && isFiller(i + n, j, 80);
        if (
          (!bad && !isPlaceholder(i + n, j)) ||
          (count >= 80 && n >= 4 && !isPlaceholder(i + n, i + n + 10))
        ) {
          if (addSpan(T_SECRET, i, j, short ? 70 : 94)) return j;
        }
      }
    }
    p += 6 + n;
  }
  return 0;
}

/** header.payload.signature in base64url; the signature may be empty. */
function jwtEnd(i: u32, e: u32): u32 {
  let j = i,
    dots = 0,
    part: u32 = i;
  while (j < length && j - i < 8000) {
    const c = at(j);
    if (c == 46) {
      if (j - part < (dots == 0 ? 15 : 10)) return 0;
      dots++;
      part = j + 1;
      if (dots == 2 && !inClass(at(j + 1), 98)) {
        j++;
        break;
      }
      if (dots > 2) break;
    } else if (!inClass(c, 98) && !(dots == 2 && (c == 61 || c == 47 || c == 43))) break;
    if (dots == 0 && j - i > 1500) return 0;
    j++;
  }
  return dots >= 2 ? (before(j) == 46 && dots > 2 ? j - 1 : j) : 0;
}

/** An application number of 15 or 16 figures, a bar, 27 characters. */
function facebookAt(s: u32, e: u32): void {
  if (before(s) != 124 || e - s != 27) return;
  let i = s - 1;
  while (s - i < 18 && isDigit(before(i))) i--;
  const n = s - 1 - i;
  if (n == 15 || n == 16) addSpan(T_SECRET, i, e, 88);
}

/** Azure AD client secrets: three characters, a digit, "Q~", then 31 to 34 more. */
function azureIn(s: u32, e: u32): void {
  for (let i = s; i + 1 < e; i++) {
    if (at(i) != 81 || at(i + 1) != 126 || i < s + 4 || !isDigit(at(i - 1))) continue;
    const from = i - 4;
    let j = i + 2;
    while (j < e && (inClass(at(j), 116) || at(j) == 126)) j++;
    const n = j - i - 2;
    if (n >= 31 && n <= 35 && !isFiller(i + 2, j, 50)) {
      addSpan(T_SECRET, from, trimEnd(from, j), 92);
      return;
    }
  }
}

/** "-----BEGIN ... PRIVATE KEY-----" from the token BEGIN at i. */
export function pemAt(i: u32): void {
  const s = tokStart(i);
  if (s < 5 || at(s - 1) != 45 || at(s - 5) != 45 || tokLen(i) != 5) return;
  let t = i + 1,
    isPrivate = false;
  while (t < tokenCount && t < i + 6) {
    if (tokLen(t) == 7 && at(tokStart(t)) == 80 && at(tokStart(t) + 1) == 82 && at(tokStart(t) + 2) == 73)
      isPrivate = true;
    if (at(tokEnd(t)) == 45) break;
    t++;
  }
  if (!isPrivate || t >= tokenCount) return;
  const body = tokEnd(t);
  // until the END line, or as far as the key goes
  let j = body,
    k = t + 1;
  while (k < tokenCount) {
    const q = tokStart(k);
    if (
      tokLen(k) == 3 &&
      at(q) == 69 &&
      at(q + 1) == 78 &&
      at(q + 2) == 68 &&
      at(q - 1) == 45 &&
      at(q - 2) == 45
    ) {
      j = q;
      while (j < length && at(j) != 10 && j - q < 80) j++;
      break;
    }
    if (tokLen(k) == 5 && at(q) == 66 && at(q + 1) == 69 && at(q + 2) == 71 && at(q - 1) == 45) break; // another BEGIN
    k++;
  }
  const close = j > body ? j : length;
  if (close - body > 64) addSpan(T_SECRET, s - 5, close, 98);
}
