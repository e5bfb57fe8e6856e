// Turns the endings of names, streets and places into tables that one look at a word's last eight letters decides by.
// Kinds and their least lengths stand here; the endings stand in lexicon/endings.txt.
import { readFileSync } from "node:fs";
import { join } from "node:path";

const LEAST = { surname: 5, street: 6, place: 6 };
const LETTERS = 26;
const A = 97;

/** Reads "kind ending ending:least ..."; `least` 0 means that no word with this ending counts. */
function readEndings(directory) {
  const endings = Object.fromEntries(Object.keys(LEAST).map((kind) => [kind, []]));
  for (const line of readFileSync(join(directory, "endings.txt"), "utf8").split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    const [kind, ...words] = line.split(" ");
    for (const word of words) {
      const [letters, least] = word.split(":");
      if (!/^[a-z]{2,8}$/.test(letters)) throw new Error(`an ending has two to eight small letters: ${word}`);
      const shortest = Math.max(letters.length + 2, LEAST[kind], Number(least ?? 0));
      endings[kind].push({ letters, least: least === "0" ? 255 : shortest });
    }
  }
  return endings;
}

const numberOf = (letter) => letter.charCodeAt(0) - A;
const packed = (letters) =>
  [...letters].reduce((sum, letter, i) => sum | (BigInt(letter.charCodeAt(0)) << BigInt(8 * i)), 0n);

/** Per kind: for each last letter the letters that may stand before it, and where its rows begin; then the rows. */
export function buildEndings(directory) {
  const pairs = [],
    firsts = [],
    letters = [],
    shifts = [],
    least = [];
  const endings = readEndings(directory);
  for (const kind of Object.keys(LEAST)) {
    for (let last = 0; last < LETTERS; last++) {
      const rows = endings[kind].filter((row) => numberOf(row.letters.at(-1)) === last);
      pairs.push(rows.reduce((bits, row) => bits | (1 << numberOf(row.letters.at(-2))), 0) >>> 0);
      firsts.push(letters.length);
      for (const row of rows) {
        letters.push(packed(row.letters));
        shifts.push(64 - 8 * row.letters.length);
        least.push(row.least);
      }
    }
  }
  firsts.push(letters.length);
  if (letters.length > 255) throw new Error("too many endings for one byte");
  const data = (name, type, values) =>
    `export const ${name} = memory.data<${type}>([${values.join(",")}]);\n`;
  return (
    Object.keys(LEAST)
      .map((kind, i) => `export const E_${kind.toUpperCase()}: u32 = ${i * LETTERS};\n`)
      .join("") +
    data("ENDING_PAIRS", "u32", pairs) +
    data("ENDING_FIRST", "u8", firsts) +
    data("ENDING_LETTERS", "u64", letters) +
    data("ENDING_SHIFT", "u8", shifts) +
    data("ENDING_LEAST", "u8", least)
  );
}
