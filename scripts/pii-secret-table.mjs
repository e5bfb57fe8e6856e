// Turns the readable lists of key prefixes and identifier parts into static bytes for the engine.
// It holds prefixes and words only; no key, real or fake, may ever stand in these lists.
import { readFileSync } from "node:fs";
import { join } from "node:path";

const lines = (dir, name) =>
  readFileSync(join(dir, name), "utf8")
    .split("\n")
    .filter((l) => l && !l.startsWith("#"));
const bytes = (s) => [...s].map((c) => c.charCodeAt(0));

/** Prefix rows: length, class, min, max (two bytes each), the prefix; grouped by first byte. Word rows: length, kind, the word. */
export function buildSecretTable(dir) {
  const rows = lines(dir, "secret-prefixes.txt")
    .map((l) => l.trim().split(/\s+/))
    .map(([p, cls, min, max]) => ({ p, cls, min: +min, max: +max }));
  rows.sort(
    (a, b) => a.p.charCodeAt(0) - b.p.charCodeAt(0) || b.p.length - a.p.length || (a.p < b.p ? -1 : 1),
  );
  const data = [],
    first = new Array(128).fill(0xffff);
  for (const r of rows) {
    const lead = r.p.charCodeAt(0);
    if (first[lead] === 0xffff) first[lead] = data.length;
    data.push(
      r.p.length,
      r.cls.charCodeAt(0),
      r.min & 255,
      r.min >> 8,
      r.max & 255,
      r.max >> 8,
      ...bytes(r.p),
    );
  }
  data.push(0);
  // which two characters can begin a prefix, five bits of each
  const pairs = new Array(128).fill(0);
  for (const { p } of rows) {
    if (p.length < 2) throw new Error(`too short to be told by two characters: ${p}`);
    const [a, b] = bytes(p).map((letter) => letter & 31),
      pair = (a << 5) | b;
    pairs[pair >> 3] |= 1 << (pair & 7);
  }
  const kinds = { strong: 1, password: 2, weak: 3, vendor: 4, never: 5 };
  const words = [];
  for (const l of lines(dir, "secret-words.txt")) {
    const colon = l.indexOf(":"),
      kind = kinds[l.slice(0, colon)];
    for (const w of l
      .slice(colon + 1)
      .trim()
      .split(/\s+/))
      words.push({ w, kind });
  }
  words.sort((a, b) => a.w.charCodeAt(0) - b.w.charCodeAt(0) || (a.w < b.w ? -1 : 1));
  const wordData = [],
    wordFirst = new Array(128).fill(0xffff);
  for (const { w, kind } of words) {
    const lead = w.charCodeAt(0);
    if (wordFirst[lead] === 0xffff) wordFirst[lead] = wordData.length;
    wordData.push(w.length, kind, ...bytes(w));
  }
  wordData.push(0);
  // which three letters can begin a word, five bits of each: no word is shorter
  const triples = new Array(4096).fill(0);
  for (const { w } of words) {
    if (w.length < 3) throw new Error(`too short to be told by three letters: ${w}`);
    const [a, b, c] = bytes(w).map((letter) => letter & 31),
      triple = (a << 10) | (b << 5) | c;
    triples[triple >> 3] |= 1 << (triple & 7);
  }
  const emit = (name, type, values) =>
    `export const ${name} = memory.data<${type}>([${values.join(",")}]);\n`;
  return (
    emit("PREFIXES", "u8", data) +
    emit("PREFIX_FIRST", "u16", first) +
    emit("PREFIX_PAIRS", "u8", pairs) +
    emit("KEYWORDS", "u8", wordData) +
    emit("KEYWORD_FIRST", "u16", wordFirst) +
    emit("KEYWORD_TRIPLES", "u8", triples) +
    Object.entries(kinds)
      .map(([k, v]) => `export const K_${k.toUpperCase()}: i32 = ${v};\n`)
      .join("")
  );
}
