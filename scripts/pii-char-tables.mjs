// Character classes and the folding of Unicode to the engine's one-byte alphabet, written out as static data.
// Folding must never lose a position: every input unit keeps its offset in the engine's map.
const DIGIT = 1,
  LOWER = 2,
  UPPER = 4,
  OTHER = 8,
  SPACE = 16,
  NEWLINE = 32,
  EMAIL = 64,
  RUN = 128;
const LETTER_BYTE = 0x80,
  SYMBOL_BYTE = 0x81;

function classes() {
  const t = new Uint8Array(256);
  for (let c = 48; c < 58; c++) t[c] |= DIGIT | EMAIL | RUN;
  for (let c = 97; c < 123; c++) t[c] |= LOWER | EMAIL | RUN;
  for (let c = 65; c < 91; c++) t[c] |= UPPER | EMAIL | RUN;
  t[LETTER_BYTE] |= OTHER;
  for (const c of " \t\r\v\f") t[c.charCodeAt(0)] |= SPACE;
  t[10] |= NEWLINE;
  for (const c of "._%+-'!#$&*/=?^`{|}~") t[c.charCodeAt(0)] |= EMAIL;
  for (const c of "_-+/=.~") t[c.charCodeAt(0)] |= RUN;
  return t;
}

const SPECIAL = {
  ß: "ss",
  æ: "ae",
  Æ: "Ae",
  œ: "oe",
  Œ: "Oe",
  ø: "o",
  Ø: "O",
  ł: "l",
  Ł: "L",
  đ: "d",
  Đ: "D",
  ð: "d",
  Ð: "D",
  þ: "th",
  Þ: "Th",
  ı: "i",
  ĸ: "k",
  ŋ: "n",
  Ŋ: "N",
  "\u00a0": " ",
  "\u00ad": "",
  "\u00ab": '"',
  "\u00bb": '"',
  "\u00b4": "'",
  "\u0085": "\n",
  "\u02bc": "'",
  "\u2206": "D",
};
const GREEK =
  "α a β v γ g δ d ε e ζ z η i θ th ι i κ k λ l μ m ν n ξ x ο o π p ρ r σ s ς s τ t υ y φ f χ ch ψ ps ω o".split(
    " ",
  );
const CYRILLIC =
  "а a б b в v г g д d е e ж zh з z и i й y к k л l м m н n о o п p р r с s т t у u ф f х kh ц ts ч ch ш sh щ sh ъ - ы y ь - э e ю yu я ya є e і i ї i ґ g ђ d ј j љ lj њ nj ћ c ќ k ў u џ dz ѓ g ѕ dz".split(
    " ",
  );
for (const list of [GREEK, CYRILLIC]) {
  for (let i = 0; i < list.length; i += 2) {
    const to = list[i + 1] === "-" ? "" : list[i + 1];
    SPECIAL[list[i]] = to;
    SPECIAL[list[i].toUpperCase()] = to === "" ? "" : to[0].toUpperCase() + to.slice(1);
  }
}

/** The folded bytes of one code point: at most two. */
export function foldCodePoint(cp) {
  const ch = String.fromCodePoint(cp);
  if (ch in SPECIAL) return SPECIAL[ch];
  if (/\p{M}|\p{Cf}/u.test(ch)) return "";
  if (/\p{Zs}/u.test(ch)) return " ";
  if (/\p{Pd}/u.test(ch) || cp === 0x2212) return "-";
  if (cp === 0x2028 || cp === 0x2029) return "\n";
  if (/[\u2018-\u201b\u2032]/u.test(ch)) return "'";
  if (/[\u201c-\u201f\u2033]/u.test(ch)) return '"';
  const base = ch.normalize("NFD").replace(/\p{M}/gu, "");
  if (base !== ch && base.length === 1) {
    if (base in SPECIAL) return SPECIAL[base];
    if (base.charCodeAt(0) < 128) return base;
  }
  const k = ch.normalize("NFKD").replace(/\p{M}/gu, "");
  if (k.length > 0 && k.length <= 2 && [...k].every((c) => c.charCodeAt(0) < 128 && c.charCodeAt(0) > 31))
    return k;
  if (/\p{L}|\p{N}/u.test(ch)) return String.fromCharCode(LETTER_BYTE);
  return String.fromCharCode(SYMBOL_BYTE);
}

