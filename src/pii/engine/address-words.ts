// The words of an address: street words that stand before or after a name, numbers, units, and what may stand between two of them.
// Nothing here reports anything; addresses.ts and landmarks.ts do.
import { flag, isBlank, isDigit, isUpper, isWord } from "./context";
import { sentenceStart } from "./evidence";
import {
  M_COMMON,
  M_EVERYDAY,
  M_FIRST,
  M_GERMAN,
  M_LAST,
  M_MONTH,
  M_STREET,
  M_STREETLEAD,
  M_WEEKDAY,
} from "./generated/lexicon";
import { at, before, TEXT, tokenCount, tokEnd, tokGap, tokKind, tokLen, tokMarks, tokStart } from "./memory";
import {
  G_APOSTROPHE,
  G_BLANK,
  G_COMMA,
  G_HYPHEN,
  G_LINE,
  G_STOP,
  G_STOP_BLANK,
  NUM,
  TITLE,
  UPPER,
} from "./token-kinds";
import { streetEndingAt } from "./word-lookup";

/** Figures of the longest house number or postal code. */
export const LONGEST_NUMBER: u32 = 6;

export function capital(t: u32): bool {
  return isUpper(at(tokStart(t)));
}

export function number(t: u32): bool {
  return isDigit(at(tokStart(t))) && tokLen(t) <= LONGEST_NUMBER;
}

export function ch(t: u32, k: u32): u32 {
  return at(tokStart(t) + k) | 0x20;
}

/** Whether a full stop after token t may belong to an address: after a short word, a number, a street word, "Goethestr.". */
function stopJoins(t: u32): bool {
  return tokLen(t) <= 4 || number(t) || (tokMarks(t) & M_STREET) != 0 || shortStreet(t);
}

/** Whether token t ends in "str". */
function shortStreet(t: u32): bool {
  const e = tokEnd(t);
  return (at(e - 1) | 0x20) == 114 && (at(e - 2) | 0x20) == 116 && (at(e - 3) | 0x20) == 115;
}

/** What parts the words of an address, one bit for each kind of gap. */
const JOINING: u32 = (1 << G_BLANK) | (1 << G_COMMA) | (1 << G_HYPHEN) | (1 << G_APOSTROPHE);

/** Whether only blanks, commas, dots after short words, line ends and quote marks part token t from t + 1. */
export function near(t: u32, lines: bool): bool {
  const gap = tokGap(t);
  return ((JOINING >> gap) & 1) != 0 || joinsOtherwise(t, gap, lines);
}

function joinsOtherwise(t: u32, gap: u32, lines: bool): bool {
  if (gap == G_LINE) return lines;
  if (gap == G_STOP || gap == G_STOP_BLANK) return stopJoins(t);
  if (t + 1 >= tokenCount) return false;
  const from = tokEnd(t),
    to = tokStart(t + 1);
  if (to - from > 10) return false;
  let newlines = 0;
  for (let i = from; i < to; i++) {
    const c = at(i);
    if (c == 10) {
      if (!lines || ++newlines > 1) return false;
      continue;
    }
    if (
      isBlank(c) ||
      c == 44 ||
      c == 40 ||
      c == 41 ||
      c == 47 ||
      c == 35 ||
      c == 45 ||
      c == 39 ||
      (newlines > 0 && (c == 62 || c == 63 || c == 42))
    )
      continue;
    if (c == 46 && stopJoins(t)) continue;
    return false;
  }
  return true;
}

/** Whether an address can go on behind the number at token i: a blank, a comma or a hyphen, as houseNumber asks, and a token more. */
export function goesOn(i: u32): u32 {
  const c = at(tokEnd(i));
  return (
    flag(tokLen(i) <= LONGEST_NUMBER) &
    flag(i + 1 < tokenCount) &
    (flag(isBlank(c)) | flag(c == 44) | flag(c == 45))
  );
}

export function streetWord(t: u32): bool {
  if (tokMarks(t) & M_STREET) return tokLen(t) > 1 || at(tokEnd(t)) == 47; // "C/ Mayor"
  return streetEndingAt(t) && (tokMarks(t) & (M_FIRST | M_LAST)) == 0;
}

