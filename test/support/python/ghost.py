"""A second client of ghost.v1, in Python's standard library alone.

Written after docs/protocol.md and docs/api.md, to see whether these pages suffice: what they lack shows here first.
It shares no code with the SDK. Tokens and keys live in memory only and are never printed.
"""

import json
import queue
import random
import threading

import frames
from clock import Deadlines, Timers
from deployment import fetch_identity, mint_invite, verify_statement
from encoding import Refused, from_base64url, to_base64url
from outbox import Outbox
from seal import MALFORMED, UNSUPPORTED, Announcement, Receiver, Sender, Text
from websocket import Failed, WebSocket

PING_EVERY_SECONDS = 25
PONG_WITHIN_SECONDS = 8
RECEIPT_WITHIN_SECONDS = 15
ANNOUNCE_WITHIN_SECONDS = 1
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 0.5, 30
FINAL_STANDARD_CODES = (1000, 1002, 1003, 1007, 1008, 1009, 1010)
COUNTERS_TOLD = 100
# Other types are of a later version, and are ignored.
HEARD = ("welcome", "presence", "typing", "mark", "deadlines", "epoch", "error", "burned")


def is_final(code):
    return code in FINAL_STANDARD_CODES or 4400 <= code <= 4499


class Ghost:
    """One participant on one connection at a time. `tell(event, **fields)` is called from `run`'s thread only."""

    def __init__(self, link, tell, name="", service=None):
        self.link, self.tell, self.name = link, tell, name
        self.service = service or link.service
        self.identity = fetch_identity(self.service, link.identity)
        self.token = link.token
        self.sender = Sender(link.room_key, link.session)
        self.receiver = Receiver(link.room_key, link.session, self.sender.stream)
        self.inbox = queue.Queue()
        self.outbox = Outbox()
        self.people = {}
        self.participant = self.resume = self.epoch = self.socket = None
        self.seq = self.replay_until = self.attempts = self.connections = 0
        self.is_live = self.is_over = self.announced = False
        self.deadlines, self.timers = Deadlines(), Timers()

    def invite(self, uses=1):
        return mint_invite(self.service, self.link, self.token, uses)

    def run(self):
        """Connects and stays connected until the session is over for this client."""
        self._connect()
        while not self.is_over:
            try:
                source, event = self.inbox.get(timeout=self.timers.seconds_left())
            except queue.Empty:
                self._tick()
                continue
            if source is None:
                event()
            elif source is self.socket:
                self._hear(*event)

    def soon(self, action):
        """Has `action` called from `run`'s thread."""
        self.inbox.put((None, action))

    # Sending.

    def say(self, text):
        self._enqueue(Text(text), lambda: self.tell("relayed", text=text))

    def set_name(self, name):
        self.name = name
        self._announce()

    def say_control(self, message):
        if self.socket is not None:
            self.socket.send_text(json.dumps({"type": message}))

    def _enqueue(self, content, confirmed=lambda: None):
        self.outbox.add(self.sender.seal(content), confirmed)
        self._flush()

    def _flush(self):
        frame = self.outbox.take() if self.is_live and "pause" not in self.timers else None
        if frame is not None:
            self.timers.set("receipt", RECEIPT_WITHIN_SECONDS)
            self.socket.send_binary(frame)

    def _confirm(self):
        self.timers.cancel("receipt")
        self.outbox.confirm()
        self._flush()

    def _announce(self):
        self.timers.cancel("announce")
        fresh, self.announced = not self.announced, True
        counters = self.receiver.counters()[:COUNTERS_TOLD]
        self._enqueue(Announcement(fresh, from_base64url(self.participant), self.name, counters))

    # Time.

    def _tick(self):
        for timer in self.timers.take_due():
            if timer == "connect":
                self._connect()
            elif timer == "announce":
                self._announce()
            elif timer == "ping":
                self._ping()
            elif timer == "pause":
                self._flush()
            else:
                self._lost("no %s in time" % timer)

    def _ping(self):
        self.socket.send_text("ping")
        self.timers.set("pong", PONG_WITHIN_SECONDS)
        self.timers.set("ping", PING_EVERY_SECONDS)

    # Connections.

    def _connect(self):
        offers = ["ghost.v1", "ghost.token." + self.token]
        if self.resume is not None:
            offers.append("ghost.resume.%s.%d.%s" % (self.epoch, self.seq, self.resume))
        url = "%s/v1/sessions/%s/ws" % (self.service.replace("http", "ws", 1), self.link.session)
        try:
            self.socket = WebSocket(url, offers)
        except Failed:
            self._again()
            return
        self.connections += 1
        self.timers.set("welcome", RECEIPT_WITHIN_SECONDS)
        threading.Thread(target=self._listen, args=(self.socket,), daemon=True).start()

    def _listen(self, socket):
        kind = None
        while kind != "closed":
            kind, data = socket.receive()
            self.inbox.put((socket, (kind, data)))

    def _lost(self, why):
        """Ends this connection and makes another."""
        self.socket.drop()
        self.tell("lost", why=why)
        self._again()

    def _again(self):
        self.socket, self.is_live = None, False
        self.outbox.again()
        pause = min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2**self.attempts)
        self.attempts += 1
        self.timers.cancel_all()
        self.timers.set("connect", random.uniform(pause / 2, pause))

    def wake(self):
        """The network may be there again: tries now instead of later."""
        if "connect" in self.timers:
            self.timers.set("connect", 0)

    def _over(self, reason):
        self.is_over = True
        self.token = self.resume = None
        self.tell("over", reason=reason)

    # Hearing.

    def _hear(self, kind, data):
        try:
            if kind == "closed":
                self._hear_close(*data)
            elif kind == "binary":
                for frame in frames.parse(data):
                    self._hear_frame(frame)
            elif data == "pong":
                self.timers.cancel("pong")
            else:
                message = json.loads(data)
                if message["type"] in HEARD:
                    getattr(self, "_hear_" + message["type"])(message)
        except (Refused, ValueError, KeyError, TypeError):
            self._lost("the service broke the protocol")

    def _hear_close(self, code, reason):
        if is_final(code):
            self._over(reason or str(code))
        else:
            self._lost("closed with %d" % code)

    def _hear_welcome(self, message):
        self.participant, self.token, self.resume = (message[name] for name in ("participant", "token", "resume"))
        resumed = message["resumed"]
        self.epoch, self.replay_until, self.seq = message["epoch"], message["seq"], message["seq"]
        if resumed is not None:
            if resumed["recovered"]:
                self.seq -= resumed["missed"]
            self.tell("resumed", recovered=resumed["recovered"], missed=resumed["missed"])
        self.people = {person["id"]: person["role"] for person in message["participants"]}
        self.deadlines.set(message)
        self.timers.cancel("welcome")
        self.attempts = 0
        self._ping()
        if resumed is not None and not resumed["recovered"]:
            self.timers.set("announce", random.uniform(0, ANNOUNCE_WITHIN_SECONDS))
        self._catch_up()
        if not self.announced:
            self._announce()
        self.tell("welcome", participant=self.participant, role=message["role"])

    def _catch_up(self):
        """What waits is sent once the replay is over: it may hold our own unconfirmed frame."""
        if self.seq >= self.replay_until and not self.is_live:
            self.is_live = True
            self._flush()

    def _hear_presence(self, message):
        for person in message["joined"]:
            self.people[person["id"]] = person["role"]
        for participant in message["left"]:
            self.people.pop(participant, None)
        self.tell("presence", joined=[person["id"] for person in message["joined"]], left=message["left"])

    def _hear_typing(self, message):
        self.tell("typing", participant=message["participant"])

    def _hear_mark(self, message):
        self.socket.send_text(json.dumps({"type": "ack", "mark": message["mark"]}))

    def _hear_deadlines(self, message):
        self.deadlines.set(message)
        self.tell("deadlines", burn=self.deadlines.policy)

    def _hear_epoch(self, message):
        self.epoch, self.seq, self.replay_until = message["epoch"], 0, 0
        self.deadlines.set(message)
        self._catch_up()
        self.timers.set("announce", random.uniform(0, ANNOUNCE_WITHIN_SECONDS))
        self.tell("epoch")

    def _hear_error(self, message):
        if message["code"] == "rate_limited" and "ref" in message:
            self.outbox.again()
            self.timers.cancel("receipt")
            self.timers.set("pause", message["retryAfterMs"] / 1000)
        self.tell("error", code=message["code"])

    def _hear_burned(self, message):
        verified = verify_statement(message["statement"], self.link.session, self.identity)
        if verified is not None and verified["cause"] != message["cause"]:
            verified = None
        self.tell("burned", cause=message["cause"], verified=verified)

    def _hear_frame(self, frame):
        if frame.seq != self.seq + 1:
            raise Refused("order")
        self.seq = frame.seq
        if self.is_live:
            # A welcome counts what is replayed after it already.
            self.deadlines.note_content()
        if isinstance(frame, frames.Receipt):
            if not self.outbox.awaits_receipt(frame.ref):
                raise Refused("receipt")
            self._confirm()
        elif self.outbox.holds_first(frame.sealed):
            # Replayed after its receipt was lost.
            self._confirm()
        else:
            self._open(frame)
        self._catch_up()

    def _open(self, frame):
        try:
            stream_id, content, gaps = self.receiver.open(frame.sealed)
        except Refused as refusal:
            self.tell("dropped", reason=str(refusal))
            return
        for gap_stream, missed, source in gaps:
            self.tell("gap", name=self.receiver.streams[gap_stream].name, missed=missed, source=source)
        stream = self.receiver.streams[stream_id]
        if content is MALFORMED or content is UNSUPPORTED:
            self.tell("dropped", reason="malformed" if content is MALFORMED else "unsupported")
        elif isinstance(content, Announcement):
            self.tell("name", participant=to_base64url(content.participant), name=content.name)
            if content.fresh and "announce" not in self.timers:
                self.timers.set("announce", random.uniform(0, ANNOUNCE_WITHIN_SECONDS))
        else:
            self.tell("message", text=content.text, name=stream.name)
        if stream.participant not in (None, frame.sender):
            self.tell("mismatch", claimed=to_base64url(stream.participant), sender=to_base64url(frame.sender))
