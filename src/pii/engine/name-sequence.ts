// Which capitalised words belong together as one name, and whether one of them makes it an organisation.
// At most six words are joined, so the work from any start is bounded.
import { isBlank, isLower } from "./context";
import { capital, common } from "./evidence";
import { M_CONJUNCTION, M_FIRM, M_PARTICLE } from "./generated/lexicon";
import { at, tokenCount, tokEnd, tokGap, tokKind, tokLen, tokMarks } from "./memory";
import { LOWER, UPPER } from "./token-kinds";

export function initial(t: u32): bool {
  return tokLen(t) == 1 && tokKind(t) == UPPER;
}

/** Last token of the name-like sequence that starts at capitalised token i. */
export function sequenceEnd(i: u32): u32 {
  let t = i;
  for (let k = 0; k < 5; k++) {
    const g = tokGap(t);
    const n = t + 1;
    if (g == 0 || g == 5 || g == 6 || n >= tokenCount) break;
    if (g == 2 && !(initial(t) || (tokLen(t) <= 2 && capital(t)))) break;
    if (g == 7 && !(initial(t) && initial(n))) break;
    if (g == 4) {
      // O'Brien joins, Amanda's does not
      if (capital(n) && tokLen(n) > 1 && tokLen(t) <= 2) {
        t = n;
        continue;
      }
      break;
    }
    if (capital(n)) {
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
      !(tokKind(t) == UPPER && tokKind(t - 1) == UPPER && common(t - 1))
    )
      return t;
  }
  if (
    tokGap(j) == 5 &&
    j + 1 < tokenCount &&
    capital(j + 1) &&
    (tokMarks(j + 1) & M_FIRM) != 0 &&
    tokLen(j + 1) <= 4
  )
    return j + 1;
  return 0;
}
