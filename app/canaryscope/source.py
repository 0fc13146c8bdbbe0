"""Source: what the screens ask. Waits on background threads for a connection's calls, which block.

Every method raises a SourceError, whatever goes wrong.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol, TypeAlias, TypeVar

from canaryscope.aws.options import ConnectionOptions, MfaCode
from canaryscope.background import Background
from canaryscope.evidence.reading import Reading
from canaryscope.runs.calls import SLOWEST, CallRecord, Record, ignore
from canaryscope.runs.canaries import ListKind, ListRequest
from canaryscope.runs.errors import (
    ConnectionLost,
    CredentialsExpired,
    MfaNeeded,
    NoCredentials,
    SourceError,
    TimedOut,
)
from canaryscope.runs.feed import PageRequest
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

__all__ = ["AskCode", "Connect", "Connection", "Source"]

T = TypeVar("T")

_LOG = logging.getLogger(__name__)

Told: TypeAlias = Callable[[int], None] | None
"""Is told, in the event loop, how many bytes are here."""


class Calls(Protocol):
    """The blocking calls that are made; see `canaryscope.aws.synthetics.Synthetics`. They raise SourceError."""

    def runs_page(self, query: RunQuery, token: str | None = None) -> Page[CanaryRun]:
        """GetCanaryRuns."""

    def last_runs_page(self, token: str | None = None) -> Page[LastRun]:
        """DescribeCanariesLastRun."""

    def canaries_page(self, token: str | None = None) -> Page[Canary]:
        """DescribeCanaries."""

    def canary(self, name: str) -> Canary:
        """GetCanary."""


class ArtifactCalls(Protocol):
    """The blocking calls to S3; see `canaryscope.aws.artifacts.Artifacts`. They raise SourceError."""

    def list_artifacts(self, place: ArtifactPlace, begun: Begun | None = None) -> RunArtifacts:
        """ListObjectsV2."""

    def read_artifact(self, bucket: str, key: str, first: int, last: int, etag: str = "") -> bytes:
        """GetObject: the bytes from `first` to `last`, both included; of the object with this ETag, if one is given."""


class EvidenceCalls(Protocol):
    """What reads a run's files; see `canaryscope.aws.evidence.Evidence`. Its methods block, and raise SourceError."""

    def report(self, bucket: str, artifact: Artifact, reading: Reading) -> Report:
        """SyntheticsReport-*.json."""

    def links(self, bucket: str, artifact: Artifact, reading: Reading) -> Links:
        """BrokenLinkCheckerReport.json."""

    def requests(self, bucket: str, artifact: Artifact, reading: Reading) -> Requests:
        """A HAR or HttpRequestsReport.json, without headers and bodies."""

    def request(self, bucket: str, artifact: Artifact, index: int, reading: Reading) -> Request:
        """One of these requests, whole."""

    def document(self, bucket: str, artifact: Artifact, reading: Reading) -> DocumentText:
        """The beginning of any file, as text to read."""

    def picture(self, bucket: str, artifact: Artifact, request: PictureRequest, reading: Reading) -> Picture:
        """A screenshot, drawn as the terminal takes it."""

    def search_log(
        self, bucket: str, artifact: Artifact, part: ByteRange, question: LogQuestion, reading: Reading
    ) -> LogMatches | LogErrors:
        """What is looked for in a range of a log."""


class LogCalls(Protocol):
    """The blocking call to CloudWatch Logs; see `canaryscope.aws.logs.Logs`. It raises SourceError."""

    def lambda_log(self, question: LambdaLogQuestion, reading: Reading) -> LambdaLog:
        """FilterLogEvents."""


class Connection(Protocol):
    """What is used of a connection; see `canaryscope.aws.session.Connection`."""

    profile: str | None
    region: str
    partition: str

    @property
    def endpoint_host(self) -> str | None:
        """Host and port, where it is not AWS's own endpoint that is asked."""

    @property
    def synthetics(self) -> Calls:
        """The calls."""

    @property
    def artifacts(self) -> ArtifactCalls:
        """The calls to S3."""

    @property
    def evidence(self) -> EvidenceCalls:
        """What reads a run's files."""

    @property
    def logs(self) -> LogCalls:
        """The call to CloudWatch Logs."""

    def account(self) -> str:
        """The account's number."""


Connect: TypeAlias = Callable[[ConnectionOptions, Record], Connection]
AskCode: TypeAlias = Callable[[MfaNeeded, Callable[[MfaCode], Awaitable[Connection]]], Awaitable[Connection | None]]
"""Asks the person for an MFA code and connects with it, as often as it takes. None where they give up."""
CONNECT = "connect"
SECONDS = 40.0
"""How long a call may take in all. botocore's timeouts are for one step on the socket, which a slow drip outlasts."""


