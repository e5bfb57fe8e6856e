// Mailboxes that are spelled or escaped: "anna(at)example.org", "anna [at] example [dot] org", "anna at gmail dot com",
// "anna%40example.org". Each walk is bounded.
import { isBlank, isLetter, isWord, isWordAt } from "./context";
import { CC_EMAIL, CLASS } from "./generated/chars";
import { T_EMAIL } from "./generated/types";
import { addSpan, at, before, tokCue, tokEnd, tokStart, tokenCount } from "./memory";
import { C_DOT } from "./generated/lexicon";
import { knownTld } from "./tlds";

const MAX_LOCAL: u32 = 64;
/** Labels of a spelled domain before its last one. */
const MAX_LABELS: u32 = 4;

/** Where the local part that ends at e begins, or e. */
function localStart(e: u32): u32 {
  let s = e;
  while (
    e - s < MAX_LOCAL &&
    (load<u8>(CLASS + before(s)) & CC_EMAIL) != 0 &&
    before(s) != 61 &&
    before(s) != 47
  )
    s--;
  while (s < e && !isWord(at(s))) s++;
  return s;
}

/** Where the mailbox begins whose domain name begins at s behind "(at)", " [at] " or "%40"; s if there is none. */
export function spelledLocal(s: u32): u32 {
  if (at(s) == 52 && at(s + 1) == 48 && before(s) == 37) {
    const from = localStart(s - 1);
    return from < s - 1 ? from : s;
  }
  let k = s;
  if (isBlank(before(k))) k--;
  const close = before(k);
  if (close != 41 && close != 93 && close != 125) return s;
  if ((at(k - 3) | 0x20) != 97 || (at(k - 2) | 0x20) != 116) return s;
  const open = at(k - 4);
  if (open != 40 && open != 91 && open != 123) return s;
  k -= 4;
  if (isBlank(before(k))) k--;
  const from = localStart(k);
  return from < k ? from : s;
}

/** The word "dot" at token i before a last label: the labels, "at" and the local part stand before it. */
export function spelledMailAt(i: u32): void {
  if (i < 2 || i + 1 >= tokenCount || !isWordAt(i, "dot") || !near(i) || !near(i - 1)) return;
  const e = tokEnd(i + 1);
  if (!knownTld(tokStart(i + 1), e)) return;
  if (i + 2 < tokenCount && tokCue(i + 2) == C_DOT && near(i + 1)) return; // another label follows
  let t = i - 1;
  for (let k: u32 = 0; k < MAX_LABELS && t > 2 && near(t - 1) && near(t - 2) && isWordAt(t - 1, "dot"); k++)
    t -= 2;
  const host = tokStart(t);
  let end = host;
  if (before(host) == 64) end = host - 1;
  else if (t > 1 && near(t - 1) && near(t - 2) && isWordAt(t - 1, "at")) end = tokEnd(t - 2);
  if (end == host) return;
  const s = localStart(end);
  if (s < end) addSpan(T_EMAIL, s, e, 84);
}

/** Whether only a blank or brackets part token t from the next. */
function near(t: u32): bool {
  const from = tokEnd(t),
    to = tokStart(t + 1);
  if (to - from > 3) return false;
  for (let k = from; k < to; k++) {
    const c = at(k);
    if (!isBlank(c) && c != 40 && c != 41 && c != 91 && c != 93 && c != 123 && c != 125) return false;
  }
  return true;
}

/** Whether what begins at s stands between "//" and the '@' of a URL, behind a colon: a password with an '@' in it, not a mailbox. */
export function insidePassword(s: u32): bool {
  let colon = false;
  for (let i = s; s - i < MAX_LOCAL; i--) {
    const c = before(i);
    if (c == 58) colon = true;
    else if (c == 47) return colon && at(i - 2) == 47 && at(i - 3) == 58;
    else if (
      !isWord(c) &&
      !isLetter(c) &&
      (c < 33 || c == 34 || c == 39 || c == 44 || c == 59 || c == 60 || c == 62)
    )
      return false;
  }
  return false;
}
