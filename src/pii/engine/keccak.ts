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
function lane(i: u32): u64 {
  return load<u64>(STATE + (i << 3));
}

function column(x: u32): u64 {
  return lane(x) ^ lane(x + 5) ^ lane(x + 10) ^ lane(x + 15) ^ lane(x + 20);
}
function add(i: u32, d: u64): void {
  store<u64>(STATE + (i << 3), lane(i) ^ d);
}
function mix(x: u32, d: u64): void {
  add(x, d);
  add(x + 5, d);
  add(x + 10, d);
  add(x + 15, d);
  add(x + 20, d);
}
/** Puts the lane that moved, turned, in its place; returns the lane that stood there. */
function turn(place: u32, by: u64, moved: u64): u64 {
  const next = lane(place);
  store<u64>(STATE + (place << 3), rotl<u64>(moved, by));
  return next;
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
    // the way of the lanes through rho and pi, one after the other; written out, since a loop over it takes twice the time
    let moved = lane(1);
    moved = turn(10, 1, moved);
    moved = turn(7, 3, moved);
    moved = turn(11, 6, moved);
    moved = turn(17, 10, moved);
    moved = turn(18, 15, moved);
    moved = turn(3, 21, moved);
    moved = turn(5, 28, moved);
    moved = turn(16, 36, moved);
    moved = turn(8, 45, moved);
    moved = turn(21, 55, moved);
    moved = turn(24, 2, moved);
    moved = turn(4, 14, moved);
    moved = turn(15, 27, moved);
    moved = turn(23, 41, moved);
    moved = turn(19, 56, moved);
    moved = turn(13, 8, moved);
    moved = turn(12, 25, moved);
    moved = turn(2, 43, moved);
    moved = turn(20, 62, moved);
    moved = turn(14, 18, moved);
    moved = turn(22, 39, moved);
    moved = turn(9, 61, moved);
    moved = turn(6, 20, moved);
    moved = turn(1, 44, moved);
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
