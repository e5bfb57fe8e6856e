// Cuts the text of a block into tokens and finds out which brackets are links. Linear in the length of the text: what
// is looked for ahead has a bound or is looked up in a table that is made once.
import { MAX_HREF_CHARS } from "./blocks.ts";
import { readDestination } from "./destination.ts";
import { labelKey, MAX_LABEL_CHARS, type Definitions } from "./document.ts";

export type Token =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "code"; readonly text: string }
  | { readonly type: "break" }
  /** an address that stands in the text by itself */
  | { readonly type: "address"; readonly text: string; readonly href: string }
  | {
      readonly type: "delimiters";
      readonly sign: string;
      readonly count: number;
      readonly before: string;
      readonly after: string;
    }
  | Opening
  | { readonly type: "closing"; readonly text: string };

export interface Opening {
  readonly type: "opening";
  readonly image: boolean;
  /** where it leads and which token closes it; null where the bracket is a letter like another */
  link: { readonly href: string; readonly closing: number } | null;
}

const WORD = /[A-Za-z0-9]/;
const ADDRESS = new RegExp(
  `(?:https?://|www\\.)[A-Za-z0-9][^\\s<>[\\]\x60]{0,${String(MAX_HREF_CHARS)}}`,
  "y",
);
const MAIL = /[A-Za-z0-9][A-Za-z0-9.+_-]{0,63}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+/y;
const ANGLED = new RegExp(
  `<(?:((?:https?://|mailto:)[^\\s<>]{1,${String(MAX_HREF_CHARS)}})|([A-Za-z0-9.+_-]{1,64}@[A-Za-z0-9.-]{1,255}))>`,
  "y",
);
const PUNCTUATION = /[!-/:-@[-`{-~]/;

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** Where runs of backticks stand, by their length. A run is closed by the next one of its own length. */
class Backticks {
  readonly #runs = new Map<number, number[]>();

  constructor(text: string) {
    for (const { 0: run, index } of text.matchAll(/`+/g)) {
      const places = this.#runs.get(run.length);
      if (places === undefined) this.#runs.set(run.length, [index]);
      else places.push(index);
    }
    for (const places of this.#runs.values()) places.reverse();
  }

  /** Must be asked from left to right. */
  next(length: number, from: number): number | null {
    const places = this.#runs.get(length) ?? [];
    while ((places.at(-1) ?? Infinity) < from) places.pop();
    return places.at(-1) ?? null;
  }
}

export function tokensOf(text: string, definitions: Definitions): Token[] {
  return new Cutter(text, definitions).run();
}

class Cutter {
  readonly #text: string;
  readonly #definitions: Definitions;
  readonly #backticks: Backticks;
  readonly #tokens: Token[] = [];
  /** brackets that are open: number of the token, and where its label begins */
  readonly #open: { readonly token: number; readonly from: number }[] = [];
  /** so many of the open brackets stand around a link, and a link has no link in it */
  #spent = 0;
  #at = 0;
  #plainFrom = 0;

  constructor(text: string, definitions: Definitions) {
    this.#text = text;
    this.#definitions = definitions;
    this.#backticks = new Backticks(text);
  }

  run(): Token[] {
    while (this.#at < this.#text.length) {
      const end = this.#step(this.#text.charAt(this.#at));
      if (end === null) this.#at += 1;
      else {
        this.#at = end;
        this.#plainFrom = end;
      }
    }
    this.#plain();
    return this.#tokens;
  }

