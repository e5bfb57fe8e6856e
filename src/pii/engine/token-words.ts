// Says of every token what it is: its kind, what the lexicon knows of it, how far the last cue word is, what parts it from the next
// one. One pass with few branches: words come in no order that a processor could guess, and a wrong guess costs more than a look-up.
import { CC_DIGIT, CC_LOWER, CC_OTHER, CC_UPPER, CLASS, GAP } from "./generated/chars";
import { SIMD } from "./generated/build";
import { LEX_CUES, LEX_DULL, LEX_LONGEST, LEX_MARKS, M_GERMAN } from "./generated/lexicon";
import { at, length, SPARE_TOKENS, TEXT, tokenCount, TOKENS } from "./memory";
import { G_BLANK, G_OTHER, LOWER, OTHER, UPPER } from "./token-kinds";
import { find, hashWord } from "./word-lookup";

/** Words of the segment, those of them in capitals with more than three letters, and small ones that are German. */
export let wordCount: u32 = 0;
export let capitalsCount: u32 = 0;
export let germanCount: u32 = 0;

// Kinds by what a word holds: bit 0 figures, bit 1 small letters, bit 2 capitals, bit 3 a capital after the first character.
const KIND = memory.data<u8>([1, 0, 1, 5, 3, 5, 2, 5, 1, 0, 1, 5, 3, 5, 4, 5]);

/** What the n characters from s hold, as the bits of KIND. */
function holdsAt(s: u32, n: u32): u32 {
  let holds: u32 = 0;
  if (SIMD) {
    let p: usize = TEXT + s,
      first: u32 = 1; // the first character's bit
    for (let left: i32 = n; ; left -= 16, p += 16) {
      const block = v128.load(p);
      const letters = i8x16.lt_u(
        i8x16.sub(v128.or(block, i8x16.splat(0x20)), i8x16.splat(97)),
        i8x16.splat(26),
      );
      const figures = i8x16.lt_u(i8x16.sub(block, i8x16.splat(48)), i8x16.splat(10));
      // of letters, those without the bit that makes them small
      const capitals = v128.andnot(letters, i8x16.shl(block, 2));
      const mask: u32 = (1 << min<u32>(left, 16)) - 1,
        big = (<u32>i8x16.bitmask(capitals)) & mask,
        numbers = (<u32>i8x16.bitmask(figures)) & mask;
      holds |=
        <u32>(numbers != 0) |
        (<u32>((mask & ~(big | numbers)) != 0) << 1) |
        (<u32>(big != 0) << 2) |
        (<u32>((big & ~first) != 0) << 3);
      first = 0;
      if (left <= 16) break;
    }
  } else
    for (let k: u32 = 0; k < n; k++) {
      const cls: u32 = load<u8>(CLASS + at(s + k));
      holds |= cls & (CC_DIGIT | CC_LOWER | CC_UPPER);
      if (k > 0) holds |= (cls & CC_UPPER) << 1;
    }
  return holds;
}

/** What parts a token that ends at e from the next one, which begins at s. */
function gapBetween(e: u32, s: u32): u32 {
  const c = at(e),
    alone: u32 = load<u8>(GAP + c),
    beforeBlank: u32 = load<u8>(GAP + c, 256),
    blank = <u32>(load<u8>(GAP + at(e + 1)) == G_BLANK);
  return select<u32>(alone, select<u32>(beforeBlank, G_OTHER, blank & <u32>(s - e == 2)), s - e == 1);
}

/** Whether nothing begins at a small word of lexicon value v if another small word follows; see scanTokens. */
function isDull(v: u32, first: u32, n: u32): u32 {
  const short = <u32>(n <= 4);
  return ((<u32>load<u8>(LEX_DULL + v)) >> short) & 1 & ~(short & <u32>(first == 117));
}

export function describeTokens(): void {
  const stop = TOKENS + ((<usize>tokenCount) << 4);
  let back: u32 = 255,
    words: u32 = 0,
    capitals: u32 = 0,
    german: u32 = 0;
  // far behind the last token, so that nothing joins it to a next one
  store<u32>(stop, length + 64);
  for (let p = TOKENS; p < stop; p += 16) {
    const s = load<u32>(p),
      e: u32 = load<u16>(p, 4),
      n = e - s,
      first = at(s),
      other = <u32>((load<u8>(CLASS + first) & CC_OTHER) != 0);
    const kind: u32 = select<u32>(OTHER, load<u8>(KIND + holdsAt(s, n)), other);
    const small = <u32>(kind == LOWER),
      isWord = <u32>(kind - LOWER < 4);
    let v: u32 = 0;
    // figures are looked up as well, and what is found is dropped
    if (n <= LEX_LONGEST) v = find(hashWord(s, e)) & (0 - isWord);
    const marks = load<u32>(LEX_MARKS + (v << 2)),
      cue: u32 = load<u8>(LEX_CUES + v);
    back = select<u32>(0, min<u32>(back + 1, 255), cue != 0);
    words += isWord;
    capitals += <u32>(kind == UPPER) & <u32>(n > 3);
    german += small & <u32>((marks & M_GERMAN) != 0);
    store<u8>(p, back, 6);
    store<u32>(p, marks, 8);
    const gap = gapBetween(e, load<u32>(p, 16));
    store<u32>(p, kind | (cue << 8) | (gap << 16) | ((isDull(v, first, n) & small) << 24), 12);
  }
  wordCount = words;
  capitalsCount = capitals;
  germanCount = german;
  memory.fill(stop, 0, SPARE_TOKENS << 4);
}
