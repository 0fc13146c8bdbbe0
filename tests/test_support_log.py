"""Who supports the program finds every call in the log, and nothing that lets somebody in."""

from __future__ import annotations

import errno
import logging
import os
import re
import shlex
import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from queue import SimpleQueue

import pytest

from canaryscope import places, support_log
from canaryscope.runs.calls import CallRecord
from canaryscope.runs.errors import Throttled
from canaryscope.screens.run_loader import Backoff
from canaryscope.session_log import Entry, SessionLog
from canaryscope.support_log import LOGGER, MAX_BYTES, NAME, OLDER, DebugHandler, SupportLog, listen
from terminal.program import SOURCES

GOOD = CallRecord(
    datetime(2026, 11, 22, 12, 30, 1, 234_567, tzinfo=UTC),
    "synthetics",
    "GetCanaryRuns",
    (("Name", "checkout"), ("NextToken", "abcdefgh…")),
    123.4,
    "100 runs, more below",
    request_id="0f8fad5b",
    http_status=200,
)
BAD = GOOD._replace(outcome='refused: "no"', failed=True, code="AccessDeniedException", http_status=403)
LINE = re.compile(r"2026-11-22T12:30:01\.234Z pid=(\d+) (.*)")


def written(folder: Path, *entries: Entry) -> SupportLog:
    queue: SimpleQueue[Entry] = SimpleQueue()
    for entry in (*entries, None):
        queue.put(entry)
    log = SupportLog(folder)
    log.write(queue)
    return log


def fields(line: str) -> dict[str, str]:
    found = LINE.fullmatch(line)
    assert found is not None
    assert int(found[1]) == os.getpid()
    return dict(field.split("=", 1) for field in shlex.split(found[2]))


@pytest.fixture
def debug() -> DebugHandler:
    return listen()


def test_every_call_is_a_line_with_all_that_is_asked_for(tmp_path: Path) -> None:
    assert written(tmp_path / "log", GOOD, BAD).problem == ""
    good, bad = (tmp_path / "log" / NAME).read_text().splitlines()
    assert fields(good) == {
        "call": "synthetics:GetCanaryRuns",
        "Name": "checkout",
        "NextToken": "abcdefgh…",
        "ms": "123",
        "attempt": "1",
        "status": "200",
        "id": "0f8fad5b",
        "ok": "100 runs, more below",
    }
    assert fields(bad)["failed"] == 'refused: "no"'
    assert (fields(bad)["status"], fields(bad)["code"]) == ("403", "AccessDeniedException")


def test_a_question_that_is_asked_again_after_it_has_failed_is_another_attempt(tmp_path: Path) -> None:
    other = BAD._replace(operation="GetCanary")
    written(tmp_path, BAD, other, BAD, GOOD, GOOD)
    attempts = [fields(line)["attempt"] for line in (tmp_path / NAME).read_text().splitlines()]
    assert attempts == ["1", "1", "2", "3", "1"]


def test_only_the_user_may_read_it(tmp_path: Path) -> None:
    written(tmp_path / "state" / "log", GOOD)
    assert stat.S_IMODE((tmp_path / "state" / "log" / NAME).stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "state" / "log").stat().st_mode) == 0o700


def test_it_never_takes_more_than_three_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(support_log, "MAX_BYTES", 1_000)
    for number in range(60):
        written(tmp_path, GOOD._replace(outcome=f"number {number}"))
    files = sorted(tmp_path.iterdir())
    assert [file.name for file in files] == [NAME, *(f"{NAME}.{number}" for number in range(1, OLDER + 1))]
    assert all(file.stat().st_size <= 1_000 for file in files)
    lines = "".join(file.read_text() for file in reversed(files)).splitlines()
    kept = [int(fields(line)["ok"].removeprefix("number ")) for line in lines]
    assert kept == list(range(60 - len(kept), 60))
    assert MAX_BYTES == 1_000_000, "SECURITY.md says how long it is kept"


