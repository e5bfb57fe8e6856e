// Rows of a table: cells between bars, where a bar after a backslash is a letter.

const DELIMITER = /^[ \t]*:?-+:?[ \t]*$/;

export function cellsOf(line: string): string[] {
  const row = line.trim();
  const cells: string[] = [];
  let cell = "";
  let from = row.startsWith("|") ? 1 : 0;
  for (let at = from; at < row.length; at += 1) {
    if (row[at] === "\\" && row[at + 1] === "|") {
      cell += row.slice(from, at);
      from = at + 1;
      at += 1;
    } else if (row[at] === "|") {
      cells.push((cell + row.slice(from, at)).trim());
      cell = "";
      from = at + 1;
    }
  }
  const last = (cell + row.slice(from)).trim();
  if (last !== "" || cells.length === 0) cells.push(last);
  return cells;
}

/** The line under a header: `|---|:-:|`. */
export function isDelimiterRow(line: string): boolean {
  return (
    line.includes("-") && /^[ \t|:-]+$/.test(line) && cellsOf(line).every((cell) => DELIMITER.test(cell))
  );
}
