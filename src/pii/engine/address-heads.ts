// What begins an address without a street word of its own: a unit ("Flat 3, 12 High Street"), a German street that is called by
// where it lies ("Am Markt 5", "Unter den Linden 77"); and whether an address goes on. Every walk is bounded.
import { addressAt } from "./addresses";
import { capital, near, number, postcodeLine, prefixStreet, streetWord, unitEnd } from "./address-words";
import { bit, cuesBefore, isLower, isUpper } from "./context";
import { lineEnds } from "./evidence";
import {
  C_ADDRESS,
  C_NEG,
  M_MONTH,
  M_PARTICLE,
  M_PLACEWORD,
  M_STREET,
  M_STREETLEAD,
  M_UNIT,
  M_WEEKDAY,
} from "./generated/lexicon";
import { T_ADDRESS } from "./generated/types";
import { knownPlaceAt } from "./known-places";
import {
  addSpan,
  at,
  tokCue,
  tokenCount,
  tokEnd,
  tokGap,
  tokKind,
  tokLen,
  tokMarks,
  tokStart,
} from "./memory";
import { G_BLANK, LOWER, NUM, TITLE } from "./token-kinds";
import { cuesSeen } from "./token-words";

/** "address is", "located at", "office is at", "return to", "meet you at" just before token i. */
export function addressCue(i: u32): bool {
  return (cuesSeen & bit(C_ADDRESS)) != 0 && (cuesBefore(i) & bit(C_ADDRESS)) != 0;
}

/** Whether an address goes on after token t: a unit, a line with a place. */
export function follows(t: u32): bool {
  if (!near(t, true)) return false;
  const n = t + 1;
  if (tokMarks(n) & M_UNIT && unitEnd(n) > 0) return true;
  if (knownPlaceAt(n) > 0 || postcodeLine(n)) return true;
  return (
    capital(n) &&
    near(n, true) &&
    (knownPlaceAt(n + 1) > 0 ||
      (number(n + 1) && tokLen(n + 1) >= 4 && (tokKind(n) == TITLE || tokLen(n) == 2)))
  );
}

/** Reports the unit at token i together with the address that begins at token `end` right behind it; the token to go on with, or 0. */
export function unitHead(i: u32, end: u32): u32 {
  // no unit begins with a number or a street word, so this goes one step deep
  if (end >= tokenCount || !near(end - 1, true) || !(number(end) || streetWord(end))) return 0;
  const a = addressAt(end);
  return a > end && addSpan(T_ADDRESS, tokStart(i), tokEnd(a - 1), 90) ? a : 0;
}

/** Token after "Am Markt 5" or "An der Alster 42" at token i, or 0: a house number, and a sign before or behind that it is one. */
export function prepositionStreet(i: u32): u32 {
  if ((tokMarks(i) & (M_STREETLEAD | M_STREET)) != M_STREETLEAD || tokGap(i) != G_BLANK) return 0;
  let t = i + 1,
    words = 0;
  if (t < tokenCount && tokKind(t) == LOWER && (tokMarks(t) & M_PARTICLE) != 0 && tokGap(t) == G_BLANK) t++;
  while (words < 3 && t < tokenCount && tokKind(t) == TITLE && tokGap(t) == G_BLANK) {
    if ((tokMarks(t) & (M_WEEKDAY | M_MONTH)) != 0 || tokCue(t) == C_NEG) return 0;
    if ((tokMarks(t) & M_STREET) == 0 && streetWord(t)) return 0; // "an Lindenstraße 14" begins with the street
    words++;
    t++;
  }
  if (words == 0 || t >= tokenCount || !number(t) || tokLen(t) > 4 || (tokKind(t) == NUM && tokLen(t) > 3))
    return 0;
  const e = tokEnd(t);
  // "im Kapitel 5, Berlin", "Zum Beispiel 3, Berlin": a place alone is a sign behind "am", "an" and "unter"
  const c = at(tokStart(i)) | 0x20,
    within = c != 117 && !(c == 97 && tokLen(i) == 2);
  if (near(t, true) && (postcodeLine(t + 1) || (!within && at(e) == 44 && knownPlaceAt(t + 1) > 0)))
    return t + 1;
  // "am Markt 5 Leute"
  if (at(e) == 32 && (isLower(at(e + 1)) || isUpper(at(e + 1))) && tokLen(t + 1) > 1) return 0;
  if (addressCue(i)) return t + 1;
  for (let k: u32 = 1; k <= 4 && k <= i; k++) if (tokMarks(i - k) & M_PLACEWORD) return t + 1;
  // alone on its line
  return tokKind(i) == TITLE && lineEnds(e) && (i == 0 || at(tokStart(i) - 1) == 10) ? t + 1 : 0;
}
