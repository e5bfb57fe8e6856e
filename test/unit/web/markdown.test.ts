// Answers as the page reads and shows them: what Markdown becomes.
import { describe, expect, it } from "vitest";
import { MAX_MARKDOWN_CHARS } from "../../../src/web/markdown/document.ts";
import { htmlOf as html, readMarkdown } from "./markdown-page.ts";

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
    // A formula keeps its backslashes and stars; what only looks like the beginning of one is text.
    ["\\(a\\,*b*\\) c", '<p><code dir="ltr">\\(a\\,*b*\\)</code> c</p>'],
    ["$$\n\\{a*b*c\\}\n$$", '<p><code dir="ltr">$$\n\\{a*b*c\\}\n$$</code></p>'],
    [
      "\\[a\\] `\\(b` \\(*c* $5, $6, $$",
      '<p><code dir="ltr">\\[a\\]</code> <code dir="ltr">\\(b</code> (<em>c</em> $5, $6, $$</p>',
    ],
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
    // Of bare addresses only those that say what they are.
    [
      "main.py, a.example, www.a.example, m@b.example",
      '<p>main.py, a.example, www.a.example, <a href="mailto:m@b.example">m@b.example</a></p>',
    ],
    // A host is shown as it was written, not as it may pass for another.
    [
      "https://xn--80ak6aa92e.com/%41",
      '<p><a href="https://xn--80ak6aa92e.com/%41">https://xn--80ak6aa92e.com/%41</a></p>',
    ],
    ["[a](javascript:b) [c](/d) ![*e*](f)", "<p>a c Image “e”, not loaded</p>"],
    ["<b>a</b> &amp; &lt;i&gt;", "<p>&lt;b&gt;a&lt;/b&gt; &amp; &lt;i&gt;</p>"],
  ])("%j", (text, expected) => {
    expect(html(text)).toBe(expected);
  });

  it("code keeps its lines and its indent, also in a list, and where its end never comes", () => {
    const code = (language: string, text: string): string =>
      `<figure class="code"><figcaption><bdi>${language}</bdi></figcaption>` +
      `<pre dir="ltr" tabindex="0"><code>${text}</code></pre></figure>`;
    const withoutButton = (text: string): string => html(text).replace(/<button.*?<\/button>/g, "");
    const js = code("js", "if (a) {\n  b();\n}");
    expect(withoutButton("```js title\nif (a) {\n  b();\n}\n```")).toBe(js);
    expect(withoutButton("~~~js\nif (a) {\n  b();\n}")).toBe(js);
    expect(withoutButton("1. ```js\n   if (a) {\n     b();\n   }\n   ```")).toBe(
      `<ol start="1"><li>${js}</li></ol>`,
    );
    expect(withoutButton("a\n\n    b\n\n      c\n")).toBe(`<p>a</p>${code("code", "b\n\n  c")}`);
  });

  it("tables: cells by bars, a bar after a backslash is a letter, rows are cut to their header", () => {
    expect(html("a\n\n| b | c\\|d |\n|:--|--:|\n| 1 | 2 | 3 |\n4\n\ne")).toBe(
      '<p>a</p><div class="table" tabindex="0" role="region" aria-label="Table"><table>' +
        '<thead><tr><th>b</th><th class="right">c|d</th></tr></thead>' +
        '<tbody><tr><td>1</td><td class="right">2</td></tr><tr><td>4</td><td class="right"></td></tr></tbody></table></div><p>e</p>',
    );
  });

  it("a table with more cells than characters is shown as it was written, and what follows is not", () => {
    const wide = `${"|a".repeat(20)}\n${"|-".repeat(20)}\n${"|\n".repeat(20)}`;
    expect(html(`${wide}- b`)).toBe(`<p><span class="unparsed">${wide.trim()}</span></p><ul><li>b</li></ul>`);
  });

  it("what lies too deep is shown as it was written: quotes, lists, emphasis", () => {
    for (const sign of [">", "> - ", "1. "]) {
      const shown = html(`${sign.repeat(400)}deep\n\nafter`);
      expect(shown).toContain(sign.repeat(300).replaceAll(">", "&gt;"));
      expect(shown).toMatch(/deep<\/span>.*<p>after<\/p>$/);
      expect(shown.match(/<(?:blockquote|ul|ol)/g)?.length).toBeLessThanOrEqual(50);
    }
    const shown = html(`${"*a ".repeat(100)}b${" a*".repeat(100)}`);
    expect(shown.replace(/<\/?em>/g, "").match(/\*/g)?.length).toBe(2 * 76);
    expect(shown.match(/<em>/g)?.length).toBe(24);
  });

  it("what is longer than is read stands below as plain text, cut at a line", () => {
    const line = `**a** ${"b".repeat(93)}\n`;
    const text = line.repeat(Math.ceil(MAX_MARKDOWN_CHARS / line.length)) + "**c**";
    const { blocks, rest } = readMarkdown(text);
    expect([blocks.length, rest]).toEqual([1, `${line}**c**`]);
    expect(html(text).endsWith(`<p class="unparsed">${rest}</p>`)).toBe(true);
    const whole = "a".repeat(MAX_MARKDOWN_CHARS);
    expect(readMarkdown(whole).rest).toBe("");
    expect(readMarkdown(`${whole}b`).rest).toBe("b");
    expect(readMarkdown(`${whole.slice(1)}👻`).rest).toBe("👻");
  });

  it("tasks are boxes that nobody can tick", () => {
    expect(html("- [x] a\n- [ ] b")).toBe(
      '<ul><li><input type="checkbox" disabled="" aria-label="task" checked=""/>a</li>' +
        '<li><input type="checkbox" disabled="" aria-label="task"/>b</li></ul>',
    );
  });
});
