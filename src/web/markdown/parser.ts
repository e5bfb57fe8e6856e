// The Markdown parser as this page uses it: CommonMark with GitHub's tables and strikethrough and with bare addresses,
// without HTML. It only reads: where a link may lead, and what becomes an element, is decided where the text is shown.
import MarkdownIt, { type StateBlock, type StateInline } from "markdown-it";

/** levels, a list counting twice; far more than anybody nests, and few enough for whoever walks down them. */
const MAX_LEVELS = 48;

export const markdown = new MarkdownIt({
  html: false,
  linkify: true,
  // Beyond it the parser leaves blocks out. `asWritten` comes before that: a list is two levels in one step.
  maxNesting: MAX_LEVELS + 2,
});

// Of bare addresses only those that say what they are: `main.py` is a file, not a site in Paraguay.
markdown.linkify.set({ fuzzyLink: false, fuzzyIP: false, fuzzyEmail: true });
// One place judges addresses, when they are shown (parts/markdown-inline.tsx). A refused one is its words there.
markdown.validateLink = () => true;
markdown.normalizeLink = (href) => href;
// A decoded host name may look like another one.
markdown.normalizeLinkText = (text) => text;

markdown.block.ruler.before("table", "as_written", asWritten);
markdown.block.ruler.before("table", "table_of_nothing", tableOfNothing);

markdown.inline.ruler.before("escape", "formula", formula);

/** How a formula ends, by how it begins. */
const FORMULA_ENDS: Readonly<Record<string, string>> = { "\\(": "\\)", "\\[": "\\]", $$: "$$" };
/** characters; no formula is longer, and looking for the end of each of many that have none stays cheap. */
const MAX_FORMULA_CHARS = 1_000;

/** A formula stands as it was written: Markdown would take its backslashes and stars away. */
function formula(state: StateInline, silent: boolean): boolean {
  const { src, pos } = state;
  const close = FORMULA_ENDS[src.slice(pos, pos + 2)];
  if (close === undefined) return false;
  const end = src.slice(pos + 2, Math.min(state.posMax, pos + MAX_FORMULA_CHARS)).indexOf(close);
  if (end < 1) return false;
  state.pos = pos + 2 + end + 2;
  if (!silent) state.push("code_inline", "code", 0).content = src.slice(pos, state.pos);
  return true;
}

/** What lies too deep is shown as it was written. */
function asWritten(state: StateBlock, start: number, end: number, silent: boolean): boolean {
  if (silent || state.level < MAX_LEVELS) return false;
  let next = start + 1;
  while (next < end && !state.isEmpty(next) && belongs(state, next)) next += 1;
  return pushText(state, start, next);
}

/**
 * Rows are filled up to the width of their header, so that a small text could become millions of cells. A table with
 * more cells than characters is shown as it was written.
 */
function tableOfNothing(state: StateBlock, start: number, end: number, silent: boolean): boolean {
  if (silent || start + 1 >= end || !lineOf(state, start).includes("|")) return false;
  const delimiters = lineOf(state, start + 1);
  if (!/^[|:-][|: \t-]*$/.test(delimiters)) return false;
  // What the table's own rule refuses is none: its rows are not looked for, or a text of many would take long.
  const marks = cellsOf(delimiters);
  const columns = marks.length;
  if (columns === 0 || cellsOf(lineOf(state, start)).length !== columns) return false;
  if (!marks.every((mark) => /^:?-+:?$/.test(mark))) return false;
  // The rows end where the table's own rule ends them.
  const terminators = state.md.block.ruler.getRules("blockquote");
  let next = start + 2;
  for (; next < end && !state.isEmpty(next); next += 1) {
    const line = next;
    if ((state.sCount[line] ?? 0) < state.blkIndent) break;
    if (terminators.some((terminates) => terminates(state, line, end, true))) break;
  }
  const characters = (state.eMarks[next - 1] ?? 0) - (state.bMarks[start] ?? 0);
  return columns * (next - start) > characters && pushText(state, start, next);
}

/** The cells of a row, as the table's own rule counts them. */
function cellsOf(row: string): readonly string[] {
  const cells = row.split(/(?<!\\)\|/).map((cell) => cell.trim());
  if (cells[0] === "") cells.shift();
  if (cells.at(-1) === "") cells.pop();
  return cells;
}

function lineOf(state: StateBlock, line: number): string {
  return state.src.slice((state.bMarks[line] ?? 0) + (state.tShift[line] ?? 0), state.eMarks[line]).trim();
}

/** Whether a line is part of the container that is being read; one that only goes on with its paragraph is below zero. */
function belongs(state: StateBlock, line: number): boolean {
  const indent = state.sCount[line] ?? 0;
  return indent < 0 || indent >= state.blkIndent;
}

function pushText(state: StateBlock, start: number, next: number): true {
  state.push("paragraph_open", "p", 1).map = [start, next];
  const text = state.push("written", "", 0);
  text.content = state.getLines(start, next, state.blkIndent, false).trim();
  state.push("paragraph_close", "p", -1);
  state.line = next;
  return true;
}
