"""Tells whom a program talks to, and what it writes: with this folder on PYTHONPATH, Python imports this at start.

SOCKET_LOG names a file that gets a line of JSON, [process id, event, what], when the interpreter starts, for each name
that is looked up, for each address that is connected to, bound or sent to, for each file that is opened to be written
to, and for each program that is started ("Audit events table" in Python's documentation). Nothing leaves this machine:
what is not loopback fails as if there were no network.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

LOG = os.environ["SOCKET_LOG"]
PLACES = {"socket.getaddrinfo": 0, "socket.gethostbyname": 0, "socket.gethostbyaddr": 0, "socket.getnameinfo": 0}
PLACES |= dict.fromkeys(("socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg"), 1)
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
PROGRAMS = ("subprocess.Popen", "os.exec", "os.posix_spawn", "os.spawn", "os.system", "pty.spawn", "webbrowser.open")


def note(event: str, what: object) -> None:
    line = json.dumps([os.getpid(), event, what], default=repr)
    with open(LOG, "a") as log:
        log.write(f"{line}\n")


def watch(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "open" and arguments[2] & WRITING and arguments[0] != LOG:
        note("written", os.fsdecode(arguments[0]) if isinstance(arguments[0], str | bytes) else arguments[0])
    elif event in PROGRAMS:
        note(event, str(arguments[0]))
    elif event in PLACES:
        what = arguments[PLACES[event]]
        note(event, what)
        host = what[0] if isinstance(what, tuple) else what
        if isinstance(host, bytes):
            host = host.decode("ascii", "replace")
        if host not in ("127.0.0.1", "::1", "localhost"):
            raise OSError(101, "Network is unreachable")


note("started", sys.executable)
sys.addaudithook(watch)
