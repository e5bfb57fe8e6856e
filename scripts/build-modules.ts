// Builds the modules that the package exports: each source file becomes one JavaScript file and one declaration file.
// One compiler makes both, so they cannot drift. It must never write a file for which a type error was reported.
import { readdirSync, rmSync } from "node:fs";
import { join, relative, sep } from "node:path";
import ts from "typescript";
import { packageEntries, ROOT } from "./package-entries.ts";

/** Compiles every module that an export reaches into `outdir`, and removes modules that an older build left there. */
export function buildModules(outdir: string): void {
  const written = new Set<string>();
  emitModules(outdir, (path, text) => {
    ts.sys.writeFile(path, text);
    written.add(relative(outdir, path));
  });
  const engineTypes = join("pii", "engine.wasm.d.ts");
  ts.sys.writeFile(join(outdir, engineTypes), ENGINE_TYPES);
  written.add(engineTypes);
  removeStale(outdir, written);
}

/** What the compiled engine is to a Worker: bundlers give the module itself. */
const ENGINE_TYPES = `import type { WebAssemblyModule } from "./wasm-types.js";
declare const engine: WebAssemblyModule;
export default engine;
`;

/** Hands out the text of each file that belongs into `outdir`. Throws with the compiler's errors, if there are any. */
export function emitModules(outdir: string, take: (path: string, text: string) => void): void {
  const sources = packageEntries().map(({ source }) => join(ROOT, source));
  const program = ts.createProgram(sources, { ...moduleOptions(), outDir: outdir });
  failOn(ts.getPreEmitDiagnostics(program));
  const transformers = { afterDeclarations: [nameJavaScript] };
  const { diagnostics } = program.emit(undefined, take, undefined, undefined, transformers);
  failOn(diagnostics);
}

/** Options of tsconfig.package.json. */
export function moduleOptions(): ts.CompilerOptions {
  const path = join(ROOT, "tsconfig.package.json");
  const source = ts.readJsonConfigFile(path, (each) => ts.sys.readFile(each));
  const { options, errors } = ts.parseJsonSourceFileConfigFileContent(source, ts.sys, ROOT);
  failOn(errors);
  return options;
}

// The compiler rewrites `./x.ts` to `./x.js` in JavaScript only; declarations would name files that are not shipped.
const nameJavaScript: ts.TransformerFactory<ts.SourceFile | ts.Bundle> = (context) => {
  const { factory } = context;
  const visit = (node: ts.Node): ts.Node => {
    if (ts.isStringLiteral(node) && RELATIVE_SOURCE.test(node.text)) {
      return factory.createStringLiteral(node.text.replace(/\.ts$/, ".js"));
    }
    return ts.visitEachChild(node, visit, context);
  };
  return (file) => ts.visitNode(file, visit) as ts.SourceFile;
};

/** A string of this form in a declaration can only be what an import or export names. */
const RELATIVE_SOURCE = /^\.{1,2}\/.*\.ts$/;

function removeStale(outdir: string, written: ReadonlySet<string>): void {
  const folders = new Set([...written].map((path) => path.split(sep)[0] ?? ""));
  for (const folder of folders) {
    for (const name of readdirSync(join(outdir, folder), { recursive: true, encoding: "utf8" })) {
      const path = join(folder, name);
      if (/\.(js|d\.ts)$/.test(path) && !written.has(path)) rmSync(join(outdir, path));
    }
  }
}

function failOn(diagnostics: readonly ts.Diagnostic[]): void {
  if (diagnostics.length === 0) return;
  const host = {
    getCanonicalFileName: (path: string) => path,
    getCurrentDirectory: () => ROOT,
    getNewLine: () => "\n",
  };
  throw new Error(ts.formatDiagnostics(diagnostics, host));
}
