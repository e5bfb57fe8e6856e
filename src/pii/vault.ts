// The map between tokens and values, in the memory of whoever asks and nowhere else. Bounded; when it is full redaction fails closed.
// It must never be serialised, logged or sent.
import { normaliseValue } from "./normal-value.ts";
import { type ShapedPlace, type ShapeOptions, Shapes } from "./shapes.ts";
import { MAX_TOKEN_NUMBER } from "./token-syntax.ts";
import { readToken, tokenName, type TokenKnowledge, type TokenMatch } from "./tokens.ts";
import { isPiiType, type PiiType } from "./types.ts";

/** Default bound: values of one conversation. A map of this size is a few megabytes at most. */
export const MAX_VAULT_ENTRIES = 20_000;

/**
 * Highest number of a token that is taken over from somebody else. Whoever makes tokens starts above those held here, so
 * that half of all numbers is always left to them, whatever was taken over before.
 */
const MAX_ADOPTED_NUMBER = 500_000;

/** The vault holds as many values as it may. Redaction stops rather than let one through. */
export class PiiVaultFullError extends Error {
  constructor() {
    super("pii_vault_full");
    this.name = "PiiVaultFullError";
  }
}

/** Type word of a token that stands for text which itself looks like a token. */
const LITERAL = "LITERAL";
type TokenType = PiiType | typeof LITERAL;

/** A value as it is held. */
export interface HeldValue {
  readonly type: PiiType;
  /** as it was written */
  readonly surface: string;
}

/** The map between tokens and values of one conversation. Keep it in memory only: it holds the values. */
export interface PiiVault {
  /**
   * The token for a value; the same value gives the same token, another spelling of it the same number with a letter. For
   * a type that has `shapes` a number of the same shape, where one can be told from everything else.
   */
  tokenFor(type: PiiType, surface: string): string;
  /** A token for text that restoring would otherwise take for a token. */
  literalFor(surface: string): string;
  /**
   * Makes sure that a token-like name in the user's own text is never given out: its number names nothing new, with whatever
   * letters. Does nothing where the name is held.
   */
  reserve(name: string): void;
  /**
   * Makes sure that no number in a text is ever given out for another. Returns where numbers stand that were. Does nothing
   * without `shapes`.
   */
  note(text: string): readonly ShapedPlace[];
  /** The exact value behind a canonical token name such as `EMAIL_1`. */
  valueOf(name: string): string | undefined;
  /** Reads a known token at a position of a text. */
  read(text: string, at: number, previous: number, final: boolean): TokenMatch;
  /**
   * Takes over a token that somebody else made for a value: from now on it is restored, and given for that value here.
   * Does nothing where the name is taken, is not one of a token or has a number above 500,000, nor where the vault is full.
   */
  adopt(token: string, type: string, surface: string): void;
  /** Every value, in the order in which they came. */
  held(): readonly HeldValue[];
  /** The highest number of any token held, 0 if there is none. */
  readonly highestNumber: number;
  /** Number of tokens held. */
  readonly size: number;
  /** Forgets everything. */
  clear(): void;
}

/** numbers that share an array of bits: a text pays for those that it names, and all that there are take 125 KB a type. */
const PAGE_NUMBERS = 8_192;

/** The type in a token's name, as DATE_OF_BIRTH in `DATE_OF_BIRTH_12B`. */
function typeOf(name: string): string {
  return name.slice(0, name.lastIndexOf("_"));
}

/** Number and spelling of `[TYPE_n]` or `[TYPE_nB]`; null where a token is not of that form. */
function placeOf(token: string, type: string): { readonly number: number; readonly variant: number } | null {
  const number = Number.parseInt(token.slice(`[${type}_`.length), 10);
  if (!(number > 0 && number <= MAX_ADOPTED_NUMBER)) return null;
  let letters = 0;
  for (const letter of token.slice(`[${type}_${String(number)}`.length, -1)) {
    letters = 26 * letters + letter.charCodeAt(0) - 64;
  }
  const variant = Math.max(0, letters - 1);
  return variant <= MAX_VAULT_ENTRIES && token === `[${tokenName(type, number, variant)}]`
    ? { number, variant }
    : null;
}

/** Settings of a vault. */
export interface VaultOptions {
  /** values; {@link MAX_VAULT_ENTRIES} by default */
  readonly maxEntries?: number;
  /** types whose values become numbers of the same shape in place of tokens; none by default */
  readonly shapes?: ShapeOptions;
}

