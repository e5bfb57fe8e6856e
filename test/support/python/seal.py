"""The seal (docs/protocol.md section 13): what participants encrypt for each other.

A counter is claimed before anything is encrypted with it, and a stream id lives in memory only.
"""

import collections
import hashlib
import hmac
import os

from aes_gcm import AesGcm
from encoding import Refused

TEXT, ANNOUNCEMENT, TURN_PART = 0x01, 0x02, 0x03
PARTS_OF = ["question", "answer"]
ENDS = [None, "stop", "length", "filtered", "cancelled", "error", "cut"]
SMALLEST_BUCKET_BYTES = 256
SEAL_BYTES = 36
MAX_COUNTER = 2**32 - 1
MAX_STREAMS = 1024
MAX_NAME_BYTES = 96

Text = collections.namedtuple("Text", "text")
Announcement = collections.namedtuple("Announcement", "fresh participant name counters")
TurnPart = collections.namedtuple("TurnPart", "of turn attempt index end text")
UNSUPPORTED, MALFORMED = object(), object()


def stream_key(room_key, session, stream):
    extracted = hmac.new(session.encode("ascii"), room_key, hashlib.sha256).digest()
    info = b"ghost.v1 seal" + stream
    # One block of HKDF-Expand (RFC 5869 section 2.3) is the 32 bytes that are asked for.
    return hmac.new(extracted, info + b"\x01", hashlib.sha256).digest()


def is_name(name):
    encoded = name.encode("utf-8", "surrogatepass")
    forbidden = [(0, 0x1F), (0x7F, 0x9F), (0x61C, 0x61C), (0x200E, 0x200F), (0x2028, 0x202E), (0x2066, 0x2069)]
    return len(encoded) <= MAX_NAME_BYTES and not any(
        low <= ord(character) <= high or 0xD800 <= ord(character) <= 0xDFFF
        for character in name
        for low, high in forbidden
    )


def pad(content):
    kind, body = _encode(content)
    plaintext = bytes([1, kind]) + len(body).to_bytes(4, "big") + body
    return plaintext + bytes(_bucket(len(plaintext)) - len(plaintext))


def unpad(plaintext):
    """The content, or UNSUPPORTED for what a later version may mean."""
    if len(plaintext) < 6:
        raise Refused("plaintext")
    version, kind = plaintext[0], plaintext[1]
    if version != 1:
        return UNSUPPORTED
    end = 6 + int.from_bytes(plaintext[2:6], "big")
    if end > len(plaintext) or any(plaintext[end:]) or len(plaintext) != _bucket(end):
        raise Refused("padding")
    body = plaintext[6:end]
    if kind == TEXT:
        return Text(_utf8(body))
    if kind == TURN_PART:
        return _turn_part(body)
    return _announcement(body) if kind == ANNOUNCEMENT else UNSUPPORTED


def _bucket(length):
    bucket = SMALLEST_BUCKET_BYTES
    while bucket < length:
        bucket *= 2
    return bucket


def _utf8(data):
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused("utf-8") from None


def _encode(content):
    if isinstance(content, Text):
        return TEXT, content.text.encode("utf-8")
    if isinstance(content, TurnPart):
        head = bytes([1 + PARTS_OF.index(content.of)]) + content.turn + content.attempt.to_bytes(2, "big")
        head += content.index.to_bytes(4, "big") + bytes([ENDS.index(content.end)])
        return TURN_PART, head + content.text.encode("utf-8")
    name = content.name.encode("utf-8")
    body = bytes([1 if content.fresh else 0]) + content.participant + bytes([len(name)]) + name
    body += len(content.counters).to_bytes(2, "big")
    for stream, counter in content.counters:
        body += stream + counter.to_bytes(4, "big")
    return ANNOUNCEMENT, body


