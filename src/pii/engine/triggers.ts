// Finds the single characters that anchor a recogniser: '@', ':', '=' and '.'. Sixteen positions a step where SIMD is there.
// The recognisers walk outwards from them, each a bounded way.
import { assignmentAt } from "./assignments";
import { isBlank, isDigit, isWord } from "./context";
import { SIMD } from "./generated/build";
import { at, before, length, TEXT } from "./memory";
import { domainAt, emailAt, urlAt } from "./net";
import { colonAt } from "./network-addresses";

let urlsFrom: u32 = 0;
let colonsFrom: u32 = 0;
let assignmentsFrom: u32 = 0;

function visit(p: u32): void {
  const c = at(p);
  if (c == 64) emailAt(p);
  else if (c == 46) {
    if (p >= urlsFrom) domainAt(p);
  } else if (c == 58) {
    if (at(p + 1) == 47 && at(p + 2) == 47) {
      if (p >= urlsFrom) {
        const e = urlAt(p);
        urlsFrom = e;
      }
      return;
    }
    if (p >= colonsFrom && (isHexOrColon(at(p + 1)) || at(p + 1) == 58)) colonsFrom = colonAt(p);
    if (p >= assignmentsFrom) assignmentsFrom = assignmentAt(p);
  } else if (c == 61) {
    if (p >= assignmentsFrom) assignmentsFrom = assignmentAt(p);
  } else if (c == 44 && p > 0 && (before(p) == 34 || before(p) == 39) && isBlank(at(p + 1))) {
    if (p >= assignmentsFrom && firstArgument(p - 1)) assignmentsFrom = assignmentAt(p);
  }
}

/** Whether the quoted name that ends at q is the first argument of a call: `env("api_token", "...")`. */
function firstArgument(q: u32): bool {
  const quote = at(q);
  let i = q;
  while (i > 0 && q - i < 48 && (isWord(before(i)) || before(i) == 45 || before(i) == 46)) i--;
  return i > 1 && i < q && before(i) == quote && at(i - 2) == 40;
}

function isHexOrColon(c: u32): bool {
  return isDigit(c) || ((c | 0x20) >= 97 && (c | 0x20) <= 102) || c == 58;
}

export function scanTriggers(): void {
  urlsFrom = 0;
  colonsFrom = 0;
  assignmentsFrom = 0;
  const n = length;
  let i: u32 = 0;
  if (SIMD) {
    for (; i + 16 <= n; i += 16) {
      const block = v128.load(TEXT + i),
        previous = v128.load(TEXT + i - 1),
        next = v128.load(TEXT + i + 1);
      // most full stops and commas only part words: a domain goes on with a letter, a first argument ends in a quote
      const letter = i8x16.lt_u(
          i8x16.sub(v128.or(next, i8x16.splat(0x20)), i8x16.splat(97)),
          i8x16.splat(26),
        ),
        quote = v128.or(i8x16.eq(previous, i8x16.splat(34)), i8x16.eq(previous, i8x16.splat(39))),
        dot = v128.and(i8x16.eq(block, i8x16.splat(46)), letter),
        comma = v128.and(i8x16.eq(block, i8x16.splat(44)), quote);
      let mask = <u32>(
        i8x16.bitmask(
          v128.or(
            v128.or(i8x16.eq(block, i8x16.splat(64)), i8x16.eq(block, i8x16.splat(58))),
            v128.or(i8x16.eq(block, i8x16.splat(61)), v128.or(dot, comma)),
          ),
        )
      );
      while (mask != 0) {
        visit(i + ctz(mask));
        mask &= mask - 1;
      }
    }
  }
  for (; i < n; i++) {
    const c = at(i);
    if (c == 64 || c == 58 || c == 61 || c == 46 || c == 44) visit(i);
  }
  urlsFrom = 0;
  colonsFrom = 0;
  assignmentsFrom = 0;
}
