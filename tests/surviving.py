"""What becomes of a file of the program that is ended while it writes it: `python -m surviving NAME FOLDER`.

Each try is a process of its own, with a folder of its own, that is stopped a little later than the one before, until
one comes through. Prints how many tries that took, as JSON; fails where one has left what it should not.

A file size limit (setrlimit) is where the kernel stops a write. With SIGXFSZ at its default it kills the writer there,
as kill -9 would; ignored, as Python has it, the write fails as on a full disk. Between two writes the writer is killed
before each of its calls that audit events tell of: what is opened, renamed, linked, removed, made or locked.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import resource
import signal
import sys
import traceback
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from queue import SimpleQueue
from typing import NamedTuple
from unittest.mock import patch

from canaryscope import crash, support_log
from canaryscope.preferences import Preferences
from canaryscope.runs.calls import CallRecord
from canaryscope.session_log import Entry
from canaryscope.support_log import SupportLog

__all__ = ["CASES", "Case", "Way"]

OLD, NEW = "old" * 20, "new" * 20
OUTCOMES = ["before", "one", "two", "after"]
"""Of the calls that are logged."""
ARTIFACTS = {"run-log.txt": b"0123456789", "empty.txt": b""}
LINE = re.compile(r"\S+Z pid=\d+ call=sts:GetCallerIdentity ms=1 attempt=1 ok=(before|one|two|after)")
FAILED = 3
"""The exit code of a writer that says why it could not."""
WATCHED = ("open", "os.rename", "os.link", "os.remove", "os.mkdir", "os.truncate", "fcntl.flock")


class Way(StrEnum):
    """How a writer is stopped."""

    KILLED = "killed at a byte"
    FULL = "disk full at a byte"
    BETWEEN = "killed between two calls"


class Case(NamedTuple):
    """A file, in a folder: what is there before, what writes it, and what has to hold then."""

    prepare: Callable[[Path], object]
    write: Callable[[Path], bool]
    """Returns whether it could, and has said nothing."""
    check: Callable[[Path, bool, Way], None]
    """Is told whether the writer came through."""
    ways: Sequence[Way] = tuple(Way)


def replaced(name: str, write: Callable[[Path, str], str]) -> Case:
    """A file that is written whole or not at all; `write` returns what it says where it cannot."""

    def check(folder: Path, done: bool, way: Way) -> None:
        text = (folder / name).read_text()
        assert (NEW in text) != (OLD in text)
        assert text.endswith("\n")
        assert not done or NEW in text
        assert way is not Way.FULL or [path.name for path in folder.iterdir()] == [name], "something was left behind"
        assert write(folder, NEW) == "", "the next program cannot write it"
        assert NEW in (folder / name).read_text()

    return Case(lambda folder: write(folder, OLD), lambda folder: write(folder, NEW) == "", check)


def choose(folder: Path, zone: str) -> str:
    choices = Preferences(folder / "preferences.json")
    assert choices.problem == ""
    choices.set("zone", zone)
    return choices.save()


def report(folder: Path, message: str) -> str:
    told = crash.report(RuntimeError(message), folder)
    return told if "could not be written" in told else ""


def log(*outcomes: str) -> Callable[[Path], bool]:
    def write(folder: Path) -> bool:
        entries: SimpleQueue[Entry] = SimpleQueue()
        for outcome in outcomes:
            entries.put(CallRecord(datetime.now(UTC), "sts", "GetCallerIdentity", (), 1.0, outcome))
        entries.put(None)
        log = SupportLog(folder)
        log.write(entries)
        return log.problem == ""

    return write


def check_log(folder: Path, done: bool, way: Way) -> None:
    """What is whole is there once, in its order; of one line at most there is a piece, and the next begins anew."""
    assert log("after")(folder)
    files = sorted(folder.iterdir(), reverse=True)  # the newest has the shortest name
    assert len(files) <= 1 + support_log.OLDER
    lines = "".join(path.read_text() for path in files).splitlines()
    told = [found[1] for found in map(LINE.fullmatch, lines) if found]
    assert len(lines) - len(told) <= (way is Way.KILLED)
    assert told == ["before", *OUTCOMES[1 : len(told) - 1], "after"]
    assert not done or told == OUTCOMES


def begin_full_log(folder: Path) -> None:
    """The next line has no room in it; there are older ones."""
    for name in (f"{support_log.NAME}.2", f"{support_log.NAME}.1"):
        (folder / name).touch()
    log("before")(folder)
    patch.object(support_log, "MAX_BYTES", (folder / support_log.NAME).stat().st_size + 10).start()


def save(folder: Path) -> bool:
    import test_saving  # which loads textual
    from canaryscope import saving
    from canaryscope.saved_files import NotSaved

    patch.object(saving, "PART", 4).start()
    try:
        asyncio.run(test_saving.Saver(test_saving.account(ARTIFACTS), folder).save())
    except NotSaved:
        return False
    return True


def check_saved(folder: Path, done: bool, _way: Way) -> None:
    """What has its name is whole, and the next try makes all of it so, and leaves nothing else."""
    from test_saving import RUN
    from test_saving import there as files_in

    there = files_in(folder / RUN)
    named = {name: data for name, data in there.items() if not name.endswith(".part")}
    assert named.items() <= ARTIFACTS.items()
    assert not done or there == ARTIFACTS
    assert save(folder)
    assert files_in(folder / RUN) == ARTIFACTS


CASES = {
    "preferences.json": replaced("preferences.json", choose),
    "crash.txt": replaced("crash.txt", report),
    "canaryscope.log": Case(log("before"), log("one", "two"), check_log),
    "canaryscope.log.1": Case(begin_full_log, log("one", "two"), check_log, [Way.BETWEEN]),
    "artifacts": Case(lambda _: None, save, check_saved),
}


def stop(way: Way, at: int) -> None:
    """Let this process be stopped at this byte, or before this call."""
    if way is Way.BETWEEN:
        calls = 0

        def count(event: str, arguments: tuple[object, ...]) -> None:
            nonlocal calls
            if event in WATCHED and not str(arguments[0]).endswith((".py", ".pyc")):
                calls += 1
                if calls > at:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(count)
        return
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL if way is Way.KILLED else signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (at, resource.RLIM_INFINITY))


def forked(work: Callable[[], object]) -> int:
    """How a process ended that did this: 0; FAILED where it returned False; 1 after an error; or minus a signal."""
    if (child := os.fork()) == 0:
        try:
            os._exit(FAILED if work() is False else 0)
        except BaseException:  # noqa: BLE001 - this process has nothing else to do
            traceback.print_exc()
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def tries(case: Case, way: Way, folder: Path) -> int:
    """Stop the writer ever later, until it comes through. Returns how often that was."""
    stopped = {Way.KILLED: -signal.SIGXFSZ, Way.FULL: FAILED, Way.BETWEEN: -signal.SIGKILL}[way]
    at, ended = 0, stopped
    while ended != 0:
        (place := folder / str(at)).mkdir()

        def begin(place: Path = place, at: int = at) -> bool:
            case.prepare(place)
            stop(way, at)
            return case.write(place)

        ended = forked(begin)
        assert ended in (0, stopped), (at, ended)
        case.check(place, ended == 0, way)
        at += 1
    return at


def main(name: str, folder: Path) -> dict[Way, int]:
    """All ways to stop what writes this file, and how many tries each took."""
    case = CASES[name]
    took: dict[Way, int] = {}
    for way in case.ways:
        (place := folder / way.name).mkdir()
        took[way] = tries(case, way, place)
    return took


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(sys.argv[1], Path(sys.argv[2]))))
