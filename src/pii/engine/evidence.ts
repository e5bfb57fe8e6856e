// Evidence around a name-like sequence: what stands before it, after it, and beside it in a list; whether it begins or ends a line.
// Each function returns points or a yes or no; entities.ts adds them up.
import {
  M_BY,
  M_COMMON,
  M_CONJUNCTION,
  M_COUNTRY,
  M_FIRST,
  M_GERMAN,
  M_GREETING,
  M_HONORIFIC,
  M_JOB,
  M_KIN,
  M_LAST,
  M_NAMEWORD,
  M_PARTICLE,
  M_PLACE,
  M_PLACELABEL,
  M_PLACEPREP,
  M_PLACEWORD,
  M_SPEECH,
} from "./generated/lexicon";
import { isBlank, isUpper, isWord } from "./context";
import {
  at,
  before,
  length,
  TEXT,
  tokEnd,
  tokGap,
  tokKind,
  tokLen,
  tokMarks,
  tokStart,
  tokenCount,
} from "./memory";
import { ALNUM, G_COMMA, G_HYPHEN, G_LINE, G_OTHER, G_STOP, G_STOP_BLANK, LOWER, TITLE } from "./token-kinds";
import { germanText } from "./entities";
import { chatOpening, germanPossessive, nameGoesOn } from "./name-signs";
import { inflectedAt } from "./word-lookup";

const NAME: u32 = M_FIRST | M_LAST;

export function common(t: u32): bool {
  const m = tokMarks(t);
  return (
    (m & M_COMMON) != 0 ||
    // "ein Brett", "freies Essen": a German noun has a capital as well
    (germanText && (m & M_GERMAN) != 0) ||
    ((m & (NAME | M_PLACE | M_COUNTRY)) == 0 && inflectedAt(t))
  );
}
export function capital(t: u32): bool {
  return isUpper(at(tokStart(t))) && tokKind(t) != ALNUM;
}

/** Whether token t starts a sentence or a line. */
export function sentenceStart(t: u32): bool {
  if (t == 0) return true;
  const gap = tokGap(t - 1);
  if (gap != G_OTHER) return gap == G_LINE || gap == G_STOP || gap == G_STOP_BLANK;
  let i = tokStart(t);
  while (i > 0) {
    const c = before(i);
    if (c == 10 || c == 46 || c == 33 || c == 63 || c == 58) return true;
    if (isWord(c) || c == 44 || c == 0x80) return false;
    i--;
  }
  return true;
}

export function lineBegins(t: u32): bool {
  const gap: u32 = t == 0 ? G_OTHER : tokGap(t - 1);
  if (gap != G_OTHER) return gap == G_LINE;
  let i = tokStart(t);
  while (i > 0) {
    const c = before(i);
    if (c == 10) return true;
    if (isWord(c) || c == 0x80) return false;
    i--;
  }
  return true;
}
export function lineEnds(e: u32): bool {
  let i = e;
  while (i < length && i < e + 12) {
    const c = at(i);
    if (c == 10) return true;
    if (!isBlank(c) && c != 44 && c != 46) return false;
    i++;
  }
  return i >= length;
}

/** A word before a name says something by one of these, or it is a short verb. */
const LEADS: u32 = M_HONORIFIC | M_JOB | M_KIN | M_NAMEWORD | M_GREETING | M_SPEECH | M_BY;

