"""`canaryscope.log`: a line for every call, to be handed to whoever supports the program.

Several canaryscopes write into one file. Each line goes out with one O_APPEND, under a lock on the folder, so neither
lines nor rotations of two of them mix; the handlers of `logging` know no lock between processes. Texts are clean, and
without secrets, whatever they were made from. Whatever goes wrong costs the log and a sentence, never the session.
"""

from __future__ import annotations

import json
import logging
import os
import stat
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Final

from canaryscope import crash
from canaryscope.evidence.masking import MASKED, is_secret, masked_text
from canaryscope.private_file import locked, make_folder, open_own
from canaryscope.runs.calls import CallRecord
from canaryscope.runs.text import clean, clean_line
from canaryscope.session_log import Entry

__all__ = ["NAME", "DebugHandler", "SupportLog", "listen", "without_secrets"]

NAME: Final = "canaryscope.log"
LOGGER: Final = "canaryscope"
"""What modules tell by `logging.getLogger(__name__).debug` is below it."""
MAX_BYTES: Final = 1_000_000
"""Of a file; then it becomes `canaryscope.log.1`, and that `canaryscope.log.2`."""
OLDER: Final = 2
"""Files beside the one that is written."""
LONGEST: Final = 20_000
"""Characters of one entry: a traceback that repeats itself would fill the files."""
BATCH: Final = 100
"""Entries that are written at once."""
ASKED: Final = 500
"""Questions that have failed, of which is remembered how often."""


class DebugHandler(logging.Handler):
    """Keeps what modules tell for the log, until there is one. Formatted at once, for what it is about changes."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.entries: SimpleQueue[Entry] = SimpleQueue()

    def emit(self, record: logging.LogRecord) -> None:
        """Raises nothing: a text that cannot be made is told as such."""
        try:
            text = record.getMessage()
            if record.exc_info and record.exc_info[1] is not None:
                text = f"{text}\n{crash.describe(record.exc_info[1])}"
        except Exception as error:  # noqa: BLE001 - what is told may be anything
            text = f"{record.msg!r} could not be told: {type(error).__name__}"
        when = datetime.fromtimestamp(record.created, UTC)
        self.entries.put(_entry(when, f"debug={record.name.removeprefix(f'{LOGGER}.')} {without_secrets(text)}"))


def listen() -> DebugHandler:
    """The handler that takes what modules tell, from now on at the latest (`--debug`)."""
    logger = logging.getLogger(LOGGER)
    for handler in logger.handlers:
        if isinstance(handler, DebugHandler):
            return handler
    handler = DebugHandler()
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    logger.propagate = False
    return handler


class SupportLog:
    """Writes to `canaryscope.log` in `folder`; calls `failed` once, when there is a `problem`."""

    def __init__(self, folder: Path, failed: Callable[[], object] = lambda: None) -> None:
        self.path = folder / NAME
        self.problem = ""
        """Why nothing is written any more, as a sentence for a person."""
        self._tell = failed
        self._failed: dict[tuple[object, ...], int] = {}

    def write(self, entries: SimpleQueue[Entry]) -> None:
        """Write entries as they come, several at once where they come fast, until None comes. Raises nothing."""
        going = True
        while going:
            batch = [entries.get()]
            with suppress(Empty):
                while len(batch) < BATCH:
                    batch.append(entries.get_nowait())
            going = None not in batch
            text = "".join(self._line(entry) for entry in batch if entry is not None)
            if self.problem or not text:
                continue
            try:
                self._append(text)
            except OSError as error:
                reason = error.strerror or str(error)
                self.problem = clean_line(f"The log {self.path} is not written any more: {reason}")
                self._tell()

    def _line(self, entry: CallRecord | str) -> str:
        if isinstance(entry, str):
            return entry
        return _entry(entry.started, _told(entry, self._attempt(entry)))

    def _attempt(self, call: CallRecord) -> int:
        """How often in a row this was asked: 1, and one more for each time that it has failed before."""
        question = call.service, call.operation, call.params
        attempt = self._failed.pop(question, 0) + 1
        if call.failed:
            while len(self._failed) >= ASKED:
                self._failed.pop(next(iter(self._failed)))
            self._failed[question] = attempt
        return attempt

    def _append(self, text: str) -> None:
        data = text.encode("utf-8", "replace")
        make_folder(self.path.parent)
        with locked(self.path.parent):
            with suppress(FileNotFoundError):
                if self.path.stat().st_size + len(data) > MAX_BYTES:
                    self._rotate()
            _append(self.path, data)

    def _rotate(self) -> None:
        names = [self.path, *(self.path.with_name(f"{NAME}.{number}") for number in range(1, OLDER + 1))]
        for newer, older in reversed([*pairwise(names)]):
            with suppress(FileNotFoundError):
                os.replace(newer, older)


def _append(path: Path, data: bytes) -> None:
    """Add whole lines to a regular file of the user's own. Raises OSError; those that are whole by then stay."""
    descriptor = open_own(path, os.O_RDWR | os.O_APPEND | os.O_CREAT)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_uid != os.getuid():
            raise OSError(f"{path} is no file of the user's own")
        if status.st_size and os.pread(descriptor, 1, status.st_size - 1) != b"\n":
            data = b"\n" + data  # somebody was killed in the middle of a line
        written = 0
        try:
            while written < len(data):
                written += os.write(descriptor, data[written:])
        except OSError:
            os.ftruncate(descriptor, status.st_size + data.rfind(b"\n", 0, written) + 1)
            raise
    finally:
        os.close(descriptor)


def _entry(when: datetime, text: str) -> str:
    """One line; the further lines of a traceback are indented."""
    head, *further = clean(text, limit=LONGEST).split("\n")
    stamp = when.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return "".join([f"{stamp} pid={os.getpid()} {head}\n", *(f"    {line}\n" for line in further)])


def _told(call: CallRecord, attempt: int) -> str:
    fields: dict[str, object] = {
        "call": f"{call.service}:{call.operation}",
        **{name: without_secrets(value) for name, value in call.params},
        "ms": f"{call.duration_ms:.0f}",
        "attempt": attempt,
        "status": call.http_status or "",
        "code": call.code,
        "id": call.request_id,
        "failed" if call.failed else "ok": without_secrets(call.outcome),
    }
    return " ".join(f"{name}={_quoted(clean_line(value))}" for name, value in fields.items() if value != "")


def _quoted(value: str) -> str:
    plain = value and not any(character in value for character in ' "=\\')
    return value if plain else json.dumps(value, ensure_ascii=False)


def without_secrets(text: str, environ: Mapping[str, str] = os.environ) -> str:
    """`text` without what is called like a credential in it, and without the values of AWS's variables for them."""
    for name, value in environ.items():
        if name.startswith("AWS_") and not name.endswith(("_FILE", "_URI")) and len(value) >= 8 and is_secret(name):
            text = text.replace(value, MASKED)
    return masked_text(text)
