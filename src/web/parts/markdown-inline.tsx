// The inside of a block of Markdown as React elements: emphasis, code, links, images. Links lead to the web or to mail
// only, and not at once: the page is asked to show where first. Images are named and never fetched.
import type { Token } from "markdown-it";
import { createContext, createElement, memo, useContext, type Key, type ReactNode } from "react";
import type { References } from "../markdown/document.ts";
import { markdown } from "../markdown/parser.ts";

const SCHEMES = ["https:", "http:", "mailto:"];
/** levels of emphasis in emphasis; beyond, its signs are shown. The parser has no bound for them, and React descends. */
const MAX_DEPTH = 24;

export const Defined = createContext<References>({});

/** Shows where a link leads, before it is followed. */
export const OpenLink = createContext<(address: string) => void>(() => undefined);

export const Inline = memo(function Inline({ text }: { readonly text: string }) {
  const references = useContext(Defined);
  const [line] = markdown.parseInline(text, { references });
  return spans(line?.children ?? []);
});

/** What was opened and is not closed yet, with what stands in it so far. */
interface Open {
  readonly token: Token | null;
  readonly children: ReactNode[];
}

function spans(tokens: readonly Token[]): ReactNode[] {
  const line: Open = { token: null, children: [] };
  const open = [line];
  let links = 0;
  /** so many that are open lie too deep to become elements */
  let tooDeep = 0;
  for (const token of tokens) {
    const { children } = open.at(-1) ?? line;
    const isLink = token.type === "link_open" || token.type === "link_close";
    if (token.nesting === 0) children.push(leaf(token, links > 0, children.length));
    else if (token.nesting === 1) {
      if (tooDeep > 0 || (!isLink && open.length - links > MAX_DEPTH)) {
        tooDeep += 1;
        if (!isLink) children.push(token.markup);
      } else {
        if (isLink) links += 1;
        open.push({ token, children: [] });
      }
    } else if (tooDeep > 0) {
      tooDeep -= 1;
      if (!isLink) children.push(token.markup);
    } else {
      const closed = open.pop() ?? line;
      const around = (open.at(-1) ?? line).children;
      if (isLink) links -= 1;
      around.push(element(closed, links > 0, around.length));
    }
  }
  return line.children;
}

function element({ token, children }: Open, inLink: boolean, key: Key): ReactNode {
  if (token?.type === "s_open") return <del key={key}>{children}</del>;
  if (token?.type !== "link_open") return createElement(token?.tag ?? "span", { key }, children);
  // A link in a link is its words.
  return inLink ? <Words key={key}>{children}</Words> : link(String(token.attrGet("href")), children, key);
}

function Words({ children }: { readonly children: ReactNode }) {
  return children;
}

function leaf(token: Token, inLink: boolean, key: Key): ReactNode {
  switch (token.type) {
    case "code_inline":
      return (
        <code key={key} dir="ltr">
          {token.content}
        </code>
      );
    case "softbreak":
      return "\n";
    case "hardbreak":
      return <br key={key} />;
    case "image": {
      const words = wordsOf(token.children ?? []);
      const label = `Image${words === "" ? "" : ` “${words}”`}, not loaded`;
      return inLink ? label : link(String(token.attrGet("src")), label, key);
    }
    default:
      return token.content;
  }
}

/** The description of an image. */
function wordsOf(tokens: readonly Token[]): string {
  return tokens
    .map(({ type, content, children }) => {
      if (type === "image") return wordsOf(children ?? []);
      return type === "softbreak" || type === "hardbreak" ? " " : content;
    })
    .join("");
}

function link(href: string, label: ReactNode, key: Key): ReactNode {
  const address = URL.canParse(href) ? new URL(href) : null;
  if (address === null || !SCHEMES.includes(address.protocol)) return <Words key={key}>{label}</Words>;
  return (
    <Outward key={key} address={address.href}>
      {label}
    </Outward>
  );
}

/** A link without an address of its own, so that no click, menu or drag follows it unseen. */
function Outward({ address, children }: { readonly address: string; readonly children: ReactNode }) {
  const open = useContext(OpenLink);
  return (
    <a
      role="link"
      tabIndex={0}
      aria-haspopup="dialog"
      title={address}
      onClick={() => {
        open(address);
      }}
      onKeyDown={(event) => {
        if (event.key !== "Enter") return;
        // The same press would go on to what has the keyboard next: the dialog's button.
        event.preventDefault();
        open(address);
      }}
    >
      {children}
    </a>
  );
}
