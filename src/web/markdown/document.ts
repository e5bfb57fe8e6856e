// Reads a text that grows at its end, as an answer does while it comes. Blocks that nothing can change any more are
// kept as they are: the same objects, neither parsed nor drawn again. Only blocks are read here; what stands in their
// lines is read where it is shown, and only where it changed.
import type { Env, Token } from "markdown-it";
import { markdown } from "./parser.ts";

/**
 * characters, some twenty pages. What comes after them is plain text: an answer may have four times as much, and one
 * block of it, such as a list, is parsed again with each of its records, 20 times a second. Hostile text of this length
 * took about as long as one or two of those.
 */
export const MAX_MARKDOWN_CHARS = 65_536;

export interface Block {
  /** the token that opens it, or that it is */
  readonly token: Token;
  readonly children: readonly Block[];
  /** whether the box of a task is ticked; null where there is none */
  readonly ticked: boolean | null;
}

/** Where links by a label lead, as the parser keeps them. */
export type References = NonNullable<Env["references"]>;

export interface MarkdownDocument {
  readonly blocks: readonly Block[];
  readonly references: References;
  /** what is too long to be read */
  readonly rest: string;
}

/** A text, or the beginning of one, and what was read of it. */
interface Read {
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly references: References;
}

const TASK = /^\[([ xX])\]\s+/;
const NOTHING: Read = { text: "", blocks: [], references: {} };

/** One for each text that grows. */
export class MarkdownReader {
  #settled = NOTHING;
  #last: Read = NOTHING;

  read(source: string): MarkdownDocument {
    const { text, rest } = cut(source.replace(/\r\n?/g, "\n").replaceAll("\0", "\ufffd"));
    if (text !== this.#last.text) this.#last = this.#parse(text);
    const { blocks, references } = this.#last;
    return { blocks, references, rest };
  }

  #parse(text: string): Read {
    if (!text.startsWith(this.#settled.text)) this.#settled = NOTHING;
    const settled = this.#settled;
    const tail = text.slice(settled.text.length);
    const env = { references: { ...settled.references } };
    const tokens: Token[] = [];
    markdown.block.parse(tail, markdown, env, tokens);
    const added = blocksOf(tokens);
    const { count, end } = settledIn(tail, added);
    const kept = added.slice(0, count);
    this.#settled = {
      text: text.slice(0, settled.text.length + end),
      blocks: [...settled.blocks, ...kept],
      references: { ...settled.references, ...referencesOf(kept, env.references) },
    };
    // The same object where they are the same, since all that is shown depends on them.
    const before = this.#last.references;
    const references = sameReferences(before, env.references) ? before : env.references;
    return { text, blocks: [...settled.blocks, ...added], references };
  }
}

function cut(text: string): { readonly text: string; readonly rest: string } {
  if (text.length <= MAX_MARKDOWN_CHARS) return { text, rest: "" };
  const lastLine = text.lastIndexOf("\n", MAX_MARKDOWN_CHARS - 1) + 1;
  const end = lastLine === 0 ? MAX_MARKDOWN_CHARS : lastLine;
  return { text: text.slice(0, end), rest: text.slice(end) };
}

/**
 * How many of the blocks no more text can change, and where they end: those before the last one that begins with a whole
 * line after an empty one. Its line says that it belongs to nothing before it, and that does not depend on what follows.
 */
function settledIn(text: string, blocks: readonly Block[]): { readonly count: number; readonly end: number } {
  const lines = text.split("\n");
  const startOf = (block: Block | undefined): number => block?.token.map?.[0] ?? 0;
  const count = blocks.findLastIndex((block) => {
    const start = startOf(block);
    return start > 0 && start < lines.length - 1 && lines[start - 1]?.trim() === "";
  });
  if (count <= 0) return { count: 0, end: 0 };
  const before = lines.slice(0, startOf(blocks[count]));
  return { count, end: before.reduce((length, line) => length + line.length + 1, 0) };
}

/** The parser's flat list as a tree. */
function blocksOf(tokens: readonly Token[]): readonly Block[] {
  const roots: Block[] = [];
  const open: { readonly token: Token; readonly children: Block[] }[] = [];
  const add = (block: Block): void => void (open.at(-1)?.children ?? roots).push(block);
  for (const token of tokens) {
    if (token.nesting === 1) open.push({ token, children: [] });
    else if (token.nesting === 0) add({ token, children: [], ticked: null });
    else {
      const block = open.pop();
      if (block !== undefined)
        add({ ...block, ticked: block.token.type === "list_item_open" ? takeTask(block.children) : null });
    }
  }
  return roots;
}

/** `[x] done` at the beginning of an item: takes the box away from its words. */
function takeTask(children: readonly Block[]): boolean | null {
  const words = children[0]?.children[0]?.token;
  const task = words?.type === "inline" ? TASK.exec(words.content) : null;
  if (words === undefined || task === null) return null;
  words.content = words.content.slice(task[0].length);
  return task[1] !== " ";
}

function referencesOf(blocks: readonly Block[], all: References): References {
  const found: References = {};
  for (const { token, children } of blocks) {
    const label = token.type === "reference_definition" ? String(token.meta?.["label"]) : "";
    const reference = all[label];
    if (reference !== undefined) found[label] = reference;
    Object.assign(found, referencesOf(children, all));
  }
  return found;
}

function sameReferences(some: References, others: References): boolean {
  const labels = Object.keys(others);
  return (
    labels.length === Object.keys(some).length &&
    labels.every(
      (label) => some[label]?.href === others[label]?.href && some[label]?.title === others[label]?.title,
    )
  );
}
