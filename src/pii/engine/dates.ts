// Dates in figures and words, times after them, years, weekdays, dates of birth by their cue, and ages.
// Seven languages' month names come from the lexicon; every figure date must exist in the calendar.
import { validDate } from "./checksums";
import { bit, cuesBefore, isBlank, isDigit, isLetter, isWholeText, isWord } from "./context";
import { C_BIRTH, C_NEG } from "./generated/lexicon";
import { T_DATE, T_DATE_OF_BIRTH } from "./generated/types";
import { addSpan, at, before, tokenCount, tokEnd, tokKind, tokLen, tokMarks, tokStart } from "./memory";
import { ALNUM, LOWER, NUM, TITLE } from "./token-kinds";
import { cuesSeen } from "./token-words";

let cursor: u32 = 0;

/** Reads one to four figures at the cursor; -1 if there are none or more. */
function figures(most: u32): i32 {
  let v = 0;
  let n: u32 = 0;
  while (isDigit(at(cursor)) && n <= most) {
    v = v * 10 + <i32>at(cursor) - 48;
    n++;
    cursor++;
  }
  return n == 0 || n > most ? -1 : v;
}

/** The figures at `from`, at most so many; -1 if there are none or more. */
export function figuresAt(from: u32, most: u32): i32 {
  cursor = from;
  return figures(most);
}

/** End of a time of day after a date at e, or e. */
function timeEnd(e: u32): u32 {
  const c = at(e);
  let i = e + 1;
  if (c == 44 && isBlank(at(i))) i++;
  if ((c != 84 && c != 32 && c != 44) || !isDigit(at(i))) return e;
  cursor = i;
  const h = figures(2);
  if (h < 0 || h > 24 || at(cursor) != 58) return e;
  cursor++;
  const m = figures(2);
  if (m < 0 || m > 59) return e;
  if (at(cursor) == 58) {
    cursor++;
    if (figures(2) < 0) return e;
    if ((at(cursor) == 46 || at(cursor) == 44) && isDigit(at(cursor + 1))) {
      cursor++;
      let n = 0;
      while (isDigit(at(cursor)) && n < 9) {
        cursor++;
        n++;
      }
    }
  }
  let z = at(cursor);
  if (z == 90) cursor++;
  else if ((z == 43 || z == 45) && isDigit(at(cursor + 1)) && isDigit(at(cursor + 2))) {
    cursor += 3;
    if (at(cursor) == 58) cursor++;
    let n = 0;
    while (isDigit(at(cursor)) && n < 2) {
      cursor++;
      n++;
    }
  } else if (
    z == 32 &&
    (at(cursor + 2) | 0x20) == 109 &&
    ((at(cursor + 1) | 0x20) == 97 || (at(cursor + 1) | 0x20) == 112)
  )
    cursor += 3;
  return isWord(at(cursor)) ? e : cursor;
}

function report(i: u32, s: u32, e: u32, score: i32): bool {
  const cues: u64 = (cuesSeen & (bit(C_BIRTH) | bit(C_NEG))) != 0 ? cuesBefore(i) : 0;
  if ((cues & bit(C_BIRTH)) != 0) return addSpan(T_DATE_OF_BIRTH, s, e, score + 25);
  if ((cues & bit(C_NEG)) != 0) score -= 10;
  return addSpan(T_DATE, s, e, score);
}

/** A date in figures that begins with the number token i. */
export function figureDateAt(i: u32): bool {
  const s = tokStart(i),
    p = before(s);
  if (isWord(p) || p == 47 || p == 45 || ((p == 46 || p == 44) && isDigit(before(s - 1)))) return false;
  cursor = s;
  const a = figures(4),
    n = cursor - s,
    sep = at(cursor);
  if (a < 0 || n == 3 || (sep != 47 && sep != 45 && sep != 46)) return false;
  cursor++;
  const bFrom = cursor,
    b = figures(2),
    bn = cursor - bFrom;
  if (b < 0 || at(cursor) != sep) return false;
  cursor++;
  const cFrom = cursor,
    c = figures(4),
    cn = cursor - cFrom;
  if (c < 0 || cn == 3) return false;
  let e = cursor;
  const q = at(e);
  if ((isWord(q) && q != 84) || ((q == 45 || q == 47 || q == 46) && isDigit(at(e + 1)))) return false;
  let score = 0;
  if (n == 4 && cn <= 2) {
    if (a >= 1000 && a <= 2200 && validDate(a, b, c)) score = bn == 2 && cn == 2 ? 72 : 55;
  } else if (n <= 2 && cn == 4) {
    if (c >= 1000 && c <= 2200 && (validDate(c, b, a) || validDate(c, a, b))) score = 72;
  } else if (n <= 2 && cn == 2 && bn == 2 && sep != 46) {
    if (validDate(2000 + c, b, a) || validDate(2000 + c, a, b)) score = sep == 47 ? 56 : 45;
  } else if (n <= 2 && cn == 2 && sep == 46 && validDate(2000 + c, b, a)) score = bn == 2 && n == 2 ? 50 : 20;
  if (score == 0) return false;
  e = timeEnd(e);
  return report(i, s, e, score);
}

