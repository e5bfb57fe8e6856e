// Secrets by their published prefixes, JSON web tokens, PEM keys, values of telling identifiers.
// What is reported is the value alone. Bases: vendors' documents, RFC 7519, RFC 7468; see docs/pii.md.
import {
  KEYWORDS,
  KEYWORD_FIRST,
  KEYWORD_PAIRS,
  K_NEVER,
  K_PASSWORD,
  K_STRONG,
  K_VENDOR,
  K_WEAK,
  PREFIXES,
  PREFIX_FIRST,
} from "./generated/secrets";
import { T_PASSWORD, T_SECRET } from "./generated/types";
import { isBlank, isDigit, isLetter, isLower, isSpace, isUpper, isWord } from "./context";
import {
  addSpan,
  at,
  before,
  length,
  runCount,
  runEnd,
  runStart,
  tokEnd,
  tokLen,
  tokStart,
  tokenCount,
} from "./memory";
import { isFiller, isPlaceholder, isUuid, looksRandom, veryRandom } from "./randomness";

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
  if (c >= 128) return 0;
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

/** Kinds of telling parts in the identifier [s, e), as bits 1 << kind. */
function identifierKinds(s: u32, e: u32): u32 {
  let kinds: u32 = 0;
  for (let i = s; i + 1 < e; i++) {
    const pair = ((at(i) & 31) << 5) | (at(i + 1) & 31);
    if (((<u32>load<u8>(KEYWORD_PAIRS + (pair >> 3))) & (1 << (pair & 7))) == 0) continue;
    const c = isUpper(at(i)) ? at(i) | 0x20 : at(i);
    if (c >= 128) continue;
    const offset: u32 = load<u16>(KEYWORD_FIRST + (c << 1));
    if (offset == 0xffff) continue;
    let p = KEYWORDS + offset;
    for (;;) {
      const n: u32 = load<u8>(p);
      if (n == 0 || <u32>load<u8>(p, 2) != c) break;
      if (i + n <= e) {
        let k: u32 = 1;
        while (k < n) {
          const d = at(i + k);
          if ((isUpper(d) ? d | 0x20 : d) != <u32>load<u8>(p + 2 + k)) break;
          k++;
        }
        const kind: u32 = load<u8>(p, 1);
        // a vendor's name counts only as a word of its own: "sumo" is not in "consumo"
        if (k == n && kind == K_STRONG && !isLetter(c) && i + n < e && isLower(at(i + n))) {
          p += 2 + n;
          continue;
        } // "-keying" is no key
        if (
          k == n &&
          (kind != K_VENDOR || i == s || !isLetter(before(i)) || (isUpper(at(i)) && isLower(before(i))))
        )
          kinds |= 1 << kind;
      }
      p += 2 + n;
    }
  }
  return kinds;
}

