// Reads what callers of the package see: the names that each module exports, with declaration and comment, from the
// declarations that the build makes. They are made in memory: reading must not need or change a build.
import { join } from "node:path";
import ts from "typescript";
import { emitModules, moduleOptions } from "./build-modules.ts";
import { ROOT, type PackageEntry } from "./package-entries.ts";

/** A comment, taken apart. Links stand as `{@link Name}`. */
export interface Comment {
  readonly text: string;
  /** `name what it is` */
  readonly parameters: readonly string[];
  readonly throws: readonly string[];
}

/** One exported name. */
export interface PublicName {
  readonly name: string;
  readonly kind: ts.SyntaxKind;
  /** "" where `values` says it all */
  readonly code: string;
  readonly comment: Comment;
  /** the members of a union of strings that is too long to be read as code */
  readonly values: readonly string[];
  /** types of ours that it names and that callers cannot import */
  readonly foreign: readonly string[];
}

export interface Declarations {
  /** Sorted by name. */
  namesOf(entry: PackageEntry): readonly PublicName[];
  /** The first sentence of the comment that a source file opens with. */
  openingOf(entry: PackageEntry): string;
}

/** Where the declarations seem to lie: in the checkout, so that libraries are found. Nothing is written there. */
const FOLDER = join(ROOT, ".declarations");
/** members; longer unions of strings are listed as text */
const MAX_VALUES_IN_CODE = 12;

/** Compiles the exported modules and reads their declarations. */
export function readDeclarations(entries: readonly PackageEntry[]): Declarations {
  const files = new Map<string, string>();
  emitModules(FOLDER, (path, text) => files.set(path, text));
  const options = moduleOptions();
  const host = ts.createCompilerHost(options);
  host.readFile = (path) => files.get(path) ?? ts.sys.readFile(path);
  host.fileExists = (path) => files.has(path) || ts.sys.fileExists(path);
  host.directoryExists = (path) => path.startsWith(FOLDER) || ts.sys.directoryExists(path);
  const declarationOf = ({ source }: PackageEntry) =>
    join(FOLDER, source.replace(/^src\//, "").replace(/\.ts$/, ".d.ts"));
  const roots = [...files.keys()].filter((path) => path.endsWith(".d.ts"));
  const program = ts.createProgram(roots, { ...options, noEmit: true }, host);
  const checker = program.getTypeChecker();
  const exportsOf = (entry: PackageEntry) => {
    const file = program.getSourceFile(declarationOf(entry));
    const module = file && checker.getSymbolAtLocation(file);
    if (module === undefined) throw new Error(`${entry.source} exports nothing`);
    return checker.getExportsOfModule(module).map((symbol) => original(checker, symbol));
  };
  const importable = new Set(entries.flatMap(exportsOf));
  return {
    namesOf: (entry) =>
      exportsOf(entry)
        .map((symbol) => readName(checker, symbol, importable))
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
    openingOf: ({ source }) => {
      const lines = (ts.sys.readFile(join(ROOT, source)) ?? "").split("\n");
      const end = lines.findIndex((line) => !line.startsWith("//"));
      const opening = lines.slice(0, end).map((line) => line.replace(/^\/\/ ?/, ""));
      return opening.join(" ").replace(/(?<=\.) .*$/s, "");
    },
  };
}

function original(checker: ts.TypeChecker, symbol: ts.Symbol): ts.Symbol {
  return (symbol.flags & ts.SymbolFlags.Alias) === 0 ? symbol : checker.getAliasedSymbol(symbol);
}

function readName(
  checker: ts.TypeChecker,
  symbol: ts.Symbol,
  importable: ReadonlySet<ts.Symbol>,
): PublicName {
  const [node] = symbol.declarations ?? [];
  if (node === undefined) throw new Error(`${symbol.name} has no declaration`);
  const common = { name: symbol.name, kind: node.kind, comment: readComment(node) };
  if (ts.isTypeAliasDeclaration(node) && isComputed(node.type)) {
    return { ...common, ...computedType(checker, node), foreign: [] };
  }
  const code = withoutNoise(ts.isVariableDeclaration(node) ? `const ${node.getText()};` : node.getText());
  return { ...common, code, values: [], foreign: foreignTypes(checker, node, importable) };
}

// A type that is computed from a value says nothing to a reader; what it comes to does.
function isComputed(type: ts.TypeNode): boolean {
  return (
    /\btypeof\b/.test(type.getText()) ||
    (ts.isUnionTypeNode(type) && type.types.every(ts.isTypeReferenceNode))
  );
}

function computedType(checker: ts.TypeChecker, node: ts.TypeAliasDeclaration) {
  const type = checker.getTypeAtLocation(node);
  const strings = (type.isUnion() ? type.types : [type]).filter((member) => member.isStringLiteral());
  if (type.isUnion() && strings.length === type.types.length) {
    // The compiler's order follows what it happened to see first.
    const values = strings.map(({ value }) => value).sort();
    if (values.length > MAX_VALUES_IN_CODE) return { code: "", values };
    const union = values.map((value) => JSON.stringify(value)).join(" | ");
    return { code: `type ${node.name.text} = ${union};`, values: [] };
  }
  const { NoTruncation, InTypeAlias, MultilineObjectLiterals } = ts.TypeFormatFlags;
  const text = checker.typeToString(type, node, NoTruncation | InTypeAlias | MultilineObjectLiterals);
  return { code: `type ${node.name.text} = ${text};`, values: [] };
}

function withoutNoise(code: string): string {
  return code
    .replace(/^export (declare )?/, "")
    .replaceAll(/^ *#private;\n/gm, "")
    .replaceAll(/\{@link ([\w.]+)\}/g, "$1");
}

function foreignTypes(checker: ts.TypeChecker, root: ts.Node, importable: ReadonlySet<ts.Symbol>): string[] {
  const found = new Set<string>();
  const visit = (node: ts.Node): void => {
    const named = ts.isTypeReferenceNode(node)
      ? node.typeName
      : ts.isExpressionWithTypeArguments(node)
        ? node.expression
        : ts.isTypeQueryNode(node)
          ? node.exprName
          : null;
    const symbol = named === null ? undefined : checker.getSymbolAtLocation(named);
    if (symbol !== undefined && isForeign(original(checker, symbol), importable)) found.add(symbol.name);
    ts.forEachChild(node, visit);
  };
  visit(root);
  return [...found];
}

function isForeign(symbol: ts.Symbol, importable: ReadonlySet<ts.Symbol>): boolean {
  const [declaration] = symbol.declarations ?? [];
  const ours = declaration?.getSourceFile().fileName.startsWith(FOLDER) === true;
  return ours && !importable.has(symbol) && (symbol.flags & ts.SymbolFlags.TypeParameter) === 0;
}

function readComment(node: ts.Node): Comment {
  const host = ts.isVariableDeclaration(node) ? node.parent.parent : node;
  const comments = ts.getJSDocCommentsAndTags(host).filter(ts.isJSDoc);
  const text = (comments.at(-1)?.getText() ?? "")
    .replace(/^\/\*\*|\*\/$/g, "")
    .replaceAll(/^\s*\* ?/gm, "")
    .trim();
  const [description = "", ...tags] = text.split(/(?:^|\s)@(?=(?:param|throws|returns)\s)/);
  const tagged = (tag: string) =>
    tags.filter((each) => each.startsWith(`${tag} `)).map((each) => each.slice(tag.length + 1).trim());
  const parameters = tagged("param").map((each) => each.replace(/^(\w+)/, "`$1`:"));
  return { text: description.trim(), parameters, throws: tagged("throws") };
}
