// Binary frames: every layout to the byte, and what each side refuses of them.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  BUNDLE_ENTRY_BYTES,
  CLIENT_RELAY_HEADER_BYTES,
  encodeBundle,
  encodeClientRelay,
  encodeReceipt,
  encodeServerRelay,
  parseClientMessage,
  parseServerMessage,
  RECEIPT_BYTES,
  SERVER_RELAY_HEADER_BYTES,
} from "../../../src/protocol/frames.ts";
import { ID_BYTES } from "../../../src/protocol/ids.ts";
import { MAX_FRAME_BYTES } from "../../../src/protocol/limits.ts";
import { fromHex } from "../../support/hex.ts";
import vectors from "../../vectors/frames.json" with { type: "json" };
import { BAD_FRAME, bundleOf, encodeAll, seqs, SIDES } from "./frame-arbitrary.ts";

describe("parseClientMessage", () => {
  it("[SOCK7] refuses every cut of a frame's header, and a frame without content", () => {
    const wire = encodeClientRelay(7, Uint8Array.of(1));
    for (let end = 0; end < wire.length; end++)
      expect(parseClientMessage(wire.subarray(0, end))).toEqual(BAD_FRAME);
    expect(parseClientMessage(encodeClientRelay(7, new Uint8Array()))).toEqual(BAD_FRAME);
  });

  it("[SOCK7] refuses a receipt: only the service makes them", () => {
    expect(parseClientMessage(encodeReceipt(1, 1))).toEqual(BAD_FRAME);
  });

  it("[RULE7] hands out a view of the sealed bytes and copies none", () => {
    const wire = encodeClientRelay(7, Uint8Array.of(1, 2, 3));
    const answer = parseClientMessage(wire);
    expect(answer.ok && answer.value[0]?.sealed.buffer).toBe(wire.buffer);
  });

  it("[FLOW5] reads the largest message in frames of one byte, and one frame of the same size", () => {
    const entry = encodeClientRelay(0, Uint8Array.of(9));
    const many = Math.floor((MAX_FRAME_BYTES - 1) / (BUNDLE_ENTRY_BYTES + entry.length));
    const bundle = parseClientMessage(encodeBundle(Array.from({ length: many }, () => entry)));
    expect(bundle.ok && bundle.value.length).toBe(many);
    const sealed = new Uint8Array(MAX_FRAME_BYTES - CLIENT_RELAY_HEADER_BYTES);
    expect(parseClientMessage(encodeClientRelay(0, sealed)).ok).toBe(true);
  });
});

describe("parseServerMessage", () => {
  it("[SOCK7] refuses every cut of a relay and of a receipt, and a receipt that is too long", () => {
    const relay = encodeServerRelay(1, new Uint8Array(ID_BYTES), Uint8Array.of(1));
    const receipt = encodeReceipt(1, 2);
    expect(relay.length).toBe(SERVER_RELAY_HEADER_BYTES + 1);
    expect(receipt.length).toBe(RECEIPT_BYTES);
    for (const wire of [relay, receipt]) {
      for (let end = 0; end < wire.length; end++)
        expect(parseServerMessage(wire.subarray(0, end))).toEqual(BAD_FRAME);
    }
    expect(parseServerMessage(Uint8Array.from([...receipt, 0]))).toEqual(BAD_FRAME);
  });

  it("[SEQ1] refuses sequence number 0 and every one from 2^53 on", () => {
    const tooLarge = fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n - 1n });
    fc.assert(
      fc.property(fc.oneof(fc.constantFrom(0n, 2n ** 53n, 2n ** 64n - 1n), tooLarge), (seq) => {
        for (const wire of [
          encodeServerRelay(1, new Uint8Array(ID_BYTES), Uint8Array.of(1)),
          encodeReceipt(1, 1),
        ]) {
          new DataView(wire.buffer).setBigUint64(1, seq);
          expect(parseServerMessage(wire)).toEqual(BAD_FRAME);
          expect(parseServerMessage(bundleOf(encodeReceipt(1, 1), wire))).toEqual(BAD_FRAME);
        }
      }),
    );
  });

  it("[SEQ1] writes sequence numbers as unsigned 64-bit big-endian", () => {
    fc.assert(
      fc.property(seqs, (seq) => {
        expect(new DataView(encodeReceipt(seq, 0).buffer).getBigUint64(1)).toBe(BigInt(seq));
      }),
    );
  });
});

describe("vectors", () => {
  it.each(vectors.clientRelay)("client relay $hex", ({ hex, ref, sealed }) => {
    expect(encodeClientRelay(ref, fromHex(sealed))).toEqual(fromHex(hex));
    expect(parseClientMessage(fromHex(hex))).toEqual({
      ok: true,
      value: [{ kind: "relay", ref, sealed: fromHex(sealed) }],
    });
  });

  it.each(vectors.serverRelay)("server relay $hex", ({ hex, seq, sender, sealed }) => {
    expect(encodeServerRelay(seq, fromHex(sender), fromHex(sealed))).toEqual(fromHex(hex));
    expect(parseServerMessage(fromHex(hex))).toEqual({
      ok: true,
      value: [{ kind: "relay", seq, sender: fromHex(sender), sealed: fromHex(sealed) }],
    });
  });

  it.each(vectors.receipt)("receipt $hex", ({ hex, seq, ref }) => {
    expect(encodeReceipt(seq, ref)).toEqual(fromHex(hex));
    expect(parseServerMessage(fromHex(hex))).toEqual({ ok: true, value: [{ kind: "receipt", seq, ref }] });
  });

  it.each(vectors.bundle)("bundle $hex", ({ hex, frames }) => {
    expect(encodeBundle(frames.map(fromHex))).toEqual(fromHex(hex));
    const answer = parseServerMessage(fromHex(hex));
    expect(answer.ok && encodeAll(answer.value)).toEqual(frames.map(fromHex));
  });

  it.each(vectors.refused)("refused by everyone: $hex ($why)", ({ hex }) => {
    for (const { parse } of SIDES) expect(parse(fromHex(hex))).toEqual(BAD_FRAME);
  });
});
