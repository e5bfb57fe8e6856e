// What built-in functions do with answers that mean harm, which a count of steps (markdown-hostile.test.ts) does not see.
import { expect, it } from "vitest";
import { MAX_MARKDOWN_CHARS } from "../../../src/web/markdown/document.ts";
import { exhausting } from "../../support/hostile-markdown.ts";
import { growthOf, MAX_GROWTH } from "../../support/processor-time.ts";
import { readAll } from "./markdown-page.ts";

it.each(exhausting(MAX_MARKDOWN_CHARS))(
  "[PAGE11] takes time for each of its characters: %s",
  (name, text) => {
    const inputOf = (part: number): string =>
      new Map(exhausting(Math.floor(part * MAX_MARKDOWN_CHARS))).get(name) ?? "";
    expect(inputOf(1)).toBe(text);
    expect(growthOf(inputOf, readAll)).toBeLessThan(MAX_GROWTH);
  },
);
