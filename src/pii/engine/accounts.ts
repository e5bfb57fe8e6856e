// User names and passwords by the words before them: "--user name:password", "password is x", "login x pw y", "skype (x)".
// A common word is no value unless a colon says so; what is reported is the value alone.
import { commonValue } from "./assignments";
import { isBlank, isLetter, isLower, isSpace, isUpper } from "./context";
import { C_PASSWORD, C_USER, M_COMMON } from "./generated/lexicon";
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
import { isPlaceholder } from "./randomness";
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

/** "my password is x", "username: x", "login x pw y", "skype (x)": the cue word at token i. */
export function accountWordAt(i: u32): void {
  const cue = tokCue(i);
  if ((cue != C_PASSWORD && cue != C_USER) || i + 1 >= tokenCount) return;
  const password = cue == C_PASSWORD;
  let e = tokEnd(i),
    t = i + 1;
  let mark: u32 = 0; // 1: colon or equals, 2: "is", 3: bracket, 4: nothing
  let gap = tokStart(t) - e;
  if (gap > 4) return;
  for (let k = e; k < tokStart(t); k++) {
    const c = at(k);
    if (c == 58 || c == 61) mark = 1;
    else if (c == 40) mark = 3;
    else if (
      c == 10 ||
      c == 46 ||
      c == 44 ||
      c == 63 ||
      c == 33 ||
      c == 45 ||
      c == 47 ||
      c == 59 ||
      c == 39 ||
      c == 41
    )
      return;
  }
  if (mark == 0) {
    const q = tokStart(t);
    if (
      (tokLen(t) == 2 && (at(q) | 0x20) == 105 && (at(q + 1) | 0x20) == 115) ||
      (tokLen(t) == 3 && (at(q) | 0x20) == 105 && (at(q + 1) | 0x20) == 115 && (at(q + 2) | 0x20) == 116)
    ) {
      if (t + 1 >= tokenCount || tokStart(t + 1) - tokEnd(t) > 3) return;
      mark = 2;
      t++;
    } else mark = 4;
  }
  const s = tokStart(t);
  let j = s;
  while (
    j < length &&
    j - s < 80 &&
    !isSpace(at(j)) &&
    at(j) != 41 &&
    at(j) != 44 &&
    at(j) != 59 &&
    at(j) != 34
  )
    j++;
  while (j > s && (before(j) == 46 || before(j) == 33 || before(j) == 63 || before(j) == 39)) j--;
  const n = j - s;
  if (n < 3 || isPlaceholder(s, j) || commonValue(s, j)) return;
  let plain = true;
  for (let k = s; k < j; k++) if (!isLower(at(k)) && !(k == s && isLetter(at(k)))) plain = false;
  const common = (tokMarks(t) & M_COMMON) != 0 && plain;
  if (!password && isUpper(at(s)) && isUpper(at(tokStart(i))) && isUpper(at(tokStart(i) + 1))) return; // a heading in capitals
  if (!password && (at(tokStart(i)) | 0x20) == 104 && mark != 1) return; // "handle" is a verb first
  if (!password && plain && isUpper(at(s)) && tokLen(i) == 4) return; // "User: Maja" introduces a speaker
  let score = 0;
  if (mark == 1) score = common && !password ? 35 : 68;
  else if (mark == 3) score = password || common ? 0 : 66;
  else if (mark == 2) score = common ? 0 : plain ? 48 : 72;
  else if (
    !common &&
    ((tokLen(i) > 4 && (at(tokStart(i)) | 0x20) != 104) || password) &&
    (lineStart(i) || accountBefore(i))
  )
    score = 56;
  else if (!plain && !common) score = 40;
  if (score > 0) addSpan(password ? T_PASSWORD : T_USERNAME, s, j, score);
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
