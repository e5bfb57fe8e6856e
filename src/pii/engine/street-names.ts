// Streets that are called after a date or a year ("Straße des 17. Juni 135", "Via 25 Aprile 8", "Plein 1944 12"), and streets in small
// letters, which need a second sign: a place or a post code behind them, or an address word before. Every walk is bounded.
import { follows, addressCue } from "./address-heads";
import { near, number, prefixStreet, streetWord, strongStreet } from "./address-words";
import { isWordAt } from "./context";
import { M_ARTICLE, M_COMMON, M_MONTH, M_PARTICLE, M_PLACEPREP, M_STREET } from "./generated/lexicon";
import { knownPlaceAt } from "./known-places";
import { at, tokCue, tokenCount, tokEnd, tokGap, tokKind, tokLen, tokMarks } from "./memory";
import { G_BLANK, G_COMMA, LOWER, NUM } from "./token-kinds";

const SMALL: u32 = M_PARTICLE | M_ARTICLE;

/** Whether token t is a small word between a street and its name: des, du, de la, del, d'. */
function link(t: u32): bool {
  return tokKind(t) == LOWER && ((tokMarks(t) & SMALL) != 0 || isWordAt(t, "des") || isWordAt(t, "du"));
}

/** Token behind the date that the street of token i is called after, or 0. */
function datedName(i: u32): u32 {
  let t = i + 1;
  for (let k = 0; k < 2 && t < tokenCount && near(t - 1, false) && link(t); k++) t++;
  if (t + 1 >= tokenCount || tokKind(t) != NUM || !near(t - 1, false) || !near(t, false)) return 0;
  if (tokLen(t) == 4) {
    // "Plein 1944": a year alone, under a number and with a place behind it
    const c = at(tokEnd(t));
    return t == i + 1 && c == 32 && number(t + 1) && tokLen(t + 1) <= 3 && follows(t + 1) ? t + 1 : 0;
  }
  if (tokLen(t) > 2) return 0;
  t++;
  if (tokKind(t) == LOWER && tokLen(t) == 2 && (tokMarks(t) & M_PARTICLE) != 0 && tokGap(t) == G_BLANK) t++;
  if (t >= tokenCount || (tokMarks(t) & M_MONTH) == 0) return 0;
  t++;
  // "du 8 Mai 1945"
  if (t < tokenCount && tokKind(t) == NUM && tokLen(t) == 4 && tokGap(t - 1) == G_BLANK) t++;
  return t;
}

/** Token behind a street of token i that is called after a date, its number included; 0 if there is none or no sign of an address. */
export function datedStreet(i: u32): u32 {
  const t = datedName(i);
  if (t == 0) return 0;
  if (t < tokenCount && (tokGap(t - 1) == G_BLANK || tokGap(t - 1) == G_COMMA) && number(t) && tokLen(t) <= 4)
    return t + 1;
  return addressCue(i) || follows(t - 1) ? t : 0;
}

/** Whether a place, or a post code and a place, stand behind token t, capitals or not. */
function placeBehind(t: u32): bool {
  if (!near(t, true)) return false;
  let n = t + 1;
  if (tokKind(n) == NUM && (tokLen(n) == 4 || tokLen(n) == 5) && near(n, false)) n++;
  return n < tokenCount && knownPlaceAt(n) > 0;
}

/** Token behind "calle alcalá 50" or "via garibaldi 9", the street word in small letters at token i; 0 without a second sign. */
export function smallPrefixStreet(i: u32): u32 {
  if (tokKind(i) != LOWER || !prefixStreet(i)) return 0;
  let t = i + 1,
    words = 0;
  for (let k = 0; k < 5 && t < tokenCount && near(t - 1, false) && tokKind(t) == LOWER; k++, t++) {
    if (link(t)) continue;
    if ((tokMarks(t) & M_COMMON) != 0 || ++words > 3) return 0;
  }
  if (words == 0 || t >= tokenCount || !number(t) || tokLen(t) > 4) return 0;
  if (tokGap(t - 1) != G_BLANK && tokGap(t - 1) != G_COMMA) return 0;
  return addressCue(i) || placeBehind(t) ? t + 1 : 0;
}

/** First token of "main street 5" behind an address word, the street word in small letters at token i; i if it is none. */
export function smallStreet(i: u32): u32 {
  if (i == 0 || i + 1 >= tokenCount || !strongStreet(i) || (tokMarks(i) & M_STREET) == 0) return i;
  if (!number(i + 1) || tokLen(i + 1) > 4 || tokGap(i) != G_BLANK || tokGap(i - 1) != G_BLANK) return i;
  const b = i - 1;
  if (tokKind(b) != LOWER || tokLen(b) < 3 || tokCue(b) != 0 || (tokMarks(b) & (SMALL | M_PLACEPREP)) != 0)
    return i;
  if (!addressCue(b) && !placeBehind(i + 1)) return i;
  // "old church street 5"
  const c = b > 0 ? b - 1 : b;
  return c < b &&
    tokGap(c) == G_BLANK &&
    tokKind(c) == LOWER &&
    tokLen(c) > 3 &&
    (tokMarks(c) & M_COMMON) == 0
    ? c
    : b;
}

/** Whether "oak road" in small letters goes on an address behind its number, token i: a cue before, or a place behind. */
export function smallStreetBehind(i: u32): bool {
  const t = i + 2;
  return (
    t < tokenCount &&
    tokKind(i + 1) == LOWER &&
    tokKind(t) == LOWER &&
    tokGap(i) == G_BLANK &&
    tokGap(i + 1) == G_BLANK &&
    streetWord(t) &&
    strongStreet(t) &&
    !prefixStreet(t) &&
    (addressCue(i) || placeBehind(t))
  );
}

/** Whether token t is "bis", "ter" or "quater" behind a French house number and before its street. */
export function repeated(t: u32): bool {
  return (
    t + 1 < tokenCount &&
    tokGap(t) == G_BLANK &&
    prefixStreet(t + 1) &&
    (isWordAt(t, "bis") || isWordAt(t, "ter") || isWordAt(t, "quater"))
  );
}