def _announcement(body):
    if len(body) < 14 or body[0] > 1:
        raise Refused("announcement")
    name_end = 14 + body[13]
    name = _utf8(body[14:name_end])
    count = int.from_bytes(body[name_end : name_end + 2], "big")
    start = name_end + 2
    if len(body) != start + 20 * count or not is_name(name):
        raise Refused("announcement")
    entries = [body[at : at + 20] for at in range(start, len(body), 20)]
    counters = [(entry[:16], int.from_bytes(entry[16:], "big")) for entry in entries]
    return Announcement(body[0] == 1, body[1:13], name, counters)


def _turn_part(body):
    if len(body) < 20 or body[0] not in (1, 2) or body[13:15] == bytes(2) or body[19] >= len(ENDS):
        raise Refused("part of a turn")
    attempt, index = int.from_bytes(body[13:15], "big"), int.from_bytes(body[15:19], "big")
    return TurnPart(PARTS_OF[body[0] - 1], body[1:13], attempt, index, ENDS[body[19]], _utf8(body[20:]))


class Sender:
    """One stream: one running instance of a client."""

    def __init__(self, room_key, session, stream=None):
        self.stream = os.urandom(16) if stream is None else stream
        self._cipher = AesGcm(stream_key(room_key, session, self.stream))
        self._counter = 0

    def seal(self, content):
        """The sealed bytes. A resend is these very bytes again, never another call."""
        if self._counter == MAX_COUNTER:
            raise RuntimeError("the stream has ended")
        self._counter += 1
        counter = self._counter.to_bytes(4, "big")
        ciphertext = self._cipher.encrypt(bytes(8) + counter, pad(content), b"\x01" + self.stream + counter)
        return self.stream + counter + ciphertext


class Stream:
    """What a receiver knows of somebody's stream."""

    def __init__(self, cipher):
        self.cipher = cipher
        self.received = 0
        self.known = 0
        self.name = None
        self.participant = None


Opened = collections.namedtuple("Opened", "stream content gaps")


class Receiver:
    """Keeps what it knows over reconnects and epochs. `open` raises Refused and says why."""

    def __init__(self, room_key, session, own_stream):
        self._room_key = room_key
        self._session = session
        self._own = own_stream
        self.streams = {}

    def open(self, sealed):
        """What one frame says, and which frames are now known to be missing: (stream id, how many, how found)."""
        if len(sealed) < SEAL_BYTES:
            raise Refused("short")
        stream_id, counter = sealed[:16], int.from_bytes(sealed[16:20], "big")
        if stream_id == self._own:
            raise Refused("reflected")
        stream = self.streams.get(stream_id)
        if counter == 0 or (stream is not None and counter <= stream.received):
            raise Refused("repeated")
        is_new = stream is None
        if stream is None:
            if len(self.streams) >= MAX_STREAMS:
                raise Refused("too many streams")
            stream = Stream(AesGcm(stream_key(self._room_key, self._session, stream_id)))
        nonce = bytes(8) + sealed[16:20]
        plaintext = stream.cipher.decrypt(nonce, sealed[20:], b"\x01" + sealed[:20])
        if plaintext is None:
            raise Refused("forged")
        gaps = []
        if is_new:
            self.streams[stream_id] = stream
        elif counter > stream.known + 1:
            gaps.append((stream_id, counter - stream.known - 1, "order"))
        stream.received, stream.known = counter, max(counter, stream.known)
        try:
            content = unpad(plaintext)
        except Refused:
            # Its counter counts all the same: the frame was authentic.
            content = MALFORMED
        if isinstance(content, Announcement):
            stream.name, stream.participant = content.name, content.participant
            gaps += self._account(content.counters)
        return Opened(stream_id, content, gaps)

    def counters(self):
        return [(stream_id, stream.received) for stream_id, stream in self.streams.items()]

    def _account(self, counters):
        gaps = []
        for stream_id, counter in counters:
            stream = self.streams.get(stream_id)
            if stream is not None and counter > stream.known:
                gaps.append((stream_id, counter - stream.known, "account"))
                stream.known = counter
        return gaps
