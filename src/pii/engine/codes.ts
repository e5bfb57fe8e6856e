// Identifiers that mix letters and digits: IBAN, national ids, licences, plates. Gathers up to nine groups joined by single blanks or
// hyphens, writes them in capitals to SCRATCH and compares them with the issuers' layouts and check characters.
import {
  deHealthValid,
  deIdValid,
  deSocialValid,
  deVatShape,
  deaNine,
  deaValid,
  fiValid,
  itFiscalValid,
  italianU1,
  mbiValid,
  nifValid,
  ninoPrefix,
  nricValid,
  panHolder,
  ukLicenceDate,
} from "./code-checks";
import {
  bit,
  cuesAfter,
  cuesBefore,
  freeLeft,
  freeRight,
  gapKind,
  isWholeText,
  S_DASH,
  S_SPACE,
} from "./context";
import {
  C_COMPANY,
  C_DEA,
  C_HEALTH,
  C_ID,
  C_INSURANCE,
  C_LICENCE,
  C_NEG,
  C_PASSPORT,
  C_PASSWORD,
  C_SSN,
  C_TAX,
  C_VAT,
  M_COMMON,
} from "./generated/lexicon";
import { beginsIban, ibanLength, ibanValid } from "./iban";
import { addSpan, SCRATCH, TEXT, tokenCount, tokEnd, tokKind, tokLen, tokMarks, tokStart } from "./memory";
import { calledCodes, longCodes } from "./more-codes";
import { plates, postcode } from "./plates";
import { ALNUM, NUM, OTHER, UPPER } from "./token-kinds";
import * as T from "./generated/types";

const CODE: usize = SCRATCH + 128;
const MAX_CODE: u32 = 40;
/** The bit that letters have and figures have not; half of it makes a letter small. */
const LETTERS: u64 = 0x4040404040404040;
/** Times the lowest bits of eight bytes, these are the highest byte: that of the first byte its highest bit. */
const COLLECT: u64 = 0x8040201008040201;
/** Short words and figures in turn from which on they are a list: no code but an IBAN has more groups, and its are not in turn. */
const TURNS: u32 = 6;

// The tokens behind the last code found and the last IBAN: this one's check digits prove it, so nothing else begins inside.
let foundUpTo: u32 = 0;
export let ibanUpTo: u32 = 0;
export function resetCodes(): void {
  foundUpTo = 0;
  ibanUpTo = 0;
}
let bestType: i32 = 0;
let bestScore: i32 = 0;
export let near: u64 = 0;
export let lead: u64 = 0;
let bare: bool = false;
export let size: u32 = 0;
export let parts: u32 = 0;
export let sep: u32 = 0;
export let firstToken: u32 = 0;

export function code(k: u32): u32 {
  return load<u8>(CODE + k);
}

export function claim(type: i32, own: i32, cues: u64): void {
  let s = own;
  if ((near & cues) != 0) s += 45;
  if (bare) s += 30;
  if ((lead & bit(C_NEG)) != 0 && (near & cues) == 0) s -= 35;
  if (s > bestScore) {
    bestScore = s;
    bestType = type;
  }
}

/** The figures and letters of the code in reading order: a leading 1, then 1 for each figure and 0 for each letter. */
let layout: u32 = 0;

/** Layout test: `0b1_0011` is two letters and two figures. */
export function is(wanted: u32): bool {
  return layout == wanted;
}

/** The same where the places set in `either` may hold a letter or a figure; `wanted` sets them too. */
function isBut(wanted: u32, either: u32): bool {
  return (layout | either) == wanted;
}

