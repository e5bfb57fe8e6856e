// Chooses among overlapping candidates: the heavier first, one owner per character. Weight is the score, a little length, and a
// bonus for values that a checksum or a vendor's prefix proves. Counting sort, so the time is linear in the candidates.
import {
  FOLDED_BYTES,
  INPUT,
  length,
  OUTPUT,
  RUNS,
  setOutputCount,
  spanCount,
  SPANS,
  TOKENS,
} from "./memory";
import { T_ADDRESS, T_LOCATION, T_ORGANIZATION, T_PERSON } from "./generated/types";
import { flag } from "./context";
import { unitEnd, unitStart } from "./fold";

const BUCKETS: u32 = 160;
const ALL: u64 = 0xffffffffffffffff;
// The raw input and the runs are no longer needed. One bit for each folded position: whether a winner covers it, whether one
// begins there.
const OWNED: usize = INPUT;
const BEGINS: usize = INPUT + <usize>FOLDED_BYTES / 8;
/** Candidates, the heaviest first, two bytes each. */
const ORDER: usize = RUNS;
/** Where each weight's candidates begin in the order, two bytes each. */
const HEADS: usize = RUNS + 8192;

function spanStart(i: u32): u32 {
  return load<u32>(SPANS + ((<usize>i) << 4));
}
function spanEnd(i: u32): u32 {
  return load<u32>(SPANS + ((<usize>i) << 4), 4);
}
function spanType(i: u32): i32 {
  return load<u8>(SPANS + ((<usize>i) << 4), 8);
}
function spanScore(i: u32): u32 {
  return load<u8>(SPANS + ((<usize>i) << 4), 9);
}

/** The weight's place among the candidates, kept with the span. */
function spanNote(i: u32): u32 {
  return load<u16>(SPANS + ((<usize>i) << 4), 10);
}
function noteSpan(i: u32, note: u32): void {
  store<u16>(SPANS + ((<usize>i) << 4), note, 10);
}
/** Where candidate i stands in their order; behind all others if it is not one of those up to `end`. */
function placeOf(i: u32, end: u32): u32 {
  return select<u32>(load<u32>(SPANS + ((<usize>i) << 4), 12), 0xffffffff, i < end);
}

function weight(i: u32): u32 {
  const n = spanEnd(i) - spanStart(i),
    type = spanType(i);
  let w = spanScore(i) + min<u32>(n, 60) / 4;
  if (type == T_PERSON || type == T_LOCATION || type == T_ORGANIZATION) w -= min<u32>(w, 12);
  if (type == T_ADDRESS) w += 8;
  return min<u32>(w, BUCKETS - 1);
}

/** All bits from position s of its word on. */
function bitsFrom(s: u32): u64 {
  const skip: u64 = s & 63;
  return ALL << skip;
}
/** All bits of a word up to position e, which is not among them. */
function bitsBefore(e: u32): u64 {
  const skip: u64 = 63 - ((e - 1) & 63);
  return ALL >> skip;
}

/** Whether no bit of [s, e) is set. */
function free(s: u32, e: u32): bool {
  const first = s >> 6,
    last = (e - 1) >> 6,
    head = bitsFrom(s),
    tail = bitsBefore(e);
  if (first == last) return (load<u64>(OWNED + (first << 3)) & head & tail) == 0;
  if ((load<u64>(OWNED + (first << 3)) & head) != 0 || (load<u64>(OWNED + (last << 3)) & tail) != 0)
    return false;
  for (let w = first + 1; w < last; w++) if (load<u64>(OWNED + (w << 3)) != 0) return false;
  return true;
}

/** Sets the bits of [s, e). */
function own(s: u32, e: u32): void {
  const last = (e - 1) >> 6,
    tail = bitsBefore(e);
  let w = s >> 6,
    bits = bitsFrom(s);
  for (; w < last; w++) {
    store<u64>(OWNED + (w << 3), load<u64>(OWNED + (w << 3)) | bits);
    bits = ALL;
  }
  store<u64>(OWNED + (w << 3), load<u64>(OWNED + (w << 3)) | (bits & tail));
}

