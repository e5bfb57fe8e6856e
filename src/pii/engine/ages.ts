// Ages by the words around a number: "21 years old", "58 y/o", "turned 64", "Alter: 44", in seven languages.
// A number alone is never an age.
import { isDigit, isWord, isWordAt } from "./context";
import { figuresAt } from "./dates";
import { C_AGE } from "./generated/lexicon";
import { T_AGE } from "./generated/types";
import { addSpan, at, before, tokCue, tokenCount, tokEnd, tokGap, tokKind, tokLen, tokStart } from "./memory";
import { G_BLANK, LOWER } from "./token-kinds";

function ch(t: u32, k: u32): u32 {
  return at(tokStart(t) + k) | 0x20;
}

/** The first letter of what may follow an age: years, y/o, Jahre, jaar, ans, anni, anos. */
function beginsAfterAge(c: u32): bool {
  return c == 121 || c == 106 || c == 97;
}
/** The first letter of what may stand before one: age, alter, edad, eta, turned, was, only. */
function beginsBeforeAge(c: u32): bool {
  return c == 97 || c == 101 || c == 116 || c == 119 || c == 111;
}

/** An age: "21 years old", "21 year old", "58 y/o", "turned 64", "aged 30", "Alter: 44". */
export function ageAt(i: u32): bool {
  const n = tokLen(i),
    s = tokStart(i),
    e = tokEnd(i);
  if (
    n > 3 ||
    n == 0 ||
    isWord(before(s)) ||
    before(s) == 46 ||
    before(s) == 36 ||
    (at(e) == 46 && isDigit(at(e + 1))) ||
    at(e) == 37 ||
    at(e) == 43
  )
    return false;
  const follows: u32 = i + 1 < tokenCount && tokStart(i + 1) - e <= 1 ? ch(i + 1, 0) : 0,
    leads: u32 = i > 0 && s - tokEnd(i - 1) <= 3 ? ch(i - 1, 0) : 0;
  if (!beginsAfterAge(follows) && !beginsBeforeAge(leads)) return false;
  const v = figuresAt(s, 3);
  if (v < 1 || v > 119) return false;
  let score = 0;
  if (i + 1 < tokenCount) {
    const t = i + 1,
      g = tokStart(t) - e;
    if (g <= 1) {
      const yearWord = ch(t, 0) == 121 && ch(t, 1) == 101 && ch(t, 2) == 97 && ch(t, 3) == 114;
      if (
        yearWord &&
        t + 1 < tokenCount &&
        tokStart(t + 1) - tokEnd(t) == 1 &&
        tokLen(t + 1) == 3 &&
        ch(t + 1, 0) == 111 &&
        ch(t + 1, 1) == 108
      )
        score = 72;
      if (tokLen(t) == 1 && ch(t, 0) == 121 && at(tokEnd(t)) == 47 && (at(tokEnd(t) + 1) | 0x20) == 111)
        score = 72;
      if (tokLen(t) == 2 && ch(t, 0) == 121 && ch(t, 1) == 111) score = 66;
      // Jahre alt, ans, anni, anos, jaar oud after a word for age or a form of "to be" or "to have"
      if (
        ch(t, 0) == 106 &&
        t + 1 < tokenCount &&
        ((ch(t + 1, 0) == 97 && ch(t + 1, 1) == 108 && ch(t + 1, 2) == 116) ||
          (ch(t + 1, 0) == 111 && ch(t + 1, 1) == 117 && ch(t + 1, 2) == 100))
      )
        score = 70;
      // "ik ben 47 jaar", "ich bin 47 Jahre"
      if (ch(t, 0) == 106 && ch(t, 1) == 97 && i > 0 && tokGap(i - 1) == G_BLANK && ch(i - 1, 0) == 98)
        if (isWordAt(i - 1, "ben") || isWordAt(i - 1, "bin")) score = max(score, 60);
      if (
        tokCue(t) == C_AGE &&
        ch(t, 0) == 97 &&
        i > 0 &&
        tokLen(i - 1) <= 6 &&
        (ch(i - 1, 0) == 97 || ch(i - 1, 0) == 116 || ch(i - 1, 0) == 104)
      )
        score = max(score, 58);
    }
  }
  if (score == 0 && i > 0 && s - tokEnd(i - 1) <= 3) {
    const t = i - 1;
    const cue =
      tokCue(t) == C_AGE && ((ch(t, 0) == 97 && (ch(t, 1) == 103 || ch(t, 1) == 108)) || ch(t, 0) == 101);
    const turned = tokLen(t) == 6 && ch(t, 0) == 116 && ch(t, 1) == 117 && ch(t, 2) == 114 && ch(t, 5) == 100;
    const when = whenWas(t);
    if (cue && v > 0) score = 68;
    else if (turned || when) score = 62;
    if (score > 0 && counted(i)) score = 0;
  }
  return score > 0 && addSpan(T_AGE, s, e, score);
}

/** Whether the number counts what follows and is no age: "turned 50 pages", "aged 12 months", "was 14 degrees"; but "64 years". */
function counted(i: u32): bool {
  const t = i + 1;
  if (t >= tokenCount || tokGap(i) != G_BLANK || tokKind(t) != LOWER) return false;
  const n = tokLen(t),
    first = ch(t, 0);
  // a plural: not "was", not "this" or "class", not "years", "anos", "always"
  if (n < 4 || ch(t, n - 1) != 115 || ch(t, n - 2) == 115 || first == 121 || first == 97) return false;
  return !(n == 4 && first == 116);
}

/** "when he was (only) 14": the token before the number is t. */
function whenWas(t: u32): bool {
  if (tokLen(t) == 4 && ch(t, 0) == 111 && ch(t, 1) == 110 && t > 0) t--;
  if (tokLen(t) != 3 || ch(t, 0) != 119 || ch(t, 1) != 97 || t < 2) return false;
  if (tokLen(t - 1) == 2 && ch(t - 1, 0) == 105) return false; // "when it was 14 degrees"
  return tokLen(t - 2) == 4 && ch(t - 2, 0) == 119 && ch(t - 2, 1) == 104 && ch(t - 2, 2) == 101;
}
