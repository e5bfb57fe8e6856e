// The channel against known answers that another implementation made: every derivation, on both sides, to the byte.
import { afterEach, describe, expect, it, vi } from "vitest";
import {
  deriveAnswerKeys,
  importAnswerSecret,
  recordNonce,
} from "../../../../src/crypto/channel/answer-keys.ts";
import type { AnswerEnd } from "../../../../src/crypto/channel/answer-content.ts";
import { attemptBytes, recordData, transcriptOf } from "../../../../src/crypto/channel/binding.ts";
import { createOffer, verifyOffer, type VerifiedOffer } from "../../../../src/crypto/channel/offer.ts";
import { encodeTurn, parseTurn, type TurnContent } from "../../../../src/crypto/channel/request-content.ts";
import { startRequest, type RequestSealer } from "../../../../src/crypto/channel/request-sealer.ts";
import { parseIdentity } from "../../../../src/crypto/identity.ts";
import {
  parseAnswerFrame,
  parseRequestFrame,
  SUITES,
  type SuiteName,
} from "../../../../src/protocol/channel-frames.ts";
import vectors from "../../../vectors/channel.json" with { type: "json" };
import { accepted, infoOf, untrimmed, type TurnVector } from "../../../support/channel-fixture.ts";
import { fromHex, toHex } from "../../../support/hex.ts";
import { makeChannelVectors } from "../../../support/channel-vectors.ts";
import { fakeIdentity } from "../fake-keys.ts";

const { offer, turns } = vectors;
const KEY_SET = { keys: [offer.identity] };
const text = (content: string): Uint8Array<ArrayBuffer> => Uint8Array.from(new TextEncoder().encode(content));
const cases = turns.map((turn) => [turn.suite, turn] as const);

function contentOf({ request }: TurnVector): TurnContent {
  const { maxTokens = null, temperature = null } = JSON.parse(request.options) as Partial<TurnContent>;
  const messages = request.messages.map(({ role, content }) => ({
    role: role as "system" | "user" | "assistant",
    content: text(content),
  }));
  return { messages, maxTokens, temperature, firstToken: null, keep: [] };
}

async function verified(): Promise<VerifiedOffer> {
  const found = await verifyOffer(offer.jws, KEY_SET, offer.expected);
  if (found === null) throw new Error("the offer does not verify");
  return found;
}

/** Makes the sender's randomness that of the vector: the bytes drawn for X-Wing, the pair made for X25519. */
async function fixRandomness({ suite, senderRandomness }: TurnVector): Promise<void> {
  const randomness = fromHex(senderRandomness);
  if (suite === "647a") {
    vi.spyOn(crypto, "getRandomValues").mockImplementationOnce((array) => {
      new Uint8Array(array.buffer).set(randomness);
      return array;
    });
    return;
  }
  const pkcs8 = Buffer.concat([Buffer.from("302e020100300506032b656e04220420", "hex"), randomness]);
  const privateKey = await crypto.subtle.importKey("pkcs8", pkcs8, "X25519", true, ["deriveBits"]);
  const { x = "" } = await crypto.subtle.exportKey("jwk", privateKey);
  const publicKey = await crypto.subtle.importKey(
    "jwk",
    { kty: "OKP", crv: "X25519", x },
    "X25519",
    true,
    [],
  );
  vi.spyOn(crypto.subtle, "generateKey").mockResolvedValueOnce({ privateKey, publicKey });
}

