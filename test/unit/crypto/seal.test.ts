// The seal against vectors that another implementation made, and against a service that forges, repeats,
// reorders, reflects, withholds and swaps.
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import {
  createSeal,
  MAX_STREAMS,
  parseRoomKey,
  readSealHeader,
  SEAL_OVERHEAD_BYTES,
  type Seal,
} from "../../../src/crypto/seal.ts";
import { encodeContent, parseContent, type Content } from "../../../src/crypto/seal-content.ts";
import { toBase64Url } from "../../../src/crypto/bytes.ts";
import vectors from "../../vectors/seal.json" with { type: "json" };
import { fakeBytes } from "./fake-keys.ts";

const counting = ({ first, bytes }: { first: number; bytes: number }): Uint8Array<ArrayBuffer> =>
  Uint8Array.from({ length: bytes }, (_, index) => (first + index) % 256);
const SESSION = vectors.session.repeat.repeat(vectors.session.times);
const OTHER_SESSION = "f".repeat(64);
const ROOM_KEY = counting(vectors.roomKey);
const STREAM = counting(vectors.streamId);

const random = (): Uint8Array<ArrayBuffer> => crypto.getRandomValues(new Uint8Array(16));
const sealOf = (stream = random(), session = SESSION, key = ROOM_KEY): Promise<Seal> =>
  createSeal(key, session, stream);
const plain = (text: string): Uint8Array<ArrayBuffer> => encodeContent({ kind: "text", text });
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

async function sent(seal: Seal, count: number): Promise<Uint8Array<ArrayBuffer>[]> {
  const frames = [];
  for (let n = 1; n <= count; n++) frames.push((await seal.seal(plain(`message ${String(n)}`))).bytes);
  return frames;
}
const at = <T>(list: readonly T[], index: number): T => {
  const item = list[index];
  if (item === undefined) throw new Error("too short");
  return item;
};

describe("[SEAL1] known answers", () => {
  it("seals every vector to the byte, in the order of their counters", async () => {
    const seal = await sealOf(STREAM);
    for (const { counter, content, plaintext, plaintextBytes, sealed } of vectors.frames) {
      const encoded = encodeContent(content as Content);
      expect(hex(encoded)).toBe(plaintext.padEnd(plaintextBytes * 2, "0"));
      const frame = await seal.seal(encoded);
      expect(frame.counter).toBe(counter);
      expect(hex(frame.bytes)).toBe(sealed);
    }
  });

  it("opens every vector", async () => {
    const reader = await sealOf();
    for (const { counter, content, sealed } of vectors.frames) {
      const opened = await reader.open(Buffer.from(sealed, "hex"));
      expect(opened).toMatchObject({ ok: true, counter, missed: 0, stream: toBase64Url(STREAM) });
      expect(opened.ok && parseContent(opened.plaintext)).toEqual(content);
    }
  });

  it("derives the key that the vectors name", async () => {
    const { counter, sealed, plaintext } = at(vectors.frames, 1);
    const key = Buffer.from(vectors.derivedKey.join(""), "hex");
    const imported = await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["decrypt"]);
    const bytes = Buffer.from(sealed, "hex");
    const iv = Buffer.alloc(12);
    iv.writeUInt32BE(counter, 8);
    const additionalData = Buffer.concat([Buffer.of(1), bytes.subarray(0, 20)]);
    const opened = await crypto.subtle.decrypt(
      { name: "AES-GCM", iv, additionalData },
      imported,
      bytes.subarray(20),
    );
    expect(hex(new Uint8Array(opened)).startsWith(plaintext)).toBe(true);
  });
});

