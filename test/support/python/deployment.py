"""What a client asks of a deployment over HTTP, and what it believes it for: identity, links, statements
(docs/protocol.md sections 1, 11 and 14)."""

import collections
import json
import os
import re
import urllib.error
import urllib.parse
import urllib.request

import ed25519
from encoding import Refused, from_base64url, sha256, to_base64url

TIMEOUT_SECONDS = 15
LOOPBACK = ("localhost", "127.0.0.1", "::1")

Link = collections.namedtuple("Link", "service session room_key token identity")
Identity = collections.namedtuple("Identity", "thumbprint kid public_key")


class Problem(Exception):
    """The service refused: its closed code."""

    def __init__(self, code):
        super().__init__(code)
        self.code = code


def call(service, method, path, token=None, body=None):
    request = urllib.request.Request(service + path, method=method)
    if token is not None:
        request.add_header("Authorization", "Bearer " + token)
    if body is not None:
        request.add_header("Content-Type", "application/json")
        request.data = json.dumps(body).encode("utf-8")
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:
            text = response.read()
            return json.loads(text) if text else None
    except urllib.error.HTTPError as error:
        raise Problem(json.loads(error.read())["code"]) from None
    except OSError:
        raise Problem("unreachable") from None


def thumbprint(jwk):
    """RFC 7638 section 3, with the members that RFC 8037 section 2 requires of such a key."""
    members = {name: jwk[name] for name in ("crv", "kty", "x")}
    return to_base64url(sha256(json.dumps(members, separators=(",", ":")).encode("ascii")))


def fetch_identity(service, pinned=None):
    """The deployment's key, or the one among its keys that is pinned."""
    for jwk in call(service, "GET", "/.well-known/jwks.json")["keys"]:
        if jwk.get("kty") == "OKP" and jwk.get("crv") == "Ed25519":
            print_of_key = thumbprint(jwk)
            if pinned in (None, print_of_key):
                return Identity(print_of_key, jwk["kid"], from_base64url(jwk["x"]))
    raise Problem("wrong_deployment")


def create_session(service, burn):
    """Creates a session with a new room key. The link is the creator's own: it holds their participant token."""
    identity = fetch_identity(service)
    created = call(service, "POST", "/v1/sessions", body={"burn": burn})
    return Link(service, created["id"], os.urandom(32), created["hostToken"], identity.thumbprint)


def mint_invite(service, link, token, uses):
    path = "/v1/sessions/%s/invites" % link.session
    minted = call(service, "POST", path, token, {"uses": uses})
    return make_link(link._replace(token=minted["token"]))


def make_link(link, page=None):
    fields = ["ghost1", link.session, to_base64url(link.room_key), link.token, link.identity]
    return (page or link.service + "/") + "#" + ".".join(fields)


def parse_link(text):
    parts = urllib.parse.urlsplit(text)
    secure = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    fields = parts.fragment.split(".")
    if not secure or len(fields) != 7 or fields[0] != "ghost1":
        raise Refused("link")
    _, session, room_key, *token, identity = fields
    if not re.fullmatch("[0-9a-f]{64}", session) or len(room_key) != 43 or len(identity) != 43:
        raise Refused("link")
    from_base64url(identity)
    for part in token:
        from_base64url(part)
    service = "%s://%s" % (parts.scheme, parts.netloc)
    return Link(service, session, from_base64url(room_key), ".".join(token), identity)


def verify_statement(statement, session, identity):
    """The payload of a destruction statement of that session, or None where it proves nothing."""
    try:
        header, payload, signature = statement.split(".")
        wanted = {"alg": "Ed25519", "typ": "ghost-statement+jwt", "kid": identity.kid}
        if json.loads(from_base64url(header)) != wanted:
            return None
        signed = (header + "." + payload).encode("ascii")
        if not ed25519.verifies(identity.public_key, signed, from_base64url(signature)):
            return None
        content = json.loads(from_base64url(payload))
    except (Refused, ValueError, AttributeError):
        return None
    expected = {"aud": "ghost-session/statement", "v": 1, "session": to_base64url(sha256(session.encode("ascii")))}
    return content if all(content.get(name) == value for name, value in expected.items()) else None
