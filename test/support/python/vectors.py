"""Holds this client against the known answers in test/vectors. Prints how many it compared, or fails."""

import json
import pathlib
import sys

import frames
from deployment import Identity, thumbprint, verify_statement
from encoding import Refused, from_base64url, sha256, to_base64url
from seal import MALFORMED, UNSUPPORTED, Announcement, Receiver, Sender, Text, TurnPart, pad, stream_key, unpad

compared = 0


def same(got, wanted, what):
    global compared
    compared += 1
    if got != wanted:
        raise SystemExit("%s: %r is not %r" % (what, got, wanted))


def outcome(work):
    try:
        return work()
    except Refused:
        return "refused"


def counting(given):
    return bytes(range(given["first"], given["first"] + given["bytes"]))


def content_of(given):
    if given["kind"] == "text":
        return Text(given["text"])
    if given["kind"] == "turn":
        turn = from_base64url(given["turn"])
        return TurnPart(given["of"], turn, given["attempt"], given["index"], given["end"], given["text"])
    counters = [(from_base64url(each["stream"]), each["counter"]) for each in given["counters"]]
    return Announcement(given["fresh"], from_base64url(given["participant"]), given["name"], counters)


def check_seal(vectors):
    session = vectors["session"]["repeat"] * vectors["session"]["times"]
    room_key, stream = counting(vectors["roomKey"]), counting(vectors["streamId"])
    same(stream_key(room_key, session, stream).hex(), "".join(vectors["derivedKey"]), "derived key")
    sender, receiver = Sender(room_key, session, stream), Receiver(room_key, session, bytes(16))
    for frame in vectors["frames"]:
        content, sealed = content_of(frame["content"]), bytes.fromhex(frame["sealed"])
        plaintext = bytes.fromhex(frame["plaintext"])
        same(pad(content), plaintext + bytes(frame["plaintextBytes"] - len(plaintext)), frame["name"])
        same(sender.seal(content), sealed, frame["name"])
        changed = sealed[:-1] + bytes([sealed[-1] ^ 1])
        same(outcome(lambda: receiver.open(changed)), "refused", "changed: " + frame["name"])
        same(receiver.open(sealed).content, content, frame["name"])
        same(outcome(lambda: receiver.open(sealed)), "refused", "repeated: " + frame["name"])
    names = {"refused": "malformed", UNSUPPORTED: "unsupported", MALFORMED: "malformed"}
    for refused in vectors["refusedPlaintexts"]:
        got = outcome(lambda: unpad(bytes.fromhex(refused["plaintext"])))
        same(names.get(got, got), refused["expect"], refused["name"])


def check_frames(vectors):
    for each in vectors["clientRelay"]:
        same(frames.relay(each["ref"], bytes.fromhex(each["sealed"])).hex(), each["hex"], "relay")
    for each in vectors["serverRelay"]:
        wanted = frames.Relay(each["seq"], bytes.fromhex(each["sender"]), bytes.fromhex(each["sealed"]))
        same(frames.parse(bytes.fromhex(each["hex"])), [wanted], "relay")
    for each in vectors["receipt"]:
        same(frames.parse(bytes.fromhex(each["hex"])), [frames.Receipt(each["seq"], each["ref"])], "receipt")
    for each in vectors["bundle"]:
        parts = [bytes.fromhex(frame) for frame in each["frames"]]
        same(frames.bundle(parts).hex(), each["hex"], "bundle")
        same(frames.parse(bytes.fromhex(each["hex"])), [frames.parse(part)[0] for part in parts], "bundle")
    for each in vectors["refused"]:
        same(outcome(lambda: frames.parse(bytes.fromhex(each["hex"]))), "refused", each["why"])


def check_bytes(vectors):
    for each in vectors["base64url"]:
        same(to_base64url(bytes.fromhex(each["hex"])), each["text"], "base64url")
        same(from_base64url(each["text"]).hex(), each["hex"], "base64url")
    for text in vectors["notCanonical"]:
        same(outcome(lambda: from_base64url(text)), "refused", repr(text))
    for each in vectors["sha256"]:
        same(sha256(each["text"].encode()).hex(), each["hex"], "sha256")


def check_identity(vectors):
    for each in vectors:
        same(thumbprint(each["jwk"]), each["thumbprint"], each["source"])


def check_statements(vectors):
    for each in vectors:
        texts = [json.dumps(each[part], separators=(",", ":")) for part in ("header", "payload")]
        parts = [text.encode("utf-8") for text in texts] + [bytes.fromhex(each["signature"])]
        statement = ".".join(to_base64url(part) for part in parts)
        keys = [jwk for jwk in each["keySet"]["keys"] if jwk["kid"] == each["header"]["kid"]]
        verified = None
        if keys:
            identity = Identity(thumbprint(keys[0]), keys[0]["kid"], from_base64url(keys[0]["x"]))
            verified = verify_statement(statement, each["session"], identity)
        same(verified is not None, each["verifies"], each["name"])


def main(directory):
    for name, check in (
        ("seal", check_seal),
        ("frames", check_frames),
        ("bytes", check_bytes),
        ("identity", check_identity),
        ("statements", check_statements),
    ):
        check(json.loads((pathlib.Path(directory) / (name + ".json")).read_text("utf-8")))
    print("%d compared" % compared)


main(*sys.argv[1:])
