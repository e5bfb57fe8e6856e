// SHA-256 (FIPS 180-4) over at most 55 bytes, one block: all that a Base58Check address needs. Works in SCRATCH, wiped with it.
import { SCRATCH } from "./memory";

const K = memory.data<u32>([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98,
  0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
  0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8,
  0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
  0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819,
  0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
  0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
  0xc67178f2,
]);
const W: usize = SCRATCH + 512; // 256 bytes of message schedule

function big(s: u32, t: u32, u: u32, x: u32): u32 {
  return rotr<u32>(x, s) ^ rotr<u32>(x, t) ^ rotr<u32>(x, u);
}

/** Hashes `n` bytes at `from` into the 32 bytes at `to`. */
export function sha256(from: usize, n: u32, to: usize): void {
  memory.fill(W, 0, 64);
  for (let i: u32 = 0; i < n; i++) {
    const p = W + (i & ~3);
    store<u32>(p, load<u32>(p) | ((<u32>load<u8>(from + i)) << (24 - ((i & 3) << 3))));
  }
  const q = W + (n & ~3);
  store<u32>(q, load<u32>(q) | ((<u32>0x80) << (24 - ((n & 3) << 3))));
  store<u32>(W, n << 3, 60);
  for (let t: u32 = 16; t < 64; t++) {
    const a = load<u32>(W + ((t - 15) << 2)),
      b = load<u32>(W + ((t - 2) << 2));
    const s0 = rotr<u32>(a, 7) ^ rotr<u32>(a, 18) ^ (a >> 3),
      s1 = rotr<u32>(b, 17) ^ rotr<u32>(b, 19) ^ (b >> 10);
    store<u32>(W + (t << 2), load<u32>(W + ((t - 16) << 2)) + s0 + load<u32>(W + ((t - 7) << 2)) + s1);
  }
  let a: u32 = 0x6a09e667,
    b: u32 = 0xbb67ae85,
    c: u32 = 0x3c6ef372,
    d: u32 = 0xa54ff53a,
    e: u32 = 0x510e527f,
    f: u32 = 0x9b05688c,
    g: u32 = 0x1f83d9ab,
    h: u32 = 0x5be0cd19;
  for (let t: u32 = 0; t < 64; t++) {
    const t1 =
      h + big(6, 11, 25, e) + ((e & f) ^ (~e & g)) + load<u32>(K + (t << 2)) + load<u32>(W + (t << 2));
    const t2 = big(2, 13, 22, a) + ((a & b) ^ (a & c) ^ (b & c));
    h = g;
    g = f;
    f = e;
    e = d + t1;
    d = c;
    c = b;
    b = a;
    a = t1 + t2;
  }
  store<u32>(to, bswap<u32>(a + 0x6a09e667));
  store<u32>(to, bswap<u32>(b + 0xbb67ae85), 4);
  store<u32>(to, bswap<u32>(c + 0x3c6ef372), 8);
  store<u32>(to, bswap<u32>(d + 0xa54ff53a), 12);
  store<u32>(to, bswap<u32>(e + 0x510e527f), 16);
  store<u32>(to, bswap<u32>(f + 0x9b05688c), 20);
  store<u32>(to, bswap<u32>(g + 0x1f83d9ab), 24);
  store<u32>(to, bswap<u32>(h + 0x5be0cd19), 28);
}
