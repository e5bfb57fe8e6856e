// Markdown as the page shows it, in a document without a browser.
import { JSDOM } from "jsdom";
import { act, createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { vi } from "vitest";
import { MarkdownReader, type Block, type MarkdownDocument } from "../../../src/web/markdown/document.ts";
import { markdown } from "../../../src/web/markdown/parser.ts";
import { Markdown } from "../../../src/web/parts/markdown.tsx";

export function readMarkdown(text: string): MarkdownDocument {
  return new MarkdownReader().read(text);
}

/** Everything that showing a text needs, without the showing. */
export function readAll(text: string): void {
  const { blocks, references } = readMarkdown(text);
  const visit = ({ token, children }: Block): void => {
    if (token.type === "inline") markdown.parseInline(token.content, { references });
    children.forEach(visit);
  };
  blocks.forEach(visit);
}

/** Without what stands on every element or link. A link has its address where a person reads it: here it is the `href`. */
export function htmlOf(text: string): string {
  return renderToStaticMarkup(createElement(Markdown, { text }))
    .replace(/^<div class="markdown">|<\/div>$/g, "")
    .replaceAll(' dir="auto"', "")
    .replaceAll('<a role="link" tabindex="0" aria-haspopup="dialog" title=', "<a href=");
}

export interface MarkdownPage {
  readonly place: Element;
  readonly show: (text: string) => void;
  readonly close: () => void;
}

/** A page that shows one text after another. Globals are stubbed until `vi.unstubAllGlobals`. */
export async function openMarkdownPage(): Promise<MarkdownPage> {
  const dom = new JSDOM("<!doctype html><div id=root></div>");
  vi.stubGlobal("window", dom.window);
  vi.stubGlobal("document", dom.window.document);
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  const { createRoot } = await import("react-dom/client");
  const place = dom.window.document.getElementById("root");
  if (place === null) throw new Error("no place");
  const root = createRoot(place);
  return {
    place,
    show: (text) => {
      act(() => {
        root.render(createElement(Markdown, { text }));
      });
    },
    close: () => {
      act(() => {
        root.unmount();
      });
    },
  };
}