@pytest.mark.parametrize("older", [100, OLDER])
def test_several_canaryscopes_at_once_lose_and_mix_no_line(tmp_path: Path, older: int) -> None:
    source = f"""
from pathlib import Path
from test_support_log import GOOD, written
from canaryscope import support_log
support_log.MAX_BYTES = 20_000
support_log.OLDER = {older}
for number in range(100):
    written(Path({str(tmp_path)!r}), GOOD._replace(outcome=f"number {{number}} " + "x" * 300))
"""
    path = os.pathsep.join([SOURCES["PYTHONPATH"], str(Path(__file__).parent)])
    environ = os.environ | SOURCES | {"PYTHONPATH": path}
    writers = [subprocess.Popen([sys.executable, "-c", source], env=environ) for _ in range(3)]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    files = [*tmp_path.iterdir()]
    assert 3 < len(files) <= 100 if older > OLDER else len(files) == 1 + OLDER
    lines = "".join(file.read_text() for file in files).splitlines()
    matches = [LINE.fullmatch(line) for line in lines]
    assert all(matches)
    told = {
        (found[1], dict(field.split("=", 1) for field in shlex.split(found[2]))["ok"]) for found in matches if found
    }
    assert len(told) == len(lines)
    assert len(lines) == 300 if older > OLDER else len(lines) > 60, "what is lost is in the oldest files"


