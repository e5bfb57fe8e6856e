// Street addresses: a core that only an address has (number and street word, street word and name, unit or box number, military post),
// then its lines up to the country. The look-ahead is bounded. Bases: postal layouts of Europe and the Americas, see docs/pii.md.
import {
  capital,
  ch,
  isWordy,
  near,
  number,
  placeTail,
  prefixStreet,
  streetWord,
  strongStreet,
  unitEnd,
} from "./address-words";
import { bit, cuesBefore, isBlank } from "./context";
import {
  C_ADDRESS,
  C_POSTAL,
  M_COMMON,
  M_DIRECTIONAL,
  M_EVERYDAY,
  M_MONTH,
  M_PARTICLE,
  M_STREET,
  M_UNIT,
} from "./generated/lexicon";
import { T_ADDRESS } from "./generated/types";
import { knownPlaceAt } from "./known-places";
import {
  addSpan,
  at,
  before,
  tokCue,
  tokenCount,
  tokEnd,
  tokKind,
  tokLen,
  tokMarks,
  tokStart,
} from "./memory";
import { LOWER, NUM, OTHER, TITLE } from "./token-kinds";
import { streetEndingAt } from "./word-lookup";

/** Tries an address whose core begins at token i; returns the token to go on with, or i. */
export function addressAt(i: u32): u32 {
  let end: u32 = 0; // token after the core
  let score = 0;
  const m = tokMarks(i);
  if (number(i)) {
    if (i > 0 && i + 1 < tokenCount && tokKind(i - 1) == NUM && tokKind(i + 1) == NUM) return i;
    if (before(tokStart(i)) == 36 || before(tokStart(i)) == 46 || before(tokStart(i)) == 45) return i;
    if (
      tokLen(i) == 4 &&
      at(tokEnd(i)) == 45 &&
      i + 1 < tokenCount &&
      tokKind(i + 1) == NUM &&
      tokLen(i + 1) == 4
    )
      return i; // years
    if (!isBlank(at(tokEnd(i))) && at(tokEnd(i)) != 44 && at(tokEnd(i)) != 45) return i;
    // the day of a date
    if (i + 2 < tokenCount && (tokMarks(i + 1) & M_MONTH) != 0 && tokKind(i + 2) == NUM) return i;
    // number, up to five words or another number, then a street word, a unit, or a final number
    let t = i,
      words = 0,
      figures = 1,
      street = false,
      lower = 0,
      prefix = false;
    for (let k = 0; k < 8; k++) {
      const n = t + 1;
      if (
        n >= tokenCount ||
        (tokKind(n) == LOWER &&
          (tokMarks(n) & (M_COMMON | M_UNIT | M_STREET | M_PARTICLE | M_DIRECTIONAL)) == M_COMMON) ||
        !near(t, false)
      )
        break;
      if (number(n)) {
        if (at(tokEnd(t)) == 44 || figures >= 3) break;
        figures++;
        t = n;
        if (words > 0) {
          end = t + 1;
          if (score < 40) score = 40;
        }
        continue;
      }
      const mn = tokMarks(n);
      if (mn & M_UNIT && (words > 0 || figures > 1) && unitEnd(n) > 0) {
        end = n;
        score = max(score, 62);
        break;
      }
      const cap = capital(n);
      if (at(tokEnd(t)) == 44 && words > 0) break;
      if (streetWord(n)) {
        if (prefixStreet(n) && words == 0) {
          prefix = true;
          words++;
          t = n;
          if (tokKind(n) == LOWER && n + 1 < tokenCount && !capital(n + 1) && !prefixStreet(n)) break;
          continue;
        }
        if (words > 0 || streetEndingAt(n)) {
          street = true;
          t = n;
          words++;
          end = n + 1;
          score = max(score, cap ? 72 : 56);
          continue;
        }
      }
      if (cap || mn & (M_PARTICLE | M_DIRECTIONAL)) {
        words++;
        t = n;
        if (prefix && cap) {
          end = t + 1;
          score = max(score, 70);
        }
        continue;
      }
      if (tokKind(n) == LOWER && (mn & M_COMMON) == 0 && lower < 3) {
        lower++;
        words++;
        t = n;
        if (prefix) {
          end = t + 1;
          score = max(score, 60);
        }
        continue;
      }
      break;
    }
    if (end == 0) return i;
    if (lower > 0 && words > lower + 3) score -= 10;
    if (score < 50 && addressCue(i)) score = 56;
    if (score < 50 && figures >= 2 && words >= 1 && follows(end - 1)) score = 58;
  } else if (m & M_UNIT && unitEnd(i) > 0) {
    end = unitEnd(i);
    score = 52;
    if (tokLen(i) == 3 && ch(i, 0) == 98) score = i > 0 && tokLen(i - 1) == 1 ? 68 : 50; // P.O. Box
  } else if (
    streetWord(i) &&
    (capital(i) || (tokKind(i) == LOWER && (streetEndingAt(i) || prefixStreet(i))))
  ) {
    if (prefixStreet(i)) {
      let t = i,
        caps = 0;
      for (let k = 0; k < 5 && near(t, false) && at(tokEnd(t)) != 44; k++) {
        const n = t + 1;
        if (number(n)) {
          if (caps > 0) {
            t = n;
            end = n + 1;
            score = 70;
          }
          break;
        }
        if (capital(n)) {
          caps++;
          t = n;
          end = t + 1;
          continue;
        }
        if (
          tokMarks(n) & M_PARTICLE ||
          (tokKind(n) == LOWER && tokKind(i) == LOWER && (tokMarks(n) & M_COMMON) == 0)
        ) {
          t = n;
          continue;
        }
        break;
      }
      if (end == 0 || (caps == 0 && score == 0)) return i;
      if (score == 0) score = capital(i) ? 54 : 40;
    } else if (streetEndingAt(i)) {
      if (near(i, false) && number(i + 1) && at(tokEnd(i)) != 44) {
        end = i + 2;
        score = 72;
      } else return i;
    } else return i;
  } else if (capital(i)) {
    // up to four capitalised words, then a street word; or a name and a house number after an address cue
    if (
      i + 1 >= tokenCount ||
      (!capital(i + 1) && !number(i + 1)) ||
      (tokLen(i) == 1 && at(tokEnd(i)) != 46 && at(tokEnd(i)) != 47)
    )
      return i;
    let t = i,
      words = 1;
    while (words < 5 && t + 1 < tokenCount && capital(t + 1) && at(tokEnd(t)) != 44 && near(t, false)) {
      t++;
      words++;
      if (streetWord(t) && !(tokMarks(t) & M_UNIT)) {
        end = t + 1;
        score = (tokMarks(t) & (M_EVERYDAY | M_COMMON)) != 0 && tokLen(t) > 2 && !strongStreet(t) ? 30 : 54;
      }
    }
    if (end > 0 && near(end - 1, false) && number(end)) {
      end++;
      score += 14;
    } else if (near(t, false) && at(tokEnd(t)) != 44 && number(t + 1)) {
      if (streetWord(t) || addressCue(i) || follows(t + 1)) {
        end = t + 2;
        score = 56;
      }
    }
    if (end == 0) return i;
    if (score < 50 && addressCue(i)) score = 54;
  } else return i;

  // the lines after the core
  let t = end - 1,
    parts = 0;
  for (let k = 0; k < 14; k++) {
    if (!near(t, true)) break;
    const n = t + 1,
      mn = tokMarks(n);
    const comma = at(tokEnd(t)) != 32 || tokEnd(t) + 1 != tokStart(n);
    if (mn & M_UNIT && unitEnd(n) > 0) {
      t = unitEnd(n) - 1;
      parts++;
      score = max(score, 66);
      continue;
    }
    if (number(n)) {
      t = n;
      parts++;
      continue;
    }
    const place = knownPlaceAt(n);
    if (place > 0) {
      while (t + 1 < tokenCount && tokEnd(t + 1) <= place) t++;
      parts++;
      score = max(score, 60);
      continue;
    }
    if (tokCue(n) != 0 && tokCue(n) != C_ADDRESS && tokCue(n) != C_POSTAL) break;
    if (mn & M_MONTH) break;
    if (
      capital(n) &&
      !((mn & M_EVERYDAY) != 0 && tokKind(n) == TITLE && !(mn & (M_STREET | M_DIRECTIONAL)) && !placeTail(n))
    ) {
      t = n;
      parts++;
      continue;
    }
    if (mn & M_PARTICLE && n + 1 < tokenCount && capital(n + 1)) {
      t = n;
      continue;
    }
    if (
      tokKind(n) == LOWER &&
      (mn & M_COMMON) == 0 &&
      tokLen(n) > 2 &&
      (comma || tokKind(t) == LOWER) &&
      !isWordy(n)
    ) {
      t = n;
      continue;
    }
    if (tokKind(n) == OTHER) {
      t = n;
      continue;
    }
    break;
  }
  if (score < 40) return i;
  if (parts > 1) score += 8;
  let from = tokStart(i),
    to = tokEnd(t);
  if (at(to) == 41) {
    for (let k = from; k < to; k++)
      if (at(k) == 40) {
        to++;
        break;
      }
  }
  if (addSpan(T_ADDRESS, from, to, score)) return t + 1;
  return i;
}

/** Whether an address goes on after token t: a unit, a line with a place. */
function follows(t: u32): bool {
  if (!near(t, true)) return false;
  const n = t + 1;
  if (tokMarks(n) & M_UNIT && unitEnd(n) > 0) return true;
  if (knownPlaceAt(n) > 0) return true;
  return capital(n) && near(n, true) && (knownPlaceAt(n + 1) > 0 || (number(n + 1) && tokLen(n + 1) >= 4));
}

/** "address is", "located at", "office is at", "return to", "meet you at" just before token i. */
function addressCue(i: u32): bool {
  const mask = cuesBefore(i);
  return (mask & bit(C_ADDRESS)) != 0;
}
