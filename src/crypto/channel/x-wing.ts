// MLKEM768-X25519 for HPKE (X-Wing, draft-connolly-cfrg-xwing-kem; KEM 0x647a of draft-ietf-hpke-pq): ML-KEM-768 of
// noble, X25519 of Web Crypto, and the hash that joins them. Secrets are zeroed where they are ours; a private key
// keeps what follows from its seed, never the seed, and cannot be exported.
import { sha3_256, shake256 } from "@noble/hashes/sha3.js";
import { ml_kem768 as mlKem } from "@noble/post-quantum/ml-kem.js";
import type { KEM, Key, KeyPair } from "hpke";
import { SUITES } from "../../protocol/channel-frames.ts";
import { concat, zero } from "../bytes.ts";

const ALGORITHM = { name: "MLKEM768-X25519" };
/** bytes; seed of a key pair, shared secret, and everything of X25519. */
const KEY_BYTES = 32;
/** bytes; seed of ML-KEM's key pair, d ‖ z. */
const ML_KEM_SEED_BYTES = 64;
/** bytes; randomness of one encapsulation: ML-KEM's message, then X25519's private key. */
const SENDER_SEED_BYTES = 2 * KEY_BYTES;
/** bytes; ML-KEM's public key and ciphertext, which X25519's follow. */
const ML_KEM_PUBLIC_BYTES = SUITES["647a"].publicKeyBytes - KEY_BYTES;
const ML_KEM_CIPHERTEXT_BYTES = SUITES["647a"].encBytes - KEY_BYTES;
const LABEL = new TextEncoder().encode("\\.//^\\");
/** PKCS #8 (RFC 8410) of an X25519 private key, up to the key itself: Web Crypto takes private keys in no rawer form. */
const PKCS8_PREFIX = Uint8Array.of(48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 110, 4, 34, 4, 32);
/** X25519's base point (RFC 7748 section 6.1). */
const BASE_POINT = new Uint8Array(KEY_BYTES).fill(9, 0, 1);

type Bytes = Uint8Array<ArrayBuffer>;

class PublicKey implements Key {
  readonly algorithm = ALGORITHM;
  readonly extractable = true;
  readonly type = "public";
  readonly bytes: Bytes;

  constructor(bytes: Bytes) {
    this.bytes = bytes;
  }
}

class PrivateKey implements Key {
  readonly algorithm = ALGORITHM;
  readonly extractable = false;
  readonly type = "private";
  readonly #mlKem: Uint8Array;
  readonly #x25519: CryptoKey;
  readonly #x25519Public: Bytes;

  constructor(mlKemSecret: Uint8Array, x25519: CryptoKey, x25519Public: Bytes) {
    this.#mlKem = mlKemSecret;
    this.#x25519 = x25519;
    this.#x25519Public = x25519Public;
  }

