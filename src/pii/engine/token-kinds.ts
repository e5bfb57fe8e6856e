// What the tokeniser says of a token: its kind, what parts it from the next one, and notes that spare a second look.
import { M_COUNTRY, M_FIRST, M_LAST, M_NRP, M_PLACE, M_PLACEHEAD } from "./generated/lexicon";

/** Marks of words that can begin a name or a place. */
export const ENTITY: u32 = M_FIRST | M_LAST | M_PLACE | M_COUNTRY | M_PLACEHEAD | M_NRP;

export const NUM: u32 = 0;
export const LOWER: u32 = 1;
export const TITLE: u32 = 2;
export const UPPER: u32 = 3;
export const MIXED: u32 = 4;
export const ALNUM: u32 = 5;
export const OTHER: u32 = 6;

// What parts a token from the next one, where it is one of these.
export const G_OTHER: u32 = 0;
/** one or two blanks */
export const G_BLANK: u32 = 1;
/** a full stop and a blank */
export const G_STOP_BLANK: u32 = 2;
export const G_HYPHEN: u32 = 3;
export const G_APOSTROPHE: u32 = 4;
/** a comma and a blank */
export const G_COMMA: u32 = 5;
export const G_LINE: u32 = 6;
/** a full stop alone */
export const G_STOP: u32 = 7;

// Notes on a token: answers that are costly and asked for again.
export const N_INFLECTED_KNOWN: u32 = 2;
export const N_INFLECTED: u32 = 4;
/** a name or place that is an ordinary word, written in small letters; known from the start */
export const N_PLAIN: u32 = 8;
