// Profiles, thresholds, lists, bounds and bad input.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MAX_TEXT_UNITS, PiiTextTooLongError } from "../../../src/pii/detector.ts";
import { NEVER } from "../../../src/pii/profiles.ts";
import { PII_TYPES } from "../../../src/pii/types.ts";
import { found, newDetector } from "./engine-under-test.ts";
import { hostileText } from "./text-arbitraries.ts";

const CARD = ["4111", "1111", "1111", "1111"].join(" ");

describe("rows of figures", () => {
  it("finds each number of a list that only blanks part, however long", () => {
    const cards = Array.from({ length: 12 }, () => CARD);
    expect(newDetector().detect(cards.join(" "))).toHaveLength(cards.length);
  });
  it("finds a number behind a table of equal groups", () => {
    const table = "412 731 905 288 613 774 150 866 239 ";
    expect(found(`${table}phone 555 123 4567`).at(-1)).toBe("PHONE:555 123 4567");
  });
});

describe("what stands behind a row", () => {
  const row = "3 egg 2 rye 1 ham 4 ";
  it.each([
    ["an IBAN", `${row}DE89370400440532013000`, "IBAN:DE89370400440532013000"],
    ["an IBAN in groups", `${row}DE89 3704 0044 0532 0130 00`, "IBAN:DE89 3704 0044 0532 0130 00"],
    ["a card behind years", `in 2019 2020 2021 2022 2023 2024 ${CARD}`, `CARD:${CARD}`],
    ["a code", `${row}AB123456C`, "UK_NINO:AB123456C"],
  ])("%s is found", (_what, text, expected) => {
    expect(found(text)).toContain(expected);
  });
});

describe("overlaps", () => {
  it("are won by the candidate that begins with the earlier word where two weigh the same", () => {
    // the person, found at the title, and an address that would begin with the given name
    const text = "Dr Fatima Hill, Oncology\n4192 Maple Rd, Columbus, OH 43201";
    expect(found(text)).toContain("PERSON:Fatima Hill");
  });
});

