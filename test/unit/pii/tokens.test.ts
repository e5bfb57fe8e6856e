// Tokens and the vault: one number per value, exact forms, manglings, bounds.
import { describe, expect, it } from "vitest";
import { redact } from "../../../src/pii/redact.ts";
import { restore } from "../../../src/pii/restore.ts";
import { PII_TYPES, type PiiType } from "../../../src/pii/types.ts";
import { createVault, PiiVaultFullError } from "../../../src/pii/vault.ts";
import { newDetector } from "./engine-under-test.ts";

const detector = newDetector();

describe("vault", () => {
  it("[PII9] gives one number per normalised value and a letter per further surface form", () => {
    const vault = createVault();
    expect(vault.tokenFor("EMAIL", "anna@example.org")).toBe("[EMAIL_1]");
    expect(vault.tokenFor("EMAIL", "ANNA@example.org")).toBe("[EMAIL_1B]");
    expect(vault.tokenFor("EMAIL", "bob@example.org")).toBe("[EMAIL_2]");
    expect(vault.tokenFor("EMAIL", "anna@example.org")).toBe("[EMAIL_1]");
    expect(vault.tokenFor("PHONE", "+49 30 1234567")).toBe("[PHONE_1]");
    expect(vault.tokenFor("PHONE", "+49 (30) 123-4567")).toBe("[PHONE_1B]");
    expect(restore("[EMAIL_1B] [PHONE_1]", vault)).toBe("ANNA@example.org +49 30 1234567");
  });

  it.each<[PiiType, ...string[]]>([
    ["EMAIL", "anna@example.org", "an\u200bna@example.org", "ａｎｎａ@example.org", "\u0430nna@Example.org"],
    [
      "PHONE",
      "+49 30 1234567",
      "+49(30)123\u00a04567",
      "+４９ ３０ １２３４５６７",
      "+49\u206030\u20111234567",
    ],
    [
      "CARD",
      "4111 1111 1111 1111",
      "4111-1111-1111-1111",
      "\u0664111111111111111",
      "４１１１１１１１１１１１１１１１",
    ],
    ["IBAN", "DE89 3704 0044 0532 0130 00", "DE89370400440532013000", "de89-3704-0044\u00a00532\u202f013000"],
    ["MAC", "00:1B:44:11:3a:b7", "00-1b-44-11-3A-B7", "001B.4411.3AB7"],
    ["ES_NIF", "12345678-Z", "12345678Z", "12.345.678 z", "12345678\u0396"],
    ["CH_AHV", "756.9217.0769.85", "7569217076985", "756 9217 0769 85"],
    ["ETH", `0x${"aB".repeat(20)}`, `0X${"ab".repeat(20)}`],
    ["BTC", `bc1${"qx".repeat(8)}`, `BC1${"QX".repeat(8)}`],
    ["PERSON", "José  Berg", "JOSE\u0301 Berg", "jo\u00adsé berg"],
  ])(
    "[PII9] %s: one number for what the engine reads as one value, and each as it was written",
    (type, ...forms) => {
      const vault = createVault();
      const tokens = forms.map((form) => vault.tokenFor(type, form));
      expect(tokens.map((token) => Number.parseInt(token.slice(type.length + 2), 10))).toEqual(
        forms.map(() => 1),
      );
      expect(new Set(tokens).size).toBe(forms.length);
      expect(tokens.map((token) => restore(token, vault))).toEqual(forms);
    },
  );

  it.each<[PiiType, string, string]>([
    ["FR_NIR", "1 85 05 2A 123 456 78", "1 85 05 2B 123 456 78"],
    ["BTC", `1${"aB".repeat(14)}`, `1${"Ab".repeat(14)}`],
    ["PASSWORD", "Secret 1", "secret 1"],
    ["DATE", "1/11/2026", "11/1/2026"],
    ["PERSON", "王小明", "王小红"],
  ])("[PII9] %s: two numbers for two values", (type, one, other) => {
    const vault = createVault();
    expect([vault.tokenFor(type, one), vault.tokenFor(type, other)]).toEqual([`[${type}_1]`, `[${type}_2]`]);
  });

  it("[PII9] names many surface forms of one value without repeating a name", () => {
    const vault = createVault();
    const names = new Set(
      Array.from({ length: 800 }, (_, i) => vault.tokenFor("PHONE", `555${" ".repeat(i + 1)}0100`)),
    );
    expect(names.size).toBe(800);
  });

  it("[PII9] skips numbers that the user's text already holds", () => {
    const vault = createVault();
    const text = "In [EMAIL_1] and email_2 I meant anna@example.org";
    const { text: out } = redact(text, detector, vault);
    expect(out).toBe("In [EMAIL_1] and email_2 I meant [EMAIL_3]");
    const next = redact("and what is [EMAIL_3]?", detector, vault);
    expect(next.text).toBe("and what is [LITERAL_1]?");
    expect(restore(next.text, vault)).toBe("and what is [EMAIL_3]?");
  });

  it("[PII10] puts back what somebody else replaced, however long", () => {
    const vault = createVault();
    const value = "k".repeat(60_000);
    vault.adopt("[SECRET_1]", "SECRET", value);
    expect(restore("It is [SECRET_1].", vault)).toBe(`It is ${value}.`);
  });

  it("[PII9] gives no name out under a number that a text has used since, with whatever letter", () => {
    const vault = createVault();
    expect(vault.tokenFor("EMAIL", "anna@example.org")).toBe("[EMAIL_1]");
    expect(redact("What is [EMAIL_1C]?", detector, vault).text).toBe("What is [EMAIL_1C]?");
    expect(vault.tokenFor("EMAIL", "ANNA@example.org")).toBe("[EMAIL_2]");
    expect(vault.tokenFor("EMAIL", "Anna@example.org")).toBe("[EMAIL_2B]");
    expect(vault.tokenFor("EMAIL", "anna@example.org")).toBe("[EMAIL_1]");
  });

  it("[PII11] takes memory for what a text says, not for what it might", () => {
    const text = PII_TYPES.map((type) => `[${type}_1]`).join(" ");
    const vault = createVault();
    const before = process.memoryUsage().arrayBuffers;
    redact(text, detector, vault);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(500_000);
    for (const type of PII_TYPES) expect(vault.tokenFor(type, "x")).toBe(`[${type}_2]`);
  });

  it("[PII9] skips every number that a text holds, however many they are", () => {
    const vault = createVault();
    const numbers = [1, 2, 3, 5, 8_191, 8_192, 8_193, 999_999];
    for (const number of numbers) vault.reserve(`EMAIL_${String(number)}`);
    const given = Array.from({ length: 8_190 }, (_, n) =>
      vault.tokenFor("EMAIL", `a${String(n)}@example.org`),
    );
    expect([given[0], given[1], given.at(-1)]).toEqual(["[EMAIL_4]", "[EMAIL_6]", "[EMAIL_8197]"]);
    expect(given.filter((token) => numbers.some((number) => token === `[EMAIL_${String(number)}]`))).toEqual(
      [],
    );
  });

  it("[PII11] is bounded and fails closed", () => {
    const vault = createVault({ maxEntries: 2 });
    expect(() => redact("a@example.org b@example.org c@example.org", detector, vault)).toThrow(
      PiiVaultFullError,
    );
    expect(vault.size).toBe(2);
    vault.clear();
    expect(vault.size).toBe(0);
  });
});

