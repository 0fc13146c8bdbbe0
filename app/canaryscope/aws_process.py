"""The explorer's end of the process that talks to AWS (`canaryscope.aws.process`).

Imports neither textual nor boto3: the command line starts the process, and asks the first question, before it loads
the user interface.
"""

from __future__ import annotations

import logging
import pickle
import subprocess
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any

from canaryscope.aws.options import ConnectionOptions
from canaryscope.aws.process import Answer, Note, Progress, Question, Stop, Where
from canaryscope.aws_spawn import spawn
from canaryscope.evidence.reading import Reading, stopped
from canaryscope.runs.calls import CallRecord, Record
from canaryscope.runs.errors import ConnectionLost, SourceError, Stopped
from canaryscope.runs.model import Canary, CanaryRun, LastRun, Page, RunQuery

if TYPE_CHECKING:
    from canaryscope.evidence.artifacts import Artifact, ArtifactPlace, RunArtifacts
    from canaryscope.evidence.begun import Begun
    from canaryscope.evidence.document_text import DocumentText
    from canaryscope.evidence.lambda_log import LambdaLog, LambdaLogQuestion
    from canaryscope.evidence.links import Links
    from canaryscope.evidence.log_search import LogErrors, LogMatches, LogQuestion
    from canaryscope.evidence.log_text import ByteRange
    from canaryscope.evidence.report import Report
    from canaryscope.evidence.requests import Request, Requests
    from canaryscope.pictures.model import Picture, PictureRequest

__all__ = ["AwsProcess", "RemoteConnection"]

_LOG = logging.getLogger(__name__)

_PATIENCE = 0.1
"""Seconds that the process has to end the programs that it waits for; one that is idle ends at once."""


