"""The fault matrix as a person meets it: each fault happens to each operation's call in the running application.

The calls go through boto3 to a loopback peer. Whatever happens to one, a sentence says what is wrong and what to do,
what was loaded stays, and `r` asks for the same page again, with the same token. In the end all is there that the
server has, nothing of it twice. Where there are several pages, each fault meets the first one and then a later one.
Where that is asked for without a key, two kinds meet the first one alone: what the clock ends, what leads nowhere.

That a key is answered within 100 ms throughout is not asked of the wall clock, which on a busy machine tells of the
machine. A key can be held up by the call, or by work in the event loop. So while the peer holds the call back, a key is
pressed, and what it does is painted before the call may go on: it cannot have waited for it. And of the processor's
time, which nobody else's work adds to, neither that key nor any single step of the loop takes 100 ms. (The program
itself asks AWS from a process of its own; here those threads share the interpreter, so there is less in it for keys.)
"""

from __future__ import annotations

import asyncio
import asyncio.events
import gc
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager
from itertools import cycle

import pytest
from botocore.config import Config

from canaryscope.aws import body, call, guard, session
from canaryscope.aws.errors import explain
from canaryscope.aws.options import ConnectionOptions
from canaryscope.aws.pace import Pace
from canaryscope.aws.session import Connection, connect
from canaryscope.aws.situation import Situation
from canaryscope.runs.calls import Record, ignore
from canaryscope.runs.errors import SourceError
from canaryscope.screens.run_loader import Backoff
from canaryscope.source import Source
from peer import FIXED_NOW, Drip, Fault, Hang, Peer
from peer.fault_report import report
from peer.fault_table import FAULTS, WAYS, FaultCase, Way, told_well
from peer.faults import Held
from peer.short_pages import ShortPages
from screens.gated import quiet
from screens.support import CREDENTIALS, PATIENCE, Seen, explorer
from screens.turns import STORIES, TURNS, UNREACHED, Turn, asking

LEVEL, BELOW = "screens", "screens, in the middle of paging"
ANSWERED = 0.1
"""Seconds of the processor that a key, or a step of the event loop, may take."""
SOON = 0.4
"""Seconds in which an answer has to come where one that does not come is waited for."""
Request = pytest.FixtureRequest


class Aws:
    """What the application is connected with: what works, what soon gives up, what leads nowhere.

    All are made once: that takes more time than all calls over them.
    """

    def __init__(self, peer: Peer, stack: ExitStack, patch: pytest.MonkeyPatch) -> None:
        self.peer = peer
        self.told: dict[str, SourceError] = {}
        """By operation, what went wrong last."""
        self._record: Record = ignore
        self._stack = stack
        for name, value in CREDENTIALS.items():
            patch.setenv(name, value)
        patch.setattr(session, "_AWS_HOSTS", ("127.0.0.1", "nowhere.test"))  # else the account is not asked for
        self.works = self._made(peer.url, PATIENCE)
        self.hurries = self._made(peer.url, SOON)
        self.nowhere = {name: self._leading(way, patch) for name, way in WAYS.items()}
        self.current = self.works

    def connect(self, _options: ConnectionOptions, record: Record = ignore) -> Connection:
        """For CanaryScope: what is to be had now."""
        self._record = record
        return self.current

    def _leading(self, way: Way, patch: pytest.MonkeyPatch) -> Connection:
        url = way.make(self.peer.url, self._stack, patch)
        made = self._made(url, PATIENCE)
        for name in ("HTTP_PROXY", "http_proxy"):
            patch.delenv(name, raising=False)
        return made

    def _made(self, url: str, seconds: float) -> Connection:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("AWS_ENDPOINT_URL", url)
            config = Config(connect_timeout=5, read_timeout=seconds, retries={"total_max_attempts": 1})
            patch.setattr(session, "_CONFIG", config)
            made = connect(ConnectionOptions(region="eu-west-1"), lambda record: self._record(record))
            for service in ("s3", "logs", "sts"):
                made._client(service)
        self._stack.callback(made.close)
        return made


