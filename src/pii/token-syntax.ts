// Finds everything in a text that has the shape of a token of any type, known or not, so that redaction can keep clear of it.
import { readToken, type TokenKnowledge } from "./tokens.ts";
import { PII_TYPES } from "./types.ts";

/** Highest number of a token. What is written with a higher one, or with more digits, is no token of anybody. */
export const MAX_TOKEN_NUMBER = 999_999;
const MAX_DIGITS = String(MAX_TOKEN_NUMBER).length;

const TYPE_NAMES: ReadonlySet<string> = new Set<string>([...PII_TYPES, "LITERAL"]);
const TYPE_PREFIXES: ReadonlySet<string> = new Set(
  [...TYPE_NAMES].flatMap((name) =>
    Array.from({ length: name.length + 2 }, (_, n) => `${name}_`.slice(0, n)),
  ),
);

/** Knowledge of the grammar alone: TYPE, underscore, digits, letters. */
function shaped(name: string): TokenKnowledge {
  if (TYPE_PREFIXES.has(name)) return "prefix";
  // cut off the letters, then the digits
  let i = name.length;
  while (i > 0 && name.charCodeAt(i - 1) >= 65 && name.charCodeAt(i - 1) <= 90) i--;
  const letters = name.length - i;
  const digitsEnd = i;
  while (i > 0 && name.charCodeAt(i - 1) >= 48 && name.charCodeAt(i - 1) <= 57) i--;
  if (i === digitsEnd || digitsEnd - i > MAX_DIGITS || letters > 6 || name.charCodeAt(i - 1) !== 95)
    return "no";
  return TYPE_NAMES.has(name.slice(0, i - 1)) ? "both" : "no";
}

export interface ShapedToken {
  readonly start: number;
  readonly end: number;
  readonly name: string;
}

/**
 * All token-shaped stretches of `text`, left to right. One may lie within another of another name: of `[de id CARD_1]` both
 * DE_ID_CARD_1 and CARD_1 could be read, whichever is known.
 */
export function shapedTokens(text: string): ShapedToken[] {
  const out: ShapedToken[] = [];
  for (let i = 0; i < text.length; i++) {
    const match = readToken(text, i, i === 0 ? -1 : text.charCodeAt(i - 1), true, shaped);
    const last = out.at(-1);
    if (match.kind !== "match" || (last !== undefined && i < last.end && match.name === last.name)) continue;
    out.push({ start: i, end: i + match.length, name: match.name });
  }
  return out;
}
