// A text for a Markdown file: what it says stays, and nothing in it is HTML or a picture that is fetched, whatever shows it.
import { MAX_MARKDOWN_CHARS } from "../markdown/document.ts";
import { markdown } from "../markdown/parser.ts";

/** A backslash with what it takes the meaning from; a code span (CommonMark 6.1); what begins HTML, an address or a picture. */
const MARKS = /\\[^]|(?<!`)(`+)(?!`)[^]*?(?<!`)\1(?!`)|<|!\[/g;

/** Code stays as it is. Where this parser and another could disagree about what is code, as in tables, nothing is. */
export function withoutHtml(text: string): string {
  const lines = text.replace(/\r\n?/g, "\n").split("\n");
  // The page draws no more of a text as Markdown either.
  if (text.length > MAX_MARKDOWN_CHARS) return escaped(lines.join("\n"));
  const done: string[] = [];
  let tables = 0;
  const escapeTo = (end: number): void => {
    while (done.length < end) done.push(escaped(lines[done.length] ?? ""));
  };
  for (const { type, map, nesting } of markdown.parse(lines.join("\n"), {})) {
    if (type === "table_open" || type === "table_close") tables += nesting;
    if (map === null || map[0] < done.length) continue;
    const [start, end] = map;
    if (type === "fence" || type === "code_block") {
      escapeTo(start);
      done.push(...lines.slice(start, end));
    } else if (type === "inline" && tables === 0) {
      escapeTo(start);
      done.push(...escapedAroundCode(lines.slice(start, end).join("\n")).split("\n"));
    }
  }
  escapeTo(lines.length);
  return done.join("\n");
}

// A line that begins with `<` can begin HTML whatever is open: only code that ends on its line stays as it is.
function escapedAroundCode(text: string): string {
  return text.replace(MARKS, (mark) => (/^`.*$|^\\/.test(mark) ? mark : escaped(mark)));
}

function escaped(text: string): string {
  return text.replace(/\\[^]|<|!(?=\[)/g, (mark) => (mark.startsWith("\\") ? mark : `\\${mark}`));
}
