// Street addresses: a core that only an address has (number and street word, street word and name, unit or box number, military post),
// then its lines up to the country. The look-ahead is bounded. Bases: postal layouts of Europe and the Americas, see docs/pii.md.
import {
  boxStart,
  capital,
  houseLetter,
  houseLike,
  houseNumber,
  near,
  number,
  opensOnly,
  prefixStreet,
  streetWord,
  strongStreet,
  unitEnd,
  unitScore,
  weakLead,
} from "./address-words";
import { linesAfter, linesParts, linesScore } from "./address-lines";
import { addressCue, follows, prepositionStreet, unitHead } from "./address-heads";
import {
  M_COMMON,
  M_ARTICLE,
  M_DIRECTIONAL,
  M_PARTICLE,
  M_STREET,
  M_STREETLEAD,
  M_UNIT,
} from "./generated/lexicon";
import { T_ADDRESS } from "./generated/types";
import { addSpan, at, tokenCount, tokEnd, tokGap, tokKind, tokLen, tokMarks, tokStart } from "./memory";
import { datedStreet, repeated, smallPrefixStreet, smallStreet, smallStreetBehind } from "./street-names";
import { G_OTHER, LOWER, TITLE } from "./token-kinds";
import { streetEndingAt } from "./word-lookup";

const LINK: u32 = M_PARTICLE | M_ARTICLE | M_DIRECTIONAL;

/** Tries an address whose core begins at token i; returns the token to go on with, or i. */
export function addressAt(i: u32): u32 {
  let end: u32 = 0; // token after the core
  let score = 0,
    begin = i;
  const m = tokMarks(i);
  if (number(i)) {
    if (!houseNumber(i)) return i;
    // number, up to five words or another number, then a street word, a unit, or a final number
    let t = i,
      words = 0,
      figures = 1,
      street = false,
      lower = 0,
      prefix = false;
    for (let k = 0; k < 8; k++) {
      const n = t + 1;
      if (k == 0 && (repeated(n) || smallStreetBehind(i))) {
        // "8 bis rue des Lilas", "14 oak road"
        t = n;
        if (!repeated(n)) {
          words++;
          lower++;
        }
        continue;
      }
      if (
        n >= tokenCount ||
        (tokKind(n) == LOWER && (tokMarks(n) & (M_COMMON | M_UNIT | M_STREET | LINK)) == M_COMMON) ||
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
      if (mn & M_UNIT && unitEnd(n) > 0) {
        if (words == 0 && figures == 1) break; // "3, App 2"
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
          score = max(score, cap ? 72 : strongStreet(n) ? 56 : 44);
          continue;
        }
      }
      if (cap || mn & LINK) {
        words++;
        t = n;
        if (prefix && cap) {
          end = t + 1;
          score = max(score, weakLead(i + 1) ? 70 : 84); // more than the name of whom the street is called after
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
    const a = unitHead(i, end);
    if (a > 0) return a;
    score = addressCue(i) ? max(56, unitScore(i)) : unitScore(i);
    // "Bus 42": only a place behind it makes it an address
    if (score < 50 && ((end < tokenCount && tokMarks(end) & M_UNIT) || !follows(end - 1))) return i;
  } else if ((m & (M_STREET | M_STREETLEAD)) == M_STREETLEAD) {
    end = prepositionStreet(i);
    if (end == 0) return i;
    score = 74;
  } else if (streetWord(i) && (end = datedStreet(i)) > 0) score = 84;
  else if ((end = smallPrefixStreet(i)) > 0) score = 66;
  else if (tokKind(i) == LOWER && (begin = smallStreet(i)) < i) {
    end = i + 2;
    score = 62;
  } else if (
    streetWord(i) &&
    (capital(i) || (tokKind(i) == LOWER && (streetEndingAt(i) || prefixStreet(i))))
  ) {
    if (prefixStreet(i)) {
      let t = i,
        caps = 0;
      for (let k = 0; k < 6 && near(t, false) && (tokGap(t) != G_OTHER || at(tokEnd(t)) == 47); k++) {
        const n = t + 1;
        if (number(n)) {
          if (caps > 0) {
            t = n;
            end = n + 1;
            score = weakLead(i) ? 70 : 84;
          } else if (n + 1 < tokenCount && tokMarks(n + 1) & M_PARTICLE) {
            t = n; // "Avenida 9 de Julio 120"
            continue;
          }
          break;
        }
        if (at(tokEnd(t)) == 44) break; // "Calle Mayor, 5"
        if (capital(n)) {
          caps++;
          t = n;
          end = t + 1;
          continue;
        }
        if (
          tokMarks(n) & (M_PARTICLE | M_ARTICLE) ||
          (tokKind(n) == LOWER && tokKind(i) == LOWER && (tokMarks(n) & M_COMMON) == 0)
        ) {
          t = n;
          continue;
        }
        break;
      }
      if (end == 0 || (caps == 0 && score == 0)) return i;
      if (score == 0) score = !capital(i) || weakLead(i) ? 40 : 54;
    } else if (streetEndingAt(i)) {
      if (near(i, false) && number(i + 1) && at(tokEnd(i)) != 44 && at(tokEnd(i)) != 40) {
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
        score = strongStreet(t) && tokKind(t) == TITLE && !(words == 2 && opensOnly(i)) ? 54 : 30;
      }
    }
    if (end > 0 && near(end - 1, false) && number(end)) {
      end++;
      score += 14;
    } else if (near(t, false) && at(tokEnd(t)) != 44 && number(t + 1)) {
      if (streetWord(t) || (houseLike(t) && (addressCue(i) || follows(t + 1)))) {
        end = t + 2;
        score = 56;
      }
    }
    if (end == 0) return i;
    if (score < 50 && number(end - 1) && addressCue(i)) score = 54;
  } else return i;

  const t = linesAfter(houseLetter(end) - 1, (m & M_UNIT) != 0);
  score = max(score, linesScore);
  if (score < 40) return i;
  if (linesParts > 1 && score >= 50) score += 8;
  let from = tokStart(m & M_UNIT ? boxStart(i) : begin),
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
