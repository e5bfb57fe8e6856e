// IBAN: the length of each country in the SWIFT registry, and ISO 7064 mod 97-10. Countries outside the table are refused.
import { code } from "./codes";
import { isDigit } from "./context";
import { at, tokKind, tokLen, tokStart } from "./memory";
import { ALNUM } from "./token-kinds";

// country letters and length, three bytes a row
const LENGTHS = memory.data<u8>([
  65, 68, 24, 65, 69, 23, 65, 76, 28, 65, 84, 20, 65, 90, 28, 66, 65, 20, 66, 69, 16, 66, 71, 22, 66, 72, 22,
  66, 73, 27, 66, 82, 29, 66, 89, 28, 67, 72, 21, 67, 82, 22, 67, 89, 28, 67, 90, 24, 68, 69, 22, 68, 74, 27,
  68, 75, 18, 68, 79, 28, 69, 69, 20, 69, 71, 29, 69, 83, 24, 70, 73, 18, 70, 75, 18, 70, 79, 18, 70, 82, 27,
  71, 66, 22, 71, 69, 22, 71, 73, 23, 71, 76, 18, 71, 82, 27, 71, 84, 28, 72, 78, 28, 72, 82, 21, 72, 85, 28,
  73, 69, 22, 73, 76, 23, 73, 81, 23, 73, 82, 26, 73, 83, 26, 73, 84, 27, 74, 79, 30, 75, 87, 30, 75, 90, 20,
  76, 66, 28, 76, 67, 32, 76, 73, 21, 76, 84, 20, 76, 85, 20, 76, 86, 21, 76, 89, 25, 77, 67, 27, 77, 68, 24,
  77, 69, 22, 77, 75, 19, 77, 78, 20, 77, 82, 27, 77, 84, 31, 77, 85, 30, 78, 73, 28, 78, 76, 18, 78, 79, 15,
  79, 77, 23, 80, 75, 24, 80, 76, 28, 80, 83, 29, 80, 84, 25, 81, 65, 29, 82, 79, 24, 82, 83, 22, 82, 85, 33,
  83, 65, 24, 83, 67, 31, 83, 68, 18, 83, 69, 24, 83, 73, 19, 83, 75, 24, 83, 77, 27, 83, 79, 23, 83, 84, 25,
  83, 86, 28, 84, 76, 23, 84, 78, 24, 84, 82, 26, 85, 65, 29, 86, 65, 22, 86, 71, 24, 88, 75, 20, 89, 69, 30,
  68, 90, 26, 65, 79, 25, 66, 70, 28, 66, 74, 28, 67, 70, 27, 67, 71, 27, 67, 73, 28, 67, 77, 27, 67, 86, 25,
  71, 65, 27, 71, 81, 27, 71, 87, 25, 75, 77, 27, 77, 65, 28, 77, 71, 27, 77, 76, 28, 77, 90, 25, 78, 69, 28,
  83, 78, 28, 84, 68, 27, 84, 71, 28, 0,
]);

/** Whether the registry knows the country of these two letters. */
export function ibanCountry(a: u32, b: u32): bool {
  for (let p = LENGTHS; load<u8>(p) != 0; p += 3) if (load<u8>(p) == a && load<u8>(p, 1) == b) return true;
  return false;
}

/** The registry's length if the first four characters are country and check digits, else 0. */
export function ibanLength(): u32 {
  const a = code(0),
    b = code(1);
  if (a < 65 || b < 65 || code(2) > 57 || code(3) > 57) return 0;
  for (let p = LENGTHS; load<u8>(p) != 0; p += 3)
    if (load<u8>(p) == a && load<u8>(p, 1) == b) return load<u8>(p, 2);
  return 0;
}

export function ibanValid(n: u32): bool {
  let r: u32 = 0;
  for (let k: u32 = 0; k < n; k++) {
    const c = code((k + 4) % n);
    r = c > 64 ? (r * 100 + c - 55) % 97 : (r * 10 + c - 48) % 97;
  }
  return r == 1;
}

/** Whether token i has the form of an IBAN's first group: country and check figures. */
export function beginsIban(i: u32): bool {
  if (tokKind(i) != ALNUM || tokLen(i) != 4) return false;
  const s = tokStart(i);
  return !isDigit(at(s)) && !isDigit(at(s + 1)) && isDigit(at(s + 2)) && isDigit(at(s + 3));
}
