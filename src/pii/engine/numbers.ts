// Gathers digit groups that may belong together and asks every digit-only recogniser about each stretch of them.
// At most eight groups and twenty digits are looked at from any start, so the work per byte is bounded.
import {
  cuesAfter,
  cuesBefore,
  freeLeft,
  freeRight,
  gapKind,
  isDigit,
  isWholeText,
  isWord,
  S_DOT,
  S_NONE,
  S_SPACE,
} from "./context";
import { addSpan, at, before, SCRATCH, TEXT, tokEnd, tokKind, tokLen, tokStart, tokenCount } from "./memory";
import { ALNUM, NUM } from "./token-kinds";
import { digit, number } from "./checksums";
import { T_CARD } from "./generated/types";
import { matchIds } from "./national-ids";
import { matchMoreIds, matchRutK } from "./more-ids";
import { matchBankDetails } from "./bank-details";
import { matchFinancial } from "./financial";
import { matchPhone, phoneTail } from "./phones";

const MAX_GROUPS: u32 = 8;
/** Equal groups in a row from which on they are a table: no number that is looked for has more. */
const LONG_ROW: u32 = 6;
/** No number that is looked for has fewer. */
const FEWEST_DIGITS: u32 = 6;
export const MAX_DIGITS: u32 = 20;
/** Figures of the shortest card that stands without a cue, and its score. */
const CARD_DIGITS: u32 = 15;
const CARD_SCORE: i32 = 80;
/** The French RIB alone is longer: groups of five, five, eleven and two figures, or all at once. */
const RIB_LEAD: u32 = 0x55b;
const RIB_DIGITS: u32 = 23;
/** The numbers of figures that some number has, one bit each: six to nineteen, and the RIB's. */
const NUMBER_DIGITS: u32 = ((1 << 20) - (1 << FEWEST_DIGITS)) | (1 << RIB_DIGITS);
/** Eight characters "0": a figure's value is what it differs in. */
const ZEROS: u64 = 0x3030303030303030;
const GROUP_LENGTHS: usize = SCRATCH + 64;
const GROUP_GAPS: usize = SCRATCH + 80;

const MIXED_GAP: u32 = 255;

// The stretch under examination. Plain numbers, reset for every stretch.
export let digits: u32 = 0;
export let groups: u32 = 0;
export let uniform: u32 = 0;
export let firstToken: u32 = 0;
export let before64: u64 = 0;
export let near64: u64 = 0;
export let bare: bool = false;
export let start: u32 = 0;
export let end: u32 = 0;
export let plus: bool = false;

// The token behind the last number found: a list of numbers is no table.
let foundUpTo: u32 = 0;
export function resetNumbers(): void {
  foundUpTo = 0;
}

let bestType: i32 = 0;
let bestScore: i32 = 0;

export function group(k: u32): u32 {
  return load<u8>(GROUP_LENGTHS + k);
}
export function gap(k: u32): u32 {
  return load<u8>(GROUP_GAPS + k);
}
export function has(cue: u64): bool {
  return (near64 & cue) != 0;
}
export function hasBefore(cue: u64): bool {
  return (before64 & cue) != 0;
}

/** A recogniser's claim on the present stretch; the best claim wins. */
export function claim(type: i32, score: i32): void {
  if (score > bestScore) {
    bestScore = score;
    bestType = type;
  }
}

/** The group lengths, four bits each, the last group lowest; fifteen stands for more as well. */
let lengths: u32 = 0;

/** Whether the present stretch has exactly these group lengths: 0x324 is three figures, two, four. */
export function shape(wanted: u32): bool {
  return lengths == wanted;
}

