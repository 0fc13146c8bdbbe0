"""A credential_process that hangs: it is ended with whoever waits for it, and leaves no process behind."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import psutil
import pytest

from canaryscope.aws.options import ConnectionOptions
from canaryscope.aws_process import AwsProcess, RemoteConnection
from canaryscope.runs.calls import ignore
from canaryscope.runs.errors import ConnectionLost, NoCredentials
from canaryscope.runs.model import RunQuery
from peer import Peer
from remote import running

HANGS = """import os, pathlib, subprocess, sys
started = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
pathlib.Path(sys.argv[1] + ".new").write_text(f"{os.getpid()} {started.pid}")
os.rename(sys.argv[1] + ".new", sys.argv[1])
started.wait()
"""


class Hanging(NamedTuple):
    """A connect that waits for a program, which has started another one."""

    process: AwsProcess
    options: ConnectionOptions
    connecting: Future[RemoteConnection]
    programs: list[psutil.Process]

    def gone(self) -> bool:
        """Whether both programs end now."""
        _, alive = psutil.wait_procs(self.programs, timeout=5)
        return not [program for program in alive if program.status() != psutil.STATUS_ZOMBIE]


@pytest.fixture
def hanging(peer: Peer, home: Path) -> Iterator[Hanging]:
    script, begun = home / "hangs.py", home / "begun"
    script.write_text(HANGS)
    (home / ".aws/config").write_text(f"[profile prod]\ncredential_process = {sys.executable} {script} {begun}\n")
    options = ConnectionOptions("prod", "eu-west-1", peer.url)
    with ThreadPoolExecutor() as pool, running(options) as process:
        connecting = pool.submit(process.connect, options, ignore)
        wait_for(begun.exists)
        programs = [psutil.Process(int(pid)) for pid in begun.read_text().split()]
        yield Hanging(process, options, connecting, programs)
        for program in programs:
            if program.is_running():
                program.kill()


def wait_for(condition: Callable[[], bool]) -> None:
    """Raises AssertionError after ten seconds."""
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.01)


def test_it_ends_when_the_explorer_quits(hanging: Hanging) -> None:
    hanging.process.stop()
    assert hanging.gone()
    with pytest.raises(ConnectionLost):
        hanging.connecting.result(10)


def test_it_ends_when_the_explorer_was_killed(hanging: Hanging) -> None:
    process = hanging.process._process
    assert process is not None
    assert process.stdin is not None
    process.stdin.close()
    assert hanging.gone()
    assert process.wait(10) == 0


def test_it_ends_when_the_person_tries_again_and_does_not_hold_up_that_try(
    hanging: Hanging, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "canaryscope")
    keys = "aws_access_key_id = AKIANEW\naws_secret_access_key = s\n"
    (home / ".aws/config").write_text(f"[profile prod]\n{keys}")
    connection = hanging.process.connect(hanging.options, ignore)
    assert len(connection.synthetics.runs_page(RunQuery("inventory-sync")).items) == 100
    assert hanging.gone()
    with pytest.raises(NoCredentials):
        hanging.connecting.result(10)
    ended = f"programs for credentials still run and are ended: [{hanging.programs[0].pid}]"
    assert f"the process for AWS: {ended}" in [record.getMessage() for record in caplog.records]


def test_the_process_is_stopped_at_once_even_where_it_takes_no_signal(hanging: Hanging) -> None:
    process = hanging.process._process
    assert process is not None
    psutil.Process(process.pid).suspend()
    begun = time.monotonic()
    hanging.process.stop()
    assert time.monotonic() - begun < 1
    assert process.returncode is not None
