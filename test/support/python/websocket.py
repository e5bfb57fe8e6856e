"""A WebSocket client (RFC 6455), as much of it as ghost.v1 needs, since Python's standard library has none."""

import base64
import hashlib
import os
import socket
import ssl
import threading
import urllib.parse

MAX_MESSAGE_BYTES = 131_072
ABNORMAL = 1006
CONNECT_TIMEOUT_SECONDS = 15
TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


class Failed(Exception):
    """The connection could not be made or was lost: close code 1006."""


class WebSocket:
    """One connection. `receive` belongs to one thread; `send_*` and `drop` may be called from any."""

    def __init__(self, url, protocols):
        parts = urllib.parse.urlsplit(url)
        secure = parts.scheme == "wss"
        self._lock = threading.Lock()
        self._buffer = b""
        try:
            self._socket = socket.create_connection(
                (parts.hostname, parts.port or (443 if secure else 80)), CONNECT_TIMEOUT_SECONDS
            )
            if secure:
                self._socket = ssl.create_default_context().wrap_socket(
                    self._socket, server_hostname=parts.hostname
                )
            self.protocol = self._upgrade(parts, protocols)
            self._socket.settimeout(None)
        except OSError:
            raise Failed from None

    def send_text(self, text):
        self._send(TEXT, text.encode("utf-8"))

    def send_binary(self, data):
        self._send(BINARY, data)

    def close(self, code):
        self._send(CLOSE, code.to_bytes(2, "big"))

    def drop(self):
        """Cuts the connection without a word."""
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._socket.close()

    def receive(self):
        """("text", str), ("binary", bytes), or, as the last one, ("closed", (code, reason))."""
        try:
            return self._receive()
        except (OSError, Failed, UnicodeDecodeError):
            self.drop()
            return "closed", (ABNORMAL, "")

    def _receive(self):
        kind, message = None, b""
        while True:
            head = self._read(2)
            final, operation, length = head[0] & 0x80, head[0] & 0x0F, head[1] & 0x7F
            if head[0] & 0x70 or head[1] & 0x80:
                raise Failed
            if length > 125:
                length = int.from_bytes(self._read(2 if length == 126 else 8), "big")
            if length + len(message) > MAX_MESSAGE_BYTES:
                raise Failed
            data = self._read(length)
            if operation == PING:
                self._send(PONG, data)
            elif operation == CLOSE:
                self._send(CLOSE, data[:2])
                self.drop()
                code = int.from_bytes(data[:2], "big") if len(data) >= 2 else 1005
                return "closed", (code, data[2:].decode("utf-8"))
            elif operation != PONG:
                kind, message = kind or operation, message + data
                if final:
                    return ("text", message.decode("utf-8")) if kind == TEXT else ("binary", message)

    def _send(self, operation, data):
        mask = os.urandom(4)
        length = len(data)
        if length < 126:
            head = bytes([0x80 | operation, 0x80 | length])
        elif length < 65_536:
            head = bytes([0x80 | operation, 0x80 | 126]) + length.to_bytes(2, "big")
        else:
            head = bytes([0x80 | operation, 0x80 | 127]) + length.to_bytes(8, "big")
        masked = bytes(byte ^ mask[at % 4] for at, byte in enumerate(data))
        try:
            with self._lock:
                self._socket.sendall(head + mask + masked)
        except OSError:
            # `receive` notices, and tells it once.
            pass

    def _upgrade(self, parts, protocols):
        key = base64.b64encode(os.urandom(16)).decode("ascii")
        lines = [
            "GET %s HTTP/1.1" % parts.path,
            "Host: %s" % parts.netloc,
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: %s" % key,
            "Sec-WebSocket-Protocol: %s" % ", ".join(protocols),
        ]
        self._socket.sendall("\r\n".join(lines + ["", ""]).encode("ascii"))
        while b"\r\n\r\n" not in self._buffer:
            self._fill()
        answer, self._buffer = self._buffer.split(b"\r\n\r\n", 1)
        status, *rest = answer.decode("latin-1").split("\r\n")
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in rest)}
        proof = hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode("ascii")).digest()
        if " 101 " not in status or headers.get("sec-websocket-accept") != base64.b64encode(proof).decode("ascii"):
            raise Failed
        return headers.get("sec-websocket-protocol")

    def _read(self, length):
        while len(self._buffer) < length:
            self._fill()
        data, self._buffer = self._buffer[:length], self._buffer[length:]
        return data

    def _fill(self):
        data = self._socket.recv(65_536)
        if not data:
            raise Failed
        self._buffer += data
