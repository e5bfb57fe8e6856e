// Turns the readable word lists into the engine's hash table: 22 bits of hash and a ten-bit value index per slot. Words that fall
// into one bucket share a displacement, chosen so that no two words of the list meet: a look-up reads one slot and never goes on.
// The words themselves are not in the module. A word may belong to several lists; its marks are joined.
import { readFileSync } from "node:fs";
import { join } from "node:path";

export const MARKS = [
  "first",
  "last",
  "common",
  "place",
  "country",
  "placehead",
  "honorific",
  "street",
  "month",
  "weekday",
  "firm",
  "nrp",
  "job",
  "particle",
  "speech",
  "placeprep",
  "unit",
  "greeting",
  "closing",
  "nameword",
  "kin",
  "placeword",
  "directional",
  "everyday",
  "german",
  "conjunction",
  "by",
  "placelabel",
  "seed",
  "streetlead",
  "article",
  "orgkind",
];
export const CUES = [
  "NONE",
  "PHONE",
  "SSN",
  "TAX",
  "HEALTH",
  "PASSPORT",
  "LICENCE",
  "ID",
  "INSURANCE",
  "CARD",
  "BANK",
  "IBAN",
  "ROUTING",
  "SWIFT",
  "BIRTH",
  "AGE",
  "MRN",
  "USER",
  "PASSWORD",
  "SEED",
  "VEHICLE",
  "NPI",
  "DEA",
  "LANR",
  "VAT",
  "COMPANY",
  "POSTAL",
  "IMEI",
  "WALLET",
  "ADDRESS",
  "NEG",
  "KEY",
  "SORT",
  "DOT",
  "COMMAND",
];
/** With the cue: a name or place that is an ordinary word in small letters. The engine makes a note of it. */
const PLAIN_IN_SMALL = 128;
const NAMES = ["first", "last", "place", "country"].reduce(
  (sum, name) => sum | (1 << MARKS.indexOf(name)),
  0,
);
/** A fifth more than there are words: the fuller the table, the longer the displacements are searched for. */
const SLOTS = 20_480;
/** A power of two, so that some two words share a bucket. */
const BUCKETS = 8192;
/** Makes of a displacement something that every bit of the slot depends on. */
const STRIDE = 0x9e3779b1;
const MASK64 = (1n << 64n) - 1n;

const SEED = 0x9e3779b97f4a7c15n;
const SPREAD = 0xff51afd7ed558ccdn;

/** Hash of small ASCII letters, sixteen at a time, 64 bits; the engine computes the same while it reads a word. */
function hashWord(word) {
  let h = SEED;
  for (let at = 0; at < word.length; at += 16) {
    h = mix(h, word.slice(at, at + 8));
    h = mix(h, word.slice(at + 8, at + 16));
  }
  return (h * SPREAD) & MASK64;
}

function mix(h, letters) {
  const value = [...letters].reduce((sum, c, i) => sum | (BigInt(c.charCodeAt(0)) << BigInt(8 * i)), 0n);
  const spread = ((h ^ value) * SPREAD) & MASK64;
  return spread ^ (spread >> 32n);
}

/** Hash of words joined by single blanks. */
export function hashPhrase(phrase) {
  return phrase
    .split(" ")
    .map(hashWord)
    .reduce((h, word) => (h * SPREAD + word) & MASK64);
}

const lines = (dir, name) =>
  readFileSync(join(dir, name), "utf8")
    .split("\n")
    .filter((l) => l && !l.startsWith("#"));
const words = (dir, name) => lines(dir, name).join(" ").split(/\s+/).filter(Boolean);

/** Whether no recogniser begins at such a word in small letters: bit 0 if it has more than four letters, bit 1 if fewer. */
function dullness(bits, cue) {
  const any = (...names) => names.some((name) => (bits & (1 << MARKS.indexOf(name))) !== 0);
  if (cue !== 0 || any("month", "nrp") || (any("street") && any("streetlead"))) return 0;
  if (any("common")) return 3;
  return any("first", "last", "place", "country", "placehead", "street") ? 0 : 1;
}

/** The slot of a hash whose bucket has this displacement; the engine computes the same. */
function slotOf(hash, displacement) {
  const low = (Number(hash & 0xffffffffn) ^ Math.imul(displacement, STRIDE)) >>> 0;
  return Math.floor((low * SLOTS) / 2 ** 32);
}

/** The table and each bucket's displacement: the fullest buckets first, each the least displacement at which all its slots are free. */
function placeEntries(entries) {
  const table = new Uint32Array(SLOTS),
    taken = new Uint8Array(SLOTS),
    displacements = new Uint8Array(BUCKETS),
    buckets = Array.from({ length: BUCKETS }, (_, bucket) => ({ bucket, own: [] }));
  for (const entry of entries) buckets[Number(entry.hash >> 29n) & (BUCKETS - 1)].own.push(entry);
  for (const { bucket, own } of buckets.sort((a, b) => b.own.length - a.own.length || a.bucket - b.bucket)) {
    const fits = (displacement) => {
      const slots = own.map(({ hash }) => slotOf(hash, displacement));
      return new Set(slots).size === slots.length && slots.every((slot) => taken[slot] === 0);
    };
    let displacement = 0;
    while (displacement < 256 && !fits(displacement)) displacement++;
    if (displacement === 256) throw new Error("no displacement fits: give the lexicon more slots");
    displacements[bucket] = displacement;
    for (const { hash, value } of own) {
      const slot = slotOf(hash, displacement);
      taken[slot] = 1;
      table[slot] = ((Number(hash >> 42n) << 10) | value) >>> 0;
    }
  }
  return { table, displacements };
}