describe("[SEAL2] no (key, nonce) pair is used twice", () => {
  it("by any number of calls that overlap", async () => {
    const seal = await sealOf();
    const frames = await Promise.all(Array.from({ length: 200 }, () => seal.seal(plain("same"))));
    expect(frames.map(({ counter }) => counter)).toEqual(Array.from({ length: 200 }, (_, n) => n + 1));
    expect(new Set(frames.map(({ bytes }) => hex(bytes))).size).toBe(200);
  });

  it("when an encryption fails: its number is lost, not used again", async () => {
    const seal = await sealOf();
    vi.spyOn(crypto.subtle, "encrypt").mockRejectedValueOnce(new Error("no memory"));
    await expect(seal.seal(plain("lost"))).rejects.toThrow();
    vi.restoreAllMocks();
    expect((await seal.seal(plain("next"))).counter).toBe(2);
  });

  it("by two tabs or after a reload: each instance has a stream, hence a key, of its own", async () => {
    const pairs = new Set<string>();
    for (let instance = 0; instance < 20; instance++) {
      for (const bytes of await sent(await sealOf(), 5)) {
        const header = readSealHeader(bytes);
        pairs.add(`${header?.stream ?? ""} ${String(header?.counter)}`);
      }
    }
    expect(pairs.size).toBe(100);
  });

  it("keys cannot be exported, and none is left after closing", async () => {
    const derive = vi.spyOn(crypto.subtle, "deriveKey");
    const seal = await sealOf();
    expect(derive.mock.calls.map((call) => call[3])).toEqual([false]);
    vi.restoreAllMocks();
    const [frame] = await sent(await sealOf(), 1);
    seal.close();
    await expect(seal.seal(plain("late"))).rejects.toThrow(RangeError);
    expect(await seal.open(frame ?? random())).toMatchObject({ ok: false, reason: "forged" });
  });
});

describe("[SEAL3] a frame that is not authentic is refused", () => {
  it("with any byte changed", async () => {
    const [frame] = await sent(await sealOf(), 1);
    if (frame === undefined) throw new Error("no frame");
    const reader = await sealOf();
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: frame.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        async (where, flip) => {
          const forged = frame.slice();
          forged[where] = (forged[where] ?? 0) ^ flip;
          expect(await reader.open(forged)).toMatchObject({ ok: false, reason: "forged" });
        },
      ),
    );
    expect(await reader.open(frame)).toMatchObject({ ok: true });
  });

  it("cut or lengthened anywhere", async () => {
    const [frame] = await sent(await sealOf(), 1);
    const reader = await sealOf();
    for (const length of [0, 1, 19, 20, SEAL_OVERHEAD_BYTES - 1]) {
      expect(await reader.open((frame ?? random()).slice(0, length))).toMatchObject({ reason: "truncated" });
    }
    for (const length of [SEAL_OVERHEAD_BYTES, 100, 291]) {
      expect(await reader.open((frame ?? random()).slice(0, length))).toMatchObject({ reason: "forged" });
    }
    expect(await reader.open(Buffer.concat([frame ?? random(), Buffer.of(0)]))).toMatchObject({
      reason: "forged",
    });
  });

  it("from another session, under another room key, or moved to another stream or counter", async () => {
    const reader = await sealOf();
    const [foreign] = await sent(await sealOf(random(), OTHER_SESSION), 1);
    const [stranger] = await sent(await sealOf(random(), SESSION, fakeBytes(99)), 1);
    const [a1, a2] = await sent(await sealOf(), 2);
    const [b1] = await sent(await sealOf(), 1);
    const moved = Buffer.concat([(b1 ?? random()).subarray(0, 20), (a1 ?? random()).subarray(20)]);
    const renumbered = Buffer.concat([(a1 ?? random()).subarray(0, 20), (a2 ?? random()).subarray(20)]);
    for (const frame of [foreign, stranger, moved, renumbered]) {
      expect(await reader.open(frame ?? random())).toMatchObject({ ok: false, reason: "forged" });
    }
  });
});

describe("[SEAL4] repeats, overtaken frames and reflections are refused", () => {
  it("in whatever order frames come, each stream is read in its own order and nothing twice", async () => {
    const frames = await sent(await sealOf(), 8);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: 7 }), { maxLength: 30 }), async (order) => {
        const reader = await sealOf();
        let last = 0;
        for (const index of order) {
          const opened = await reader.open(at(frames, index));
          const fresh = index + 1 > last;
          expect(opened).toMatchObject(fresh ? { ok: true, counter: index + 1 } : { reason: "repeated" });
          if (fresh) last = index + 1;
        }
      }),
      { numRuns: 40 },
    );
  });

  it("even when the same frame is opened twice at once", async () => {
    const [frame] = await sent(await sealOf(), 1);
    const reader = await sealOf();
    const opened = await Promise.all([1, 2, 3].map(() => reader.open(frame ?? random())));
    expect(opened.map(({ ok }) => ok)).toEqual([true, false, false]);
  });

  it("a frame with the reader's own stream id is none of somebody else", async () => {
    const seal = await sealOf();
    const [own] = await sent(seal, 1);
    expect(await seal.open(own ?? random())).toMatchObject({ ok: false, reason: "reflected" });
  });
});

