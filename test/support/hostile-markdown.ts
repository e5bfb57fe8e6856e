// Markdown whose signs begin much and end little: what makes a careless parser look again and again through the same
// text. Each has as many characters as it is asked for.

const REPEATED: Readonly<Record<string, string>> = {
  underscores: "_a_",
  "mixed emphasis": "*a_",
  "emphasis of three": "***a** ",
  "emphasis that opens": "*a ",
  "emphasis inside words": "*****a*_b_**",
  strikethrough: "~~a",
  brackets: "[",
  "closing brackets": "]",
  images: "![",
  "beginnings of links": "[a](",
  "beginnings of angled links": "[a](<b",
  "beginnings of titles": '[a](b "',
  "beginnings of references": "[a][",
  links: "[a](b)",
  backticks: "`",
  "backticks of two lengths": "`a``",
  "angle brackets": "<",
  tags: "<a ",
  comments: "<!--",
  "angled addresses": "<http://",
  addresses: "http://a....",
  mail: "a@",
  escapes: "\\",
  quotes: ">",
  "quoted lists": "> - ",
  bullets: "- ",
  "list items": "- a\n",
  "numbered items": "1. a\n",
  tabs: "\t- a\n",
  definitions: "[a]: b\n",
  bars: "|",
  tables: "a|b\n-|-\n",
  "tables that are headings": "|\n--\n",
  "tables in definitions": "[|\n|-|-|\n]: x\n",
  "tables of nothing in definitions": "[|\n||\n]: x\n",
  headings: "# a\n",
  underlines: "a\n=\n",
  fences: "```a\n~~~\n",
  rules: "- - x\n",
  "empty lines": "\n",
  spaces: " ",
};

export function filled(unit: string, characters: number): string {
  return unit.repeat(Math.ceil(characters / unit.length)).slice(0, characters);
}

/** Texts of so many characters by what they are made of. */
export function exhausting(characters: number): [name: string, text: string][] {
  const half = Math.floor(characters / 2);
  const lines = Math.floor(Math.sqrt(characters));
  const steps = Array.from({ length: lines }, (_, n) => n);
  return [
    ...Object.entries(REPEATED).map(([name, unit]): [string, string] => [name, filled(unit, characters)]),
    ["emphasis around emphasis", filled("*a ", half) + filled("a* ", half)],
    ["one run on either side", `${"*".repeat(half)}a${"*".repeat(half)}`],
    ["brackets in brackets", "[".repeat(half) + "]".repeat(half)],
    ["brackets around links", "[".repeat(half) + filled("[a](b)", half)],
    ["images in images", filled("![", half) + filled("](a)", half)],
    ["many definitions and many uses", `${filled("[a]: b\n", half)}\n${filled("[a]", half)}`],
    ["a wide table of short rows", `${filled("|a", half)}\n${filled("|-", half)}\n${filled("|\n", half)}`],
    [
      "many tables to fill up",
      filled(`${filled("|a", 512)}\n${filled("|-", 512)}\n${filled("|\n", 512)}\n`, characters),
    ],
    ["brackets in brackets that may be references", `[a]: b\n\n${"[".repeat(half)}${"]".repeat(half)}`],
    ["runs of backticks, each longer", steps.map((n) => "`".repeat(n + 1)).join("a")],
    ["lists in lists", steps.map((n) => `${" ".repeat(n)}- a`).join("\n")],
    ["quotes in quotes", steps.map((n) => `${">".repeat(n)} a`).join("\n")],
    ["a long gap", `a${" ".repeat(characters)}b`],
    ["a rule that is none", `${filled("- ", characters)}x`],
  ];
}
