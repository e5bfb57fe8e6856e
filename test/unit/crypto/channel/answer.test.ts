// Answers: fixed-size records out of any text, the same text again at the client, and every other form refused.
// Hostile records are sealed with the right keys here: what an object that breaks the protocol could send.
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import type { AnswerEnd, AnswerSummary } from "../../../../src/crypto/channel/answer-content.ts";
import {
  deriveAnswerKeys,
  recordNonce,
  type AnswerRoot,
} from "../../../../src/crypto/channel/answer-keys.ts";
import {
  AnswerOpener,
  type AnswerRefusal,
  type AnswerStep,
} from "../../../../src/crypto/channel/answer-opener.ts";
import { AnswerSealer } from "../../../../src/crypto/channel/answer-sealer.ts";
import { attemptBytes, digest, recordData, transcriptOf } from "../../../../src/crypto/channel/binding.ts";
import { randomId } from "../../../../src/crypto/bytes.ts";
import { encodeAnswerFrame } from "../../../../src/protocol/channel-frames.ts";
import { ANSWER_RECORD_BYTES, MAX_ANSWER_BYTES, MAX_SUMMARY_BYTES } from "../../../../src/protocol/limits.ts";
import { SESSION } from "../../../support/channel-exchange.ts";

const END: AnswerEnd = { finish: "stop", error: null, usage: null, model: "mirror", redactions: [] };
const FRAME_BYTES = 20 + ANSWER_RECORD_BYTES + 16;
const utf8 = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(new TextEncoder().encode(text));
const random = (bytes: number): Uint8Array<ArrayBuffer> => crypto.getRandomValues(new Uint8Array(bytes));

async function makeRoot(): Promise<AnswerRoot> {
  const secret = await crypto.subtle.importKey("raw", random(32), "HKDF", false, ["deriveKey", "deriveBits"]);
  const attempt = attemptBytes({
    session: SESSION,
    participant: randomId(12),
    turn: randomId(12),
    attempt: 3,
  });
  return { attempt, secret, enc: random(32), offerHash: random(32), requestHash: random(32) };
}

/** Seals any plaintext as the record of that index. */
async function forge(root: AnswerRoot, records: readonly (Uint8Array | string)[], finalAt: number) {
  const nonce = new Uint8Array(32);
  const { key, baseNonce } = await deriveAnswerKeys(root, nonce, "encrypt");
  return Promise.all(
    records.map(async (segments, index) => {
      const record = new Uint8Array(ANSWER_RECORD_BYTES);
      record.set(typeof segments === "string" ? segment(1, utf8(segments)) : segments);
      const place = {
        turn: root.attempt.turn,
        attempt: root.attempt.attempt,
        index,
        final: index === finalAt,
      };
      const additionalData = recordData("answer", root.attempt.session, place);
      const parameters = { name: "AES-GCM", iv: recordNonce(baseNonce, index), additionalData };
      const ciphertext = new Uint8Array(await crypto.subtle.encrypt(parameters, key, record));
      return encodeAnswerFrame({ ...place, nonce: index === 0 ? nonce : null, ciphertext });
    }),
  );
}
const segment = (type: number, content: Uint8Array, length = content.length): Uint8Array =>
  Uint8Array.of(type, length >> 8, length & 255, ...content);
const joined = (...parts: readonly Uint8Array[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => [...part]));

async function summaryOf(
  root: AnswerRoot,
  text: Uint8Array<ArrayBuffer>,
  more: object = {},
): Promise<Uint8Array> {
  const transcript = await transcriptOf(root.offerHash, root.requestHash, await digest(text));
  return utf8(JSON.stringify({ v: 1, ...END, transcript, ...more }));
}

