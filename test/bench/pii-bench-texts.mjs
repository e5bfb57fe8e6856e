// The texts of `npm run pii:bench`: prose without and with personal data, made from a fixed seed, and inputs that are chosen to be
// as slow as they can be.
const WORDS =
  "the of and to in is that it was for on are as with they at be this from have by one had not but what all were when we there can an your which their said if do will each about how up out them then she many some so these would other into has more her two like him see time could no make than first been its who now people my made over did down only way find use may water long little very after words called just where most know get through back much before go good new write our used me man too any day same right look think also around another came come work three word must because does part even place well such here take why things help put years different away again off went old number great tell men say small every found still between name should home big give air line set own under read last never us left end along while might next sound below saw something thought both few those always looked show large often together asked house world going want school important until form food keep children feet land side without".split(
    " ",
  );
let seed = 0x9e3779b9;
const random = (n) => {
  seed ^= seed << 13;
  seed ^= seed >>> 17;
  seed ^= seed << 5;
  return (seed >>> 0) % n;
};
const FACTS = [
  "My name is Anna Berg and I live in Lisbon.",
  "Write to anna.berg@example.org or call +49 30 1234567.",
  "The card 4111 1111 1111 1111 expires soon.",
  "Send it to 12 Main Street, Springfield, IL 62701.",
  "Her IBAN is DE89 3704 0044 0532 0130 00.",
  "The server answers at 192.168.10.24 since 2019-03-14.",
  "Mr. Petersson flew to Oslo on Monday.",
  "See https://www.example.com/a/b?c=1 for more.",
];

/** Prose of so many bytes, one sentence in `density` a fact; 0 for none. */
export function prose(bytes, density) {
  let out = "";
  while (out.length < bytes) {
    if (density > 0 && random(density) === 0) {
      out += `${FACTS[random(FACTS.length)]} `;
      continue;
    }
    const count = 6 + random(16);
    for (let i = 0; i < count; i++) {
      const word = WORDS[random(WORDS.length)];
      out +=
        (i === 0 ? "" : random(11) === 0 ? ", " : " ") +
        (i === 0 ? word[0].toUpperCase() + word.slice(1) : word);
    }
    out += random(7) === 0 ? ".\n\n" : ". ";
  }
  return out.slice(0, bytes);
}

/** What is repeated to make each worst case. */
export const WORST = [
  ["digits", "7"],
  ["digits and blanks", "7 "],
  ["pairs of digits", "12 "],
  ["triples of digits", "123 "],
  ["digits and hyphens", "12-"],
  ["digits and dots", "12."],
  ["@", "@"],
  ["a@", "a@"],
  ["mailboxes", "a@b.de "],
  ["[", "["],
  ["capitals", "A"],
  ["single capitals", "A "],
  ["capital words", "Abcd "],
  ["capitals with stops", "A. "],
  ["names", "Anna "],
  ["full names", "Anna Berg, "],
  ["titles", "Mr. "],
  ["places", "Paris, "],
  ["two-word places", "New "],
  ["months", "May 1 "],
  ["cue words", "phone "],
  ["key=", "key="],
  ["key+", "key+"],
  ["key=$", "key=$"],
  ["pin:", "pin:"],
  ["pin|", "pin|"],
  ["pass&", "pass&"],
  ["user+", "user+"],
  ["a://", "a://"],
  ["dots", "a."],
  ["colons", "a:"],
  ["quotes and commas", "'a', "],
  ["BEGIN", "-----BEGIN PRIVATE KEY-----\n"],
  ["streets", "12 Main Street "],
  ["street words", "rue "],
  ["cards", "4111 "],
  ["telephone numbers", "030 1234567 "],
  ["codes", "AB12 "],
  ["IBAN beginnings", "DE89 "],
  ["key prefixes", "ghp_"],
  ["JWT beginnings", "eyJ."],
  ["fake tokens", "[EMAIL_1] "],
  [
    "seed words",
    `${"abandon ability able about above absent absorb abstract absurd abuse access accident ".repeat(2)}. `,
  ],
  ["seed words, rows of 14", `${"zoo zone zero ".repeat(5).trim()}. `],
  ["mixed-case 0x", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed "],
  ["kanji", "家"],
  ["combining", "e\u0301"],
];
