// Check-digit arithmetic over the digits in SCRATCH. Pure functions of the digits; nothing here looks at the text.
import { SCRATCH } from "./memory";

/** Digit k of the number under examination. */
export function digit(k: u32): i32 {
  return load<u8>(SCRATCH + k);
}

/** The digits [from, from + count) as an integer. */
export function number(from: u32, count: u32): i32 {
  let v = 0;
  for (let k: u32 = 0; k < count; k++) v = v * 10 + digit(from + k);
  return v;
}

export function luhn(from: u32, n: u32): bool {
  let sum = 0;
  for (let k: u32 = 0; k < n; k++) {
    let d = digit(from + n - 1 - k);
    if (k & 1) {
      d <<= 1;
      if (d > 9) d -= 9;
    }
    sum += d;
  }
  return sum % 10 == 0;
}

/** Sum of digit times weight over the n weights at `weights`. */
export function weighted(weights: usize, n: u32): i32 {
  let sum = 0;
  for (let k: u32 = 0; k < n; k++) sum += digit(k) * <i32>load<u8>(weights + k);
  return sum;
}

export function allSame(n: u32): bool {
  for (let k: u32 = 1; k < n; k++) if (digit(k) != digit(0)) return false;
  return true;
}

/** The digits rise or fall by one throughout: a made-up number. */
export function isSequence(n: u32): bool {
  let up = true,
    down = true;
  for (let k: u32 = 1; k < n; k++) {
    if ((digit(k - 1) + 1) % 10 != digit(k)) up = false;
    if ((digit(k - 1) + 9) % 10 != digit(k)) down = false;
  }
  return up || down;
}

export function validDate(year: i32, month: i32, day: i32): bool {
  if (month < 1 || month > 12 || day < 1) return false;
  let last = 31;
  if (month == 4 || month == 6 || month == 9 || month == 11) last = 30;
  else if (month == 2) last = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
  return day <= last;
}

const W_TFN = memory.data<u8>([1, 4, 3, 7, 5, 8, 6, 9, 10]);
const W_ACN = memory.data<u8>([8, 7, 6, 5, 4, 3, 2, 1]);
const W_ABN = memory.data<u8>([10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19]);
const W_MEDICARE = memory.data<u8>([1, 3, 7, 9, 1, 3, 7, 9]);
const W_ABA = memory.data<u8>([3, 7, 1, 3, 7, 1, 3, 7, 1]);
const W_NHS = memory.data<u8>([10, 9, 8, 7, 6, 5, 4, 3, 2]);
const W_PESEL = memory.data<u8>([1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]);
const W_NIP = memory.data<u8>([6, 5, 7, 2, 3, 4, 5, 6, 7]);
const W_KRBRN = memory.data<u8>([1, 3, 7, 1, 3, 7, 1, 3, 5]);
const W_KRRRN = memory.data<u8>([2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]);
const W_NO1 = memory.data<u8>([3, 7, 6, 1, 8, 9, 4, 5, 2, 1]);
const W_NO2 = memory.data<u8>([5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]);
const W_CNPJ = memory.data<u8>([6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]);
const W_CUIT = memory.data<u8>([5, 4, 3, 2, 7, 6, 5, 4, 3, 2]);
const W_BGEGN = memory.data<u8>([2, 4, 8, 5, 10, 9, 7, 3, 6]);
const W_CNP = memory.data<u8>([2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]);
const W_LANR = memory.data<u8>([4, 9, 4, 9, 4, 9]);
const VERHOEFF_D = memory.data<u8>([
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4, 0, 6, 7, 8, 9, 5, 2, 3, 4, 0, 1, 7, 8, 9, 5, 6, 3, 4, 0, 1, 2, 8,
  9, 5, 6, 7, 4, 0, 1, 2, 3, 9, 5, 6, 7, 8, 5, 9, 8, 7, 6, 0, 4, 3, 2, 1, 6, 5, 9, 8, 7, 1, 0, 4, 3, 2, 7, 6,
  5, 9, 8, 2, 1, 0, 4, 3, 8, 7, 6, 5, 9, 3, 2, 1, 0, 4, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0,
]);
const VERHOEFF_P = memory.data<u8>([
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 5, 7, 6, 2, 8, 3, 0, 9, 4, 5, 8, 0, 3, 7, 9, 6, 1, 4, 2, 8, 9, 1, 6, 0, 4,
  3, 5, 2, 7, 9, 4, 5, 3, 1, 2, 6, 8, 7, 0, 4, 2, 8, 6, 5, 7, 3, 9, 0, 1, 2, 7, 9, 3, 8, 0, 6, 4, 1, 5, 7, 0,
  4, 6, 9, 1, 3, 2, 5, 8,
]);

