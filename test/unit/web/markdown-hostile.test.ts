// Answers that mean harm: no text takes the page's time away, and what comes out is a document that browsers and React
// have nothing to say about.
import { afterEach, describe, expect, it, vi } from "vitest";
// Before what it counts.
import { stepsOf } from "../../support/steps.ts";
import { MAX_MARKDOWN_CHARS } from "../../../src/web/markdown/document.ts";
import { HOSTILE_MARKDOWN } from "../../browser/support/hostile-texts.ts";
import { exhausting, filled } from "../../support/hostile-markdown.ts";
import { htmlOf, openMarkdownPage, readAll } from "./markdown-page.ts";

function stepsFor(text: string): number {
  return stepsOf(() => {
    readAll(text);
  });
}

describe("[PAGE11] no text takes the page's time away", () => {
  const PROSE =
    "Some **bold** words, `code` and [a link](https://example.org) in a list:\n\n- one\n- *two*\n\n";
  const harmless = filled(PROSE, MAX_MARKDOWN_CHARS);
  /** times as many steps as harmless Markdown of the same length; 19 were counted, a careless parser takes hundreds */
  const MOST = 40;
  const harmlessSteps = stepsFor(harmless);

  it("harmless Markdown takes steps for each of its characters", () => {
    expect(harmlessSteps / harmless.length).toBeGreaterThan(10);
  });

  it.each(exhausting(MAX_MARKDOWN_CHARS))("%s", (_, text) => {
    expect(stepsFor(text) / harmlessSteps).toBeLessThan(MOST);
  });
});

describe("[PAGE8] hostile Markdown makes a document that is sound", () => {
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
    const complaints = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const { place, show, close } = await openMarkdownPage();
    const texts = [...NESTED, ...HOSTILE_MARKDOWN, ...exhausting(600).map(([, text]) => text)];
    for (const text of [
      ...texts,
      texts.join("\n\n"),
      texts.map((each) => `[${each}](https://x.example)`).join(" "),
    ]) {
      show(text);
      const nested = place.querySelectorAll(":is(a, button, input) :is(a, button, input, [tabindex])");
      expect([text, nested.length]).toEqual([text, 0]);
    }
    close();
    expect(complaints.mock.calls).toEqual([]);
  });

  it("a link inside a link is shown as its words", () => {
    expect(htmlOf(NESTED[1] ?? "")).toBe('<p><a href="https://c.example/">a https://b.example c</a></p>');
    expect(htmlOf(NESTED[3] ?? "")).toBe('<p><a href="https://c.example/">Image “i”, not loaded</a></p>');
  });
});
