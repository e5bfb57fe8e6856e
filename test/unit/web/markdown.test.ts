// Answers as the page reads and shows them: what Markdown becomes, that no text takes the page's time away, and that
// what comes out is a document that browsers and React have nothing to say about.
import { JSDOM } from "jsdom";
import { act, createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Block } from "../../../src/web/markdown/document.ts";
import { readInline } from "../../../src/web/markdown/inline.ts";
import { MarkdownReader, readMarkdown } from "../../../src/web/markdown/read.ts";
import { Markdown } from "../../../src/web/parts/markdown.tsx";
import { HOSTILE_MARKDOWN } from "../../browser/support/hostile-texts.ts";
import { exhausting, filled } from "../../support/hostile-markdown.ts";

const html = (text: string): string =>
  renderToStaticMarkup(createElement(Markdown, { text }))
    .replace(/^<div class="markdown">|<\/div>$/g, "")
    .replaceAll(' dir="auto"', "")
    .replace(/ (?:target|rel|referrerPolicy|title)="[^"]*"/g, "");

describe("what Markdown becomes", () => {
  it.each([
    ["a **b _c_** ~~d~~", "<p>a <strong>b <em>c</em></strong> <del>d</del></p>"],
    ["**a*b** snake_case_word", "<p><strong>a*b</strong> snake_case_word</p>"],
    ["***a***", "<p><em><strong>a</strong></em></p>"],
    ["\\*a\\* 2 * 3 * 4", "<p>*a* 2 * 3 * 4</p>"],
    ["`` a`b `` and `c", '<p><code dir="ltr">a`b</code> and `c</p>'],
    ["a  \nb\\\nc\nd", "<p>a<br/>b<br/>c\nd</p>"],
    ["# a #\n\nb\n---", "<h3>a</h3><h4>b</h4>"],
    ["- a\n- b\n  - c\n\nd", "<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul><p>d</p>"],
    ["2. a\n3. b", '<ol start="2"><li>a</li><li>b</li></ol>'],
    ["- a\n\n- b", "<ul><li><p>a</p></li><li><p>b</p></li></ul>"],
    ["> a\nb\n> > c", "<blockquote><p>a\nb</p><blockquote><p>c</p></blockquote></blockquote>"],
    ["***\n- - -", "<hr/><hr/>"],
    [
      "[a](https://a.example/x 'title') [b](<https://b.example/>)",
      '<p><a href="https://a.example/x">a</a> <a href="https://b.example/">b</a></p>',
    ],
    [
      "[a][1] [1] [2]\n\n[1]: https://a.example/",
      '<p><a href="https://a.example/">a</a> <a href="https://a.example/">1</a> [2]</p>',
    ],
    [
      "see https://a.example/b_(c). <m@b.example>",
      '<p>see <a href="https://a.example/b_(c)">https://a.example/b_(c)</a>. <a href="mailto:m@b.example">m@b.example</a></p>',
    ],
    ["<b>a</b> &amp;", "<p>&lt;b&gt;a&lt;/b&gt; &amp;amp;</p>"],
  ])("%j", (text, expected) => {
    expect(html(text)).toBe(expected);
  });

  it("code keeps its lines and its indent, also in a list, and where its end never comes", () => {
    const code = { type: "code", language: "js", code: "if (a) {\n  b();\n}" };
    expect(readMarkdown("```js title\nif (a) {\n  b();\n}\n```").blocks).toEqual([code]);
    expect(readMarkdown("~~~js\nif (a) {\n  b();\n}").blocks).toEqual([code]);
    expect(readMarkdown("1. ```js\n   if (a) {\n     b();\n   }\n   ```").blocks).toMatchObject([
      { type: "list", items: [{ blocks: [code] }] },
    ]);
    expect(readMarkdown("a\n\n    b\n\n      c\n").blocks).toMatchObject([
      { text: "a" },
      { type: "code", code: "b\n\n  c" },
    ]);
  });

  it("tables: cells by bars, a bar after a backslash is a letter, rows are cut to their header", () => {
    expect(readMarkdown("a\n\n| b | c\\|d |\n|:--|--:|\n| 1 | 2 | 3 |\n4\n\ne").blocks).toEqual([
      { type: "paragraph", text: "a" },
      { type: "table", header: ["b", "c|d"], rows: [["1", "2"], ["4"]] },
      { type: "paragraph", text: "e" },
    ]);
  });

  it("tasks are boxes that nobody can tick", () => {
    expect(html("- [x] a\n- [ ] b")).toBe(
      '<ul><li><input type="checkbox" disabled="" aria-label="task" checked=""/>a</li>' +
        '<li><input type="checkbox" disabled="" aria-label="task"/>b</li></ul>',
    );
  });
});

