// Telephone numbers: the international form by its country code, the North American plan, and national forms that begin with a zero,
// come in groups, or follow a word such as "phone". Base: ITU-T E.164 lengths and country codes; the NANP's digit rules.
import { at, before, tokCue, tokLen, tokStart } from "./memory";
import {
  bit,
  isBlank,
  isDigit,
  isLetter,
  isLower,
  isWordAt,
  S_CLOSE,
  S_COLON,
  S_DASH,
  S_DOT,
  S_SLASH,
  S_SPACE,
  S_UNDER,
} from "./context";
import {
  C_BANK,
  C_CARD,
  C_HEALTH,
  C_ID,
  C_LICENCE,
  C_MRN,
  C_NEG,
  C_NPI,
  C_PASSPORT,
  C_PHONE,
  C_SSN,
  C_TAX,
} from "./generated/lexicon";
import { T_PHONE } from "./generated/types";
import { allSame, digit, isSequence, number, validDate } from "./checksums";
import {
  bare,
  claim,
  digits,
  end,
  firstToken,
  gap,
  group,
  groups,
  has,
  hasBefore,
  plus,
  shape,
  start,
  uniform,
} from "./numbers";

// Country codes of two digits as bits 0..79 of 20..99: the rest of 2xx to 9xx have three digits.
function codeLength(from: u32): u32 {
  const a = digit(from),
    b = digit(from + 1);
  if (a == 1 || a == 7) return 1;
  if (a == 2) return b == 0 || b == 7 ? 2 : 3;
  if (a == 3) return b == 5 || b == 7 || b == 8 ? 3 : 2;
  if (a == 4) return b == 2 ? 3 : 2;
  if (a == 5) return b == 0 || b == 9 ? 3 : 2;
  if (a == 6) return b >= 7 ? 3 : 2;
  if (a == 8) return b == 1 || b == 2 || b == 4 || b == 6 ? 2 : 3;
  if (a == 9) return b >= 6 && b != 8 ? 3 : 2;
  return 0;
}

function nanp(from: u32): bool {
  return digit(from) >= 2 && digit(from + 3) >= 2 && !(digit(from + 1) == 1 && digit(from + 2) == 1);
}

