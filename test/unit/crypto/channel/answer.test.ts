// Answers: fixed-size records out of any text, the same text again at the client, and every other form refused,
// however well it is sealed.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AnswerEnd } from "../../../../src/crypto/channel/answer-content.ts";
import { type AnswerRoot } from "../../../../src/crypto/channel/answer-keys.ts";
import { type AnswerRefusal } from "../../../../src/crypto/channel/answer-opener.ts";
import { AnswerSealer } from "../../../../src/crypto/channel/answer-sealer.ts";
import { MAX_ANSWER_BYTES, MAX_SUMMARY_BYTES } from "../../../../src/protocol/limits.ts";
import {
  END,
  FRAME_BYTES,
  utf8,
  random,
  makeRoot,
  forge,
  segment,
  joined,
  summaryOf,
  receive,
} from "../../../support/channel-answers.ts";

describe("[CHAN2] text goes through", () => {
  const writes = fc.array(fc.oneof(fc.constant(null), fc.string({ unit: "binary", maxLength: 900 })), {
    maxLength: 12,
  });

  it("however it is cut into writes and ticks, in frames of one size", async () => {
    await fc.assert(
      fc.asyncProperty(writes, async (steps) => {
        const root = await makeRoot();
        const sealer = await AnswerSealer.create(root, random(32));
        const frames: Uint8Array[] = [];
        for (const step of steps) {
          if (step === null) frames.push(await sealer.record());
          else sealer.write(utf8(step));
        }
        frames.push(...(await sealer.finish(END)));
        expect(frames.map(({ length }) => length)).toEqual(
          frames.map((_, at) => FRAME_BYTES + (at === 0 ? 32 : 0)),
        );
        const { text, end } = await receive(root, frames);
        expect(text).toBe(steps.join(""));
        expect(end).toMatchObject({ complete: true, summary: END });
      }),
      { numRuns: 60 },
    );
  });

  it("and only an end of the model's own is complete", async () => {
    const ends: readonly (readonly [AnswerEnd, boolean])[] = [
      [END, true],
      [{ ...END, finish: "length" }, true],
      [{ ...END, finish: "filtered" }, true],
      [{ ...END, finish: "cancelled" }, false],
      [{ ...END, finish: "error", error: "provider_broken" }, false],
    ];
    for (const [given, complete] of ends) {
      const root = await makeRoot();
      const sealer = await AnswerSealer.create(root, random(32));
      const { end } = await receive(root, await sealer.finish(given));
      expect(end).toMatchObject({ complete, summary: given });
    }
  });

  it("and an error with a code of a later version is an error", async () => {
    const root = await makeRoot();
    const later = await summaryOf(root, utf8(""), { finish: "error", error: "of_tomorrow" });
    const { refused, end } = await receive(root, await forge(root, [segment(2, later)], 0));
    expect(refused).toBeNull();
    expect(end).toMatchObject({ complete: false, summary: { finish: "error", error: "internal" } });
  });

  it("shows nothing of an answer whose object saw something else", async () => {
    for (const other of ["offerHash", "requestHash"] as const) {
      const root = await makeRoot();
      const sealer = await AnswerSealer.create({ ...root, [other]: random(32) }, random(32));
      sealer.write(utf8("hello"));
      expect(await receive(root, await sealer.finish(END))).toEqual({
        refused: "transcript",
        text: "",
        end: null,
      });
    }
  });
});