class AwsProcess:
    """Starts the process, and again if it should have died. Questions may be asked from any thread.

    `spawned` is one that was started already.
    """

    def __init__(self, options: ConnectionOptions, spawned: subprocess.Popen[bytes] | None = None) -> None:
        self._options = options
        self._spawned = spawned
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = Lock()
        self._count = 0
        self._waiting: dict[int, Future[Any]] = {}
        self._readings: dict[int, Reading] = {}
        self._ahead: dict[tuple[Any, ...], Future[Any]] = {}
        self._where: Future[Where] | None = None
        self._record: Record | None = None
        self._unrecorded: list[CallRecord] = []

    def start(self, *first: Any) -> None:
        """Start the process, have it connect, and ask a first question (a method and its arguments) ahead of its time.

        Raises nothing: whatever goes wrong is told by `connect`.
        """
        self._where = self._ask("connect", self._options)
        if first:
            self._ahead[first] = self._ask(*first)

    def connect(self, options: ConnectionOptions, record: Record) -> RemoteConnection:
        """What Source takes for a connection. Blocks until the process has one; raises SourceError."""
        with self._lock:
            self._record = record
            early, self._unrecorded = self._unrecorded, []
        for call in early:
            record(call)
        where, self._where = self._where, None
        if where is None:
            self._ahead.clear()  # what was asked ahead waits for a connection that was given up
            where = self._ask("connect", options)
        try:
            return RemoteConnection(self, where.result())
        except SourceError:
            self._ahead.clear()
            raise

    def call(self, method: str, *arguments: Any) -> Any:
        """Ask, and block until the answer is here, or the current reading is stopped. Raises SourceError."""
        ahead = self._ahead.pop((method, *arguments), None)
        return (ahead or self._ask(method, *arguments)).result()

    def read(self, reading: Reading, method: str, *arguments: Any) -> Any:
        """The same for what takes a while: `reading` is told how far it is, and may stop it. Raises Stopped then."""
        return self._ask(method, *arguments, reading=reading).result()

    def stop(self) -> None:
        """End the process, whatever it is doing, and the programs that it waits for."""
        process = self._process or self._spawned
        if process is not None:
            process.terminate()
            try:
                process.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                _LOG.debug("the process for AWS, %d, did not end by itself", process.pid)
                process.kill()
            process.wait()

    def _ask(self, method: str, *arguments: Any, reading: Reading | None = None) -> Future[Any]:
        answer: Future[Any] = Future()
        with self._lock:
            self._count += 1
            number = self._count
            try:
                process = self._running()
                self._waiting[number] = answer
                if reading is not None:
                    self._readings[number] = reading
                    answer.add_done_callback(lambda _: self._readings.pop(number, None))
                _write(process, Question(number, method, arguments, reading is not None))
                _LOG.debug("question %d: %s", number, method)
            except OSError as error:
                self._waiting.pop(number, None)
                answer.set_exception(_gone(str(error)))
        (reading or Reading.current()).when_stopped(partial(self._stop, number))
        return answer

    def _stop(self, number: int) -> None:
        """Wait no longer for the answer to a question; the process is told, and stops at its next look."""
        with self._lock:
            answer = self._waiting.pop(number, None)
            if answer is not None and self._process is not None:
                with suppress(OSError):
                    _write(self._process, Stop(number))
        if answer is not None:
            answer.set_exception(stopped())

    def _running(self) -> subprocess.Popen[bytes]:
        """The process, started now if it isn't running."""
        if self._process is None or self._process.poll() is not None:
            self._process, self._spawned = self._spawned or spawn(), None
            _LOG.debug("the process for AWS is %d", self._process.pid)
            self._waiting = {}
            arguments = (self._process, self._waiting)
            Thread(target=self._read, args=arguments, name="canaryscope-answers", daemon=True).start()
        return self._process

    def _note(self, call: CallRecord) -> None:
        """Hand a call on to the log, or keep it until there is one."""
        with self._lock:
            record = self._record
            if record is None:
                self._unrecorded.append(call)
        if record is not None:
            record(call)

    def _reached(self, progress: Progress) -> None:
        """Hand on how far a reading is; one that is stopped in this moment is told so elsewhere."""
        if (reading := self._readings.get(progress.number)) is not None:
            with suppress(Stopped):
                reading.reached(progress.size)

    def _take(self, message: object, waiting: dict[int, Future[Any]]) -> None:
        if isinstance(message, CallRecord):
            self._note(message)
        elif isinstance(message, Progress):
            self._reached(message)
        elif isinstance(message, Note):
            _LOG.debug("the process for AWS: %s", message.text)
        elif isinstance(message, Answer):
            _note_answer(message)
            if (answer := waiting.pop(message.number, None)) is not None:
                _settle(answer, message)

    def _read(self, process: subprocess.Popen[bytes], waiting: dict[int, Future[Any]]) -> None:
        """In a thread: hand out what the process sends, until it ends."""
        assert process.stdout is not None
        assert process.stdin is not None
        try:
            with process.stdout as answers:
                while True:
                    self._take(pickle.load(answers), waiting)
        except (EOFError, OSError, pickle.UnpicklingError) as error:
            _LOG.debug("the process for AWS, %d, tells no more: %s", process.pid, type(error).__name__)
        process.kill()
        code = process.wait()
        _LOG.debug("the process for AWS, %d, ended with %d; %d questions were open", process.pid, code, len(waiting))
        with self._lock:
            with suppress(OSError):
                process.stdin.close()
            left = list(waiting.values())
            waiting.clear()
        for answer in left:
            answer.set_exception(_gone(f"it ended with {code}"))


def _write(process: subprocess.Popen[bytes], message: Question | Stop) -> None:
    assert process.stdin is not None
    process.stdin.write(pickle.dumps(message, pickle.HIGHEST_PROTOCOL))
    process.stdin.flush()


def _note_answer(answer: Answer) -> None:
    if answer.error is None:
        _LOG.debug("answer %d: %s", answer.number, type(answer.value).__name__)
    else:
        trace = f"\n{answer.trace}" if answer.trace else ""
        _LOG.debug("answer %d: %s: %s%s", answer.number, type(answer.error).__name__, answer.error.sentence, trace)


def _settle(future: Future[Any], answer: Answer) -> None:
    if answer.error is not None:
        future.set_exception(answer.error)
    else:
        future.set_result(answer.value)


def _gone(why: str) -> SourceError:
    return ConnectionLost(f"The process that talks to AWS is gone: {why}.", "r starts it again.")