export function matchPhone(): void {
  const n = digits;
  if (n < 6 || n > 15) return;
  for (let k: u32 = 0; k + 1 < groups; k++) if (gap(k) == S_COLON || gap(k) == S_UNDER) return;
  const cue = has(bit(C_PHONE)) ? !isCount() : n > 7 && ownNumber() && !isCount();
  if (!plus && !cue && shape(0x54)) return; // a ZIP code with its extension
  const other =
    hasBefore(
      bit(C_CARD) |
        bit(C_SSN) |
        bit(C_ID) |
        bit(C_TAX) |
        bit(C_BANK) |
        bit(C_LICENCE) |
        bit(C_PASSPORT) |
        bit(C_NPI) |
        bit(C_MRN) |
        bit(C_HEALTH),
    ) && !hasBefore(bit(C_PHONE));
  const date = looksLikeDate();
  let s = 0;
  if (plus) {
    const c = codeLength(0);
    if (c != 0 && n >= 7 + (c == 1 ? 3 : 0)) s = 90;
  } else if (digit(0) == 0 && digit(1) == 0 && n >= 10 && digit(2) != 0 && (groups > 1 || cue)) s = 66;
  else if (
    n == 10 &&
    nanp(0) &&
    groups > 1 &&
    (shape(0x334) || shape(0x37)) &&
    (uniform == S_DASH || uniform == S_DOT || gap(0) == S_CLOSE)
  )
    s = 75;
  else if (n == 10 && nanp(0) && shape(0x334) && uniform == S_SPACE) s = 62;
  else if (n == 10 && nanp(0) && shape(0x334) && (gap(0) == S_SPACE || gap(0) == S_SLASH) && gap(1) == S_DASH)
    s = 70;
  else if (n == 10 && nanp(0) && shape(0x334)) s = 34;
  else if (n == 11 && digit(0) == 8 && shape(0x13322) && uniform == S_DASH)
    s = 70; // Russia's trunk prefix
  else if (n == 11 && digit(0) == 1 && nanp(1) && groups > 1) s = 72;
  else if (n == 10 && groups == 1 && nanp(0)) s = 36;
  else if (n == 10 && groups == 1 && digit(0) >= 2 && digit(0) <= 5 && !isSequence(10)) s = 28;
  else if (
    digit(0) == 0 &&
    digit(1) != 0 &&
    n >= 9 &&
    n <= 12 &&
    groups >= 2 &&
    group(0) >= 2 &&
    group(0) <= 6
  )
    s = date ? 20 : 62;
  else if (digit(0) == 0 && n >= 10 && n <= 12 && groups >= 3 && group(0) == 1) s = 62;
  else if (digit(0) == 0 && digit(1) != 0 && n >= 10 && n <= 11 && groups == 1) s = 52;
  else if (n == 11 && groups == 1 && digit(0) == 1 && digit(1) >= 3) s = 52;
  else if (n == 10 && groups == 1 && digit(0) >= 6) s = 10;
  // a bracketed area code
  if (!plus && groups > 1 && before(start + 1) == 40 && gap(0) == S_CLOSE && n >= 7 && group(0) <= 5)
    s = max(s, 62);
  if (s == 0 && n == 7 && shape(0x34) && uniform == S_DASH) s = 30;
  if (cue && !date && n >= 7 && (groups > 1 || n >= 8)) s = max(s + 35, 72);
  else if (cue && !date && n == 7) s = max(s, 62);
  if (s == 0) return;
  if (bare && !plus && groups == 1) {
    if (n == 10 && s >= 28) s += 25;
    else if (n == 11 && s >= 44) s += 15;
  } else if (bare && groups > 1) s += 10;
  if (other) s -= 45;
  if (hasBefore(bit(C_NEG)) && !cue) s -= 35;
  if (allSame(n) && !cue) s -= 40;
  if (!cue && uniform == S_DOT && n > 11 && !plus) s -= 20;
  claim(T_PHONE, s);
}

/**
 * A plain number that counts something or is a date: "call 10000000 times", "contact 12345678 users", "cell 20240105". Never behind
 * a colon; behind a word that can only announce a telephone number, only if a word in the plural says what is counted.
 */
function isCount(): bool {
  if (groups > 1 || plus || digits < 7 || !(looksCounted() || pluralFollows()) || behindColon()) return false;
  let t = firstToken;
  while (t > 0 && firstToken - t < 3 && isLink(t - 1)) t--;
  if (t > 0 && tokCue(t - 1) == C_PHONE) return canBeVerb(t - 1);
  if (t < firstToken && ownNumber()) return false;
  if (pluralFollows()) return true;
  for (let k: u32 = 1; k <= LABEL_REACH && k <= t; k++) if (tokCue(t - k) == C_PHONE) return canBeVerb(t - k);
  return true;
}

/** How many words before a number its label is looked for, as far as a cue word counts. */
const LABEL_REACH: u32 = 8;

/** Thousands, or a day without separators. */
function looksCounted(): bool {
  if (digits > 7 && digits < 11 && number(3, digits - 3) == 0) return true;
  if (digits != 8) return false;
  const year = number(0, 4);
  return year >= 1900 && year <= 2099 && validDate(year, number(4, 2), number(6, 2));
}

/** A word in the plural right behind, "per" or "people". */
function pluralFollows(): bool {
  const e = end;
  let k = e + 1;
  if (at(e) != 32) return false;
  while (isLower(at(k)) && k - e < 24) k++;
  if (isLetter(at(k))) return false;
  const a = at(e + 1),
    b = at(e + 2);
  if (a == 112 && b == 101 && ((k - e == 4 && at(e + 3) == 114) || (k - e == 7 && at(e + 3) == 111)))
    return true; // per, people
  return k - e > 4 && before(k) == 115 && before(k - 1) != 115;
}

