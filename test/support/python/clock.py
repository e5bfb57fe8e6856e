"""Time: what is due next, and how long the session has left. It only counts differences of this machine's steady
clock, since the other one may be wrong and may jump.
"""

import time


class Timers:
    """Named instants. Whoever sets one again moves it."""

    def __init__(self):
        self._due = {}

    def __contains__(self, name):
        return name in self._due

    def set(self, name, seconds):
        self._due[name] = time.monotonic() + seconds

    def cancel(self, name):
        self._due.pop(name, None)

    def cancel_all(self):
        self._due.clear()

    def seconds_left(self):
        """Until the next one is due; None where there is none."""
        return max(0, min(self._due.values()) - time.monotonic()) if self._due else None

    def take_due(self):
        names = [name for name, at in self._due.items() if at <= time.monotonic()]
        for name in names:
            del self._due[name]
        return names


class Deadlines:
    """The burn policy and what follows from it. `deadlines` are instants of the service's clock."""

    def __init__(self):
        self.policy = self._deadlines = self._told_at = None

    def set(self, message):
        self.policy = message.get("burn", self.policy)
        self._deadlines, self._told_at = dict(message["deadlines"]), time.monotonic()

    def note_content(self):
        """A content frame was relayed that `deadlines` does not count yet."""
        if self._deadlines["messagesLeft"] is not None:
            self._deadlines["messagesLeft"] -= 1
        if self.policy["idle"] is not None:
            self._deadlines["idleAt"] = self._service_now() + 1000 * self.policy["idle"]

    @property
    def messages_left(self):
        return self._deadlines["messagesLeft"]

    @property
    def ms_left(self):
        ends = (self._deadlines[name] for name in ("ttlAt", "idleAt", "emptyAt"))
        return min(end for end in ends if end is not None) - self._service_now()

    def _service_now(self):
        return self._deadlines["now"] + 1000 * (time.monotonic() - self._told_at)
