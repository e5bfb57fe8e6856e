// User names and passwords by the words before them: "--user name:password", "password is x", "login x pw y", "skype (x)".
// A common word is no value unless a colon says so; what is reported is the value alone.
import { commonValue } from "./assignments";
import { isBlank, isDigit, isLetter, isLower, isSpace, isUpper, isWord, isWordAt } from "./context";
import { C_COMMAND, C_DOT, C_KEY, C_NEG, C_PASSWORD, C_SWIFT, C_USER, M_COMMON } from "./generated/lexicon";
import { T_PASSWORD, T_SECRET, T_USERNAME } from "./generated/types";
import {
  addSpan,
  at,
  before,
  length,
  tokCue,
  tokenCount,
  tokEnd,
  tokLen,
  tokMarks,
  tokStart,
} from "./memory";
import { isFiller, isPlaceholder, isUuid, looksRandom } from "./randomness";
import { bankCodeBehind } from "./bank-details";
import { commandPasswordAt } from "./commands";
import { spelledMailAt } from "./spelled-mail";
import { isCall, isCode, isLabel, looked, mayLook, passwordEnd } from "./values";
import { wordMarks } from "./word-lookup";

/** "--user name:password" and "-u name:password" of a command line, from the token at i. */
export function commandUserAt(i: u32): void {
  const s = tokStart(i),
    e = tokEnd(i);
  const long = e - s == 4 && at(s) == 117 && at(s + 1) == 115 && before(s) == 45 && at(s - 2) == 45;
  const short = e - s == 1 && at(s) == 117 && before(s) == 45 && (s < 2 || isBlank(at(s - 2)));
  if ((!long && !short) || (!isBlank(at(e)) && at(e) != 61)) return;
  let v = e + 1;
  while (isBlank(at(v)) && v - e < 4) v++;
  const open = v;
  let j = v,
    colon: u32 = 0,
    quote: u32 = 0;
  while (j < length && j - v < 200) {
    const c = at(j);
    if (c == 34 || c == 39) {
      if (quote == 0) quote = c;
      else if (quote == c) quote = 0;
    } else if ((isSpace(c) && quote == 0) || c == 10) break;
    if (c == 58 && colon == 0) colon = j;
    if (c == 36) return;
    j++;
  }
  if (colon == 0) return;
  let p = colon + 1,
    q = j;
  while (at(p) == 34 || at(p) == 39 || at(p) == 123) p++;
  while (q > p && (before(q) == 34 || before(q) == 39 || before(q) == 125)) q--;
  if (q - p < 4 || isPlaceholder(p, q) || at(p) == 91) return;
  let letters = true;
  for (let k = p; k < q; k++) if (!isLetter(at(k))) letters = false;
  if (letters && (q - p < 9 || (wordMarks(p, q) & M_COMMON) != 0)) return;
  addSpan(T_SECRET, open, j, 80);
}

/** The cues that something is looked for behind; "ordine" is one of the words that weaken. */
const OURS: u64 =
  ((<u64>1) << (<u64>C_USER)) |
  ((<u64>1) << (<u64>C_PASSWORD)) |
  ((<u64>1) << (<u64>C_SWIFT)) |
  ((<u64>1) << (<u64>C_KEY)) |
  ((<u64>1) << (<u64>C_DOT)) |
  ((<u64>1) << (<u64>C_COMMAND)) |
  ((<u64>1) << (<u64>C_NEG));

