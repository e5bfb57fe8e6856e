// A text with tokens in it, as a peer may share it: every one of them is shown, and no number of them hangs the page.
import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { TokenText } from "../../../src/web/parts/token-text.tsx";

const htmlOf = (text: string): string => renderToStaticMarkup(createElement(TokenText, { text }));
const wordsOf = (html: string): string => html.replace(/<[^>]*>/g, "");
const setApart = (html: string): number => html.split("<bdi").length - 1;

describe("[PAGE11] tokens in a text", () => {
  it("are set apart from the words", () => {
    expect(htmlOf("to [EMAIL_1] and [A_2B].")).toBe(
      'to <bdi class="token" dir="ltr">[EMAIL_1]</bdi> and <bdi class="token" dir="ltr">[A_2B]</bdi>.',
    );
  });

  it("as far as that takes no time; the rest is there as plain text", () => {
    const few = htmlOf("[A_1]".repeat(1_000) + " end");
    expect(setApart(few)).toBe(1_000);
    expect(wordsOf(few)).toBe("[A_1]".repeat(1_000) + " end");
    // As many as one shared answer has room for.
    const many = "[A_1]".repeat(104_857) + " end";
    const html = htmlOf(many);
    expect(setApart(html)).toBe(1_000);
    expect(wordsOf(html)).toBe(many);
  });
});
