// Cuts an answer that comes in pieces into rows that can be printed at once: at its own line breaks, and between words
// where a line gets longer than a row. A row is what stands on its own line; it must still be made printable.

export class AnswerRows {
  readonly #chars: number;
  #rest = "";

  /** `chars`: most that a row has; Infinity where only line breaks count. */
  constructor(chars: number) {
    this.#chars = chars;
  }

  /** The rows that are whole now. */
  push(text: string): string[] {
    const lines = (this.#rest + text).split("\n");
    const last = lines.pop() ?? "";
    const rows = lines.flatMap((line) => this.#cut(line.endsWith("\r") ? line.slice(0, -1) : line));
    const open = this.#cut(last);
    this.#rest = open.pop() ?? "";
    return [...rows, ...open];
  }

  /** What is left at the end of the answer. */
  flush(): string[] {
    const rest = this.#rest;
    this.#rest = "";
    return rest === "" ? [] : [rest];
  }

  #cut(line: string): string[] {
    const rows: string[] = [];
    let rest = line;
    while (rest.length > this.#chars) {
      const blank = rest.lastIndexOf(" ", this.#chars);
      const end = blank > 0 ? blank + 1 : endOfCharacter(rest, this.#chars);
      rows.push(rest.slice(0, end));
      rest = rest.slice(end);
    }
    return [...rows, rest];
  }
}

/** The next place from `at` on that is not within a surrogate pair. */
function endOfCharacter(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff ? at + 1 : at;
}