/** The candidate behind the row that begins with candidate i: in a row each stands behind the one before it. */
function rowEnd(i: u32): u32 {
  if (i >= spanCount) return i;
  i++;
  while (i < spanCount && placeOf(i - 1, i) <= placeOf(i, spanCount)) i++;
  return i;
}

/** Gives each candidate its rank among those that weigh the same, by the order of the text: the three loops' rows are merged. */
function rankInOrder(): void {
  // fewer rows leave the last ones empty
  const endA = rowEnd(0),
    endB = rowEnd(endA);
  let a: u32 = 0,
    b = endA,
    c = endB;
  for (let k: u32 = 0; k < spanCount; k++) {
    const ofA = placeOf(a, endA),
      ofB = placeOf(b, endB),
      ofC = placeOf(c, spanCount),
      third = flag(ofC < min<u32>(ofA, ofB)),
      second = flag(ofB < ofA) & ~third & 1,
      i = select<u32>(c, select<u32>(b, a, second), third),
      p = HEADS + (spanNote(i) << 1),
      rank: u32 = load<u16>(p);
    a += (second | third) ^ 1;
    b += second;
    c += third;
    store<u16>(ORDER + (rank << 1), i);
    store<u16>(p, rank + 1);
  }
}

/** Writes the winners to OUTPUT in text order; returns their number. */
export function resolve(): u32 {
  if (spanCount == 0) return 0;
  const words = (length + 63) >> 6;
  memory.fill(OWNED, 0, words << 3);
  memory.fill(BEGINS, 0, words << 3);
  memory.fill(HEADS, 0, (BUCKETS + 1) * 2);
  for (let i: u32 = 0; i < spanCount; i++) {
    const bucket = BUCKETS - 1 - weight(i),
      p = HEADS + (bucket << 1);
    store<u16>(p, load<u16>(p) + 1);
    noteSpan(i, bucket);
  }
  let sum: u32 = 0;
  for (let b: u32 = 0; b < BUCKETS; b++) {
    const p = HEADS + (b << 1),
      n: u32 = load<u16>(p);
    store<u16>(p, sum);
    sum += n;
  }
  rankInOrder();
  for (let k: u32 = 0; k < spanCount; k++) {
    const i: u32 = load<u16>(ORDER + (k << 1)),
      s = spanStart(i),
      e = spanEnd(i);
    if (!free(s, e)) continue;
    own(s, e);
    const p = BEGINS + ((s >> 6) << 3);
    store<u64>(p, load<u64>(p) | (bitsFrom(s) & bitsBefore(s + 1)));
    // the words are no longer needed, so the winner that begins at a position is noted in their place
    store<u16>(TOKENS + (s << 1), i);
  }
  const n = writeInOrder(words);
  setOutputCount(n);
  memory.fill(ORDER, 0, spanCount << 1);
  memory.fill(HEADS, 0, (BUCKETS + 1) * 2);
  memory.fill(OWNED, 0, words << 3);
  memory.fill(BEGINS, 0, words << 3);
  return n;
}

/** Writes what begins at each set bit, in text order. */
function writeInOrder(words: u32): u32 {
  let p = OUTPUT;
  for (let w: u32 = 0; w < words; w++) {
    let begins = load<u64>(BEGINS + (w << 3));
    while (begins != 0) {
      const i: u32 = load<u16>(TOKENS + (((w << 6) + <u32>ctz(begins)) << 1));
      store<u32>(p, unitStart(spanStart(i)));
      store<u32>(p, unitEnd(spanEnd(i) - 1), 4);
      store<u32>(p, (<u32>spanType(i)) | (spanScore(i) << 8), 8);
      p += 12;
      begins &= begins - 1;
    }
  }
  return <u32>(p - OUTPUT) / 12;
}