describe("detector options", () => {
  const text = "Unlike the Petersson novel. Mail anna@example.org";
  it("[PII12] strict finds no less than balanced, balanced no less than loose", () => {
    const counts = (["strict", "balanced", "loose"] as const).map(
      (profile) => newDetector({ profile }).detect(text).length,
    );
    expect(counts).toEqual([...counts].sort((a, b) => b - a));
    expect(counts[0]).toBeGreaterThan(counts[2] ?? 0);
  });
  it("[PII12] a per-type threshold switches a type off or lets weak evidence in", () => {
    expect(found("mail anna@example.org", { thresholds: { EMAIL: NEVER } })).toEqual([]);
    expect(found("call 555-0199 now", { thresholds: { PHONE: 20 } })).toContain("PHONE:555-0199");
  });
  it("[PII12] the allow list wins over detection, the deny list over everything", () => {
    expect(found("mail Support@example.org", { allow: ["support@example.org"] })).toEqual([]);
    expect(found("project Bluebird and bluebird", { deny: [{ value: "Bluebird" }] })).toEqual([
      "CUSTOM:Bluebird",
      "CUSTOM:bluebird",
    ]);
    const deny = [{ value: "support", type: "ORGANIZATION" }] as const;
    expect(found("mail Support@example.org", { allow: ["support@example.org"], deny })).toEqual([
      "ORGANIZATION:Support",
    ]);
  });
  it.each([
    ["an address", "mail a.bluebird@example.org", ["bluebird"], ["EMAIL:a.bluebird@example.org"]],
    ["a password", "my password is Anna!sup3rS3cret", ["Anna"], ["PASSWORD:Anna!sup3rS3cret"]],
    ["a card", `card ${CARD}`, ["1111"], [`CARD:${CARD}`]],
    ["more than is found", "mail anna@example.org", ["mail anna"], ["EMAIL:mail anna@example.org"]],
    ["another denied one", "the blue moon shine", ["blue moon", "moon shine"], ["CUSTOM:blue moon shine"]],
    ["itself", "of lalala", ["lala"], ["CUSTOM:lalala"]],
  ])("[PII12] a denied value in %s uncovers nothing of it", (_what, text, values, expected) => {
    expect(found(text, { deny: values.map((value) => ({ value })) })).toEqual(expected);
  });
  it("[PII12] a deny list only adds to what is covered, and leaves out no place of its own", () => {
    const word = fc.constantFrom(
      "a",
      "an",
      "na",
      "Anna",
      "@",
      "ex",
      "1",
      "11",
      "30",
      " ",
      ".",
      "org",
      "Berg",
    );
    const values = fc.array(word, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(""));
    const texts = fc.array(fc.oneof(hostileText, word), { maxLength: 6 }).map((parts) => parts.join(""));
    fc.assert(
      fc.property(texts, fc.array(values, { minLength: 1, maxLength: 4 }), (text, denied) => {
        const deny = denied.map((value) => ({ value }));
        const places = newDetector({ deny }).detect(text);
        const isCovered = (start: number, end: number): boolean =>
          places.some((place) => place.start <= start && end <= place.end);
        for (const [at, { start }] of places.entries()) {
          expect(start).toBeGreaterThanOrEqual(places[at - 1]?.end ?? 0);
        }
        for (const { start, end } of newDetector().detect(text)) expect(isCovered(start, end)).toBe(true);
        for (const value of denied.filter((each) => each.trim() !== "")) {
          for (let at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + 1)) {
            expect(isCovered(at, at + value.length)).toBe(true);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
  it.each([
    ["a capital whose small letter is longer", "\u0130stanbul office: we ship project bluebird soon"],
    ["a blank that forbids a break", "we ship project\u00a0bluebird soon"],
    ["a line break", "we ship Project\n  Bluebird soon"],
    ["two blanks", "we ship project  bluebird soon"],
    ["an ideographic blank", "we ship PROJECT\u3000BLUEBIRD soon"],
    ["characters that are not seen", "we ship \u200bpro\u00adject\u200b \u2060blue\u200dbird\ufeff soon"],
  ])("[PII12] a deny rule holds through %s", (_what, text) => {
    const deny = [{ value: "Project Bluebird" }, { value: "\u200b" }, { value: "bird" }];
    const [place, ...more] = newDetector({ deny, thresholds: { LOCATION: NEVER } }).detect(text);
    expect(more).toEqual([]);
    const value = text.slice(place?.start, place?.end);
    expect(
      value
        .replace(/[\u00ad\u200b\u200d\u2060]/gu, "")
        .replace(/\s+/gu, " ")
        .toLowerCase(),
    ).toBe("project bluebird");
    expect(value).toMatch(/^p.*d$/isu);
  });
  it("[PII12] deny rules find every place in as many steps for each unit, however many places there are", () => {
    const text = "ab ".repeat(5_000);
    const deny = [{ value: "a" }, { value: "AB" }, { value: "b" }];
    expect(newDetector({ deny }).detect(text)).toHaveLength(5_000);
  });
  it("[PII3] knows the ids of its types", () => {
    expect(PII_TYPES.indexOf("PHONE")).toBe(2);
    expect(new Set(PII_TYPES).size).toBe(PII_TYPES.length);
  });
});

describe("bad input", () => {
  const hostile: [string, string][] = [
    ["nothing", ""],
    ["one lone surrogate", "\ud800"],
    ["binary", Array.from({ length: 5000 }, (_, i) => String.fromCharCode((i * 7919) & 0xffff)).join("")],
    ["a run of @", "@".repeat(200_000)],
    ["a run of brackets", "[".repeat(200_000)],
    ["digits", "7".repeat(200_000)],
    ["single digits", "7 ".repeat(100_000)],
    ["capitals", "A".repeat(200_000)],
    ["short capitals", "Ab ".repeat(70_000)],
    ["dots", "a.".repeat(100_000)],
    ["colons", "a:".repeat(100_000)],
    ["key signs", "key=".repeat(50_000)],
    ["schemes", "a://".repeat(50_000)],
    ["begin lines", "-----BEGIN PRIVATE KEY-----\n".repeat(5_000)],
    ["combining marks", "e" + "\u0301".repeat(100_000)],
    ["zero width", "\u200b".repeat(100_000)],
    ["right to left", "\u202eمرحبا ".repeat(20_000)],
    ["fake tokens", "[EMAIL_1]".repeat(20_000)],
    ["nested brackets", "[".repeat(500) + "EMAIL_1" + "]".repeat(500)],
  ];
  it.each(hostile)("[PII14] %s neither crashes nor hangs", (_, text) => {
    const spans = newDetector({ profile: "strict" }).detect(text);
    expect(spans.every((s) => s.end <= text.length)).toBe(true);
  });
  it("[PII14] refuses what is too long instead of cutting it", () => {
    expect(() => newDetector().detect("a".repeat(MAX_TEXT_UNITS + 1))).toThrow(PiiTextTooLongError);
  });
  it("[PII14] finds identifiers through zero-width characters, full-width digits and look-alike letters", () => {
    expect(found("card 4111\u200b1111\u200b1111\u200b1111")).toEqual([
      "CARD:4111\u200b1111\u200b1111\u200b1111",
    ]);
    expect(found("４１１１１１１１１１１１１１１１")).toEqual(["CARD:４１１１１１１１１１１１１１１１"]);
    expect(found("mail аnna@example.org")).toEqual(["EMAIL:аnna@example.org"]); // a Cyrillic a
  });
});

it("[PII12] refuses a denied value that is longer than what a segment sees of its neighbour", () => {
  const rule = (units: number) => ({ deny: [{ value: "x".repeat(units) }] });
  expect(() => newDetector(rule(257))).toThrow("pii_deny_too_long");
  const detector = newDetector(rule(256));
  // Wherever a cut falls.
  for (let at = 15_500; at < 16_500; at += 50) {
    const text = `${"word ".repeat(at / 5)}${"x".repeat(256)} ${"word ".repeat(200)}`;
    const spans = detector.detect(text).filter(({ type }) => type === "CUSTOM");
    expect(spans.map(({ start, end }) => end - start)).toEqual([256]);
  }
});
