// Signs that a name stands here in letters, chats and records: a closing above it, the name of who speaks, a possessive, a
// chat's first word. Nothing here reports anything; entities.ts and evidence.ts weigh it. Every walk is bounded.
import { isBlank, isDigit, isWord, isWordAt } from "./context";
import { capital, lineBegins, sentenceStart } from "./evidence";
import { M_ARTICLE, M_CLOSING, M_COMMON, M_GREETING } from "./generated/lexicon";
import {
  at,
  before,
  length,
  TEXT,
  tokenCount,
  tokEnd,
  tokGap,
  tokKind,
  tokLen,
  tokMarks,
  tokStart,
} from "./memory";
import { G_BLANK, G_COMMA, LOWER, TITLE } from "./token-kinds";

// Words in small letters, the first four packed into one number, the first lowest.
const IHR: u32 = 0x726869;
const MEIN: u32 = 0x6e69656d;
const DEIN: u32 = 0x6e696564;
const SEIN: u32 = 0x6e696573;
const UNSE: u32 = 0x65736e75;
const EUER: u32 = 0x72657565;
const EURE: u32 = 0x65727565;

/** Whether "mein", "dein", "sein", "ihr", "unser" or "euer", declined or not, stands before token t. */
export function germanPossessive(t: u32): bool {
  if (t == 0 || tokGap(t - 1) != G_BLANK || tokLen(t - 1) > 7) return false;
  const word = load<u32>(TEXT + tokStart(t - 1)) | 0x20202020;
  return (
    word == MEIN ||
    word == DEIN ||
    word == SEIN ||
    word == UNSE ||
    word == EUER ||
    word == EURE ||
    (word & 0xffffff) == IHR
  );
}

/** Whether token t stands for a language and not for people: "in English.", "auf Deutsch", with no word behind that it describes. */
export function namesLanguage(t: u32): bool {
  if (t == 0 || tokGap(t - 1) != G_BLANK || tokGap(t) == G_BLANK) return false;
  const b = t - 1;
  return isWordAt(b, "in") || isWordAt(b, "into") || isWordAt(b, "auf") || isWordAt(b, "en");
}

/** Whether an article or "this" follows word t: "Lea este manual", "Mark the place" open with a verb, no name stands there. */
export function articleFollows(t: u32): bool {
  const n = t + 1;
  if (n >= tokenCount || tokGap(t) != G_BLANK || tokKind(n) != LOWER || tokLen(n) > 5) return false;
  if ((tokMarks(n) & M_ARTICLE) != 0) return true;
  const c = at(tokStart(n));
  if (c == 97) return isWordAt(n, "as");
  if (c == 101) return isWordAt(n, "el") || isWordAt(n, "este") || isWordAt(n, "esta");
  if (c == 108) return isWordAt(n, "la") || isWordAt(n, "le") || isWordAt(n, "les") || isWordAt(n, "lo");
  if (c == 111) return isWordAt(n, "os");
  if (c == 116) return isWordAt(n, "the") || isWordAt(n, "this");
  return c == 117 && (isWordAt(n, "un") || isWordAt(n, "una") || isWordAt(n, "um") || isWordAt(n, "uma"));
}

/** Whether a word in capitals that ends at e is the key of a setting: "LANG=C.UTF-8", "LANG: C.UTF-8". */
export function keyOfValue(e: u32): bool {
  return at(e) == 61 || (at(e) == 58 && (isBlank(at(e + 1)) || at(e + 1) == 10));
}

/** Whether a capitalised word follows token i. */
export function nameGoesOn(i: u32): bool {
  return tokGap(i) == G_BLANK && i + 1 < tokenCount && capital(i + 1);
}

/** Whether token b opens a message: at its start, or after a greeting. */
export function chatOpening(b: u32): bool {
  return sentenceStart(b) || (tokMarks(b - 1) & M_GREETING) != 0 || tokGap(b - 1) == G_COMMA;
}

/** Whether the last line with words before token i is a closing such as "Kind regards,". */
export function afterClosing(i: u32): bool {
  if (i == 0) return false;
  let t = i - 1;
  for (let k = 0; k < 4; k++) {
    if ((tokMarks(t) & M_CLOSING) != 0) return true;
    if (t == 0 || lineBegins(t)) break;
    t--;
  }
  return false;
}

/** Whether the line right above token i, one empty line allowed, is nothing but a closing: "Un abrazo,", "Thanks". */
export function closingAbove(i: u32): bool {
  let t = i - 1,
    lines = 0;
  for (let p = tokEnd(t); p < tokStart(i); p++) {
    const c = at(p);
    if (c == 10) lines++;
    else if (!isBlank(c) && c != 44 && c != 46 && c != 33 && c != 45) return false;
  }
  if (lines > 2) return false;
  for (let k = 0; k < 5; k++) {
    const m = tokMarks(t);
    if ((m & (M_CLOSING | M_COMMON)) == 0 && tokKind(t) != LOWER) return false;
    if (t == 0 || lineBegins(t)) return true;
    if (tokGap(t - 1) != G_BLANK && tokGap(t - 1) != G_COMMA) return false;
    t--;
  }
  return false;
}

/** Points of a line of a chat: "[12:31] X: ...", "21.11.26, 12:31 - X: ...", "<X> ..."; the words from token i to j are X. */
export function speakerAt(i: u32, j: u32): i32 {
  const e = tokEnd(j),
    c = at(e),
    s = tokStart(i);
  if ((c != 58 && c != 62) || !isBlank(at(e + 1)) || tokKind(i) != TITLE || j > i + 2) return 0;
  if (c == 58) return timeLeads(s) ? 54 : 0;
  // a tag of a markup language is closed on its line or stands there alone
  if (before(s) != 60 || !isWord(at(e + 2)) || !(startsLine(s - 1) || timeLeads(s - 1))) return 0;
  for (let p = e + 2; p < length && p < e + 160 && at(p) != 10; p++) if (at(p) == 60) return 0;
  return 54;
}

function startsLine(s: u32): bool {
  return s == 0 || before(s) == 10;
}

/**
 * Whether nothing but a time of the day stands between the beginning of the line and position s. With seconds it needs a date and a
 * comma: "[12:31:05] Webpack: done" is what a program writes.
 */
function timeLeads(s: u32): bool {
  let colons = 0,
    comma = false;
  for (let p = s, k = 0; k < 28; k++) {
    if (startsLine(p)) return colons == 1 || (colons == 2 && comma);
    p--;
    const c = at(p);
    if (c == 58 && isDigit(at(p + 1)) && isDigit(before(p))) colons++;
    else if (c == 44) comma = true;
    else if (!isDigit(c) && !isBlank(c) && c != 91 && c != 93 && c != 46 && c != 45 && c != 47) return false;
  }
  return false;
}