const pack = (cp) => {
  const s = foldCodePoint(cp);
  return s.length === 0 ? 0 : s.charCodeAt(0) | ((s.length > 1 ? s.charCodeAt(1) : 0) << 8);
};
const table = (from, to) => Array.from({ length: to - from }, (_, i) => pack(from + i));

/**
 * What the characters between two words make of the gap, the G_ constants of the engine's token-kinds.ts: 256 places for a
 * character that stands alone, then 256 for one with a blank behind it.
 */
function gaps() {
  const t = new Uint8Array(512);
  for (const c of " \t\r\v\f") t[c.charCodeAt(0)] = t[256 + c.charCodeAt(0)] = 1;
  t[45] = 3; // hyphen
  t[39] = 4; // apostrophe
  t[10] = 6; // line end
  t[46] = 7; // full stop
  t[256 + 46] = 2;
  t[256 + 44] = 5; // comma
  return t;
}

/** How many classes NIBBLES tells apart, and which of its bits belong to which. */
const RECTANGLES = [
  // letters
  { rows: [4, 6], columns: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15] },
  { rows: [5, 7], columns: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10] },
  // figures
  { rows: [3], columns: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] },
  // what joins letters and figures in a run: + - . /, then = _ ~
  { rows: [2], columns: [11, 13, 14, 15] },
  { rows: [3], columns: [13] },
  { rows: [5], columns: [15] },
  { rows: [7], columns: [14] },
  // the letter mark of other scripts
  { rows: [8], columns: [0] },
];

/**
 * The classes of a byte by its upper half, 16 places, and its lower half, 16 more: a bit that both have says in which rectangle
 * of the code table it stands. So sixteen bytes are classed at once. Held here to the table of classes.
 */
function nibbles() {
  const t = new Uint8Array(32);
  RECTANGLES.forEach(({ rows, columns }, bit) => {
    for (const row of rows) t[row] |= 1 << bit;
    for (const column of columns) t[16 + column] |= 1 << bit;
  });
  classes().forEach((flags, c) => {
    const bits = t[c >> 4] & t[16 + (c & 15)],
      is = ((bits & 7) > 0 ? 1 : 0) | ((bits & 127) > 0 ? 2 : 0) | (bits & 128 ? 4 : 0),
      wanted = (flags & (DIGIT | LOWER | UPPER) ? 1 : 0) | (flags & RUN ? 2 : 0) | (flags & OTHER ? 4 : 0);
    if (is !== wanted) throw new Error(`NIBBLES and CLASS differ at ${c}`);
  });
  return t;
}

/** AssemblyScript source of the tables. */
export function buildCharTables() {
  const flags = { DIGIT, LOWER, UPPER, OTHER, SPACE, NEWLINE, EMAIL, RUN };
  const rows = (name, values, type) =>
    `export const ${name} = memory.data<${type}>([${values.join(",")}]);\n`;
  return (
    Object.entries(flags)
      .map(([n, v]) => `export const CC_${n}: u32 = ${v};\n`)
      .join("") +
    rows("CLASS", [...classes()], "u8") +
    rows("GAP", [...gaps()], "u8") +
    rows("NIBBLES", [...nibbles()], "u8") +
    rows("FOLD_LOW", table(0x80, 0x530), "u16") +
    rows("FOLD_LATIN", table(0x1e00, 0x1f00), "u16") +
    rows("FOLD_PUNCT", table(0x2000, 0x2070), "u16") +
    rows(
      "FOLD_CJK",
      [...table(0x3000, 0x3040)].map((v) => (v === 0x80 ? SYMBOL_BYTE : v)),
      "u16",
    ) +
    rows("FOLD_WIDE", table(0xff00, 0xfff0), "u16")
  );
}
