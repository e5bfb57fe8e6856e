// Further digit-only national and business numbers, found by their own name, a layout that is theirs alone, or strong check digits.
// The check of each is that of the python-stdnum module named beside it.
import { bit, S_DASH, S_DOT, S_SPACE, S_SLASH, wordBefore } from "./context";
import { C_COMPANY, C_ID, C_INSURANCE, C_SSN, C_TAX } from "./generated/lexicon";
import { T_CA_SIN, T_FI_HETU, T_NATIONAL_ID, T_NL_BSN } from "./generated/types";
import * as check from "./checksums";
import { digit, number } from "./checksums";
import { claim, digits, firstToken, gap, groups, has, hasBefore, plus, shape, uniform } from "./numbers";

/** The kinds of cue that all names below have. */
const NAMES: u64 =
  ((<u64>1) << (<u64>C_ID)) |
  ((<u64>1) << (<u64>C_TAX)) |
  ((<u64>1) << (<u64>C_INSURANCE)) |
  ((<u64>1) << (<u64>C_SSN));

/** Whether the word stands right before the number; without one of their cues none of them does. */
function named(word: string): bool {
  return hasBefore(NAMES) && wordBefore(firstToken, 4, word);
}

export function matchMoreIds(): void {
  if (plus) return;
  const n = digits;
  if (n == 8 || n == 9) eightOrNine(n);
  else if (n == 10) ten();
  else if (n == 11) {
    if (groups == 1 && check.isMod1110(11) && named("oib")) claim(T_NATIONAL_ID, 88); // hr.oib
    if (groups == 1 && check.isCuit() && (named("cuit") || named("cuil"))) claim(T_NATIONAL_ID, 90); // ar.cuit
  } else if (n == 13) {
    if (groups == 1 && check.isCnp() && named("cnp")) claim(T_NATIONAL_ID, 90); // ro.cnp
    if (isSpi()) {
      if (shape(0x22333) && uniform == S_SPACE) claim(T_NATIONAL_ID, 82);
      else if (groups == 1 && has(bit(C_TAX))) claim(T_NATIONAL_ID, 75);
    }
  } else if (n == 14) {
    if (shape(0x3335) && uniform == S_SPACE && check.luhn(0, 14) && digit(0) > 0) {
      claim(T_NATIONAL_ID, has(bit(C_COMPANY)) ? 85 : 56); // fr.siret
    }
  } else if (n == 18 && groups == 1 && isResident()) claim(T_NATIONAL_ID, 86);
}

function eightOrNine(n: u32): void {
  if (n == 9) {
    // nl.bsn; also grouped as on Dutch papers
    const called = shape(0x333) && uniform == S_SPACE && named("bsn");
    if ((groups == 1 || called || (shape(0x423) && uniform == S_DOT)) && check.isBsn()) {
      if (named("bsn") || named("burgerservicenummer") || named("sofinummer")) claim(T_NL_BSN, 96);
      else if (groups > 1) claim(T_NL_BSN, 60);
    }
    // ca.sin: one that begins with 0 is given to nobody, and stands in forms and examples
    if (digit(0) == 0 && shape(0x333) && check.luhn(0, 9) && named("sin")) claim(T_CA_SIN, 80);
    // "social insurance number" holds the American word too
    if (
      !shape(0x324) &&
      check.luhn(0, 9) &&
      digit(0) > 0 &&
      hasBefore(bit(C_INSURANCE)) &&
      named("insurance") &&
      named("social")
    )
      claim(T_CA_SIN, 97);
  }
  israeli(n);
  // nz.ird
  if (
    (groups == 1 || ((shape(0x233) || shape(0x333)) && (uniform == S_DASH || uniform == S_SPACE))) &&
    named("ird")
  )
    if (isIrd(n)) claim(T_NATIONAL_ID, 80);
  // cl.rut: figures in threes with stops, then a hyphen
  const stops = (shape(0x1331) || shape(0x2331)) && gap(0) == S_DOT && gap(1) == S_DOT && gap(2) == S_DASH;
  if ((stops || ((shape(0x81) || shape(0x71)) && uniform == S_DASH && named("rut"))) && isRut(n))
    claim(T_NATIONAL_ID, stops ? 84 : 80);
}

