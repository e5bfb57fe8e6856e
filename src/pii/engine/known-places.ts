// Cities, states and countries of the gazetteer, also of two or three words.
// An everyday word that is a place as well needs a preposition before it.
import { placeLead } from "./evidence";
import { M_COUNTRY, M_EVERYDAY, M_PLACE, M_PLACEHEAD } from "./generated/lexicon";
import { at, tokenCount, tokEnd, tokGap, tokMarks, tokStart } from "./memory";
import { phraseMarks } from "./word-lookup";

/** End of the city, state or country that begins at token i, or 0; longest first. */
export function knownPlaceAt(i: u32): u32 {
  const m = tokMarks(i);
  if (m & M_PLACEHEAD && tokGap(i) == 1) {
    const b = i + 1;
    if (
      tokGap(b) == 1 &&
      b + 1 < tokenCount &&
      (phraseMarks(tokStart(i), tokEnd(i), tokStart(b), tokEnd(b), tokStart(b + 1), tokEnd(b + 1)) &
        (M_PLACE | M_COUNTRY)) !=
        0
    )
      return tokEnd(b + 1);
    if ((phraseMarks(tokStart(i), tokEnd(i), tokStart(b), tokEnd(b), 0, 0) & (M_PLACE | M_COUNTRY)) != 0)
      return tokEnd(b);
  }
  if ((m & (M_PLACE | M_COUNTRY)) == 0 || ((m & M_EVERYDAY) != 0 && placeLead(i) == 0)) return 0;
  return tokEnd(i);
}