export function isTfn(): bool {
  return weighted(W_TFN, 9) % 11 == 0 && !allSame(9);
}
export function isAcn(): bool {
  return (10 - (weighted(W_ACN, 8) % 10)) % 10 == digit(8) && !allSame(9);
}
export function isAbn(): bool {
  return digit(0) > 0 && (weighted(W_ABN, 11) - 10) % 89 == 0;
}
export function isAuMedicare(): bool {
  return digit(0) >= 2 && digit(0) <= 6 && weighted(W_MEDICARE, 8) % 10 == digit(8) && digit(9) > 0;
}
export function isAba(): bool {
  const p = number(0, 2);
  return (
    ((p >= 1 && p <= 12) || (p >= 21 && p <= 32) || (p >= 61 && p <= 72) || p == 80) &&
    weighted(W_ABA, 9) % 10 == 0
  );
}
export function isNhs(): bool {
  const c = 11 - (weighted(W_NHS, 9) % 11);
  return c != 10 && (c == 11 ? 0 : c) == digit(9) && !allSame(10);
}
export function isNpi(): bool {
  if (digit(0) != 1 && digit(0) != 2) return false;
  let sum = 24; // the Luhn sum of the prefix 80840
  for (let k: u32 = 0; k < 10; k++) {
    let d = digit(9 - k);
    if (k & 1) {
      d <<= 1;
      if (d > 9) d -= 9;
    }
    sum += d;
  }
  return sum % 10 == 0 && !allSame(9);
}
export function isBsn(): bool {
  let sum = -digit(8);
  for (let k = 0; k < 8; k++) sum += digit(k) * (9 - k);
  return sum != 0 && sum % 11 == 0 && !allSame(9);
}
export function isPtNif(): bool {
  let sum = 0;
  for (let k = 0; k < 8; k++) sum += digit(k) * (9 - k);
  const c = 11 - (sum % 11),
    f = digit(0);
  return (c > 9 ? 0 : c) == digit(8) && f != 0;
}
export function isLanr(): bool {
  return (10 - (weighted(W_LANR, 6) % 10)) % 10 == digit(6) && number(7, 2) > 0;
}
/** The check digit of the German tax id, the Croatian OIB and others: ISO 7064 mod 11, 10. */
export function isMod1110(n: u32): bool {
  let p = 10;
  for (let k: u32 = 0; k < n - 1; k++) {
    let s = (digit(k) + p) % 10;
    if (s == 0) s = 10;
    p = (s * 2) % 11;
  }
  return (11 - p) % 10 == digit(n - 1);
}
export function isPesel(): bool {
  const mm = number(2, 2),
    century = mm / 20;
  if (century != 0 && century != 1 && century != 4) return false; // nobody is born in 2100 yet
  const year = (century == 0 ? 1900 : century == 1 ? 2000 : 1800) + number(0, 2);
  return year < 2040 && validDate(year, mm % 20, number(4, 2)) && weighted(W_PESEL, 11) % 10 == 0;
}
export function isTr(): bool {
  if (digit(0) == 0) return false;
  const odd = digit(0) + digit(2) + digit(4) + digit(6) + digit(8),
    even = digit(1) + digit(3) + digit(5) + digit(7);
  if ((odd * 7 - even + 100) % 10 != digit(9)) return false;
  return (odd + even + digit(9)) % 10 == digit(10);
}
export function isCpf(): bool {
  if (allSame(11)) return false;
  let a = 0,
    b = 0;
  for (let k = 0; k < 9; k++) a += digit(k) * (10 - k);
  for (let k = 0; k < 10; k++) b += digit(k) * (11 - k);
  return ((a * 10) % 11) % 10 == digit(9) && ((b * 10) % 11) % 10 == digit(10);
}
export function isCnpj(): bool {
  const a = weighted(W_CNPJ + 1, 12) % 11,
    b = weighted(W_CNPJ, 13) % 11;
  return (a < 2 ? 0 : 11 - a) == digit(12) && (b < 2 ? 0 : 11 - b) == digit(13) && !allSame(14);
}
export function isNoFnr(): bool {
  const day = number(0, 2),
    month = number(2, 2);
  return (
    validDate(2000, month > 40 ? month - 40 : month, day > 40 ? day - 40 : day) &&
    weighted(W_NO1, 10) % 11 == 0 &&
    weighted(W_NO2, 11) % 11 == 0
  );
}
export function isBeNrn(): bool {
  const body = number(0, 9),
    check = number(9, 2);
  if (number(2, 2) > 12 || number(4, 2) > 31) return false;
  return 97 - (body % 97) == check || 97 - <i32>((<i64>2000000000 + body) % 97) == check;
}
export function isCuit(): bool {
  const p = number(0, 2),
    c = (11 - (weighted(W_CUIT, 10) % 11)) % 11;
  return p >= 20 && p <= 34 && c == digit(10);
}
export function isNip(): bool {
  return weighted(W_NIP, 9) % 11 == digit(9) && digit(0) > 0;
}
export function isEgn(): bool {
  const mm = number(2, 2);
  return (
    validDate(2000, mm > 40 ? mm - 40 : mm > 20 ? mm - 20 : mm, number(4, 2)) &&
    (weighted(W_BGEGN, 9) % 11) % 10 == digit(9)
  );
}
export function isCnp(): bool {
  return (
    digit(0) > 0 &&
    validDate(2000, number(3, 2), number(5, 2)) &&
    (weighted(W_CNP, 12) % 11) % 10 == digit(12)
  );
}
export function isKrBrn(): bool {
  return (10 - ((weighted(W_KRBRN, 9) + (digit(8) * 5) / 10) % 10)) % 10 == digit(9);
}
/** Korean resident number: a date, a century digit; the check digit is absent from numbers issued since 2020. */
export function isKrRrn(): i32 {
  const g = digit(6);
  if (!validDate(2000, number(2, 2), number(4, 2)) || number(7, 2) > 96) return 0;
  const sum = weighted(W_KRRRN, 12);
  const residentOk = (11 - (sum % 11)) % 10 == digit(12),
    foreignOk = (13 - (sum % 11)) % 10 == digit(12);
  if (g >= 1 && g <= 4) return residentOk ? 2 : 1;
  return g >= 5 && g <= 8 ? (foreignOk ? 4 : 3) : 0;
}
export function isZa(): bool {
  return validDate(2000, number(2, 2), number(4, 2)) && digit(10) < 2 && luhn(0, 13);
}
export function isTh(): bool {
  if (digit(0) == 0 || digit(0) == 9) return false;
  // digits two and three are the province: 10 to 96 with the gaps of the register
  const p = number(1, 2),
    tens = p / 10,
    unit = p % 10;
  if (
    tens == 0 ||
    p == 28 ||
    p == 29 ||
    p == 59 ||
    p == 68 ||
    p == 69 ||
    p == 78 ||
    p == 79 ||
    p == 87 ||
    p == 88 ||
    p == 89 ||
    p > 96 ||
    (tens == 9 && unit == 7)
  )
    return false;
  let sum = 0;
  for (let k = 0; k < 12; k++) sum += digit(k) * (13 - k);
  return (11 - (sum % 11)) % 10 == digit(12);
}
export function isEan13(): bool {
  let sum = 0;
  for (let k: u32 = 0; k < 13; k++) sum += digit(k) * (k & 1 ? 3 : 1);
  return sum % 10 == 0;
}
export function isVerhoeff(n: u32): bool {
  let c: u32 = 0;
  for (let k: u32 = 0; k < n; k++)
    c = load<u8>(VERHOEFF_D + c * 10 + load<u8>(VERHOEFF_P + (k & 7) * 10 + <u32>digit(n - 1 - k)));
  return c == 0;
}
export function isNir(): bool {
  if (digit(0) == 0 || digit(0) > 8) return false;
  const mm = number(3, 2);
  if (!((mm >= 1 && mm <= 12) || (mm >= 20 && mm <= 42) || mm >= 50)) return false;
  let v: i64 = 0;
  for (let k: u32 = 0; k < 13; k++) v = v * 10 + digit(k);
  return 97 - <i32>(v % 97) == number(13, 2);
}
