// Cities, states and countries of the gazetteer, also of several words.
// An everyday word that is a place as well needs a preposition before it.
import { placeLead } from "./evidence";
import { M_COMMON, M_COUNTRY, M_EVERYDAY, M_PARTICLE, M_PLACE, M_PLACEHEAD } from "./generated/lexicon";
import { tokenCount, tokEnd, tokGap, tokKind, tokLen, tokMarks, tokStart } from "./memory";
import { G_APOSTROPHE, G_BLANK, G_HYPHEN, G_STOP_BLANK, LOWER } from "./token-kinds";
import { hashMarks, hashOn, hashWord } from "./word-lookup";

/** Words of the longest phrase in the gazetteer, "etat de la cite du vatican", so that the look-ahead is bounded. */
const MOST_WORDS = 6;

/** End of the city, state or country that begins at token i, or 0; longest first. */
export function knownPlaceAt(i: u32): u32 {
  const m = tokMarks(i);
  if (m & M_PLACEHEAD) {
    const e = phraseEnd(i);
    if (e > 0) return e;
  }
  if ((m & (M_PLACE | M_COUNTRY)) == 0 || ((m & M_EVERYDAY) != 0 && placeLead(i) == 0)) return 0;
  return tokEnd(i);
}

/** Whether a place of several words begins at token i. */
export function placePhraseAt(i: u32): bool {
  return (tokMarks(i) & M_PLACEHEAD) != 0 && phraseEnd(i) > 0;
}

/** End of the longest phrase of the gazetteer that begins at token i, or 0. */
function phraseEnd(i: u32): u32 {
  const small = tokKind(i) == LOWER;
  let h: u64 = 0,
    end: u32 = 0,
    t = i;
  for (let k = 1; k < MOST_WORDS && t + 1 < tokenCount; k++) {
    const g = tokGap(t);
    if (g != G_BLANK && g != G_HYPHEN && !((g == G_STOP_BLANK || g == G_APOSTROPHE) && tokLen(t) <= 2)) break;
    t++;
    // "The system": after a capital only a small word such as "of" goes on
    if (!small && tokKind(t) == LOWER && (tokMarks(t) & (M_COMMON | M_PARTICLE)) == M_COMMON && tokLen(t) > 3)
      break;
    if (k == 1) h = hashWord(tokStart(i), tokEnd(i));
    h = hashOn(h, tokStart(t), tokEnd(t));
    const m = hashMarks(h);
    if (m & (M_PLACE | M_COUNTRY)) end = tokEnd(t);
    if ((m & M_PLACEHEAD) == 0) break; // no longer phrase begins so
  }
  return end;
}
