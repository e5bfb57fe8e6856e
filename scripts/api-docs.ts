// Writes the tables of docs/api.md from the code: routes, errors, close codes, bounds and operator variables.
// Everything between `<!-- generated:NAME -->` and `<!-- /generated -->` is replaced; the rest is left alone.
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { format, resolveConfig } from "prettier";
import ts from "typescript";
import { CLOSE_NORMAL, ERRORS, isRetryableClose, type ErrorCode } from "../src/protocol/errors.ts";
import * as limits from "../src/protocol/limits.ts";

/** absolute path of the document */
const API_DOCUMENT = fileURLToPath(new URL("../docs/api.md", import.meta.url));
const LIMITS_SOURCE = fileURLToPath(new URL("../src/protocol/limits.ts", import.meta.url));
const ENV_SOURCE = fileURLToPath(new URL("../src/env.ts", import.meta.url));
// Loaded by address: the Worker's types must not reach this project, which is Node's.
const ROUTER_MODULE = new URL("../src/router.ts", import.meta.url).href;
const OPENAPI_MODULE = new URL("../src/http/openapi.ts", import.meta.url).href;

/** What this script needs to know of a route (src/http/route.ts). */
interface RouteFacts {
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  readonly access: "public" | "capability";
  readonly body?: unknown;
  readonly success: { readonly status: number };
}

/** What this script reads of the OpenAPI document. */
interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>;
}
interface OpenApiOperation {
  readonly responses: Readonly<Record<string, { readonly description: string }>>;
}

/** The document with every generated section made anew. Throws where a section is missing or unknown. */
export async function renderApiDocument(current: string): Promise<string> {
  const sections: Record<string, string> = {
    routes: await routesSection(),
    errors: errorsSection(),
    "close-codes": closeCodesSection(),
    bounds: await boundsSection(),
    variables: await variablesSection(),
  };
  const missing = new Set(Object.keys(sections));
  const text = current.replace(SECTION, (_whole, name: string) => {
    const section = sections[name];
    if (section === undefined) throw new Error(`docs/api.md asks for an unknown section: ${name}`);
    missing.delete(name);
    return `<!-- generated:${name} -->\n\n${section}\n\n<!-- /generated -->`;
  });
  if (missing.size > 0) throw new Error(`docs/api.md has no section for: ${[...missing].join(", ")}`);
  return format(text, { ...(await resolveConfig(API_DOCUMENT)), parser: "markdown" });
}

const SECTION = /<!-- generated:([a-z-]+) -->.*?<!-- \/generated -->/gs;

async function routesSection(): Promise<string> {
  const { ROUTES } = (await import(/* @vite-ignore */ ROUTER_MODULE)) as { ROUTES: readonly RouteFacts[] };
  const refusals = await readRefusals(ROUTES);
  const shared = (routes: readonly RouteFacts[]) => {
    const [first = [], ...rest] = routes.map((route) => refusals.get(route) ?? []);
    return first.filter((code) => rest.every((codes) => codes.includes(code)));
  };
  const everywhere = shared(ROUTES);
  const withToken = shared(ROUTES.filter(({ access }) => access === "capability"));
  const withBody = shared(ROUTES.filter(({ body }) => body !== undefined));
  const except = (codes: readonly ErrorCode[], known: readonly ErrorCode[]) =>
    codes.filter((code) => !known.includes(code));
  const rows = ROUTES.map((route) => {
    const known = [
      ...everywhere,
      ...(route.access === "capability" ? withToken : []),
      ...(route.body === undefined ? [] : withBody),
    ];
    return [
      code(`${route.method} ${route.path}`),
      route.access === "capability" ? "a token" : "nothing",
      route.body === undefined ? "none" : "JSON",
      String(route.success.status),
      route.summary,
      codeList(except(refusals.get(route) ?? [], known)),
    ];
  });
  return [
    table(["call", "needs", "body", "success", "does", "refuses with"], rows),
    `Every call can also answer ${codeList(everywhere)}; every call with a token ${codeList(
      except(withToken, everywhere),
    )}; every call with a body ${codeList(except(withBody, everywhere))}.`,
  ].join("\n\n");
}

async function readRefusals(
  routes: readonly RouteFacts[],
): Promise<ReadonlyMap<RouteFacts, readonly ErrorCode[]>> {
  const { openApi } = (await import(/* @vite-ignore */ OPENAPI_MODULE)) as {
    openApi: (routes: readonly RouteFacts[]) => unknown;
  };
  const { paths } = openApi(routes) as OpenApiDocument;
  return new Map(
    routes.map((route) => {
      const path = route.path.replaceAll(/:(\w+)/g, "{$1}");
      const responses = paths[path]?.[route.method.toLowerCase()]?.responses ?? {};
      const codes = Object.values(responses).flatMap(({ description }) => description.split(", "));
      return [route, codes.filter((each): each is ErrorCode => Object.hasOwn(ERRORS, each))];
    }),
  );
}