const GROWING = [
  "# Title\n\nA paragraph\nwith two lines\n-\n\n- one\n- two\n\n  more\n\n-- three\n",
  "> quoted\n-lazy\n\n1. a\n\n   ```js\n   let a;\n   ```\n2. b\n\n***\n",
  "|a|b|\n|-|-|\n|1|2|\n\n[a]\n\n[a]: https://a.example/\n[b]: https://b.example/\n```\ncode\n\nmore\n```\nend",
].join("\n");

describe("a text that grows", () => {
  it("is read as if it had come at once, wherever it is cut", () => {
    for (const step of [1, 2, 3, 7, 31]) {
      const reader = new MarkdownReader();
      for (let end = 0; end < GROWING.length + step; end += step) {
        const text = GROWING.slice(0, end);
        expect(reader.read(text)).toEqual(readMarkdown(text));
      }
    }
  });

  it("keeps the blocks that cannot change, and their definitions, as the same objects", () => {
    const reader = new MarkdownReader();
    const before = reader.read("[a]: https://a.example/\n\none\n\ntwo\n\nthr");
    const after = reader.read("[a]: https://a.example/\n\none\n\ntwo\n\nthree\n\nfour");
    expect(after.blocks[1]).toBe(before.blocks[1]);
    expect(after.definitions).toBe(before.definitions);
    expect(reader.read("another").blocks).toEqual([{ type: "paragraph", text: "another" }]);
  });
});

/** Everything that showing a text needs, without the showing. */
function readAll(text: string): void {
  const { blocks, definitions } = readMarkdown(text);
  const visit = (block: Block): void => {
    if ("text" in block) readInline(block.text, definitions);
    else if ("blocks" in block) block.blocks.forEach(visit);
    else if ("items" in block) for (const item of block.items) item.blocks.forEach(visit);
    else if (block.type === "table")
      for (const cell of [block.header, ...block.rows].flat()) readInline(cell, definitions);
  };
  blocks.forEach(visit);
}

/** milliseconds; the best of some, since others use this machine too */
function bestMs(text: string): number {
  return Math.min(
    ...Array.from({ length: 4 }, () => {
      const began = performance.now();
      readAll(text);
      return performance.now() - began;
    }),
  );
}

describe("[PAGE11] no text takes the page's time away", () => {
  const CHARACTERS = 30_000;
  const PROSE =
    "Some **bold** words, `code` and [a link](https://example.org) in a list:\n\n- one\n- *two*\n\n";
  /** times as long as harmless Markdown of the same length; five were measured, a careless parser takes hundreds */
  const MOST = 40;
  readAll(filled(PROSE, CHARACTERS));
  const harmlessMs = bestMs(filled(PROSE, CHARACTERS));

  it.each(exhausting(CHARACTERS))("%s", (_, text) => {
    expect(bestMs(text) / harmlessMs).toBeLessThan(MOST);
  });
});

describe("[PAGE8] hostile Markdown makes a document that is sound", () => {
  let dom: JSDOM;
  beforeEach(() => {
    dom = new JSDOM("<!doctype html><div id=root></div>");
    vi.stubGlobal("window", dom.window);
    vi.stubGlobal("document", dom.window.document);
    vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  });
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  });

  const NESTED = [
    "[a [b](https://b.example) c](https://c.example)",
    "[a https://b.example c](https://c.example)",
    "[a <https://b.example> c](https://c.example)",
    "[![i](https://i.example)](https://c.example)",
    "![a [b](https://b.example)](https://c.example)",
    "[a ![i [b](https://b.example)](https://i.example) m@b.example](https://c.example)",
    "[a [b] c][b]\n\n[b]: https://b.example",
    "| [a](https://a.example) | `|` |\n|-|-|\n| - x | > y | # z |",
  ];

  it("React has nothing to say, and nothing that can be pressed lies in something else that can", async () => {
    const { createRoot } = await import("react-dom/client");
    const complaints = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const place = dom.window.document.getElementById("root");
    if (place === null) throw new Error("no place");
    const texts = [...NESTED, ...HOSTILE_MARKDOWN, ...exhausting(600).map(([, text]) => text)];
    const root = createRoot(place);
    for (const text of [
      ...texts,
      texts.join("\n\n"),
      texts.map((each) => `[${each}](https://x.example)`).join(" "),
    ]) {
      act(() => {
        root.render(createElement(Markdown, { text }));
      });
      const nested = place.querySelectorAll(":is(a, button, input) :is(a, button, input, [tabindex])");
      expect([text, nested.length]).toEqual([text, 0]);
    }
    act(() => {
      root.unmount();
    });
    expect(complaints.mock.calls).toEqual([]);
  });

  it("a link inside a link is shown as its words", () => {
    expect(html(NESTED[1] ?? "")).toBe('<p><a href="https://c.example/">a https://b.example c</a></p>');
    expect(html(NESTED[3] ?? "")).toBe('<p><a href="https://c.example/">Image “i”, not loaded</a></p>');
  });
});
