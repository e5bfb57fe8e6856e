// Values of telling identifiers: "identifier = value" in code, settings and prose. What is reported is the value alone, and only if it
// looks random or the identifier says that it is a password.
import { flag, isBlank, isDigit, isLetter, isLower, isSpace, isUpper, isWord } from "./context";
import {
  K_NEVER,
  K_PASSWORD,
  K_STRONG,
  K_VENDOR,
  K_WEAK,
  KEYWORD_FIRST,
  KEYWORD_TRIPLES,
  KEYWORDS,
} from "./generated/secrets";
import { T_PASSWORD, T_SECRET } from "./generated/types";
import { addSpan, at, before, length } from "./memory";
import { isFiller, isPlaceholder, isUuid, looksRandom } from "./randomness";
import { isCode, isLabel, looked, mayLook, passwordEnd } from "./values";

/** The end of the last password word that identifierKinds found. */
let passwordWordEnd: u32 = 0;

/** The character in small letters. */
function small(c: u32): u32 {
  return c | (flag(isUpper(c)) << 5);
}

/** Kinds of telling parts in the identifier [s, e), as bits 1 << kind. */
function identifierKinds(s: u32, e: u32): u32 {
  let kinds: u32 = 0;
  let triple = ((at(s) & 31) << 5) | (at(s + 1) & 31);
  for (let i = s; i + 2 < e; i++) {
    triple = ((triple << 5) | (at(i + 2) & 31)) & 0x7fff;
    if (((<u32>load<u8>(KEYWORD_TRIPLES + (triple >> 3))) & (1 << (triple & 7))) == 0) continue;
    const c = small(at(i)),
      two = (small(at(i + 1)) << 8) | small(at(i + 2));
    if (c >= 128) continue;
    const offset: u32 = load<u16>(KEYWORD_FIRST + (c << 1));
    if (offset == 0xffff) continue;
    let p = KEYWORDS + offset;
    for (;;) {
      const n: u32 = load<u8>(p);
      if (n == 0 || <u32>load<u8>(p, 2) != c) break;
      const its = ((<u32>load<u8>(p, 3)) << 8) | load<u8>(p, 4);
      if (its > two) break; // they stand in the order of their letters
      if (i + n <= e && its == two) {
        let k: u32 = 3;
        while (k < n && small(at(i + k)) == <u32>load<u8>(p + 2 + k)) k++;
        const kind: u32 = load<u8>(p, 1);
        if (k == n && kind == K_STRONG && !isLetter(c) && i + n < e && isLower(at(i + n))) {
          p += 2 + n;
          continue;
        } // "-keying" is no key
        if (k == n && ((kind != K_WEAK && kind != K_VENDOR) || ownWord(i, i + n, s, e, kind))) {
          kinds |= 1 << kind;
          if (kind == K_PASSWORD) passwordWordEnd = i + n;
        }
      }
      p += 2 + n;
    }
  }
  return kinds;
}

/**
 * Whether a part of the identifier [s, e) ends as a word does; a vendor's name begins as one too: "sumo" is not in "consumo", "mode"
 * not in "model", nor "auth" in "author".
 */
