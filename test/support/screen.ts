// What a terminal shows after it was sent some bytes: just enough of ECMA-48 for readline and our own output. An
// unknown sequence throws, so that nothing passes unseen.

export class Screen {
  readonly columns: number;
  #rows: string[] = [""];
  #row = 0;
  #column = 0;

  constructor(columns: number) {
    this.columns = columns;
  }

  /** Every row from the first, blanks at the end left out. */
  get rows(): readonly string[] {
    return this.#rows.map((row) => row.trimEnd());
  }

  /** Row and column of the cursor, from 0. */
  get cursor(): readonly [number, number] {
    return [this.#row, this.#column];
  }

  write(text: string): void {
    for (const [part] of text.matchAll(/\u001b\[[0-9;]*[A-Za-z]|\u001b.?|./gsu)) {
      if (part.startsWith("\u001b")) this.#control(part);
      else if (part === "\n") this.#down();
      else if (part === "\r") this.#column = 0;
      else this.#put(part);
    }
  }

  #control(sequence: string): void {
    const [, count, kind] = /^\u001b\[([0-9]*)([A-Za-z])$/.exec(sequence) ?? [];
    const number = Number(count === "" ? 1 : count);
    if (kind === "A") this.#row = Math.max(0, this.#row - number);
    else if (kind === "B") this.#row = Math.min(this.#rows.length - 1, this.#row + number);
    else if (kind === "C") this.#column = Math.min(this.columns - 1, this.#column + number);
    else if (kind === "D") this.#column = Math.max(0, this.#column - number);
    else if (kind === "G") this.#column = number - 1;
    else if (kind === "J") this.#clearBelow();
    else if (kind !== "m") throw new Error(`unknown sequence ${JSON.stringify(sequence)}`);
  }

  #clearBelow(): void {
    this.#rows.splice(this.#row + 1);
    this.#rows[this.#row] = (this.#rows[this.#row] ?? "").slice(0, this.#column);
  }

  // As a terminal in raw mode that turns LF into CR LF (ONLCR).
  #down(): void {
    this.#row += 1;
    this.#column = 0;
    this.#rows[this.#row] ??= "";
  }

  #put(char: string): void {
    if (this.#column >= this.columns) this.#down();
    const row = (this.#rows[this.#row] ?? "").padEnd(this.#column);
    this.#rows[this.#row] = row.slice(0, this.#column) + char + row.slice(this.#column + 1);
    this.#column += 1;
  }
}
