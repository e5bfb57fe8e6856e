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
