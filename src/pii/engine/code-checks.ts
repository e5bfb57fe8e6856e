// Check characters and fixed parts of the mixed identifiers, over the capitals in codes.ts. Pure; each names its issuer's rule.
import { code } from "./codes";
import { validDate } from "./checksums";

function fig(k: u32): i32 {
  return <i32>code(k) - 48;
}
function letter(k: u32): bool {
  return code(k) > 64;
}
function isFig(k: u32): bool {
  return code(k) < 58;
}
function two(k: u32): i32 {
  return fig(k) * 10 + fig(k + 1);
}

const NIF = memory.data<u8>([
  84, 82, 87, 65, 71, 77, 89, 70, 80, 68, 88, 66, 78, 74, 90, 83, 81, 86, 72, 76, 67, 75, 69,
]); // TRWAGMYFPDXBNJZSQVHLCKE
const FI = memory.data<u8>([
  48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 65, 66, 67, 68, 69, 70, 72, 74, 75, 76, 77, 78, 80, 82, 83, 84, 85,
  86, 87, 88, 89,
]);
const NRIC_ST = memory.data<u8>([74, 90, 73, 72, 71, 70, 69, 68, 67, 66, 65]); // JZIHGFEDCBA
const NRIC_FG = memory.data<u8>([88, 87, 85, 84, 82, 81, 80, 78, 77, 76, 75]); // XWUTRQPNMLK
const NRIC_W = memory.data<u8>([2, 7, 6, 5, 4, 3, 2]);
const FISCAL_ODD = memory.data<u8>([
  1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16,
  10, 22, 25, 24, 23,
]);

/** Spain: the letter is the number mod 23; X, Y, Z of a NIE count as 0, 1, 2. */
export function nifValid(from: u32, at: u32): bool {
  let v = from == 1 ? <i32>code(0) - 88 : 0;
  for (let k = from; k < at; k++) v = v * 10 + fig(k);
  return <u32>load<u8>(NIF + (v % 23)) == code(at);
}

/** United Kingdom: letters never used in a NINO prefix. */
export function ninoPrefix(): bool {
  const a = code(0),
    b = code(1);
  if (a == 68 || a == 70 || a == 73 || a == 81 || a == 85 || a == 86) return false;
  if (b == 68 || b == 70 || b == 73 || b == 79 || b == 81 || b == 85 || b == 86) return false;
  const p = (a << 8) | b;
  return (
    p != 0x4247 && p != 0x4742 && p != 0x4b4e && p != 0x4e4b && p != 0x4e54 && p != 0x544e && p != 0x5a5a
  );
}

export function nricValid(): bool {
  const a = code(0);
  let sum = a == 84 || a == 71 ? 4 : a == 77 ? 3 : 0;
  for (let k: u32 = 0; k < 7; k++) sum += fig(k + 1) * <i32>load<u8>(NRIC_W + k);
  const r = sum % 11;
  if (a == 83 || a == 84) return <u32>load<u8>(NRIC_ST + r) == code(8);
  if (a == 70 || a == 71) return <u32>load<u8>(NRIC_FG + r) == code(8);
  return false;
}

export function itFiscalValid(): bool {
  let sum = 0;
  for (let k: u32 = 0; k < 15; k++) {
    const c = code(k),
      v: i32 = c < 58 ? <i32>c - 48 : <i32>c - 65;
    sum += k & 1 ? v : <i32>load<u8>(FISCAL_ODD + (c < 58 ? v : v + 10));
  }
  return <u32>(sum % 26) + 65 == code(15);
}

/** Medicare: figures and letters alternate in a fixed layout without S, L, O, I, B, Z. */
export function mbiValid(): bool {
  for (let k: u32 = 0; k < 11; k++) {
    const c = code(k);
    if (c == 83 || c == 76 || c == 79 || c == 73 || c == 66 || c == 90) return false;
  }
  return (
    isFig(0) &&
    code(0) > 48 &&
    letter(1) &&
    isFig(3) &&
    letter(4) &&
    isFig(6) &&
    letter(7) &&
    letter(8) &&
    isFig(9) &&
    isFig(10)
  );
}

/** Finland: a date, a century mark, mod 31. The hyphen form is gathered without its mark. */
export function fiValid(marked: bool): bool {
  const skip: u32 = marked ? 1 : 0;
  if (marked) {
    const m = code(6);
    if (!((m >= 65 && m <= 70) || (m >= 85 && m <= 89))) return false;
  }
  if (!validDate(2000, two(2), two(0))) return false;
  let v: i32 = 0;
  for (let k: u32 = 0; k < 6; k++) v = v * 10 + fig(k);
  for (let k: u32 = 6 + skip; k < 9 + skip; k++) v = v * 10 + fig(k);
  return <u32>load<u8>(FI + (v % 31)) == code(9 + skip);
}

