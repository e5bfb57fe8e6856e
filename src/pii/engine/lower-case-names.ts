// Names and places in text without capitals: only with the gazetteer and a second sign.
// A common word is never taken for a name here.
import { isLetter, isWordAt } from "./context";
import { NAME } from "./entities";
import { leadEvidence, lineBegins, lineEnds, placeLead, tailEvidence } from "./evidence";
import {
  M_COMMON,
  M_COUNTRY,
  M_FIRST,
  M_LAST,
  M_NRP,
  M_PLACE,
  M_PLACEHEAD,
  M_SEED,
} from "./generated/lexicon";
import { T_LOCATION, T_NATIONALITY, T_PERSON } from "./generated/types";
import { knownPlaceAt, placePhraseAt } from "./known-places";
import {
  addSpan,
  at,
  tokenCount,
  tokEnd,
  tokGap,
  tokKind,
  tokLen,
  tokMarks,
  tokNotes,
  tokStart,
} from "./memory";
import { surnameEnding } from "./name-shape";
import { G_BLANK, G_STOP_BLANK, LOWER, N_PLAIN } from "./token-kinds";

/** A plain word that places begin with. */
const PLAIN_HEAD: u32 = M_COMMON | M_PLACEHEAD;

/** Lower-case text: names only with the gazetteer and a second sign, places only from the gazetteer after a preposition. */
export function lowerEntityAt(i: u32): u32 {
  const m = tokMarks(i),
    plain = (tokNotes(i) & N_PLAIN) != 0;
  if (m & M_NRP && (tokMarks(i) & M_COMMON) == 0) addSpan(T_NATIONALITY, tokStart(i), tokEnd(i), 52);
  if (
    i > 0 &&
    (tokMarks(i - 1) & PLAIN_HEAD) == PLAIN_HEAD &&
    tokKind(i - 1) == LOWER &&
    placePhraseAt(i - 1)
  ) {
    // "new york": its first word is a plain one, which nothing begins at
    const e = knownPlaceAt(i - 1);
    addSpan(T_LOCATION, tokStart(i - 1), e, 40 + 14 * <i32>placeLead(i - 1));
    let t = i;
    while (tokEnd(t) < e) t++;
    return t + 1;
  }
  if (m & (M_PLACE | M_COUNTRY | M_PLACEHEAD)) {
    const e = knownPlaceAt(i);
    if (e > 0 && (m & M_COMMON) == 0) {
      const prep = placeLead(i),
        single = e == tokEnd(i);
      let p = m & M_COUNTRY || e > tokEnd(i) ? 56 : m & NAME ? 20 : 44;
      p += 12 * <i32>prep;
      // "se usa", "da tampa": an ordinary word is a place only where the text speaks of places, "in" and "the" lead to countries
      if (single && plain && prep < 2 && !(m & M_COUNTRY && countryLead(i))) p = 0;
      addSpan(T_LOCATION, tokStart(i), e, p);
    }
  }
  if ((m & NAME) == 0 || m & M_COMMON) return i + 1;
  let j = i,
    score = m & M_FIRST ? 24 : 6;
  const lead = leadEvidence(i);
  if (m & M_FIRST) {
    let t = i;
    if (tokGap(t) == 1 && t + 2 < tokenCount && tokLen(t + 1) == 1 && middleInitial(t + 1, lead)) {
      t += 1;
      score += 14;
    }
    const g = tokGap(t);
    if (
      (g == 1 || (g == 2 && t > i)) &&
      t + 1 < tokenCount &&
      tokKind(t + 1) == LOWER &&
      (tokMarks(t + 1) & M_COMMON) == 0
    ) {
      const n = tokMarks(t + 1);
      if (n & NAME) {
        score += 34;
        j = t + 1;
      } else if (surnameEnding(tokStart(t + 1), tokEnd(t + 1))) {
        score += 28;
        j = t + 1;
      } else if (
        (n & ~M_SEED) == 0 &&
        tokLen(t + 1) > 3 &&
        (t > i || lead >= 16 || (lineBegins(i) && lineEnds(tokEnd(t + 1))))
      ) {
        score += 20;
        j = t + 1;
      }
    }
  }
  score += lead > 16 ? lead : lead == 16 && m & M_FIRST && tokLen(i) > 4 ? 28 : 0;
  score += tailEvidence(j) + (j > i ? 0 : lowerList(i));
  if (m & (M_PLACE | M_COUNTRY)) score -= 16;
  if (j == i && ((tokLen(i) < 4 && lead < 40) || placeLead(i) != 0)) score -= 14;
  const ownLine = j > i && lineBegins(i) && lineEnds(tokEnd(j));
  if (ownLine) score += 16;
  // "rosa", "otto": an ordinary word needs an introduction, a family name or a line of its own
  if (plain && lead < 40 && !ownLine && (j == i || (tokMarks(j) & NAME) == 0 || (tokNotes(j) & N_PLAIN) != 0))
    return j + 1;
  addSpan(T_PERSON, tokStart(i), tokEnd(j), score);
  return j + 1;
}

/** Whether token t, one small letter, is the initial between two names; a vowel needs a stop, an introduction or a family name: "otto o nove". */
function middleInitial(t: u32, lead: i32): bool {
  const c = at(tokStart(t)),
    gap = tokGap(t);
  if (!isLetter(c)) return false;
  if (gap != G_BLANK) return gap == G_STOP_BLANK;
  const n = t + 1;
  return !vowel(c) || lead >= 16 || (tokMarks(n) & M_LAST) != 0 || surnameEnding(tokStart(n), tokEnd(n));
}

function vowel(c: u32): bool {
  return c == 97 || c == 101 || c == 105 || c == 111 || c == 117 || c == 121;
}

/** Whether "in", "from", "to" or "the" stands right before token i, which no verb follows. */
function countryLead(i: u32): bool {
  if (i == 0 || tokGap(i - 1) != G_BLANK) return false;
  const b = i - 1;
  return isWordAt(b, "in") || isWordAt(b, "from") || isWordAt(b, "to") || isWordAt(b, "the");
}

function lowerList(i: u32): i32 {
  if (
    i + 1 < tokenCount &&
    tokGap(i) == 5 &&
    (tokMarks(i + 1) & M_FIRST) != 0 &&
    (tokMarks(i + 1) & M_COMMON) == 0
  )
    return 26;
  if (i > 0 && tokGap(i - 1) == 5 && (tokMarks(i - 1) & M_FIRST) != 0 && (tokMarks(i - 1) & M_COMMON) == 0)
    return 26;
  return 0;
}