/** A street word that stands before its name: rue, via, calle, ul., rua, c/ ... */
export function prefixStreet(t: u32): bool {
  return (tokMarks(t) & (M_STREET | M_STREETLEAD)) == (M_STREET | M_STREETLEAD);
}

// Words of up to eight letters, packed, the first letter lowest.
const STREET: u64 = 0x746565727473;
const ROAD: u64 = 0x64616f72;
const AVENUE: u64 = 0x65756e657661;
const LANE: u64 = 0x656e616c;
const STRASSE: u64 = 0x65737361727473;
const STRAAT: u64 = 0x746161727473;
const VIA: u64 = 0x616976;
const PLACE: u64 = 0x6563616c70;
const PLAZA: u64 = 0x617a616c70;
const PLATZ: u64 = 0x7a74616c70;
const PLEIN: u64 = 0x6e69656c70;
const ROUTE: u64 = 0x6574756f72;
const COURS: u64 = 0x7372756f63;
const LARGO: u64 = 0x6f6772616c;
const CAMINO: u64 = 0x6f6e696d6163;

/** Token t in small letters, packed; 0 if it is longer than eight. */
function packed(t: u32): u64 {
  const n = tokLen(t);
  if (n > 8) return 0;
  return (load<u64>(TEXT + tokStart(t)) | 0x2020202020202020) & (~(<u64>0) >> ((8 - n) << 3));
}

/**
 * Whether a name and this street word are an address without a number: "Oak Street", "Blue Ridge" and "AI Gateway" are three
 * different things.
 */
export function strongStreet(t: u32): bool {
  const w = packed(t);
  if (w == STREET || w == ROAD || w == AVENUE || w == LANE || w == STRASSE || w == STRAAT) return true;
  if (tokLen(t) == 2) return (ch(t, 0) == 115 && ch(t, 1) == 116) || (ch(t, 0) == 114 && ch(t, 1) == 100); // St, Rd
  return (tokMarks(t) & (M_EVERYDAY | M_COMMON)) == 0;
}

/** A street word before its name that is another word as well: "Via Twitter", "Place Order", "Route Handler". */
export function weakLead(t: u32): bool {
  const w = packed(t);
  return (
    tokLen(t) < 3 ||
    w == VIA ||
    w == PLACE ||
    w == PLAZA ||
    w == PLATZ ||
    w == PLEIN ||
    w == ROUTE ||
    w == COURS ||
    w == LARGO ||
    w == CAMINO
  );
}

export function placeTail(n: u32): bool {
  return tokLen(n) == 2 && tokKind(n) == UPPER;
}

export function isWordy(n: u32): bool {
  return (tokMarks(n) & M_EVERYDAY) != 0;
}

/** Token after "Apt. 12", "Suite 3B", "Box 0041"; 0 if token t begins no unit. */
export function unitEnd(t: u32): u32 {
  if (t + 1 >= tokenCount || tokStart(t + 1) - tokEnd(t) > 3 || at(tokEnd(t)) == 40 || !near(t, false))
    return 0;
  if (!number(t + 1)) return 0;
  // "Suite 210-B"
  const letter = t + 2 < tokenCount && tokGap(t + 1) == G_HYPHEN && tokLen(t + 2) == 1 && capital(t + 2);
  return letter ? t + 3 : t + 2;
}

/** Token after a house number's letter: "14 b"; the token itself if it is none. Token t - 1 is the number. */
export function houseLetter(t: u32): u32 {
  if (t >= tokenCount || tokLen(t) != 1 || tokKind(t - 1) != NUM || tokGap(t - 1) != G_BLANK) return t;
  const c = at(tokStart(t)),
    e = tokEnd(t),
    d = at(e);
  if (c - 97 > 7 && c - 65 > 3) return t;
  // "14 a nice day"
  return d == 10 || (d != 39 && !isWord(d) && !(isBlank(d) && !isUpper(at(e + 1)) && !isDigit(at(e + 1))))
    ? t + 1
    : t;
}