/** Creates an empty vault for one conversation. */
export function createVault(options: VaultOptions = {}): PiiVault {
  const newShapes = (): Shapes | undefined => options.shapes && new Shapes(options.shapes);
  let shapes = newShapes();
  const maxEntries = options.maxEntries ?? MAX_VAULT_ENTRIES;
  const values = new Map<string, string>(); // canonical name -> surface form
  const prefixes = new Set<string>(); // beginnings of names, the empty one too
  const tokens = new Map<string, string>(); // type, surface -> name
  const numbers = new Map<string, { readonly number: number; variants: number }>(); // type, normalised -> number
  const counters = new Map<string, number>();
  const reserved = new Map<string, Uint8Array>(); // type, page -> a bit for each number that the user wrote
  let highest = 0;

  const add = (name: string, surface: string): void => {
    if (values.size >= maxEntries) throw new PiiVaultFullError();
    values.set(name, surface);
    for (let n = 0; n < name.length; n++) prefixes.add(name.slice(0, n));
  };
  const pageOf = (type: string, n: number): string => `${type} ${String(Math.floor(n / PAGE_NUMBERS))}`;
  const isReserved = (type: string, n: number): boolean =>
    ((reserved.get(pageOf(type, n))?.[(n % PAGE_NUMBERS) >> 3] ?? 0) & (1 << (n & 7))) !== 0;
  const nextNumber = (type: TokenType): number => {
    let n = counters.get(type) ?? 0;
    do n++;
    while (isReserved(type, n));
    if (n > MAX_TOKEN_NUMBER) throw new PiiVaultFullError();
    counters.set(type, n);
    highest = Math.max(highest, n);
    return n;
  };
  const assign = (type: TokenType, surface: string, normal: string): string => {
    const key = `${type} ${surface}`;
    const held = tokens.get(key);
    if (held !== undefined) return `[${held}]`;
    const valueKey = `${type} ${normal}`;
    let entry = numbers.get(valueKey);
    // A text that has used the number since may hold any of its spellings.
    if (entry === undefined || isReserved(type, entry.number)) {
      entry = { number: nextNumber(type), variants: 0 };
      numbers.set(valueKey, entry);
    } else entry.variants++;
    // Somebody else's token of that name stays what it is.
    while (values.has(tokenName(type, entry.number, entry.variants))) entry.variants++;
    const name = tokenName(type, entry.number, entry.variants);
    add(name, surface);
    tokens.set(key, name);
    return `[${name}]`;
  };
  const known = (name: string): TokenKnowledge => {
    const full = values.has(name),
      begins = prefixes.has(name);
    return full ? (begins ? "both" : "full") : begins ? "prefix" : "no";
  };

  return {
    tokenFor(type, surface) {
      const token = assign(type, surface, normaliseValue(type, surface));
      return shapes?.insteadOf(token, type, surface) ?? token;
    },
    literalFor: (surface) => assign(LITERAL, surface, surface),
    reserve(name) {
      // EMAIL_12B reserves EMAIL_12
      const number = Number.parseInt(name.slice(name.lastIndexOf("_") + 1), 10);
      if (!(number <= MAX_TOKEN_NUMBER) || values.has(name)) return;
      const key = pageOf(typeOf(name), number);
      const bits = reserved.get(key) ?? new Uint8Array(PAGE_NUMBERS >> 3);
      const at = (number % PAGE_NUMBERS) >> 3;
      bits[at] = (bits[at] ?? 0) | (1 << (number & 7));
      reserved.set(key, bits);
    },
    note: (text) => shapes?.note(text) ?? [],
    valueOf: (name) => values.get(name),
    read: (text, at, previous, final) =>
      shapes?.read(text, at, previous, final) ?? readToken(text, at, previous, final, known),
    adopt(token, type, surface) {
      const place = placeOf(token, type);
      const name = token.slice(1, -1);
      if (!isPiiType(type) || place === null || values.has(name) || values.size >= maxEntries) return;
      const { number, variant } = place;
      const valueKey = `${type} ${normaliseValue(type, surface)}`;
      add(name, surface);
      if (!tokens.has(`${type} ${surface}`)) tokens.set(`${type} ${surface}`, name);
      const entry = numbers.get(valueKey);
      if (entry === undefined) numbers.set(valueKey, { number, variants: variant });
      else if (entry.number === number) entry.variants = Math.max(entry.variants, variant);
      counters.set(type, Math.max(counters.get(type) ?? 0, number));
      highest = Math.max(highest, number);
    },
    held: () =>
      [...values].flatMap(([name, surface]) => {
        const type = typeOf(name);
        return isPiiType(type) ? [{ type, surface }] : [];
      }),
    get highestNumber() {
      return highest;
    },
    get size() {
      return values.size;
    },
    clear() {
      for (const map of [values, prefixes, tokens, numbers, counters, reserved]) map.clear();
      shapes = newShapes();
      highest = 0;
    },
  };
}
