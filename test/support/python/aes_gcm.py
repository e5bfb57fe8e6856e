"""AES-256-GCM (FIPS 197, NIST SP 800-38D), since Python's standard library has none.

For tests only: table look-ups leak through timing. Checked against test/vectors/seal.json.
"""

import hmac


def _tables():
    """The S-box and the four round tables, from the field's definition rather than from a list."""
    power, log, value = [0] * 256, [0] * 256, 1
    for exponent in range(255):
        power[exponent], log[value] = value, exponent
        value ^= (value << 1) ^ (0x11B if value & 0x80 else 0)
        value &= 0xFF
    sbox = []
    for byte in range(256):
        inverse = power[-log[byte] % 255] if byte else 0
        spread = inverse
        for shift in range(1, 5):
            spread ^= (inverse << shift | inverse >> (8 - shift)) & 0xFF
        sbox.append(spread ^ 0x63)
    first = []
    for byte in sbox:
        double = (byte << 1) ^ (0x11B if byte & 0x80 else 0)
        first.append(double << 24 | byte << 16 | byte << 8 | (double ^ byte))
    rounds = [[(word >> turn | word << (32 - turn)) & 0xFFFFFFFF for word in first] for turn in (0, 8, 16, 24)]
    return sbox, rounds


SBOX, (T0, T1, T2, T3) = _tables()
ROUNDS = 14


def _substitute(word):
    return SBOX[word >> 24] << 24 | SBOX[word >> 16 & 255] << 16 | SBOX[word >> 8 & 255] << 8 | SBOX[word & 255]


def _expand(key):
    words = [int.from_bytes(key[at : at + 4], "big") for at in range(0, 32, 4)]
    constant = 1
    for at in range(8, 4 * (ROUNDS + 1)):
        word = words[-1]
        if at % 8 == 0:
            word = _substitute((word << 8 | word >> 24) & 0xFFFFFFFF) ^ constant << 24
            constant = (constant << 1) ^ (0x11B if constant & 0x80 else 0)
        elif at % 8 == 4:
            word = _substitute(word)
        words.append(words[-8] ^ word)
    return words


def _block(words, data):
    a, b, c, d = (int.from_bytes(data[at : at + 4], "big") ^ words[at // 4] for at in range(0, 16, 4))
    for at in range(4, 4 * ROUNDS, 4):
        a, b, c, d = (
            T0[a >> 24] ^ T1[b >> 16 & 255] ^ T2[c >> 8 & 255] ^ T3[d & 255] ^ words[at],
            T0[b >> 24] ^ T1[c >> 16 & 255] ^ T2[d >> 8 & 255] ^ T3[a & 255] ^ words[at + 1],
            T0[c >> 24] ^ T1[d >> 16 & 255] ^ T2[a >> 8 & 255] ^ T3[b & 255] ^ words[at + 2],
            T0[d >> 24] ^ T1[a >> 16 & 255] ^ T2[b >> 8 & 255] ^ T3[c & 255] ^ words[at + 3],
        )
    out = bytearray()
    for one, two, three, four, word in (
        (a, b, c, d, words[-4]),
        (b, c, d, a, words[-3]),
        (c, d, a, b, words[-2]),
        (d, a, b, c, words[-1]),
    ):
        mixed = SBOX[one >> 24] << 24 | SBOX[two >> 16 & 255] << 16 | SBOX[three >> 8 & 255] << 8 | SBOX[four & 255]
        out += (mixed ^ word).to_bytes(4, "big")
    return bytes(out)


def _multiply(x, y):
    product = 0
    for at in range(127, -1, -1):
        if x >> at & 1:
            product ^= y
        y = y >> 1 ^ (0xE1 << 120 if y & 1 else 0)
    return product


def _padded(data):
    return data + bytes(-len(data) % 16)


class AesGcm:
    """One key. Nonces have 12 bytes and must never repeat."""

    def __init__(self, key):
        if len(key) != 32:
            raise ValueError("key length")
        self._words = _expand(key)
        self._hash_key = int.from_bytes(_block(self._words, bytes(16)), "big")

    def encrypt(self, nonce, plaintext, additional):
        ciphertext = self._stream(nonce, plaintext)
        return ciphertext + self._tag(nonce, ciphertext, additional)

    def decrypt(self, nonce, sealed, additional):
        """The plaintext, or None where the tag does not verify."""
        ciphertext, tag = sealed[:-16], sealed[-16:]
        if len(tag) < 16 or not hmac.compare_digest(tag, self._tag(nonce, ciphertext, additional)):
            return None
        return self._stream(nonce, ciphertext)

    def _stream(self, nonce, data):
        blocks = range((len(data) + 15) // 16)
        key = b"".join(_block(self._words, nonce + (2 + at).to_bytes(4, "big")) for at in blocks)
        return bytes(one ^ other for one, other in zip(data, key))

    def _tag(self, nonce, ciphertext, additional):
        lengths = (8 * len(additional)).to_bytes(8, "big") + (8 * len(ciphertext)).to_bytes(8, "big")
        data = _padded(additional) + _padded(ciphertext) + lengths
        state = 0
        for at in range(0, len(data), 16):
            state = _multiply(state ^ int.from_bytes(data[at : at + 16], "big"), self._hash_key)
        mask = _block(self._words, nonce + (1).to_bytes(4, "big"))
        return (state ^ int.from_bytes(mask, "big")).to_bytes(16, "big")
