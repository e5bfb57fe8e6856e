// Chooses among overlapping candidates: the heavier first, one owner per character. Weight is the score, a little length, and a
// bonus for values that a checksum or a vendor's prefix proves. Counting sort, so the time is linear in the candidates.
import { INPUT, length, OUTPUT, RUNS, setOutputCount, spanCount, SPANS, TOKENS } from "./memory";
import { T_ADDRESS, T_LOCATION, T_ORGANIZATION, T_PERSON } from "./generated/types";
import { unitEnd, unitStart } from "./fold";

const BUCKETS: u32 = 160;

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

function weight(i: u32): u32 {
  const n = spanEnd(i) - spanStart(i),
    type = spanType(i);
  let w = spanScore(i) + min<u32>(n, 60) / 4;
  if (type == T_PERSON || type == T_LOCATION || type == T_ORGANIZATION) w -= min<u32>(w, 12);
  if (type == T_ADDRESS) w += 8;
  return min<u32>(w, BUCKETS - 1);
}

/** Writes the winners to OUTPUT in text order; returns their number. */
export function resolve(): u32 {
  if (spanCount == 0) return 0;
  const owner = INPUT; // the raw input is no longer needed: one mark per folded position
  memory.fill(owner, 0, length + 8);
  const order = RUNS;
  const heads = RUNS + 8192; // bucket counters
  memory.fill(heads, 0, (BUCKETS + 1) * 2);
  for (let i: u32 = 0; i < spanCount; i++) {
    const p = heads + (BUCKETS - 1 - weight(i)) * 2;
    store<u16>(p, load<u16>(p) + 1);
  }
  let sum: u32 = 0;
  for (let b: u32 = 0; b < BUCKETS; b++) {
    const p = heads + b * 2,
      n = load<u16>(p);
    store<u16>(p, sum);
    sum += n;
  }
  for (let i: u32 = 0; i < spanCount; i++) {
    const p = heads + (BUCKETS - 1 - weight(i)) * 2,
      at: u32 = load<u16>(p);
    store<u16>(order + (at << 1), i);
    store<u16>(p, at + 1);
  }
  for (let k: u32 = 0; k < spanCount; k++) {
    const i: u32 = load<u16>(order + (k << 1)),
      s = spanStart(i),
      e = spanEnd(i);
    let free = true;
    for (let p = s; p < e; p++)
      if (load<u8>(owner + p) != 0) {
        free = false;
        break;
      }
    if (!free) continue;
    memory.fill(owner + s, 1, e - s);
    store<u8>(owner + s, 2);
    store<u16>(TOKENS + (s << 1), i);
  }
  // in text order: the words are no longer needed, so the winner that begins at a position is noted in their place
  let n: u32 = 0;
  for (let from: u32 = 0; from < length; from += 8) {
    let begins = load<u64>(owner + from) & 0x0202020202020202;
    while (begins != 0) {
      const i: u32 = load<u16>(TOKENS + ((from + ((<u32>ctz(begins)) >> 3)) << 1));
      const p = OUTPUT + <usize>n * 12;
      store<u32>(p, unitStart(spanStart(i)));
      store<u32>(p, unitEnd(spanEnd(i) - 1), 4);
      store<u32>(p, (<u32>spanType(i)) | (spanScore(i) << 8), 8);
      n++;
      begins &= begins - 1;
    }
  }
  setOutputCount(n);
  memory.fill(order, 0, spanCount << 1);
  memory.fill(heads, 0, (BUCKETS + 1) * 2);
  memory.fill(owner, 0, length);
  return n;
}