/** Evidence from what stands before token i: an introduction, a title, a relation, a verb of speech. */
export function leadEvidence(i: u32): i32 {
  if (i == 0) return 0;
  const b = i - 1,
    m = tokMarks(b),
    gap = tokStart(i) - tokEnd(b),
    c = at(tokEnd(b));
  if (gap > 8 || ((m & LEADS) == 0 && tokLen(b) > 4)) return 0;
  const between = tokGap(b);
  let colon = false,
    stop = between == G_STOP || between == G_STOP_BLANK || between == G_COMMA || between == G_LINE;
  if (between == G_OTHER)
    for (let k = tokEnd(b); k < tokStart(i); k++) {
      const d = at(k);
      if (d == 58) colon = true;
      else if (d == 10 || d == 63 || d == 33 || d == 46 || d == 44 || d == 59) stop = true;
    }
  if (
    m & M_HONORIFIC &&
    gap <= 2 &&
    !(c == 44) &&
    (capital(b) || c == 46 || tokLen(b) > 4) &&
    !(tokLen(b) == 1 && c != 46)
  )
    return 60;
  if (colon && (m & (M_JOB | M_KIN)) != 0) return 40; // "Manager: Chrome" is no person, "Manager: Anna Berg" is one
  if (colon && m & M_NAMEWORD) return 55;
  if (m & M_GREETING && !stop && gap == 1) return 48;
  if (!stop && !colon && m & M_NAMEWORD && tokLen(b) > 3 && gap == 1) {
    const l = at(tokEnd(b) - 1) | 0x20; // "named X", "called X", "je m'appelle X", "mi chiamo X"
    if (!common(b) || l == 100 || tokLen(b) == 4) return 34;
  }
  if (stop || colon) return 0;
  const word = shortWord(b);
  if (word != 0) {
    const points = verbEvidence(b, word, i);
    if (points > 0) return points;
  }
  if (m & M_KIN) {
    if (!capital(b)) return 30;
    // German nouns have capitals; in "hat mein Sohn Fieber" the next word is no name, so an unknown one has too few points
    if (germanPossessive(b)) return tokMarks(i) & NAME ? 30 : 12;
  }
  if (m & M_SPEECH && !capital(b)) return 34;
  // "the driver Nvidia": an unknown word alone behind a job is a product more often than a person
  if (m & M_JOB && (capital(b) || gap == 1)) return (tokMarks(i) & NAME) != 0 || nameGoesOn(i) ? 24 : 16;
  if (m & M_BY) return 16;
  if (m & M_GREETING) return 30;
  return 0;
}

// Short words as shortWord() packs them, the first letter lowest.
const M: u32 = 0x6d;
const S: u32 = 0x73;
const E: u32 = 0x65;
const IM: u32 = 0x6d69;
const ITS: u32 = 0x737469;
const IS: u32 = 0x7369;
const ES: u32 = 0x7365;
const AM: u32 = 0x6d61;
const ME: u32 = 0x656d;
const THIS: u32 = 0x73696874;
const IT: u32 = 0x7469;
const ICH: u32 = 0x686369;
const IK: u32 = 0x6b69;
const CALL: u32 = 0x6c6c6163;
const AT: u32 = 0x7461;
const TO: u32 = 0x6f74;
const FROM: u32 = 0x6d6f7266;
const THE: u32 = 0x656874;
const IST: u32 = 0x747369;
const EST: u32 = 0x747365;
const BIN: u32 = 0x6e6962;
const BEN: u32 = 0x6e6562;
const SOY: u32 = 0x796f73;
const SOU: u32 = 0x756f73;
const SONO: u32 = 0x6f6e6f73;
const SUIS: u32 = 0x73697573;

/** Token t in small letters, packed into one number; 0 if it is longer than four characters. */
function shortWord(t: u32): u32 {
  const n = tokLen(t);
  if (n > 4) return 0;
  return (load<u32>(TEXT + tokStart(t)) | 0x20202020) & (<u32>((<u64>1) << ((<u64>n) << 3)) - 1);
}

/** "name is X", "I'm X", "this is X", "ich bin X", "soy X": the short word before the name, token i, is token b. */
function verbEvidence(b: u32, word: u32, i: u32): i32 {
  // "im X", "its X" in a chat, with a given name only
  if (
    (word == IM || word == ITS) &&
    chatOpening(b) &&
    (tokMarks(i) & (M_FIRST | M_PLACE | M_COUNTRY)) == M_FIRST
  )
    return 46;
  const own = word == SOY || word == SONO || word == SOU;
  if (b == 0) return own ? 36 : 0;
  const m = tokMarks(b - 1);
  if ((word == IS || word == IST || word == ES || word == EST) && (m & (M_NAMEWORD | M_JOB)) == M_NAMEWORD)
    return 55;
  // "il mio nome è X", "o meu nome é X"; a label "Nome e Cognome" opens its line
  if (word == E && (m & M_NAMEWORD) != 0 && !sentenceStart(b - 1)) return 55;
  if (word == AM || (word == M && before(tokStart(b)) == 39)) {
    if (tokLen(b - 1) == 1 && (at(tokStart(b - 1)) | 0x20) == 105) return 46;
  } else if (word == IS) {
    if (shortWord(b - 1) == THIS) return 30;
  } else if (word == S) {
    if (shortWord(b - 1) == IT) return 30;
    if ((m & M_NAMEWORD) != 0 && before(tokStart(b)) == 39 && tokLen(b - 1) == 4) return 46; // "name's X"
  } else if (
    own ||
    word == SUIS ||
    (word == BIN && shortWord(b - 1) == ICH) ||
    (word == BEN && shortWord(b - 1) == IK)
  )
    return 40;
  else if (word == ME && (shortWord(b - 1) == CALL || (tokGap(b - 1) == G_HYPHEN && (m & M_NAMEWORD) != 0)))
    return 40; // "call me X", "chamo-me X"
  return 0;
}

