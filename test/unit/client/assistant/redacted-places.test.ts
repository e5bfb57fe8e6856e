// Places that a service tells in bytes, in the offsets of an application: right for every text, and none that is wrong.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { locate } from "../../../../src/client/assistant/redacted-places.ts";
import { createMessageScan } from "../../../../src/pii/scan-messages.ts";
import { modules } from "../../pii/engine-under-test.ts";
import { hostileText } from "../../pii/text-arbitraries.ts";

const scan = createMessageScan(modules.simd);
const redaction = (value: string, ...places: [number, number][]) => ({
  type: "EMAIL",
  token: "[EMAIL_1]",
  value,
  places,
});

describe("[ASK10] places of what the service replaced", () => {
  it("are those of the values, whatever stands before them", () => {
    fc.assert(
      fc.property(fc.array(hostileText, { maxLength: 3 }), (raws) => {
        const contents = raws.map((raw) => raw.toWellFormed());
        const messages = contents.map((text) => ({ content: new TextEncoder().encode(text) }));
        const { replaced } = scan.scan(messages, { firstToken: 1, keep: [] });
        const located = locate(replaced, contents);
        expect(located.map(({ places }) => places?.length)).toEqual(
          replaced.map(({ places }) => places.length),
        );
        for (const { value, places } of located) {
          for (const { message, start, end } of places ?? []) {
            expect(contents[message]?.slice(start, end)).toBe(value);
          }
        }
      }),
    );
  });

  it("come in the order of the text", () => {
    const [found] = locate([redaction("a", [1, 0], [0, 6], [0, 0])], ["a 👻a", "a"]);
    expect(found?.places).toEqual([
      { message: 0, start: 0, end: 1 },
      { message: 0, start: 4, end: 5 },
      { message: 1, start: 0, end: 1 },
    ]);
  });

  it.each([
    ["another value", [redaction("b", [0, 0])]],
    ["within a character", [redaction("é", [0, 3])]],
    ["behind the end", [redaction("c", [0, 9])]],
    ["no such message", [redaction("a", [3, 0])]],
    ["nothing", [redaction("", [0, 0])]],
    ["the same place twice", [redaction("a", [0, 0], [0, 0])]],
    ["a place of another", [redaction("aé", [0, 0]), redaction("é", [0, 1])]],
    ["no places", [{ ...redaction("a"), places: null }]],
  ])("are all left out where one is wrong: %s", (_, told) => {
    const right = redaction("a", [1, 0]);
    for (const { places } of locate([right, ...told], ["aéc", "a"])) expect(places).toBeNull();
    expect(locate([right], ["aéc", "a"])).toMatchObject([{ places: [{ message: 1, start: 0, end: 1 }] }]);
  });
});
