// The shape of a replacement token, `[EMAIL_1]`, and how a mangled one is still recognised: other case, lost or full-width brackets,
// escaped or blank underscores. Reads the text a character at a time; it must never use a regular expression.

/** Outcome of trying to read a token at a position. */
export type TokenMatch =
  | { readonly kind: "match"; readonly name: string; readonly length: number }
  | { readonly kind: "more" }
  | { readonly kind: "none" };

const NONE: TokenMatch = { kind: "none" };
const MORE: TokenMatch = { kind: "more" };

/** Longest name of a token, such as DATE_OF_BIRTH_123456ABC. */
const MAX_NAME = 40;
const BACKSLASH = 92;
const UNDERSCORE = 95;

const isDigit = (c: number): boolean => c >= 48 && c <= 57;
const isLetter = (c: number): boolean => (c >= 65 && c <= 90) || (c >= 97 && c <= 122);
/** Characters that glue to a bare token and so forbid it. */
export const isTokenWord = (c: number): boolean => isDigit(c) || isLetter(c) || c === UNDERSCORE;

/** The token for the n-th value of a type; a second surface form of a value gets a letter, B onwards. */
export function tokenName(type: string, number: number, variant: number): string {
  let suffix = "";
  // bijective base 26 over variant + 1, the first form bearing no letter
  for (let v = variant === 0 ? 0 : variant + 1; v > 0; v = Math.floor((v - 1) / 26))
    suffix = String.fromCharCode(65 + ((v - 1) % 26)) + suffix;
  return `${type}_${String(number)}${suffix}`;
}

/** Closing brackets for each opening one, by character code. */
function closing(open: number): readonly number[] | undefined {
  if (open === 91) return [93]; // [ ]
  if (open === 0xff3b) return [0xff3d]; // full-width
  if (open === 0x3010) return [0x3011]; // lenticular
  return undefined;
}

/**
 * Reads a token at `at`. `known` answers whether a canonical name is a token ("full"), begins one ("prefix") or neither ("no").
 * `previous` is the character code before `at`, or -1; `final` says that nothing follows `text`.
 */
export function readToken(
  text: string,
  at: number,
  previous: number,
  final: boolean,
  known: (name: string) => TokenKnowledge,
): TokenMatch {
  let i = at;
  const first = text.charCodeAt(i);
  let escaped = false;
  let closers: readonly number[] | undefined;
  if (first === BACKSLASH) {
    if (i + 1 < text.length && text.charCodeAt(i + 1) !== 91) return NONE;
    escaped = true;
    closers = [93];
    i += 2;
  } else {
    closers = closing(first);
    if (closers !== undefined) i++;
    else if (!isLetter(first) || isTokenWord(previous)) return NONE;
  }
  const bracketed = closers !== undefined;
  let name = "";
  if (bracketed && known(name) === "no") return NONE;
  for (;;) {
    if (i >= text.length) return !final ? MORE : bracketed ? NONE : complete(name, i - at, known);
    let c = text.charCodeAt(i);
    let width = 1;
    if (c === BACKSLASH) {
      if (i + 1 >= text.length) {
        const end = bracketed && !escaped ? NONE : complete(name, i - at, known);
        // With an underscore the name goes on, with anything else it ends.
        if (!final) return end === NONE && known(`${name}_`) === "no" ? NONE : MORE;
        return bracketed ? NONE : end;
      }
      const next = text.charCodeAt(i + 1);
      if (next === UNDERSCORE) {
        c = UNDERSCORE;
        width = 2;
      } else if (escaped && next === 93) {
        return complete(name, i + 2 - at, known);
      }
    } else if (bracketed && c === 32) c = UNDERSCORE;
    if (isTokenWord(c)) {
      const longer = name + (c >= 97 && c <= 122 ? String.fromCharCode(c - 32) : String.fromCharCode(c));
      if (longer.length > MAX_NAME || known(longer) === "no") return NONE;
      name = longer;
      i += width;
      continue;
    }
    // the name ends here
    if (!bracketed) return complete(name, i - at, known);
    if (escaped || closers?.includes(c) !== true) return NONE;
    return complete(name, i + 1 - at, known);
  }
}

/** What is known of a name: a token, the beginning of one, both, or neither. */
export type TokenKnowledge = "full" | "prefix" | "both" | "no";

function complete(name: string, length: number, known: (name: string) => TokenKnowledge): TokenMatch {
  const k = known(name);
  return k === "full" || k === "both" ? { kind: "match", name, length } : NONE;
}