  /** The shared secret of a ciphertext. */
  async decapsulate(ciphertext: Uint8Array): Promise<Uint8Array> {
    const x25519Ciphertext = ciphertext.slice(ML_KEM_CIPHERTEXT_BYTES);
    const x25519Secret = await agree(this.#x25519, x25519Ciphertext);
    const mlKemSecret = mlKem.decapsulate(ciphertext.subarray(0, ML_KEM_CIPHERTEXT_BYTES), this.#mlKem);
    return join(mlKemSecret, x25519Secret, x25519Ciphertext, this.#x25519Public);
  }
}

/** The KEM, for HPKE's suite. */
export function createXWing(): KEM {
  return {
    id: SUITES["647a"].kem,
    type: "KEM",
    name: ALGORITHM.name,
    Nsecret: KEY_BYTES,
    Nenc: SUITES["647a"].encBytes,
    Npk: SUITES["647a"].publicKeyBytes,
    Nsk: KEY_BYTES,
    GenerateKeyPair: async () => expand(crypto.getRandomValues(new Uint8Array(KEY_BYTES))),
    // Keys are made of fresh randomness only.
    DeriveKeyPair: () => Promise.reject(new TypeError("keys are not derived")),
    SerializePublicKey: async (key) => publicKeyOf(key).bytes.slice(),
    DeserializePublicKey: async (key) => new PublicKey(key.slice()),
    SerializePrivateKey: () => Promise.reject(new TypeError("the key must not leave")),
    DeserializePrivateKey: async (seed) => (await expand(seed.slice())).privateKey,
    Encap: async (key) => encapsulate(publicKeyOf(key).bytes),
    Decap: async (enc, key) => {
      if (!(key instanceof PrivateKey)) throw new TypeError("not a private key of this KEM");
      return key.decapsulate(enc);
    },
  };
}

/** The key pair of a seed, which is zeroed. */
async function expand(seed: Bytes): Promise<KeyPair> {
  const expanded = shake256(seed, { dkLen: ML_KEM_SEED_BYTES + KEY_BYTES });
  // Views, so that nothing is left where these are zeroed: noble copies what a key keeps.
  const { publicKey, secretKey } = mlKem.keygen(expanded.subarray(0, ML_KEM_SEED_BYTES));
  const x25519 = await importPrivate(expanded.subarray(ML_KEM_SEED_BYTES));
  zero(seed, expanded);
  const x25519Public = await agree(x25519, BASE_POINT);
  return {
    publicKey: new PublicKey(concat(publicKey, x25519Public)),
    privateKey: new PrivateKey(secretKey, x25519, x25519Public),
  };
}

async function encapsulate(publicKey: Bytes): Promise<{ enc: Uint8Array; shared_secret: Uint8Array }> {
  const seed = crypto.getRandomValues(new Uint8Array(SENDER_SEED_BYTES));
  const ephemeral = await importPrivate(seed.subarray(KEY_BYTES));
  const x25519Public = publicKey.slice(ML_KEM_PUBLIC_BYTES);
  const [x25519Ciphertext, x25519Secret] = await Promise.all([
    agree(ephemeral, BASE_POINT),
    agree(ephemeral, x25519Public),
  ]);
  const mlKemPublic = publicKey.subarray(0, ML_KEM_PUBLIC_BYTES);
  const { cipherText, sharedSecret } = mlKem.encapsulate(mlKemPublic, seed.subarray(0, KEY_BYTES));
  zero(seed);
  return {
    enc: concat(cipherText, x25519Ciphertext),
    shared_secret: join(sharedSecret, x25519Secret, x25519Ciphertext, x25519Public),
  };
}

/** X-Wing's combiner. Zeroes the two secrets that it joins. */
function join(
  mlKemSecret: Uint8Array,
  x25519Secret: Uint8Array,
  x25519Ciphertext: Uint8Array,
  x25519Public: Uint8Array,
): Uint8Array {
  const input = concat(mlKemSecret, x25519Secret, x25519Ciphertext, x25519Public, LABEL);
  const shared = sha3_256(input);
  zero(input, mlKemSecret, x25519Secret);
  return shared;
}

async function importPrivate(key: Uint8Array): Promise<CryptoKey> {
  const pkcs8 = concat(PKCS8_PREFIX, key);
  const imported = await crypto.subtle.importKey("pkcs8", pkcs8, "X25519", false, ["deriveBits"]);
  zero(pkcs8);
  return imported;
}

/** X25519 (RFC 7748). Web Crypto refuses where nothing but zeros comes out. */
async function agree(privateKey: CryptoKey, point: Bytes): Promise<Bytes> {
  const other = await crypto.subtle.importKey("raw", point, "X25519", true, []);
  const parameters = { name: "X25519", public: other };
  return new Uint8Array(await crypto.subtle.deriveBits(parameters, privateKey, 8 * KEY_BYTES));
}

function publicKeyOf(key: Key): PublicKey {
  if (key instanceof PublicKey) return key;
  throw new TypeError("not a public key of this KEM");
}
