// HKDF-SHA256 (RFC 5869) for HPKE's key schedule. Its inputs are a few hundred bytes, and Web Crypto hands each of
// the eleven steps of one end to another thread, which takes longer than the hash itself; HPKE holds every secret
// between them as bytes in either case. Keys that encrypt or that an answer follows from stay with Web Crypto.
import { expand, extract } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import type { KDF } from "hpke";

/** The KDF 0x0001 of RFC 9180 section 7.2, for HPKE's suite. */
export function createHkdf(): KDF {
  return {
    id: 0x0001,
    type: "KDF",
    name: "HKDF-SHA256",
    Nh: sha256.outputLen,
    stages: 2,
    Extract: async (salt, ikm) => extract(sha256, ikm, salt),
    Expand: async (prk, info, length) => expand(sha256, prk, info, length),
    Derive: () => Promise.reject(new TypeError("a KDF of two stages")),
  };
}