/** Where a post box begins: "Box" at token i, or the "P.O." or "PO" before it. */
export function boxStart(i: u32): u32 {
  if (i > 1 && tokLen(i - 1) == 1 && tokLen(i - 2) == 1 && ch(i - 1, 0) == 111 && ch(i - 2, 0) == 112)
    return i - 2;
  return i > 0 && tokLen(i - 1) == 2 && ch(i - 1, 0) == 112 && ch(i - 1, 1) == 111 ? i - 1 : i;
}

/** Points of a unit and its number that begin an address: a post box alone is one, "Suite 16" or "Bus 42" is not. */
export function unitScore(i: u32): i32 {
  const n = tokLen(i),
    c = ch(i, 0);
  if (n == 3 && c == 98 && ch(i, 1) == 111)
    return boxStart(i) < i ? 68 : i > 0 && tokKind(i - 1) == NUM ? 56 : 34;
  return (n == 8 && c == 112) || (n == 7 && (c == 112 || (c == 97 && ch(i, 4) == 116))) ? 62 : 34; // Postfach, Postbus, Apartado
}

/** Whether a postal code of four or five figures and the name of a place begin at token t. */
export function postcodeLine(t: u32): bool {
  const n = tokLen(t);
  return (
    tokKind(t) == NUM &&
    !(at(tokEnd(t) - 1) == 48 && at(tokEnd(t) - 2) == 48 && at(tokEnd(t) - 3) == 48) && // "10000 Euro"
    (n == 5 || (n == 4 && at(tokStart(t)) != 48)) &&
    t + 1 < tokenCount &&
    tokGap(t) == G_BLANK &&
    capital(t + 1) &&
    tokLen(t + 1) > 2 &&
    (tokMarks(t + 1) & M_COMMON) == 0
  );
}

/** Whether token t is a capitalised word and the number behind it written like a house number: "Markt 5", not "OAuth 2.0". */
export function houseLike(t: u32): bool {
  const n = t + 1,
    e = tokEnd(n);
  if (tokLen(t) == 2 && tokKind(t) == UPPER)
    return tokKind(n) == NUM && tokLen(n) == 5 && tokGap(t) == G_BLANK; // "MA 02110"
  // "Beispiel 3, Berlin": behind a plain word a place alone is no sign
  if ((tokMarks(t) & M_COMMON) != 0 && !(near(n, true) && n + 1 < tokenCount && postcodeLine(n + 1)))
    return false;
  return (
    tokKind(t) == TITLE &&
    (tokMarks(t) & (M_WEEKDAY | M_MONTH)) == 0 &&
    (tokGap(t) == G_BLANK || tokGap(t) == G_COMMA) &&
    tokLen(n) <= 5 &&
    !(tokLen(n) == 4 && (at(e - 4) == 50 || (at(e - 4) == 49 && at(e - 3) == 57))) && // a year
    !((at(e) == 46 || at(e) == 45) && isDigit(at(e + 1)))
  );
}

/** Whether token t is a plain word that opens a sentence: "The Road", but "Oak Street". */
export function opensOnly(t: u32): bool {
  const the = tokLen(t) == 3 && ch(t, 0) == 116 && ch(t, 1) == 104;
  // "Der Sammelplatz"
  const small = the || (tokMarks(t) & M_GERMAN) != 0;
  return (small || (tokMarks(t) & (M_COMMON | M_EVERYDAY)) == M_COMMON) && sentenceStart(t);
}

/** Whether the number at token i can be that of a house: no amount, no code point, no years, no day of a date, no part of a row of numbers. */
export function houseNumber(i: u32): bool {
  const c = before(tokStart(i)),
    d = at(tokEnd(i));
  if (i > 0 && i + 1 < tokenCount && tokKind(i - 1) == NUM && tokKind(i + 1) == NUM) return false;
  if (c == 36 || c == 46 || c == 45) return false;
  if (at(tokStart(i)) == 48 && (at(tokStart(i) + 1) | 0x20) == 120) return false; // 0x7f
  if (tokLen(i) == 4 && d == 45 && i + 1 < tokenCount && tokKind(i + 1) == NUM && tokLen(i + 1) == 4)
    return false;
  if (!isBlank(d) && d != 44 && d != 45) return false;
  return !(i + 2 < tokenCount && (tokMarks(i + 1) & M_MONTH) != 0 && tokKind(i + 2) == NUM);
}
