// Digit-only national, tax, health and business numbers. Each rule: length and layout, then the issuer's check digits or date, then the
// cue words. A weak check (one digit in ten passes) needs a cue or a text that is nothing but the number; a strong one stands alone.
import { bit, isRecord, S_COLON, S_DASH, S_DOT, S_SLASH, S_SPACE, S_UNDER, wordBefore } from "./context";
import {
  C_COMPANY,
  C_HEALTH,
  C_ID,
  C_INSURANCE,
  C_LANR,
  C_LICENCE,
  C_NEG,
  C_NPI,
  C_PASSPORT,
  C_PHONE,
  C_SSN,
  C_TAX,
  C_VAT,
  C_MRN,
} from "./generated/lexicon";
import * as T from "./generated/types";
import * as check from "./checksums";
import { digit, number } from "./checksums";
import {
  bare,
  claim,
  digits,
  firstToken,
  gap,
  groups,
  has,
  hasBefore,
  plus,
  shape,
  uniform,
} from "./numbers";

/** A claim whose cue words, or standing alone as the whole text, add to its own strength. */
function score(type: i32, own: i32, cues: u64): void {
  let s = own;
  if (has(cues)) s += 45;
  if (bare) s += 30;
  if (hasBefore(bit(C_NEG)) && !has(cues)) s -= 30;
  if (has(bit(C_PHONE)) && !has(cues)) s -= 40;
  claim(type, s);
}

const ID: u64 = ((<u64>1) << (<u64>C_ID)) | ((<u64>1) << (<u64>C_SSN));
const TAXES: u64 = ((<u64>1) << (<u64>C_TAX)) | ((<u64>1) << (<u64>C_ID));

export function matchIds(): void {
  if (plus) return;
  const n = digits,
    u = uniform;
  const loose = groups == 1 || u == S_SPACE || u == S_DASH;
  if (n == 9) nine(loose, u);
  else if (n == 10) ten(loose, u);
  else if (n == 11) eleven(loose, u);
  else if (n == 12) twelve(loose, u);
  else if (n == 13) thirteen(u);
  else if (n == 14) {
    if ((shape(0x23342) || groups == 1) && check.isCnpj())
      score(T.T_BR_CNPJ, groups > 1 ? 75 : 50, bit(C_COMPANY) | TAXES);
    if (groups == 1 && has(bit(C_COMPANY)) && check.luhn(0, 14)) claim(T.T_NATIONAL_ID, 60);
  } else if (n == 15) {
    if (check.isNir()) score(T.T_FR_NIR, groups == 1 ? 70 : 80, ID | bit(C_INSURANCE) | bit(C_HEALTH));
  } else if (n >= 6 && n <= 9) documentNumber();
  if (n == 13 && groups == 1) {
    if (has(bit(C_TAX)) && taxNumberLong()) claim(T.T_DE_TAX_NUMBER, 80);
    // alone in its field it may begin with the state's key of the official municipality list instead
    else if (bare && number(0, 2) >= 1 && number(0, 2) <= 16 && digit(4) != 0) claim(T.T_DE_TAX_NUMBER, 65);
  }
}

/** A plain number called a passport, a licence or a record number. */
function documentNumber(): void {
  if (groups > 3) return;
  if (hasBefore(bit(C_MRN)) && isRecord(firstToken)) claim(T.T_MEDICAL_RECORD, 62);
  if (hasBefore(bit(C_PASSPORT)) && digits >= 7) claim(T.T_PASSPORT, 60);
  if (hasBefore(bit(C_LICENCE))) claim(T.T_DRIVER_LICENCE, 62);
}

