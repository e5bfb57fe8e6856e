// The engine's fixed work areas, in one place, so that wiping them is one routine and nothing can escape it.
// Nothing here may keep a value between two scans: wipe() returns the memory to its state after instantiation.
import { WORK_BYTES } from "./generated/build";
import { TYPE_COUNT } from "./generated/types";

/** UTF-16 units of one segment; the caller cuts longer texts. */
export const SEGMENT_UNITS: u32 = 16384;
export const INPUT_BYTES: u32 = SEGMENT_UNITS * 3;
export const FOLDED_BYTES: u32 = SEGMENT_UNITS * 2;
const PAD: u32 = 64;
const MAX_SPANS: u32 = 4096;
/** Records behind the last token that are written too and zeroed again before anything reads them. */
export const SPARE_TOKENS: u32 = 16;

// the first bytes stay empty, so that no area begins at a null pointer
const BASE: usize = 1024;
/** UTF-8 as the caller wrote it. */
export const INPUT: usize = BASE;
/** The folded text, one byte per position, padded with newlines at both ends. */
export const TEXT: usize = INPUT + <usize>INPUT_BYTES + <usize>PAD * 2;
/** For each folded position the UTF-16 offset (14 bits) and the width minus one (bit 15). */
export const MAP: usize = TEXT + <usize>FOLDED_BYTES + <usize>PAD;
/** Tokens, 16 bytes each: start (4), end (2), distance to the cue word before (1), marks (4), kind, cue, gap to the next, notes. */
export const TOKENS: usize = MAP + <usize>(FOLDED_BYTES + PAD) * 2;
/** Runs of key-like characters, 8 bytes each: start, end. */
export const RUNS: usize = TOKENS + <usize>(SEGMENT_UNITS + SPARE_TOKENS) * 16;
/** Candidate spans, 16 bytes each: start (4), end (4), type, score, weight (2), place in the order of candidates (4). */
export const SPANS: usize = RUNS + <usize>(SEGMENT_UNITS / 8) * 8;
/** Accepted spans for the caller: UTF-16 start, end, type | score << 8. */
export const OUTPUT: usize = SPANS + <usize>MAX_SPANS * 16;
/** One threshold per type, written by the caller before each scan. */
export const THRESHOLDS: usize = OUTPUT + <usize>MAX_SPANS * 12;
/** Digits or letters of the number under examination. */
export const SCRATCH: usize = THRESHOLDS + 128;
export const SCRATCH_BYTES: u32 = 1024;
/** One bit for each folded position: whether a figure stands there, a small letter, a capital. Only the SIMD build fills these. */
export const FIGURE_BITS: usize = SCRATCH + <usize>SCRATCH_BYTES;
const BITS_BYTES: usize = <usize>FOLDED_BYTES / 8 + 16;
export const SMALL_BITS: usize = FIGURE_BITS + BITS_BYTES;
export const CAPITAL_BITS: usize = SMALL_BITS + BITS_BYTES;
/** Lists of tokens, two bytes each: those at which a recogniser may begin, an address, a name. */
export const VISITS: usize = CAPITAL_BITS + BITS_BYTES;
const LIST_BYTES: usize = <usize>(SEGMENT_UNITS + SPARE_TOKENS) * 2;
export const PLACES: usize = VISITS + LIST_BYTES;
export const NAMES: usize = PLACES + LIST_BYTES;
const END: usize = NAMES + LIST_BYTES;

export let length: u32 = 0;
export let tokenCount: u32 = 0;
export let visitCount: u32 = 0;
export let runCount: u32 = 0;
export let spanCount: u32 = 0;
let spanPlace: u32 = 0;
export let outputCount: u32 = 0;
/** Whether a candidate found no room: what was found is then less than there is, and must not be used. */
export let overflowed: bool = false;
let inputUsed: u32 = 0;

export function setLength(n: u32): void {
  length = n;
}
export function setInputUsed(n: u32): void {
  inputUsed = n;
}
export function setOutputCount(n: u32): void {
  outputCount = n;
}

export function at(i: u32): u32 {
  return load<u8>(TEXT + i);
}
/** The byte before position i; a newline before the text. */
export function before(i: u32): u32 {
  return load<u8>(TEXT + i - 1);
}

export function tokStart(i: u32): u32 {
  return load<u32>(TOKENS + ((<usize>i) << 4));
}
export function tokEnd(i: u32): u32 {
  return load<u16>(TOKENS + ((<usize>i) << 4), 4);
}
/** How many tokens back from token i the nearest cue word stands; 0 if it is one itself, 255 if none is near. */
export function tokCueBack(i: u32): u32 {
  return load<u8>(TOKENS + ((<usize>i) << 4), 6);
}
export function tokMarks(i: u32): u32 {
  return load<u32>(TOKENS + ((<usize>i) << 4), 8);
}
export function tokKind(i: u32): u32 {
  return load<u8>(TOKENS + ((<usize>i) << 4), 12);
}
export function tokCue(i: u32): u32 {
  return load<u8>(TOKENS + ((<usize>i) << 4), 13);
}
export function tokLen(i: u32): u32 {
  return tokEnd(i) - tokStart(i);
}

