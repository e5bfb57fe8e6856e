// The lines of an address behind its core: units, numbers, places, capitalised words, up to the country. The look-ahead is bounded.
import { capital, isWordy, near, number, placeTail, unitEnd } from "./address-words";
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
import { knownPlaceAt } from "./known-places";
import { at, tokCue, tokenCount, tokEnd, tokKind, tokLen, tokMarks, tokStart } from "./memory";
import { LOWER, NUM, OTHER, TITLE } from "./token-kinds";

/** How many parts the lines had, and the points that a unit or a place among them is worth. */
export let linesParts: i32 = 0;
export let linesScore: i32 = 0;

/** Last token of the address whose core ends with token `last`; `unit` if a unit began it. */
export function linesAfter(last: u32, unit: bool): u32 {
  let t = last;
  linesParts = 0;
  linesScore = 0;
  for (let k = 0; k < 14; k++) {
    if (!near(t, true)) break;
    const n = t + 1,
      mn = tokMarks(n);
    const comma = at(tokEnd(t)) != 32 || tokEnd(t) + 1 != tokStart(n);
    if (mn & M_UNIT && unitEnd(n) > 0) {
      t = unitEnd(n) - 1;
      linesParts++;
      if (!unit) linesScore = max(linesScore, 66);
      continue;
    }
    if (number(n)) {
      t = n;
      linesParts++;
      continue;
    }
    const place = knownPlaceAt(n);
    if (place > 0) {
      while (t + 1 < tokenCount && tokEnd(t + 1) <= place) t++;
      linesParts++;
      linesScore = max(linesScore, 60);
      continue;
    }
    if (tokCue(n) != 0 && tokCue(n) != C_ADDRESS && tokCue(n) != C_POSTAL) break;
    if (mn & M_MONTH) break;
    if (
      capital(n) &&
      !((mn & M_EVERYDAY) != 0 && tokKind(n) == TITLE && !(mn & (M_STREET | M_DIRECTIONAL)) && !placeTail(n))
    ) {
      t = n;
      linesParts++;
      continue;
    }
    if (mn & M_PARTICLE && n + 1 < tokenCount && capital(n + 1)) {
      t = n;
      continue;
    }
    // "3511 ax utrecht": two letters of a Dutch post code
    if (
      tokKind(n) == LOWER &&
      tokLen(n) == 2 &&
      tokKind(t) == NUM &&
      tokLen(t) == 4 &&
      knownPlaceAt(n + 1) > 0
    ) {
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
  return t;
}