describe("[CHAN8] other forms of an answer are refused, however well they are sealed", () => {
  const whole = async (root: AnswerRoot, text = ""): Promise<Uint8Array> =>
    segment(2, await summaryOf(root, utf8(text)));
  type Make = (root: AnswerRoot) => Promise<readonly (Uint8Array | string)[]>;
  const cases: readonly (readonly [string, AnswerRefusal, Make])[] = [
    ["an unknown segment", "content", async (root) => [joined(segment(3, utf8("x")), await whole(root))]],
    ["an empty segment", "content", async (root) => [joined(segment(1, utf8("")), await whole(root))]],
    ["a segment beyond the end", "content", async () => [segment(1, utf8("x"), 1_022)]],
    [
      "a header beyond the end",
      "content",
      async () => [joined(segment(1, new Uint8Array(1_019).fill(97)), Uint8Array.of(1, 0))],
    ],
    [
      "padding that is not zero",
      "content",
      async (root) => [joined(await whole(root), Uint8Array.of(0, 0, 1))],
    ],
    [
      "text after the summary",
      "content",
      async (root) => [joined(await whole(root, "x"), segment(1, utf8("x")))],
    ],
    ["text that is no UTF-8", "content", async () => [segment(1, Uint8Array.of(0xff)), ""]],
    [
      "text that ends in half a character",
      "content",
      async (root) => [
        "",
        joined(
          segment(1, Uint8Array.of(0xe2, 0x82)),
          segment(2, await summaryOf(root, Uint8Array.of(0xe2, 0x82))),
        ),
      ],
    ],
    ["no summary", "content", async () => ["hello", new Uint8Array()]],
    [
      "half a summary",
      "content",
      async (root) => [segment(2, (await summaryOf(root, utf8(""))).subarray(0, 40))],
    ],
    ["a summary that is no UTF-8", "content", async () => [segment(2, Uint8Array.of(0x22, 0xff, 0x22))]],
    [
      "an error without a code",
      "content",
      async (root) => [segment(2, await summaryOf(root, utf8(""), { finish: "error" }))],
    ],
    [
      "a code without an error",
      "content",
      async (root) => [segment(2, await summaryOf(root, utf8(""), { error: "internal" }))],
    ],
    [
      "an unknown end",
      "content",
      async (root) => [segment(2, await summaryOf(root, utf8(""), { finish: "done" }))],
    ],
    [
      "an unknown member",
      "content",
      async (root) => [segment(2, await summaryOf(root, utf8(""), { more: 1 }))],
    ],
    ["another version", "content", async (root) => [segment(2, await summaryOf(root, utf8(""), { v: 2 }))]],
    [
      "another answer's transcript",
      "transcript",
      async (root) => [joined(segment(1, utf8("x")), await whole(root, "y"))],
    ],
  ];
  it.each(cases)("%s", async (_name, reason, make) => {
    const root = await makeRoot();
    const records = (await make(root)).map((record) => (record === "" ? new Uint8Array() : record));
    const { refused, end } = await receive(root, await forge(root, records, records.length - 1));
    expect({ refused, end }).toEqual({ refused: reason, end: null });
  });

  it("the forger itself is right: the plain form is taken", async () => {
    const root = await makeRoot();
    const frames = await forge(
      root,
      [segment(1, Uint8Array.of(0xe2, 0x82)), segment(1, Uint8Array.of(0xac)), await whole(root, "€")],
      2,
    );
    expect(await receive(root, frames)).toMatchObject({ refused: null, text: "€", end: { complete: true } });
  });

  it("more text or summary than is allowed", async () => {
    const full = segment(1, new Uint8Array(1_021).fill(97));
    const count = Math.ceil(MAX_ANSWER_BYTES / 1_021);
    const root = await makeRoot();
    const texts = await receive(root, await forge(root, Array<Uint8Array>(count).fill(full), -1));
    expect(texts).toMatchObject({ refused: "content", text: "a".repeat(1_021 * (count - 1)) });
    const summaries = Array<Uint8Array>(Math.ceil(MAX_SUMMARY_BYTES / 1_021)).fill(
      segment(2, new Uint8Array(1_021).fill(32)),
    );
    const other = await makeRoot();
    expect((await receive(other, await forge(other, summaries, -1))).refused).toBe("content");
  });

  it("a sealer holds itself to these bounds", async () => {
    const sealer = await AnswerSealer.create(await makeRoot(), random(32));
    sealer.write(new Uint8Array(MAX_ANSWER_BYTES - 1).fill(97));
    expect({ room: sealer.room, pending: sealer.pending }).toEqual({
      room: 1,
      pending: MAX_ANSWER_BYTES - 1,
    });
    expect(() => {
      sealer.write(utf8("xx"));
    }).toThrow(RangeError);
    const redactions = [
      { type: "NAME", token: "[NAME_1]", value: "x".repeat(MAX_SUMMARY_BYTES), places: [] },
    ];
    await expect(sealer.finish({ ...END, redactions })).rejects.toThrow(RangeError);
    expect(await sealer.finish(END)).toHaveLength(Math.ceil((MAX_ANSWER_BYTES - 1) / 1_021));
    await expect(AnswerSealer.create(await makeRoot(), random(31))).rejects.toThrow(TypeError);
  });
});