/** Examines the code that begins at token i; returns the token to go on with, or i if there is none. */
export function codeAt(i: u32): u32 {
  const s = tokStart(i);
  if (!freeLeft(s)) return i;
  firstToken = i;
  // a row of short codes, or of short words and figures in turn, was looked at from its beginning
  if (i > 1 && tokKind(i) == ALNUM && tokLen(i) < 6 && inRow(i - 1) && inRow(i - 2)) return i;
  if (i - foundUpTo >= TURNS && inTurns(i)) return i;
  let n: u32 = 0,
    m: u32 = 0,
    t = i,
    seps: u32 = 0,
    figures: u32 = 0,
    shape: u32 = 1;
  let winner = 0,
    winnerScore = 0,
    winnerEnd: u32 = 0,
    winnerToken = i;
  let looked = false;
  let wanted: u32 = 0;
  for (;;) {
    const len = tokLen(t),
      kind = tokKind(t);
    if (n + len > MAX_CODE || kind == OTHER) break;
    // eight characters at a time; what is written behind the last one is written over
    for (let k: u32 = 0, s = TEXT + tokStart(t); k < len; k += 8) {
      const block = load<u64>(s + k),
        some = min<u32>(len - k, 8),
        bits = figureBits(block) >> (8 - some);
      store<u64>(CODE + n + k, block & ~((block & LETTERS) >> 1));
      shape = (shape << some) | bits;
      figures += popcnt<u32>(bits);
    }
    n += len;
    m++;
    if (wanted == 0 && n >= 4) wanted = ibanLength();
    const e = tokEnd(t);
    if (figures > 0 && figures < n && (n == wanted || (n >= 5 && n <= 18 && m <= 5)) && freeRight(e)) {
      size = n;
      layout = shape;
      parts = m;
      sep = seps;
      if (!looked) {
        lead = cuesBefore(i);
        looked = true;
      }
      near = lead | cuesAfter(t);
      bare = isWholeText(s, e);
      bestScore = 0;
      if (n == wanted && ibanValid(n)) {
        bestType = T.T_IBAN;
        bestScore = 98;
      } else examine();
      if (bestScore > winnerScore || (bestScore == winnerScore && bestScore > 0)) {
        winner = bestType;
        winnerScore = bestScore;
        winnerEnd = e;
        winnerToken = t;
      }
      if (winner == T.T_IBAN) break;
    }
    // only an IBAN is longer than this
    if ((wanted == 0 && (m >= 5 || n > 16)) || (wanted != 0 && n > wanted)) break;
    const g = gapKind(t);
    if ((g != S_SPACE && g != S_DASH) || m >= 9 || t + 1 >= tokenCount) break;
    if (seps != 0 && g != seps) break;
    // a blank before a longer plain word ends the code
    const next = tokKind(t + 1);
    if (
      g == S_SPACE &&
      next != NUM &&
      next != ALNUM &&
      (tokLen(t + 1) > 4 || (next != UPPER && (tokMarks(t + 1) & M_COMMON) != 0))
    ) {
      if (wanted == 0 || n + tokLen(t + 1) > wanted) break;
    }
    seps = g;
    t++;
  }
  if (winnerScore <= 0 || !addSpan(winner, s, winnerEnd, winnerScore)) return i;
  foundUpTo = winnerToken + 1;
  if (winner == T.T_IBAN) ibanUpTo = foundUpTo;
  return foundUpTo;
}

/** One bit for each of eight letters and figures, the first highest: whether it is a figure. */
function figureBits(block: u64): u32 {
  return <u32>((((~block & LETTERS) >> 6) * COLLECT) >> 56);
}

function inRow(t: u32): bool {
  return tokKind(t) == ALNUM && tokLen(t) < 6 && gapKind(t) == S_SPACE;
}

/** Whether token i goes on a row of short words and figures in turn that is longer than a code. */
function inTurns(i: u32): bool {
  // An IBAN begins with two letters and two figures, whatever stands before it.
  if (i < TURNS || tokLen(i) > 4 || beginsIban(i)) return false;
  for (let k: u32 = 1; k <= TURNS; k++) {
    const t = i - k;
    if (tokLen(t) > 4 || gapKind(t) != S_SPACE || (tokKind(t) == NUM) == (tokKind(t + 1) == NUM))
      return false;
  }
  return true;
}