@pytest.fixture(scope="module")
def aws() -> Iterator[Aws]:
    """The peer, and the ways to it."""
    with (
        Peer() as peer,
        pytest.MonkeyPatch.context() as patch,
        ExitStack() as stack,
    ):
        patch.setattr(Pace, "APART", 0.001)
        patch.setattr(Backoff, "FIRST", Backoff.LONGEST)  # what is throttled waits for the person
        it = Aws(peer, stack, patch)

        def noted(error: Exception, situation: Situation) -> SourceError:
            it.told[situation.operation] = explained = explain(error, situation)
            return explained

        patch.setattr(call, "explain", noted)
        yield it


class Steps:
    """How much of the processor's time the longest step of the event loop has taken."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.longest = 0.0
        run = asyncio.events.Handle._run

        def timed(handle: asyncio.Handle) -> None:
            began = time.thread_time()
            run(handle)
            self.longest = max(self.longest, time.thread_time() - began)

        patch.setattr(asyncio.events.Handle, "_run", timed)


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> Iterator[Steps]:
    """Those from now on. What the tests have loaded so far is no garbage to look through, as in the program itself."""
    gc.freeze()
    yield Steps(monkeypatch)
    gc.unfreeze()


class Meeting:
    """A turn that is taken again and again in the running application, and what happens to its calls."""

    def __init__(self, seen: Seen, aws: Aws, turn: Turn) -> None:
        self.seen, self.aws, self.turn, self.peer = seen, aws, turn, aws.peer
        self.service = next(service for service, name in guard.READ_OPERATIONS if name == turn.operation)
        self.failed: list[int] = []
        """The numbers of the calls that have failed."""
        self._harmless = cycle(turn.harmless)

    def begin(self) -> None:
        """Nothing has been asked yet."""
        self.failed.clear()
        self.peer.calls.clear()
        self.turn.forget(self.seen)

    async def meets(self, case: FaultCase, keys: Sequence[str], *, after: int = 0) -> str:
        """The call that `keys` make meets a fault, `after` so many that do not; in a few words, what came of it."""
        fault = case.fault(self.service)
        number = self.peer.count(self.turn.operation) + after + 1
        held = fault if _slow(fault) else Held(fault=fault)
        self.peer.script(self.turn.operation, held, calls={number})
        with pytest.MonkeyPatch.context() as patch:
            if _slow(fault):
                patch.setattr(body, "SECONDS", SOON)
            await self._press(keys, self.aws.hurries if _slow(fault) else self.aws.works)
            await self.seen.until(lambda: self.peer.count(self.turn.operation) >= number)
            if not self.failed:
                await self._answers()
            kept = self.turn.kept(self.seen)
            if isinstance(held, Held):
                held.release()
            if case.kind is None:
                return "read all the same"
            told = await self._told(case)
        assert self.turn.kept(self.seen) == kept, "what was loaded stays"
        self.failed.append(number)
        self.peer.forgive()
        return told

    async def below(self, case: FaultCase, outcomes: dict[str, str]) -> None:
        """Go on to the next page, where there is one, and let its call meet the fault, too; in the end, try again."""
        if self.turn.further:
            await self.tries_again(case)
            await self.came()
            outcomes[BELOW] = await self.meets(case, self.turn.further)
        elif self.turn.paged and case.kind is not None and not _slow(case.fault(self.service)):
            outcomes[BELOW] = await self.meets(case, "r", after=1)
        await self.tries_again(case)

    async def leads_nowhere(self, name: str, keys: Sequence[str]) -> str:
        """The call that `keys` make does not reach the peer; in a few words, what came of it."""
        before = self.peer.count(self.turn.operation)
        await self._press(keys, self.aws.nowhere[name])
        told = await self._told(WAYS[name])
        assert self.peer.count(self.turn.operation) == before
        return told

    async def tries_again(self, case: FaultCase | Way) -> None:
        """What was wrong, if anything was, is right again, and `r` is pressed."""
        self._go_over(self.aws.works)
        if case.kind is not None:
            await self.seen.press("r")

    async def came(self) -> None:
        """Wait for what the first keys have asked for."""
        await self.seen.until(lambda: self.turn.came(self.seen))

    async def comes_whole(self) -> None:
        """All comes that the server has, once; each call that failed is made again as it was, and no other."""
        turn = self.turn
        await self.seen.until(lambda: (turn.whole or turn.came)(self.seen))
        asked = [call.params for call in self.peer.calls if call.operation == turn.operation]
        for number in self.failed:
            assert asked[number] == asked[number - 1], "it goes on with the same token"
        once = [params for number, params in enumerate(asked, 1) if number not in self.failed]
        assert all(params not in once[:at] for at, params in enumerate(once)), "no page is asked for twice"
        await turn.same(self.seen, asking(self.aws.works))

    async def _press(self, keys: Sequence[str], connection: Connection) -> None:
        """Press keys; the call goes over `connection`, though not one that is made before it."""
        if connection is self.aws.current or not self.turn.before:
            self._go_over(connection)
            await self.seen.press(*keys)
            return
        operation, times = self.turn.before
        gate = self.peer.hold(operation, calls={self.peer.count(operation) + times})
        await self.seen.press(*keys)
        await self.seen.until(gate.arrived.is_set)
        self._go_over(connection)
        gate.release()

    def _go_over(self, connection: Connection) -> None:
        if connection is not self.aws.current:
            self.aws.current, self.seen.app.source.connection = connection, None

    async def _answers(self) -> None:
        """A key does what it does while the call is in flight. What holds it up would do so each time."""
        took: list[float] = []
        while min(took, default=ANSWERED) >= ANSWERED:
            assert len(took) < 5, took
            before, began = self.seen.lines, time.thread_time()
            await self.seen.press(next(self._harmless))
            took.append(time.thread_time() - began)
            assert self.seen.lines != before

    async def _told(self, case: FaultCase | Way) -> str:
        """Wait until it is on the screen what is wrong and what to do about it; in a few words."""
        told, turn = self.aws.told, self.turn
        await self.seen.until(lambda: turn.operation in told)
        error = told[turn.operation]
        await self.seen.until(lambda: turn.tells(self.seen, error))
        assert case.kind is not None
        told_well(error, case.kind, case.words)
        told.clear()
        return error.summary


def _slow(fault: Fault) -> bool:
    """Whether it is the wait for an answer that ends it."""
    return isinstance(fault, Drip | Hang)


@asynccontextmanager
async def meeting(aws: Aws, turn: Turn) -> AsyncIterator[Meeting]:
    """The application, where it is ready for a turn."""
    aws.current = aws.works
    aws.peer.forgive()
    aws.peer.responder = ShortPages(FIXED_NOW, more=() if turn.canary is None else STORIES)
    async with explorer(connect=aws.connect, canary=turn.canary, size=turn.size, utc=True) as seen:
        await turn.ready(seen)
        await quiet(seen, None)
        yield Meeting(seen, aws, turn)


def test_each_operation_has_a_turn_or_is_called_by_no_screen() -> None:
    operations = {operation for _, operation in guard.READ_OPERATIONS}
    assert {turn.operation for turn in TURNS.values()} == operations - UNREACHED
    assert not {"groups_page", "group_resources_page"} & {*dir(Source)}


@asynccontextmanager
async def pair(it: Meeting, steps: Steps, request: Request, name: str, fault: str) -> AsyncIterator[dict[str, str]]:
    """A cell of the matrix: its outcome, by level, is to be filled in. An error says which one it was."""
    outcomes: dict[str, str] = {}
    try:
        steps.longest = 0.0
        it.begin()
        yield outcomes
        await it.comes_whole()
        assert steps.longest < ANSWERED
    except BaseException as error:
        error.add_note(f"{name} met {fault}")
        outcomes = dict.fromkeys(outcomes or [LEVEL], "FAILED")
        raise
    finally:
        it.peer.forgive()
        for level, outcome in outcomes.items():
            report(request, level, name, fault, outcome)


@pytest.mark.parametrize("name", TURNS)
async def test_a_fault_is_told_what_was_loaded_stays_and_all_comes_when_it_is_asked_for_again(
    aws: Aws, steps: Steps, request: Request, name: str
) -> None:
    turn = TURNS[name]
    async with meeting(aws, turn) as it:
        for fault, case in FAULTS.items():
            async with pair(it, steps, request, name, fault) as outcomes:
                outcomes[LEVEL] = await it.meets(case, turn.keys)
                await it.below(case, outcomes)
        for fault, way in WAYS.items():
            async with pair(it, steps, request, name, fault) as outcomes:
                outcomes[LEVEL] = await it.leads_nowhere(fault, turn.keys)
                await it.tries_again(way)
                if turn.further:
                    await it.came()
                    outcomes[BELOW] = await it.leads_nowhere(fault, turn.further)
                    await it.tries_again(way)
