// Requests: their one encoding, their bounds, and how the object's half behaves while it waits.
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { encodeTurn, parseTurn, type TurnContent } from "../../../../src/crypto/channel/request-content.ts";
import { acceptRequest, type RequestReader } from "../../../../src/crypto/channel/request-reader.ts";
import { startRequest, type RequestSealer } from "../../../../src/crypto/channel/request-sealer.ts";
import { isUtf8 } from "../../../../src/crypto/channel/utf8.ts";
import { OfferKeys } from "../../../../src/crypto/channel/offer.ts";
import { parseRequestFrame, type RequestFrame } from "../../../../src/protocol/channel-frames.ts";
import { MAX_REQUEST_RECORDS, MAX_TURN_BYTES, MAX_TURN_MESSAGES } from "../../../../src/protocol/limits.ts";
import { makeKey, SESSION } from "../../../support/channel-exchange.ts";
import { randomId } from "../../../../src/crypto/bytes.ts";

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const asking = (text: string): TurnContent => ({
  messages: [{ role: "user", content: utf8(text) }],
  maxTokens: null,
  temperature: null,
  firstToken: null,
  keep: [],
});
const encoded = (content: TurnContent): Uint8Array<ArrayBuffer> => {
  const result = encodeTurn(content);
  if (!result.ok) throw new Error(result.code);
  return result.value;
};

interface Begun {
  readonly sealer: RequestSealer;
  readonly keys: OfferKeys;
  read(frame: Uint8Array): RequestFrame;
  accept(frame: Uint8Array): RequestReader;
}

async function begin(): Promise<Begun> {
  const { pair, offer } = await makeKey("0020");
  const attempt = { session: SESSION, participant: randomId(12), turn: randomId(12), attempt: 1 };
  const sealer = await startRequest(offer, attempt, "0020");
  const keys = new OfferKeys(offer.keyId, offer.hash, { "647a": pair, "0020": pair });
  const read = (frame: Uint8Array): RequestFrame => {
    const parsed = parseRequestFrame(frame);
    if (!parsed.ok) throw new Error(parsed.code);
    return parsed.value;
  };
  const accept = (frame: Uint8Array): RequestReader => {
    const { start } = read(frame);
    const reader = start === null ? null : acceptRequest(keys, attempt, start);
    if (reader?.ok !== true) throw new Error("not accepted");
    return reader.value;
  };
  return { sealer, keys, read, accept };
}

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
    fc.assert(
      fc.property(contents, fc.nat(), fc.nat(255), (content, where, byte) => {
        const bytes = encoded(content);
        bytes[where % bytes.length] = byte;
        const read = parseTurn(bytes);
        if (read !== null) expect(encoded(read)).toEqual(bytes);
      }),
    );
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

describe("[CHAN9] a request while it waits", () => {
  it("takes the key at once, before anything is decrypted", async () => {
    const { sealer, keys, accept } = await begin();
    const [frame = new Uint8Array()] = await sealer.sealAll(encoded(asking("hi")));
    accept(frame);
    expect(keys.take("0020")).toBeNull();
  });

  it("opens records in the order of the calls, however they overlap", async () => {
    const { sealer, read, accept } = await begin();
    const padded = encoded(asking("hello"));
    const sealing = Array.from({ length: 16 }, (_, at) =>
      sealer.seal(padded.subarray(64 * at, 64 * (at + 1)), at === 15),
    );
    const frames = await Promise.all(sealing);
    const reader = accept(frames[0] ?? new Uint8Array());
    const results = await Promise.all(frames.map((frame) => reader.push(read(frame))));
    expect(results.slice(0, -1)).toEqual(Array(15).fill({ ok: true, value: null }));
    expect(results.at(-1)).toEqual({ ok: true, value: asking("hello") });
    const answers = await reader.answer(crypto.getRandomValues(new Uint8Array(32)));
    expect(() => reader.answer(crypto.getRandomValues(new Uint8Array(32)))).toThrow(RangeError);
    answers.close();
  });

  it("is bounded in bytes and records before they are opened", async () => {
    const { sealer, read, accept } = await begin();
    const [frame = new Uint8Array()] = await sealer.sealAll(encoded(asking("hi")));
    const reader = accept(frame);
    const huge = { ...read(frame), ciphertext: new Uint8Array(MAX_TURN_BYTES + 17) };
    expect(await reader.push(huge)).toEqual({ ok: false, code: "turn_too_large" });
    expect(await reader.push(read(frame))).toEqual({ ok: false, code: "turn_too_large" });

    const other = await begin();
    const padded = encoded(asking("hi"));
    const records: Uint8Array[] = [];
    for (let at = 0; at < MAX_REQUEST_RECORDS; at++)
      records.push(await other.sealer.seal(padded.subarray(at, at + 1), false));
    await expect(other.sealer.seal(padded.subarray(64), true)).rejects.toThrow(RangeError);
    const bounded = other.accept(records[0] ?? new Uint8Array());
    const opened = await Promise.all(records.map((record) => bounded.push(other.read(record))));
    expect(opened.every(({ ok }) => ok)).toBe(true);
    expect(await bounded.push(other.read(records[1] ?? new Uint8Array()))).toEqual({
      ok: false,
      code: "turn_too_large",
    });
  });

  it("zeroes its content when it is closed, and opens nothing afterwards, even what was under way", async () => {
    const { sealer, read, accept } = await begin();
    const [frame = new Uint8Array()] = await sealer.sealAll(encoded(asking("secret")));
    const reader = accept(frame);
    const opened = await reader.push(read(frame));
    const content = opened.ok ? opened.value?.messages[0]?.content : undefined;
    expect(content).toEqual(utf8("secret"));
    reader.close();
    expect(content).toEqual(new Uint8Array(6));
    expect(() => reader.answer(new Uint8Array(32))).toThrow(RangeError);

    const other = await begin();
    const [first = new Uint8Array()] = await other.sealer.sealAll(encoded(asking("secret")));
    const closing = other.accept(first);
    const underWay = closing.push(other.read(first));
    closing.close();
    expect(await underWay).toEqual({ ok: false, code: "turn_invalid" });
  });

  it("zeroes what HPKE handed out once the whole is put together, and the exported secret", async () => {
    const { sealer, read, accept } = await begin();
    const padded = encoded(asking("secret"));
    const frames = [
      await sealer.seal(padded.subarray(0, 500), false),
      await sealer.seal(padded.subarray(500), true),
    ];
    const filled = vi.spyOn(Uint8Array.prototype, "fill");
    const reader = accept(frames[0] ?? new Uint8Array());
    for (const frame of frames) await reader.push(read(frame));
    const zeroed = filled.mock.contexts.map((buffer) => (buffer as Uint8Array).length);
    filled.mockRestore();
    expect(zeroed).toEqual(expect.arrayContaining([500, 524, 32]));
  });

  it("ends with its final record, on the client's side too", async () => {
    const { sealer } = await begin();
    expect(() => sealer.answer()).toThrow(RangeError);
    await sealer.sealAll(encoded(asking("hi")));
    await expect(sealer.seal(new Uint8Array(1), true)).rejects.toThrow(RangeError);
    sealer.answer();
    expect(() => sealer.answer()).toThrow(RangeError);
  });
});