/** A day after or before the month name at token i: "5 May 2021", "May 1st, 1977", "24 de mayo de 1985", "5-MAY-2021", "May 2021". */
export function monthAt(i: u32): bool {
  const s = tokStart(i),
    e = tokEnd(i);
  const short = e - s <= 3;
  let from = s,
    to = e,
    day = false,
    year = false,
    first = i;
  // the day before
  if (i > 0) {
    let t = i - 1;
    const word =
      tokKind(t) == LOWER &&
      tokLen(t) == 2 &&
      i > 1 &&
      ((at(tokStart(t)) == 100 && at(tokStart(t) + 1) == 101) ||
        (at(tokStart(t)) == 111 && at(tokStart(t) + 1) == 102));
    if (word && s - tokEnd(t) == 1) t--;
    const gap = (word ? tokStart(t + 1) : s) - tokEnd(t),
      c = at(tokEnd(t));
    const ordinal =
      tokKind(t) == ALNUM && tokLen(t) <= 4 && isDigit(at(tokStart(t))) && isLetter(before(tokEnd(t)));
    if (
      ((tokKind(t) == NUM && tokLen(t) <= 2) || ordinal) &&
      ((gap == 1 && (isBlank(c) || c == 45 || c == 46 || c == 47)) || (gap == 2 && c == 46))
    ) {
      cursor = tokStart(t);
      const d = figures(2);
      if (d >= 1 && d <= 31 && !isWord(before(tokStart(t)))) {
        from = tokStart(t);
        day = true;
        first = t;
      }
    }
  }
  // the day or year after
  let t = i + 1;
  if (
    !day &&
    t < tokenCount &&
    isDigit(at(tokStart(t))) &&
    tokStart(t) - to <= 2 &&
    tokLen(t) <= 4 &&
    at(to) != 10
  ) {
    cursor = tokStart(t);
    const d = figures(2);
    if (d >= 1 && d <= 31 && (tokKind(t) == NUM || (tokKind(t) == ALNUM && !isDigit(before(tokEnd(t)))))) {
      to = tokEnd(t);
      day = true;
      t++;
    }
  }
  if (
    t < tokenCount &&
    tokKind(t) == LOWER &&
    tokLen(t) == 2 &&
    at(tokStart(t)) == 100 &&
    tokStart(t) - to == 1
  )
    t++; // de
  if (t < tokenCount && tokKind(t) == NUM && tokStart(t) - to <= 4 && at(tokStart(t) - 1) != 10) {
    cursor = tokStart(t);
    const n = tokLen(t),
      y = figures(4);
    if ((n == 4 && y >= 1000 && y <= 2200) || (n == 2 && day && at(tokStart(t) - 1) != 32)) {
      to = tokEnd(t);
      year = true;
    }
  }
  if (!day && !year) return false;
  if (tokKind(i) == LOWER && short && !year) return false;
  to = timeEnd(to);
  return report(first, from, to, day && year ? 76 : day ? 58 : 52);
}

export function weekdayAt(i: u32): void {
  if (tokKind(i) == TITLE) addSpan(T_DATE, tokStart(i), tokEnd(i), tokLen(i) < 5 ? 30 : 52);
}

/** A bare year after "in", "since" and the like, or as the whole text. */
export function yearAt(i: u32): bool {
  const s = tokStart(i),
    e = tokEnd(i);
  if (e - s != 4) return false;
  cursor = s;
  const y = figures(4);
  if (
    y < 1850 ||
    y > 2049 ||
    isWord(before(s)) ||
    isWord(at(e)) ||
    ((at(e) == 46 || at(e) == 44) && isDigit(at(e + 1))) ||
    before(s) == 46 ||
    before(s) == 45 ||
    at(e) == 45
  )
    return false;
  if (isWholeText(s, e)) return report(i, s, e, 52);
  if (i == 0 || s - tokEnd(i - 1) != 1) return false;
  const m = tokMarks(i - 1),
    q = tokStart(i - 1),
    n = tokLen(i - 1);
  const since =
    (n == 5 && (at(q) | 0x20) == 115 && at(q + 1) == 105) ||
    (n == 2 && (at(q) | 0x20) == 105 && at(q + 1) == 110) ||
    (n == 2 && (at(q) | 0x20) == 101 && at(q + 1) == 110);
  if (!since) return false;
  return report(i, s, e, 54);
}
