import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeServerRelay, parseServerMessage } from "../../../src/protocol/frames.ts";
import { MAX_BUNDLE_BYTES, MAX_QUEUE_BYTES } from "../../../src/protocol/limits.ts";
import { joinFrames, Outbox, type Outgoing } from "../../../src/session/outbox.ts";

const SENDER = new Uint8Array(12);
const RECEIPT = new Uint8Array(13);
const out = (seq: number, bytes = 1): Outgoing<string> => ({
  relay: encodeServerRelay(seq, SENDER, new Uint8Array(bytes).fill(1)),
  sender: "a",
  receipt: RECEIPT,
});

class Turns {
  readonly batches: number[] = [];
  readonly callbacks: (() => void)[] = [];
  readonly outbox = new Outbox<string>({
    afterTurn: (callback) => {
      this.callbacks.push(callback);
    },
    deliver: (batch) => {
      this.batches.push(batch.length);
    },
  });

  end(): void {
    this.callbacks.shift()?.();
  }
}

describe("outbox", () => {
  it("[FLOW8] a frame that comes alone leaves at once; those after it leave together", () => {
    const turns = new Turns();
    turns.outbox.push(out(1));
    expect(turns.batches).toEqual([1]);
    turns.outbox.push(out(2));
    turns.outbox.push(out(3));
    expect(turns.batches).toEqual([1]);
    turns.end();
    expect(turns.batches).toEqual([1, 2]);
  });

  it("[LIFE10] asks for a callback only while frames move", () => {
    const turns = new Turns();
    turns.outbox.push(out(1));
    turns.outbox.push(out(2));
    expect(turns.callbacks).toHaveLength(1);
    turns.end();
    expect(turns.callbacks).toHaveLength(1);
    turns.end();
    expect(turns.callbacks).toHaveLength(0);
    turns.outbox.push(out(3));
    expect(turns.batches).toEqual([1, 1, 1]);
  });

  it("[FLOW7] holds no more than its bound, however much comes in one turn", () => {
    const turns = new Turns();
    for (let seq = 1; seq <= 100; seq++) {
      turns.outbox.push(out(seq, 65_000));
      expect(turns.outbox.bytes).toBeLessThan(MAX_QUEUE_BYTES);
    }
    expect(turns.callbacks).toHaveLength(1);
  });

  it("[FLOW8] everything that is pushed is delivered once and in order", () => {
    const moves = fc.array(fc.constantFrom("push", "end", "flush"), { maxLength: 60 });
    fc.assert(
      fc.property(moves, (list) => {
        const delivered: Outgoing<number>[] = [];
        const callbacks: (() => void)[] = [];
        const outbox = new Outbox<number>({
          afterTurn: (callback) => callbacks.push(callback),
          deliver: (batch) => delivered.push(...batch),
        });
        const pushed: Outgoing<number>[] = [];
        for (const move of list) {
          if (move === "push") {
            const next = { ...out(pushed.length + 1), sender: 0 };
            pushed.push(next);
            outbox.push(next);
          } else if (move === "end") callbacks.shift()?.();
          else outbox.flush();
        }
        outbox.flush();
        expect(delivered).toEqual(pushed);
        expect(outbox.bytes).toBe(0);
      }),
    );
  });

  it("[RULE11] cleared, it hands back what was queued, to be zeroed, and delivers nothing more", () => {
    const turns = new Turns();
    for (let seq = 1; seq <= 3; seq++) turns.outbox.push(out(seq));
    expect(turns.outbox.clear()).toHaveLength(2);
    turns.end();
    expect([turns.batches, turns.outbox.bytes]).toEqual([[1], 0]);
  });
});

describe("bundles", () => {
  it("[FLOW8] joined frames come apart again, all and in order, in messages of bounded size", () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 40_000 }), { maxLength: 30 });
    fc.assert(
      fc.property(lengths, (list) => {
        const messages = joinFrames(list.map((bytes, i) => out(i + 1, bytes).relay));
        const seqs = messages.flatMap((message) => {
          const parsed = parseServerMessage(message);
          return parsed.ok ? parsed.value.map(({ seq }) => seq) : [];
        });
        expect(seqs).toEqual(list.map((_, i) => i + 1));
        for (const { length } of messages) expect(length).toBeLessThanOrEqual(MAX_BUNDLE_BYTES + 64);
        expect(messages.length).toBeLessThanOrEqual(Math.max(1, list.length));
      }),
      { numRuns: 50 },
    );
  });
});
