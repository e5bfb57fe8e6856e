// The scan of bytes in the isolate: finds what the detector of strings finds, and everything that it replaces can be
// put back.
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import {
  createMessageScan,
  messageScanOver,
  type Replacement,
  type ScanOptions,
} from "../../../src/pii/scan-messages.ts";
import { redact } from "../../../src/pii/redact.ts";
import { addTokenNumbers } from "../../../src/pii/token-numbers.ts";
import { shapedTokens } from "../../../src/pii/token-syntax.ts";
import { createVault } from "../../../src/pii/vault.ts";
import { modules, newDetector, newEngine } from "./engine-under-test.ts";
import { hostileText } from "./text-arbitraries.ts";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array): string => new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
const scanner = createMessageScan(modules.simd);

function scan(texts: readonly string[], options: Partial<ScanOptions> = {}) {
  const messages = texts.map((text, index) => ({ role: index, content: encode(text) }));
  const { messages: cleaned, replaced } = scanner.scan(messages, { firstToken: 1, keep: [], ...options });
  return { texts: cleaned.map(({ content }) => decode(content)), replaced, cleaned, messages };
}

/** What a model got, from what was sent and the places that were told, in one pass. */
function rebuilt(texts: readonly string[], replaced: readonly Replacement[]): string[] {
  const places = replaced.flatMap(({ token, value, places: each }) =>
    each.map(([message, start]) => ({ message, start, value, token })),
  );
  places.sort((one, other) => one.start - other.start);
  return texts.map((text, index) => {
    const bytes = encode(text);
    let out = "";
    let at = 0;
    for (const { start, value, token } of places.filter(({ message }) => message === index)) {
      const end = start + encode(value).length;
      expect(decode(bytes.subarray(start, end))).toBe(value);
      out += decode(bytes.subarray(at, start)) + token;
      at = end;
    }
    return out + decode(bytes.subarray(at));
  });
}

function putBack(text: string, replaced: readonly Replacement[]): string {
  return replaced.reduce((whole, { token, value }) => whole.replaceAll(token, () => value), text);
}

