// Generators of hostile and plausible texts for the property tests: values, fake tokens, lone surrogates, marks and separators mixed.
import fc from "fast-check";
import { SEGMENT_UNITS } from "../../../src/pii/segments.ts";

const fragments = [
  "anna@example.org",
  "Anna@Example.ORG",
  "+49 30 1234567",
  "4111 1111 1111 1111",
  "GB82 WEST 1234 5698 7654 32",
  "My name is Anna Berg",
  "192.168.0.1",
  "[EMAIL_1]",
  "EMAIL_1",
  "email_2",
  "[EMAIL_10]",
  "\\[EMAIL\\_1\\]",
  "［EMAIL_1］",
  "【PHONE_1】",
  "[PERSON_1",
  "PERSON_1]",
  "[LITERAL_1]",
  "[EMAIL_1B]",
  "PERSON_1\\",
  "[de id CARD_1]",
  "zz",
  "[[",
  "]]",
  "\\",
  "_",
  "[",
  "]",
  "EMAIL_",
  "1",
  "0",
  "US_SSN_",
  "[us ssn 1]",
  "536-90-4399",
  "\n\n",
  "\n",
  " ",
  "\ud800",
  "\udc00",
  "\ud83d\ude00",
  "\u0301",
  "\u200b",
  "\u202e",
  "é",
  "ß",
  "Ω",
  "家",
  "a",
  "A",
  "B",
  ".",
  ",",
  ":",
  "//",
  "https://example.com/a?b=c",
  "password: ",
  "x",
  "\u0000",
  "𝟜",
  "-----BEGIN",
  "-----END",
  "Dear ",
  "12 Main Street, Springfield",
];

/** Texts made of telling fragments and of any string, lone surrogates included. */
export const hostileText = fc
  .array(
    fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom(...fragments) },
      { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 12 }) },
      {
        weight: 1,
        arbitrary: fc
          .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 6 })
          .map((a) => String.fromCharCode(...a)),
      },
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(""));

/** What `restore` could take for a token that is given out later, beside values, spellings of them and what is cut out. */
const tokenLike = fc
  .tuple(
    fc.constantFrom("", "[", "\\[", "【", "zz", "[de id ", "[tr ", "\\"),
    fc.constantFrom("EMAIL", "PHONE", "CARD", "PERSON", "NATIONAL_ID", "CUSTOM", "LITERAL", "email"),
    fc.constantFrom("_1", "_1B", "_2", "_1C", "\\_1", " 1", "_12", "_2B", "_"),
    fc.constantFrom("", "]", "\\]", "】", "zz", "\\", "\\_", "2", "B"),
  )
  .map((parts) => parts.join(""));
const spellings = fc.constantFrom(
  "anna@example.org",
  "ANNA@example.org",
  "_Anna@Example.ORG",
  "bob@example.org",
  "+49 30 1234567",
  "+49 (30) 123-4567",
  ["4111", "1111", "1111", "1111"].join(" "),
  ["4111", "1111", "1111", "1111"].join("-"),
  "national id number: 12345678",
  "I'm Anna Berg",
  "I'm  anna BERG",
  "zz",
  "zZ",
);

/** Short texts in which made-up tokens stand beside and between values that come in several spellings. */
export const trickyText = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: tokenLike },
      { weight: 3, arbitrary: spellings },
      { weight: 1, arbitrary: fc.constantFrom(" ", ". ", "\n", ", ") },
    ),
    { maxLength: 7 },
  )
  .chain((parts) => fc.constantFrom("", " ").map((glue) => parts.join(glue)));

/** The same in several segments: what stands in one is out of sight of the others. */
export const farText = fc
  .array(trickyText, { minLength: 2, maxLength: 3 })
  .map((parts) => parts.join(`. ${"word and word. ".repeat(SEGMENT_UNITS / 14)}`));

/** Long enough to be cut into several segments, with and without blanks. */
export const longText = fc
  .tuple(hostileText, fc.constantFrom(" ", "\n", "", "\n\n", "[", "EMAIL_"), hostileText)
  .map(([a, glue, b]) =>
    (a + glue + b + "word. ").repeat(Math.ceil(SEGMENT_UNITS / (a.length + b.length + 7)) + 1),
  );

/** The text cut at the given relative points. */
export function cut(text: string, points: readonly number[]): string[] {
  const at = [...new Set(points.map((p) => Math.floor(p * (text.length + 1))))].sort((a, b) => a - b);
  const out: string[] = [];
  let from = 0;
  for (const p of at) {
    out.push(text.slice(from, p));
    from = p;
  }
  out.push(text.slice(from));
  return out;
}
export const cutPoints = fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { maxLength: 12 });
