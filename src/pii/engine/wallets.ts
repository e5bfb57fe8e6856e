// Bitcoin addresses (Base58Check, Bech32 and Bech32m of BIP 173 and 350) and Ethereum addresses with the mixed-case checksum of ERC-55.
import { isDigit, isLower, isUpper } from "./context";
import { T_BTC, T_ETH, T_SECRET } from "./generated/types";
import { addSpan, at, before, SCRATCH, tokEnd, tokStart } from "./memory";
import { keccak256 } from "./keccak";
import { sha256 } from "./sha256";

const B58: usize = SCRATCH + 192; // up to 38 bytes
const HASH: usize = SCRATCH + 256;
const HEX: usize = SCRATCH + 128; // 40 digits

/** The value of a Base58 character, or -1. */
function base58(c: u32): i32 {
  if (c >= 49 && c <= 57) return c - 49;
  if (c >= 65 && c <= 90) {
    if (c == 73 || c == 79) return -1;
    return c - 65 + 9 - (c > 73 ? 1 : 0) - (c > 79 ? 1 : 0);
  }
  if (c >= 97 && c <= 122) {
    if (c == 108) return -1;
    return c - 97 + 33 - (c > 108 ? 1 : 0);
  }
  return -1;
}

/** Decodes the n characters at s to `bytes` bytes, the last four of which are the checksum of the others. */
function base58Check(s: u32, n: u32, bytes: u32): bool {
  memory.fill(B58, 0, bytes);
  for (let k: u32 = 0; k < n; k++) {
    let carry = base58(at(s + k));
    if (carry < 0) return false;
    for (let b = <i32>bytes - 1; b >= 0; b--) {
      carry += <i32>load<u8>(B58 + b) * 58;
      store<u8>(B58 + b, carry & 255);
      carry >>= 8;
    }
    if (carry != 0) return false;
  }
  const version = load<u8>(B58);
  if (bytes == 25 ? version != 0 && version != 5 : version != 128) return false;
  sha256(B58, bytes - 4, HASH);
  sha256(HASH, 32, HASH);
  return load<u32>(HASH) == load<u32>(B58 + bytes - 4);
}

function bech32Value(c: u32): i32 {
  // qpzry9x8gf2tvdw0s3jn54khce6mua7l
  const set = changetype<usize>("qpzry9x8gf2tvdw0s3jn54khce6mua7l");
  for (let k = 0; k < 32; k++) if (<u32>load<u16>(set + (k << 1)) == c) return k;
  return -1;
}

function polymod(chk: u32, v: u32): u32 {
  const top = chk >> 25;
  chk = ((chk & 0x1ffffff) << 5) ^ v;
  if (top & 1) chk ^= 0x3b6a57b2;
  if (top & 2) chk ^= 0x26508e6d;
  if (top & 4) chk ^= 0x1ea119fa;
  if (top & 8) chk ^= 0x3d4233dd;
  if (top & 16) chk ^= 0x2a1462b3;
  return chk;
}

function bech32(s: u32, n: u32): bool {
  let chk: u32 = 1;
  const hrp1 = at(s) | 0x20,
    hrp2 = at(s + 1) | 0x20;
  chk = polymod(chk, hrp1 >> 5);
  chk = polymod(chk, hrp2 >> 5);
  chk = polymod(chk, 0);
  chk = polymod(chk, hrp1 & 31);
  chk = polymod(chk, hrp2 & 31);
  for (let k: u32 = 3; k < n; k++) {
    const c = at(s + k),
      v = bech32Value(c > 64 ? c | 0x20 : c);
    if (v < 0) return false;
    chk = polymod(chk, v);
  }
  return chk == 1 || chk == 0x2bc830a3;
}

/** Letters of one case say nothing; of both they are a checksum, that a typing slip or another kind of number breaks. */
function ethScore(from: u32): i32 {
  let small = false,
    big = false;
  for (let k: u32 = 0; k < 40; k++) {
    const c = at(from + k);
    store<u8>(HEX + k, c | 0x20);
    if (isLower(c)) small = true;
    else if (isUpper(c)) big = true;
  }
  if (!small || !big) return 85;
  keccak256(HEX, 40, HASH);
  for (let k: u32 = 0; k < 40; k++) {
    const c = at(from + k),
      half = ((<u32>load<u8>(HASH + (k >> 1))) >> (k & 1 ? 0 : 4)) & 15;
    if (!isDigit(c) && isUpper(c) != half >= 8) return 55;
  }
  return 98;
}

/** Tries a long token of letters and digits as an address; returns whether it was reported. */
export function walletAt(i: u32): bool {
  const s = tokStart(i),
    e = tokEnd(i),
    n = e - s;
  if (before(s) == 95 || at(e) == 95) return false;
  const c = at(s);
  if (c == 48 && n == 42 && (at(s + 1) | 0x20) == 120) {
    for (let k: u32 = 2; k < 42; k++) {
      const d = at(s + k);
      if (!isDigit(d) && !((d | 0x20) >= 97 && (d | 0x20) <= 102)) return false;
    }
    return addSpan(T_ETH, s, e, ethScore(s + 2));
  }
  if ((c == 49 || c == 51) && n >= 26 && n <= 35) return base58Check(s, n, 25) && addSpan(T_BTC, s, e, 98);
  // a private key for import (WIF): version 128, 32 bytes, and one more for a compressed public key
  if (c == 53 && n == 51) return base58Check(s, n, 37) && addSpan(T_SECRET, s, e, 98);
  if ((c == 75 || c == 76) && n == 52) return base58Check(s, n, 38) && addSpan(T_SECRET, s, e, 98);
  if ((c | 0x20) == 98 && (at(s + 1) | 0x20) == 99 && at(s + 2) == 49 && (n == 42 || n == 62))
    return bech32(s, n) && addSpan(T_BTC, s, e, 98);
  return false;
}
