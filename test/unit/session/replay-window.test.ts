import fc from "fast-check";
import { expect, it } from "vitest";
import { WINDOW_BYTES, WINDOW_FRAMES } from "../../../src/protocol/limits.ts";
import { ReplayWindow } from "../../../src/session/replay-window.ts";

const frame = (bytes: number): Uint8Array<ArrayBuffer> => new Uint8Array(bytes).fill(7);
const isZero = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0);
const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 64 }), fc.integer({ min: 60_000, max: 65_536 })), {
  maxLength: 60,
});

it("[SEQ7] [RULE11] bounded in bytes; what falls out is zeroed, what stays is untouched and replayed in order", () => {
  fc.assert(
    fc.property(sizes, (lengths) => {
      const window = new ReplayWindow();
      const frames = lengths.map(frame);
      for (const each of frames) window.push(each);
      const kept: Uint8Array[] = [];
      let bytes = 0;
      for (const each of [...frames].reverse()) {
        bytes += each.length;
        if (bytes > WINDOW_BYTES) break;
        kept.unshift(each);
      }
      expect(window.lastSeq).toBe(frames.length);
      expect(window.bytes).toBe(kept.reduce((sum, { length }) => sum + length, 0));
      const gone = frames.length - kept.length;
      for (let seq = 0; seq <= frames.length; seq++) {
        const after = window.after(seq);
        if (seq < gone) expect(after).toBeNull();
        else expect(after?.every((each, i) => each === kept[seq - gone + i])).toBe(true);
      }
      expect(frames.slice(0, gone).every(isZero)).toBe(true);
      expect(kept.some(isZero)).toBe(false);
    }),
    { numRuns: 60 },
  );
});

it("[SEQ7] bounded in number, also after long use", () => {
  const window = new ReplayWindow();
  const frames = Array.from({ length: 3 * WINDOW_FRAMES }, () => frame(3));
  for (const each of frames) window.push(each);
  expect(window.bytes).toBe(3 * WINDOW_FRAMES);
  expect(window.after(2 * WINDOW_FRAMES)).toEqual(frames.slice(2 * WINDOW_FRAMES));
  expect(window.after(2 * WINDOW_FRAMES - 1)).toBeNull();
  expect(frames.slice(0, 2 * WINDOW_FRAMES).every(isZero)).toBe(true);
});

it("[SEQ3] a sequence number that was never reached is not served", () => {
  const window = new ReplayWindow();
  window.push(frame(1));
  expect(window.after(1)).toEqual([]);
  expect(window.after(2)).toBeNull();
});

it("[RULE11] cleared, every frame is zeroed and nothing is held", () => {
  const window = new ReplayWindow();
  const frames = [frame(10), frame(WINDOW_BYTES - 1), frame(20)];
  for (const each of frames) window.push(each);
  window.clear();
  expect(frames.every(isZero)).toBe(true);
  expect([window.bytes, window.after(0), window.after(3)]).toEqual([0, null, []]);
});
