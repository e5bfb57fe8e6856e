// Reads the inside of a block: emphasis, code, links, images. The way is CommonMark's own (delimiter stack, with a
// lower bound for each kind of closing run), so that no run is looked for twice in the same place.
import { MAX_DEPTH, type Definitions, type Span } from "./document.ts";
import { tokensOf, type Token } from "./inline-tokens.ts";

type Delimiters = Extract<Token, { readonly type: "delimiters" }>;
type Emphasis = "em" | "strong" | "del";

/** A run that may open something, and where in the output it stands. */
interface Opener {
  readonly sign: string;
  readonly place: number;
  readonly total: number;
  readonly closes: boolean;
  count: number;
}

const SPACE = /^\s?$/;
const PUNCTUATION = /[\p{P}\p{S}]/u;

export function readInline(text: string, definitions: Definitions): readonly Span[] {
  const tokens = tokensOf(text, definitions);
  return spansOf(tokens, 0, tokens.length, false);
}

function spansOf(tokens: readonly Token[], from: number, to: number, inLink: boolean): Span[] {
  const line = new Line();
  for (let at = from; at < to; at += 1) {
    const token = tokens[at];
    if (token === undefined) break;
    if (token.type === "delimiters") line.delimiters(token);
    else if (token.type === "opening" && token.link !== null) {
      const { href, closing } = token.link;
      // What stands in the label of an image is a description. A link in a link is none: only its words are shown.
      if (token.image)
        line.push({ type: "image", href, text: wordsOf(tokens, at + 1, closing), linked: inLink });
      else for (const span of linked(href, spansOf(tokens, at + 1, closing, true), inLink)) line.push(span);
      at = closing;
    } else for (const span of spanOf(token, inLink)) line.push(span);
  }
  return line.spans;
}

function spanOf(token: Exclude<Token, Delimiters>, inLink: boolean): readonly Span[] {
  switch (token.type) {
    case "opening":
      return [{ type: "text", text: token.image ? "![" : "[" }];
    case "address":
      return linked(token.href, [{ type: "text", text: token.text }], inLink);
    case "closing":
      return [{ type: "text", text: token.text }];
    default:
      return [token];
  }
}

function linked(href: string, spans: readonly Span[], inLink: boolean): readonly Span[] {
  return inLink ? spans : [{ type: "link", href, spans }];
}

function wordsOf(tokens: readonly Token[], from: number, to: number): string {
  let words = "";
  for (let at = from; at < to; at += 1) {
    const token = tokens[at];
    if (token?.type === "delimiters") words += token.sign.repeat(token.count);
    else if (token !== undefined && "text" in token && token.type !== "closing") words += token.text;
    else if (token?.type === "break") words += " ";
  }
  return words;
}

/** The spans of one line while it is read from left to right. */
class Line {
  readonly spans: Span[] = [];
  readonly #openers: Opener[] = [];
  /** height of the stack under which a closing run of this kind finds nothing */
  readonly #bottoms = new Map<string, number>();

  push(span: Span): void {
    this.spans.push(span);
  }

  delimiters(token: Delimiters): void {
    const { opens, closes } = flanks(token);
    const left = closes ? this.#close(token, opens) : token.count;
    if (left === 0) return;
    this.push({ type: "text", text: token.sign.repeat(left) });
    if (!opens) return;
    const { sign, count: total } = token;
    this.#openers.push({ sign, place: this.spans.length - 1, total, closes, count: left });
  }

  /** How many signs of a closing run found nothing to close. */
  #close({ sign, count }: Delimiters, opens: boolean): number {
    const kind = `${sign}${String(opens)}${String(sign === "~" ? count : count % 3)}`;
    let left = count;
    while (left > 0) {
      const at = this.#opener(sign, count, opens, this.#bottoms.get(kind) ?? 0);
      if (at === null) {
        this.#bottoms.set(kind, this.#openers.length);
        break;
      }
      const used = this.#wrap(at, left);
      if (used === 0) break;
      left -= used;
    }
    return left;
  }

  #opener(sign: string, count: number, opens: boolean, bottom: number): number | null {
    for (let at = this.#openers.length - 1; at >= bottom; at -= 1) {
      const opener = this.#openers[at];
      if (opener?.sign !== sign) continue;
      if (sign === "~") {
        if (opener.total === count) return at;
        continue;
      }
      // CommonMark's rule of three: `**a*b**` is not emphasis in emphasis.
      const odd = (opener.closes || opens) && (opener.total + count) % 3 === 0;
      if (!odd || (opener.total % 3 === 0 && count % 3 === 0)) return at;
    }
    return null;
  }

  /** Puts what stands after an opener into it. How many signs that took; none where it would lie too deep. */
  #wrap(at: number, left: number): number {
    const opener = this.#openers[at];
    if (opener === undefined) return 0;
    const used = opener.sign === "~" ? opener.count : Math.min(opener.count, left, 2);
    const spans = this.spans.splice(opener.place + 1);
    const depth = 1 + spans.reduce((most, span) => Math.max(most, "depth" in span ? span.depth : 0), 0);
    this.#keep(at + 1);
    if (depth > MAX_DEPTH) {
      // Every opener that is left would lie around the same.
      this.#keep(0);
      for (const span of spans) this.push(span);
      return 0;
    }
    opener.count -= used;
    if (opener.count === 0) {
      this.spans.length = opener.place;
      this.#keep(at);
    } else this.spans[opener.place] = { type: "text", text: opener.sign.repeat(opener.count) };
    this.push({ type: kindOf(opener.sign, used), spans, depth });
    return used;
  }

  #keep(height: number): void {
    this.#openers.length = height;
    for (const [kind, bottom] of this.#bottoms) {
      if (bottom > height) this.#bottoms.set(kind, height);
    }
  }
}

function kindOf(sign: string, used: number): Emphasis {
  if (sign === "~") return "del";
  return used === 2 ? "strong" : "em";
}

/** Whether a run of signs may open or close something, by what stands on either side (CommonMark 6.2). */
function flanks({ sign, count, before, after }: Delimiters): {
  readonly opens: boolean;
  readonly closes: boolean;
} {
  if (sign === "~" && count > 2) return { opens: false, closes: false };
  const [spaceBefore, spaceAfter] = [SPACE.test(before), SPACE.test(after)];
  const [signBefore, signAfter] = [PUNCTUATION.test(before), PUNCTUATION.test(after)];
  const left = !spaceAfter && (!signAfter || spaceBefore || signBefore);
  const right = !spaceBefore && (!signBefore || spaceAfter || signAfter);
  if (sign !== "_") return { opens: left, closes: right };
  return { opens: left && (!right || signBefore), closes: right && (!left || signAfter) };
}