function examine(): void {
  const plain = parts == 1;
  if (size < 5 || size > 18 || parts > 5) return;
  if (is(0b1_001111110) || is(0b1_00111111)) {
    if (size == 9 && ninoPrefix() && code(8) <= 68) claim(T.T_UK_NINO, 62, bit(C_ID) | bit(C_INSURANCE));
  }
  longCodes();
  if (parts > 3) return;
  if (is(0b1_111111110) || is(0b1_11111110)) {
    if (nifValid(0, size - 1)) claim(T.T_ES_NIF, 62, bit(C_ID) | bit(C_TAX));
  }
  if (is(0b1_011111110)) {
    const a = code(0);
    if (a >= 88 && a <= 90) {
      if (nifValid(1, 8)) claim(T.T_ES_NIE, 70, bit(C_ID));
    } else if (plain && nricValid()) claim(T.T_SG_NRIC, 66, bit(C_ID));
    else if (plain && (a == 83 || a == 84 || a == 70 || a == 71 || a == 77))
      claim(T.T_SG_NRIC, 35, bit(C_ID));
  }
  if (plain && size == 16 && isBut(0b1_0000001101101110, 0b0000001101101110)) {
    if (itFiscalValid()) claim(T.T_IT_FISCAL_CODE, 82, bit(C_TAX) | bit(C_ID));
  }
  if (size == 11 && mbiValid()) claim(T.T_US_MBI, plain ? 58 : 66, bit(C_HEALTH));
  if (isBut(0b1_11111101111, 0b00000000001) || (size == 10 && sep == S_DASH && is(0b1_1111111110))) {
    if (fiValid(size == 11)) claim(T.T_FI_HETU, 80, bit(C_ID));
  }
  if (plain && is(0b1_111111110111)) {
    if (deSocialValid()) claim(T.T_DE_SOCIAL_SECURITY, 72, bit(C_INSURANCE) | bit(C_SSN));
  }
  if (plain && is(0b1_0111111111)) {
    if (deHealthValid()) claim(T.T_DE_HEALTH_INSURANCE, 40, bit(C_HEALTH) | bit(C_INSURANCE));
  }
  if (plain && size == 9 && deIdValid()) {
    const passport = (near & bit(C_PASSPORT)) != 0;
    const id = (near & bit(C_ID)) != 0 && !passport;
    // "Pass" is the German passport as well as a password
    claim(id ? T.T_DE_ID_CARD : T.T_PASSPORT, 42, bit(C_PASSPORT) | bit(C_ID) | bit(C_PASSWORD));
  }
  if (plain && size == 11 && isBut(0b1_00111111111, 0b00000000001))
    claim(T.T_DRIVER_LICENCE, 35, bit(C_LICENCE));
  if (
    plain &&
    (is(0b1_0011111110) || (size == 10 && code(0) == 85 && code(1) == 49 && code(9) > 64 && italianU1()))
  )
    claim(T.T_DRIVER_LICENCE, 34, bit(C_LICENCE));
  if (
    (plain && isBut(0b1_0000011111101100, 0b0000000000001000)) ||
    (plain && size == 16 && isBut(0b1_0000011111111100, 0b0000000000011100))
  ) {
    if (ukLicenceDate()) claim(T.T_DRIVER_LICENCE, 80, bit(C_LICENCE));
  }
  if ((plain && is(0b1_01111111)) || (plain && is(0b1_011111111)) || (plain && is(0b1_0111111111111)))
    claim(T.T_DRIVER_LICENCE, size == 9 ? 24 : 12, bit(C_LICENCE));
  if (plain && is(0b1_001111111)) {
    if (deaValid()) claim(T.T_MEDICAL_LICENCE, 62, bit(C_DEA));
  }
  if (plain && is(0b1_011111111)) {
    if (deaNine()) claim(T.T_MEDICAL_LICENCE, 40, bit(C_DEA));
  }
  if (plain && is(0b1_0000011110)) claim(T.T_IN_PAN, panHolder() ? 60 : 32, bit(C_ID) | bit(C_TAX));
  if (plain && is(0b1_0001111111)) claim(T.T_IN_VOTER, 30, bit(C_ID));
  if (plain && isBut(0b1_110000011110101, 0b000000000000101) && code(13) == 90) {
    const state = <i32>(code(0) - 48) * 10 + <i32>(code(1) - 48);
    if (state >= 1 && state <= 37) claim(T.T_IN_GSTIN, 75, bit(C_VAT) | bit(C_TAX) | bit(C_COMPANY));
  }
  if (deVatShape(size)) claim(T.T_DE_VAT_ID, plain ? 62 : 55, bit(C_VAT) | bit(C_TAX));
  if (
    (is(0b1_00011111) || is(0b1_0001111) || is(0b1_000111111) || is(0b1_000111)) &&
    code(0) == 72 &&
    code(1) == 82 &&
    code(2) < 67 &&
    parts <= 2
  )
    claim(T.T_DE_HANDELSREGISTER, 70, bit(C_COMPANY));
  if (plain && (is(0b1_1111111110) || is(0b1_111111110))) {
    const year = (code(0) - 48) * 1000 + (code(1) - 48) * 100 + (code(2) - 48) * 10 + (code(3) - 48);
    if (size == 10 && year >= 1900 && year <= 2035) claim(T.T_SG_UEN, 55, bit(C_COMPANY));
    else if (size == 9) claim(T.T_SG_UEN, 30, bit(C_COMPANY));
  }
  if (plain && is(0b1_0110011110) && (code(0) == 84 || code(0) == 83 || code(0) == 82))
    claim(T.T_SG_UEN, 62, bit(C_COMPANY));
  plates();
  calledCodes();
  if (size >= 5 && size <= 7 && parts <= 2) postcode();
}