/** What parts token i from the next one, as one of the G_ constants of tokens.ts. */
export function tokGap(i: u32): u32 {
  return load<u8>(TOKENS + ((<usize>i) << 4), 14);
}
/** Answers about token i that are already known, as the N_ bits of tokens.ts. */
export function tokNotes(i: u32): u32 {
  return load<u8>(TOKENS + ((<usize>i) << 4), 15);
}
export function addNotes(i: u32, bits: u32): void {
  const p = TOKENS + ((<usize>i) << 4);
  store<u8>(p, (<u32>load<u8>(p, 15)) | bits, 15);
}

export function setCue(i: u32, cue: u32): void {
  store<u8>(TOKENS + ((<usize>i) << 4), cue, 13);
}
export function setCueBack(i: u32, back: u32): void {
  store<u8>(TOKENS + ((<usize>i) << 4), back, 6);
}

/** Where token i begins and ends; the rest of its record comes later. */
export function placeToken(i: u32, start: u32, end: u32): void {
  const p = TOKENS + ((<usize>i) << 4);
  store<u32>(p, start);
  store<u16>(p, end, 4);
}
export function setTokenCount(n: u32): void {
  tokenCount = n;
}
export function setVisitCount(n: u32): void {
  visitCount = n;
}
/** The k-th token of a list. */
export function listed(list: usize, k: u32): u32 {
  return load<u16>(list + ((<usize>k) << 1));
}

export function addRun(start: u32, end: u32): void {
  if (runCount >= SEGMENT_UNITS / 8) return;
  store<u32>(RUNS + ((<usize>runCount) << 3), start);
  store<u32>(RUNS + ((<usize>runCount) << 3), end, 4);
  runCount++;
}
export function runStart(i: u32): u32 {
  return load<u32>(RUNS + ((<usize>i) << 3));
}
export function runEnd(i: u32): u32 {
  return load<u32>(RUNS + ((<usize>i) << 3), 4);
}

/** The place that the next candidates have in their order: of two that weigh the same the earlier wins. */
export function placeSpans(place: u32): void {
  spanPlace = place;
}

/** Reports a candidate; one below its type's threshold is dropped here. */
export function addSpan(type: i32, start: u32, end: u32, score: i32): bool {
  if (score > 100) score = 100;
  if (score < <i32>load<u8>(THRESHOLDS + type) || end <= start) return false;
  if (spanCount >= MAX_SPANS) {
    overflowed = true;
    return false;
  }
  const p = SPANS + ((<usize>spanCount) << 4);
  store<u32>(p, start);
  store<u32>(p, end, 4);
  store<u8>(p, <u32>type, 8);
  store<u8>(p, <u32>score, 9);
  store<u32>(p, spanPlace, 12);
  spanCount++;
  return true;
}

/** Zeroes every byte that this scan can have written. */
export function wipeAreas(): void {
  memory.fill(INPUT, 0, <usize>inputUsed + PAD);
  memory.fill(TEXT - PAD, 0, <usize>length + PAD * 2);
  memory.fill(MAP, 0, (<usize>length + PAD) * 2);
  memory.fill(TOKENS, 0, max((<usize>(tokenCount + SPARE_TOKENS)) << 4, (<usize>length) << 1)); // winners are noted there too
  memory.fill(RUNS, 0, (<usize>runCount) << 3);
  memory.fill(SPANS, 0, (<usize>spanCount) << 4);
  memory.fill(OUTPUT, 0, <usize>outputCount * 12);
  memory.fill(THRESHOLDS, 0, TYPE_COUNT);
  memory.fill(SCRATCH, 0, SCRATCH_BYTES);
  const bits: usize = ((<usize>length) >> 3) + 16;
  memory.fill(FIGURE_BITS, 0, bits);
  memory.fill(SMALL_BITS, 0, bits);
  memory.fill(CAPITAL_BITS, 0, bits);
  const list = (<usize>visitCount + 1) << 1;
  for (let p = VISITS; p < END; p += LIST_BYTES) memory.fill(p, 0, list);
  length = 0;
  tokenCount = 0;
  visitCount = 0;
  runCount = 0;
  spanCount = 0;
  spanPlace = 0;
  outputCount = 0;
  overflowed = false;
  inputUsed = 0;
}

/** Whether the areas end before the tables, and the memory holds these; checked once by the caller. */
export function fits(): bool {
  return END <= WORK_BYTES && __heap_base <= (<usize>memory.size()) << 16;
}