export function buildLexicon(dir, seedWords) {
  const marks = new Map(),
    cue = new Map();
  const mark = (word, kind) => {
    const clean = word.normalize("NFD").replace(/\p{M}/gu, "").replace(/ß/g, "ss");
    if (!/^[a-z]+( [a-z]+)*$/.test(clean)) return;
    marks.set(clean, (marks.get(clean) ?? 0) | (1 << MARKS.indexOf(kind)));
  };
  const plain = (word) => ((marks.get(word) ?? 0) & (1 << MARKS.indexOf("common"))) !== 0;
  const countries = new Set(lines(dir, "countries.txt"));
  for (const w of words(dir, "first-names.txt"))
    for (const part of w.split("-")) if (part === w || !countries.has(part)) mark(part, "first");
  for (const w of words(dir, "surnames.txt")) mark(w, "last");
  for (const w of words(dir, "common-words.txt")) mark(w, "common");
  for (const w of words(dir, "everyday.txt")) {
    mark(w, "common");
    mark(w, "everyday");
  }
  for (const w of words(dir, "nrp.txt")) mark(w, "nrp");
  for (const [file, kind] of [
    ["places.txt", "place"],
    ["countries.txt", "country"],
  ]) {
    for (const l of lines(dir, file)) {
      const name = l.trim().replace(/['-]/g, " ");
      mark(name, kind);
      const parts = name.split(" "),
        [head, next] = parts;
      if (next === undefined) continue;
      // each beginning of a phrase, so that the engine stops where none goes on
      for (let n = 1; n < parts.length; n++) mark(parts.slice(0, n).join(" "), "placehead");
      // nothing begins at a plain word in small letters: "new york" is found from its second word
      if (plain(head) && !plain(next)) mark(next, "placehead");
    }
  }
  for (const l of lines(dir, "cues.txt")) {
    const colon = l.indexOf(":"),
      kind = l.slice(0, colon),
      list = l
        .slice(colon + 1)
        .trim()
        .split(/\s+/);
    for (const w of list) {
      if (MARKS.includes(kind)) mark(w, kind);
      else if (CUES.includes(kind)) {
        const clean = w.normalize("NFD").replace(/\p{M}/gu, "").replace(/ß/g, "ss");
        if (!cue.has(clean)) cue.set(clean, CUES.indexOf(kind));
        if (!marks.has(clean) && /^[a-z]+$/.test(clean)) marks.set(clean, 0);
      } else throw new Error(`unknown cue kind ${kind}`);
    }
  }
  // the plural of an everyday word is no name either
  for (const [word, bits] of [...marks]) {
    if ((bits & (1 << MARKS.indexOf("everyday"))) === 0) continue;
    for (const plural of [`${word}s`, `${word}es`]) if (marks.has(plural)) mark(plural, "common");
  }
  for (const w of seedWords) mark(w, "seed");
  const plainInSmall = new Set(words(dir, "plain-in-small.txt"));
  const values = [[0, 0]],
    valueIndex = new Map(),
    entries = [];
  for (const [word, bits] of [...marks].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const small = (bits & NAMES) !== 0 && plainInSmall.has(word) ? PLAIN_IN_SMALL : 0,
      c = (cue.get(word) ?? 0) | small,
      key = `${bits}:${c}`;
    let v = valueIndex.get(key);
    if (v === undefined) {
      v = values.length;
      values.push([bits, c]);
      valueIndex.set(key, v);
    }
    entries.push({ hash: hashPhrase(word), value: v });
  }
  if (values.length > 1023) throw new Error(`too many value classes: ${values.length}`);
  const { table, displacements } = placeEntries(entries);
  const source =
    MARKS.map((m, i) => `export const M_${m.toUpperCase()}: u32 = ${2 ** i};\n`).join("") +
    CUES.map((c, i) => `export const C_${c}: u32 = ${i};\n`).join("") +
    `export const LEX_LONGEST: u32 = ${Math.max(...[...marks.keys()].flatMap((w) => w.split(" ")).map((w) => w.length))};\n` +
    `export const LEX_SLOTS: u32 = ${SLOTS};\nexport const LEX_BUCKETS: u32 = ${BUCKETS};\nexport const LEX_STRIDE: u32 = ${STRIDE};\n` +
    `export const LEX_SHIFTS = memory.data<u8>([${displacements.join(",")}]);\n` +
    `export const LEX_TABLE = memory.data<u32>([${[...table].join(",")}]);\n` +
    `export const LEX_MARKS = memory.data<u32>([${values.map((v) => v[0] >>> 0).join(",")}]);\n` +
    `export const LEX_DULL = memory.data<u8>([${values.map(([bits, c]) => dullness(bits, c & ~PLAIN_IN_SMALL)).join(",")}]);\n` +
    `export const LEX_CUES = memory.data<u8>([${values.map((v) => v[1]).join(",")}]);\n`;
  return { source, entries: marks.size, values: values.length - 1 };
}
