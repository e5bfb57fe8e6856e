// Where the value behind a password word or identifier ends, and whether it is none: code that fetches one, a type, a template.
// Looks a bounded way from the value's beginning and keeps nothing.
import { isBlank, isDigit, isLetter, isLower, isSpace, isUpper, isWord } from "./context";
import { at, before, length } from "./memory";

/** Longest password that is looked for, in folded characters. */
const MOST: u32 = 120;
/** Blanks in a quoted passphrase; a quoted text with more is a sentence. */
const MOST_BLANKS: u32 = 5;

/** The end of the password that begins at v. A quoted one goes on to its closing quote, another to a blank or what parts settings. */
export function passwordEnd(v: u32): u32 {
  const quote = before(v);
  if (quote == 34 || quote == 39 || quote == 96) {
    const e = quotedEnd(v, quote);
    if (e > v) return e;
  }
  let k = v,
    open = 0;
  for (; k < length && k - v < MOST; k++) {
    const c = at(k),
      next = at(k + 1);
    if (isSpace(c) || c == 34 || c == 96 || c == 60 || c == 62 || c == 92 || c == 0x80 || c == 0x81) break;
    if (c == 39 && !isWord(next)) break;
    if (c == 40 || c == 91 || c == 123) open++;
    else if (c == 41 || c == 93 || c == 125) {
      if (open > 0) open--;
      else if (!isWord(next)) break;
    } else if (c == 38 && parameterFollows(k + 1)) break;
    else if ((c == 44 || c == 59) && (!isWord(next) || parameterFollows(k + 1))) break;
  }
  while (k > v && (before(k) == 46 || before(k) == 63 || before(k) == 39)) k--;
  return k;
}

/** The closing quote of the value at v, on its line; 0 if there is none. */
function quotedEnd(v: u32, quote: u32): u32 {
  for (let k = v; k < length && k - v < MOST; k++) {
    const c = at(k);
    if (c == 10) return 0;
    if (c != quote || (quote == 39 && k > v && isLetter(before(k)) && isLetter(at(k + 1)))) continue;
    return before(k) == 92 ? k - 1 : k;
  }
  return 0;
}

/** Whether another setting begins at k: a name, then '=' or a colon; "amp;" as an '&' is written in HTML. */
function parameterFollows(k: u32): bool {
  let e = k;
  while (e - k < 32 && (isWord(at(e)) || at(e) == 45 || at(e) == 46)) e++;
  if (e == k) return false;
  return at(e) == 61 || at(e) == 58 || (at(e) == 59 && at(k) == 97 && at(k + 1) == 109 && e - k == 3);
}

/** Whether the quoted value [s, e) is a label or a sentence: it holds blanks, and more than a passphrase or no figure behind a capital. */
export function isLabel(s: u32, e: u32): bool {
  let blanks: u32 = 0,
    figure = false;
  for (let k = s; k < e; k++) {
    if (isBlank(at(k))) blanks++;
    else if (isDigit(at(k))) figure = true;
  }
  if (blanks == 0) return false;
  const last = before(e);
  return (
    blanks > MOST_BLANKS ||
    last == 46 ||
    last == 58 ||
    last == 63 ||
    (!figure && (isUpper(at(s)) || blanks == 1))
  );
}

/** Whether the unquoted [s, e) is no value but code: a call, an index, a path of names, a word that names a type or is a keyword. */
export function isCode(s: u32, e: u32): bool {
  return readsAsCode(s, e, true);
}

/** Whether the unquoted value at s is a call or an index. */
export function isCall(s: u32, e: u32): bool {
  return readsAsCode(s, e, false);
}

function readsAsCode(s: u32, e: u32, names: bool): bool {
  let k = s,
    dots: u32 = 0,
    figures: u32 = 0;
  for (;;) {
    const from = k;
    while ((isWord(at(k)) || at(k) == 36) && k - s < MOST) {
      if (isDigit(at(k))) figures++;
      k++;
    }
    if (k == from || isDigit(at(from))) break;
    let q = k;
    while (q - k < 2 && (at(q) == 63 || at(q) == 33)) q++;
    if (at(q) != 46 || !isWord(at(q + 1)) || q >= e) break;
    dots++;
    k = q + 1;
  }
  if (k > s && (at(k) == 40 || at(k) == 91)) return dots > 0 || !figuresOnlyInside(s, k);
  if (!names) return false;
  if (k < e && at(k) == 124 && figures == 0) return true; // "required|min:8"
  if (k < e && !(at(k) == 61 || at(k) == 45 || at(k) == 59)) return false;
  if (dots > 0 && figures == 0 && k >= e) return true;
  return figures == 0 && k == e && namesPassword(s, e);
}

/** "Blue(42)": a capitalised word, figures in brackets, nothing like a call. */
function figuresOnlyInside(s: u32, open: u32): bool {
  if (at(open) != 40 || !isUpper(at(s)) || !isLower(at(s + 1))) return false;
  let k = open + 1;
  while (isDigit(at(k))) k++;
  return k > open + 1 && at(k) == 41;
}

/** Whether [s, e) is itself called a password: a variable's name. */
function namesPassword(s: u32, e: u32): bool {
  for (let k = s; k + 3 <= e; k++) {
    const c = at(k) | 0x20;
    if (c != 112) continue;
    const d = at(k + 1) | 0x20,
      f = at(k + 2) | 0x20;
    if ((d == 97 && f == 115 && (at(k + 3) | 0x20) == 115 && k + 6 <= e) || (d == 119 && f == 100))
      return true;
  }
  return false;
}