async function sealed(turn: TurnVector): Promise<{ sealer: RequestSealer; frames: string[] }> {
  await fixRandomness(turn);
  const sealer = await startRequest(await verified(), turn, turn.suite as SuiteName);
  const padded = untrimmed(turn.request.padded);
  const frames: string[] = [];
  let at = 0;
  for (const [index, size] of turn.request.records.entries()) {
    const final = index === turn.request.records.length - 1;
    frames.push(toHex(await sealer.seal(padded.subarray(at, at + size), final)));
    at += size;
  }
  return { sealer, frames };
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe("[CHAN1] known answers", () => {
  it("are what the other implementation makes today", async () => {
    expect(JSON.parse(JSON.stringify(await makeChannelVectors()))).toEqual(vectors);
  });

  it("an offer verifies, and its hash covers what was sent", async () => {
    const { session, keyId, terms, build, keys } = offer.payload;
    const found = await verified();
    expect(found).toMatchObject({ session, keyId, terms, build });
    expect(toHex(found.hash)).toBe(offer.hash);
    for (const suite of ["647a", "0020"] as const) {
      expect(Buffer.from(found.publicKeys[suite]).toString("base64url")).toBe(keys[suite]);
      expect(found.publicKeys[suite]).toHaveLength(SUITES[suite].publicKeyBytes);
    }
  });

  it("our own offers have the vector's form, member by member and in its order", async () => {
    const { session, connection, terms, build, nonce } = offer.payload;
    const facts = { session, connection, terms: terms as never, build, nonce };
    const { jws, keys } = await createOffer(await parseIdentity(fakeIdentity(1)), facts);
    const part = (token: string, at: number): unknown =>
      JSON.parse(Buffer.from(token.split(".")[at] ?? "", "base64url").toString());
    expect(part(jws, 0)).toEqual(part(offer.jws, 0));
    const payload = part(jws, 1) as object;
    expect(Object.keys(payload)).toEqual(Object.keys(offer.payload));
    expect({ ...payload, keyId: "", keys: {} }).toEqual({ ...offer.payload, keyId: "", keys: {} });
    expect((await verifyOffer(jws, KEY_SET, facts))?.keyId).toBe(keys.keyId);
  });

  it.each(cases)("%s: content is encoded to the byte, and read back", (_suite, turn) => {
    const content = contentOf(turn);
    const padded = encodeTurn(content);
    expect(padded).toEqual({ ok: true, value: untrimmed(turn.request.padded) });
    expect(parseTurn(untrimmed(turn.request.padded))).toEqual(content);
  });

  it.each(cases)("%s: info, additional data, nonces and transcript", async (_suite, turn) => {
    expect(infoOf(turn)).toBe(turn.info);
    const { session } = attemptBytes(turn);
    for (const { frame, additionalData } of turn.request.frames) {
      const parsed = parseRequestFrame(fromHex(frame));
      expect(parsed.ok && toHex(recordData("request", session, parsed.value))).toBe(additionalData);
    }
    const baseNonce = fromHex(turn.answer.baseNonce);
    for (const [index, { frame, additionalData, nonce }] of turn.answer.frames.entries()) {
      const parsed = parseAnswerFrame(fromHex(frame));
      expect(parsed && toHex(recordData("answer", session, parsed))).toBe(additionalData);
      expect(toHex(recordNonce(baseNonce, index))).toBe(nonce);
    }
    const answerHash = new Uint8Array(await crypto.subtle.digest("SHA-256", text(turn.answer.text)));
    expect(await transcriptOf(fromHex(offer.hash), fromHex(turn.request.hash), answerHash)).toBe(
      turn.answer.transcript,
    );
  });

  it.each(cases)("%s: answer keys from the exported secret", async (_suite, { enc, answer }) => {
    const secret = await importAnswerSecret({ Export: () => Promise.resolve(fromHex(answer.secret)) });
    const keys = await deriveAnswerKeys({ secret, enc: fromHex(enc) }, fromHex(answer.nonce), "decrypt");
    expect(toHex(keys.baseNonce)).toBe(answer.baseNonce);
    expect(keys.key.extractable || secret.extractable).toBe(false);
    // The key itself cannot be looked at: it is the vector's if it opens what the vector's key sealed.
    const parameters = { name: "AES-GCM", iv: keys.baseNonce };
    const known = await crypto.subtle.importKey("raw", fromHex(answer.key), "AES-GCM", false, ["encrypt"]);
    const probe = await crypto.subtle.encrypt(parameters, known, text("probe"));
    expect(new Uint8Array(await crypto.subtle.decrypt(parameters, keys.key, probe))).toEqual(text("probe"));
  });

  it.each(cases)("%s: the client seals the request and opens the answer", async (_suite, turn) => {
    const { sealer, frames } = await sealed(turn);
    expect(frames).toEqual(turn.request.frames.map(({ frame }) => frame));
    const opener = sealer.answer();
    let shown = "";
    for (const [index, { frame }] of turn.answer.frames.entries()) {
      const step = await opener.push(fromHex(frame));
      if (!step.ok) throw new Error(step.reason);
      shown += step.text;
      const final = index === turn.answer.frames.length - 1;
      const summary = JSON.parse(turn.answer.summary) as { finish: string };
      expect(step.end).toEqual(final ? { complete: summary.finish === "stop", summary } : null);
    }
    expect(shown).toBe(turn.answer.text);
  });

  it.each(cases)("%s: the object opens the request and seals the answer", async (_suite, turn) => {
    const { reader, content } = await accepted(turn);
    expect(content).toEqual({ ok: true, value: contentOf(turn) });
    const sealer = await reader.answer(fromHex(turn.answer.nonce));
    reader.close();
    const frames: Uint8Array[] = [];
    for (const step of turn.answer.steps) {
      if ("text" in step) sealer.write(text(step.text));
      else frames.push(await sealer.record());
    }
    frames.push(...(await sealer.finish(turn.answer.end as AnswerEnd)));
    expect(frames.map(toHex)).toEqual(turn.answer.frames.map(({ frame }) => frame));
  });
});
