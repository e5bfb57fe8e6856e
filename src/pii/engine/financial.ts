// Payment cards, routing and account numbers, device numbers: digit-only values of the financial and network families.
// Bases: ISO/IEC 7812 issuer ranges and Luhn, ABA check digits, 3GPP IMEI (Luhn).
import { bit, S_DASH, S_SPACE } from "./context";
import { C_BANK, C_CARD, C_IMEI, C_NEG, C_PHONE, C_ROUTING } from "./generated/lexicon";
import { T_BANK_ACCOUNT, T_BANK_ROUTING, T_CARD, T_IMEI } from "./generated/types";
import { allSame, isAba, luhn, number } from "./checksums";
import { bare, claim, digits, groups, has, hasBefore, plus, shape, uniform } from "./numbers";

/** Whether an issuer range with this number of digits exists. */
function issuer(n: u32): bool {
  const p1 = number(0, 1),
    p2 = number(0, 2),
    p3 = number(0, 3),
    p4 = number(0, 4);
  if (p1 == 4) return n == 13 || n == 16 || n == 19;
  if ((p2 >= 51 && p2 <= 55) || (p4 >= 2221 && p4 <= 2720)) return n == 16;
  if (p2 == 34 || p2 == 37) return n == 15;
  if ((p3 >= 300 && p3 <= 305) || p4 == 3095 || p2 == 36 || p2 == 38 || p2 == 39) return n == 14 || n == 16;
  if (p4 == 2131 || p4 == 1800) return n == 15;
  if (p4 >= 3528 && p4 <= 3589) return n == 16;
  if (p4 == 6011 || p2 == 65 || (p3 >= 644 && p3 <= 649)) return n >= 16 && n <= 19;
  if (p2 == 62 || p2 == 81) return n >= 16 && n <= 19;
  if (p1 == 1) return n == 15; // UATP
  if (p2 == 50 || (p2 >= 56 && p2 <= 69)) return n >= 12 && n <= 19; // Maestro and others
  if (p4 >= 2200 && p4 <= 2204) return n == 16; // Mir
  return false;
}

function cardShape(): bool {
  if (groups == 1) return true;
  if (uniform != S_SPACE && uniform != S_DASH) return false;
  return (
    shape(0x4444) ||
    shape(0x465) ||
    shape(0x464) ||
    shape(0x44443) ||
    shape(0x4441) ||
    shape(0x4442) ||
    shape(0x4443) ||
    shape(0x6d) ||
    shape(0x444)
  );
}

export function matchFinancial(): void {
  const n = digits;
  if (plus) return;
  if (n >= 12 && n <= 19 && cardShape() && !allSame(n)) {
    const cue = has(bit(C_CARD));
    if (luhn(0, n) && issuer(n)) {
      let score = n >= 15 ? 80 : n == 14 ? 60 : 45;
      if (number(0, 1) == 1 && n == 15 && number(0, 4) != 1800) score = 45;
      if (cue) score += 25;
      else if (hasBefore(bit(C_NEG))) score -= 20;
      if (bare) score += 10;
      if (groups > 1 && n >= 14) score += 5;
      claim(T_CARD, score);
    } else if (cue && luhn(0, n) && n >= 13)
      claim(T_CARD, 65); // a range not in the table, but called a card and well formed
    else if (cue && n >= 14 && groups > 1) claim(T_CARD, 60); // written as a card and called a card: a typing slip must not leak it
  }
  if (n == 9 && (groups == 1 || shape(0x441)) && isAba()) {
    let score = shape(0x441) ? 55 : 30;
    if (has(bit(C_ROUTING))) score += 55;
    else if (has(bit(C_BANK))) score += 25;
    if (bare) score += 30;
    claim(T_BANK_ROUTING, score);
  } else if (n == 9 && groups == 1 && has(bit(C_ROUTING))) claim(T_BANK_ROUTING, 55);
  if (n >= 6 && n <= 17 && groups <= 4 && has(bit(C_BANK)) && !has(bit(C_PHONE)) && !hasBefore(bit(C_NEG))) {
    claim(T_BANK_ACCOUNT, groups == 1 && n >= 8 ? 56 : 40);
  }
  if (n == 15 && luhn(0, 15) && has(bit(C_IMEI))) claim(T_IMEI, 95);
  else if (n == 15 && (shape(0x2661) || shape(0x6261)) && luhn(0, 15)) claim(T_IMEI, 70);
}