def test_a_line_that_was_cut_spoils_no_other(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text("2026-11-22T12:00:00.000Z pid=1 call=synth")
    written(tmp_path, GOOD)
    cut, whole = (tmp_path / NAME).read_text().splitlines()
    assert cut.endswith("call=synth")
    assert fields(whole)["ok"] == "100 runs, more below"


def test_a_full_disk_costs_the_log_and_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    log = written(tmp_path, GOOD, GOOD)
    assert log.problem == f"The log {tmp_path / NAME} is not written any more: No space left on device"


def test_where_no_folder_can_be_made_it_is_a_sentence_too(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert "is not written any more: " in written(tmp_path / "file" / "log", GOOD).problem


def test_something_else_in_its_place_is_not_written_to(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / NAME)
    assert "is no file of the user's own" in written(tmp_path, GOOD).problem


def test_a_link_of_the_users_own_is_followed_and_somebody_elses_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere.log").write_text("")
    (tmp_path / NAME).symlink_to(tmp_path / "elsewhere.log")
    assert written(tmp_path, GOOD).problem == ""
    assert LINE.match((tmp_path / "elsewhere.log").read_text())
    before = (tmp_path / "elsewhere.log").read_text()
    other = os.getuid() + 1
    monkeypatch.setattr(os, "getuid", lambda: other)
    assert "somebody else's symbolic link" in written(tmp_path, GOOD).problem
    assert (tmp_path / "elsewhere.log").read_text() == before


SECRETS = (
    "wJalrXUtnFEMIK7MDENG",
    "FwoGZXIvYXdzEBYaDHNlc3Npb24",
    "hunter2-of-the-proxy",
    "eyJhbGciOiJIUzI1NiJ9.e30.sig",
)


def test_no_secret_reaches_the_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, debug: DebugHandler) -> None:
    key, token, password, web_token = SECRETS
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", key)
    monkeypatch.setenv("AWS_SESSION_TOKEN", token)
    texts = [
        f"signed with {key} and {token}",
        f"Cannot connect to proxy http://me:{password}@proxy:3128/",
        f"GET https://bucket/key?X-Amz-Security-Token={web_token}&X-Amz-Signature={password}",
        f'{{"SecretAccessKey": "{password}", "SessionToken": "{web_token}"}}',
        f"Authorization: Bearer {web_token}",
    ]
    logger = logging.getLogger(f"{LOGGER}.source")
    for text in texts:
        try:
            raise RuntimeError(text)
        except RuntimeError as error:
            logger.debug("failed: %s", text, exc_info=error)
    queue = debug.entries
    for text in texts:
        queue.put(BAD._replace(outcome=text, params=(("Name", text),)))
    queue.put(None)
    SupportLog(tmp_path).write(queue)
    log = (tmp_path / NAME).read_text()
    assert log.count("RuntimeError: ") == log.count("call=") == len(texts)
    assert not [secret for secret in SECRETS if secret in log]


def test_a_traceback_has_no_local_variables_and_no_line_that_looks_like_an_entry(
    tmp_path: Path, debug: DebugHandler
) -> None:
    try:
        secret = "hidden-" + "credentials"
        raise LookupError("first\n2026-11-22T12:30:01.234Z pid=1 call=forged\x1b]0;evil\x07" + secret[:0])
    except LookupError as error:
        logging.getLogger(f"{LOGGER}.source").debug("GetCanary failed", exc_info=error)
    debug.entries.put(None)
    SupportLog(tmp_path).write(debug.entries)
    first, *further = (tmp_path / NAME).read_text().splitlines()
    assert first.endswith("debug=source GetCanary failed")
    assert "Traceback" in further[0]
    assert all(line.startswith("    ") and line.isprintable() for line in further)
    assert "hidden-credentials" not in "".join(further)


def test_what_cannot_be_told_is_told_as_such_and_stops_nothing(debug: DebugHandler) -> None:
    logging.getLogger(f"{LOGGER}.source").debug("%d pages", "no")
    assert "could not be told: TypeError" in str(debug.entries.get_nowait())


def test_without_debug_nothing_is_told_to_anybody(capfd: pytest.CaptureFixture[str]) -> None:
    logging.getLogger(f"{LOGGER}.source").debug("nobody hears this")
    assert capfd.readouterr() == ("", "")


def test_debug_tells_how_long_is_waited_after_throttling(debug: DebugHandler) -> None:
    backoff = Backoff()
    for _ in range(Backoff.TRIES):
        backoff.plan(Throttled("Rate exceeded"))
    told = [str(debug.entries.get_nowait()) for _ in range(Backoff.TRIES)]
    assert "throttled 1 times in a row; next try: canaryscope asks again within " in told[0]
    assert told[-1].endswith("next try: when a person asks\n")


# The session


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    return places.log_folder()


def test_calls_from_before_the_first_paint_are_written_after_it(folder: Path) -> None:
    log = SessionLog(kept=True)
    log.note(GOOD)
    assert not folder.exists()
    log.start()
    log.note(BAD)
    log.close()
    assert len((folder / NAME).read_text().splitlines()) == 2
    assert log.calls == (GOOD, BAD)
    assert log.problem == ""


def test_the_calls_can_be_looked_through_while_others_come() -> None:
    log = SessionLog()
    log.note(GOOD)
    for call in log.calls:
        log.note(call._replace(operation="GetCanary"))
    assert [call.operation for call in log.calls] == [GOOD.operation, "GetCanary"]


def test_a_log_that_is_not_kept_writes_nothing(folder: Path) -> None:
    log = SessionLog()
    log.start()
    log.note(GOOD)
    log.close()
    assert not folder.exists()


def test_what_was_told_before_the_log_was_opened_is_in_it(folder: Path, debug: DebugHandler) -> None:
    logging.getLogger(f"{LOGGER}.aws_process").debug("the process for AWS is %d", 42)
    log = SessionLog(kept=True, debug=True)
    log.start()
    log.close()
    assert "debug=aws_process the process for AWS is 42" in (folder / NAME).read_text()


def test_the_session_knows_why_its_log_is_not_written(folder: Path) -> None:
    folder.parent.mkdir()
    folder.write_text("in the way")
    log = SessionLog(kept=True)
    log.note(GOOD)
    log.start()
    log.close()
    assert log.problem.startswith(f"The log {folder / NAME} is not written any more: ")
