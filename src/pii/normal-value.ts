// One key for every spelling of a value: what the engine reads as the same has the same number. The key is compared and
// never shown; a value comes back as it was written.
import { foldText } from "./folding.ts";
import { PII_FAMILY, type PiiFamily, type PiiType } from "./types.ts";

/** Families and types of numbers and codes: blanks, hyphens, stops and brackets only group them. */
const CODES: ReadonlySet<PiiFamily | PiiType> = new Set<PiiFamily | PiiType>([
  "financial",
  "national-id",
  "document",
  "health",
  "business",
  "PHONE",
  "MAC",
  "IMEI",
  "POSTCODE",
]);

/** The Latin letters that Greek and Cyrillic capitals look like, from U+0391 and from U+0405 on; a blank for the others. */
const LATIN = "AB  EZH IK MN O P  TY X".padEnd(0x405 - 0x391) + "SI J       A B  E    K MHO PCTY X";
const FIRST_LOOK_ALIKE = 0x391;
/** Zeros of the digits that NFKC leaves as they are: ASCII, Arabic, Persian, Devanagari. */
const ZEROS: readonly number[] = [48, 0x660, 0x6f0, 0x966];

/** The key of a value: the same for each of its spellings. */
export function normaliseValue(type: PiiType, surface: string): string {
  const family = PII_FAMILY[type];
  // Their every character counts.
  if (family === "secret") return surface;
  const plain = surface.normalize("NFKC");
  const base58 = type === "BTC" && (plain.startsWith("1") || plain.startsWith("3"));
  const folded = base58 ? plain : foldText(plain).text.toUpperCase();
  const code = CODES.has(family) || CODES.has(type);
  let out = "";
  for (const letter of folded) {
    const unit = letter.charCodeAt(0);
    const digit = digitOf(unit);
    if (digit >= 0) out += String(digit);
    else if (code ? isLetter(letter) : letter !== " ")
      out += LATIN.charAt(unit - FIRST_LOOK_ALIKE).trim() || letter;
  }
  return out === "" ? folded : out;
}

/** The value of a decimal digit, -1 for anything else. */
function digitOf(unit: number): number {
  for (const zero of ZEROS) if (unit >= zero && unit <= zero + 9) return unit - zero;
  return -1;
}

/** Of a script that has cases, or of one that writes words in few characters. */
function isLetter(letter: string): boolean {
  return letter.toLowerCase() !== letter.toUpperCase() || (letter >= "\u3040" && letter < "\ud800");
}
