// Values of telling identifiers: "identifier = value" in code, settings and prose. What is reported is the value alone, and only if it
// looks random or the identifier says that it is a password.
import { isBlank, isDigit, isLetter, isLower, isSpace, isUpper, isWord } from "./context";
import {
  K_NEVER,
  K_PASSWORD,
  K_STRONG,
  K_VENDOR,
  K_WEAK,
  KEYWORD_FIRST,
  KEYWORD_PAIRS,
  KEYWORDS,
} from "./generated/secrets";
import { T_PASSWORD, T_SECRET } from "./generated/types";
import { addSpan, at, before, length } from "./memory";
import { isFiller, isPlaceholder, isUuid, looksRandom } from "./randomness";

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