  /** Where what begins here ends; null where nothing does. */
  #step(character: string): number | null {
    switch (character) {
      case "\\":
        return this.#escape();
      case "`":
        return this.#code();
      case "*":
      case "_":
      case "~":
        return this.#delimiters(character);
      case "[":
        return this.#opening(false, 1);
      case "!":
        return this.#text[this.#at + 1] === "[" ? this.#opening(true, 2) : null;
      case "]":
        return this.#closing();
      case "\n":
        return this.#newline();
      case "<":
        return this.#angled();
      default:
        return this.#address(character);
    }
  }

  #plain(): void {
    if (this.#plainFrom < this.#at)
      this.#tokens.push({ type: "text", text: this.#text.slice(this.#plainFrom, this.#at) });
  }

  #push(token: Token, end: number): number {
    this.#plain();
    this.#tokens.push(token);
    return end;
  }

  #escape(): number | null {
    const next = this.#text.charAt(this.#at + 1);
    if (next === "\n") return this.#push({ type: "break" }, this.#at + 2);
    return PUNCTUATION.test(next) ? this.#push({ type: "text", text: next }, this.#at + 2) : null;
  }

  #code(): number {
    const from = this.#runEnd("`");
    const length = from - this.#at;
    const closing = this.#backticks.next(length, from);
    if (closing === null) return this.#push({ type: "text", text: "`".repeat(length) }, from);
    const code = this.#text.slice(from, closing).replaceAll("\n", " ");
    const padded = code.startsWith(" ") && code.endsWith(" ") && code.trim() !== "";
    return this.#push({ type: "code", text: padded ? code.slice(1, -1) : code }, closing + length);
  }

  #runEnd(sign: string): number {
    let end = this.#at;
    while (this.#text[end] === sign) end += 1;
    return end;
  }

  #delimiters(sign: string): number {
    const end = this.#runEnd(sign);
    const [before, after] = [this.#text.charAt(this.#at - 1), this.#text.charAt(end)];
    return this.#push({ type: "delimiters", sign, count: end - this.#at, before, after }, end);
  }

  #opening(image: boolean, length: number): number {
    const end = this.#push({ type: "opening", image, link: null }, this.#at + length);
    this.#open.push({ token: this.#tokens.length - 1, from: end });
    return end;
  }

  #closing(): number {
    const depth = this.#open.length - 1;
    const bracket = this.#open.pop();
    const opening = this.#tokens[bracket?.token ?? -1];
    const after = this.#at + 1;
    const text = "]";
    const isSpent = depth < this.#spent;
    this.#spent = Math.min(this.#spent, this.#open.length);
    if (bracket === undefined || opening?.type !== "opening" || (isSpent && !opening.image))
      return this.#push({ type: "closing", text }, after);
    const target = this.#target(bracket.from, after);
    if (target === null) return this.#push({ type: "closing", text }, after);
    const end = this.#push({ type: "closing", text }, target.end);
    opening.link = { href: target.href, closing: this.#tokens.length - 1 };
    if (!opening.image) this.#spent = this.#open.length;
    return end;
  }

  /** Where a link leads whose label has just ended, and where all of it ends. */
  #target(labelFrom: number, after: number): { readonly href: string; readonly end: number } | null {
    if (this.#text[after] === "(") {
      const found = readDestination(this.#text, after + 1);
      if (found !== null) return found;
    }
    if (this.#definitions.size === 0) return null;
    const own = this.#label(labelFrom, this.#at);
    if (this.#text[after] !== "[") return this.#defined(own, after);
    const end = this.#text.slice(after + 1, after + 2 + MAX_LABEL_CHARS).search(/[[\]]/);
    if (end < 0 || this.#text[after + 1 + end] !== "]") return this.#defined(own, after);
    const label = end === 0 ? own : this.#text.slice(after + 1, after + 1 + end);
    return this.#defined(label, after + 2 + end);
  }

  #label(from: number, to: number): string {
    return to - from > MAX_LABEL_CHARS ? "" : this.#text.slice(from, to);
  }

  #defined(label: string, end: number): { readonly href: string; readonly end: number } | null {
    const href = label === "" ? undefined : this.#definitions.get(labelKey(label));
    return href === undefined ? null : { href, end };
  }

  /** Two spaces at the end of a line break it. */
  #newline(): number | null {
    let end = this.#at;
    while (end > this.#plainFrom && this.#text[end - 1] === " ") end -= 1;
    if (this.#at - end < 2) return null;
    if (this.#plainFrom < end)
      this.#tokens.push({ type: "text", text: this.#text.slice(this.#plainFrom, end) });
    this.#tokens.push({ type: "break" });
    return this.#at + 1;
  }

  #angled(): number | null {
    const found = matchAt(ANGLED, this.#text, this.#at);
    if (found === null) return null;
    const address = found[1] ?? found[2] ?? "";
    const href = found[1] ?? `mailto:${address}`;
    return this.#push({ type: "address", text: address, href }, this.#at + found[0].length);
  }

  #address(character: string): number | null {
    if (!WORD.test(character) || WORD.test(this.#text.charAt(this.#at - 1))) return null;
    if (character === "h" || character === "w") {
      const found = matchAt(ADDRESS, this.#text, this.#at);
      if (found !== null) {
        const text = withoutEnding(found[0]);
        const href = character === "w" ? `http://${text}` : text;
        return this.#push({ type: "address", text, href }, this.#at + text.length);
      }
    }
    const text = matchAt(MAIL, this.#text, this.#at)?.[0];
    if (text === undefined) return null;
    return this.#push({ type: "address", text, href: `mailto:${text}` }, this.#at + text.length);
  }
}

/** What ends a sentence does not belong to the address in it, nor does a bracket that was opened before it. */
function withoutEnding(address: string): string {
  let open = 0;
  for (const character of address) open += character === "(" ? 1 : character === ")" ? -1 : 0;
  let end = address.length;
  for (; end > 0; end -= 1) {
    const last = address.charAt(end - 1);
    if (last === ")" && open < 0) open += 1;
    else if (!"?!.,:;*_~'\"]".includes(last)) break;
  }
  return address.slice(0, end);
}
