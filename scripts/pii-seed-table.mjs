// The word list of BIP 39 (English) as the engine needs it: in order, four letters that tell each word from all others, and some bits of
// its hash for the rest. The list comes from the package @scure/bip39 at build time (MIT) and is not copied here.
import { wordlist } from "@scure/bip39/wordlists/english.js";
import { hashPhrase } from "./pii-lexicon.mjs";

export const seedWords = wordlist;

/** Twenty bits for the first four letters, then twelve of the word's hash; rising, since the list is in alphabetical order. */
export function buildSeedTable() {
  const rows = wordlist.map((word) => {
    const letters = [0, 1, 2, 3].reduce((sum, i) => (sum << 5) | (word.charCodeAt(i) & 31), 0);
    return ((letters << 12) | Number(hashPhrase(word) >> 52n)) >>> 0;
  });
  if (rows.length !== 2048 || rows.some((row, i) => i > 0 && row >>> 12 <= (rows[i - 1] ?? 0) >>> 12))
    throw new Error("the seed word list is not as expected");
  return `export const SEED_WORDS = memory.data<u32>([${rows.join(",")}]);\n`;
}
