// Headers of the assistant channel: every layout to the byte, and every other sequence of bytes refused.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  ANSWER_NONCE_BYTES,
  CHANNEL_HEADER_BYTES,
  encodeAnswerFrame,
  encodeRequestFrame,
  MAX_REQUEST_FRAME_BYTES,
  parseAnswerFrame,
  parseRecordPlace,
  parseRequestFrame,
  RECORD_TAG_BYTES,
  SUITES,
} from "../../../src/protocol/channel-frames.ts";
import { parseClientMessage, parseServerMessage } from "../../../src/protocol/frames.ts";
import { ID_BYTES } from "../../../src/protocol/ids.ts";
import { ANSWER_RECORD_BYTES, MAX_ATTEMPTS, REQUEST_RECORD_BYTES } from "../../../src/protocol/limits.ts";

type Bytes = Uint8Array<ArrayBuffer>;
const filled = (length: number, byte = 7): Bytes => new Uint8Array(length).fill(byte);
const bytes = (minLength: number, maxLength = minLength): fc.Arbitrary<Bytes> =>
  fc.uint8Array({ minLength, maxLength }).map((array) => Uint8Array.from(array));
const places = fc.record({
  turn: bytes(ID_BYTES),
  attempt: fc.integer({ min: 1, max: MAX_ATTEMPTS }),
  index: fc.oneof(fc.constantFrom(0, 1, 0xffff_ffff), fc.nat(0xffff_ffff)),
  final: fc.boolean(),
});
const starts = fc
  .constantFrom("647a" as const, "0020" as const)
  .chain((suite) =>
    fc.record({ suite: fc.constant(suite), keyId: bytes(ID_BYTES), enc: bytes(SUITES[suite].encBytes) }),
  );
const requests = fc
  .record({ place: places, start: starts, ciphertext: bytes(RECORD_TAG_BYTES + 1, 200) })
  .map(({ place, start, ciphertext }) => ({ ...place, start: place.index === 0 ? start : null, ciphertext }));
const PLACE = { turn: filled(ID_BYTES), attempt: 1, index: 0, final: true };
const START = { suite: "0020", keyId: filled(ID_BYTES), enc: filled(32) } as const;
const BAD_FRAME = { ok: false, code: "bad_frame" };

describe("[CHAN8] frames of the channel", () => {
  it("come back as they were encoded", () => {
    fc.assert(
      fc.property(requests, (frame) => {
        const encoded = encodeRequestFrame(frame);
        expect(parseRequestFrame(encoded)).toEqual({ ok: true, value: frame });
        expect(parseRecordPlace(encoded)).toEqual({
          turn: frame.turn,
          attempt: frame.attempt,
          index: frame.index,
          final: frame.final,
        });
      }),
    );
    fc.assert(
      fc.property(
        places,
        bytes(ANSWER_NONCE_BYTES),
        bytes(ANSWER_RECORD_BYTES + RECORD_TAG_BYTES),
        (place, nonce, ciphertext) => {
          const frame = { ...place, nonce: place.index === 0 ? nonce : null, ciphertext };
          expect(parseAnswerFrame(encodeAnswerFrame(frame))).toEqual(frame);
        },
      ),
      { numRuns: 50 },
    );
  });

  it("are laid out as documented", () => {
    const frame = encodeRequestFrame({ ...PLACE, attempt: 2, start: START, ciphertext: filled(17, 0xcc) });
    const hex = Buffer.from(frame).toString("hex");
    expect(hex).toBe(`0201${"07".repeat(12)}0002000000000020${"07".repeat(44)}${"cc".repeat(17)}`);
    const next = encodeAnswerFrame({
      ...PLACE,
      index: 258,
      final: false,
      nonce: null,
      ciphertext: filled(1, 0xcc),
    });
    expect(Buffer.from(next).toString("hex")).toBe(`0200${"07".repeat(12)}000100000102cc`);
  });

  it("have exact bounds", () => {
    const of = (length: number, suite: "647a" | "0020" = "647a"): Bytes =>
      encodeRequestFrame({
        ...PLACE,
        start: { ...START, suite, enc: filled(SUITES[suite].encBytes) },
        ciphertext: filled(length),
      });
    const most = REQUEST_RECORD_BYTES + RECORD_TAG_BYTES;
    expect(of(most)).toHaveLength(MAX_REQUEST_FRAME_BYTES);
    expect(parseRequestFrame(of(most)).ok).toBe(true);
    expect(parseRequestFrame(of(most + 1))).toEqual(BAD_FRAME);
    expect(parseRequestFrame(of(RECORD_TAG_BYTES + 1)).ok).toBe(true);
    expect(parseRequestFrame(of(RECORD_TAG_BYTES))).toEqual(BAD_FRAME);
    const answer = (length: number): Bytes =>
      encodeAnswerFrame({ ...PLACE, nonce: filled(ANSWER_NONCE_BYTES), ciphertext: filled(length) });
    const exact = ANSWER_RECORD_BYTES + RECORD_TAG_BYTES;
    expect([exact - 1, exact, exact + 1].map((length) => parseAnswerFrame(answer(length)) !== null)).toEqual([
      false,
      true,
      false,
    ]);
  });

  it("of another kind, with other flags or attempts, are none", () => {
    const good = encodeRequestFrame({ ...PLACE, start: START, ciphertext: filled(20) });
    expect(parseRequestFrame(good).ok).toBe(true);
    for (const [at, value] of [
      [0, 1],
      [0, 3],
      [1, 2],
      [1, 0x81],
      [14, 1],
      [15, 0],
      [15, MAX_ATTEMPTS + 1],
    ] as const) {
      const bad = good.with(at, value);
      expect(parseRequestFrame(bad)).toEqual(BAD_FRAME);
      expect(parseRecordPlace(bad)).toBeNull();
    }
    expect(parseRequestFrame(good.with(CHANNEL_HEADER_BYTES, 1))).toEqual({
      ok: false,
      code: "suite_unknown",
    });
  });

  it("are none when they are cut anywhere before their ciphertext", () => {
    const good = encodeRequestFrame({ ...PLACE, start: START, ciphertext: filled(17) });
    for (let length = 0; length < good.length; length++)
      expect(parseRequestFrame(good.slice(0, length)).ok).toBe(false);
  });

  it("[RULE7] are never taken for relayed content, alone or in a bundle", () => {
    const frame = encodeRequestFrame({ ...PLACE, start: START, ciphertext: filled(20) });
    const bundle = Uint8Array.of(3, 0, 0, 0, frame.length, ...frame);
    for (const message of [frame, bundle]) {
      expect(parseClientMessage(message)).toEqual(BAD_FRAME);
      expect(parseServerMessage(message)).toEqual(BAD_FRAME);
    }
  });
});