function errorsSection(): string {
  const rows = Object.entries(ERRORS).map(([name, { status, close, retryable, text }]) => [
    code(name),
    String(status),
    close === null ? "none" : String(close),
    retryable ? "yes" : "no",
    text,
  ]);
  return table(["code", "HTTP status", "close code", "retryable", "text"], rows);
}

function closeCodesSection(): string {
  const byClose = Map.groupBy(
    Object.entries(ERRORS).filter(([, { close }]) => close !== null),
    ([, { close }]) => close ?? 0,
  );
  const rows = [...byClose]
    .sort(([a], [b]) => a - b)
    .map(([close, errors]) => [
      String(close),
      codeList(errors.map(([name]) => name)),
      isRetryableClose(close) ? "yes, after a pause" : "no",
    ]);
  const normal = [String(CLOSE_NORMAL), "you left, or closed the connection yourself", "no"];
  return table(["close code", "because of", "connect again?"], [normal, ...rows]);
}

/** A bound's comment opens with its unit. */
const UNIT_AND_REASON = /^(.+?)(?:; |\. )(.+)$/;

async function boundsSection(): Promise<string> {
  const values = limits as Readonly<Record<string, number>>;
  const rows = [...(await readComments(LIMITS_SOURCE))].map(([name, comment]) => {
    const [, unit, why] = UNIT_AND_REASON.exec(comment) ?? [];
    const value = values[name];
    if (unit === undefined || why === undefined || value === undefined) {
      throw new Error(`src/protocol/limits.ts: ${name} needs a value and a comment "unit; reason"`);
    }
    return [code(name), value.toLocaleString("en-US"), unit, sentence(why)];
  });
  return table(["bound", "value", "unit", "why"], rows);
}

/** What a variable means whose declaration in src/env.ts says nothing, and that is no bound either. */
const MEANINGS: Readonly<Record<string, string>> = {
  BUILD_ID: "What `/v1/health` and every destruction statement name as the build.",
};
const DEFAULTS: Readonly<Record<string, string>> = {
  RETIRED_IDENTITY_KEYS: "none",
  PROVIDERS: "none: `mirror` only",
  BUILD_ID: "`unknown`",
  ALLOWED_ORIGINS: "the service's own origin only",
  JURISDICTIONS: "all of them",
};

async function variablesSection(): Promise<string> {
  const bounds = limits as Readonly<Record<string, number>>;
  const boundComments = await readComments(LIMITS_SOURCE);
  const rows = [...(await readComments(ENV_SOURCE, "Env"))].map(([name, comment]) => {
    const secret = comment.startsWith("Secret: ");
    const bound = bounds[name];
    const meaning = comment === "" ? (MEANINGS[name] ?? boundComments.get(name)) : comment;
    const fallback = bound === undefined ? DEFAULTS[name] : bound.toLocaleString("en-US");
    if (meaning === undefined || (fallback === undefined && !secret)) {
      throw new Error(`src/env.ts: ${name} needs a comment, and a default in scripts/api-docs.ts`);
    }
    return [
      code(name),
      secret ? "secret" : "variable",
      secret ? "none: required" : (fallback ?? ""),
      sentence(meaning.replace("Secret: ", "")),
    ];
  });
  return table(["name", "kind", "default", "meaning"], rows);
}

/**
 * Doc comments of the exported constants of a source file, or of the string members of one of its interfaces.
 * A member without a comment has "".
 */
async function readComments(path: string, interfaceName?: string): Promise<ReadonlyMap<string, string>> {
  const source = ts.createSourceFile(path, await readFile(path, "utf8"), ts.ScriptTarget.Latest, true);
  const comments = new Map<string, string>();
  for (const statement of source.statements) {
    if (interfaceName === undefined && ts.isVariableStatement(statement)) {
      for (const { name } of statement.declarationList.declarations) {
        comments.set(name.getText(source), commentOf(statement));
      }
    }
    if (ts.isInterfaceDeclaration(statement) && statement.name.text === interfaceName) {
      for (const member of statement.members) {
        if (!ts.isPropertySignature(member) || member.type?.kind !== ts.SyntaxKind.StringKeyword) continue;
        comments.set(member.name.getText(source), commentOf(member));
      }
    }
  }
  return comments;
}

function commentOf(node: ts.Node): string {
  const texts = ts
    .getJSDocCommentsAndTags(node)
    .map(({ comment }) => ts.getTextOfJSDocComment(comment) ?? "");
  return texts.join(" ").replaceAll(/\s+/g, " ").trim();
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escapeCell).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

// Outside code spans a `<name>` would be taken for HTML and disappear.
function escapeCell(cell: string): string {
  const parts = cell.replaceAll("|", "\\|").split("`");
  return parts.map((part, index) => (index % 2 === 0 ? part.replaceAll("<", "&lt;") : part)).join("`");
}

function code(text: string): string {
  return `\`${text}\``;
}

function codeList(codes: readonly string[]): string {
  return codes.length === 0 ? "" : codes.map(code).join(", ");
}

function sentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
}

if (import.meta.main) {
  await writeFile(API_DOCUMENT, await renderApiDocument(await readFile(API_DOCUMENT, "utf8")));
}
