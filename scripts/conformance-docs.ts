// Writes the table of docs/conformance.md from the checks of the conformance kit.
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { format, resolveConfig } from "prettier";
import { ruleTable } from "../src/cli/conform/print.ts";

const DOCUMENT = fileURLToPath(new URL("../docs/conformance.md", import.meta.url));
const SECTION = /<!-- generated:rules -->.*?<!-- \/generated -->/s;

/** The document with its table made anew. Throws where the section is missing. */
export async function renderConformanceDocument(current: string): Promise<string> {
  if (!SECTION.test(current)) throw new Error("docs/conformance.md has no section for: rules");
  const rows = [["rule", "", "what is tried, or why nothing is"], ["---", "---", "---"], ...ruleTable()];
  const table = rows.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
  const text = current.replace(SECTION, () => `<!-- generated:rules -->\n\n${table}\n\n<!-- /generated -->`);
  return format(text, { ...(await resolveConfig(DOCUMENT)), parser: "markdown" });
}

if (import.meta.main) {
  await writeFile(DOCUMENT, await renderConformanceDocument(await readFile(DOCUMENT, "utf8")));
}