class _RemoteSynthetics:
    """The calls of `canaryscope.aws.synthetics.Synthetics` that the explorer makes."""

    def __init__(self, call: Callable[..., Any]) -> None:
        self._call = call

    def runs_page(self, query: RunQuery, token: str | None = None) -> Page[CanaryRun]:
        """GetCanaryRuns."""
        page: Page[CanaryRun] = self._call("runs_page", query, token)
        return page

    def last_runs_page(self, token: str | None = None) -> Page[LastRun]:
        """DescribeCanariesLastRun."""
        page: Page[LastRun] = self._call("last_runs_page", token)
        return page

    def canaries_page(self, token: str | None = None) -> Page[Canary]:
        """DescribeCanaries."""
        page: Page[Canary] = self._call("canaries_page", token)
        return page

    def canary(self, name: str) -> Canary:
        """GetCanary."""
        canary: Canary = self._call("canary", name)
        return canary


class _RemoteArtifacts:
    """The calls of `canaryscope.aws.artifacts.Artifacts`."""

    def __init__(self, call: Callable[..., Any]) -> None:
        self._call = call

    def list_artifacts(self, place: ArtifactPlace, begun: Begun | None = None) -> RunArtifacts:
        """ListObjectsV2."""
        found: RunArtifacts = self._call("list_artifacts", place, begun)
        return found

    def read_artifact(self, bucket: str, key: str, first: int, last: int, etag: str = "") -> bytes:
        """GetObject."""
        data: bytes = self._call("read_artifact", bucket, key, first, last, etag)
        return data


class _RemoteEvidence:
    """The calls of `canaryscope.aws.evidence.Evidence`."""

    def __init__(self, read: Callable[..., Any]) -> None:
        self._read = read

    def report(self, bucket: str, artifact: Artifact, reading: Reading) -> Report:
        """SyntheticsReport-*.json."""
        report: Report = self._read(reading, "report", bucket, artifact)
        return report

    def links(self, bucket: str, artifact: Artifact, reading: Reading) -> Links:
        """BrokenLinkCheckerReport.json."""
        links: Links = self._read(reading, "links", bucket, artifact)
        return links

    def requests(self, bucket: str, artifact: Artifact, reading: Reading) -> Requests:
        """A HAR or HttpRequestsReport.json, without headers and bodies."""
        requests: Requests = self._read(reading, "requests", bucket, artifact)
        return requests

    def request(self, bucket: str, artifact: Artifact, index: int, reading: Reading) -> Request:
        """One of these requests, whole."""
        request: Request = self._read(reading, "request", bucket, artifact, index)
        return request

    def document(self, bucket: str, artifact: Artifact, reading: Reading) -> DocumentText:
        """The beginning of any file, as text to read."""
        document: DocumentText = self._read(reading, "document", bucket, artifact)
        return document

    def picture(self, bucket: str, artifact: Artifact, request: PictureRequest, reading: Reading) -> Picture:
        """A screenshot, drawn as the terminal takes it."""
        picture: Picture = self._read(reading, "picture", bucket, artifact, request)
        return picture

    def search_log(
        self, bucket: str, artifact: Artifact, part: ByteRange, question: LogQuestion, reading: Reading
    ) -> LogMatches | LogErrors:
        """What is looked for in a range of a log."""
        found: LogMatches | LogErrors = self._read(reading, "search_log", bucket, artifact, part, question)
        return found


class _RemoteLogs:
    """The call of `canaryscope.aws.logs.Logs`."""

    def __init__(self, read: Callable[..., Any]) -> None:
        self._read = read

    def lambda_log(self, question: LambdaLogQuestion, reading: Reading) -> LambdaLog:
        """FilterLogEvents."""
        log: LambdaLog = self._read(reading, "lambda_log", question)
        return log


class RemoteConnection:
    """A `canaryscope.aws.session.Connection` in the other process. Its calls block, and raise SourceError."""

    def __init__(self, process: AwsProcess, where: Where) -> None:
        self.profile = where.profile
        self.region = where.region
        self.partition = where.partition
        self.endpoint_host = where.endpoint_host
        self.synthetics = _RemoteSynthetics(process.call)
        self.artifacts = _RemoteArtifacts(process.call)
        self.evidence = _RemoteEvidence(process.read)
        self.logs = _RemoteLogs(process.read)
        self._process = process

    def account(self) -> str:
        """sts:GetCallerIdentity."""
        account: str = self._process.call("account")
        return account
