// Answers without a request before them, and records that are sealed with the right keys but hold anything at all:
// what an object that breaks the protocol could send.
import type { AnswerEnd } from "../../src/crypto/channel/answer-content.ts";
import { deriveAnswerKeys, recordNonce, type AnswerRoot } from "../../src/crypto/channel/answer-keys.ts";
import { AnswerOpener, type AnswerStep } from "../../src/crypto/channel/answer-opener.ts";
import { attemptBytes, digest, recordData, transcriptOf } from "../../src/crypto/channel/binding.ts";
import { randomId } from "../../src/crypto/bytes.ts";
import { encodeAnswerFrame } from "../../src/protocol/channel-frames.ts";
import { ANSWER_RECORD_BYTES } from "../../src/protocol/limits.ts";
import { SESSION } from "./channel-exchange.ts";

export const END: AnswerEnd & { readonly error: null } = {
  finish: "stop",
  error: null,
  usage: null,
  model: "mirror",
  redactions: [],
};
export const FRAME_BYTES = 20 + ANSWER_RECORD_BYTES + 16;
export const utf8 = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(new TextEncoder().encode(text));
export const random = (bytes: number): Uint8Array<ArrayBuffer> =>
  crypto.getRandomValues(new Uint8Array(bytes));

export async function makeRoot(): Promise<AnswerRoot> {
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
export async function forge(root: AnswerRoot, records: readonly (Uint8Array | string)[], finalAt: number) {
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
export const segment = (type: number, content: Uint8Array, length = content.length): Uint8Array =>
  Uint8Array.of(type, length >> 8, length & 255, ...content);
export const joined = (...parts: readonly Uint8Array[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => [...part]));

export async function summaryOf(
  root: AnswerRoot,
  text: Uint8Array<ArrayBuffer>,
  more: object = {},
): Promise<Uint8Array> {
  const transcript = await transcriptOf(root.offerHash, root.requestHash, await digest(text));
  return utf8(JSON.stringify({ v: 1, ...END, transcript, ...more }));
}

export async function receive(root: AnswerRoot, frames: readonly Uint8Array[]) {
  const opener = new AnswerOpener(root);
  const steps: AnswerStep[] = [];
  for (const frame of frames) {
    const step = await opener.push(frame);
    if (!step.ok) return { refused: step.reason, text: steps.map(({ text }) => text).join(""), end: null };
    steps.push(step);
  }
  return { refused: null, text: steps.map(({ text }) => text).join(""), end: steps.at(-1)?.end ?? null };
}
