"""The application on a Pilot: against a peer through boto3, or against a fake account without any network.

    async with explorer(peer, canary="checkout-flow") as seen:
        await seen.until(lambda: seen.status.startswith("100 loaded · more below"))
        await seen.press("G")

A test waits for what a person would see, never for time.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator, Callable, Container, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from threading import Lock
from typing import Any, Protocol, cast

import pytest
from textual import events
from textual.app import App
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.widget import Widget

from canaryscope.application import CanaryScope
from canaryscope.aws.evidence import Evidence
from canaryscope.aws.options import ConnectionOptions
from canaryscope.aws.session import Connection, connect
from canaryscope.evidence.artifacts import ArtifactPlace, RunArtifacts, artifact_of
from canaryscope.evidence.begun import Begun
from canaryscope.evidence.invocations import LogEvent
from canaryscope.evidence.lambda_log import LambdaLog, LambdaLogQuestion, log_of
from canaryscope.evidence.reading import Reading
from canaryscope.options import StartOptions
from canaryscope.preferences import Preferences
from canaryscope.runs.calls import CallRecord, Record, ignore
from canaryscope.runs.errors import Malformed, NotFound
from canaryscope.runs.model import Canary, CanaryRun, LastRun, Page, RunQuery
from canaryscope.session_log import SessionLog
from canaryscope.source import Connect
from peer import FIXED_NOW, Gate, Peer
from stage import settle

__all__ = ["CREDENTIALS", "FakeAccount", "FakeCall", "Seen", "Stored", "build", "explorer", "shown"]

CREDENTIALS = {"AWS_ACCESS_KEY_ID": "AKIATESTTESTTESTTEST", "AWS_SECRET_ACCESS_KEY": "test"}
REGION = "eu-west-1"
PATIENCE = 10.0
"""Seconds after which a condition that has not come true fails the test."""


def build(
    where: Peer | FakeAccount | str | None = None,
    *,
    connect: Connect = connect,
    choices: Preferences | None = None,
    log: SessionLog | None = None,
    now: Callable[[], datetime] = lambda: FIXED_NOW,
    **options: Any,
) -> CanaryScope:
    """The application, not yet running. `where`: a fake account, or what boto3 in this process asks: a peer or a URL.

    `options` are those of `StartOptions`; the region is eu-west-1 unless they say otherwise.
    """
    options.setdefault("region", REGION)
    if isinstance(where, FakeAccount):
        connect = where.connect
    elif where is not None:
        options.setdefault("endpoint_url", where.url if isinstance(where, Peer) else where)
    kept = choices or Preferences(None)
    return CanaryScope(StartOptions(**options), connect=connect, choices=lambda: kept, log=log, now=now)


@asynccontextmanager
async def explorer(
    where: Peer | FakeAccount | str | None = None,
    *,
    size: tuple[int, int] = (80, 24),
    environ: Mapping[str, str] = CREDENTIALS,
    **options: Any,
) -> AsyncIterator[Seen]:
    """The application, running on a screen of `size` (columns, rows) with `environ` on top of the environment.

    Other keywords are those of `build`. It is ended at the end, and its connection closed.
    """
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environ.items():
            patch.setenv(name, value)
        app = build(where, **options)
        async with app.run_test(size=size) as pilot:
            seen = Seen(app, pilot)
            await seen.until(lambda: app.explorer in app.screen_stack)
            yield seen
        if isinstance(app.source.connection, Connection):
            app.source.connection.close()


def shown(app: App[Any], within: Widget | None = None) -> list[str]:
    """The lines of the screen, or of the part that a widget takes, as painted and without the blanks at the right."""
    region = app.screen.region if within is None else within.region
    lines = app.screen._compositor.render_strips()
    return [line.crop(region.x, region.right).text.rstrip() for line in lines[region.y : region.bottom]]


@dataclass(frozen=True)
class Seen:
    """What a person sees of the running application, and how they press keys."""

    app: CanaryScope
    pilot: Pilot[None]

    @property
    def lines(self) -> list[str]:
        """The lines of the screen."""
        return shown(self.app)

    @property
    def text(self) -> str:
        """All that is on the screen as one line, blanks and line ends as single blanks: wrapping does not matter."""
        return " ".join(" ".join(self.lines).split())

    @property
    def picker(self) -> str:
        """The same for the pane with the canaries alone; empty while it is not shown."""
        pane = self.app.explorer.picker_pane
        return " ".join(" ".join(shown(self.app, pane.picker)).split()) if pane.display else ""

    @property
    def status(self) -> str:
        """The status bar, above the hints: `100 loaded · more below … row 1`, with single blanks."""
        return " ".join(self.lines[-2].split())

    @property
    def log(self) -> list[CallRecord]:
        """The calls that were recorded, oldest first."""
        return [*self.app.log_of_calls.calls]

    async def press(self, *keys: str) -> None:
        """Press keys, named as in `Pilot.press`, and wait until they have done what they do at once.

        Pilot itself waits until the process is idle, three times a key: that is 60 ms and more for each.
        """
        for key in keys:
            name = _character_to_key(key) if len(key) == 1 and not key.isalnum() else key
            self.app.post_message(events.Key(name, key if len(key) == 1 else None))
        await self.settle()

    async def type(self, text: str) -> None:
        """Press the keys of a text."""
        await self.press(*text)

    async def until(self, condition: Callable[[], object], seconds: float = PATIENCE) -> None:
        """Wait until a condition holds and is painted. AssertionError, with the screen, if that never comes."""
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, "\n".join(["it did not come to that; the screen:", *self.lines])
            assert self.app.is_running, "the application has ended"
            await asyncio.sleep(0.01)
        await self.settle()

    async def shows(self, *texts: str, seconds: float = PATIENCE) -> None:
        """Wait until all of these texts are on the screen, wherever they are wrapped."""
        await self.until(lambda: all(text in self.text for text in texts), seconds)

    async def reaches(self, status: str = "100 loaded · more below") -> None:
        """Wait until the status bar begins with this text."""
        await self.until(lambda: self.status.startswith(status))

    async def fails(self, peer: Peer, operation: str, calls: int) -> None:
        """Wait until so many calls of an operation have come to the peer, and the status bar asks for a retry."""
        retry = "r to retry"
        await self.until(lambda: peer.count(operation) == calls and self.status.split(" row ")[0].endswith(retry))

    async def settle(self) -> None:
        """Wait until every message that is under way has been heard, and what came of it is painted."""
        await settle(self.app)


class Stored(Protocol):
    """An object's bytes; or what looks like them, so that one of 200 MB is made where it is read."""

    def __len__(self) -> int: ...

    def __getitem__(self, part: slice, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class FakeCall:
    """One call to a fake account. `number` counts from 1 for each operation."""

    operation: str
    number: int
    query: RunQuery | None = None
    token: str | None = None
    key: str | None = None
    """Of GetObject; the prefix of ListObjectsV2; the group of FilterLogEvents."""
    part: tuple[int, int] | None = None
    """The first and the last byte that were asked for."""


@dataclass(frozen=True, slots=True)
class _Rule:
    operation: str
    happens: Gate | Exception
    calls: Container[int] | None


@dataclass
class FakeAccount:
    """AWS as far as the screens ask it, without network and boto3: `runs` by canary, newest first, page by page.

    It can hold calls in flight (`hold`) and fail them (`fail`); `calls` keeps what was asked. Tokens are offsets.
    """

    runs: Mapping[str, Sequence[CanaryRun]]
    canaries: Iterable[Canary] = ()
    """What DescribeCanaries tells; a canary of `runs` that is not among them is RUNNING."""
    artifacts: Mapping[str, Stored] = field(default_factory=dict)
    """What is in S3, by bucket and key: `results/canary/…/12/27-07-250/SyntheticsReport-FAILED.json`."""
    logs: Mapping[str, Sequence[LogEvent]] = field(default_factory=dict)
    """What is in CloudWatch Logs, by group; there is no other group."""
    page: int = 100
    profile: str | None = "prod"
    region: str = REGION
    calls: list[FakeCall] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._rules: list[_Rule] = []
        self._lock = Lock()

    def hold(self, operation: str, *, calls: Container[int] | None = None) -> Gate:
        """Hold calls of these numbers (None: all) in flight until the gate that is returned is released."""
        gate = Gate()
        self._rules.insert(0, _Rule(operation, gate, calls))
        return gate

    def fail(self, operation: str, error: Exception, *, calls: Container[int] | None = None) -> None:
        """Fail calls of these numbers (None: all); of two rules for a call the later one acts."""
        self._rules.insert(0, _Rule(operation, error, calls))

    def forgive(self) -> None:
        """Hold and fail nothing any more; what is held goes on."""
        rules, self._rules = self._rules, []
        for rule in rules:
            if isinstance(rule.happens, Gate):
                rule.happens.release()

    def count(self, operation: str) -> int:
        """How many calls of an operation there were."""
        return sum(call.operation == operation for call in self.calls)

    def connect(self, options: ConnectionOptions, record: Record = ignore) -> Connection:
        """For CanaryScope's `connect`. The operation "connect" can be held and failed, too."""
        self._called("connect")
        return cast("Connection", _FakeConnection(self, self.profile or options.profile, self.region))

    def _called(self, operation: str, query: RunQuery | None = None, token: str | None = None, **asked: Any) -> None:
        with self._lock:
            call = FakeCall(operation, self.count(operation) + 1, query, token, **asked)
            self.calls.append(call)
            rule = next((rule for rule in self._rules if rule.operation == operation and _covers(rule, call)), None)
        if rule is None:
            return
        if isinstance(rule.happens, Exception):
            raise rule.happens
        rule.happens.arrived.set()
        rule.happens.opened.wait()

    def _cut(self, items: Sequence[Any], token: str | None, size: int) -> Page[Any]:
        first = int(token or 0)
        last = first + size
        return Page(tuple(items[first:last]), str(last).zfill(4) if last < len(items) else None)


def _etag(data: Stored) -> str:
    """As S3 makes it of an object that was uploaded in one part; of one too large to be in memory, by its size."""
    content = data if isinstance(data, bytes) else str(len(data)).encode()
    return f'"{hashlib.md5(content, usedforsecurity=False).hexdigest()}"'


def _covers(rule: _Rule, call: FakeCall) -> bool:
    return rule.calls is None or call.number in rule.calls


@dataclass
class _FakeConnection:
    """The parts of `Connection` that the application uses; it is its own `synthetics`, `artifacts` and `logs`."""

    _account: FakeAccount
    profile: str | None
    region: str
    partition: str = "aws"
    endpoint_host: str | None = None

    @property
    def synthetics(self) -> _FakeConnection:
        return self

    @property
    def artifacts(self) -> _FakeConnection:
        return self

    @cached_property
    def evidence(self) -> Evidence:
        return Evidence(cast("Any", self))

    @property
    def logs(self) -> _FakeConnection:
        return self

    def account(self) -> str:
        self._account._called("GetCallerIdentity")
        return "123456789012"

    def close(self) -> None:
        """There is nothing to close."""

    def runs_page(self, query: RunQuery, token: str | None = None) -> Page[CanaryRun]:
        self._account._called("GetCanaryRuns", query, token)
        runs = [
            run
            for run in self._account.runs.get(query.canary, ())
            if run.run_type is query.run_type and query.dry_run_id in (None, run.dry_run_id)
        ]
        return self._account._cut(runs, token, self._account.page)

    def last_runs_page(self, token: str | None = None) -> Page[LastRun]:
        self._account._called("DescribeCanariesLastRun", token=token)
        last = [LastRun(name, next(iter(runs), None)) for name, runs in self._account.runs.items()]
        return self._account._cut(last, token, 100)

    def canaries_page(self, token: str | None = None) -> Page[Canary]:
        self._account._called("DescribeCanaries", token=token)
        named = {canary.name: canary for canary in self._account.canaries}
        every = [named.pop(name, Canary(name, state="RUNNING")) for name in self._account.runs]
        return self._account._cut([*every, *named.values()], token, 20)

    def canary(self, name: str) -> Canary:
        self._account._called("GetCanary")
        named = {canary.name: canary for canary in self._account.canaries}
        return named.get(name, Canary(name, state="RUNNING"))

    def list_artifacts(self, place: ArtifactPlace, begun: Begun | None = None) -> RunArtifacts:
        self._account._called("ListObjectsV2", key=place.folder)
        named = {name.removeprefix(f"{place.bucket}/"): data for name, data in sorted(self._account.artifacts.items())}
        found = [artifact_of(place, key, len(data), FIXED_NOW, _etag(data)) for key, data in named.items()]
        return RunArtifacts(place, tuple(artifact for artifact in found if artifact is not None))

    def read_artifact(
        self, bucket: str, key: str, first: int, last: int, etag: str = "", reading: Reading | None = None
    ) -> bytes:
        self._account._called("GetObject", key=key, part=(first, last))
        (reading or Reading()).reached(last + 1)
        data = self._account.artifacts.get(f"{bucket}/{key}")
        if data is not None and etag not in ("", _etag(data)):
            raise Malformed(f"{key} was written anew since it was listed.", code="PreconditionFailed")
        if data is None or last >= len(data):
            raise NotFound(f"{key} is not in the bucket {bucket}, or is shorter.")
        return data[first : last + 1]

    def lambda_log(self, question: LambdaLogQuestion, reading: Reading) -> LambdaLog:
        self._account._called("FilterLogEvents", key=question.group)
        if question.group not in self._account.logs:
            raise NotFound(f"There is no log group {question.group}.")
        events = self._account.logs[question.group]
        return log_of(question, [one for one in events if one.time and question.start <= one.time <= question.end])