/** "identifier = value" around the '=' or ':' at p; returns where the next assignment can begin. */
export function assignmentAt(p: u32): u32 {
  let e = p;
  let guard = 0;
  while (
    e > 0 &&
    guard < 6 &&
    (isBlank(before(e)) ||
      before(e) == 34 ||
      before(e) == 39 ||
      before(e) == 58 ||
      before(e) == 63 ||
      before(e) == 92 ||
      before(e) == 93 ||
      before(e) == 96)
  ) {
    e--;
    guard++;
  }
  let s = e;
  while (s > 0 && e - s < 48 && (isWord(before(s)) || before(s) == 45 || before(s) == 46)) s--;
  if (e - s < 3) return p + 1; // no telling word is shorter
  if (isBlank(before(s)) && isWord(at(s - 2)) && e - s < 14) {
    const q = s - 1;
    let w = q;
    while (w > 0 && q - w < 16 && (isWord(before(w)) || before(w) == 45)) w--;
    if (q > w) s = w;
  }
  const kinds = identifierKinds(s, e);
  if (kinds == 0 || kinds & (1 << K_NEVER)) return p + 1;
  // the value
  let v = p + 1;
  guard = 0;
  while (
    guard < 8 &&
    (isBlank(at(v)) ||
      at(v) == 61 ||
      at(v) == 62 ||
      at(v) == 58 ||
      at(v) == 34 ||
      at(v) == 39 ||
      at(v) == 96 ||
      at(v) == 92 ||
      (at(v) == 10 && guard > 0) ||
      at(v) == 40)
  ) {
    v++;
    guard++;
  }
  // an authentication scheme before it
  let w = v;
  while (isLetter(at(w)) && w - v < 8) w++;
  if (w - v >= 5 && w - v <= 6 && at(w) == 32) {
    const c = at(v) | 0x20;
    if (c == 98 || c == 116) {
      v = w + 1;
    }
  }
  const quote = before(v);
  let j = v;
  while (j < length && j - v < 300) {
    const c = at(j);
    if (
      isSpace(c) ||
      c == 34 ||
      c == 39 ||
      c == 96 ||
      c == 60 ||
      c == 62 ||
      c == 44 ||
      c == 59 ||
      c == 38 ||
      c == 92 ||
      c == 0x80 ||
      c == 0x81 ||
      ((c == 41 || c == 125 || c == 93) && quote != 34 && quote != 39)
    )
      break;
    j++;
  }
  while (j > v && (before(j) == 46 || before(j) == 41 || (before(j) == 33 && quote != 34 && quote != 39)))
    j--;
  const n = j - v;
  if (n < 3 || isPlaceholder(v, j) || at(j) == 40) return p + 1;
  if (at(v) == 104 && at(v + 1) == 116 && at(v + 2) == 116 && at(v + 3) == 112) return p + 1;
  const password = (kinds & (1 << K_PASSWORD)) != 0,
    strong = (kinds & (1 << K_STRONG)) != 0,
    vendor = (kinds & (1 << K_VENDOR)) != 0,
    weak = (kinds & (1 << K_WEAK)) != 0;
  if (password && !commonValue(v, j)) {
    addSpan(T_PASSWORD, v, j, n >= 4 ? 80 : 60);
    return j;
  }
  const random = looksRandom(v, j) && (vendor || !isFiller(v, j, 50)) && !innerEquals(v, j);
  if (strong && random) addSpan(T_SECRET, v, j, 86);
  else if (vendor && (random || isUuid(v, j) || (n >= 16 && looksRandom(v, j)) || (n >= 8 && deadBeef(v, j))))
    addSpan(T_SECRET, v, j, 72);
  else if (weak && random && n >= 12) addSpan(T_SECRET, v, j, 62);
  else if (strong && n >= 8 && deadBeef(v, j)) addSpan(T_SECRET, v, j, 60);
  return j;
}

function innerEquals(s: u32, e: u32): bool {
  for (let i = s; i + 2 < e; i++) if (at(i) == 61) return true;
  return false;
}

/** Two hex words joined by a colon: a user and a password in a package manager's setting. */
function deadBeef(s: u32, e: u32): bool {
  let colon = 0;
  for (let i = s; i < e; i++) {
    if (at(i) == 58) colon++;
    else if (!isDigit(at(i)) && !((at(i) | 0x20) >= 97 && (at(i) | 0x20) <= 102)) return false;
  }
  return colon == 1 && e - s >= 13;
}

/** A value that is a type, a keyword, or a plain word used as a label. */
export function commonValue(s: u32, e: u32): bool {
  if (e - s > 14) return false;
  for (let i = s; i < e; i++) if (!isLetter(at(i))) return false;
  const c = at(s) | 0x20,
    n = e - s;
  if (
    (c == 110 && (n == 4 || n == 3)) ||
    (c == 116 && n == 4 && (at(s + 1) | 0x20) == 114) ||
    (c == 102 && n == 5 && (at(s + 1) | 0x20) == 97)
  )
    return true; // null, nil, true, false
  if (c == 115 && n == 6 && (at(s + 1) | 0x20) == 116 && (at(s + 2) | 0x20) == 114) return true; // string
  if (c == 117 && n == 9) return true; // undefined
  if (c == 112 && n == 8 && (at(s + 1) | 0x20) == 97) return true; // password
  if (c == 114 && n == 8 && (at(s + 1) | 0x20) == 101) return true; // required
  return false;
}
