// Whether bytes are well-formed UTF-8 (Unicode 17.0, table 3-7), without making a string of them: a string of
// content could not be zeroed.

/** Lowest and highest second byte by first byte, where it is narrower than 0x80 to 0xbf. */
const SECOND: Readonly<Record<number, readonly [number, number]>> = {
  0xe0: [0xa0, 0xbf],
  0xed: [0x80, 0x9f],
  0xf0: [0x90, 0xbf],
  0xf4: [0x80, 0x8f],
};

export function isUtf8(bytes: Uint8Array): boolean {
  let at = 0;
  while (at < bytes.length) {
    const first = bytes[at] ?? 0;
    const length = lengthOf(first);
    if (length === 0 || at + length > bytes.length) return false;
    const [low, high] = SECOND[first] ?? [0x80, 0xbf];
    for (let next = 1; next < length; next++) {
      const byte = bytes[at + next] ?? 0;
      if (next === 1 ? byte < low || byte > high : byte < 0x80 || byte > 0xbf) return false;
    }
    at += length;
  }
  return true;
}

/** bytes of a code point by its first byte; 0 where none starts so. */
function lengthOf(first: number): number {
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return 2;
  if (first >= 0xe0 && first <= 0xef) return 3;
  return first >= 0xf0 && first <= 0xf4 ? 4 : 0;
}