/** Evidence from what follows token j: a verb of speech, a possessive, an age, another name in a list. */
export function tailEvidence(j: u32): i32 {
  if (j + 1 >= tokenCount) return 0;
  const e = tokEnd(j),
    n = j + 1,
    gap = tokStart(n) - e,
    m = tokMarks(n),
    c = at(e);
  if (gap == 1 && isBlank(c) && (m & M_SPEECH) != 0 && tokKind(n) == LOWER)
    return n + 1 < tokenCount &&
      (shortWord(n + 1) == AT || shortWord(n + 1) == TO || at(tokEnd(n)) == 58 || at(tokEnd(n)) == 44)
      ? 52
      : 30;
  if (c == 39 && tokLen(n) == 1 && (at(tokStart(n)) | 0x20) == 115)
    return n + 1 < tokenCount && (tokMarks(n + 1) & M_KIN) != 0 ? 40 : 12;
  if (gap == 1 && shortWord(n) == IS && n + 1 < tokenCount && shortWord(n + 1) == FROM) return 52;
  if (c == 58 && gap <= 3 && (at(e + 1) == 34 || at(e + 1) == 92 || at(e + 2) == 34)) return 54; // speaker: "..."
  return 0;
}

/** A neighbour in a list ("A, B and C") that is a known first name. */
export function listEvidence(i: u32, j: u32): i32 {
  let score = 0;
  if (i > 1) {
    const g = tokGap(i - 1);
    if (g == 5 && capital(i - 1) && (tokMarks(i - 1) & M_FIRST) != 0) score = 24;
    else if (
      g == 1 &&
      (tokMarks(i - 1) & M_CONJUNCTION) != 0 &&
      tokKind(i - 1) == LOWER &&
      capital(i - 2) &&
      (tokMarks(i - 2) & NAME) != 0
    )
      score = (tokMarks(i - 2) & M_COMMON) != 0 ? 24 : 34;
  }
  if (j + 2 < tokenCount) {
    const g = tokGap(j);
    if (g == 5 && capital(j + 1) && (tokMarks(j + 1) & M_FIRST) != 0)
      score = max(score, tokGap(j + 1) == 5 && capital(j + 2) && (tokMarks(j + 2) & M_FIRST) != 0 ? 60 : 24);
    else if (
      g == 1 &&
      (tokMarks(j + 1) & M_CONJUNCTION) != 0 &&
      tokKind(j + 1) == LOWER &&
      capital(j + 2) &&
      (tokMarks(j + 2) & NAME) != 0
    )
      score = max(score, (tokMarks(j + 2) & M_COMMON) != 0 ? 24 : 34);
  }
  return score;
}

/** How a place is announced before token i: 0 not at all, 1 a preposition, 2 a preposition after a word such as "lives" or "moved". */
export function placeLead(i: u32): u32 {
  if (i == 0) return 0;
  const b = i - 1;
  if (tokMarks(b) & M_PLACELABEL && at(tokEnd(b)) == 58) return 2;
  const g = tokGap(b);
  if ((g != 1 && g != 0) || tokStart(i) - tokEnd(b) > 2) return 0;
  let p = b;
  if (tokMarks(p) & M_PARTICLE && tokKind(p) == LOWER && p > 0 && (tokMarks(p - 1) & M_PLACEPREP) != 0) p--;
  if (shortWord(b) == THE && b > 0) p = b - 1;
  if ((tokMarks(p) & M_PLACEPREP) == 0 || (tokKind(p) == TITLE && p > 0 && !sentenceStart(p))) return 0;
  for (let k: u32 = 1; k <= 4 && k <= p; k++) if ((tokMarks(p - k) & M_PLACEWORD) != 0) return 2;
  return 1;
}
