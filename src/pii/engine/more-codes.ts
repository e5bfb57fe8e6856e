// Further identifiers of letters and figures: the CURP of Mexico, a Chinese resident number that ends in X, the Irish PPS number.
// Then what its words alone tell. The check of each is that of the python-stdnum module named beside it.
import { bit, isRecord, wordBefore } from "./context";
import { C_ID, C_LICENCE, C_MRN, C_NEG, C_PASSPORT, C_ROUTING } from "./generated/lexicon";
import {
  T_BANK_ROUTING,
  T_DRIVER_LICENCE,
  T_MEDICAL_RECORD,
  T_NATIONAL_ID,
  T_PASSPORT,
} from "./generated/types";
import { isIfsc } from "./bank-details";
import { validDate } from "./checksums";
import { claim, code, firstToken, is, lead, near, parts, size } from "./codes";
import { residentCheck, residentWeight } from "./more-ids";

export function longCodes(): void {
  if (size >= 7 && (lead & bit(C_LICENCE)) != 0 && mostlyDigits()) claim(T_DRIVER_LICENCE, 56, 0);
  if (parts > 1) return;
  if (size == 18) {
    if (is(0b1_111111111111111110) && resident()) claim(T_NATIONAL_ID, 88, bit(C_ID));
    else if ((is(0b1_000011111100000011) || is(0b1_000011111100000001)) && curp())
      claim(T_NATIONAL_ID, 90, bit(C_ID));
  } else if (size == 11) {
    if (isIfsc()) claim(T_BANK_ROUTING, 30, bit(C_ROUTING));
  } else if ((is(0b1_11111110) || is(0b1_111111100)) && irish()) claim(T_NATIONAL_ID, 18, bit(C_ID));
}

/** What its words alone tell: passports, record numbers, ids of countries without a rule of their own. */
export function calledCodes(): void {
  if (parts > 1) return;
  if (size >= 7 && size <= 10) {
    if (near & bit(C_PASSPORT)) {
      if (mostlyDigits()) claim(T_PASSPORT, 20, bit(C_PASSPORT));
    } else if (wordBefore(firstToken, 3, "document") && wordBefore(firstToken, 4, "travel") && mostlyDigits())
      claim(T_PASSPORT, 65, 0);
  }
  if (size >= 6 && size <= 14 && (lead & bit(C_MRN)) != 0 && isRecord(firstToken))
    claim(T_MEDICAL_RECORD, 60, 0);
  if (size >= 8 && size <= 14 && (lead & bit(C_ID)) != 0 && (lead & bit(C_NEG)) == 0 && mostlyDigits())
    claim(T_NATIONAL_ID, 50, 0);
}

/** Whether at least half of the code is digits. */
function mostlyDigits(): bool {
  let d: u32 = 0;
  for (let k: u32 = 0; k < size; k++) if (code(k) < 58) d++;
  return d * 2 >= size;
}

function figure(k: u32): i32 {
  return <i32>code(k) - 48;
}
function pair(k: u32): i32 {
  return figure(k) * 10 + figure(k + 1);
}

/** cn.ric */
function resident(): bool {
  const year = pair(6) * 100 + pair(8);
  if (code(17) != 88 || year < 1900 || year > 2040 || !validDate(year, pair(10), pair(12))) return false;
  let sum = 0;
  for (let k: u32 = 0; k < 17; k++) sum += figure(k) * residentWeight(k);
  return residentCheck(sum, 10);
}

/** mx.curp: name, date of birth, sex, state, consonants, a place for twins, the check digit over all in an alphabet with N-tilde. */
function curp(): bool {
  const sex = code(10);
  if ((sex != 72 && sex != 77 && sex != 88) || !validDate(2000, pair(6), pair(8))) return false;
  let sum = 0;
  for (let k: u32 = 0; k < 17; k++) {
    const c = <i32>code(k),
      v = c < 58 ? c - 48 : c - 55 + (c > 78 ? 1 : 0);
    sum += v * (18 - <i32>k);
  }
  return (10 - (sum % 10)) % 10 == figure(17);
}

/** ie.pps: the sum of seven weighted figures, and nine times a second letter A or H, modulo 23. */
function irish(): bool {
  let sum = 0;
  for (let k: u32 = 0; k < 7; k++) sum += figure(k) * (8 - <i32>k);
  if (size == 9 && (code(8) == 65 || code(8) == 72)) sum += 9 * (<i32>code(8) - 64);
  const r = sum % 23;
  return <i32>code(7) == (r == 0 ? 87 : r + 64);
}