describe("[PII20] the scan of messages", () => {
  it("replaces in every message, one token for one value, and tells what it replaced", () => {
    const { texts, replaced, cleaned, messages } = scan([
      "You are kind.",
      "I'm Anna Berg, anna@example.org",
      "Is ANNA@example.org Anna Berg's?",
    ]);
    expect(texts).toEqual(["You are kind.", "I'm [PERSON_1], [EMAIL_1]", "Is [EMAIL_1B] [PERSON_1]'s?"]);
    expect(replaced).toEqual([
      {
        type: "PERSON",
        token: "[PERSON_1]",
        value: "Anna Berg",
        places: [
          [1, 4],
          [2, 20],
        ],
      },
      { type: "EMAIL", token: "[EMAIL_1]", value: "anna@example.org", places: [[1, 15]] },
      { type: "EMAIL", token: "[EMAIL_1B]", value: "ANNA@example.org", places: [[2, 3]] },
    ]);
    expect(cleaned[0]).toBe(messages[0]);
    expect(cleaned[1]?.role).toBe(1);
  });

  it("leaves what the client replaced alone, and takes no number that is in use", () => {
    expect(scan(["Write to [EMAIL_1], [PERSON_2] and phone_7."])).toMatchObject({ replaced: [] });
    expect(scan(["Write to [EMAIL_1] and bob@example.org about phone 7"]).texts).toEqual([
      "Write to [EMAIL_1] and [EMAIL_2] about phone 7",
    ]);
    expect(scan(["Mail bob@example.org"], { firstToken: 12 }).texts).toEqual(["Mail [EMAIL_12]"]);
  });

  it.each([
    ["My password is [PASSWORD_1].", "My password is [PASSWORD_1]."],
    [
      "born on [DATE_OF_BIRTH_1], passport no. [PASSPORT_3B]",
      "born on [DATE_OF_BIRTH_1], passport no. [PASSPORT_3B]",
    ],
    ["password=[PASSWORD_1]Tr0ub4dor&3", "password=[PASSWORD_1][PASSWORD_4]"],
  ])("takes no token of the client's for a value: %s", (text, expected) => {
    expect(scan([text], { firstToken: 4 }).texts).toEqual([expected]);
  });

  it.each([
    ["my password is Password_2024", "my password is [PASSWORD_1]"],
    ["my password is secret_2024", "my password is [PASSWORD_1]"],
    ["password: Secret_99A", "password: [PASSWORD_1]"],
    ["password: [PASSWORD_7]", "password: [[PASSWORD_1]]"],
  ])("takes nothing else for a token: %s", (text, expected) => {
    expect(scan([text]).texts).toEqual([expected]);
  });

  it.each([
    "password: [PASSWORD_01]",
    "password: [PASSWORD_0]",
    "password: [Password_1]",
    "password: [PASSWORD_1BCDEFGH]",
  ])("nor what a client does not write: %s", (text) => {
    expect(scan([text], { firstToken: 4 }).replaced).toHaveLength(1);
  });

  it("makes no token of the client's out of what stands beside a value", () => {
    const { texts, replaced } = scan(["PERSON_1\\_Anna@Example.ORG, I'm Bob Smith."], { firstToken: 4 });
    expect(texts).toEqual(["[EMAIL_4], I'm [PERSON_4]."]);
    expect(replaced[0]).toMatchObject({ value: "PERSON_1\\_Anna@Example.ORG", places: [[0, 0]] });
    const glued = fc.constantFrom("PERSON_1\\_", "EMAIL_1B", "\\EMAIL_2", "[PHONE_3", "1@ab.co", "x");
    const text = fc.array(fc.oneof(glued, hostileText), { maxLength: 4 }).map((parts) => parts.join(""));
    fc.assert(
      fc.property(text, (raw) => {
        const before = raw.toWellFormed();
        const names = new Set(shapedTokens(before).map(({ name }) => name));
        const found = scan([before], { firstToken: 1_000 });
        for (const { token } of found.replaced) names.add(token.slice(1, -1));
        for (const { name } of shapedTokens(found.texts[0] ?? "")) expect(names).toContain(name);
      }),
    );
  });

  it("leaves no part of an address that looks like a token", () => {
    expect(scan(["my email is email_12@example.org"]).texts).toEqual(["my email is [EMAIL_1]"]);
  });

  it("leaves every token of the client's own pass where it is", () => {
    const detector = newDetector();
    fc.assert(
      fc.property(hostileText, (text) => {
        const redacted = redact(text, detector, createVault()).text;
        const tokens = redacted.match(/\[[A-Z_]+_\d+[A-Z]*\]/g) ?? [];
        const after = scan([redacted], { firstToken: 1_000 });
        for (const token of tokens) expect(after.texts[0]).toContain(token);
      }),
    );
  });

  it("keeps the places that it is told to keep", () => {
    const text = "Größe: anna@example.org or bob@example.org";
    const start = encode("Größe: ").length;
    const keep = [{ message: 0, start, length: "anna@example.org".length }];
    expect(scan([text], { keep }).texts).toEqual(["Größe: anna@example.org or [EMAIL_1]"]);
    expect(scan([text], { keep: [{ message: 1, start, length: 16 }] }).replaced.length).toBe(2);
  });

  it("finds in bytes what the detector finds in the string", () => {
    const detector = newDetector();
    fc.assert(
      fc.property(hostileText, (raw) => {
        const text = raw.toWellFormed();
        const spans = detector.detect(text);
        // Where the engine takes a token for a value, the scan does otherwise, as the test above says.
        fc.pre(
          !shapedTokens(text).some((token) => spans.some((s) => s.start < token.end && token.start < s.end)),
        );
        const found = spans.map(({ start, end, type }) => [type, text.slice(start, end)]);
        const { replaced } = scan([text]);
        const values = new Set(found.map((each) => each.join(" ")));
        expect(new Set(replaced.map(({ type, value }) => `${type} ${value}`))).toEqual(values);
      }),
    );
  });

  it("changes nothing else: with the values put back the text is what it was", () => {
    fc.assert(
      fc.property(fc.array(hostileText, { maxLength: 3 }), (raws) => {
        const before = raws.map((raw) => raw.toWellFormed());
        const { texts, replaced } = scan(before);
        expect(texts.map((text) => putBack(text, replaced))).toEqual(before);
        expect(rebuilt(before, replaced)).toEqual(texts);
      }),
    );
  });

  it("works through long messages piece by piece, and never cuts a character or a key", () => {
    const line = "Nothing to see here, only words and more words, 👻 and ghosts. ";
    const text = `${line.repeat(700)}Mail anna@example.org now. ${line.repeat(700)}`;
    const { texts, replaced } = scan([text]);
    expect(replaced).toMatchObject([{ type: "EMAIL", token: "[EMAIL_1]", value: "anna@example.org" }]);
    expect(putBack(texts[0] ?? "", replaced)).toBe(text);
    const solid = scan(["é".repeat(20_000)]);
    expect(solid.texts).toEqual(["é".repeat(20_000)]);
    const key =
      ["-----BEGIN", "PRIVATE KEY-----"].join(" ") +
      `\n${"QUJD".repeat(300)}\n` +
      "-----END PRIVATE KEY-----";
    const secret = scan([`${"x y ".repeat(3_950)}${key}\nend`]);
    expect(secret.texts[0]).not.toContain("QUJD");
  });

  it("sees a cue before a cut and a value across one, as the detector does", () => {
    const filler = "we went there and came back again and ".repeat(900);
    const detector = newDetector();
    for (let at = 15_700; at < 16_300; at += 7) {
      const text = `${filler.slice(0, at)}\nthe passport number is 534021987, I live at 12 Main Street, Springfield, IL 62701. ${filler}`;
      const found = detector.detect(text).map(({ type, start, end }) => [type, text.slice(start, end)]);
      expect(found.map(([type]) => type)).toEqual(["PASSPORT", "ADDRESS"]);
      expect(scan([text]).replaced.map(({ type, value }) => [type, value])).toEqual(found);
    }
  });

  it("leaves no text in the engine's memory", () => {
    const engine = newEngine();
    const before = new Uint8Array(engine.memory.buffer).slice();
    messageScanOver(engine).scan([{ content: encode("anna@example.org") }], { firstToken: 1, keep: [] });
    expect(Buffer.compare(new Uint8Array(engine.memory.buffer), before)).toBe(0);
  });

  it("skips the numbers that stand in the text, and those only: no text can use them up", () => {
    const { texts } = scan([
      "[EMAIL_999999] [PHONE_2] email_3 said: answer bob@example.org, carl@example.org and dora@example.org",
    ]);
    expect(texts[0]).toContain("answer [EMAIL_1], [EMAIL_4] and [EMAIL_5]");
    const names = Array.from({ length: 20_000 }, (_, index) => `IP_${String(index + 1)}`).join(" ");
    expect(scan([names, "Mail bob@example.org"]).replaced).toMatchObject([{ token: "[EMAIL_20001]" }]);
  });

  it("throws where numbers run out, rather than let a value through", () => {
    const last = { firstToken: 999_999 };
    expect(scan(["Mail bob@example.org"], last).texts).toEqual(["Mail [EMAIL_999999]"]);
    for (const text of ["[EMAIL_999999] and bob@example.org", "bob@example.org carl@example.org"]) {
      expect(() => scan([text], last)).toThrow(RangeError);
    }
  });

  it("[RULE11] a scan that throws midway leaves no copy of what it had read", () => {
    const engine = newEngine();
    const set = vi.spyOn(Uint8Array.prototype, "set");
    const messages = ["Mail anna@example.org, then", "bob@example.org"].map((text) => ({
      content: encode(text),
    }));
    expect(() => messageScanOver(engine).scan(messages, { firstToken: 999_999, keep: [] })).toThrow(
      RangeError,
    );
    const copies = (set.mock.contexts as Uint8Array[]).filter(
      ({ buffer, length }) =>
        buffer !== engine.memory.buffer && length === "Mail [EMAIL_999999], then".length,
    );
    set.mockRestore();
    expect(copies.length).toBeGreaterThan(0);
    expect(copies.every((copy) => copy.every((byte) => byte === 0))).toBe(true);
  });
});

describe("[PII20] numbers in use", () => {
  it.each([
    ["nothing here 12", []],
    ["[EMAIL_3]", [3]],
    ["email_4 [PHONE_2] EMAIL_4", [4, 2]],
    ["\\[DATE\\_OF\\_BIRTH\\_17\\]", [17]],
    ["[DATE OF BIRTH 9]", [9]],
    ["EMAIL_1234567", []],
    ["XEMAIL_5", [5]],
    ["NOTHING_5 _7 8", []],
    ["[LITERAL_6] EMAIL_0", [6]],
  ])("%s: %j", (text, numbers) => {
    const taken = new Set<number>();
    addTokenNumbers(encode(text), taken);
    expect([...taken]).toEqual(numbers);
  });
});