async function receive(root: AnswerRoot, frames: readonly Uint8Array[]) {
  const opener = new AnswerOpener(root);
  const steps: AnswerStep[] = [];
  for (const frame of frames) {
    const step = await opener.push(frame);
    if (!step.ok) return { refused: step.reason, text: steps.map(({ text }) => text).join(""), end: null };
    steps.push(step);
  }
  return { refused: null, text: steps.map(({ text }) => text).join(""), end: steps.at(-1)?.end ?? null };
}

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
    const redactions = [{ type: "NAME", token: "[NAME_1]", value: "x".repeat(MAX_SUMMARY_BYTES) }];
    await expect(sealer.finish({ ...END, redactions })).rejects.toThrow(RangeError);
    expect(await sealer.finish(END)).toHaveLength(Math.ceil((MAX_ANSWER_BYTES - 1) / 1_021));
    await expect(AnswerSealer.create(await makeRoot(), random(31))).rejects.toThrow(TypeError);
  });
});

describe("[CHAN9] records of an answer", () => {
  it("have a nonce each, however calls overlap, and come in order", async () => {
    const root = await makeRoot();
    const sealer = await AnswerSealer.create(root, random(32));
    const encrypt = vi.spyOn(crypto.subtle, "encrypt");
    sealer.write(utf8("x".repeat(3_000)));
    const order: number[] = [];
    const early = Array.from({ length: 5 }, async (_, at) => {
      const frame = await sealer.record();
      order.push(at);
      return frame;
    });
    const late = sealer.finish(END);
    const frames = [...(await Promise.all(early)), ...(await late)];
    const nonces = encrypt.mock.calls.map(([parameters]) =>
      Buffer.from((parameters as AesGcmParams).iv as Uint8Array).toString("hex"),
    );
    encrypt.mockRestore();
    expect(order).toEqual([0, 1, 2, 3, 4]);
    expect(new Set(nonces).size).toBe(frames.length);
    expect(await receive(root, frames)).toMatchObject({ text: "x".repeat(3_000), end: { complete: true } });
  });

  it("are opened in the order of the calls, however they overlap", async () => {
    const root = await makeRoot();
    const sealer = await AnswerSealer.create(root, random(32));
    sealer.write(utf8("y".repeat(5_000)));
    const frames = await sealer.finish(END);
    const opener = new AnswerOpener(root);
    const steps = await Promise.all(frames.map((frame) => opener.push(frame)));
    expect(steps.map((step) => (step.ok ? step.text : step.reason)).join("")).toBe("y".repeat(5_000));
    expect(opener.next).toBe(frames.length);
    expect(await opener.push(frames[0] ?? new Uint8Array())).toEqual({ ok: false, reason: "ended" });
  });

  it("come to nothing once the sealer ended or was closed; its text is zeroed", async () => {
    const sealer = await AnswerSealer.create(await makeRoot(), random(32));
    const [sent, kept] = [utf8("sent"), utf8("kept")];
    sealer.write(sent);
    await sealer.record();
    sealer.write(kept);
    const underWay = sealer.record();
    sealer.write(utf8("more"));
    sealer.close();
    await expect(underWay).rejects.toThrow(RangeError);
    expect([...sent, ...kept]).toEqual(Array(8).fill(0));
    expect(() => sealer.record()).toThrow(RangeError);
    expect(() => {
      sealer.write(utf8("x"));
    }).toThrow(RangeError);
    await expect(sealer.finish(END)).rejects.toThrow(RangeError);
  });

  it("are not shown once the opener was closed, even what was under way", async () => {
    const root = await makeRoot();
    const sealer = await AnswerSealer.create(root, random(32));
    sealer.write(utf8("hello"));
    const [frame = new Uint8Array()] = await sealer.finish(END);
    const opener = new AnswerOpener(root);
    const underWay = opener.push(frame);
    opener.close();
    expect(await underWay).toEqual({ ok: false, reason: "ended" });
  });

  it("start where the index says when a lost connection is resumed", async () => {
    const root = await makeRoot();
    const sealer = await AnswerSealer.create(root, random(32));
    sealer.write(utf8("z".repeat(4_000)));
    const frames = await sealer.finish(END);
    const opener = new AnswerOpener(root);
    for (const frame of frames.slice(0, 2)) await opener.push(frame);
    let summary: AnswerSummary | null = null;
    for (const frame of frames.slice(opener.next)) {
      const step = await opener.push(frame);
      if (step.ok) summary = step.end?.summary ?? null;
    }
    expect(summary?.finish).toBe("stop");
  });
});
