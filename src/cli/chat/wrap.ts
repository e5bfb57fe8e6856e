// Breaks a line before the terminal does. What follows a break is indented, so that spaces up to the edge of the
// window cannot make the rest of a message look like a line of somebody else.

/** What continued rows start with. */
export const CONTINUED = "    ";
/** columns; below it there is no room to wrap in. */
const MIN_COLUMNS = 20;

/** Rows of at most `columns` cells, for text that `printable` has seen. */
export function wrap(text: string, columns: number): string {
  if (columns < MIN_COLUMNS) return text;
  const rows: string[] = [];
  let row = "";
  let cells = 0;
  for (const word of text.split(/(?<= )/)) {
    if (cells + widthOf(word.trimEnd()) >= columns && row.trim() !== "") flush();
    for (const char of word) {
      if (cells + widthOf(char) >= columns) flush();
      row += char;
      cells += widthOf(char);
    }
  }
  rows.push(row);
  return rows.join("\n");

  function flush(): void {
    rows.push(row.trimEnd());
    row = CONTINUED;
    cells = CONTINUED.length;
  }
}

/** Cells, never too few: every character that terminals show two cells wide is at or after U+1100. */
function widthOf(text: string): number {
  let cells = 0;
  for (const char of text) cells += (char.codePointAt(0) ?? 0) < 0x1100 ? 1 : 2;
  return cells;
}