/** "my password is x", "username: x", "login x pw y", "skype (x)": the cue word at token i. */
export function accountWordAt(i: u32): void {
  const cue = tokCue(i);
  if (((OURS >> (<u64>cue)) & 1) == 0 || i + 1 >= tokenCount) return;
  if (cue == C_SWIFT) {
    bankCodeBehind(i);
    return;
  }
  if (cue == C_KEY) {
    keyWordAt(i);
    return;
  }
  if (cue == C_DOT) {
    spelledMailAt(i);
    return;
  }
  if (cue == C_COMMAND || (cue == C_USER && isWordAt(i, "login"))) commandPasswordAt(i);
  if (!isPasswordPhrase(i) && cue != C_USER) return;
  const password = cue != C_USER,
    e = tokEnd(i),
    option = before(tokStart(i)) == 45 && at(tokStart(i) - 2) == 45; // "--password x"
  let mark = markBehind(i);
  if (mark == L_NONE) return;
  let t = i + 1;
  if (mark == L_BLANK) {
    if (isCopula(t)) {
      if (t + 1 >= tokenCount || tokStart(t + 1) - tokEnd(t) > 3) return;
      mark = L_IS;
      t++;
    }
  } else if (mark == L_SHORT) {
    mark = L_IS;
    t++;
  }
  let s = tokStart(t);
  for (let k = t > i + 1 ? tokEnd(t - 1) : e; k < s; k++) {
    const c = at(k);
    if (c == 36 || c == 60 || c == 123 || c == 93 || c == 37 || c == 10) return; // "${", "<your", "%s"
    if (t > i + 1 && (c == 58 || c == 61)) mark = L_COLON; // "ist: x"
  }
  const quoted = before(s) == 34 || before(s) == 39 || before(s) == 96,
    j = password ? passwordEnd(s) : nameEnd(s),
    n = j - s;
  if (n < 3 || isPlaceholder(s, j) || commonValue(s, j) || (quoted && isLabel(s, j))) return;
  // a user name may hold stops: only what '=' sets can be a path of names
  if (
    !quoted &&
    mark == L_COLON &&
    (password || at(e) == 61 || at(e + 1) == 61 ? isCode(s, j) : isCall(s, j))
  )
    return;
  let plain = true,
    figures: u32 = 0,
    hyphens: u32 = 0;
  for (let k = s; k < j; k++) {
    const c = at(k);
    if (c == 45) hyphens++;
    else if (isDigit(c)) figures++;
    if (!isLower(c) && c != 45 && !(k == s && isLetter(c))) plain = false;
  }
  if (hyphens > 2) plain = false; // a phrase in hyphens
  if (!password && figures == n && n < 5) return; // an index
  const common = (tokMarks(t) & M_COMMON) != 0 && plain,
    size = tokLen(i),
    head = at(tokStart(i)) | 0x20;
  if (password && head == 112 && (size == 3 || size == 4) && !shortCue(i, mark, plain, figures, n)) return;
  if (!password && isUpper(at(s)) && isUpper(at(tokStart(i))) && isUpper(at(tokStart(i) + 1))) return; // a heading in capitals
  if (!password && head == 104 && mark != L_COLON) return; // "handle" is a verb first
  if (!password && plain && isUpper(at(s)) && size == 4) return; // "User: Maja" introduces a speaker
  let score = 0;
  if (mark == L_COLON) score = common && !password ? 35 : 68;
  else if (mark == L_BRACKET) score = password || common ? 0 : 66;
  else if (mark == L_IS) score = common ? 0 : plain ? 48 : 72;
  else if (password && (option || (quoted && !plain))) score = 74;
  else if (!common && ((size > 4 && head != 104) || password) && (lineStart(i) || accountBefore(i)))
    score = 56;
  else if (!plain && !common) score = 40;
  if (score > 0) addSpan(password ? T_PASSWORD : T_USERNAME, s, j, score);
}

const L_NONE: u32 = 0;
const L_COLON: u32 = 1;
const L_IS: u32 = 2;
const L_BRACKET: u32 = 3;
const L_BLANK: u32 = 4;
/** "the password's x" */
const L_SHORT: u32 = 5;

/** What stands between token i and the next, as one of the L_ constants; L_NONE if they do not belong together. */
function markBehind(i: u32): u32 {
  const e = tokEnd(i),
    s = tokStart(i + 1);
  if (s - e > 4) return L_NONE;
  if (s - e == 1 && at(e) == 39)
    return tokLen(i + 1) == 1 && at(s) == 115 && i + 2 < tokenCount ? L_SHORT : L_NONE;
  let mark = L_BLANK;
  for (let k = e; k < s; k++) {
    const c = at(k);
    if (c == 58 || c == 61) mark = L_COLON;
    else if (c == 40) mark = k > e ? L_BRACKET : L_NONE;
    else if (!isBlank(c) && (c < 34 || c == 41 || (c > 43 && c < 48) || c == 59 || c == 63 || c == 95))
      return L_NONE;
    else if (c == 39 && mark == L_BLANK && k == e) return L_NONE;
  }
  return mark;
}

/** "is" in six languages. */
function isCopula(t: u32): bool {
  const s = tokStart(t),
    a = at(s) | 0x20,
    b = at(s + 1) | 0x20,
    c = at(s + 2) | 0x20;
  switch (tokLen(t)) {
    case 1:
      return a == 101; // è, é
    case 2:
      return (a == 105 || a == 101) && b == 115; // is, es
    case 3:
      return (
        (a == 119 && b == 97 && (c == 115 || c == 114)) || ((a == 105 || a == 101) && b == 115 && c == 116)
      ); // was, war, ist, est
    case 6:
      return a == 108 && b == 97 && c == 117 && (at(s + 5) | 0x20) == 116; // lautet
    default:
      return false;
  }
}

