// Numbers of the same shape in place of tokens: the laws of tokens hold for them too, whatever makes the numbers.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createFormatPreserver, type FormatPreserver } from "../../../src/pii/format-preserving.ts";
import { createRedactStream, redact } from "../../../src/pii/redact.ts";
import { createRestoreStream, restore } from "../../../src/pii/restore.ts";
import type { PiiType } from "../../../src/pii/types.ts";
import { createVault, type PiiVault } from "../../../src/pii/vault.ts";
import { newDetector } from "./engine-under-test.ts";
import { cut, cutPoints, hostileText } from "./text-arbitraries.ts";

const detector = newDetector();
const KEY = Uint8Array.from({ length: 32 }, (_, at) => at);
const keeper = createFormatPreserver(KEY, new Uint8Array([1]));
const TYPES: readonly PiiType[] = ["PHONE", "CARD", "US_SSN", "EMAIL"];
const vaultOf = (preserver: FormatPreserver = keeper): PiiVault =>
  createVault({ shapes: { types: TYPES, preserver } });

/** Maps digits one by one, so that a few numbers stand for many and stand in the texts already. */
function mapping(digit: (at: number, was: string) => string): FormatPreserver {
  const protect = (_type: PiiType, surface: string): string => {
    let at = 0;
    return surface.replace(/[0-9]/gu, (was) => digit(at++, was));
  };
  return { protect, reveal: protect };
}
const OFTEN = "493012345674";
const preservers: readonly (readonly [string, FormatPreserver])[] = [
  ["FF1", keeper],
  ["one number for all", mapping((at) => OFTEN.charAt(at % OFTEN.length))],
  ["the digits the other way round", mapping((_at, was) => String(9 - Number(was)))],
  ["the very number", mapping((_at, was) => was)],
  ["pairs that change places", mapping((_at, was) => String(Number(was) ^ 1))],
  ["a text that is no number", { protect: () => "[EMAIL_1]", reveal: (_type, surface) => surface }],
];

const numbers = [
  "+49 30 1234567",
  "+49-30-1234567",
  "+49 30 7654321",
  "030 1234567",
  "4930123456",
  "+49 30 12345674",
  "4111 1111 1111 1111",
  "4111-1111-1111-1111",
  "5555 5555 5555 4444",
  "５５５５５５５５５５５５４４４４",
  "5888 8888 8888 5555",
  "+50 69 8765432",
  "phone 555-123-4567",
  "call (555) 123-4567",
  " call ",
  "7",
  "(",
  "+",
];
const text = fc
  .array(fc.oneof(fc.constantFrom(...numbers), fc.constantFrom(" ", "\n", " or ", "/", ""), hostileText), {
    maxLength: 12,
  })
  .map((parts) => parts.join(""));

describe.each(preservers)("shapes made by %s", (_name, preserver) => {
  it("[PII6] restore(redact(x)) is x for every string and every conversation", () => {
    fc.assert(
      fc.property(fc.array(text, { maxLength: 4 }), (texts) => {
        const vault = vaultOf(preserver);
        const sent = texts.map((each) => redact(each, detector, vault).text);
        expect(sent.map((each) => restore(each, vault))).toEqual(texts);
      }),
      { numRuns: 250 },
    );
  });

  it("[PII7] [PII8] streams cut anywhere give what the whole text gives", () => {
    fc.assert(
      fc.property(text, text, cutPoints, (question, answer, points) => {
        const vault = vaultOf(preserver);
        const whole = redact(question, detector, vault);
        const other = vaultOf(preserver);
        const stream = createRedactStream(detector, other);
        const parts = [...cut(question, points).map((chunk) => stream.push(chunk)), stream.flush()];
        expect(parts.map((part) => part.text).join("")).toBe(whole.text);
        for (const said of [answer, whole.text + answer]) {
          const back = createRestoreStream(vault);
          const pieces = cut(said, points).map((chunk) => back.push(chunk));
          expect(pieces.join("") + back.flush()).toBe(restore(said, vault));
        }
      }),
      { numRuns: 150 },
    );
  });
});

describe("[PII15] shapes of a vault", () => {
  const CARD = ["4111", "1111", "1111", "1111"].join(" ");
  const PHONE = "+49 30 1234567";

  it("take the place of tokens for the types that ask for them, and come back", () => {
    const vault = vaultOf();
    const question = `Call ${PHONE}, card ${CARD}, mail anna@example.org, again ${PHONE}.`;
    const { text: sent, spans } = redact(question, detector, vault);
    const card = keeper.protect("CARD", CARD);
    const phone = keeper.protect("PHONE", PHONE);
    expect(sent).toBe(`Call ${phone}, card ${card}, mail [EMAIL_1], again ${phone}.`);
    expect(spans.map(({ type }) => type)).toEqual(["PHONE", "CARD", "EMAIL", "PHONE"]);
    expect(restore(`I called ${phone}.`, vault)).toBe(`I called ${PHONE}.`);
  });

  it("are found whole and to the letter only, and a stream holds back only the beginning of one", () => {
    const vault = vaultOf();
    redact(`card ${CARD}`, detector, vault);
    const card = keeper.protect("CARD", CARD);
    for (const other of [`1${card}`, `${card}1`, card.replaceAll(" ", ""), card.slice(0, -1)]) {
      expect(restore(other, vault)).toBe(other);
    }
    const stream = createRestoreStream(vault);
    expect(stream.push(`is ${card.slice(0, 7)}`)).toBe("is ");
    expect(stream.push("x, 999 is")).toBe(`${card.slice(0, 7)}x, 999 is`);
    expect(stream.push(` ${card}`)).toBe(" ");
    expect(stream.push(".")).toBe(`${CARD}.`);
  });

  it("give way to a token where the number stands in a text already, before or behind", () => {
    const phone = keeper.protect("PHONE", PHONE);
    const before = vaultOf();
    expect(redact(`id ${phone}`, newDetector({ thresholds: { PHONE: 101 } }), before).text).toContain(phone);
    expect(redact(`Call ${PHONE}`, detector, before).text).toBe("Call [PHONE_1]");
    const behind = vaultOf();
    expect(redact(`Call ${PHONE}`, detector, behind).text).toBe(`Call ${phone}`);
    const later = redact(`id ${phone}`, newDetector({ thresholds: { PHONE: 101 } }), behind).text;
    expect([later, restore(later, behind)]).toEqual(["id [LITERAL_1]", `id ${phone}`]);
  });

  it.each([
    ["full-width", "card ４１１１１１１１１１１１１１１１", "card [CARD_1]"],
    ["Arabic", "card \u0664\u0661\u0661\u0661 1111 1111 1111", "card [CARD_1]"],
    ["too few", "phone 12345", "phone 12345"],
  ])("give way to a token where the digits are %s", (_what, question, sent) => {
    expect(redact(question, detector, vaultOf()).text).toBe(sent);
  });

  it("are forgotten with the vault", () => {
    const vault = vaultOf();
    const { text: sent } = redact(`Call ${PHONE}`, detector, vault);
    vault.clear();
    expect(restore(sent, vault)).toBe(sent);
    expect(vault.note(sent)).toEqual([]);
  });
});
