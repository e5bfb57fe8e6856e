// Markdown as React elements. No string becomes markup anywhere: the parser's tokens are drawn one by one, and HTML in the
// source is shown as the text that it is.
import { createElement, memo, useMemo, useState, type ReactNode } from "react";
import { createPortal } from "react-dom";
import { MarkdownReader, type Block } from "../markdown/document.ts";
import { CopyButton } from "./copy-button.tsx";
import { LinkDialog } from "./link-dialog.tsx";
import { Defined, Inline, OpenLink } from "./markdown-inline.tsx";

export const Markdown = memo(function Markdown({ text }: { readonly text: string }) {
  const [reader] = useState(() => new MarkdownReader());
  const { blocks, references, rest } = useMemo(() => reader.read(text), [reader, text]);
  const [address, setAddress] = useState<string | null>(null);
  return (
    <div className="markdown">
      <Defined value={references}>
        <OpenLink value={setAddress}>
          <Blocks blocks={blocks} />
        </OpenLink>
      </Defined>
      {rest !== "" && (
        <p className="unparsed" dir="auto">
          {rest}
        </p>
      )}
      {address !== null &&
        // Outside the list of messages: what stands in a dialog was said by nobody.
        createPortal(
          <LinkDialog
            address={address}
            onClose={() => {
              setAddress(null);
            }}
          />,
          document.body,
        )}
    </div>
  );
});

function Blocks({ blocks }: { readonly blocks: readonly Block[] }) {
  return blocks.map((block, key) => <BlockView key={key} block={block} />);
}

/** Blocks that did not change are the same objects, and are not drawn again. */
const BlockView = memo(function BlockView({ block }: { readonly block: Block }): ReactNode {
  const { token, children, ticked } = block;
  switch (token.type) {
    case "inline":
      return <Inline text={token.content} />;
    case "written":
      return <span className="unparsed">{token.content}</span>;
    case "hr":
      return <hr />;
    case "heading_open":
      // The page's own headings come first in its outline.
      return createElement(
        `h${String(Math.min(6, Number(token.tag.slice(1)) + 2))}`,
        { dir: "auto" },
        <Blocks blocks={children} />,
      );
    case "paragraph_open":
      // In the items of a list with nothing between them there are no paragraphs.
      if (token.hidden) return <Blocks blocks={children} />;
      return (
        <p dir="auto">
          <Blocks blocks={children} />
        </p>
      );
    case "fence":
    case "code_block":
      return <CodeBlock code={token.content.replace(/\n$/, "")} info={token.info} />;
    case "blockquote_open":
      return (
        <blockquote dir="auto">
          <Blocks blocks={children} />
        </blockquote>
      );
    case "bullet_list_open":
      return (
        <ul dir="auto">
          <Blocks blocks={children} />
        </ul>
      );
    case "ordered_list_open":
      return (
        <ol dir="auto" start={Number(token.attrGet("start") ?? 1)}>
          <Blocks blocks={children} />
        </ol>
      );
    case "list_item_open":
      return (
        <li dir="auto">
          {ticked !== null && <input type="checkbox" checked={ticked} disabled aria-label="task" />}
          <Blocks blocks={children} />
        </li>
      );
    case "table_open":
      return <Table sections={children} />;
    default:
      // A definition of a link shows nothing.
      return null;
  }
});

function Table({ sections }: { readonly sections: readonly Block[] }) {
  return (
    <div className="table" tabIndex={0} role="region" aria-label="Table">
      <table dir="auto">
        {sections.map((section, key) => createElement(section.token.tag, { key }, section.children.map(row)))}
      </table>
    </div>
  );
}

function row({ children }: Block, line: number): ReactNode {
  return (
    <tr key={line}>
      {children.map((cell, key) =>
        createElement(
          cell.token.tag,
          { key, dir: "auto", className: sideOf(cell.token) },
          cell.children.map(({ token }, place) => <Inline key={place} text={token.content} />),
        ),
      )}
    </tr>
  );
}

/** The side that the text of its column stands on, as a class. */
function sideOf(token: Block["token"]): string | undefined {
  return /center|right/.exec(String(token.attrGet("style")))?.[0];
}

function CodeBlock({ code, info }: { readonly code: string; readonly info: string }) {
  const [language = ""] = info.trim().split(/\s/, 1);
  return (
    <figure className="code">
      <figcaption>
        <bdi>{language === "" ? "code" : language}</bdi>
        <CopyButton text={code} what="code" />
      </figcaption>
      <pre dir="ltr" tabIndex={0}>
        <code>{code}</code>
      </pre>
    </figure>
  );
}
