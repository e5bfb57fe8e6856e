// The two cipher suites of the channel (HPKE, RFC 9180): which library does what. X25519 and AES-256-GCM come
// from Web Crypto, where private keys cannot be exported; ML-KEM-768 is not there yet in every runtime, and HKDF is slower there.
import {
  AEAD_AES_256_GCM,
  CipherSuite,
  KEM_DHKEM_X25519_HKDF_SHA256,
  type KEMFactory,
  type KeyPair,
} from "hpke";
import type { SuiteName } from "../../protocol/channel-frames.ts";
import { createHkdf } from "./hkdf.ts";
import { createXWing } from "./x-wing.ts";

/** KEMs by suite: MLKEM768-X25519 of draft-ietf-hpke-pq (X-Wing), and X25519 alone. */
const KEMS: Readonly<Record<SuiteName, KEMFactory>> = {
  "647a": createXWing,
  "0020": KEM_DHKEM_X25519_HKDF_SHA256,
};

/** A key pair of a suite. Its private half is not extractable. */
export type SuiteKeyPair = KeyPair;

/** The HPKE suite of that name. */
export function cipherSuite(suite: SuiteName): CipherSuite {
  return new CipherSuite(KEMS[suite], createHkdf, AEAD_AES_256_GCM);
}

/** A fresh one-time key pair, and its public half as it travels. */
export async function makeKeyPair(
  suite: SuiteName,
): Promise<{ readonly pair: SuiteKeyPair; readonly publicKey: Uint8Array }> {
  const hpke = cipherSuite(suite);
  const pair = await hpke.GenerateKeyPair();
  return { pair, publicKey: await hpke.SerializePublicKey(pair.publicKey) };
}
