// Answers while they come: read and drawn as if they had come at once, at the cost of what is new in them.
import { afterEach, describe, expect, it, vi } from "vitest";
import {
  MarkdownReader,
  MAX_MARKDOWN_CHARS,
  type Block,
  type MarkdownDocument,
} from "../../../src/web/markdown/document.ts";
import { markdown } from "../../../src/web/markdown/parser.ts";
import { HOSTILE_MARKDOWN } from "../../browser/support/hostile-texts.ts";
import { openMarkdownPage, readMarkdown } from "./markdown-page.ts";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const GROWING = [
  "# Title\n\nA paragraph\nwith two lines\n-\n\n- one\n- two\n\n  more\n\n-- three\n",
  "> quoted\n-lazy\n\n1. a\n\n   ```js\n   let a;\n   ```\n2. b\n\n***\n",
  "words\n|a|b|\n|-|-|\n\nwords\n|a|b|\n|-|-|x\n\n- a\n\n  b\n\n c\n\n[x]:\n  https://x.example/\n  'title'\n",
  "|a|b|\n|-|-|\n|1|2|\n\n[a]\n\n[a]: https://a.example/\n[b]: https://b.example/\n```\ncode\n\nmore\n```\nend",
].join("\n");

const GROWING_PROSE = "A paragraph with **some** words in it, and then\n\n- a list\n- of two\n\n";

/** The numbers of lines are counted from where the reader began to parse. */
function withoutLines({ blocks, references, rest }: MarkdownDocument): unknown {
  const plain = ({ token, children, ticked }: Block): unknown => ({
    type: token.type,
    content: token.content,
    attrs: token.attrs,
    hidden: token.hidden,
    ticked,
    children: children.map(plain),
  });
  return { blocks: blocks.map(plain), references, rest };
}

describe("a text that grows", () => {
  it("is read as if it had come at once, wherever it is cut", () => {
    for (const step of [1, 2, 3, 7, 31]) {
      const reader = new MarkdownReader();
      for (let end = 0; end < GROWING.length + step; end += step) {
        const text = GROWING.slice(0, end);
        expect(withoutLines(reader.read(text))).toEqual(withoutLines(readMarkdown(text)));
      }
    }
  });

  it("that is hostile is read as if it had come at once", () => {
    for (const text of [...HOSTILE_MARKDOWN, HOSTILE_MARKDOWN.join("\n\n")]) {
      const reader = new MarkdownReader();
      const step = Math.max(1, Math.ceil(text.length / 25));
      for (let end = 0; end < text.length + step; end += step) {
        const part = text.slice(0, end);
        expect(withoutLines(reader.read(part))).toEqual(withoutLines(readMarkdown(part)));
      }
    }
  });

  it("costs what is new in it: of a long answer only the last blocks are parsed with each record", () => {
    const parse = vi.spyOn(markdown.block, "parse");
    const reader = new MarkdownReader();
    const answer = GROWING_PROSE.repeat(200);
    for (let end = 0; end < answer.length; end += 500) reader.read(answer.slice(0, end));
    const parsed = parse.mock.calls.reduce((sum, [text]) => sum + text.length, 0);
    expect(parsed).toBeLessThan(3 * answer.length);
    // Nor is anything parsed for what is plain text.
    const long = "- a\n".repeat(MAX_MARKDOWN_CHARS / 4);
    reader.read(long);
    const before = parse.mock.calls.length;
    for (let more = 0; more < 10; more += 1) reader.read(long + "b".repeat(more));
    expect(parse.mock.calls.length).toBe(before);
  });

  it("keeps the blocks that cannot change, and their definitions, as the same objects", () => {
    const reader = new MarkdownReader();
    const before = reader.read("[a]: https://a.example/\n\none\n\ntwo\n\nthr");
    const after = reader.read("[a]: https://a.example/\n\none\n\ntwo\n\nthree\n\nfour");
    expect(after.blocks[1]).toBe(before.blocks[1]);
    expect(after.references).toBe(before.references);
    expect(reader.read("another").blocks).toHaveLength(1);
  });

  it("keeps its elements in the page, and draws again what a later definition changes", async () => {
    const { place, show, close } = await openMarkdownPage();
    show("[a] one\n\ntwo\n\nthr");
    const before = [...place.querySelectorAll("p")];
    show("[a] one\n\ntwo\n\nthree\n\n- four");
    expect([...place.querySelectorAll("p")]).toEqual(before);
    expect(place.textContent).toBe("[a] onetwothreefour");
    show("[a] one\n\ntwo\n\nthree\n\n- four\n\n[a]: https://a.example/");
    expect(place.querySelector("p a")?.textContent).toBe("a");
    expect([...place.querySelectorAll("p")].slice(0, 3)).toEqual(before);
    close();
  });
});
