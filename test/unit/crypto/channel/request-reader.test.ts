// How the object's half of a request behaves while it waits: keys, order, bounds, and what is zeroed.
import { describe, expect, it, vi } from "vitest";
import { randomId } from "../../../../src/crypto/bytes.ts";
import { OfferKeys } from "../../../../src/crypto/channel/offer.ts";
import { acceptRequest, type RequestReader } from "../../../../src/crypto/channel/request-reader.ts";
import { startRequest, type RequestSealer } from "../../../../src/crypto/channel/request-sealer.ts";
import { parseRequestFrame, type RequestFrame } from "../../../../src/protocol/channel-frames.ts";
import { MAX_REQUEST_RECORDS, MAX_TURN_BYTES } from "../../../../src/protocol/limits.ts";
import { utf8 } from "../../../support/channel-answers.ts";
import { makeKey, SESSION } from "../../../support/channel-exchange.ts";
import { asking, encoded } from "./question.ts";

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
