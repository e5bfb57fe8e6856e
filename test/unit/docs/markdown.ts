// Just enough Markdown to hold the documents to what they say: links, anchors, fenced blocks, tables.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

/** Documents of this project, as paths from its root. */
export function documents(): string[] {
  const inDocs = readdirSync(join(ROOT, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => join("docs", name));
  const atTop = ["README.md", "CONTRIBUTING.md", "SECURITY.md"].filter((name) =>
    existsSync(join(ROOT, name)),
  );
  return [...inDocs, ...atTop].map((path) => relative(ROOT, join(ROOT, path))).sort();
}

export function read(document: string): string {
  return readFileSync(join(ROOT, document), "utf8");
}

/** The text without fenced blocks and code spans, which hold no links. */
function prose(text: string): string {
  return text.replaceAll(FENCE, "").replaceAll(/`[^`\n]*`/g, "");
}

/** Targets of inline links. */
export function links(text: string): string[] {
  return [...prose(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target ?? "");
}

/** Anchors of the headings, made the way GitHub makes them. */
export function anchors(text: string): Set<string> {
  const found = new Set<string>();
  for (const [, heading = ""] of text.replaceAll(FENCE, "").matchAll(/^#{1,6} +(.+)$/gm)) {
    const slug = heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .trim()
      .replaceAll(" ", "-");
    let anchor = slug;
    for (let count = 1; found.has(anchor); count++) anchor = `${slug}-${String(count)}`;
    found.add(anchor);
  }
  return found;
}

interface Block {
  readonly language: string;
  readonly text: string;
}

/** Fenced blocks, in order. */
export function blocks(text: string): Block[] {
  return [...text.matchAll(FENCE)].map(([, language = "", body = ""]) => ({ language, text: body.trim() }));
}

/** Rows of the first table below a heading, the head left out; each a list of cells. */
export function tableBelow(text: string, heading: string): string[][] {
  const start = text.indexOf(`\n${heading}\n`);
  if (start < 0) throw new Error(`there is no heading "${heading}"`);
  const lines = text.slice(start + heading.length + 2).split("\n");
  const first = lines.findIndex((line) => line.startsWith("|"));
  const length = lines.slice(first).findIndex((line) => !line.startsWith("|"));
  return lines.slice(first + 2, first + length).map((line) =>
    line
      .slice(1, -1)
      .split("|")
      .map((cell) => cell.trim()),
  );
}

const FENCE = /^```([a-z]*)[^\n]*\n(.*?)^```$/gms;