describe("restoring a mangled answer", () => {
  const vault = createVault();
  vault.tokenFor("EMAIL", "anna@example.org");
  vault.tokenFor("DATE_OF_BIRTH", "1 May 1990");
  for (let i = 2; i <= 10; i++) vault.tokenFor("EMAIL", `user${String(i)}@example.org`);
  const cases: [string, string][] = [
    ["[EMAIL_1]", "anna@example.org"],
    ["[email_1]", "anna@example.org"],
    ["EMAIL_1.", "anna@example.org."],
    ["(Email_1)", "(anna@example.org)"],
    ["\\[EMAIL\\_1\\]", "anna@example.org"],
    ["[EMAIL\\_1]", "anna@example.org"],
    ["［EMAIL_1］", "anna@example.org"],
    ["【EMAIL_1】", "anna@example.org"],
    ["[EMAIL 1]", "anna@example.org"],
    ["[date of birth 1]", "1 May 1990"],
    ["**[DATE_OF_BIRTH_1]**", "**1 May 1990**"],
    ["联系EMAIL_1吧", "联系anna@example.org吧"],
    ["[EMAIL_10]", "user10@example.org"],
    ["[EMAIL_100]", "[EMAIL_100]"],
    ["[EMAIL_1", "[anna@example.org"],
    ["MYEMAIL_1", "MYEMAIL_1"],
    ["EMAIL_1_x", "EMAIL_1_x"],
    ["email 1", "email 1"],
    ["[EMAIL_01]", "[EMAIL_01]"],
  ];
  it.each(cases)("[PII10] %s gives %s", (text, want) => {
    expect(restore(text, vault)).toBe(want);
  });

  it("[PII10] never reads restored text again", () => {
    const nested = createVault();
    nested.tokenFor("EMAIL", "x@example.org");
    nested.tokenFor("PERSON", "[EMAIL_1]");
    expect(restore("[PERSON_1]", nested)).toBe("[EMAIL_1]");
  });
});

describe("redact", () => {
  it("[PII6] checks each piece, so that text which becomes a token by what is cut out beside it comes back too", () => {
    const vault = createVault();
    vault.tokenFor("EMAIL", "anna@example.org");
    const text = "see EMAIL_1zz now";
    const { text: out } = redact(text, newDetector({ deny: [{ value: "zz" }] }), vault);
    expect(out).toBe("[LITERAL_1]");
    expect(restore(out, vault)).toBe(text);
  });

  it("[PII12] lets the person keep a found place", () => {
    const vault = createVault();
    const text = "anna@example.org and bob@example.org";
    const { text: out, spans } = redact(text, detector, vault, { keep: (span) => span.start !== 0 });
    expect(out).toBe("anna@example.org and [EMAIL_1]");
    expect(spans).toHaveLength(1);
    expect(Object.keys(spans[0] ?? {}).sort()).toEqual(["end", "score", "start", "type"]);
  });
});
