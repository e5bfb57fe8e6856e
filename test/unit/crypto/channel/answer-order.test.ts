// Records of an answer: one nonce each, in order, however calls overlap, and nothing after the end.
import { describe, expect, it, vi } from "vitest";
import type { AnswerSummary } from "../../../../src/crypto/channel/answer-content.ts";
import { AnswerOpener } from "../../../../src/crypto/channel/answer-opener.ts";
import { AnswerSealer } from "../../../../src/crypto/channel/answer-sealer.ts";
import { END, utf8, random, makeRoot, receive } from "../../../support/channel-answers.ts";

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