describe("[SEAL5] what was withheld is counted", () => {
  it("exactly, whatever is withheld after the first frame", async () => {
    const frames = await sent(await sealOf(), 10);
    await fc.assert(
      fc.asyncProperty(fc.subarray([1, 2, 3, 4, 5, 6, 7, 8, 9]), async (kept) => {
        const reader = await sealOf();
        let missed = 0;
        for (const index of [0, ...kept]) {
          const opened = await reader.open(at(frames, index));
          if (opened.ok) missed += opened.missed;
        }
        expect(missed).toBe((kept.at(-1) ?? 0) - kept.length);
      }),
      { numRuns: 40 },
    );
  });

  it("also at the end of a stream, once somebody else tells how far it came; and only once", async () => {
    const sender = await sealOf();
    const frames = await sent(sender, 6);
    const reader = await sealOf();
    await reader.open(at(frames, 0));
    expect(reader.noteCounter({ stream: sender.stream, counter: 4 })).toBe(3);
    expect(reader.noteCounter({ stream: sender.stream, counter: 4 })).toBe(0);
    expect(reader.noteCounter({ stream: sender.stream, counter: 2 })).toBe(0);
    expect(await reader.open(at(frames, 5))).toMatchObject({ ok: true, counter: 6, missed: 1 });
    expect(reader.counters()).toEqual([{ stream: sender.stream, counter: 6 }]);
  });

  it("an account of a stream that was never heard says nothing, and a lying one silences nobody", async () => {
    const sender = await sealOf();
    const frames = await sent(sender, 3);
    const reader = await sealOf();
    expect(reader.noteCounter({ stream: sender.stream, counter: 2 })).toBe(0);
    await reader.open(at(frames, 0));
    reader.noteCounter({ stream: sender.stream, counter: 0xffff_ffff });
    expect(await reader.open(at(frames, 1))).toMatchObject({ ok: true, missed: 0 });
    expect(await reader.open(at(frames, 2))).toMatchObject({ ok: true, missed: 0 });
  });
});

describe("[SEAL6] the number of streams is bounded", () => {
  it("only authentic frames take a place, and known streams go on when no place is left", async () => {
    const reader = await sealOf();
    const first = await sealOf();
    await reader.open((await first.seal(plain("first"))).bytes);
    const junk = crypto.getRandomValues(new Uint8Array(300));
    for (let n = 0; n < 50; n++) await reader.open(Buffer.concat([random(), junk]));
    expect(reader.counters()).toHaveLength(1);
    for (let n = 1; n < MAX_STREAMS; n++) await reader.open(at(await sent(await sealOf(), 1), 0));
    expect(await reader.open(at(await sent(await sealOf(), 1), 0))).toMatchObject({ reason: "streams_full" });
    expect(await reader.open((await first.seal(plain("second"))).bytes)).toMatchObject({ ok: true });
  });
});

describe("[SEAL8] a room key", () => {
  it("has one text form", () => {
    const text = toBase64Url(ROOM_KEY);
    expect(parseRoomKey(text)).toEqual(ROOM_KEY);
    for (const bad of ["", text.slice(1), `${text}A`, `${text.slice(0, -1)}=`, `${text.slice(0, -1)}B`]) {
      expect(parseRoomKey(bad)).toBeNull();
    }
  });

  it("of a wrong length, like a wrong stream or session id, is refused by type", async () => {
    await expect(createSeal(new Uint8Array(31), SESSION, random())).rejects.toThrow(TypeError);
    await expect(createSeal(ROOM_KEY, SESSION, new Uint8Array(15))).rejects.toThrow(TypeError);
    await expect(createSeal(ROOM_KEY, "not an id", random())).rejects.toThrow(TypeError);
  });
});
