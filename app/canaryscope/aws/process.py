"""The process that talks to AWS: takes questions from its standard input, answers on its standard output.

botocore takes longer to load than the first paint may; on a core of its own it costs the person nothing. What
it parses holds up no key, and a call that hangs ends with the process. The other end is `canaryscope.aws_process`.
Both sides are one program in one version, so the messages are pickles.
"""

from __future__ import annotations

import logging
import os
import pickle
import signal
import sys
import traceback
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple, NoReturn

from canaryscope.aws.options import ConnectionOptions
from canaryscope.aws.programs import end_programs
from canaryscope.evidence.reading import Reading
from canaryscope.runs.calls import CallRecord
from canaryscope.runs.errors import ConnectionLost, SourceError

if TYPE_CHECKING:
    from canaryscope.aws.session import Connection

__all__ = ["Answer", "Note", "Progress", "Question", "Stop", "Where", "main"]

_LOG = logging.getLogger(__name__)

_OWNERS = {
    "account": None,
    **dict.fromkeys(("list_artifacts", "read_artifact"), "artifacts"),
    "lambda_log": "logs",
    **dict.fromkeys(("report", "links", "requests", "request", "document", "picture", "search_log"), "evidence"),
}
"""The attribute of a Connection that has a method; None: the Connection itself. The others are Synthetics'."""


FRAMES = 20
"""Stack frames in a trace, of each exception."""


class Question(NamedTuple):
    """A method of a Connection or of one of its parts, or `connect` with ConnectionOptions as its only argument."""

    number: int
    method: str
    arguments: tuple[Any, ...]
    reading: bool = False
    """Whether a Reading follows the arguments: the question tells how far it is."""


class Stop(NamedTuple):
    """Nobody waits any more for the answer to the question with this number."""

    number: int


class Progress(NamedTuple):
    """How many bytes are here for the question with this number."""

    number: int
    size: int


class Answer(NamedTuple):
    """What came of the question with this number: one of the two."""

    number: int
    value: Any = None
    error: SourceError | None = None
    trace: str = ""
    """Of what became `error`: the traceback, without local variables. It may hold secrets: `support_log` masks them."""


class Note(NamedTuple):
    """What a module in this process tells by `logging.getLogger(__name__).debug`; for the log of the explorer."""

    text: str


class Where(NamedTuple):
    """What `connect` answers: the attributes of a Connection that are not calls."""

    profile: str | None
    region: str
    partition: str
    endpoint_host: str | None


class _Process:
    """Answers each question on a thread of its own. Questions wait for the `connect` that was asked before them."""

    def __init__(self, answers: BinaryIO) -> None:
        self._answers = answers
        self._writing = Lock()
        self._connection: Future[Connection | None] = Future()
        self._connection.set_result(None)
        self._readings: dict[int, Reading] = {}

    def take(self, question: Question | Stop) -> None:
        """Start on a question. A `connect` holds up those that come after it, but never the next `connect`."""
        if isinstance(question, Stop):
            if (reading := self._readings.get(question.number)) is not None:
                reading.stop()
            return
        connecting = question.method == "connect"
        if connecting:
            self._connection = Future()
        else:
            self._readings[question.number] = Reading(partial(self._reached, question.number))
        target = self._connect if connecting else self._call
        Thread(target=target, args=(question, self._connection), daemon=True).start()

    def _connect(self, question: Question, made: Future[Connection | None]) -> None:
        try:
            self._answer(question, lambda: self._connected(made, *question.arguments))
        finally:
            if not made.done():
                made.set_result(None)

    def _connected(self, made: Future[Connection | None], options: ConnectionOptions) -> Where:
        from canaryscope.aws import session

        # Those of a connection that was given up: two would ask the person twice, or want the same port.
        if running := end_programs():
            _LOG.debug("programs for credentials still run and are ended: %s", running)
        it = session.connect(options, self.send)
        made.set_result(it)
        return Where(it.profile, it.region, it.partition, it.endpoint_host)

    def _call(self, question: Question, made: Future[Connection | None]) -> None:
        connection = made.result()

        def read(reading: Reading) -> object:
            if connection is None:
                raise ConnectionLost("There is no connection to AWS.", "r tries again.")
            told = (reading,) if question.reading else ()
            return getattr(_owner(connection, question.method), question.method)(*question.arguments, *told)

        self._answer(question, partial(self._readings[question.number].make, read))
        self._readings.pop(question.number, None)

    def _reached(self, number: int, count: int) -> None:
        self.send(Progress(number, count))

    def _answer(self, question: Question, call: Callable[[], object]) -> None:
        try:
            answer = Answer(question.number, value=call())
        except SourceError as error:
            trace = "" if error.__cause__ is None else traceback.format_exc(limit=-FRAMES)
            answer = Answer(question.number, error=error, trace=trace)
        except Exception as error:  # noqa: BLE001 - a mistake of ours is told, it does not end the process
            name = type(error).__name__
            failure = SourceError(f"canaryscope failed in itself: {name}.", code=name)
            answer = Answer(question.number, error=failure, trace=traceback.format_exc(limit=-FRAMES))
        self.send(answer)

    def send(self, message: Answer | CallRecord | Note | Progress) -> None:
        """Write a message; the process ends where nobody reads it any more."""
        data = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
        with self._writing:
            try:
                self._answers.write(data)
                self._answers.flush()
            except OSError:
                _end()


class _Notes(logging.Handler):
    """Sends what modules tell. It may hold secrets: `support_log` masks them."""

    def __init__(self, send: Callable[[Note], None]) -> None:
        super().__init__(logging.DEBUG)
        self._send = send

    def emit(self, record: logging.LogRecord) -> None:
        """Raises nothing."""
        with suppress(Exception):
            self._send(Note(self.format(record)))


def _owner(connection: Connection, method: str) -> object:
    name = _OWNERS.get(method, "synthetics")
    return connection if name is None else getattr(connection, name)


def _load() -> None:
    """Load botocore while nothing is asked yet; whatever is wrong with that is told where it is asked."""
    try:
        from canaryscope.aws import session  # noqa: F401
    except Exception:  # noqa: BLE001 - see above
        _LOG.debug("botocore cannot be loaded", exc_info=True)


def _end(*_signal: object) -> NoReturn:
    end_programs()
    os._exit(0)


def main() -> None:
    """Answer until standard input ends, as it does when the explorer ends, however that comes about; or SIGTERM."""
    signal.signal(signal.SIGTERM, _end)
    questions, answers = sys.stdin.buffer, sys.stdout.buffer
    sys.stdin = sys.stdout = open(os.devnull, "r+")  # noqa: SIM115 - nothing else may read or write the pipes
    process = _Process(answers)
    logger = logging.getLogger("canaryscope")
    logger.setLevel(logging.DEBUG)
    logger.addHandler(_Notes(process.send))
    Thread(target=_load, daemon=True).start()
    try:
        while True:
            process.take(pickle.load(questions))
    except (EOFError, OSError):
        _end()