function nine(loose: bool, u: u32): void {
  const area = number(0, 3),
    mid = number(3, 2),
    serial = number(5, 4);
  const ssnCue = has(bit(C_SSN)) || (wordBefore(firstToken, 2, "sec") && wordBefore(firstToken, 3, "soc"));
  if ((shape(0x324) && (u == S_DASH || u == S_SPACE || u == S_DOT)) || groups == 1) {
    const example =
      (area == 78 && mid == 5 && serial == 1120) || (area == 123 && mid == 45 && serial == 6789);
    if (area != 0 && area != 666 && area < 900 && mid != 0 && serial != 0) {
      let s = groups == 1 ? 15 : u == S_DASH ? 68 : 52;
      if (example) s -= 40;
      if (ssnCue) s = 95;
      else if (hasBefore(bit(C_NEG) | bit(C_PHONE))) s -= 30;
      if (groups == 1 && check.allSame(9)) s = 0;
      claim(T.T_US_SSN, s);
    } else if (
      area >= 900 &&
      ((mid >= 50 && mid <= 65) ||
        (mid >= 70 && mid <= 88) ||
        (mid >= 90 && mid <= 92) ||
        (mid >= 94 && mid <= 99)) &&
      !(mid == 89)
    ) {
      score(T.T_US_ITIN, groups == 1 ? 30 : 75, TAXES | bit(C_SSN));
    }
  }
  if (loose && (groups == 1 || shape(0x333))) {
    const grouped = groups == 3 ? 10 : 0;
    if (digit(0) != 0 && digit(0) != 8 && check.luhn(0, 9) && !check.allSame(9))
      score(T.T_CA_SIN, 27 + grouped, bit(C_ID) | bit(C_SSN) | bit(C_INSURANCE));
    if (check.isTfn()) score(T.T_AU_TFN, 31 + grouped, bit(C_TAX));
    if (check.isAcn()) score(T.T_AU_ACN, 25 + grouped, bit(C_COMPANY));
    if (check.isBsn() && groups == 1) score(T.T_NL_BSN, 18, bit(C_ID));
    if (check.isPtNif() && groups != 2) score(T.T_PT_NIF, 17 + grouped, bit(C_TAX));
    if (check.isLanr() && groups == 1 && !check.allSame(6)) score(T.T_DE_LANR, 22, bit(C_LANR));
    else if (check.isLanr() && groups == 1) score(T.T_DE_LANR, 22, bit(C_LANR));
  }
  if (groups == 1 && check.luhn(0, 9)) {
    if (has(bit(C_COMPANY))) claim(T.T_NATIONAL_ID, 55);
    else if (hasBefore(bit(C_ID))) claim(T.T_NATIONAL_ID, 55);
  }
  documentNumber();
}

function ten(loose: bool, u: u32): void {
  if (loose && (groups == 1 || shape(0x334)) && check.isNhs())
    score(T.T_UK_NHS, groups == 1 ? 20 : 45, bit(C_HEALTH));
  if (loose && (groups == 1 || shape(0x433)) && check.isNpi())
    score(T.T_US_NPI, groups == 1 ? 40 : 50, bit(C_NPI));
  else if (groups == 1 && has(bit(C_NPI)) && !hasBefore(bit(C_PHONE))) claim(T.T_US_NPI, 70);
  if ((groups == 1 || (u == S_DASH && shape(0x325))) && check.isKrBrn())
    score(T.T_KR_BRN, groups == 1 ? 25 : 65, bit(C_COMPANY));
  if ((groups == 1 || (u == S_DASH && shape(0x64))) && check.luhn(0, 10)) {
    if (digit(2) >= 2) score(T.T_SE_ORG_NUMBER, groups == 1 ? 24 : 60, bit(C_COMPANY));
    else if (check.validDate(2000, number(2, 2), number(4, 2)))
      score(T.T_SE_PERSONNUMMER, groups == 1 ? 25 : 65, bit(C_ID));
  }
  if (u == S_DASH && shape(0x64) && check.validDate(2000, number(2, 2), number(0, 2)))
    score(T.T_DK_CPR, 30, bit(C_ID));
  if (u == S_SLASH && shape(0x64)) score(T.T_NATIONAL_ID, 45, bit(C_ID));
  if (groups == 1 && check.isEgn()) score(T.T_NATIONAL_ID, 12, bit(C_ID));
  if (check.isNip() && (groups == 1 || u == S_DASH)) score(T.T_NATIONAL_ID, 10, bit(C_TAX));
  if (groups == 1 && u == 0 && digit(8) + digit(9) > 0 && loose && check.isAuMedicare())
    score(T.T_AU_MEDICARE, 26, bit(C_HEALTH));
  if (u == S_SPACE && shape(0x451) && check.isAuMedicare()) score(T.T_AU_MEDICARE, 60, bit(C_HEALTH));
  if (u == S_SLASH && (shape(0x334) || shape(0x235))) score(T.T_DE_TAX_NUMBER, 55, bit(C_TAX));
  if (u == S_SLASH && shape(0x244)) score(T.T_DE_TAX_NUMBER, 50, bit(C_TAX));
  if (groups == 1 && hasBefore(bit(C_LICENCE)) && !has(bit(C_PHONE))) claim(T.T_DRIVER_LICENCE, 56);
}

