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
/** Plus, brackets, blank, hyphen, stop, stroke. */
const isBetween = (unit: number): boolean => " +()-./".includes(String.fromCharCode(unit));
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
  /** a bit for each key of a number that stood in a text */
  readonly #written = new Uint8Array(KEYS / 8);

  constructor({ types, preserver }: ShapeOptions) {
    this.#types = new Set(types);
    this.#preserver = preserver;
  }

  /** The number to write for a value, or the token itself where there can be none. */
  insteadOf(token: string, type: PiiType, surface: string): string {
    let given = this.#given.get(token);
    if (given === undefined) {
      given = (this.#types.has(type) ? this.#shape(type, surface) : null) ?? token;
      this.#given.set(token, given);
      if (given !== token) this.#hold(given, token.slice(1, -1));
    }
    return given;
  }

  /** Reads a number that was given out; undefined where none can begin. Never inside a longer run of digits. */
  read(text: string, at: number, previous: number, final: boolean): TokenMatch | undefined {
    const first = text.charCodeAt(at);
    if (!isBeginning(first)) return undefined;
    if (isDigit(first) && isDigit(previous)) return { kind: "none" };
    for (let end = at + 1; ; end++) {
      const read = text.slice(at, end);
      const name = this.#names.get(read);
      if (name === undefined && !this.#beginnings.has(read)) return { kind: "none" };
      if (end >= text.length && !final) return { kind: "more" };
      if (name !== undefined)
        return isDigit(text.charCodeAt(end)) ? { kind: "none" } : { kind: "match", name, length: end - at };
      if (end >= text.length) return { kind: "none" };
    }
  }

  /** Every place of a number that was given out. */
  places(text: string): ShapedPlace[] {
    const places: ShapedPlace[] = [];
    for (let at = 0; at < text.length;) {
      const match = this.read(text, at, text.charCodeAt(at - 1), true);
      const length = match?.kind === "match" ? match.length : 0;
      if (length > 0) places.push({ start: at, end: at + length });
      at += Math.max(1, length);
    }
    return places;
  }

  /** Takes note of every number in a text, but for those that were given out. */
  note(text: string): void {
    const places = this.places(text);
    let next = 0;
    for (let at = 0; at < text.length; at++) {
      const place = places[next];
      if (place?.start === at) {
        next++;
        at = place.end - 1;
        continue;
      }
      if (!isDigit(text.charCodeAt(at)) || isDigit(text.charCodeAt(at - 1))) continue;
      const key = keyAt(text, at);
      if (key >= 0) this.#written[key >> 3] = (this.#written[key >> 3] ?? 0) | (1 << (key & 7));
    }
  }

  clear(): void {
    for (const map of [this.#names, this.#beginnings, this.#given, this.#digits]) map.clear();
    this.#written.fill(0);
  }

  #shape(type: PiiType, surface: string): string | null {
    if (skeletonOf(surface) === null) return null;
    const shaped = this.#preserver.protect(type, surface);
    if (shaped === surface || skeletonOf(shaped) !== skeletonOf(surface) || this.#names.has(shaped))
      return null;
    const key = keyAt(shaped, firstDigit(shaped));
    const held = this.#digits.get(key);
    if (key < 0 || ((this.#written[key >> 3] ?? 0) & (1 << (key & 7))) !== 0) return null;
    return held === undefined || held === digitsOf(shaped) ? shaped : null;
  }

  #hold(shaped: string, name: string): void {
    this.#names.set(shaped, name);
    this.#digits.set(keyAt(shaped, firstDigit(shaped)), digitsOf(shaped));
    for (let length = 1; length < shaped.length; length++) this.#beginnings.add(shaped.slice(0, length));
  }
}

/** The first digits from `at` on as one number, whatever groups them; -1 if there are not so many. */
function keyAt(text: string, at: number): number {
  let key = 0;
  let digits = 0;
  for (let i = at; i >= 0 && i < at + MAX_SHAPED_UNITS && digits < KEY_DIGITS; i++) {
    const unit = text.charCodeAt(i);
    if (isDigit(unit)) {
      key = key * 10 + unit - 48;
      digits++;
    } else if (!isBetween(unit)) break;
  }
  return digits === KEY_DIGITS ? key : -1;
}

/** What is left of a number without its digits; null where it is none in ASCII that begins and ends as one. */
function skeletonOf(surface: string): string | null {
  let skeleton = "";
  let digits = 0;
  for (let at = 0; at < surface.length; at++) {
    const unit = surface.charCodeAt(at);
    if (isDigit(unit)) digits++;
    else if (!isBetween(unit)) return null;
    skeleton += isDigit(unit) ? "0" : surface.charAt(at);
  }
  const whole = isBeginning(surface.charCodeAt(0)) && isDigit(surface.charCodeAt(surface.length - 1));
  return whole && digits >= LEAST_DIGITS && surface.length <= MAX_SHAPED_UNITS ? skeleton : null;
}

function firstDigit(text: string): number {
  let at = 0;
  while (at < text.length && !isDigit(text.charCodeAt(at))) at++;
  return at;
}

function digitsOf(text: string): string {
  return Array.from(text)
    .filter((character) => isDigit(character.charCodeAt(0)))
    .join("");
}
