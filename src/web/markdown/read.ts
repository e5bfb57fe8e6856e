// Reads a text that grows at its end, as an answer does while it comes. Blocks that nothing can change any more are
// kept as they are: the same objects, so that whoever shows them need not look at them again either.
import { readBlocks } from "./blocks.ts";
import type { Block, Definitions } from "./document.ts";

export interface MarkdownDocument {
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly definitions: Definitions;
  /** where each block begins in the text */
  readonly starts: readonly number[];
}

const EMPTY: MarkdownDocument = { text: "", blocks: [], definitions: new Map(), starts: [] };

/** `before`: what was read of the beginning of the same text, or of another. */
export function readMarkdown(source: string, before: MarkdownDocument = EMPTY): MarkdownDocument {
  const text = source.replace(/\r\n?/g, "\n").replaceAll("\0", "\ufffd");
  const from = text.startsWith(before.text) ? settledUpTo(before) : 0;
  const settled = before.starts.filter((start) => start < from).length;
  const lines = text.slice(from).split("\n");
  const lineStarts: number[] = [];
  let at = from;
  for (const line of lines) {
    lineStarts.push(at);
    at += line.length + 1;
  }
  const added = readBlocks(lines);
  const blocks = [...before.blocks.slice(0, settled), ...added.map(({ block }) => block)];
  const starts = [...before.starts.slice(0, settled), ...added.map(({ line }) => lineStarts[line] ?? from)];
  return { text, blocks, starts, definitions: definitionsOf(blocks, before.definitions) };
}

/** Where the last block begins that more text could change: the one before the last line, which may not be whole. */
function settledUpTo({ text, starts }: MarkdownDocument): number {
  const lastLine = text.lastIndexOf("\n") + 1;
  return starts.findLast((start) => start < lastLine) ?? 0;
}

function definitionsOf(blocks: readonly Block[], before: Definitions): Definitions {
  const definitions = new Map<string, string>();
  collect(blocks, definitions);
  const same =
    definitions.size === before.size && [...definitions].every(([label, href]) => before.get(label) === href);
  return same ? before : definitions;
}

function collect(blocks: readonly Block[], into: Map<string, string>): void {
  for (const block of blocks) {
    if (block.type === "definition" && !into.has(block.label)) into.set(block.label, block.href);
    else if (block.type === "quote") collect(block.blocks, into);
    else if (block.type === "list") for (const item of block.items) collect(item.blocks, into);
  }
}

/** What was read last. One for each text that grows. */
export class MarkdownReader {
  #last: MarkdownDocument = EMPTY;

  read(source: string): MarkdownDocument {
    this.#last = readMarkdown(source, this.#last);
    return this.#last;
  }
}
