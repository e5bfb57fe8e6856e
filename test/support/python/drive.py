"""Drives one client by lines of JSON: what to do on standard input, what happened on standard output.

`python3 drive.py create '{"to": service, …}'` or `python3 drive.py join '{"to": link, …}'`; then
{"do": "send", "text": …} and the like. It ends with the session, or with standard input.
"""

import json
import os
import sys
import threading

from deployment import Problem, create_session, parse_link
from encoding import Refused
from ghost import Ghost


def tell(event, **fields):
    sys.stdout.write(json.dumps({"event": event, **fields}) + "\n")
    sys.stdout.flush()


def do(ghost, order):
    verb = order.pop("do")
    if verb == "invite":
        tell("invite", link=ghost.invite(**order))
    elif verb == "send":
        ghost.say(order["text"])
    elif verb == "name":
        ghost.set_name(order["name"])
    elif verb == "drop":
        ghost.socket.drop()
    elif verb == "look":
        people, connections, deadlines = sorted(ghost.people), ghost.connections, ghost.deadlines
        left = {"messagesLeft": deadlines.messages_left, "msLeft": deadlines.ms_left}
        tell("look", people=people, connections=connections, **left)
    elif verb == "wake":
        ghost.wake()
    else:
        ghost.say_control(verb)


def listen(ghost):
    for line in sys.stdin:
        order = json.loads(line)
        ghost.soon(lambda order=order: do(ghost, order))
    os._exit(0)


def main(how, options):
    try:
        options = json.loads(options)
        to = options.pop("to")
        link = create_session(to, options.pop("burn", {})) if how == "create" else parse_link(to)
        ghost = Ghost(link, tell, **options)
        threading.Thread(target=listen, args=(ghost,), daemon=True).start()
        ghost.run()
    except Problem as problem:
        tell("over", reason=problem.code)
    except Refused as refusal:
        tell("over", reason="refused: %s" % refusal)


main(*sys.argv[1:])
