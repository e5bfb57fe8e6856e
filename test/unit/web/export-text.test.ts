// What a transcript in Markdown does to whoever opens it, shown by a parser that takes HTML.
import MarkdownIt from "markdown-it";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exportMarkdown } from "../../../src/web/state/export.ts";
import { withoutHtml } from "../../../src/web/state/export-text.ts";
import type { MessageItem } from "../../../src/web/state/transcript.ts";
import { HOSTILE_MARKDOWN, HOSTILE_TEXTS } from "../../browser/support/hostile-texts.ts";

const viewer = new MarkdownIt({ html: true });

async function shown(text: string): Promise<string> {
  const message: MessageItem = {
    kind: "message",
    key: "m",
    own: true,
    name: null,
    text,
    atMs: 0,
    delivery: "relayed",
    problem: null,
  };
  return viewer.render(await exportMarkdown([message]));
}

/** What Markdown itself makes; `pre`, `code` and the like among it. */
const OWN_TAGS =
  /^<\/?(a|blockquote|br|code|em|h\d|hr|li|ol|p|pre|s|strong|table|tbody|td|th|thead|tr|ul)( (href|title|class|start|style)="[^"<>]*")*>$/;

function foreignTagsIn(html: string): readonly string[] {
  return [...html.matchAll(/<[^>]*>/g)].map(([tag]) => tag).filter((tag) => !OWN_TAGS.test(tag));
}

describe("[PAGE8] an exported text is no HTML and fetches nothing, whoever shows it", () => {
  it.each([...HOSTILE_TEXTS, ...HOSTILE_MARKDOWN])("%j", async (text) => {
    expect(foreignTagsIn(await shown(text))).toEqual([]);
  });

  it("no order of marks makes a tag", async () => {
    const marks = [
      "<b>",
      "<!--",
      "`",
      "``",
      "```\n",
      "~~~\n",
      "\n",
      "\n\n",
      "    ",
      "> ",
      "- ",
      "|",
      "|-|\n",
      "\\",
    ];
    const text = fc.array(fc.constantFrom(...marks, "![a](https://evil.invalid)", "<img src=x>", "x"), {
      maxLength: 24,
    });
    await fc.assert(
      fc.asyncProperty(text, async (parts) => {
        expect(foreignTagsIn(await shown(parts.join("")))).toEqual([]);
      }),
      { numRuns: 3_000 },
    );
  });

  it("the look finds what a careless export lets through", () => {
    expect(foreignTagsIn(viewer.render("> </blockquote><img src=x>"))).toContain("<img src=x>");
  });
});

it("[PAGE11] a text that is longer than what is drawn as Markdown is not parsed, and has no HTML either", () => {
  const long = "`<b>` ".repeat(20_000);
  expect(withoutHtml(long)).toBe("`\\<b>` ".repeat(20_000));
});

it.each([
  ["a < b, ![c](d)", "a \\< b, \\![c](d)"],
  ["`Vec<T>` and Vec<T>", "`Vec<T>` and Vec\\<T>"],
  ["``a ` <b> `` <c>", "``a ` <b> `` \\<c>"],
  ["```html\n<b>\n```\n<b>", "```html\n<b>\n```\n\\<b>"],
  ["    <b>", "    <b>"],
  ["\\`<b>`", "\\`\\<b>`"],
  ["a ` b\nc ` <b> ` d", "a ` b\nc ` \\<b> ` d"],
  ["a `\n<b>`", "a `\n\\<b>`"],
  ["| a |\n|---|\n| `<b>` |", "| a |\n|---|\n| `\\<b>` |"],
])("code stays as it is: %j", (text, expected) => {
  expect(withoutHtml(text)).toBe(expected);
});
