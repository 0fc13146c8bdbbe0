"""EvidenceLoader: each piece once, whoever asks; a bounded number of runs; what was refused is asked for no more."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from canaryscope.aws.options import ConnectionOptions
from canaryscope.background import Background
from canaryscope.evidence.pieces import Part, Phase, RunEvidence
from canaryscope.runs.errors import AccessDenied, Unreachable
from canaryscope.runs.model import Canary, CanaryRun, Engine
from canaryscope.screens import evidence_loader
from canaryscope.screens.evidence_loader import EvidenceLoader
from canaryscope.source import Source
from screens.gated import CANARY, history
from screens.left import FUNCTION, GET, GROUP, LIST, LOGS, account_with, files, har, padded, report
from screens.support import FakeAccount, Stored

DENIED = AccessDenied("Not allowed.")


@dataclass
class Loading:
    """A loader, and what it told."""

    aws: FakeAccount
    loader: EvidenceLoader
    told: list[RunEvidence] = field(default_factory=list)
    asked: list[str | None] = field(default_factory=list)

    @property
    def runs(self) -> list[CanaryRun]:
        return list(self.aws.runs[CANARY])

    def of(self, at: int = 0) -> RunEvidence:
        return self.loader.of(self.runs[at])

    async def begin(self, part: Part, at: int = 0) -> asyncio.Task[None]:
        """Load a part, and wait until the gate has the call."""
        return asyncio.create_task(self.loader.load(self.of(at), part))


@asynccontextmanager
async def loading(
    runs: Iterable[CanaryRun] = (), *, named: Mapping[str, Stored] | None = None
) -> AsyncIterator[Loading]:
    runs = list(runs) or history(3, failing={0, 1, 2})
    left = [files(run, {"SyntheticsReport-FAILED.json": report(run), **(named or {})}) for run in runs]
    aws = account_with(runs, *left, logs={GROUP: []})
    it = Loading(aws, None)  # type: ignore[arg-type]

    async def canary(name: str | None) -> Canary:
        it.asked.append(name)
        return Canary(CANARY, engines=(Engine(None, FUNCTION),))

    source = Source(ConnectionOptions(), Background(), aws.connect)
    it.loader = EvidenceLoader(source, canary, lambda evidence: it.told.append(evidence))
    yield it
    aws.forgive()


async def arrived(aws: FakeAccount, operation: str, count: int = 1) -> None:
    async with asyncio.timeout(10):
        while aws.count(operation) < count:  # noqa: ASYNC110 - the call comes from a thread
            await asyncio.sleep(0.001)


async def test_two_that_wait_for_the_same_files_make_one_call() -> None:
    async with loading() as it:
        gate = it.aws.hold(LIST)
        tasks = [await it.begin(part) for part in (Part.REPORT, Part.REQUESTS, Part.ARTIFACTS)]
        await arrived(it.aws, LIST)
        gate.release()
        await asyncio.gather(*tasks)
        assert (it.aws.count(LIST), it.aws.count(GET)) == (1, 1)
        assert it.of().report is not None
        assert it.of().piece(Part.REQUESTS).phase is Phase.ABSENT


async def test_who_waits_for_a_reading_that_is_cancelled_reads_it() -> None:
    async with loading() as it:
        gate = it.aws.hold(GET, calls={1})
        first, second = await it.begin(Part.REPORT), await it.begin(Part.REPORT)
        await arrived(it.aws, GET)
        first.cancel()
        await second
        assert it.of().report is not None
        assert it.aws.count(GET) == 2
        told = len(it.told)
        gate.release()
        await asyncio.sleep(0)
        assert len(it.told) == told


async def test_a_cancelled_reading_leaves_no_trace() -> None:
    async with loading() as it:
        it.aws.hold(GET, calls={1})
        task = await it.begin(Part.REPORT)
        await arrived(it.aws, GET)
        task.cancel()
        await asyncio.wait([task])
        assert it.of().piece(Part.REPORT).phase is Phase.UNASKED


async def test_a_large_file_that_is_stopped_waits_for_a_word_again_though_another_waits_for_it() -> None:
    async with loading(named={"results.har": padded(har("https://a.example"), 6_000_000)}) as it:
        await it.loader.load(it.of(), Part.REQUESTS)
        assert it.of().piece(Part.REQUESTS).phase is Phase.LARGE
        it.aws.hold(GET, calls={1})
        large = asyncio.create_task(it.loader.load(it.of(), Part.REQUESTS, large=True))
        await arrived(it.aws, GET)
        other = await it.begin(Part.REQUESTS)
        await asyncio.sleep(0)
        large.cancel()
        await other
        assert it.of().piece(Part.REQUESTS).phase is Phase.LARGE
        assert it.aws.count(GET) == 1


async def test_what_was_read_of_so_many_runs_is_kept_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence_loader, "RUNS", 2)
    async with loading() as it:
        for at in (0, 1, 0, 2, 0):
            await it.loader.load(it.of(at), Part.REPORT)
        assert it.aws.count(LIST) == 3
        await it.loader.load(it.of(1), Part.REPORT)
        assert it.aws.count(LIST) == 4, "the one that was looked at longest ago is forgotten"


async def test_files_with_many_lines_are_kept_of_fewer_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence_loader, "WEIGHT", 60)
    named = {"results.har": har(*(f"https://a.example/{number}" for number in range(40)))}
    async with loading(named=named) as it:
        for at in (0, 1, 1):
            await it.loader.load(it.of(at), Part.REQUESTS)
        assert it.aws.count(LIST) == 2
        await it.loader.load(it.of(0), Part.REQUESTS)
        assert it.aws.count(LIST) == 3


@pytest.mark.parametrize("operation", [LIST, GET])
async def test_a_bucket_that_refuses_is_not_welcome_until_a_person_tries_again(operation: str) -> None:
    async with loading() as it:
        it.aws.fail(operation, DENIED)
        await it.loader.load(it.of(0), Part.REPORT)
        assert not it.loader.welcome(it.of(1))
        it.aws.forgive()
        assert it.loader.retry(it.of(0), Part.REPORT)
        assert it.loader.welcome(it.of(1))
        await it.loader.load(it.of(0), Part.REPORT)
        assert it.of(0).report is not None


async def test_a_file_that_comes_makes_its_bucket_welcome_again() -> None:
    async with loading() as it:
        it.aws.fail(LIST, Unreachable("No way."), calls={1})
        await it.loader.load(it.of(0), Part.REPORT)
        assert not it.loader.welcome(it.of(1))
        await it.loader.load(it.of(1), Part.REPORT)
        assert it.loader.welcome(it.of(2))


async def test_trying_again_on_one_run_lets_the_others_be_asked_for_again() -> None:
    async with loading() as it:
        it.aws.fail(LIST, DENIED, calls={1, 2})
        for at in (0, 1):
            await it.loader.load(it.of(at), Part.REPORT)
        it.loader.retry(it.of(0), Part.REPORT)
        await it.loader.load(it.of(1), Part.REPORT)
        assert it.of(1).report is not None


async def test_trying_again_asks_from_what_failed_only() -> None:
    async with loading() as it:
        it.aws.fail(GET, DENIED, calls={1})
        await it.loader.load(it.of(), Part.REPORT)
        assert it.loader.retry(it.of(), Part.REPORT)
        await it.loader.load(it.of(), Part.REPORT)
        assert (it.aws.count(LIST), it.aws.count(GET)) == (1, 2)
        assert not it.loader.retry(it.of(), Part.REPORT)


async def test_the_lambda_log_is_that_of_the_runs_own_canary() -> None:
    runs = history(1)
    async with loading(runs) as it:
        await it.loader.load(it.of(), Part.LAMBDA_LOG)
        assert (it.asked, it.aws.count(LOGS)) == ([CANARY], 1)