/** Whether a colon stands right before the number. */
function behindColon(): bool {
  for (let p = start; start - p < 4; p--) {
    const c = before(p);
    if (c == 58) return true;
    if (isLetter(c) || isDigit(c) || c == 10) return false;
  }
  return false;
}

/** "number", "no." and "is" in seven languages: what may stand between a label and its number. */
function isLink(t: u32): bool {
  const c = at(tokStart(t)) | 0x20;
  if (c == 110)
    return (
      isWordAt(t, "no") ||
      isWordAt(t, "nr") ||
      isWordAt(t, "num") ||
      isWordAt(t, "number") ||
      isWordAt(t, "nummer") ||
      isWordAt(t, "numero")
    );
  return (
    (c == 105 && (isWordAt(t, "is") || isWordAt(t, "ist"))) ||
    (c == 101 && (isWordAt(t, "e") || isWordAt(t, "es") || isWordAt(t, "est")))
  );
}

/** Whether the telephone word t is a verb or has another meaning as well. */
function canBeVerb(t: u32): bool {
  return (
    isWordAt(t, "call") ||
    isWordAt(t, "calls") ||
    isWordAt(t, "contact") ||
    isWordAt(t, "cell") ||
    isWordAt(t, "text") ||
    isWordAt(t, "ring") ||
    isWordAt(t, "dial") ||
    isWordAt(t, "reached") ||
    isWordAt(t, "registered") ||
    isWordAt(t, "messages") ||
    isWordAt(t, "desk") ||
    isWordAt(t, "portable") ||
    isWordAt(t, "llamame") ||
    isWordAt(t, "chiamami")
  );
}

/** "my number is" in seven languages. */
function ownNumber(): bool {
  for (let k: u32 = 1; k < 4 && k <= firstToken; k++) {
    const t = firstToken - k,
      c = at(tokStart(t)) | 0x20;
    if (c != 110 && c != 108) continue;
    if (isWordAt(t, "liga")) return isWordAt(t + 1, "me");
    if (t == 0 || tokLen(t) != 6) continue;
    const p = t - 1;
    if (isWordAt(t, "number")) return isWordAt(p, "my");
    if (isWordAt(t, "nummer")) return isWordAt(p, "meine") || isWordAt(p, "mijn");
    if (isWordAt(t, "numero"))
      return isWordAt(p, "mi") || isWordAt(p, "mio") || isWordAt(p, "meu") || isWordAt(p, "mon");
  }
  return false;
}

function looksLikeDate(): bool {
  if (groups != 3 || (uniform != S_DASH && uniform != S_DOT && uniform != S_SLASH && uniform != S_SPACE))
    return false;
  if (group(0) <= 2 && group(1) <= 2 && (group(2) == 4 || group(2) == 2)) return true;
  return group(0) == 4 && group(1) <= 2 && group(2) <= 2;
}

/** Extends a number over an extension such as "x12" or "ext. 12"; returns the new end. */
export function phoneTail(end: u32): u32 {
  let i = end;
  let blanks = 0;
  while (isBlank(at(i)) && blanks < 2) {
    i++;
    blanks++;
  }
  const c = at(i) | 0x20;
  if (c == 0x78 && isDigit(at(i + 1))) i++;
  else if (c == 0x65 && (at(i + 1) | 0x20) == 0x78 && (at(i + 2) | 0x20) == 0x74) {
    i += 3;
    let guard = 0;
    while (isLetter(at(i)) && guard < 6) {
      i++;
      guard++;
    }
    while ((at(i) == 46 || isBlank(at(i))) && guard < 9) {
      i++;
      guard++;
    }
    if (!isDigit(at(i))) return end;
  } else return end;
  let n = 0;
  while (isDigit(at(i)) && n < 6) {
    i++;
    n++;
  }
  return n > 0 ? i : end;
}
