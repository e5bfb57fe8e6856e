// The words of an address: street words that stand before or after a name, numbers, units, and what may stand between two of them.
// Nothing here reports anything; addresses.ts and landmarks.ts do.
import { isBlank, isDigit, isUpper } from "./context";
import { M_EVERYDAY, M_STREET } from "./generated/lexicon";
import { at, before, tokenCount, tokEnd, tokGap, tokKind, tokLen, tokMarks, tokStart } from "./memory";
import { G_APOSTROPHE, G_BLANK, G_COMMA, G_HYPHEN, G_LINE, G_STOP, G_STOP_BLANK, UPPER } from "./token-kinds";
import { streetEndingAt } from "./word-lookup";

export function capital(t: u32): bool {
  return isUpper(at(tokStart(t)));
}

export function number(t: u32): bool {
  return isDigit(at(tokStart(t))) && tokLen(t) <= 6;
}

export function ch(t: u32, k: u32): u32 {
  return at(tokStart(t) + k) | 0x20;
}

/** Whether a full stop after token t may belong to an address: after a short word, a number, a street word. */
function stopJoins(t: u32): bool {
  return tokLen(t) <= 4 || number(t) || (tokMarks(t) & M_STREET) != 0;
}

/** Whether only blanks, commas, dots after short words, line ends and quote marks part token t from t + 1. */
export function near(t: u32, lines: bool): bool {
  const gap = tokGap(t);
  if (gap == G_BLANK || gap == G_COMMA || gap == G_HYPHEN || gap == G_APOSTROPHE) return true;
  if (gap == G_LINE) return lines;
  if (gap == G_STOP || gap == G_STOP_BLANK) return stopJoins(t);
  if (t + 1 >= tokenCount) return false;
  const from = tokEnd(t),
    to = tokStart(t + 1);
  if (to - from > 10) return false;
  let newlines = 0;
  for (let i = from; i < to; i++) {
    const c = at(i);
    if (c == 10) {
      if (!lines || ++newlines > 1) return false;
      continue;
    }
    if (
      isBlank(c) ||
      c == 44 ||
      c == 40 ||
      c == 41 ||
      c == 47 ||
      c == 35 ||
      c == 45 ||
      c == 39 ||
      (newlines > 0 && (c == 62 || c == 63 || c == 42))
    )
      continue;
    if (c == 46 && stopJoins(t)) continue;
    return false;
  }
  return true;
}

export function streetWord(t: u32): bool {
  return ((tokMarks(t) & M_STREET) != 0 && tokLen(t) > 1) || streetEndingAt(t);
}

/** A street word that stands before its name: rue, via, calle, ul., rua, c/ ... */
export function prefixStreet(t: u32): bool {
  if ((tokMarks(t) & M_STREET) == 0) return false;
  const a = ch(t, 0),
    b = tokLen(t) > 1 ? ch(t, 1) : 0,
    n = tokLen(t);
  if (a == 114 && b == 117) return true; // rue, rua
  if (a == 118 && b == 105 && n != 7 && n != 4 && n != 5) return true; // via, viale, vicolo
  if (
    a == 99 &&
    ((b == 97 && n >= 5) ||
      (n == 1 && at(tokEnd(t)) == 47) ||
      (b == 104 && n > 4) ||
      (b == 111 && n == 5 && ch(t, 4) == 111))
  )
    return true; // calle, c/, chemin, corso
  if (a == 117 && b == 108) return true; // ul, ulica
  if (a == 97 && b == 118) return true; // av, avenue, avenida
  if (
    a == 112 &&
    ((b == 97 && n == 5) || (b == 108 && n == 5) || (b == 105 && n == 6) || (b == 114 && n == 5))
  )
    return true; // paseo, plaza, place, piazza, praca
  if (a == 98 && b == 111) return true; // boulevard
  if ((a == 113 && b == 117) || (a == 97 && b == 108)) return true; // quai, allee
  if (a == 116 && b == 114 && n >= 7) return true; // travessa
  return false;
}

export function strongStreet(t: u32): bool {
  const n = tokLen(t),
    a = ch(t, 0);
  return (a == 115 && n == 6) || (a == 114 && n == 4) || (a == 97 && n == 6) || (a == 98 && n == 9); // street, road, avenue, boulevard
}

export function placeTail(n: u32): bool {
  return tokLen(n) == 2 && tokKind(n) == UPPER;
}

export function isWordy(n: u32): bool {
  return (tokMarks(n) & M_EVERYDAY) != 0;
}

/** Token after "Apt. 12", "Suite 3B", "Box 0041"; 0 if token t begins no unit. */
export function unitEnd(t: u32): u32 {
  if (t + 1 >= tokenCount || tokStart(t + 1) - tokEnd(t) > 3 || !near(t, false)) return 0;
  if (number(t + 1)) return t + 2;
  return 0;
}
