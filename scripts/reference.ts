// Writes docs/reference/: one page for each module that the package exports, made of the very declarations that are
// shipped. A public name without a comment, or a type that callers meet but cannot import, is a problem, not a page.
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import ts from "typescript";
import { packageEntries, ROOT, type PackageEntry } from "./package-entries.ts";
import { readDeclarations, type Declarations, type PublicName } from "./reference-declarations.ts";

/** The pages by file name, and what must be mended in the sources before they are good. */
export interface Reference {
  readonly pages: ReadonlyMap<string, string>;
  readonly problems: readonly string[];
}

/** relative to the checkout */
export const REFERENCE_FOLDER = "docs/reference";

/** Makes every page anew, formatted as Prettier would. */
export async function makeReference(): Promise<Reference> {
  const declarations = readDeclarations(packageEntries());
  const pages = new Map<string, string>();
  const problems: string[] = [];
  const style = await resolveConfig(join(ROOT, REFERENCE_FOLDER, "index.md"));
  for (const entry of packageEntries()) {
    const names = declarations.namesOf(entry);
    problems.push(...names.flatMap((name) => problemsOf(name, entry)));
    const page = renderPage(entry, names, declarations);
    pages.set(pageName(entry), await format(page, { ...style, parser: "markdown" }));
  }
  return { pages, problems };
}

function pageName({ specifier }: PackageEntry): string {
  return `${specifier.split("/").slice(1).join("-")}.md`;
}

function problemsOf({ name, kind, comment, foreign }: PublicName, { specifier }: PackageEntry): string[] {
  return [
    ...(SECTIONS.some(([, kinds]) => kinds.includes(kind)) ? [] : [`${specifier}: ${name} fits no section`]),
    ...(comment.text === "" ? [`${specifier}: ${name} has no comment`] : []),
    ...foreign.map((type) => `${specifier}: ${name} names ${type}, which is not exported`),
  ];
}

/** Sections in this order; what is called comes first. */
const SECTIONS: readonly (readonly [string, readonly ts.SyntaxKind[]])[] = [
  ["Functions", [ts.SyntaxKind.FunctionDeclaration]],
  ["Classes", [ts.SyntaxKind.ClassDeclaration]],
  ["Types", [ts.SyntaxKind.InterfaceDeclaration, ts.SyntaxKind.TypeAliasDeclaration]],
  ["Constants", [ts.SyntaxKind.VariableDeclaration]],
];

function renderPage(entry: PackageEntry, names: readonly PublicName[], declarations: Declarations): string {
  const parts = [
    `# ${entry.specifier}`,
    "Generated from the sources by `npm run docs`; edit the comments there.",
    declarations.openingOf(entry),
  ];
  for (const [title, kinds] of SECTIONS) {
    const here = names.filter(({ kind }) => kinds.includes(kind));
    if (here.length > 0) parts.push(`## ${title}`, ...here.map((name) => renderName(name, names)));
  }
  return parts.join("\n\n");
}

function renderName({ name, code, comment, values }: PublicName, names: readonly PublicName[]): string {
  const linked = (text: string) => linkNames(text, names);
  return [
    `### ${name}`,
    linked(comment.text),
    ...(code === "" ? [] : [`\`\`\`ts\n${code}\n\`\`\``]),
    ...(values.length > 0 ? [`One of ${values.map((value) => `\`${value}\``).join(", ")}.`] : []),
    comment.parameters.map((text) => `- ${linked(text)}`).join("\n"),
    ...comment.throws.map((text) => `Throws ${linked(text)}.`),
  ].join("\n\n");
}

function linkNames(text: string, names: readonly PublicName[]): string {
  return text.replaceAll(/\{@link ([\w.]+)\}/g, (_whole, target: string) => {
    const [first = ""] = target.split(".");
    return names.some(({ name }) => name === first)
      ? `[${target}](#${first.toLowerCase()})`
      : `\`${target}\``;
  });
}

/** The pages as they lie in the checkout. */
export async function readReference(): Promise<ReadonlyMap<string, string>> {
  const folder = join(ROOT, REFERENCE_FOLDER);
  const names = await readdir(folder);
  return new Map(
    await Promise.all(
      names.sort().map(async (name) => [name, await readFile(join(folder, name), "utf8")] as const),
    ),
  );
}

async function writeReference({ pages, problems }: Reference): Promise<void> {
  if (problems.length > 0) throw new Error(problems.join("\n"));
  const folder = join(ROOT, REFERENCE_FOLDER);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const [name, page] of pages) await writeFile(join(folder, name), page);
}

if (import.meta.main) await writeReference(await makeReference());
