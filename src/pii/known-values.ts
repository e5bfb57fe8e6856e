// Finds values that are held already, wherever they stand in a text: a detector finds a password by the words around it,
// and in the next sentence it has none. A place of the text costs
// a bounded number of steps, however many values there are; no regular expression.
import type { PiiSpan } from "./detector.ts";
import type { HeldValue } from "./vault.ts";

/** UTF-16 units; from this length on a value counts also inside a word, since it is there by no accident. */
const UNMISTAKABLE_UNITS = 8;
/** digits; a shorter number means nothing by itself, as an age: the words around it make it a value, and are looked for. */
const MEANINGFUL_DIGITS = 4;
/** UTF-16 units; shorter than this nothing is looked for. */
const MEANINGFUL_UNITS = 2;
/** UTF-16 units; longer ones, as keys in PEM, a detector finds by themselves. A place costs at most that many comparisons. */
const MAX_KNOWN_UNITS = 1_024;
/** of a span: the value is known, so there is no doubt */
const CERTAIN = 100;

interface Known extends HeldValue {
  /** the longest other value that this one begins with */
  readonly beginning: Known | null;
}

/** The values of a vault at one moment, ready to be looked for. */
export class KnownValues {
  /** in the order of their units */
  readonly #sorted: readonly Known[];
  /** a bit for each first pair of units, folded to 16 bits: most places of a text begin nothing */
  readonly #beginnings = new Uint8Array(8_192);
  readonly #longest: number;

  constructor(values: readonly HeldValue[]) {
    const bySurface = new Map<string, HeldValue>();
    for (const value of values) {
      if (isMeaningful(value.surface) && !bySurface.has(value.surface)) bySurface.set(value.surface, value);
    }
    const sorted: Known[] = [];
    let last: Known | null = null;
    for (const surface of [...bySurface.keys()].sort()) {
      const value = bySurface.get(surface);
      if (value === undefined) continue;
      while (last !== null && !surface.startsWith(last.surface)) last = last.beginning;
      last = { ...value, beginning: last };
      sorted.push(last);
      const pair = pairAt(surface, 0);
      this.#beginnings[pair >> 3] = (this.#beginnings[pair >> 3] ?? 0) | (1 << (pair & 7));
    }
    this.#sorted = sorted;
    this.#longest = sorted.reduce((longest, { surface }) => Math.max(longest, surface.length), 0);
  }

  /** Every place of a value: the longest one that begins there. Places may overlap. */
  find(text: string): PiiSpan[] {
    const spans: PiiSpan[] = [];
    if (this.#sorted.length === 0) return spans;
    for (let start = 0; start < text.length; start++) {
      const pair = pairAt(text, start);
      if (((this.#beginnings[pair >> 3] ?? 0) & (1 << (pair & 7))) === 0) continue;
      const known = this.#longestAt(text, start);
      if (known === null) continue;
      spans.push({ type: known.type, start, end: start + known.surface.length, score: CERTAIN });
    }
    return spans;
  }

  /**
   * Whatever value the text goes on with is a beginning of the last one that does not come behind the text in their
   * order, or is that one.
   */
  #longestAt(text: string, start: number): Known | null {
    const rest = text.slice(start, start + this.#longest);
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#sorted[middle]?.surface ?? "") <= rest) low = middle + 1;
      else high = middle;
    }
    let known = this.#sorted[low - 1] ?? null;
    const shared = known === null ? 0 : sharedUnits(known.surface, rest);
    while (known !== null && (known.surface.length > shared || !standsAlone(text, start, known.surface))) {
      known = known.beginning;
    }
    return known;
  }
}

function isMeaningful(surface: string): boolean {
  if (surface.length < MEANINGFUL_UNITS || surface.length > MAX_KNOWN_UNITS) return false;
  for (let at = 0; at < surface.length; at++) if (!isDigit(surface.charCodeAt(at))) return true;
  return surface.length >= MEANINGFUL_DIGITS;
}

/** Whether it is no part of a longer word. */
function standsAlone(text: string, start: number, surface: string): boolean {
  const end = start + surface.length;
  if (surface.length >= UNMISTAKABLE_UNITS) return true;
  const glued = (at: number): boolean => isWord(text.charCodeAt(at - 1)) && isWord(text.charCodeAt(at));
  return !(start > 0 && glued(start)) && !(end < text.length && glued(end));
}

/** A digit, or a letter of a script that has cases. Others often write words without a gap: there nothing is glued. */
function isWord(unit: number): boolean {
  const character = String.fromCharCode(unit);
  return isDigit(unit) || character.toLowerCase() !== character.toUpperCase();
}

function isDigit(unit: number): boolean {
  return unit >= 48 && unit <= 57;
}

function pairAt(text: string, at: number): number {
  return (text.charCodeAt(at) * 31 + text.charCodeAt(at + 1)) & 0xffff;
}

function sharedUnits(one: string, other: string): number {
  let shared = 0;
  while (shared < one.length && one.charCodeAt(shared) === other.charCodeAt(shared)) shared++;
  return shared;
}
