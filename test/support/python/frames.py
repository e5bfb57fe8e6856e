"""Binary frames (docs/protocol.md section 4). Everything that comes from the service is untrusted."""

import collections

from encoding import Refused

RELAY, BUNDLE, RECEIPT = 0x01, 0x03, 0x04

Relay = collections.namedtuple("Relay", "seq sender sealed")
Receipt = collections.namedtuple("Receipt", "seq ref")


def relay(ref, sealed):
    return bytes([RELAY]) + ref.to_bytes(4, "big") + sealed


def bundle(frames):
    return bytes([BUNDLE]) + b"".join(len(frame).to_bytes(4, "big") + frame for frame in frames)


def parse(message):
    """The frames of one binary message of the service, in order. Refused as a whole if any is malformed."""
    if message[:1] != bytes([BUNDLE]):
        return [_parse_one(message)]
    frames, at = [], 1
    while at < len(message):
        length, at = int.from_bytes(message[at : at + 4], "big"), at + 4
        if at + length > len(message):
            raise Refused("bundle")
        frames.append(_parse_one(message[at : at + length]))
        at += length
    if not frames:
        raise Refused("bundle")
    return frames


def _parse_one(frame):
    kind = frame[0] if frame else None
    if kind == RELAY and len(frame) > 21:
        return Relay(_seq(frame), frame[9:21], frame[21:])
    if kind == RECEIPT and len(frame) == 13:
        return Receipt(_seq(frame), int.from_bytes(frame[9:13], "big"))
    raise Refused("frame")


def _seq(frame):
    seq = int.from_bytes(frame[1:9], "big")
    if not 0 < seq < 2**53:
        raise Refused("seq")
    return seq
