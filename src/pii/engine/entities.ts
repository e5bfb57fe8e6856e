// People, places and organisations among capitalised words. Evidence is added up: titles, introductions, signatures, the gazetteer,
// endings, neighbours. An ambiguous word (a name that is also a word or a place) needs a second sign. See docs/pii.md.
import { isLower } from "./context";
import {
  capital,
  common,
  leadEvidence,
  lineBegins,
  lineEnds,
  listEvidence,
  placeLead,
  sentenceStart,
  tailEvidence,
} from "./evidence";
import {
  M_COUNTRY,
  M_EVERYDAY,
  M_FIRM,
  M_FIRST,
  M_GREETING,
  M_HONORIFIC,
  M_KIN,
  M_LAST,
  M_MONTH,
  M_NRP,
  M_PLACE,
  M_STREET,
  M_WEEKDAY,
} from "./generated/lexicon";
import { T_LOCATION, T_NATIONALITY, T_ORGANIZATION, T_PERSON } from "./generated/types";
import { knownPlaceAt, placePhraseAt } from "./known-places";
import { lowerEntityAt } from "./lower-case-names";
import { addSpan, at, before, tokEnd, tokGap, tokKind, tokLen, tokMarks, tokStart } from "./memory";
import { firmIn, initial, labelFollows, orgEnd, pronoun, sequenceEnd } from "./name-sequence";
import { placeEnding, surnameEnding } from "./name-shape";
import {
  afterClosing,
  articleFollows,
  closingAbove,
  germanPossessive,
  keyOfValue,
  namesLanguage,
  speakerAt,
} from "./name-signs";
import { LOWER, MIXED, TITLE, UPPER } from "./token-kinds";
import { capitalsCount, germanCount, wordCount } from "./token-words";

export const NAME: u32 = M_FIRST | M_LAST;
export let germanText: bool = false;
let shouting: bool = false;

/** Decides how far a capital letter can be trusted in this segment. */
export function surveyText(): void {
  germanText = wordCount > 5 && germanCount * 9 > wordCount;
  shouting = wordCount > 5 && capitalsCount * 2 > wordCount;
}

/** Examines the entity that begins at token i; returns the token to go on with. */
export function entityAt(i: u32): u32 {
  const mi = tokMarks(i);
  if (!capital(i)) return lowerEntityAt(i);
  const known = knownPlaceAt(i);
  if (
    mi & M_NRP &&
    tokKind(i) == TITLE &&
    known <= tokEnd(i) &&
    !(mi & M_FIRST && tokGap(i) == 1 && capital(i + 1))
  ) {
    if (!namesLanguage(i)) addSpan(T_NATIONALITY, tokStart(i), tokEnd(i), 55);
    if (!(mi & M_LAST)) return i + 1;
  }
  let first = i,
    j = sequenceEnd(i);
  // "First name: Anna Last name: Berg": the last word begins the next label
  if (j > i && labelFollows(j)) j--;
  const firm = firmIn(i, j);
  if (firm > 0) {
    addSpan(T_ORGANIZATION, tokStart(i), orgEnd(firm), firm > i ? 62 : 30);
    if (firm > i) return firm + 1;
  }
  // leading words that are only words: "Dear", "Please", "The"
  if (first < j && onlyWord(first) && leadEvidence(i) < 60)
    // "mevrouw Van den Berg" keeps its particle
    do {
      first++;
    } while (first < j && onlyWord(first));
  while (first < j && onlyTitle(first)) first++;
  // a title alone, as in "Estimada Sra. Berg", where the stop parts it from the name
  if (first == j && (tokMarks(j) & (M_HONORIFIC | NAME)) == M_HONORIFIC) return j + 1;
  const place = first > i ? knownPlaceAt(first) : known;
  if (place > tokEnd(first) && leadEvidence(first) < 50) {
    // a place of several words holds no name: "Los Angeles", "North Carolina"
    addSpan(T_LOCATION, tokStart(first), place, 66 + 14 * <i32>placeLead(first));
    while (tokEnd(first) < place) first++;
    return first + 1;
  }
  personOrPlace(first, j, place);
  return j + 1;
}

/** Whether token t is a title, a greeting or a relation that stands before a name. */
function onlyTitle(t: u32): bool {
  const m = tokMarks(t);
  if ((m & (M_HONORIFIC | M_GREETING | M_WEEKDAY | M_NRP | M_KIN)) == 0) return false;
  if (m & M_KIN) return (m & NAME) == 0 || germanPossessive(t);
  return !(m & M_FIRST) && !placePhraseAt(t);
}

/** Whether the capitalised token t is a word that only stands before a name. */
function onlyWord(t: u32): bool {
  if (initial(t)) return pronoun(t);
  if (!common(t) || placePhraseAt(t)) return false;
  const m = tokMarks(t);
  return (m & NAME) == 0 || ((m & M_EVERYDAY) != 0 && (tokMarks(t + 1) & NAME) == 0 && sentenceStart(t));
}

