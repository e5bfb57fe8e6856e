// One key for every spelling of a value: what the engine reads as the same has the same number. The key is compared and
// never shown; a value comes back as it was written.
import { isBlank, unseenUnits } from "./folding.ts";
import { PII_FAMILY, type PiiFamily, type PiiType } from "./types.ts";

/** Values that differ by every character. */
const AS_WRITTEN: ReadonlySet<PiiType> = new Set<PiiType>(["SECRET", "PASSWORD", "SEED_PHRASE"]);

/** Families of numbers and codes: blanks, hyphens, stops and brackets only group them. */
const CODE_FAMILIES: ReadonlySet<PiiFamily> = new Set<PiiFamily>([
  "financial",
  "national-id",
  "document",
  "health",
  "business",
]);
const MORE_CODES: ReadonlySet<PiiType> = new Set<PiiType>(["MAC", "IMEI", "POSTCODE"]);

/** Capitals of other scripts that look like Latin ones, and these, in the same order. */
const LOOK_ALIKE = "АВЕЅІЈКМНОРСТУХΑΒΕΖΗΙΚΜΝΟΡΤΥΧ";
const LATIN = "ABESIJKMHOPCTYXABEZHIKMNOPTYX";
/** Zeros of the digits that NFKC leaves as they are: Arabic, Persian, Devanagari. */
const ZEROS: readonly number[] = [0x660, 0x6f0, 0x966];

/** The key of a value: the same for each of its spellings. */
export function normaliseValue(type: PiiType, surface: string): string {
  if (AS_WRITTEN.has(type)) return surface;
  const plain = surface.normalize("NFKC");
  const base58 = type === "BTC" && (plain.startsWith("1") || plain.startsWith("3"));
  const folded = base58 ? plain : plain.toUpperCase();
  const code = CODE_FAMILIES.has(PII_FAMILY[type]) || MORE_CODES.has(type);
  let out = "";
  for (let at = 0; at < folded.length; at++) {
    const unseen = unseenUnits(folded, at);
    if (unseen > 0) {
      at += unseen - 1;
      continue;
    }
    const unit = folded.charCodeAt(at);
    if (isBlank(unit) || (code && !isLetterOrDigit(unit))) continue;
    const digit = digitOf(unit);
    if (type === "PHONE" && digit < 0) continue;
    const letter = folded.charAt(at);
    out += digit >= 0 ? String(digit) : (LATIN[LOOK_ALIKE.indexOf(letter)] ?? letter);
  }
  return out === "" ? folded : out;
}

/** The value of a decimal digit, -1 for anything else. */
function digitOf(unit: number): number {
  if (unit < 0x80) return unit >= 48 && unit <= 57 ? unit - 48 : -1;
  for (const zero of ZEROS) if (unit >= zero && unit <= zero + 9) return unit - zero;
  return -1;
}

/** Of other scripts all but dashes and points that group. */
function isLetterOrDigit(unit: number): boolean {
  if (unit >= 0x80) return unit !== 0xb7 && unit !== 0x2212 && (unit < 0x2010 || unit > 0x2027);
  return (unit >= 48 && unit <= 57) || (unit >= 65 && unit <= 90) || (unit >= 97 && unit <= 122);
}
