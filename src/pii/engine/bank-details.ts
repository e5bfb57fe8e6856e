// Bank details that their words tell, or their own check digits: BIC, IFSC, sort codes, BSB and BLZ, CLABE and the French RIB.
// Bases: ISO 9362; Reserve Bank of India; Banco de Mexico (stdnum.mx has none, the weights are 3, 7, 1); CFONB for the RIB key.
import { isDigit, isUpper, isWordAt, S_DASH, S_SPACE, wordBefore } from "./context";
import { C_BANK, C_ROUTING, C_SORT, M_COMMON } from "./generated/lexicon";
import { T_BANK_ACCOUNT, T_BANK_ROUTING } from "./generated/types";
import { digit } from "./checksums";
import { code, is } from "./codes";
import { ibanCountry } from "./iban";
import { addSpan, at, tokEnd, tokGap, tokLen, tokMarks, tokStart, tokenCount } from "./memory";
import { bare, claim, digits, firstToken, groups, has, hasBefore, shape, uniform } from "./numbers";
import { bit } from "./context";
import { G_LINE } from "./token-kinds";

/** "BIC: DEUTDEFF500", "SWIFT code CHASUS33": the word is token i; the code stands within three words. */
export function bankCodeBehind(i: u32): void {
  for (let t = i + 1; t < tokenCount && t < i + 5; t++) {
    if (tokGap(t - 1) == G_LINE || tokStart(t) - tokEnd(t - 1) > 4) return;
    if (!isBic(t)) continue;
    addSpan(T_BANK_ROUTING, tokStart(t), tokEnd(t), 88);
    return;
  }
}

/** ISO 9362: four letters of the bank, two of the country, two places, and three of the branch or none. All in capitals. */
function isBic(t: u32): bool {
  const s = tokStart(t),
    n = tokLen(t);
  if ((n != 8 && n != 11) || (tokMarks(t) & M_COMMON) != 0) return false;
  for (let k: u32 = 0; k < n; k++) if (!isUpper(at(s + k)) && (k < 6 || !isDigit(at(s + k)))) return false;
  return ibanCountry(at(s + 4), at(s + 5)) || bankingCountry(at(s + 4), at(s + 5));
}

/** Countries with many banks and no IBAN. */
function bankingCountry(a: u32, b: u32): bool {
  const list = "USCAAUNZCNJPINHKSGKRTWTHMYIDPHVNZAMXARCLCOPENGKEGHTZUGLKBDPANP",
    from = changetype<usize>(list), // UTF-16, as the compiler keeps text
    end = from + ((<usize>list.length) << 1);
  for (let p = from; p < end; p += 4) if (<u32>load<u16>(p) == a && <u32>load<u16>(p, 2) == b) return true;
  return false;
}

/** IFSC: the bank in four letters, a zero, the branch in six places. True if codes.ts has gathered one. */
export function isIfsc(): bool {
  return is(0b1_00001111111) && code(4) == 48;
}

/** Digit-only details. */
export function matchBankDetails(): void {
  const n = digits;
  if (n == 6) {
    if (
      hasBefore(bit(C_ROUTING) | bit(C_SORT)) &&
      (groups == 1 || shape(0x33) || (shape(0x222) && (uniform == S_DASH || uniform == S_SPACE))) &&
      bankWord()
    )
      claim(T_BANK_ROUTING, 76);
    return;
  }
  if (n == 8 && hasBefore(bit(C_ROUTING)) && (groups == 1 || shape(0x332))) {
    if (wordBefore(firstToken, 2, "blz") || wordBefore(firstToken, 2, "bankleitzahl"))
      claim(T_BANK_ROUTING, 76);
  } else if (n == 18 && groups == 1) {
    if ((has(bit(C_BANK)) || bare) && isClabe()) claim(T_BANK_ACCOUNT, 90);
  } else if (n == 23 && (groups == 1 || shape(0x55b2)) && (isRib() || wordBefore(firstToken, 2, "rib")))
    claim(T_BANK_ACCOUNT, groups == 1 ? 60 : 88);
  if (uniform == S_DASH && hasBefore(bit(C_BANK)) && groups <= 4 && n >= 8 && n <= 17 && accountWord())
    claim(T_BANK_ACCOUNT, 62);
}

/** "sort code", "BSB" and the like right before. */
function bankWord(): bool {
  const i = firstToken;
  if (wordBefore(i, 2, "sortcode") || wordBefore(i, 2, "bsb")) return true;
  for (let k: u32 = 1; k < 4 && k < i; k++)
    if (isWordAt(i - k, "code") && isWordAt(i - k - 1, "sort")) return true;
  return false;
}

function accountWord(): bool {
  const i = firstToken;
  return (
    wordBefore(i, 2, "account") ||
    wordBefore(i, 2, "acct") ||
    wordBefore(i, 2, "konto") ||
    wordBefore(i, 2, "kontonummer") ||
    wordBefore(i, 2, "compte") ||
    wordBefore(i, 2, "cuenta") ||
    wordBefore(i, 2, "rekeningnummer")
  );
}

/** Mexico: eighteen figures, the last one makes the last figures of the products with 3, 7, 1 sum to a ten. */
function isClabe(): bool {
  let sum = 0;
  for (let k: u32 = 0; k < 17; k++) sum += (digit(k) * (k % 3 == 0 ? 3 : k % 3 == 1 ? 7 : 1)) % 10;
  return (10 - (sum % 10)) % 10 == digit(17);
}

/** France: bank and branch of five figures, account of eleven, key of two: the whole leaves no rest by 97. */
function isRib(): bool {
  let bank: i64 = 0,
    branch: i64 = 0,
    account: i64 = 0;
  for (let k: u32 = 0; k < 5; k++) {
    bank = bank * 10 + digit(k);
    branch = branch * 10 + digit(k + 5);
  }
  for (let k: u32 = 10; k < 21; k++) account = account * 10 + digit(k);
  if (bank == 0) return false;
  return 97 - ((89 * bank + 15 * branch + 3 * account) % 97) == <i64>(digit(21) * 10 + digit(22));
}
