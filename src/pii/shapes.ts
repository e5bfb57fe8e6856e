// Numbers that stand for others of the same shape, in place of tokens, for the types that ask for it. One is given out only
// if no text that this vault saw could be taken for it, and is recognised only whole; wherever that fails a token stands.
import type { FormatPreserver } from "./format-preserving.ts";
import type { TokenMatch } from "./tokens.ts";
import type { PiiType } from "./types.ts";

/** Which types get a number of the same shape in place of a token, and what makes it. */
export interface ShapeOptions {
  readonly types: readonly PiiType[];
  readonly preserver: FormatPreserver;
}

/** A place in a text; UTF-16 offsets. */
export interface ShapedPlace {
  readonly start: number;
  readonly end: number;
}

/** UTF-16 units; longer than any telephone or card number, and shorter than what redaction looks back on. */
const MAX_SHAPED_UNITS = 40;
/** digits; numbers are told apart by their first ones, of which there are as many as {@link KEYS}. A smaller domain is refused anyway. */
const KEY_DIGITS = 6;
const KEYS = 10 ** KEY_DIGITS;
/** digits; those of a key and a check digit */
const LEAST_DIGITS = KEY_DIGITS + 1;

const isDigit = (unit: number): boolean => unit >= 48 && unit <= 57;
/** What may group the digits of a number. */
const BETWEEN = " +()-./";
/** Whether a number may begin so: no token does. */
const isBeginning = (unit: number): boolean => isDigit(unit) || unit === 43 || unit === 40;

export class Shapes {
  readonly #types: ReadonlySet<PiiType>;
  readonly #preserver: FormatPreserver;
  /** number that is given out -> name of the token that it stands in place of */
  readonly #names = new Map<string, string>();
  readonly #beginnings = new Set<string>();
  /** token -> what is written in its place, perhaps itself */
  readonly #given = new Map<string, string>();
  /** key -> the digits that are given out under it: no two differ, so that none is the beginning of another */
  readonly #digits = new Map<number, string>();
  /** a byte for each key: 1 where a number with it stood in a text. No text, however long, can fill this up */
  readonly #written = new Uint8Array(KEYS);

  constructor({ types, preserver }: ShapeOptions) {
    this.#types = new Set(types);
    this.#preserver = preserver;
  }

  /** The number to write for a value, or the token itself where there can be none. */
  insteadOf(token: string, type: PiiType, surface: string): string {
    let given = this.#given.get(token);
    if (given === undefined) {
      given = this.#shape(type, surface, token.slice(1, -1)) ?? token;
      this.#given.set(token, given);
    }
    return given;
  }

  /** Reads a number that was given out; undefined where none begins. Never inside a longer run of digits. */
  read(text: string, at: number, previous: number, final: boolean): TokenMatch | undefined {
    if (isDigit(text.charCodeAt(at)) && isDigit(previous)) return undefined;
    for (let end = at + 1; ; end++) {
      const read = text.slice(at, end);
      const name = this.#names.get(read);
      if (name === undefined && !this.#beginnings.has(read)) return undefined;
      if (end >= text.length && !final) return { kind: "more" };
      if (name !== undefined && !isDigit(text.charCodeAt(end)))
        return { kind: "match", name, length: end - at };
      if (name !== undefined || end >= text.length) return undefined;
    }
  }

  /** Takes note of every number in a text. Returns the places of those that were given out, which are none of the text's. */
  note(text: string): ShapedPlace[] {
    const places: ShapedPlace[] = [];
    for (let at = 0; at < text.length; at++) {
      const previous = text.charCodeAt(at - 1);
      const match = this.read(text, at, previous, true);
      if (match?.kind === "match") {
        places.push({ start: at, end: at + match.length });
        at += match.length - 1;
      } else if (isDigit(text.charCodeAt(at)) && !isDigit(previous)) {
        const { digits } = partsOf(text.slice(at, at + MAX_SHAPED_UNITS));
        const key = Number(digits.slice(0, KEY_DIGITS));
        if (digits.length >= KEY_DIGITS) this.#written[key] = 1;
      }
    }
    return places;
  }

  /** Null where there can be none. */
  #shape(type: PiiType, surface: string, name: string): string | null {
    const { skeleton, digits } = partsOf(surface);
    const whole = surface.length <= MAX_SHAPED_UNITS && skeleton.length === surface.length;
    const ends = isBeginning(surface.charCodeAt(0)) && skeleton.endsWith("0");
    if (!this.#types.has(type) || !whole || !ends || digits.length < LEAST_DIGITS) return null;
    const shaped = this.#preserver.protect(type, surface);
    const parts = partsOf(shaped);
    const key = Number(parts.digits.slice(0, KEY_DIGITS));
    const taken = this.#written[key] === 1 || this.#names.has(shaped) || shaped === surface;
    const fits = shaped.length === surface.length && parts.skeleton === skeleton;
    if (taken || !fits || (this.#digits.get(key) ?? parts.digits) !== parts.digits) return null;
    this.#names.set(shaped, name);
    this.#digits.set(key, parts.digits);
    for (let length = 1; length < shaped.length; length++) this.#beginnings.add(shaped.slice(0, length));
    return shaped;
  }
}

/** The number that a text begins with: its digits, and what is left with a zero for each of them. */
function partsOf(text: string): { readonly skeleton: string; readonly digits: string } {
  let skeleton = "";
  let digits = "";
  for (const character of text) {
    const digit = isDigit(character.charCodeAt(0));
    if (!digit && !BETWEEN.includes(character)) break;
    if (digit) digits += character;
    skeleton += digit ? "0" : character;
  }
  return { skeleton, digits };
}
