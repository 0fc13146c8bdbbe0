"""Whom the program talks to: AWS's endpoints of this session and nobody else, and with --demo nobody at all."""

from __future__ import annotations

import json
import os
import re
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from canaryscope.support_log import NAME
from peer import Peer
from terminal.probe import Terminal
from terminal.program import A_RUN, INSTANT, ROOT, SOURCES, Explore

pytestmark = pytest.mark.terminal

SECURITY = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
WATCH = Path(__file__).parent / "socket_watch"
TABS = ("Steps", "Log", "Requests", "Screenshots", "Raw")


@pytest.fixture
def peer() -> Iterator[Peer]:
    with Peer() as peer:
        yield peer


class Heard(NamedTuple):
    """What the processes of a program have noted: process id, event, what."""

    process: int
    event: str
    what: object


class Watched:
    """The environment in which a program is watched, and what was seen."""

    def __init__(self, folder: Path) -> None:
        self._log = folder / "sockets.log"
        self.environ = {
            "SOCKET_LOG": str(self._log),
            "PYTHONPATH": os.pathsep.join([str(WATCH), SOURCES["PYTHONPATH"]]),
        }

    @property
    def heard(self) -> list[Heard]:
        return [Heard(*json.loads(line)) for line in self._log.read_text().splitlines()]

    def of(self, event: str) -> list[Heard]:
        return [one for one in self.heard if one.event == event]

    @property
    def talked(self) -> list[Heard]:
        """All that is of sockets; but urllib3 looks whether the machine has IPv6 by binding a socket to ::1."""
        return [one for one in self.heard if one.event.startswith("socket.") and one[1:] != ("socket.bind", ["::1", 0])]

    @property
    def started(self) -> list[str]:
        """The programs that were started by the program."""
        other = ("started", "written", "socket.")
        return [str(one.what) for one in self.heard if not one.event.startswith(other)]

    @property
    def written(self) -> set[str]:
        """What was opened to be written to: by its path, or by its name in a folder that was opened before."""
        return {str(one.what) for one in self.of("written")}


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    return Watched(tmp_path)


def look_round(terminal: Terminal, folder: Path) -> None:
    """Ask for all that there is to ask for."""
    terminal.wait_for("Canaries")
    terminal.send("/checkout-flow")
    terminal.wait_for(r"^▌.* checkout-flow")
    terminal.send("<enter>")
    terminal.wait_for(A_RUN)
    for tab in TABS:
        terminal.send("]")
        terminal.wait_for(rf"\[{tab}")
        terminal.wait_for(lambda seen: not re.search("Reading|Listing", "\n".join(seen.emulator.lines)))
    terminal.press("y")
    terminal.press("m")
    terminal.press(f"E<ctrl+u>{folder}<enter>")
    terminal.wait_for("Saved 12 files")
    terminal.press("<escape>")
    terminal.press("w")
    terminal.press("r")
    terminal.wait_for("loaded")
    terminal.wait_for_quiet()


def test_only_the_process_that_asks_aws_opens_connections_and_to_the_endpoint_only(
    explore: Explore, peer: Peer, watched: Watched, tmp_path: Path
) -> None:
    terminal = explore(env=peer.environment() | watched.environ)
    look_round(terminal, tmp_path / "saved")
    port = int(peer.url.rpartition(":")[2])
    [other] = terminal.family()
    assert {one.process for one in watched.of("started")} == {terminal.process.pid, other.pid}
    assert {one.process for one in watched.talked} == {other.pid}
    assert watched.of("socket.connect")
    assert {str(one.what) for one in watched.of("socket.connect")} == {str(["127.0.0.1", port])}
    assert {one.what for one in watched.of("socket.getaddrinfo")} <= {"127.0.0.1"}
    assert {one.event for one in watched.talked} <= {"socket.connect", "socket.getaddrinfo"}
    assert watched.started == [sys.executable]
    # What the kernel knows, too: also of sockets that are not Python's.
    assert terminal.process.net_connections(kind="inet") == []
    assert {one.raddr for one in other.net_connections(kind="inet")} <= {("127.0.0.1", port)}


def test_the_demo_opens_no_connection_and_looks_nothing_up(explore: Explore, watched: Watched, tmp_path: Path) -> None:
    terminal = explore("--demo", env=INSTANT | watched.environ)
    look_round(terminal, tmp_path / "saved")
    [other] = terminal.family()
    assert {one.process for one in watched.of("started")} == {terminal.process.pid, other.pid}
    assert watched.talked == []
    assert watched.started == [sys.executable]
    assert [one for process in (terminal.process, other) for one in process.net_connections(kind="inet")] == []


def files_below(folder: Path) -> set[Path]:
    return {path.relative_to(folder) for path in folder.rglob("*") if not path.is_dir()}


def test_what_is_left_on_the_disk_is_what_security_says_and_nobody_else_may_read_it(
    explore: Explore, peer: Peer, watched: Watched, tmp_path: Path
) -> None:
    saved, temporary = tmp_path / "saved", tmp_path / "tmp"
    temporary.mkdir()
    env = peer.environment() | watched.environ | {"TMPDIR": str(temporary), "PYTHONDONTWRITEBYTECODE": "1"}
    terminal = explore(env=env)
    look_round(terminal, saved)
    terminal.send("q")
    assert terminal.exit_code() == 0
    assert files_below(temporary) == set()
    kept = files_below(terminal.home)
    state = "~/.local/state/canaryscope"
    assert {f"~/{path}" for path in kept} == {f"{state}/preferences.json", f"{state}/log/canaryscope.log"}
    assert f"| `{state}/preferences.json` |" in SECURITY
    assert f"| `{state}/log/canaryscope.log`," in SECURITY
    ours = rf"{re.escape(f'{terminal.home}/{state[2:]}')}/(\.preferences\.json-\w+\.new|log/{NAME})|\d+|.*\.part"
    others = {path for path in watched.written if not re.fullmatch(ours, path)}
    assert others <= {os.devnull}, "numbers are of files that are open already"
    left = [*(terminal.home / path for path in kept), *(saved / path for path in files_below(saved))]
    assert len(left) == 14
    assert {stat.filemode(path.stat().st_mode) for path in left} == {"-rw-------"}
    assert not any(peer.environment()["AWS_ACCESS_KEY_ID"].encode() in path.read_bytes() for path in left)


def test_without_an_endpoint_of_ones_own_the_names_looked_up_are_those_of_aws_in_the_region(
    explore: Explore, peer: Peer, watched: Watched
) -> None:
    environ = {name: value for name, value in peer.environment().items() if name != "AWS_ENDPOINT_URL"}
    terminal = explore("--canary", "checkout-flow", env=environ | watched.environ)
    terminal.wait_for("r to retry")
    terminal.press("r")
    terminal.wait_for("r to retry")
    names = {str(one.what) for one in watched.of("socket.getaddrinfo")}
    assert "synthetics.eu-west-1.amazonaws.com" in names
    assert names <= {f"{service}.eu-west-1.amazonaws.com" for service in ("synthetics", "sts")}
    assert watched.of("socket.connect") == []
    assert peer.calls == []