function ten(): void {
  // at.vnr: serial, check digit, date of birth; the month may be 13 to 15
  if ((groups == 1 || (shape(0x46) && uniform == S_SPACE)) && isAustrian()) {
    if (has(bit(C_INSURANCE)) || named("svnr")) claim(T_NATIONAL_ID, 84);
    else if (groups == 2) claim(T_NATIONAL_ID, 52);
  }
  if (groups == 1 && check.isEgn() && named("egn")) claim(T_NATIONAL_ID, 90); // bg.egn
  // cz.rc
  if (uniform == S_SLASH && shape(0x64) && named("rodne")) claim(T_NATIONAL_ID, 80);
  // fi.hetu: its check place may be a figure
  if (shape(0x64) && uniform == S_DASH && (named("hetu") || named("henkilotunnus")) && isHetu())
    claim(T_FI_HETU, 90);
}

/** cn.ric: region, date of birth, serial, ISO 7064 mod 11, 2. `last` is the check place. */
export function residentCheck(sum: i32, last: i32): bool {
  return (12 - (sum % 11)) % 11 == last;
}
export function residentWeight(k: u32): i32 {
  let w = 1;
  for (let i = k; i < 17; i++) w = (w * 2) % 11;
  return w;
}
function isResident(): bool {
  const year = number(6, 4);
  if (digit(0) == 0 || year < 1900 || year > 2040 || !check.validDate(year, number(10, 2), number(12, 2)))
    return false;
  let sum = 0;
  for (let k: u32 = 0; k < 17; k++) sum += digit(k) * residentWeight(k);
  return residentCheck(sum, digit(17));
}

/** fr.nif: the first ten figures modulo 511. */
function isSpi(): bool {
  if (digit(0) > 3) return false;
  let v: i64 = 0;
  for (let k: u32 = 0; k < 10; k++) v = v * 10 + digit(k);
  return <i32>(v % 511) == number(10, 3);
}

const W_AUSTRIA = memory.data<u8>([3, 7, 9, 0, 5, 8, 4, 2, 1, 6]);
function isAustrian(): bool {
  const month = number(6, 2);
  return (
    digit(0) > 0 &&
    month <= 15 &&
    check.validDate(2000, month > 12 ? 1 : month, number(4, 2)) &&
    check.weighted(W_AUSTRIA, 10) % 11 == digit(3)
  );
}

const W_IRD = memory.data<u8>([3, 2, 7, 6, 5, 4, 3, 2, 7, 4, 3, 2, 5, 2, 7, 6]);
function isIrd(n: u32): bool {
  const skip: u32 = 9 - n;
  for (let round: u32 = 0; round < 16; round += 8) {
    let sum = 0;
    for (let k = skip; k < 8; k++) sum += digit(k - skip) * <i32>load<u8>(W_IRD + round + k);
    const c = (11 - (sum % 11)) % 11;
    if (c != 10) return c == digit(n - 1);
  }
  return false;
}

/** The check value of the first n figures, ten for the letter K. */
function rutCheck(n: u32): i32 {
  let sum = 0;
  for (let k: u32 = 0; k < n; k++) sum += digit(n - 1 - k) * <i32>((k % 6) + 2);
  return (11 - (sum % 11)) % 11;
}
function isRut(n: u32): bool {
  const c = rutCheck(n - 1);
  return c != 10 && c == digit(n - 1);
}

/** cl.rut that ends in K, which stands behind the figures: "20.347.878-K", or behind its name without stops. */
export function matchRutK(): void {
  if ((digits != 7 && digits != 8) || rutCheck(digits) != 10) return;
  const stops = (shape(0x133) || shape(0x233)) && uniform == S_DOT;
  if (stops) claim(T_NATIONAL_ID, 86);
  else if (groups == 1 && (hasBefore(NAMES) || named("rut") || named("run"))) claim(T_NATIONAL_ID, 84);
}

/** il.idnr: figures that hold like a card's, behind the word for it, "teudat zehut" or "Israeli ID". */
function israeli(n: u32): void {
  if ((groups == 1 || (groups == 2 && uniform == S_DASH && gap(0) == S_DASH)) && check.luhn(0, n))
    if (wordBefore(firstToken, 4, "zehut") || (hasBefore(NAMES) && wordBefore(firstToken, 4, "israeli")))
      claim(T_NATIONAL_ID, 97);
}

/** The date and serial modulo 31 give the check place; figures are its first ten values. */
function isHetu(): bool {
  return (
    check.validDate(2000, number(2, 2), number(0, 2)) && (number(0, 6) * 1000 + number(6, 3)) % 31 == digit(9)
  );
}