/** Examines the number that begins at token i; returns the token to go on with. */
export function numberAt(i: u32): u32 {
  const s = tokStart(i);
  if (tokLen(i) < FEWEST_DIGITS && !goesOn(i)) return i + 1;
  if (i > 1 && tokLen(i) <= 2 && inTable(i - 1) && inTable(i - 2)) return i + 1;
  if (i - foundUpTo >= LONG_ROW && inLongRow(i)) return i + 1;
  let left = s;
  plus = false;
  // an opening bracket and a plus sign belong to a telephone number
  if (before(left) == 40) left--;
  if (before(left) == 43) {
    plus = true;
    left--;
  }
  if (before(left) == 40 && left > 0 && plus) left--;
  const clean = freeLeft(s) || (plus && freeLeft(left)) || (left < s && freeLeft(left));
  if (!clean && (tokLen(i) < 4 || !looselyGlued(before(s)))) return i + 1;
  let b64: u64 = 0,
    looked = false;

  let winner: i32 = 0,
    winnerScore: i32 = 0,
    winnerEnd: u32 = 0,
    winnerToken: u32 = i,
    winnerStart: u32 = s;
  let n: u32 = 0,
    m: u32 = 0,
    seps: u32 = 0,
    pairs = true,
    sizes: u32 = 0;
  let t = i;
  for (;;) {
    const lead: u32 = tokKind(t) == NUM ? 0 : extensionLead(t),
      len: u32 = lead > 0 ? lead : tokLen(t);
    if (n + len > MAX_DIGITS && !(sizes == RIB_LEAD >> 4 && len == 11) && n + len != RIB_DIGITS) break;
    // eight figures at a time; what is written behind the last one is written over
    for (let k: u32 = 0, s = TEXT + tokStart(t); k < len; k += 8)
      store<u64>(SCRATCH + n + k, load<u64>(s + k) ^ ZEROS);
    if (len > 2) pairs = false; // pairs in a long row are a table, not a number
    n += len;
    sizes = (sizes << 4) | min<u32>(len, 15);
    store<u8>(GROUP_LENGTHS + m, len);
    m++;
    const g = gapKind(t);
    store<u8>(GROUP_GAPS + m - 1, g);
    // a stretch ends here: examine it if nothing is glued to its right
    const e = tokStart(t) + len;
    if (m >= 5 && n == m) break; // single figures in a row are no number
    const free = clean && (lead > 0 || freeRight(e)),
      row = pairs && m > 6 && !(plus || abroad(t));
    const letter = !free && clean && (n == 7 || n == 8) && endsInK(e);
    if (
      ((NUMBER_DIGITS >> n) & 1) != 0 &&
      ((free && !row) || letter || (!free && n >= CARD_DIGITS && looselyGlued(at(e))))
    ) {
      if (!looked) {
        b64 = cuesBefore(i);
        looked = true;
      }
      digits = n;
      groups = m;
      lengths = sizes;
      uniform = seps;
      firstToken = i;
      before64 = b64;
      near64 = b64 | cuesAfter(t);
      start = left < s ? left : s;
      end = e;
      bare = isWholeText(start, e);
      bestScore = 0;
      if (free) examine();
      else if (letter) matchRutK();
      else examineCard();
      if (bestScore > 0 && bestScore >= winnerScore) {
        winner = bestType;
        winnerScore = bestScore;
        winnerEnd = letter ? e + 2 : e;
        winnerToken = letter ? t + 1 : t;
      }
    }
    if (row) break;
    if (lead > 0 || g == S_NONE || m >= MAX_GROUPS || t + 1 >= tokenCount) break;
    if (tokKind(t + 1) != NUM && extensionLead(t + 1) == 0) break;
    seps = m == 1 ? g : seps == g ? g : MIXED_GAP;
    t++;
  }
  if (winnerScore > 0) {
    const isPhone = winner == phoneType;
    winnerStart = isPhone ? phoneStart(left, s, winnerEnd) : s;
    if (isPhone) winnerEnd = phoneTail(winnerEnd);
    if (addSpan(winner, winnerStart, winnerEnd, winnerScore)) {
      foundUpTo = winnerToken + 1;
      return foundUpTo;
    }
  }
  return i + 1;
}

/** Whether the pairs up to token t begin with "00", and no table goes on behind them. */
function abroad(t: u32): bool {
  return digit(0) + digit(1) == 0 && group(0) == 2 && (gapKind(t) != S_SPACE || tokKind(t + 1) != NUM);
}

/** Whether "-K" and no more of a word stands at e, the check place of a Chilean number. */
function endsInK(e: u32): bool {
  return at(e) == 45 && (at(e + 1) | 0x20) == 107 && !isWord(at(e + 2));
}

/** Whether a card may be glued to something by c: a field of a record, a name, a date of expiry. */
function looselyGlued(c: u32): bool {
  return c == 95 || !(isWord(c) || c == 46 || c == 36 || c == 37 || c == 64);
}

/** Whether another group of figures may belong to the one at token i. */
function goesOn(i: u32): bool {
  if (i + 1 >= tokenCount) return false;
  const kind = tokKind(i + 1);
  return (kind == NUM || kind == ALNUM) && gapKind(i) != S_NONE;
}

/** Whether token t and the next are short figures in a row of such: a table of numbers, already looked at from its beginning. */
function inTable(t: u32): bool {
  return tokKind(t) == NUM && tokLen(t) <= 2 && gapKind(t) == S_SPACE;
}

/** Whether more equal groups than any number has stand before token i: a table, already looked at from its beginning. */
function inLongRow(i: u32): bool {
  if (i < LONG_ROW) return false;
  const size = tokLen(i);
  // Years may stand before a card, whose groups are as long.
  if (size == 4) return false;
  for (let k: u32 = 1; k <= LONG_ROW; k++) {
    const t = i - k;
    if (tokLen(t) != size || tokKind(t) != NUM || gapKind(t) != S_SPACE) return false;
  }
  return true;
}

const phoneType: i32 = 2; // T_PHONE; the types test holds it

/** A bracket opened before the number belongs to it only if it closes inside. */
function phoneStart(left: u32, s: u32, e: u32): u32 {
  if (left == s) return s;
  if (at(left) == 40 || (s > 0 && before(s) == 40)) {
    for (let k = s; k < e; k++) if (at(k) == 41) return left;
    return at(left) == 43 || before(s) == 43 ? s - 1 : s;
  }
  return left;
}

/** Length of the figures before an "x" and more figures, as in "3560x4587"; 0 for any other token. */
function extensionLead(t: u32): u32 {
  const s = tokStart(t),
    e = tokEnd(t);
  let k = s;
  while (k < e && isDigit(at(k))) k++;
  if (k - s < 3 || (at(k) | 0x20) != 120 || e - k > 7) return 0;
  for (let q = k + 1; q < e; q++) if (!isDigit(at(q))) return 0;
  return k - s;
}

/** Two years with a hyphen, a decimal fraction: figures that are plainly something else. */
function isOtherFigure(): bool {
  if (groups == 2 && group(0) == 4 && group(1) == 4) {
    const a = number(0, 2),
      b = number(4, 2);
    return (a == 19 || a == 20) && (b == 19 || b == 20);
  }
  return group(0) == 1 && gap(0) == S_DOT && digit(0) == 0 && !plus;
}

/** Check digits and an issuer's range hold for few numbers: a card is one even where something is glued to it. */
function examineCard(): void {
  matchFinancial();
  if (bestType != T_CARD || bestScore < CARD_SCORE) bestScore = 0;
}

function examine(): void {
  if (isOtherFigure()) return;
  matchFinancial();
  matchBankDetails();
  matchIds();
  matchMoreIds();
  matchPhone();
}
