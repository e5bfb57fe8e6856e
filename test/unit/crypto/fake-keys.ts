// Keys for tests, put together at run time from patterns: none stands in a file, and none is worth finding.
import { createHmac, createPrivateKey, createPublicKey } from "node:crypto";
import type { JWK } from "jose";
import { toBase64Url } from "../../../src/crypto/bytes.ts";

/** 32 bytes that count up from `start`. */
export function fakeBytes(start: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: 32 }, (_, index) => (start + index) % 256);
}

/** A value for `TOKEN_SECRET`. */
export function fakeSecret(start: number): string {
  return toBase64Url(fakeBytes(start));
}

/** PKCS #8 wrapping of an Ed25519 seed (RFC 8410 section 7), up to the seed itself. */
const PKCS8_PREFIX = [
  0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];

/** Public half of the identity whose seed counts up from `start`. */
export function fakePublicJwk(start: number): JWK {
  const der = Buffer.from([...PKCS8_PREFIX, ...fakeBytes(start)]);
  const {
    kty = "",
    crv = "",
    x = "",
  } = createPublicKey(createPrivateKey({ key: der, format: "der", type: "pkcs8" })).export({ format: "jwk" });
  return { kty, crv, x };
}

/** A private JWK, as an object that tests can spoil. */
export function fakeIdentityJwk(start: number): JWK {
  return { ...fakePublicJwk(start), d: toBase64Url(fakeBytes(start)) };
}

/** A value for `IDENTITY_KEY`. */
export function fakeIdentity(start: number): string {
  return JSON.stringify(fakeIdentityJwk(start));
}

/** Joins the parts of a compact JWS; objects are encoded as JSON. */
export function compactJws(header: object, payload: object, signature: Uint8Array): string {
  const part = (value: object) => toBase64Url(new TextEncoder().encode(JSON.stringify(value)));
  return `${part(header)}.${part(payload)}.${toBase64Url(signature)}`;
}

/** Signs any claims under any header with an HMAC key: what somebody with the key, but not our code, could do. */
export function signHmac(secret: Uint8Array, header: { readonly alg: string }, claims: object): string {
  const unsigned = compactJws(header, claims, new Uint8Array()).slice(0, -1);
  const mac = createHmac(header.alg.replace("HS", "sha"), secret).update(unsigned).digest();
  return `${unsigned}.${toBase64Url(mac)}`;
}

const ALPHABET = Array.from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

/**
 * `text` with one character changed, at every position. Where a part ends every other character is tried: some
 * of its bits encode nothing, and a lenient decoder does not look at them.
 */
export function* changedAnywhere(text: string): Generator<string> {
  for (let at = 0; at < text.length; at++) {
    const old = text[at] ?? "";
    const edge = at + 1 === text.length || text[at + 1] === ".";
    const near = ALPHABET[(ALPHABET.indexOf(old) + 1) % ALPHABET.length] ?? "A";
    for (const char of edge ? [...ALPHABET, "=", "+", "/", " ", "\n"] : [near, ".", " "]) {
      if (char !== old) yield text.slice(0, at) + char + text.slice(at + 1);
    }
  }
}

/** `text` with something put in or taken out: white space, padding, another alphabet, parts too many. */
export function respelled(text: string): string[] {
  const put = ["\n", " ", "\t", "=", "==", ".", "A", "\0"];
  const places = [
    0,
    1,
    text.indexOf("."),
    text.indexOf(".") + 1,
    text.lastIndexOf(".") + 1,
    text.length - 1,
    text.length,
  ];
  const inserted = places.flatMap((at) => put.map((piece) => text.slice(0, at) + piece + text.slice(at)));
  const other = text.replaceAll("-", "+").replaceAll("_", "/");
  return [...inserted, ...(other === text ? [] : [other]), `${text}.${text}`, `Bearer ${text}`];
}
