// Endings that mark a family name, a street or a place; lexicon/endings.txt has them. Constant work: the last two letters
// rule nearly every word out, and an ending is compared as one number.
import {
  E_PLACE,
  E_STREET,
  E_SURNAME,
  ENDING_FIRST,
  ENDING_LEAST,
  ENDING_LETTERS,
  ENDING_PAIRS,
  ENDING_SHIFT,
} from "./generated/endings";
import { flag } from "./context";
import { at, TEXT } from "./memory";

const SMALL: u64 = 0x2020202020202020;

/** Whether any ending has the last two letters before e. */
function mayEndLike(kind: u32, e: u32): bool {
  const last = (at(e - 1) | 0x20) - 97,
    previous = (at(e - 2) | 0x20) - 97,
    letter: usize = kind + min<u32>(last, 25);
  return ((load<u32>(ENDING_PAIRS + (letter << 2)) >> previous) & flag(last < 26) & flag(previous < 26)) != 0;
}

function endsLike(kind: u32, s: u32, e: u32): bool {
  const letter: usize = kind + (at(e - 1) | 0x20) - 97,
    n = e - s,
    tail = load<u64>(TEXT + e - 8) | SMALL,
    end: usize = load<u8>(ENDING_FIRST + letter, 1);
  for (let row: usize = load<u8>(ENDING_FIRST + letter); row < end; row++)
    if (tail >> (<u64>load<u8>(ENDING_SHIFT + row)) == load<u64>(ENDING_LETTERS + (row << 3))) {
      const least: u32 = load<u8>(ENDING_LEAST + row);
      if (least == 255) return false;
      if (n >= least) return true;
    }
  return false;
}

/** Whether [s, e) ends like a family name. */
export function surnameEnding(s: u32, e: u32): bool {
  return mayEndLike(E_SURNAME, e) && endsLike(E_SURNAME, s, e);
}

/** Whether [s, e) ends in a street word of a language that writes it in one word. */
export function streetEnding(s: u32, e: u32): bool {
  return mayEndLike(E_STREET, e) && endsLike(E_STREET, s, e);
}

/** Whether [s, e) ends like a place. */
export function placeEnding(s: u32, e: u32): bool {
  return mayEndLike(E_PLACE, e) && endsLike(E_PLACE, s, e);
}
