"""Text forms of bytes, as docs/protocol.md uses them. Anything but the one canonical form is refused."""

import base64
import hashlib


class Refused(Exception):
    """Untrusted input that does not have its documented form. The text says which part."""


def to_base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def from_base64url(text):
    """RFC 4648 section 5 without padding; the unused bits of the last character must be zero."""
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (ValueError, TypeError):
        raise Refused("base64url") from None
    if to_base64url(data) != text:
        raise Refused("base64url")
    return data


def sha256(data):
    return hashlib.sha256(data).digest()
