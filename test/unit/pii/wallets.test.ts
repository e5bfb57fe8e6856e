// Seed phrases and Ethereum addresses prove themselves: what independent libraries make is found without a word that tells it, what
// they would refuse is not, or counts less.
import { keccak_256 } from "@noble/hashes/sha3.js";
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import { entropyToMnemonic, validateMnemonic } from "@scure/bip39";
import { wordlist } from "@scure/bip39/wordlists/english.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { newDetector } from "./engine-under-test.ts";

const detector = newDetector();
const strict = newDetector({ profile: "strict" });
const loose = newDetector({ profile: "loose" });
const phrasesIn = (text: string): string[] =>
  detector.detect(text).flatMap((s) => (s.type === "SEED_PHRASE" ? [text.slice(s.start, s.end)] : []));

const phrase = fc
  .constantFrom(16, 20, 24, 28, 32)
  .chain((bytes) => fc.uint8Array({ minLength: bytes, maxLength: bytes }))
  .map((entropy) => entropyToMnemonic(entropy, wordlist));
const listed = fc.constantFrom(...wordlist);

describe("seed phrases", () => {
  it("[PII13] are found by their checksum alone, among other words and in any case", () => {
    fc.assert(
      fc.property(phrase, fc.constantFrom("", "here it is: ", "They went there. ", "1 "), (words, before) => {
        expect(phrasesIn(`${before}${words}. And more of that.`)).toEqual([words]);
        expect(phrasesIn(before + words.toUpperCase())).toEqual([words.toUpperCase()]);
        expect(phrasesIn(before + words.replaceAll(" ", "\n"))).toEqual([words.replaceAll(" ", "\n")]);
      }),
      { numRuns: 150 },
    );
  });
  it("[PII13] words of the list without a valid checksum are no phrase unless a cue says so", () => {
    fc.assert(
      fc.property(fc.array(listed, { minLength: 12, maxLength: 12 }), (list) => {
        const words = list.join(" ");
        expect(phrasesIn(`It said ${words}. And`)).toEqual(validateMnemonic(words, wordlist) ? [words] : []);
        expect(phrasesIn(`My seed phrase: ${words}`)).toEqual([words]);
      }),
      { numRuns: 150 },
    );
  });
  it("[PII13] one or two words of the sentence that are in the list too do not hide it", () => {
    const words = entropyToMnemonic(new Uint8Array(16).fill(0x7f), wordlist);
    expect(phrasesIn(`the wallet ${words} there`)).toEqual([words]);
    expect(phrasesIn(`the ${words} wallet there`)).toEqual([words]);
  });
  it("[PII13] longer rows of listed words, as the list itself, are none", () => {
    expect(phrasesIn(wordlist.slice(0, 600).join(" "))).toEqual([]);
    expect(phrasesIn("abandon ".repeat(500))).toEqual([]);
  });
});

/** The mixed-case form of an address as ERC-55 defines it. */
function mixedCase(digits: string): string {
  const hash = bytesToHex(keccak_256(new TextEncoder().encode(digits)));
  return `0x${Array.from(digits)
    .map((c, i) => (Number.parseInt(hash[i] ?? "0", 16) >= 8 ? c.toUpperCase() : c))
    .join("")}`;
}
const digits = fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => bytesToHex(bytes));
const score = (text: string, by = detector): number =>
  by.detect(text).find((s) => s.type === "ETH")?.score ?? 0;

describe("Ethereum addresses", () => {
  it("[PII13] with a valid mixed-case checksum score more than in one case, with a broken one less", () => {
    expect(mixedCase("5aaeb6053f3e94c9b9a09f33669435e7ef1beaed")).toBe(
      "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
    );
    fc.assert(
      fc.property(digits, fc.nat(39), (plain, at) => {
        const valid = mixedCase(plain);
        fc.pre(/[a-f]/u.test(valid) && /[A-F]/u.test(valid));
        const c = valid[at + 2] ?? "";
        const other = c === c.toUpperCase() ? c.toLowerCase() : c.toUpperCase();
        const broken = valid.slice(0, at + 2) + other + valid.slice(at + 3);
        fc.pre(other !== c && /[a-f]/u.test(broken.slice(2)) && /[A-F]/u.test(broken));
        expect(hexToBytes(valid.slice(2)).length).toBe(20);
        expect(score(`Send it to ${valid} now`)).toBe(98);
        expect(score(`Send it to 0x${plain} now`)).toBe(85);
        expect(score(`Send it to ${broken} now`, strict)).toBe(55);
        expect(score(`Send it to ${broken} now`, loose)).toBe(0);
      }),
      { numRuns: 300 },
    );
  });
});
