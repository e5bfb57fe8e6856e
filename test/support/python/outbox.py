"""Sealed frames that wait for their receipt, in order. One is unconfirmed at a time, so that none can pass another
that was refused or lost; it is always sent as the very same bytes.
"""

import collections

import frames

Waiting = collections.namedtuple("Waiting", "reference sealed confirmed")


class Outbox:
    def __init__(self):
        self._waiting = collections.deque()
        self._references = 0
        self._in_flight = False

    def add(self, sealed, confirmed):
        self._references += 1
        self._waiting.append(Waiting(self._references, sealed, confirmed))

    def take(self):
        """The frame to send now, or None where there is none or one is unconfirmed."""
        if self._in_flight or not self._waiting:
            return None
        self._in_flight = True
        return frames.relay(self._waiting[0].reference, self._waiting[0].sealed)

    def again(self):
        """The unconfirmed frame was refused for now, or its connection was lost."""
        self._in_flight = False

    def awaits_receipt(self, reference):
        return self._in_flight and self._waiting[0].reference == reference

    def holds_first(self, sealed):
        """Whether these are the bytes of the unconfirmed frame, coming back in a replay."""
        return bool(self._waiting) and self._waiting[0].sealed == sealed

    def confirm(self):
        self._in_flight = False
        self._waiting.popleft().confirmed()