/** Whether token i is a password word, or the last one of "mot de passe", "palavra-passe", "parola d'ordine". */
function isPasswordPhrase(i: u32): bool {
  const cue = tokCue(i),
    n = tokLen(i),
    head = at(tokStart(i)) | 0x20;
  if (cue != C_PASSWORD) {
    return cue == C_NEG && n == 6 && head == 111 && i > 1 && tokLen(i - 1) == 1 && isWordAt(i - 2, "parola");
  }
  if (n != 5 || !isWordAt(i, "passe")) return true;
  return i > 0 && (isWordAt(i - 1, "palavra") || (i > 1 && tokLen(i - 1) == 2 && isWordAt(i - 2, "mot")));
}

/** "pin" and "pass" are words of their own: a PIN has figures, "pass" needs a colon and a value that is neither a word nor a count. */
function shortCue(i: u32, mark: u32, plain: bool, figures: u32, n: u32): bool {
  const second = at(tokStart(i) + 1) | 0x20;
  if (second == 105) return figures > 0;
  if (second != 97 || tokLen(i) != 4) return true;
  return (mark == L_COLON || accountBefore(i)) && !plain && figures < n && before(tokStart(i)) != 64;
}

/** "my api key is x", "the token is x", "--api-key x": what follows counts if it looks random. */
function keyWordAt(i: u32): void {
  let t = i + 1;
  const mark = markBehind(i);
  if (mark != L_BLANK && mark != L_SHORT) return; // behind a colon it is an assignment
  if (mark == L_SHORT || isCopula(t)) t++;
  if (t >= tokenCount || tokStart(t) - tokEnd(t - 1) > 3 || isPublic(i)) return;
  const s = tokStart(t);
  for (let k = tokEnd(t - 1); k < s; k++)
    if (at(k) == 10 || at(k) == 46 || at(k) == 44 || at(k) == 43) return; // "key+key" is a run of its own
  let j = s;
  while (
    j - s < 200 &&
    (isWord(at(j)) || at(j) == 45 || at(j) == 43 || at(j) == 47 || at(j) == 46 || at(j) == 61)
  )
    j++;
  while (j > s && before(j) == 46) j--;
  if (j - s < 16 || isUuid(s, j) || isPlaceholder(s, j) || !looksRandom(s, j) || isFiller(s, j, 50)) return;
  addSpan(T_SECRET, s, j, t > i + 1 ? 70 : 60);
}

/** "public key", "primary key" and the like are shown to everybody. */
function isPublic(i: u32): bool {
  if (i == 0 || tokStart(i) - tokEnd(i - 1) > 1) return false;
  return (
    isWordAt(i - 1, "public") ||
    isWordAt(i - 1, "primary") ||
    isWordAt(i - 1, "foreign") ||
    isWordAt(i - 1, "cache") ||
    isWordAt(i - 1, "object") ||
    isWordAt(i - 1, "partition")
  );
}

/** The end of the user name at s; s itself if code stands there. */
function nameEnd(s: u32): u32 {
  if (!mayLook(s)) return s;
  let j = s;
  while (j < length && j - s < 80) {
    const c = at(j);
    if (isWord(c)) {
      j++;
      continue;
    }
    if (isSpace(c) || c == 41 || c == 44 || c == 59 || c == 34 || c == 96 || c == 125 || c == 93) break;
    if (c == 123 || c == 61 || c == 60 || c == 62) {
      looked(j);
      return s;
    }
    j++;
  }
  looked(j);
  while (j > s && (before(j) == 46 || before(j) == 33 || before(j) == 63 || before(j) == 39)) j--;
  if (at(s) == 104 && at(s + 1) == 116 && at(s + 2) == 116 && at(s + 3) == 112) return s;
  return j;
}

function lineStart(i: u32): bool {
  const s = tokStart(i);
  return s == 0 || before(s) == 10;
}
function accountBefore(i: u32): bool {
  return (
    i >= 2 && (tokCue(i - 2) == C_USER || tokCue(i - 2) == C_PASSWORD) && tokStart(i) - tokEnd(i - 2) < 40
  );
}
