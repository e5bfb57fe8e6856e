// The channel's known answers as our code sees them: the object's keys, the sender's randomness, the frames. Runs in
// Node and in workerd, so it knows neither.
import { attemptBytes, attemptInfo } from "../../src/crypto/channel/binding.ts";
import { OfferKeys } from "../../src/crypto/channel/offer.ts";
import { acceptRequest, type RequestReader } from "../../src/crypto/channel/request-reader.ts";
import { cipherSuite, type SuiteKeyPair } from "../../src/crypto/channel/suites.ts";
import { parseRequestFrame, type SuiteName } from "../../src/protocol/channel-frames.ts";
import { fromHex, toHex } from "./hex.ts";
import vectors from "../vectors/channel.json" with { type: "json" };

export type TurnVector = (typeof vectors.turns)[number];

/** Bytes whose zeros at the end the vectors leave out. */
export function untrimmed({
  bytes,
  hex,
}: {
  readonly bytes: number;
  readonly hex: string;
}): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(bytes);
  out.set(fromHex(hex));
  return out;
}

/** The object's side of the vectors' offer, with the private key of one suite in both places. */
export async function offerKeysOf(turn: TurnVector): Promise<OfferKeys> {
  const pair = await keyPairOf(turn);
  return new OfferKeys(vectors.offer.payload.keyId, fromHex(vectors.offer.hash), {
    "647a": pair,
    "0020": pair,
  });
}

async function keyPairOf({ suite, recipientPrivateKey }: TurnVector): Promise<SuiteKeyPair> {
  const hpke = cipherSuite(suite as SuiteName);
  const text = vectors.offer.payload.keys[suite as SuiteName];
  const publicKey = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (char) =>
    char.charCodeAt(0),
  );
  return {
    privateKey: await hpke.DeserializePrivateKey(fromHex(recipientPrivateKey)),
    publicKey: await hpke.DeserializePublicKey(publicKey),
  };
}

/** The object's side of a vector's request: its reader, and what the last frame brought. */
export async function accepted(turn: TurnVector): Promise<{ reader: RequestReader; content: unknown }> {
  const keys = await offerKeysOf(turn);
  let reader: RequestReader | null = null;
  let content: unknown = null;
  for (const { frame } of turn.request.frames) {
    const parsed = parseRequestFrame(fromHex(frame));
    if (!parsed.ok) throw new Error(parsed.code);
    if (parsed.value.start !== null) {
      const begun = acceptRequest(keys, turn, parsed.value.start);
      if (!begun.ok) throw new Error(begun.code);
      reader = begun.value;
    }
    content = await reader?.push(parsed.value);
  }
  if (reader === null) throw new Error("no first frame");
  return { reader, content };
}

/** HPKE's `info` of a vector, as our code builds it. */
export function infoOf(turn: TurnVector): string {
  return toHex(attemptInfo(fromHex(vectors.offer.hash), attemptBytes(turn)));
}