function eleven(loose: bool, u: u32): void {
  const plain = groups == 1;
  if (plain && check.isTr()) score(T.T_TR_NATIONAL_ID, 55, bit(C_ID));
  if ((plain || shape(0x3332)) && check.isCpf())
    score(T.T_BR_CPF, !plain && gap(0) == S_DOT ? 85 : 50, TAXES);
  if (
    (plain || (u == S_SPACE && (shape(0x2333) || shape(0x3332)))) &&
    digit(0) != 0 &&
    check.isMod1110(11) &&
    !check.allSame(11)
  ) {
    score(T.T_DE_TAX_ID, plain ? 32 : 55, TAXES);
  }
  if (plain && check.isPesel()) score(T.T_PL_PESEL, 52, bit(C_ID));
  if ((plain || u == S_SPACE) && check.isNoFnr()) score(T.T_NO_FNR, 52, bit(C_ID));
  if ((plain || shape(0x22232) || shape(0x632)) && check.isBeNrn())
    score(T.T_BE_NRN, plain ? 40 : 75, bit(C_ID));
  if ((plain || shape(0x2333)) && loose && check.isAbn()) score(T.T_AU_ABN, plain ? 40 : 55, bit(C_COMPANY));
  if ((plain || u == S_UNDER) && vatLuhn() && number(0, 7) != 0 && number(0, 7) != 0)
    score(T.T_IT_VAT, plain ? 27 : 50, bit(C_VAT) | bit(C_TAX));
  if ((plain || (u == S_DASH && shape(0x281))) && check.isCuit())
    score(T.T_NATIONAL_ID, plain ? 15 : 60, bit(C_TAX));
  if (u == S_SLASH && (shape(0x344) || shape(0x335))) score(T.T_DE_TAX_NUMBER, 58, bit(C_TAX));
  if (plain && hasBefore(bit(C_ID)) && !has(bit(C_PHONE)) && !hasBefore(bit(C_NEG)))
    claim(T.T_NATIONAL_ID, 50);
  if (plain && hasBefore(bit(C_LICENCE))) claim(T.T_DRIVER_LICENCE, 55);
}

function vatLuhn(): bool {
  return check.luhn(0, 11) && number(7, 3) <= 201;
}

function twelve(loose: bool, u: u32): void {
  if (
    (groups == 1 || ((u == S_SPACE || u == S_DASH || u == S_COLON) && shape(0x444))) &&
    digit(0) >= 2 &&
    check.isVerhoeff(12) &&
    !check.allSame(12)
  ) {
    score(T.T_IN_AADHAAR, groups == 1 ? 36 : 62, bit(C_ID));
  }
  const year = number(0, 4);
  if (
    (groups == 1 || (u == S_DASH && shape(0x84))) &&
    year >= 1840 &&
    year <= 2035 &&
    check.validDate(year, number(4, 2), number(6, 2)) &&
    check.luhn(2, 10)
  ) {
    score(T.T_SE_PERSONNUMMER, 65, bit(C_ID));
  }
  if ((u == S_DASH && shape(0x3333)) || groups == 1) {
    if (has(bit(C_TAX))) claim(T.T_PH_TIN, 60);
  }
  if (u == S_DASH && shape(0x2262) && number(0, 2) >= 11 && number(0, 2) <= 28)
    score(T.T_DRIVER_LICENCE, 60, bit(C_LICENCE));
  if (groups == 1 && number(0, 2) >= 11 && number(0, 2) <= 28) score(T.T_DRIVER_LICENCE, 22, bit(C_LICENCE));
}

function thirteen(u: u32): void {
  if (groups == 1 || (u == S_DASH && shape(0x67))) {
    const kind = check.isKrRrn(),
      split = groups == 2 ? 30 : 0;
    if (kind == 2) score(T.T_KR_RRN, 38 + split, bit(C_ID));
    else if (kind == 1) score(T.T_KR_RRN, 22 + split, bit(C_ID));
    else if (kind == 4) score(T.T_KR_FRN, 38 + split, bit(C_ID));
    else if (kind == 3) score(T.T_KR_FRN, 22 + split, bit(C_ID));
  }
  if (groups == 1 && check.isZa()) score(T.T_ZA_ID, 58, bit(C_ID));
  if ((groups == 1 || (u == S_DASH && shape(0x14521))) && check.isTh())
    score(T.T_TH_ID, groups == 1 ? 34 : 70, bit(C_ID));
  if (number(0, 3) == 756 && check.isEan13())
    score(T.T_CH_AHV, groups == 1 ? 55 : 80, bit(C_ID) | bit(C_INSURANCE));
  if (groups == 1 && check.isCnp()) score(T.T_NATIONAL_ID, 45, bit(C_ID));
}

/** The nationwide form of the German tax number (de.stnr): a state's office code and a zero in the fifth place. */
function taxNumberLong(): bool {
  if (digit(4) != 0) return false;
  // Bavaria and North Rhine-Westphalia have one figure, the other fourteen two
  if (digit(0) == 9 || digit(0) == 5) return true;
  const state = number(0, 2);
  return (
    state == 10 ||
    state == 11 ||
    (state >= 21 && state <= 24) ||
    (state >= 26 && state <= 28) ||
    (state >= 30 && state <= 32) ||
    state == 40 ||
    state == 41
  );
}