class Source:
    """AWS, or the demo, behind the screens. The connection is made once, and anew after credentials failed."""

    def __init__(
        self,
        options: ConnectionOptions,
        background: Background,
        connect: Connect,
        record: Record = ignore,
    ) -> None:
        self._options = options
        self._record = record
        self._background = background
        self._connect = connect
        self._connecting = asyncio.Lock()
        self.connection: Connection | None = None
        """None until a call has been made."""
        self.ask_code: AskCode | None = None
        """None: an MFA code that is needed is an error like any other."""
        self._given_up: MfaNeeded | None = None
        self.tries = 0
        """How often the person has asked for another try."""
        self.login: tuple[str, ...] = ()
        """The program and its arguments that a failure offers to run; empty once a call has brought something."""

    async def runs_page(self, request: PageRequest) -> Page[CanaryRun]:
        """GetCanaryRuns: the page that the request names."""
        connection = await self._connected()
        return await self._call("GetCanaryRuns", lambda: connection.synthetics.runs_page(request.query, request.token))

    async def list_page(self, request: ListRequest) -> Page[LastRun] | Page[Canary]:
        """DescribeCanariesLastRun or DescribeCanaries: the page that the request names."""
        synthetics = (await self._connected()).synthetics
        if request.kind is ListKind.LAST_RUNS:
            return await self._call(request.kind.value, lambda: synthetics.last_runs_page(request.token))
        return await self._call(request.kind.value, lambda: synthetics.canaries_page(request.token))

    async def canary(self, name: str) -> Canary:
        """GetCanary."""
        synthetics = (await self._connected()).synthetics
        return await self._call("GetCanary", lambda: synthetics.canary(name))

    async def artifacts(self, place: ArtifactPlace, begun: Begun | None = None) -> RunArtifacts:
        """ListObjectsV2: what lies below a run's prefix, the first 1,000 of it; on from what is `begun`."""
        artifacts = (await self._connected()).artifacts
        return await self._stoppable("ListObjectsV2", lambda _: artifacts.list_artifacts(place, begun))

    async def read_artifact(self, bucket: str, key: str, first: int, last: int, etag: str = "") -> bytes:
        """GetObject: the bytes from `first` to `last`, both included; at most `PART`, and as many as asked for.

        With an `etag`, an error where the object was written anew since it had that one.
        """
        artifacts = (await self._connected()).artifacts
        return await self._stoppable("GetObject", lambda _: artifacts.read_artifact(bucket, key, first, last, etag))

    async def report(self, bucket: str, artifact: Artifact, told: Told = None) -> Report:
        """What a SyntheticsReport says. Cancelled, as all readings, it stops the reading in the other process."""
        evidence = (await self._connected()).evidence
        return await self._read(artifact, told, lambda reading: evidence.report(bucket, artifact, reading))

    async def links(self, bucket: str, artifact: Artifact, told: Told = None) -> Links:
        """What a BrokenLinkCheckerReport says."""
        evidence = (await self._connected()).evidence
        return await self._read(artifact, told, lambda reading: evidence.links(bucket, artifact, reading))

    async def requests(self, bucket: str, artifact: Artifact, told: Told = None) -> Requests:
        """The requests in a HAR or an HttpRequestsReport, without headers and bodies."""
        evidence = (await self._connected()).evidence
        return await self._read(artifact, told, lambda reading: evidence.requests(bucket, artifact, reading))

    async def request(self, bucket: str, artifact: Artifact, index: int, told: Told = None) -> Request:
        """One of these requests, whole."""
        evidence = (await self._connected()).evidence
        return await self._read(artifact, told, lambda reading: evidence.request(bucket, artifact, index, reading))

    async def document(self, bucket: str, artifact: Artifact, told: Told = None) -> DocumentText:
        """The beginning of any file, as text to read."""
        evidence = (await self._connected()).evidence
        return await self._read(artifact, told, lambda reading: evidence.document(bucket, artifact, reading))

    async def picture(self, bucket: str, artifact: Artifact, request: PictureRequest, told: Told = None) -> Picture:
        """A screenshot, drawn as the terminal takes it."""
        evidence = (await self._connected()).evidence
        return await self._read(artifact, told, lambda reading: evidence.picture(bucket, artifact, request, reading))

    async def lambda_log(self, question: LambdaLogQuestion, told: Told = None) -> LambdaLog:
        """FilterLogEvents: the Lambda log of one run, which may be some pages."""
        logs = (await self._connected()).logs
        return await self._stoppable(
            "FilterLogEvents", lambda reading: logs.lambda_log(question, reading), told, 2 * SECONDS
        )

    async def search_log(
        self, bucket: str, artifact: Artifact, part: ByteRange, question: LogQuestion
    ) -> LogMatches | LogErrors:
        """What is looked for in a range of a log (see `LogText.ranges`), which is not kept."""
        evidence = (await self._connected()).evidence
        return await self._read(
            artifact, None, lambda reading: evidence.search_log(bucket, artifact, part, question, reading)
        )

    async def account(self) -> str:
        """The number of the account that is asked, from sts:GetCallerIdentity."""
        connection = await self._connected()
        return await self._call("GetCallerIdentity", connection.account)

    async def _connected(self) -> Connection:
        async with self._connecting:
            if self.connection is None:
                self.connection = await self._made()
            return self.connection

    async def _made(self) -> Connection:
        """A new connection. Calls that want it meanwhile wait: the person is asked for a code once."""
        if self._given_up is not None:
            raise self._given_up.with_traceback(None)
        try:
            return await self._connect_with(None)
        except MfaNeeded as needed:
            if self.ask_code is None:
                raise
            connection = await self.ask_code(needed, self._connect_with)
            if connection is None:
                _LOG.debug("no MFA code was given: nothing asks for one before a person does")
                self._given_up = needed
                raise
            return connection

    async def _connect_with(self, code: MfaCode | None) -> Connection:
        options = self._options._replace(code=code)
        return await self._call(CONNECT, lambda: self._connect(options, self._record))

    def renew(self) -> None:
        """The person has logged in: the next call makes a connection with what it finds then."""
        self.connection = None
        self.ask_again()

    def ask_again(self) -> None:
        """The person wants another try: where they gave no MFA code, the next call asks for it once more."""
        self._given_up = None
        self.tries += 1

    async def _read(self, artifact: Artifact, told: Told, read: Callable[[Reading], T]) -> T:
        return await self._stoppable("GetObject", read, told, SECONDS + artifact.size / SLOWEST)

    async def _stoppable(
        self, operation: str, read: Callable[[Reading], T], told: Told = None, seconds: float | None = None
    ) -> T:
        """A reading, which is stopped where nobody waits for it any more."""
        loop = asyncio.get_running_loop()
        reading = Reading(None if told is None else lambda count: _tell(loop, told, count))
        try:
            return await self._call(operation, lambda: reading.make(read), seconds)
        finally:
            reading.stop()

    async def _call(self, operation: str, call: Callable[[], T], seconds: float | None = None) -> T:
        started, begin = datetime.now(UTC), time.perf_counter()
        seconds = SECONDS if seconds is None else seconds
        try:
            answer = await self._background.run(call, seconds=seconds)
        except Exception as error:
            failure = _told(operation, error, seconds)
            self.login = failure.login or self.login
            _LOG.debug("%s failed: %s", operation, failure.sentence, exc_info=error)
            if isinstance(failure, ConnectionLost | CredentialsExpired | NoCredentials):
                _LOG.debug("the next call connects anew")
                self.connection = None  # it reads credentials that were renewed in the meantime
            if operation == CONNECT or failure is not error:  # the others are recorded where they are made
                taken = (time.perf_counter() - begin) * 1000
                outcome = f"{failure.summary}: {failure.sentence}"
                self._record(CallRecord(started, "aws", operation, (), taken, outcome, failed=True, code=failure.code))
            if failure is error:
                raise
            raise failure from error
        if operation != CONNECT:
            self.login = ()
        return answer


def _tell(loop: asyncio.AbstractEventLoop, told: Callable[[int], None], count: int) -> None:
    with suppress(RuntimeError):  # the loop is closed: the program has ended
        loop.call_soon_threadsafe(told, count)


def _told(operation: str, error: Exception, seconds: float) -> SourceError:
    """The SourceError that tells a person of `error`: itself, where it is one."""
    if isinstance(error, SourceError):
        return error
    doing = "Connecting to AWS" if operation == CONNECT else operation
    name = type(error).__name__
    if not isinstance(error, TimeoutError):
        return SourceError(f"{doing} failed in canaryscope itself: {name}.", "! shows the log.", code=name)
    if operation == CONNECT:
        hint = "Does a credential_process or a metadata service hang? r ends it and tries again."
    else:
        hint = "Check the line to AWS, then r."
    return TimedOut(f"{doing} brought no whole answer within {seconds:.0f} s.", hint, code=name)
