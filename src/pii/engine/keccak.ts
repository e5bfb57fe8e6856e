// Keccak-256 as Ethereum uses it (padding 0x01, before SHA-3 changed it) over at most 135 bytes, one block: all that an address needs.
// Works in SCRATCH, wiped with it.
import { SCRATCH } from "./memory";

const STATE: usize = SCRATCH + 512; // 25 lanes of eight bytes; ends before the answers that context.ts keeps at 768
const RATE: u32 = 136;

const ROUND = memory.data<u64>([
  0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000, 0x000000000000808b,
  0x0000000080000001, 0x8000000080008081, 0x8000000000008009, 0x000000000000008a, 0x0000000000000088,
  0x0000000080008009, 0x000000008000000a, 0x000000008000808b, 0x800000000000008b, 0x8000000000008089,
  0x8000000000008003, 0x8000000000008002, 0x8000000000000080, 0x000000000000800a, 0x800000008000000a,
  0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
]);
// the way of the lanes through rho and pi, one after the other
const TURN = memory.data<u8>([
  1, 3, 6, 10, 15, 21, 28, 36, 45, 55, 2, 14, 27, 41, 56, 8, 25, 43, 62, 18, 39, 61, 20, 44,
]);
const PLACE = memory.data<u8>([
  10, 7, 11, 17, 18, 3, 5, 16, 8, 21, 24, 4, 15, 23, 19, 13, 12, 2, 20, 14, 22, 9, 6, 1,
]);

function lane(i: u32): u64 {
  return load<u64>(STATE + (i << 3));
}

function column(x: u32): u64 {
  return lane(x) ^ lane(x + 5) ^ lane(x + 10) ^ lane(x + 15) ^ lane(x + 20);
}
function mix(x: u32, d: u64): void {
  for (let i = x; i < 25; i += 5) store<u64>(STATE + (i << 3), lane(i) ^ d);
}

function permute(): void {
  for (let round: u32 = 0; round < 24; round++) {
    const a = column(0),
      b = column(1),
      c = column(2),
      d = column(3),
      e = column(4);
    mix(0, e ^ rotl<u64>(b, 1));
    mix(1, a ^ rotl<u64>(c, 1));
    mix(2, b ^ rotl<u64>(d, 1));
    mix(3, c ^ rotl<u64>(e, 1));
    mix(4, d ^ rotl<u64>(a, 1));
    let moved = lane(1);
    for (let k: u32 = 0; k < 24; k++) {
      const place: u32 = load<u8>(PLACE + k),
        next = lane(place);
      store<u64>(STATE + (place << 3), rotl<u64>(moved, <u64>load<u8>(TURN + k)));
      moved = next;
    }
    for (let y: u32 = 0; y < 25; y += 5) {
      const a = lane(y),
        b = lane(y + 1),
        c = lane(y + 2),
        d = lane(y + 3),
        e = lane(y + 4);
      store<u64>(STATE + (y << 3), a ^ (~b & c));
      store<u64>(STATE + ((y + 1) << 3), b ^ (~c & d));
      store<u64>(STATE + ((y + 2) << 3), c ^ (~d & e));
      store<u64>(STATE + ((y + 3) << 3), d ^ (~e & a));
      store<u64>(STATE + ((y + 4) << 3), e ^ (~a & b));
    }
    store<u64>(STATE, lane(0) ^ load<u64>(ROUND + (round << 3)));
  }
}

/** Hashes `n` bytes at `from` into the 32 bytes at `to`. */
export function keccak256(from: usize, n: u32, to: usize): void {
  memory.fill(STATE, 0, 200);
  memory.copy(STATE, from, n);
  store<u8>(STATE + n, 1);
  store<u8>(STATE + RATE - 1, (<u32>load<u8>(STATE + RATE - 1)) | 0x80);
  permute();
  memory.copy(to, STATE, 32);
}