function ownWord(from: u32, to: u32, s: u32, e: u32, kind: u32): bool {
  if (to < e && isLetter(at(to)) && !(isUpper(at(to)) && isLower(before(to)))) return false;
  return (
    kind != K_VENDOR || from == s || !isLetter(before(from)) || (isUpper(at(from)) && isLower(before(from)))
  );
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
  const quote = before(v),
    quoted = quote == 34 || quote == 39 || quote == 96;
  if (kinds & (1 << K_PASSWORD)) {
    const end = passwordEnd(v);
    if (!passwordAt(v, end, quoted, e)) return p + 1;
    addSpan(T_PASSWORD, v, end, end - v >= 4 ? 80 : 60);
    return end;
  }
  if (!mayLook(v)) return p + 1;
  let j = v;
  while (j < length && j - v < 300) {
    const c = at(j);
    if (isWord(c)) {
      j++;
      continue;
    }
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
  looked(j);
  while (j > v && (before(j) == 46 || before(j) == 41 || (before(j) == 33 && quote != 34 && quote != 39)))
    j--;
  const n = j - v;
  if (n < 3 || isPlaceholder(v, j) || at(j) == 40) return p + 1;
  if (at(v) == 104 && at(v + 1) == 116 && at(v + 2) == 116 && at(v + 3) == 112) return p + 1;
  if (!quoted && isCode(v, j)) return p + 1;
  const strong = (kinds & (1 << K_STRONG)) != 0,
    vendor = (kinds & (1 << K_VENDOR)) != 0,
    weak = (kinds & (1 << K_WEAK)) != 0;
  const random = looksRandom(v, j) && (vendor || !isFiller(v, j, 50)) && !innerEquals(v, j);
  if (strong && random) addSpan(T_SECRET, v, j, 86);
  else if (vendor && (random || isUuid(v, j) || (n >= 16 && looksRandom(v, j)) || (n >= 8 && deadBeef(v, j))))
    addSpan(T_SECRET, v, j, 72);
  else if (weak && random && n >= 12) addSpan(T_SECRET, v, j, 62);
  else if (strong && n >= 8 && deadBeef(v, j)) addSpan(T_SECRET, v, j, 60);
  return j;
}

/** Whether [v, end) is the password of the identifier that ends at e. */
function passwordAt(v: u32, end: u32, quoted: bool, e: u32): bool {
  if (end < v + 3 || isPlaceholder(v, end) || commonValue(v, end)) return false;
  if (at(v) == 104 && at(v + 1) == 116 && at(v + 2) == 116 && at(v + 3) == 112) return false;
  if (quoted ? isLabel(v, end) : isCode(v, end)) return false;
  // "PASSWORD_MIN_LENGTH": further words make the identifier another thing's, unless the value could be nothing else
  for (let k = passwordWordEnd; k < e; k++) if (isLetter(at(k))) return end - v >= 6 && looksMixed(v, end);
  return true;
}

/** Whether figures and letters meet in [s, e). */
function looksMixed(s: u32, e: u32): bool {
  let kinds: u32 = 0;
  for (let k = s; k < e; k++) kinds |= isDigit(at(k)) ? 1 : isLetter(at(k)) ? 2 : 0;
  return kinds == 3;
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

/** A value that is a type, a keyword, or a plain word used as a label; also where a bar, a comma or the like follows it. */
export function commonValue(s: u32, e: u32): bool {
  let k = s;
  while (k < e && k - s < 10 && isLetter(at(k))) k++;
  if (k < e && at(k) != 59 && at(k) != 124 && at(k) != 44 && at(k) != 63) return false;
  switch (k - s) {
    case 2:
      return oneOf(s, 2, "no");
    case 3:
      return oneOf(s, 3, "nilyesstrintanynew");
    case 4:
      return oneOf(s, 4, "nullnonetruetextcharvoidboolselfthis");
    case 5:
      return oneOf(s, 5, "falsebytesneverarrayasyncawait");
    case 6:
      return oneOf(s, 6, "stringnumberobjectbufferlambdatypeofreturn");
    case 7:
      return oneOf(s, 7, "varcharintegerbooleanunknown");
    case 8:
      return oneOf(s, 8, "requiredoptionalpasswordfunction");
    case 9:
      return oneOf(s, 9, "undefined");
    default:
      return false;
  }
}

/** Whether the n letters at s are one of the words of n letters that are written in a row. */
function oneOf(s: u32, n: u32, words: string): bool {
  const from = changetype<usize>(words), // UTF-16, as the compiler keeps text
    end = from + ((<usize>words.length) << 1);
  for (let p = from; p < end; p += n << 1) {
    let i: u32 = 0;
    while (i < n && (at(s + i) | 0x20) == <u32>load<u16>(p + (i << 1))) i++;
    if (i == n) return true;
  }
  return false;
}
