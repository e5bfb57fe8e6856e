// Reads the blocks of a Markdown text: CommonMark with GitHub's tables and task lists, without HTML. Whoever wrote the
// text may mean harm, so that the time is linear in its length: each line is looked at once per level of nesting, levels
// are bounded, and nothing is looked for further than to the end of a line.
import { MAX_DEPTH, MAX_LABEL_CHARS, labelKey, type Block } from "./document.ts";
import { readList, startsList } from "./lists.ts";
import { cellsOf, isDelimiterRow } from "./tables.ts";

/** columns; so far a line may be moved to the right before it is code. */
const CODE_INDENT = 4;
/** characters; browsers take longer addresses, nobody reads them. */
export const MAX_HREF_CHARS = 2_048;

const FENCE = /^ {0,3}(?:(`{3,})([^`]*)|(~{3,})(.*))$/;
const HEADING = /^ {0,3}(#{1,6})(?:[ \t]+(.*))?$/;
const RULE = /^ {0,3}([-*_])(?:[ \t]*\1){2,}[ \t]*$/;
const UNDERLINE = /^ {0,3}(?:(=+)|-+)[ \t]*$/;
const QUOTE = /^ {0,3}> ?/;
const DEFINITION = new RegExp(
  `^ {0,3}\\[([^\\[\\]\\\\]{1,${String(MAX_LABEL_CHARS)}})\\]:[ \\t]*` +
    `(?:<([^<>]{0,${String(MAX_HREF_CHARS)}})>|([^\\s<]\\S{0,${String(MAX_HREF_CHARS)}}))` +
    `(?:[ \\t]+(?:"(?:[^"\\\\]|\\\\.)*"|'(?:[^'\\\\]|\\\\.)*'|\\([^()]*\\)))?[ \\t]*$`,
);

/** A block and the line that it begins with. */
export interface PlacedBlock {
  readonly block: Block;
  readonly line: number;
}

/** What was read, and the line with which the next block begins. */
export interface Read {
  readonly blocks: readonly Block[];
  readonly next: number;
}

export function isBlank(line: string): boolean {
  return line.trim() === "";
}

/** columns of white space before the first letter; tabs reach to the next multiple of four */
export function indentOf(line: string): number {
  let columns = 0;
  for (const character of line) {
    if (character === " ") columns += 1;
    else if (character === "\t") columns += CODE_INDENT - (columns % CODE_INDENT);
    else break;
  }
  return columns;
}

/** The line without its first columns of white space, as far as it has any. */
export function dedent(line: string, columns: number): string {
  let at = 0;
  let passed = 0;
  while (passed < columns && (line[at] === " " || line[at] === "\t")) {
    passed += line[at] === " " ? 1 : CODE_INDENT - (passed % CODE_INDENT);
    at += 1;
  }
  return " ".repeat(Math.max(0, passed - columns)) + line.slice(at);
}

/** Whether a line begins something that ends the paragraph before it. */
export function interrupts(line: string): boolean {
  return (
    indentOf(line) < CODE_INDENT &&
    (FENCE.test(line) || HEADING.test(line) || RULE.test(line) || QUOTE.test(line) || startsList(line, true))
  );
}

export function isFence(line: string): boolean {
  return FENCE.test(line);
}

export function isRule(line: string): boolean {
  return RULE.test(line);
}

export function readBlocks(lines: readonly string[], depth = 0): PlacedBlock[] {
  const placed: PlacedBlock[] = [];
  if (depth > MAX_DEPTH) return [{ line: 0, block: { type: "paragraph", text: lines.join("\n") } }];
  for (let at = 0; at < lines.length;) {
    if (isBlank(lines[at] ?? "")) {
      at += 1;
      continue;
    }
    const { blocks, next } = readBlock(lines, at, depth);
    for (const block of blocks) placed.push({ block, line: at });
    at = next;
  }
  return placed;
}

function readBlock(lines: readonly string[], at: number, depth: number): Read {
  const line = lines[at] ?? "";
  if (indentOf(line) >= CODE_INDENT) return readIndented(lines, at);
  if (FENCE.test(line)) return readFenced(lines, at);
  const heading = HEADING.exec(line);
  if (heading !== null) {
    const text = (heading[2] ?? "").trimEnd();
    const level = heading[1]?.length ?? 1;
    return { blocks: [{ type: "heading", level, text: withoutClosing(text) }], next: at + 1 };
  }
  if (RULE.test(line)) return { blocks: [{ type: "rule" }], next: at + 1 };
  if (QUOTE.test(line)) return readQuote(lines, at, depth);
  if (startsList(line, false)) return readList(lines, at, depth);
  return readTable(lines, at) ?? readParagraph(lines, at);
}

/** `# title ##`: the numbers at the end are drawing. */
function withoutClosing(text: string): string {
  let end = text.length;
  while (text[end - 1] === "#") end -= 1;
  return end === 0 || text[end - 1] === " " || text[end - 1] === "\t" ? text.slice(0, end).trimEnd() : text;
}

function readIndented(lines: readonly string[], at: number): Read {
  const code: string[] = [];
  let next = at;
  for (; next < lines.length; next += 1) {
    const line = lines[next] ?? "";
    if (!isBlank(line) && indentOf(line) < CODE_INDENT) break;
    code.push(dedent(line, CODE_INDENT));
  }
  while (isBlank(code.at(-1) ?? "-")) code.pop();
  return { blocks: [{ type: "code", language: "", code: code.join("\n") }], next };
}

function readFenced(lines: readonly string[], at: number): Read {
  const opening = FENCE.exec(lines[at] ?? "");
  const fence = opening?.[1] ?? opening?.[3] ?? "";
  const language = (opening?.[2] ?? opening?.[4] ?? "").trim().split(/\s/, 1)[0] ?? "";
  const indent = indentOf(lines[at] ?? "");
  const code: string[] = [];
  let next = at + 1;
  for (; next < lines.length; next += 1) {
    const line = lines[next] ?? "";
    if (closes(line, fence)) break;
    code.push(dedent(line, indent));
  }
  return { blocks: [{ type: "code", language, code: code.join("\n") }], next: next + 1 };
}

function closes(line: string, fence: string): boolean {
  if (indentOf(line) >= CODE_INDENT) return false;
  const closing = line.trim();
  return closing.startsWith(fence) && closing === fence.charAt(0).repeat(closing.length);
}

function readQuote(lines: readonly string[], at: number, depth: number): Read {
  const inside: string[] = [];
  let next = at;
  let fenced = false;
  for (; next < lines.length; next += 1) {
    const line = lines[next] ?? "";
    const marker = QUOTE.exec(line);
    // A paragraph may go on without the sign of the quote.
    if (marker === null && (fenced || isBlank(line) || isBlank(inside.at(-1) ?? "") || interrupts(line)))
      break;
    const content = line.slice(marker?.[0].length ?? 0);
    if (isFence(content)) fenced = !fenced;
    inside.push(content);
  }
  return { blocks: [{ type: "quote", blocks: blocksOf(inside, depth + 1) }], next };
}

export function blocksOf(lines: readonly string[], depth: number): Block[] {
  return readBlocks(lines, depth).map(({ block }) => block);
}

function readTable(lines: readonly string[], at: number): Read | null {
  if (!isTable(lines, at)) return null;
  const header = cellsOf(lines[at] ?? "");
  const rows: string[][] = [];
  let next = at + 2;
  for (; next < lines.length; next += 1) {
    const line = lines[next] ?? "";
    if (isBlank(line) || interrupts(line)) break;
    // Rows are not filled up: a wide header over many short rows would make a small text a huge table.
    rows.push(cellsOf(line).slice(0, header.length));
  }
  return { blocks: [{ type: "table", header, rows }], next };
}

function isTable(lines: readonly string[], at: number): boolean {
  const [header = "", delimiters = ""] = [lines[at], lines[at + 1]];
  if (!header.includes("|") || !isDelimiterRow(delimiters)) return false;
  return cellsOf(header).length === cellsOf(delimiters).length;
}

function readParagraph(lines: readonly string[], at: number): Read {
  const definitions: Block[] = [];
  let next = at;
  for (; next < lines.length; next += 1) {
    const definition = definitionIn(lines[next] ?? "");
    if (definition === null) break;
    definitions.push(definition);
  }
  const text: string[] = [];
  for (; next < lines.length; next += 1) {
    const line = lines[next] ?? "";
    const underline = text.length === 0 ? null : UNDERLINE.exec(line);
    if (underline !== null) {
      const level = underline[1] === undefined ? 2 : 1;
      return { blocks: [...definitions, { type: "heading", level, text: text.join("\n") }], next: next + 1 };
    }
    if (isBlank(line) || (next > at && (interrupts(line) || isTable(lines, next)))) break;
    text.push(line.trimStart());
  }
  if (text.length === 0) return { blocks: definitions, next };
  return { blocks: [...definitions, { type: "paragraph", text: text.join("\n").trimEnd() }], next };
}

function definitionIn(line: string): Block | null {
  const found = DEFINITION.exec(line);
  if (found === null) return null;
  return { type: "definition", label: labelKey(found[1] ?? ""), href: found[2] ?? found[3] ?? "" };
}
