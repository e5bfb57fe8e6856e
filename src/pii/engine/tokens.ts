// Cuts the folded text into words and digit runs, looks every word up in the lexicon on the way, and notes long unbroken runs of
// key-like characters. One pass, constant work per byte.
import { CC_DIGIT, CC_LOWER, CC_OTHER, CC_RUN, CC_UPPER, CLASS, GAP } from "./generated/chars";
import { SIMD } from "./generated/build";
import { LEX_CUES, LEX_DULL, LEX_LONGEST, LEX_MARKS } from "./generated/lexicon";
import { addRun, addToken, at, length, setGap, TEXT, tokenCount } from "./memory";
import { G_BLANK, G_COMMA, G_OTHER, G_STOP_BLANK, LOWER, MIXED, OTHER } from "./token-kinds";
import { find, hashWord } from "./word-lookup";

const MIN_RUN: u32 = 16;

function gapBetween(e: u32, s: u32): u32 {
  const n = s - e,
    c = at(e);
  if (n == 1) return load<u8>(GAP + c);
  if (n != 2 || load<u8>(GAP + at(e + 1)) != G_BLANK) return G_OTHER;
  if (c == 44) return G_COMMA;
  if (c == 46) return G_STOP_BLANK;
  return load<u8>(GAP + c) == G_BLANK ? G_BLANK : G_OTHER;
}

/**
 * Whether nothing begins at a small word of lexicon value v if another small word follows; see scanTokens. Without
 * branches, since words come in no order that a processor could guess.
 */
function isDull(v: u32, first: u32, n: u32): u32 {
  const short: u32 = n <= 4 ? 1 : 0;
  return ((<u32>load<u8>(LEX_DULL + v)) >> short) & 1 & ~(short & (first == 117 ? 1 : 0));
}

const WORD: u32 = CC_DIGIT | CC_LOWER | CC_UPPER;

let end: u32 = 0;

// Kinds by what a word holds: bit 0 figures, bit 1 small letters, bit 2 capitals, bit 3 a capital after the first character.
const KIND = memory.data<u8>([1, 0, 1, 5, 3, 5, 2, 5, 1, 0, 1, 5, 3, 5, 4, 5]);

/** The kind of the word that begins at `from`; leaves its end in `end`. Few branches: words come in no order. */
function wordKind(from: u32): u32 {
  let i = from,
    holds: u32 = 0;
  if (SIMD) {
    let most: u32 = 0,
      first: u32 = 1; // the first character's bit
    do {
      const block = v128.load(TEXT + i);
      const letters = i8x16.lt_u(
        i8x16.sub(v128.or(block, i8x16.splat(0x20)), i8x16.splat(97)),
        i8x16.splat(26),
      );
      const figures = i8x16.lt_u(i8x16.sub(block, i8x16.splat(48)), i8x16.splat(10));
      // of letters, those without the bit that makes them small
      const capitals = v128.andnot(letters, i8x16.shl(block, 2));
      most = ctz(~(<u32>i8x16.bitmask(v128.or(letters, figures))));
      const mask: u32 = (1 << most) - 1,
        big = (<u32>i8x16.bitmask(capitals)) & mask,
        numbers = (<u32>i8x16.bitmask(figures)) & mask;
      holds |=
        (numbers != 0 ? 1 : 0) |
        ((mask & ~(big | numbers)) != 0 ? 2 : 0) |
        (big != 0 ? 4 : 0) |
        ((big & ~first) != 0 ? 8 : 0);
      first = 0;
      i += most;
    } while (most == 16);
  } else {
    let cls: u32 = load<u8>(CLASS + at(i));
    do {
      holds |= cls & WORD;
      if (i > from) holds |= (cls & CC_UPPER) << 1;
      i++;
      cls = load<u8>(CLASS + at(i));
    } while (cls & WORD);
  }
  end = i;
  return load<u8>(KIND + holds);
}

export function tokenise(): void {
  const n = length;
  let i: u32 = 0;
  let runFrom: u32 = 0;
  let last: u32 = 0; // end of the token before
  while (i < n) {
    const c = at(i);
    const cls: u32 = load<u8>(CLASS + c);
    if (cls & WORD) {
      const start = i,
        kind = wordKind(i);
      i = end;
      let v: u32 = 0;
      if (kind >= LOWER && kind <= MIXED && i - start <= LEX_LONGEST) v = find(hashWord(start, i));
      if (tokenCount > 0) setGap(tokenCount - 1, gapBetween(last, start));
      addToken(
        start,
        i,
        load<u32>(LEX_MARKS + (v << 2)),
        kind,
        load<u8>(LEX_CUES + v),
        kind == LOWER ? isDull(v, c, i - start) : 0,
      );
      last = i;
    } else if (cls & CC_RUN) {
      i++;
    } else {
      if (i - runFrom >= MIN_RUN) addRun(runFrom, i);
      if (cls & CC_OTHER) {
        const start = i;
        do {
          i++;
        } while (load<u8>(CLASS + at(i)) & CC_OTHER);
        if (tokenCount > 0) setGap(tokenCount - 1, gapBetween(last, start));
        addToken(start, i, 0, OTHER, 0, 0);
        last = i;
      } else i++;
      runFrom = i;
    }
  }
  if (n - runFrom >= MIN_RUN && n > runFrom) addRun(runFrom, n);
}
