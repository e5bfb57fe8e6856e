// Which capitalised words belong together as one name, and whether one of them makes it an organisation.
// At most six words are joined, so the work from any start is bounded.
import { isBlank, isLower } from "./context";
import { capital, common } from "./evidence";
import {
  M_COMMON,
  M_CONJUNCTION,
  M_FIRM,
  M_FIRST,
  M_HONORIFIC,
  M_LAST,
  M_NAMEWORD,
  M_ORGKIND,
  M_PARTICLE,
} from "./generated/lexicon";
import { at, TEXT, tokCue, tokenCount, tokEnd, tokGap, tokKind, tokLen, tokMarks, tokStart } from "./memory";
import {
  G_APOSTROPHE,
  G_BLANK,
  G_COMMA,
  G_HYPHEN,
  G_LINE,
  G_OTHER,
  G_STOP,
  G_STOP_BLANK,
  LOWER,
  UPPER,
} from "./token-kinds";

// The first four letters of kinds of houses, packed, the first lowest.
const HOSP: u32 = 0x70736f68;
const CLIN: u32 = 0x6e696c63;
const UNIV: u32 = 0x76696e75;
const COLL: u32 = 0x6c6c6f63;
const INST: u32 = 0x74736e69;
const FOUN: u32 = 0x6e756f66;
const ASSO: u32 = 0x6f737361;
const MINI: u32 = 0x696e696d;

export function initial(t: u32): bool {
  return tokLen(t) == 1 && tokKind(t) == UPPER;
}

/** The English "I", which is no initial unless a stop follows. */
export function pronoun(t: u32): bool {
  return initial(t) && at(tokStart(t)) == 73 && at(tokEnd(t)) != 46;
}

/** Whether token t belongs to the label after a name, as in "Anna Last name:" or "Anna Email:". */
export function labelFollows(t: u32): bool {
  if (tokMarks(t) & (M_FIRST | M_LAST | M_HONORIFIC)) return false;
  if (at(tokEnd(t)) == 58) return tokCue(t) != 0 || (tokMarks(t) & M_NAMEWORD) != 0 || common(t);
  const n = t + 1;
  return (
    n < tokenCount &&
    (tokMarks(n) & M_NAMEWORD) != 0 &&
    tokKind(n) == LOWER &&
    at(tokEnd(n)) == 58 &&
    common(t)
  );
}

/** What ends a name, one bit for each kind of gap. */
const ENDING: u32 = (1 << G_OTHER) | (1 << G_COMMA) | (1 << G_LINE);

/** Last token of the name-like sequence that starts at capitalised token i. */
export function sequenceEnd(i: u32): u32 {
  let t = i;
  for (let k = 0; k < 5; k++) {
    const g = tokGap(t);
    const n = t + 1;
    if ((ENDING >> g) & 1 || n >= tokenCount) break;
    if (g != G_BLANK) {
      if (g == G_STOP_BLANK && !(initial(t) || (tokLen(t) <= 2 && capital(t)))) break;
      if (g == G_STOP && !(initial(t) && initial(n))) break;
      if (g == G_APOSTROPHE) {
        // O'Brien joins, Amanda's does not
        if (capital(n) && tokLen(n) > 1 && tokLen(t) <= 2) {
          t = n;
          continue;
        }
        break;
      }
    }
    if (capital(n)) {
      // "Tell Anna I said hi", but "Anna I Berg"
      if (pronoun(n) && !(tokGap(n) == 1 && n + 1 < tokenCount && capital(n + 1))) break;
      t = n;
      continue;
    }
    if (
      g == 1 &&
      tokKind(n) == LOWER &&
      (tokMarks(n) & M_PARTICLE) != 0 &&
      !(tokMarks(n) & M_CONJUNCTION && tokLen(n) == 1)
    ) {
      let p = n;
      if (
        tokGap(p) == 1 &&
        p + 1 < tokenCount &&
        tokKind(p + 1) == LOWER &&
        (tokMarks(p + 1) & M_PARTICLE) != 0
      )
        p++;
      if ((tokGap(p) == 1 || tokGap(p) == 4) && p + 1 < tokenCount && capital(p + 1) && tokLen(p + 1) > 1) {
        t = p + 1;
        continue;
      }
    }
    break;
  }
  return t;
}

export function orgEnd(t: u32): u32 {
  const e = tokEnd(t);
  return at(e) == 46 && ((isBlank(at(e + 1)) && isLower(at(e + 2))) || at(e + 1) == 44) ? e + 1 : e;
}

/** The token of a legal form or kind of organisation in (i, j], or 0. */
export function firmIn(i: u32, j: u32): u32 {
  for (let t = j; t > i; t--) {
    // in capitals throughout, "AS" and "LIMITED" are words
    if (
      (tokMarks(t) & M_FIRM) != 0 &&
      tokLen(t) > 1 &&
      !(tokKind(t) == UPPER && tokKind(t - 1) == UPPER && (common(t - 1) || (t < j && kindOfFirm(t)))) &&
      namesFirm(i, t)
    )
      return t;
  }
  if (
    tokGap(j) == 5 &&
    j + 1 < tokenCount &&
    capital(j + 1) &&
    (tokMarks(j + 1) & M_FIRM) != 0 &&
    tokLen(j + 1) <= 4 &&
    !kindOfFirm(j + 1) &&
    !(tokLen(j + 1) == 2 && (tokKind(j + 1) != UPPER || (tokKind(j) == UPPER && tokLen(j) == 2))) // "From, As", "KE, UG"
  )
    return j + 1;
  return 0;
}

/** A word such as "Bank" or "Media", which any text uses; a legal form such as "GmbH" is no kind. */
function kindOfFirm(t: u32): bool {
  return (tokMarks(t) & M_ORGKIND) != 0;
}

/**
 * Whether the words [i, t) can be what the firm of token t is called. "Social Media", "The Company" and "Write AS" are plain words
 * only; "Memorial Hospital" and "General Electric Company" may be: an institution, or a legal form after two of them.
 */
function namesFirm(i: u32, t: u32): bool {
  const m = tokMarks(t),
    short = tokLen(t) == 2;
  if (short && tokGap(t) == G_HYPHEN) return false;
  if ((m & (M_ORGKIND | M_COMMON)) == 0 && !short) return true; // "Hill Inc."
  let plain = 0;
  for (let k = i; k < t; k++) {
    const n = tokLen(k);
    if (!common(k) || (tokMarks(k) & (M_FIRST | M_LAST)) != 0) {
      if (!(short && tokKind(k) == UPPER && n == 2)) return true;
    } else if (n > 3) plain += n > 4 && houseOfCare(t) ? 2 : 1;
  }
  return plain > 1 && (institution(t) || (m & M_ORGKIND) == 0);
}

/** Hospital, clinic: one plain word before it names it, as in "Memorial Hospital". */
function houseOfCare(t: u32): bool {
  const w = load<u32>(TEXT + tokStart(t)) | 0x20202020;
  return w == HOSP || w == CLIN;
}

/** A word for one house: hospital, clinic, university, college, institute, foundation, association, ministry. */
function institution(t: u32): bool {
  if ((tokMarks(t) & M_ORGKIND) == 0) return false;
  const w = load<u32>(TEXT + tokStart(t)) | 0x20202020;
  return w == HOSP || w == CLIN || w == UNIV || w == COLL || w == INST || w == FOUN || w == ASSO || w == MINI;
}
