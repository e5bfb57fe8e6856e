// Keys of an answer, in the manner of Chunked Oblivious HTTP: from HPKE's exporter and a nonce of the object's. The
// secret and the record key cannot be exported from Web Crypto, and a record's nonce follows from its index.
import { zero } from "../bytes.ts";
import { ANSWER_EXPORT_CONTEXT, type AttemptBytes, type Exporter } from "./binding.ts";

/** bytes; exported secret and AES key. */
const SECRET_BYTES = 32;
/** bytes; nonce of AES-GCM. */
const NONCE_BYTES = 12;

/** Everything that an answer follows from, on either side. */
export interface AnswerRoot {
  readonly attempt: AttemptBytes;
  /** the exported secret, as key material for HKDF */
  readonly secret: CryptoKey;
  readonly enc: Uint8Array<ArrayBuffer>;
  readonly offerHash: Uint8Array;
  readonly requestHash: Uint8Array;
}

/** What seals or opens the records of one answer. */
export interface AnswerKeys {
  readonly key: CryptoKey;
  /** {@link NONCE_BYTES} bytes */
  readonly baseNonce: Uint8Array<ArrayBuffer>;
}

/** Exports the answer secret of a context. Its bytes are zeroed once they are a key. */
export async function importAnswerSecret(context: Exporter): Promise<CryptoKey> {
  const exported = await context.Export(ANSWER_EXPORT_CONTEXT, SECRET_BYTES);
  const secret = new Uint8Array(exported);
  zero(exported);
  const key = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveKey", "deriveBits"]);
  zero(secret);
  return key;
}

/** HKDF (RFC 5869): Extract with the salt `enc ‖ nonce`, then Expand to key and base nonce. */
export async function deriveAnswerKeys(
  { secret, enc }: Pick<AnswerRoot, "secret" | "enc">,
  nonce: Uint8Array,
  usage: "encrypt" | "decrypt",
): Promise<AnswerKeys> {
  const salt = new Uint8Array(enc.length + nonce.length);
  salt.set(enc);
  salt.set(nonce, enc.length);
  const hkdf = (info: string) => ({
    name: "HKDF",
    hash: "SHA-256",
    salt,
    info: new TextEncoder().encode(info),
  });
  const aes = { name: "AES-GCM", length: 8 * SECRET_BYTES };
  const [key, base] = await Promise.all([
    crypto.subtle.deriveKey(hkdf("key"), secret, aes, false, [usage]),
    crypto.subtle.deriveBits(hkdf("nonce"), secret, 8 * NONCE_BYTES),
  ]);
  return { key, baseNonce: new Uint8Array(base) };
}

/** The nonce of one record: the base, XORed with the record's index at its end. */
export function recordNonce(baseNonce: Uint8Array<ArrayBuffer>, index: number): Uint8Array<ArrayBuffer> {
  const nonce = new Uint8Array(baseNonce);
  const data = new DataView(nonce.buffer);
  data.setUint32(NONCE_BYTES - 4, data.getUint32(NONCE_BYTES - 4) ^ index);
  return nonce;
}
