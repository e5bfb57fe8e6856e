// Bytes and their text forms. Content stays in Uint8Array and is zeroed after use; strings cannot be.
import { base64url } from "jose";

/** base64url without padding (RFC 4648 section 5). */
export function toBase64Url(bytes: Uint8Array): string {
  return base64url.encode(bytes);
}

/**
 * Reads base64url; throws a TypeError on other characters. Lenient about padding, white space and spare bits:
 * where the text itself is signed or compared, ask {@link isCanonicalBase64Url} first.
 */
export function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(base64url.decode(text));
}

/** Whether `text` is the one and only base64url form of some bytes (RFC 4648 section 3.5). */
export function isCanonicalBase64Url(text: string): boolean {
  try {
    return toBase64Url(fromBase64Url(text)) === text;
  } catch {
    return false;
  }
}

/**
 * Whether every part of a compact JWS (RFC 7515 section 7.1) is canonical. A verifier that skips white space
 * or spare bits would take texts that nobody signed.
 */
export function isCanonicalJws(text: string): boolean {
  const parts = text.split(".");
  return parts.length === 3 && parts.every(isCanonicalBase64Url);
}

/** Reads UTF-8 (RFC 3629); null where it is not well-formed. A byte order mark is a character like any other. */
export function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** `bytes` random bytes from the platform's CSPRNG, as base64url. */
export function randomId(bytes: number): string {
  return toBase64Url(crypto.getRandomValues(new Uint8Array(bytes)));
}

/** SHA-256 (FIPS 180-4) of the UTF-8 form of `text`, as base64url. */
export async function sha256(text: string): Promise<string> {
  return toBase64Url(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))));
}

/** All parts in one new buffer, in order. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Overwrites each buffer. After this their content is gone from this process's own memory. */
export function zero(...buffers: readonly Uint8Array[]): void {
  for (const buffer of buffers) buffer.fill(0);
}
