// Licence plates and British post codes by their layouts, for a code that codes.ts has gathered.
// A layout that words or part numbers share needs a cue.
import { ukPlateArea } from "./code-checks";
import { claim, code, firstToken, is, parts, sep, size } from "./codes";
import { bit, S_DASH, S_SPACE } from "./context";
import { C_POSTAL, C_VEHICLE } from "./generated/lexicon";
import * as T from "./generated/types";
import { tokLen } from "./memory";

export function plates(): void {
  const cue = bit(C_VEHICLE);
  if (is(0b1_0011000) && (parts == 1 || (parts == 2 && sep == S_SPACE)) && ukPlateArea())
    claim(T.T_VEHICLE_PLATE, parts == 1 ? 45 : 50, cue);
  if (parts <= 2 && (is(0b1_0111000) || is(0b1_0001110) || is(0b1_011000) || is(0b1_01000)))
    claim(T.T_VEHICLE_PLATE, 15, cue);
  if (is(0b1_00011100) && parts <= 2) claim(T.T_VEHICLE_PLATE, parts == 1 ? 28 : 45, cue);
  if (is(0b1_0011001111) || is(0b1_001101111)) claim(T.T_VEHICLE_PLATE, indianState() ? 55 : 25, cue);
  // German: district, letters, up to four digits, three groups
  if (parts == 3 && (sep == S_SPACE || sep == S_DASH) && size >= 4 && size <= 9) germanPlate(cue);
  // Turkish: province 01 to 81, letters, digits
  if (
    parts == 3 &&
    sep == S_SPACE &&
    code(0) < 58 &&
    code(1) < 58 &&
    code(2) > 64 &&
    size >= 5 &&
    size <= 9
  ) {
    const p = (code(0) - 48) * 10 + (code(1) - 48);
    let k: u32 = 2;
    while (k < size && code(k) > 64) k++;
    const letters = k - 2,
      figures = size - k;
    for (let q = k; q < size; q++) if (code(q) > 57) return;
    if (p >= 1 && p <= 81 && letters <= 3 && figures >= 2 && figures <= 5 - (letters == 3 ? 1 : 0))
      claim(T.T_VEHICLE_PLATE, 52, cue);
  }
}

function indianState(): bool {
  const k = (code(0) << 8) | code(1);
  return (
    k == 0x4b41 ||
    k == 0x4d48 ||
    k == 0x444c ||
    k == 0x544e ||
    k == 0x4b4c ||
    k == 0x474a ||
    k == 0x5550 ||
    k == 0x4852 ||
    k == 0x5042 ||
    k == 0x524a ||
    k == 0x5742 ||
    k == 0x4150 ||
    k == 0x5453 ||
    k == 0x4d50 ||
    k == 0x4252 ||
    k == 0x4f52 ||
    k == 0x4f44 ||
    k == 0x474f ||
    k == 0x4153 ||
    k == 0x4a48 ||
    k == 0x4348 ||
    k == 0x554b ||
    k == 0x4850 ||
    k == 0x4a4b
  );
}

function germanPlate(cue: u64): void {
  // a district of one to three letters, a mark of one or two: "ML-KEM-768" has neither
  const district = tokLen(firstToken),
    mark = tokLen(firstToken + 1);
  if (district > 3 || mark > 2 || code(district) < 58) return;
  let k: u32 = 0;
  while (k < size && code(k) > 64) k++;
  let e = k;
  while (e < size && code(e) < 58) e++;
  const tail = size - e,
    figures = e - k;
  if (
    k >= 2 &&
    k <= 5 &&
    figures >= 1 &&
    figures <= 4 &&
    (tail == 0 || (tail == 1 && (code(e) == 69 || code(e) == 72)))
  )
    claim(T.T_VEHICLE_PLATE, figures >= 3 ? 50 : 38, cue);
}

export function postcode(): void {
  // United Kingdom: outward code, then a digit and two letters
  const n = size;
  if (code(n - 3) > 57 || code(n - 2) < 65 || code(n - 1) < 65 || code(0) < 65) return;
  for (let k = n - 2; k < n; k++) {
    const c = code(k);
    if (c == 67 || c == 73 || c == 75 || c == 77 || c == 79 || c == 86) return;
  }
  const a = code(0);
  if (a == 81 || a == 86 || a == 88) return;
  if ((n == 5 && code(1) > 57) || (n > 5 && code(1) > 57 && code(2) > 57)) return;
  claim(T.T_POSTCODE, parts == 2 && sep == S_SPACE ? 42 : 15, bit(C_POSTAL));
}
