// Markdown as React elements. No string becomes markup anywhere: HTML in the source is shown as the text that it is,
// images are named and never fetched, links are followed only by a person and only to the web or to mail.
import { Lexer, type Token, type Tokens } from "marked";
import { createElement, Fragment, memo, useMemo, type ReactNode } from "react";
import { CopyButton } from "./copy-button.tsx";

/** Lists in quotes in lists: beyond so many levels the rest is shown as it was written. */
const MAX_DEPTH = 24;
const SCHEMES = ["https:", "http:", "mailto:"];

export const Markdown = memo(function Markdown({ text }: { readonly text: string }) {
  const tokens = useMemo(() => parse(text), [text]);
  return <div className="markdown">{blocks(tokens, 0)}</div>;
});

function parse(text: string): readonly Token[] {
  try {
    return new Lexer({ gfm: true }).lex(text);
  } catch {
    // The parser gives up on what nests too deeply.
    return [{ type: "paragraph", raw: text, text, tokens: [{ type: "text", raw: text, text }] }];
  }
}

function blocks(tokens: readonly Token[], depth: number): ReactNode[] {
  return tokens.map((token, key) => <Fragment key={key}>{block(token, depth)}</Fragment>);
}

function block(token: Token, depth: number): ReactNode {
  if (depth > MAX_DEPTH) return token.raw;
  const { type } = token;
  const inside = "tokens" in token ? (token.tokens ?? []) : [];
  switch (type) {
    case "space":
    case "def":
      return null;
    case "hr":
      return <hr />;
    case "heading":
      // The page's own headings come first in its outline.
      return createElement(
        `h${String(Math.min(6, (token as Tokens.Heading).depth + 2))}`,
        { dir: "auto" },
        inline(inside, depth + 1),
      );
    case "paragraph":
      return <p dir="auto">{inline(inside, depth + 1)}</p>;
    case "text":
      return inside.length > 0 ? inline(inside, depth + 1) : plain(token);
    case "code":
      return <CodeBlock code={(token as Tokens.Code).text} language={(token as Tokens.Code).lang ?? ""} />;
    case "blockquote":
      return <blockquote>{blocks(inside, depth + 1)}</blockquote>;
    case "list":
      return list(token as Tokens.List, depth);
    case "table":
      return table(token as Tokens.Table, depth);
    default:
      return <p dir="auto">{token.raw}</p>;
  }
}

function list({ ordered, start, items }: Tokens.List, depth: number): ReactNode {
  const children = items.map((item, key) => (
    <li key={key} dir="auto">
      {item.task && <input type="checkbox" checked={item.checked === true} disabled aria-label="task" />}
      {blocks(item.tokens, depth + 1)}
    </li>
  ));
  return ordered ? <ol start={start === "" ? 1 : start}>{children}</ol> : <ul>{children}</ul>;
}

function table({ header, rows }: Tokens.Table, depth: number): ReactNode {
  return (
    <div className="table" tabIndex={0} role="region" aria-label="Table">
      <table>
        <thead>
          <tr>
            {header.map((cell, key) => (
              <th key={key} dir="auto">
                {inline(cell.tokens, depth + 1)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, line) => (
            <tr key={line}>
              {row.map((cell, key) => (
                <td key={key} dir="auto">
                  {inline(cell.tokens, depth + 1)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function inline(tokens: readonly Token[], depth: number): ReactNode[] {
  return tokens.map((token, key) => <Fragment key={key}>{span(token, depth)}</Fragment>);
}

function span(token: Token, depth: number): ReactNode {
  if (depth > MAX_DEPTH) return token.raw;
  const inside = "tokens" in token ? (token.tokens ?? []) : [];
  switch (token.type) {
    case "strong":
      return <strong>{inline(inside, depth + 1)}</strong>;
    case "em":
      return <em>{inline(inside, depth + 1)}</em>;
    case "del":
      return <del>{inline(inside, depth + 1)}</del>;
    case "codespan":
      return <code>{(token as Tokens.Codespan).text}</code>;
    case "br":
      return <br />;
    case "link":
      return link((token as Tokens.Link).href, inline(inside, depth + 1));
    case "image": {
      const { text, href } = token as Tokens.Image;
      return link(href, `Image${text === "" ? "" : ` “${text}”`}, not loaded`);
    }
    case "text":
      return inside.length > 0 ? inline(inside, depth + 1) : plain(token);
    case "escape":
      return (token as Tokens.Escape).text;
    default:
      return token.raw;
  }
}

function plain(token: Token): string {
  return "text" in token && typeof token.text === "string" ? token.text : token.raw;
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
        <span>{language === "" ? "code" : language}</span>
        <CopyButton text={code} what="code" />
      </figcaption>
      <pre dir="ltr" tabIndex={0}>
        <code>{code}</code>
      </pre>
    </figure>
  );
}
