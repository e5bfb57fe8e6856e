// Where the value behind a password word or identifier ends, and whether it is none: code that fetches one, a type, a template.
// Looks a bounded way from the value's beginning and keeps nothing but where it looked last.
import { isBlank, isDigit, isLetter, isLower, isSpace, isUpper, isWord } from "./context";
import { at, before, length } from "./memory";

/** Longest password that is looked for, in folded characters. */
const MOST: u32 = 120;
/** Blanks in a quoted passphrase; a quoted text with more is a sentence. */
const MOST_BLANKS: u32 = 5;
/** Longest name of an element between '<' and '>'. */
const MOST_ELEMENT: u32 = 32;
/** Values that are looked for inside an unbroken run: more words that announce one make it no setting. */
const MOST_LOOKS: u32 = 2;

// Where the last look began, where the longest of its run ended, and how many there were in it. Reset with every scan.
let lookStart: u32 = 0;
let lookEnd: u32 = 0;
let looks: u32 = 0;
export function resetLooks(): void {
  lookStart = 0;
  lookEnd = 0;
  looks = 0;
}

/** Whether the value at v may be looked at: "pin|pin|pin|" would be walked anew behind each word. A look further back begins anew. */
export function mayLook(v: u32): bool {
  if (v >= lookEnd || v <= lookStart) {
    looks = 0;
    lookEnd = v;
  }
  lookStart = v;
  looks++;
  return looks <= MOST_LOOKS;
}

/** Remembers that a look reached e; returns e. */
export function looked(e: u32): u32 {
  if (e > lookEnd) lookEnd = e;
  return e;
}

/** The end of the password that begins at v. A quoted one goes on to its closing quote, another to a blank or what parts settings. */
export function passwordEnd(v: u32): u32 {
  if (!mayLook(v)) return v;
  if (isQuote(before(v))) {
    const e = quotedEnd(v, before(v));
    if (e > v) return looked(e);
  }
  let k = v,
    open = 0,
    query = 0; // 1: the value stands in one, -1: it does not, 0: nothing has asked
  for (; k < length && k - v < MOST; k++) {
    const c = at(k),
      next = at(k + 1);
    if (isWord(c)) continue; // most are letters and figures: nothing below asks for one
    if (isSpace(c) || c == 34 || c == 0x80 || c == 0x81) break;
    if ((c == 39 || c == 62 || c == 96) && !isWord(next)) break;
    if ((c == 60 && isElement(k)) || (c == 92 && isEscape(k))) break;
    if (c == 40 || c == 91 || c == 123) open++;
    else if (c == 41 || c == 93 || c == 125) {
      if (open > 0) open--;
      else if (!isWord(next)) break;
    } else if (c == 38 && parameterFollows(k + 1)) {
      if (query == 0) query = inQuery(v) ? 1 : -1;
      if (query > 0 || (before(v) == 61 && pairFollows(k + 1))) break;
    } else if ((c == 44 || c == 59) && (!isWord(next) || parameterFollows(k + 1))) break;
  }
  looked(k);
  while (k > v && (before(k) == 46 || before(k) == 63 || before(k) == 39)) k--;
  return k;
}

function isQuote(c: u32): bool {
  return c == 34 || c == 39 || c == 96;
}

/** Whether the '<' at k is markup: "</", or only letters up to the '>'. */
function isElement(k: u32): bool {
  if (at(k + 1) == 47) return true;
  let e = k + 1;
  while (e - k < MOST_ELEMENT && isLetter(at(e))) e++;
  return e > k + 1 && (at(e) == 62 || (at(e) == 47 && at(e + 1) == 62));
}

/** Whether the backslash at k escapes a quote, or writes the line end or tab before one. Other written line ends are blanks by now. */
function isEscape(k: u32): bool {
  const c = at(k + 1);
  return isQuote(c) || ((c == 110 || c == 114 || c == 116) && isQuote(at(k + 2)));
}

/** Whether a '?' or an '&' stands before the key of the value at v, nothing between that ends a URL. */
function inQuery(v: u32): bool {
  for (let s = v; v - s < MOST; s--) {
    const c = before(s);
    if (c == 63 || c == 38) return true;
    if (isSpace(c) || isQuote(c) || c == 60 || c == 62) return false;
  }
  return false;
}

/** Whether the parameter at k is followed by another one: "password=x&a=1&b=2". */
function pairFollows(k: u32): bool {
  for (let e = k; e - k < MOST && !isSpace(at(e)) && !isQuote(at(e)); e++)
    if (at(e) == 38) return parameterFollows(e + 1);
  return false;
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

/** Whether another setting begins at k: a name, then '=' or a colon; behind "amp;" too, as HTML writes an '&'. */
function parameterFollows(k: u32): bool {
  let e = k;
  while (e - k < 32 && (isWord(at(e)) || at(e) == 45 || at(e) == 46)) e++;
  if (e == k) return false;
  if (at(e) == 59 && at(k) == 97 && at(k + 1) == 109 && e - k == 3) return parameterFollows(e + 1);
  return at(e) == 61 || at(e) == 58;
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