/** Germany, pension insurance: area, birth date, letter, serial, check digit over the doubled values. */
const SOCIAL_W = memory.data<u8>([2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1]);
export function deSocialValid(): bool {
  const month = two(4),
    day = two(2);
  if (month < 1 || month > 12 || day < 1 || day > 81 || (day > 31 && day < 51)) return false;
  let sum = 0,
    w: u32 = 0;
  for (let k: u32 = 0; k < 11; k++) {
    if (k == 8) {
      const v = <i32>code(8) - 64;
      sum += cross((v / 10) * <i32>load<u8>(SOCIAL_W + w++));
      sum += cross((v % 10) * <i32>load<u8>(SOCIAL_W + w++));
    } else sum += cross(fig(k) * <i32>load<u8>(SOCIAL_W + w++));
  }
  return sum % 10 == fig(11);
}
function cross(v: i32): i32 {
  return v > 9 ? v / 10 + (v % 10) : v;
}

/** Germany, health insurance: a letter as two figures, then Luhn from the left. */
export function deHealthValid(): bool {
  const v = <i32>code(0) - 64;
  let sum = cross(v / 10) + cross((v % 10) * 2);
  for (let k: u32 = 1; k < 9; k++) sum += k & 1 ? fig(k) : cross(fig(k) * 2);
  return sum % 10 == fig(9);
}

/** Germany, identity card and passport: nine places without vowels, weights 7, 3, 1, the last place is the check digit. */
export function deIdValid(): bool {
  const a = code(0);
  if (!(
    a == 67 ||
    a == 70 ||
    a == 71 ||
    a == 72 ||
    a == 74 ||
    a == 75 ||
    a == 76 ||
    a == 77 ||
    a == 78 ||
    a == 80 ||
    a == 82 ||
    a == 84 ||
    a == 86 ||
    a == 87 ||
    a == 88 ||
    a == 89
  ))
    return false;
  if (!isFig(8)) return false;
  let sum = 0;
  for (let k: u32 = 0; k < 8; k++) {
    const c = code(k);
    if (c == 65 || c == 69 || c == 73 || c == 79 || c == 85) return false;
    const v: i32 = c < 58 ? <i32>c - 48 : <i32>c - 55,
      w: i32 = k % 3 == 0 ? 7 : k % 3 == 1 ? 3 : 1;
    sum += v * w;
  }
  return sum % 10 == fig(8);
}

export function deaValid(): bool {
  const odd = fig(2) + fig(4) + fig(6),
    even = fig(3) + fig(5) + fig(7);
  return (odd + 2 * even) % 10 == fig(8);
}

/** DE and nine figures. The check digit is not demanded: it is not published, and invoices show older numbers. */
export function deVatShape(n: u32): bool {
  if (n != 11 || code(0) != 68 || code(1) != 69 || code(2) == 48) return false;
  for (let k: u32 = 2; k < 11; k++) if (!isFig(k)) return false;
  return true;
}

/** Great Britain: sixth to eleventh place hold the birth date, fifty added to a woman's month. */
export function ukLicenceDate(): bool {
  const month = two(6),
    m = month > 50 ? month - 50 : month;
  return m >= 1 && m <= 12 && two(8) >= 1 && two(8) <= 31;
}

/** Great Britain: no I, Q, Z in the area, a real age identifier, no I or Q at the end. */
export function ukPlateArea(): bool {
  const a = code(0),
    b = code(1),
    age = two(2);
  if (a == 73 || a == 81 || a == 90 || b == 73 || b == 81 || b == 90) return false;
  for (let k: u32 = 4; k < 7; k++) if (code(k) == 73 || code(k) == 81) return false;
  return (age >= 2 && age <= 29) || (age >= 51 && age <= 79);
}

export function italianU1(): bool {
  // the electronic form: U1, then seven letters or digits without the vowels that read as digits, then a letter
  for (let k: u32 = 2; k < 9; k++) {
    const c = code(k);
    if (c == 65 || c == 69 || c == 73 || c == 79 || c == 81 || c == 85) return false;
  }
  return true;
}

export function panHolder(): bool {
  const h = code(3);
  return (
    h == 65 || h == 66 || h == 67 || h == 70 || h == 71 || h == 72 || h == 74 || h == 76 || h == 80 || h == 84
  );
}

/** A DEA number whose second letter is replaced by 9. */
export function deaNine(): bool {
  if (code(1) != 57) return false;
  return deaValid();
}
