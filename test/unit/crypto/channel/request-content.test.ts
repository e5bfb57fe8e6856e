// What a request holds: its one encoding and its bounds.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeTurn, parseTurn, type TurnContent } from "../../../../src/crypto/channel/request-content.ts";
import { isUtf8 } from "../../../../src/crypto/channel/utf8.ts";
import { MAX_TURN_BYTES, MAX_TURN_MESSAGES } from "../../../../src/protocol/limits.ts";
import { utf8 } from "../../../support/channel-answers.ts";
import { asking, encoded } from "./question.ts";

describe("[CHAN8] request content", () => {
  const contents = fc.record({
    messages: fc
      .array(
        fc.record({
          role: fc.constantFrom("system", "user", "assistant"),
          content: fc.string({ unit: "binary" }),
        }),
        { maxLength: 8 },
      )
      .map((list) =>
        [...list, { role: "user" as const, content: "?" }].map(({ role, content }) => ({
          role,
          content: utf8(content),
        })),
      ),
    maxTokens: fc.option(fc.integer({ min: 1, max: 32_768 })),
    temperature: fc.option(fc.double({ min: 0, max: 2, noNaN: true }).map((number) => number + 0)),
    firstToken: fc.option(fc.integer({ min: 1, max: 999_999 })),
    keep: fc.constant([]),
  });

  it("names places that are kept, and refuses those that are not in a message", () => {
    const content = asking("hi, 👻");
    const keep = [
      { message: 0, start: 0, length: 2 },
      { message: 0, start: 4, length: 4 },
    ];
    expect(parseTurn(encoded({ ...content, keep }))).toEqual({ ...content, keep });
    for (const place of [
      { message: 0, start: 5, length: 4 },
      { message: 0, start: 8, length: 1 },
      { message: 1, start: 0, length: 1 },
    ]) {
      expect(parseTurn(encoded({ ...content, keep: [place] }))).toBeNull();
    }
    expect(encodeTurn({ ...content, keep: [{ message: 0, start: 0, length: 0 }] }).ok).toBe(false);
    expect(encodeTurn({ ...content, keep: Array(257).fill(keep[0]) }).ok).toBe(false);
  });

  it("comes back as it went in, in the smallest bucket", () => {
    fc.assert(
      fc.property(contents, (content) => {
        const bytes = encoded(content);
        expect(parseTurn(bytes)).toEqual(content);
        expect(Math.log2(bytes.length) % 1).toBe(0);
      }),
    );
  });

  it("has one encoding: whatever else is read as something gives the same bytes again", () => {
    let readAnew = 0;
    fc.assert(
      fc.property(contents, fc.nat(), fc.nat(255), (content, where, byte) => {
        const bytes = encoded(content);
        const before = bytes[where % bytes.length];
        bytes[where % bytes.length] = byte;
        const read = parseTurn(bytes);
        if (read !== null) expect(encoded(read)).toEqual(bytes);
        if (read !== null && byte !== before) readAnew += 1;
      }),
      { numRuns: 1_000 },
    );
    expect(readAnew).toBeGreaterThan(0);
  });

  it("refuses other forms", () => {
    const bytes = encoded(asking("hi"));
    const spoilt = (at: number, ...values: number[]): Uint8Array => {
      const copy = bytes.slice();
      copy.set(values, at);
      return copy;
    };
    // 01 0002 7b7d 0001 02 00000002 6869
    const bad: Record<string, Uint8Array> = {
      version: spoilt(0, 2),
      "options beyond the end": spoilt(1, 255, 255),
      "options that are no JSON": spoilt(3, 0x7b, 0x7b),
      "no message": spoilt(5, 0, 0),
      "a message too many": spoilt(5, 0, 2),
      "too many messages": spoilt(5, 255, 255),
      "no role": spoilt(7, 0),
      "an unknown role": spoilt(7, 4),
      "last from the assistant": spoilt(7, 3),
      "text beyond the end": spoilt(8, 255, 255, 255, 255),
      "text that is no UTF-8": spoilt(12, 0xc3),
      padding: spoilt(1_023, 1),
      "a bucket too large": new Uint8Array(2_048).fill(0, bytes.length),
      "half a bucket": bytes.slice(0, 512),
      nothing: new Uint8Array(),
    };
    bad["a bucket too large"]?.set(bytes);
    for (const [name, value] of Object.entries(bad)) expect(parseTurn(value), name).toBeNull();
    for (const options of [
      '{"temperature":0.5,"maxTokens":5}',
      '{"maxTokens":5.0}',
      " {}",
      '{"maxTokens":0}',
      '{"firstToken":0}',
      '{"firstToken":1000000}',
      '{"keep":[]}',
      '{"keep":[[0,0]]}',
      '{"maxTokens":5,"firstToken":1}',
      '{"top":1}',
      '{"temperature":3}',
      '{"temperature":null}',
      "[]",
      '{"temperature":-0}',
    ]) {
      const body = Uint8Array.of(1, 0, options.length, ...utf8(options), 0, 1, 2, 0, 0, 0, 1, 63);
      const padded = new Uint8Array(1_024);
      padded.set(body);
      expect(parseTurn(padded), options).toBeNull();
    }
  });

  it("is not made of what no reader takes", () => {
    const { messages } = asking("hi");
    const bad: TurnContent[] = [
      { ...asking(""), messages: [] },
      { ...asking(""), messages: [...messages, { role: "assistant", content: utf8("x") }] },
      { ...asking(""), messages: [{ role: "user", content: Uint8Array.of(0xff) }] },
      { ...asking(""), temperature: 2.1 },
      { ...asking(""), maxTokens: 0 },
      { ...asking(""), temperature: Number.NaN },
    ];
    for (const content of bad) expect(encodeTurn(content)).toEqual({ ok: false, code: "turn_invalid" });
    expect(encodeTurn(asking("x".repeat(MAX_TURN_BYTES - 12))).ok).toBe(true);
    expect(encodeTurn(asking("x".repeat(MAX_TURN_BYTES - 11)))).toEqual({
      ok: false,
      code: "turn_too_large",
    });
    const many = Array.from({ length: MAX_TURN_MESSAGES + 1 }, () => ({
      role: "user" as const,
      content: utf8(""),
    }));
    expect(encodeTurn({ ...asking(""), messages: many })).toEqual({ ok: false, code: "turn_too_large" });
  });

  it("asks the same of UTF-8 as the platform's decoder", () => {
    const decodes = (bytes: Uint8Array): boolean => {
      try {
        new TextDecoder("utf-8", { fatal: true }).decode(bytes);
        return true;
      } catch {
        return false;
      }
    };
    const edges = fc.constantFrom(
      0x00,
      0x7f,
      0x80,
      0x8f,
      0x90,
      0x9f,
      0xa0,
      0xbf,
      0xc1,
      0xc2,
      0xdf,
      0xe0,
      0xed,
      0xef,
      0xf0,
      0xf4,
      0xf5,
      0xff,
    );
    const bytes = fc.array(edges, { maxLength: 6 }).map((list) => Uint8Array.from(list));
    fc.assert(
      fc.property(bytes, (sample) => {
        expect(isUtf8(sample)).toBe(decodes(sample));
      }),
      { numRuns: 5_000 },
    );
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (sample) => {
        expect(isUtf8(utf8(sample))).toBe(true);
      }),
    );
  });
});
