// Markdown as React elements. No string becomes markup anywhere: HTML in the source is shown as the text that it is,
// images are named and never fetched, links are followed only by a person and only to the web or to mail.
import {
  createContext,
  createElement,
  Fragment,
  memo,
  useContext,
  useMemo,
  useState,
  type ReactNode,
} from "react";
import type { Block, Definitions, List, Span } from "../markdown/document.ts";
import { readInline } from "../markdown/inline.ts";
import { MarkdownReader } from "../markdown/read.ts";
import { CopyButton } from "./copy-button.tsx";

const SCHEMES = ["https:", "http:", "mailto:"];

const Defined = createContext<Definitions>(new Map());

export const Markdown = memo(function Markdown({ text }: { readonly text: string }) {
  const [reader] = useState(() => new MarkdownReader());
  const { blocks, definitions } = useMemo(() => reader.read(text), [reader, text]);
  return (
    <div className="markdown">
      <Defined value={definitions}>
        <Blocks blocks={blocks} />
      </Defined>
    </div>
  );
});

function Blocks({ blocks, tight = false }: { readonly blocks: readonly Block[]; readonly tight?: boolean }) {
  return blocks.map((block, key) => <BlockView key={key} block={block} tight={tight} />);
}

/** Blocks that did not change are the same objects, and are not drawn again. */
const BlockView = memo(function BlockView({
  block,
  tight,
}: {
  readonly block: Block;
  readonly tight: boolean;
}) {
  switch (block.type) {
    case "definition":
      return null;
    case "rule":
      return <hr />;
    case "heading":
      // The page's own headings come first in its outline.
      return createElement(
        `h${String(Math.min(6, block.level + 2))}`,
        { dir: "auto" },
        <Inline text={block.text} />,
      );
    case "paragraph":
      if (tight) return <Inline text={block.text} />;
      return (
        <p dir="auto">
          <Inline text={block.text} />
        </p>
      );
    case "code":
      return <CodeBlock code={block.code} language={block.language} />;
    case "quote":
      return (
        <blockquote dir="auto">
          <Blocks blocks={block.blocks} />
        </blockquote>
      );
    case "list":
      return <ListView list={block} />;
    case "table":
      return <Table header={block.header} rows={block.rows} />;
  }
});

function ListView({ list: { start, loose, items } }: { readonly list: List }) {
  const children = items.map(({ ticked, blocks }, key) => (
    <li key={key} dir="auto">
      {ticked !== null && <input type="checkbox" checked={ticked} disabled aria-label="task" />}
      <Blocks blocks={blocks} tight={!loose} />
    </li>
  ));
  return start === null ? (
    <ul dir="auto">{children}</ul>
  ) : (
    <ol dir="auto" start={start}>
      {children}
    </ol>
  );
}

interface TableProps {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

function Table({ header, rows }: TableProps) {
  return (
    <div className="table" tabIndex={0} role="region" aria-label="Table">
      <table dir="auto">
        <thead>
          <tr>
            {header.map((cell, key) => (
              <th key={key} dir="auto">
                <Inline text={cell} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, line) => (
            <tr key={line}>
              {row.map((cell, key) => (
                <td key={key} dir="auto">
                  <Inline text={cell} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const Inline = memo(function Inline({ text }: { readonly text: string }) {
  const definitions = useContext(Defined);
  return spans(readInline(text, definitions));
});

function spans(list: readonly Span[]): ReactNode[] {
  return list.map((span, key) => <Fragment key={key}>{spanView(span)}</Fragment>);
}

function spanView(span: Span): ReactNode {
  switch (span.type) {
    case "text":
      return span.text;
    case "code":
      return <code dir="ltr">{span.text}</code>;
    case "em":
    case "strong":
    case "del":
      return createElement(span.type, null, spans(span.spans));
    case "link":
      return link(span.href, spans(span.spans));
    case "image": {
      const label = `Image${span.text === "" ? "" : ` “${span.text}”`}, not loaded`;
      return span.linked ? label : link(span.href, label);
    }
    case "break":
      return <br />;
  }
}

function link(href: string, label: ReactNode): ReactNode {
  const address = URL.canParse(href) ? new URL(href) : null;
  if (address === null || !SCHEMES.includes(address.protocol)) return label;
  return (
    <a
      href={address.href}
      target="_blank"
      rel="noopener noreferrer nofollow"
      referrerPolicy="no-referrer"
      title={address.href}
    >
      {label}
    </a>
  );
}

function CodeBlock({ code, language }: { readonly code: string; readonly language: string }) {
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
