// Addresses of other kinds: a street corner, a military post, a postal code after its word.
// The look-ahead is bounded.
import { capital, ch, near, number } from "./address-words";
import { bit, cuesBefore, isDigit, isWord } from "./context";
import { C_POSTAL, M_COMMON, M_PARTICLE, M_STREET, M_UNIT } from "./generated/lexicon";
import { T_ADDRESS, T_POSTCODE } from "./generated/types";
import { addSpan, at, before, tokenCount, tokEnd, tokKind, tokLen, tokMarks, tokStart } from "./memory";
import { LOWER, NUM, UPPER } from "./token-kinds";
import { cuesSeen } from "./token-words";

/** "the corner of A and B" from the token "corner". */
export function cornerAt(i: u32): void {
  if (tokLen(i) != 6 || ch(i, 0) != 99 || ch(i, 1) != 111 || ch(i, 2) != 114 || ch(i, 3) != 110) return;
  if (i + 4 >= tokenCount || ch(i + 1, 0) != 111) return;
  let t = i + 2,
    joined = false,
    caps = 0;
  for (let k = 0; k < 14 && t < tokenCount; k++, t++) {
    const and = tokLen(t) == 3 && tokKind(t) == LOWER && ch(t, 0) == 97 && ch(t, 1) == 110;
    if (and) {
      if (joined) break;
      joined = true;
    } else if (
      !capital(t) &&
      !number(t) &&
      (tokMarks(t) & M_COMMON) != 0 &&
      !(tokMarks(t) & (M_PARTICLE | M_STREET))
    )
      break;
    else caps++;
    if (!near(t, false) || at(tokEnd(t)) == 44) {
      t++;
      break;
    }
  }
  if (!joined || caps < 2) return;
  const from = i > 0 && tokLen(i - 1) == 3 && ch(i - 1, 0) == 116 ? tokStart(i - 1) : tokStart(i);
  addSpan(T_ADDRESS, from, tokEnd(t - 1), 92);
}

/** Military post: APO, FPO, DPO with AA, AE or AP and five figures; the line before belongs to it. */
export function militaryAt(i: u32): void {
  if (tokKind(i) != UPPER || tokLen(i) != 3 || ch(i, 1) != 112 || ch(i, 2) != 111 || i + 2 >= tokenCount)
    return;
  if (tokLen(i + 1) != 2 || ch(i + 1, 0) != 97 || tokKind(i + 2) != NUM) return;
  let t = i,
    lines = 0;
  for (let k = 0; k < 6 && t > 0; k++) {
    const p = t - 1;
    if (!near(p, true)) break;
    // only the line before
    for (let q = tokEnd(p); q < tokStart(t); q++) if (at(q) == 10) lines++;
    if (lines > 1) break;
    if (!(number(p) || (capital(p) && ((tokMarks(p) & M_COMMON) == 0 || tokMarks(p) & M_UNIT)))) break;
    t = p;
  }
  addSpan(T_ADDRESS, tokStart(t), tokEnd(i + 2), 82);
}

/** A postal code after its word: "zip code is 3910", "PLZ 80331". */
export function postcodeAt(i: u32): void {
  const n = tokLen(i);
  if (n < 3 || n > 6 || (cuesSeen & bit(C_POSTAL)) == 0 || (cuesBefore(i) & bit(C_POSTAL)) == 0) return;
  let e = tokEnd(i);
  if (at(e) == 45 && isDigit(at(e + 1)) && i + 1 < tokenCount && tokLen(i + 1) <= 4) e = tokEnd(i + 1);
  else if (at(e) == 32 && i + 1 < tokenCount && tokLen(i + 1) == 2 && tokKind(i + 1) == UPPER)
    e = tokEnd(i + 1);
  if (isWord(before(tokStart(i))) || isWord(at(e))) return;
  addSpan(T_POSTCODE, tokStart(i), e, 62);
}