function personOrPlace(i: u32, j: u32, known: u32): void {
  const words = <i32>(j - i + 1);
  let score = 0,
    firstKnown = false,
    lastKnown = false,
    commons = 0,
    unknown = 0,
    initials = 0,
    places = 0,
    upper = 0,
    ambiguous = 0,
    particles = 0,
    bad = 0;
  for (let t = i; t <= j; t++) {
    const m = tokMarks(t);
    if (initial(t)) {
      initials++;
      continue;
    }
    if (tokKind(t) == LOWER) {
      particles++;
      continue;
    }
    if (tokKind(t) == UPPER && tokLen(t) > 1) upper++;
    if (
      m & (M_WEEKDAY | M_FIRM) ||
      (m & M_MONTH && !(m & NAME)) ||
      (m & M_STREET && t == j && words > 1 && !(m & NAME))
    )
      bad++;
    const isCommon = common(t);
    if (m & M_FIRST && t < j + (words == 1 ? 1 : 0)) {
      if (isCommon) ambiguous++;
      firstKnown = true;
      if (t == i) score += isCommon ? 18 : m & (M_PLACE | M_COUNTRY) ? 26 : 38;
    } else if (m & M_LAST) {
      lastKnown = true;
      if (isCommon) ambiguous++;
      score += isCommon ? 10 : 28;
    } else if (m & M_FIRST) score += isCommon ? 8 : 20;
    else if (isCommon) commons++;
    else {
      unknown++;
      if (surnameEnding(tokStart(t), tokEnd(t))) score += 22;
      else score += words > 1 ? 10 : 0;
    }
    if (m & (M_PLACE | M_COUNTRY) && !(m & NAME)) places++;
  }
  const full = words - initials;
  if (initials > 0 && full > 0) score += 26;
  if (full >= 2 && commons == 0) score += firstKnown || lastKnown ? 26 : 18;
  if (full >= 2 && firstKnown && commons == 0) score += 12;
  const lead = leadEvidence(i),
    tail =
      at(tokEnd(j)) == 58 || at(tokEnd(j)) == 62 ? max(tailEvidence(j), speakerAt(i, j)) : tailEvidence(j),
    list = listEvidence(i, j);
  const prep = placeLead(i);
  score += lead + tail + list;
  // alone on its line: a signature or the head of an address
  if (lineBegins(i) && lineEnds(tokEnd(j)) && full <= 4 && commons == 0 && bad == 0)
    score +=
      (firstKnown || initials > 0 ? 24 : full >= 2 ? 12 : 0) +
      (!afterClosing(i) ? 0 : unknown == full && full <= 2 && closingAbove(i) ? 66 : 34);
  score -= commons * 26 + bad * 50 + places * 22;
  if (upper > 0 && !shouting && !firstKnown && !lastKnown) score -= 24;
  if (full == 1) {
    const starts = sentenceStart(i);
    if (starts && lead + tail + list == 0) score -= unknown > 0 ? 10 : ambiguous > 0 ? 24 : 0;
    if (unknown > 0 && lead + tail + list == 0) score -= 4;
    if (starts && lead + tail + list == 0 && articleFollows(i)) score -= 24;
    if (tokKind(i) == UPPER && !firstKnown && keyOfValue(tokEnd(i))) score -= 60;
    if (!germanText && !starts && prep == 0 && commons == 0 && (lastKnown || score >= 18)) score += 32; // a family name in mid-sentence
    if (prep == 2) score -= 30;
    else if (prep == 1 && lead == 0 && !firstKnown) score -= 16;
    if (ambiguous > 0 && lead + tail + list < 24) score -= 24;
    if (tokLen(j) <= 2 && lead < 40) score -= 40;
  } else if (prep == 2) score -= 14;
  // "Notizen zur Sitzung", "Helle Bildschirme"
  if (germanText && lead < 40 && (!firstKnown || (ambiguous > 0 && !lastKnown)))
    score -= particles > 0 ? 50 : 30;
  if (full == 1 && firstKnown && ambiguous == 0 && !(tokMarks(i) & (M_PLACE | M_COUNTRY))) score += 14;
  if (full == 0) score -= 60;
  // part of an identifier, or written like one
  if (before(tokStart(i)) == 95 || at(tokEnd(j)) == 95) score -= 60;
  if (full == 1 && unknown > 0 && tokKind(i) == MIXED) score -= 40;
  let e = tokEnd(j);
  if (score > 99) score = 99;
  if (known != 0 && !(full == 1 && prep == 0 && common(i))) {
    let p = full == 1 && firstKnown ? (tokMarks(i) & M_COUNTRY ? 44 : 30) : 60;
    if (prep > 0) p += 14 * <i32>prep;
    if (lead >= 40) p -= 40;
    if (p >= score || (full > 1 && !firstKnown && !lastKnown)) addSpan(T_LOCATION, tokStart(i), known, p);
    if (known < e && p >= score) return;
  } else if (
    prep > 0 &&
    bad == 0 &&
    known == 0 &&
    full > 0 &&
    !(full == 1 && (tokLen(i) < 2 || (tokKind(i) == UPPER && tokLen(i) < 5))) &&
    lead < 40 &&
    commons < full
  ) {
    // "Where: Limont Country Club": the place ends before the common words
    let last = j;
    while (last > i && common(last)) {
      last--;
      commons--;
    }
    e = tokEnd(last);
    let p = prep == 2 ? 58 : 26;
    for (let t = i; t <= j; t++)
      if (placeEnding(tokStart(t), tokEnd(t))) {
        p += 16;
        break;
      }
    if (firstKnown && full > 1) p -= 20;
    else if (firstKnown || (lastKnown && full == 1)) p -= 6;
    if (commons > 0) p -= 12;
    if (germanText && prep < 2) p -= 20;
    if (p > score) {
      addSpan(T_LOCATION, tokStart(i), e, p);
      return;
    }
  }
  // "Don't" and "I'll" are no names
  if (full == 1 && at(e) == 39 && (isLower(at(e + 1)) || upper > 0) && (at(e + 1) | 0x20) != 115) return;
  if (score > 0) addSpan(T_PERSON, tokStart(i), e, score);
}
