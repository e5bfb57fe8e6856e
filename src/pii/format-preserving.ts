// Format-preserving encryption of digits, opt-in per type: the model sees a number of the same shape. FF1 of NIST SP 800-38G; FF3 is
// withdrawn and not offered. It must never be used on a domain below one million values, nor with a key that leaves the device.
import { FF1 } from "@noble/ciphers/ff1.js";
import type { PiiType } from "./types.ts";

/** SP 800-38G revision 1: fewer values than this can be guessed through. */
export const MIN_DOMAIN = 1_000_000;
const MIN_DIGITS = 6;
const MAX_DIGITS = 56;
const RADIX = 10;

/** A number has fewer than 6 or more than 56 digits, so that it cannot be protected. */
export class FormatDomainError extends RangeError {
  constructor() {
    super("pii_format_domain");
    this.name = "FormatDomainError";
  }
}

/** Encrypts numbers into numbers of the same shape, under one key. */
export interface FormatPreserver {
  /** Encrypts the digits of `surface` and leaves every other character in its place. Throws {@link FormatDomainError}. */
  protect(type: PiiType, surface: string): string;
  /** The reverse of {@link FormatPreserver.protect}. For a CARD the check digit is computed anew, so the number must have been valid. */
  reveal(type: PiiType, surface: string): string;
}

/**
 * Makes a preserver: FF1 of NIST SP 800-38G over decimal digits.
 *
 * @param key 16, 24 or 32 random bytes that never leave the device.
 * @param salt a value of the conversation; with the type it forms the tweak.
 */
export function createFormatPreserver(key: Uint8Array, salt: Uint8Array): FormatPreserver {
  const cipherFor = (type: PiiType) => {
    const name = new TextEncoder().encode(`${type}:`);
    const tweak = new Uint8Array(name.length + salt.length);
    tweak.set(name);
    tweak.set(salt, name.length);
    return FF1(RADIX, key, tweak);
  };
  const transform = (type: PiiType, surface: string, decrypt: boolean): string => {
    const digits = digitsOf(surface);
    const checked = type === "CARD";
    const body = checked ? digits.slice(0, -1) : digits;
    if (body.length < MIN_DIGITS || body.length > MAX_DIGITS || RADIX ** body.length < MIN_DOMAIN)
      throw new FormatDomainError();
    const cipher = cipherFor(type);
    const out = decrypt ? cipher.decrypt(body) : cipher.encrypt(body);
    if (checked) out.push(luhnDigit(out));
    return withDigits(surface, out);
  };
  return {
    protect: (type, surface) => transform(type, surface, false),
    reveal: (type, surface) => transform(type, surface, true),
  };
}

function digitsOf(surface: string): number[] {
  const digits: number[] = [];
  for (const ch of surface) if (ch >= "0" && ch <= "9") digits.push(ch.charCodeAt(0) - 48);
  return digits;
}

function withDigits(surface: string, digits: readonly number[]): string {
  let out = "";
  let k = 0;
  for (const ch of surface) out += ch >= "0" && ch <= "9" ? String(digits[k++]) : ch;
  return out;
}

/** The digit that makes the whole number pass the Luhn test. */
export function luhnDigit(body: readonly number[]): number {
  let sum = 0;
  for (let k = body.length - 1, double = true; k >= 0; k--, double = !double) {
    const d = (body[k] ?? 0) * (double ? 2 : 1);
    sum += d > 9 ? d - 9 : d;
  }
  return (10 - (sum % 10)) % 10;
}
