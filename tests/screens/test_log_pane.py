"""The Log tab: it opens at once whatever the log's size, is read as far as it is looked at, and searched to its end."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from textual import events

from canaryscope.aws.options import ConnectionOptions
from canaryscope.background import Background
from canaryscope.evidence.artifacts import Artifact, ArtifactKind
from canaryscope.evidence.log import parse_log
from canaryscope.render.times import Clock, Zone
from canaryscope.runs.errors import AccessDenied, Unreachable
from canaryscope.screens.log_pane import LogPane, OpenLog
from canaryscope.screens.told import Told
from canaryscope.source import Source
from evidence.big_log import BEGIN, BigLog
from peer import FIXED_NOW
from screens.support import FakeAccount, Stored, shown
from stage import Stage

HUGE = 2_000_000
"""Lines of a log of 200 MB."""
LINES = 200_000
"""Of one that is searched here, where a fake account makes its lines in this process."""
KEY = "canary/log.txt"
MEGABYTE = 1_000_000


class LogApp(Stage):
    """Keeps the remarks."""

    def __init__(self, pane: LogPane) -> None:
        super().__init__(pane)
        self.told: list[str] = []

    def on_told(self, event: Told) -> None:
        self.told.append(event.text)


@dataclass
class Tab:
    """The pane, what is on it, and what was read for it."""

    app: LogApp
    pane: LogPane
    account: FakeAccount
    parts: list[tuple[int, int]] = field(default_factory=list)

    @property
    def lines(self) -> list[str]:
        return shown(self.app, self.pane)

    @property
    def footer(self) -> str:
        return self.lines[-1]

    @property
    def under_cursor(self) -> str:
        return " ".join(" ".join(line for line in self.lines if line.startswith("▌")).strip("▌ .").split())

    @property
    def read(self) -> int:
        """Bytes that were read so far."""
        return sum(last - first + 1 for first, last in filter(None, (call.part for call in self.account.calls)))

    def open(self, step: datetime | None = None, key: str = KEY) -> None:
        size = len(self.account.artifacts[f"results/{key}"])
        self.pane.open(OpenLog("results", Artifact(key, "log.txt", size, None, ArtifactKind.LOG), step))

    async def press(self, *keys: str) -> None:
        for key in keys:
            self.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await self.settle()

    async def settle(self) -> None:
        quiet = 0
        while quiet < 3:
            await asyncio.sleep(0)
            pumps = [self.app, *self.app.screen.walk_children(with_self=True)]
            quiet = 0 if self.app._held or any(pump.message_queue_size for pump in pumps) else quiet + 1
        self.app.screen._on_timer_update()

    async def until(self, condition: Callable[[], object]) -> None:
        end = time.monotonic() + 20
        while not condition():
            assert time.monotonic() < end, "\n".join(["it did not come to that:", *self.lines, *self.app.told])
            await asyncio.sleep(0.005)
            await self.settle()

    async def rests(self) -> None:
        """Wait until nothing is under way."""
        await self.until(lambda: all(worker.is_finished for worker in self.app.workers))
        await self.settle()

    async def search(self, pattern: str) -> None:
        await self.press("slash", *pattern, "enter")
        await self.rests()


@asynccontextmanager
async def tab(
    data: Stored | bytes = b"", *, size: tuple[int, int] = (80, 21), zone: Zone = Zone.UTC, **more: Stored
) -> AsyncIterator[Tab]:
    account = FakeAccount({}, artifacts={f"results/{KEY}": data, **{f"results/{key}": it for key, it in more.items()}})
    source = Source(ConnectionOptions(), Background(), account.connect)
    pane = LogPane(source, lambda: Clock(zone, FIXED_NOW))
    app = LogApp(pane)
    async with app.run_test(size=size):
        pane.log_view.focus()
        yield Tab(app, pane, account)


async def test_a_log_of_200_mb_opens_at_the_first_error_of_its_end_after_a_megabyte() -> None:
    log = BigLog(HUGE, {HUGE - 900: "ERROR: waiting for selector .pay failed", HUGE - 899: "    at Page.goto"})
    async with tab(log) as seen:
        seen.open()
        await seen.until(lambda: "ERROR" in seen.under_cursor)
        await seen.rests()
        assert seen.under_cursor == "E 12:33:19.100 ERROR: waiting for selector .pay failed"
        assert seen.read < 1.1 * MEGABYTE
        below = seen.lines[seen.lines.index(next(line for line in seen.lines if line.startswith("▌"))) + 1]
        assert below.startswith(" E                  at Page.goto")


async def test_without_an_error_it_opens_at_its_end_and_a_small_one_is_read_once() -> None:
    async with tab(BigLog(500)) as seen:
        seen.open()
        await seen.rests()
        assert seen.under_cursor.startswith("12:00:00.499 INFO: line 499")
        assert [call.part for call in seen.account.calls if call.part] == [(0, 49_999)]


async def test_it_opens_at_the_time_of_the_failing_step_wherever_that_is() -> None:
    async with tab(BigLog(HUGE, {HUGE - 5: "ERROR: late"})) as seen:
        seen.open(BEGIN + timedelta(milliseconds=777_123))
        await seen.until(lambda: "line 777123" in seen.under_cursor)
        await seen.rests()
        assert seen.read < 6 * MEGABYTE


async def test_a_step_that_is_known_later_moves_the_cursor_unless_the_person_has_moved_it() -> None:
    for keys, at in (((), "line 777123"), (("k",), "line 1999998")):
        async with tab(BigLog(HUGE)) as seen:
            seen.open()
            await seen.rests()
            await seen.press(*keys)
            seen.pane.step = BEGIN + timedelta(milliseconds=777_123)
            await seen.rests()
            assert at in seen.under_cursor
            await seen.press("s")
            await seen.rests()
            assert "line 777123" in seen.under_cursor


async def test_s_says_why_it_goes_nowhere() -> None:
    async with tab(BigLog(100, timed=False)) as seen:
        seen.open()
        await seen.rests()
        await seen.press("s")
        assert seen.app.told == ["The time of the failing step is not known"]
        seen.pane.step = BEGIN
        await seen.rests()
        await seen.press("s")
        await seen.until(lambda: seen.app.told[1:] == ["The lines of this log have no times"])
        assert "line 99" in seen.under_cursor


async def test_scrolling_up_from_the_end_comes_through_every_line_and_keeps_few() -> None:
    async with tab(BigLog(LINES)) as seen:
        seen.open()
        await seen.rests()
        at = LINES - 1
        for _ in range(900):
            await seen.press("pageup")
            if "not read" in seen.under_cursor:
                await seen.rests()
            number = int(seen.under_cursor.partition("line ")[2].strip(". "))
            assert at - 40 <= number < at
            at = number
        assert at < LINES - 15_000
        assert len(seen.pane.log_view.source or ()) < 50_000


async def test_g_and_the_gap_below_the_beginning() -> None:
    async with tab(BigLog(LINES)) as seen:
        seen.open()
        await seen.rests()
        await seen.press("g")
        assert "line 0" in seen.under_cursor
        await seen.press(*["pagedown"] * 130)
        await seen.until(lambda: "line 2" in seen.under_cursor)
        await seen.rests()
        for _ in range(60):
            await seen.press("pagedown")
        await seen.rests()
        assert 3_000 < int(seen.under_cursor.partition("line ")[2].strip(". ")) < 6_000
        await seen.press("G")
        assert f"line {LINES - 1}" in seen.under_cursor


async def test_who_comes_to_a_gap_faster_than_it_is_read_goes_on_where_it_was() -> None:
    async with tab(BigLog(LINES)) as seen:
        seen.open()
        await seen.rests()
        gate = seen.account.hold("GetObject")
        await seen.press("g")
        while not any("MB not read" in line for line in seen.lines):
            await seen.press("pagedown")
        await seen.press(*["pagedown"] * 5)
        assert "MB not read" in seen.under_cursor
        gate.release()
        await seen.rests()
        assert "line 2622" in seen.under_cursor
        assert not any("MB not read" in line for line in seen.lines)


@pytest.mark.parametrize("number", [123_456, 5, LINES - 3])
async def test_a_search_finds_a_line_wherever_it_is_and_keeps_only_what_is_around_it(number: int) -> None:
    async with tab(BigLog(LINES, {number: "INFO: the needle is here"})) as seen:
        seen.open()
        await seen.rests()
        await seen.search("need.e")
        assert "the needle is here" in seen.under_cursor
        assert "/need.e" in seen.footer
        assert len(seen.pane.log_view.source or ()) < 50_000
        await seen.press("n")
        await seen.rests()
        assert "the needle is here" in seen.under_cursor
        assert seen.app.told[-1] == "Searched on from the start"


async def test_n_and_shift_n_go_from_match_to_match_in_the_log_s_order() -> None:
    special = {number: f"INFO: needle {number}" for number in (3, 70_000, 70_001, 150_000, LINES - 10)}
    async with tab(BigLog(LINES, special)) as seen:
        seen.open()
        await seen.rests()
        await seen.search("needle")
        visited = [seen.under_cursor.rpartition(" ")[2]]
        for key in "nnnnnNNNN":
            await seen.press(key)
            await seen.rests()
            visited.append(seen.under_cursor.rpartition(" ")[2])
        order = ["3", "70000", "70001", "150000", str(LINES - 10), "3"]
        assert visited == [*order, str(LINES - 10), "150000", "70001", "70000"]


async def test_esc_stops_a_search_then_clears_the_pattern_and_then_belongs_to_the_screen() -> None:
    async with tab(BigLog(HUGE)) as seen:
        seen.open()
        await seen.rests()
        gate = seen.account.hold("GetObject", calls=range(6, 1000))
        await seen.press("slash", *"needle", "enter")
        await seen.until(lambda: "searching" in seen.footer)
        assert "of 200 MB · esc stops" in seen.footer
        assert seen.pane.back()
        gate.release()
        await seen.rests()
        assert "searching" not in seen.footer
        calls = len(seen.account.calls)
        assert seen.pane.back()
        await seen.rests()
        assert "/needle" not in seen.footer
        assert not seen.pane.back()
        assert (len(seen.account.calls), seen.app.told) == (calls, [])


async def test_what_is_found_nowhere_is_said() -> None:
    async with tab(BigLog(30_000)) as seen:
        seen.open()
        await seen.rests()
        before = seen.under_cursor
        await seen.search("nowhere")
        assert seen.app.told == ["Nothing matches nowhere"]
        assert seen.under_cursor == before


async def test_what_is_no_pattern_is_said_as_it_is_typed_and_not_taken() -> None:
    async with tab(BigLog(100)) as seen:
        seen.open()
        await seen.rests()
        await seen.press("slash", *"lin(e")
        assert seen.lines[-1].endswith("missing )")
        await seen.press("enter")
        assert seen.pane.typing
        await seen.press(*") 7")
        assert "missing" not in seen.lines[-1]
        await seen.press("enter")
        await seen.rests()
        assert not seen.pane.typing
        assert seen.pane.log_view.has_focus
        assert "line 7" in seen.under_cursor
        await seen.press("slash", "escape")
        assert not seen.pane.typing
        assert "/lin(e) 7" in seen.footer


async def test_a_pattern_that_takes_too_long_is_refused_and_holds_up_nothing() -> None:
    text = "INFO: " + "x" * 4_000
    async with tab("".join(f"{text}\n" for _ in range(200)).encode()) as seen:
        seen.open()
        await seen.rests()
        await seen.search("(x+x+)+y")
        assert seen.app.told == ["The pattern takes too long on this log: a simpler one is needed."]
        assert seen.pane.log_view.pattern is None


async def test_going_back_to_a_log_reads_nothing_twice() -> None:
    async with tab(b"first log\n" * 50, second=b"second log\n" * 50) as seen:
        seen.open()
        await seen.rests()
        seen.open(key="second")
        await seen.rests()
        calls = len(seen.account.calls)
        seen.open()
        await seen.until(lambda: "first log" in seen.under_cursor)
        await seen.rests()
        assert len(seen.account.calls) == calls


async def test_errors_only_shows_each_with_its_stack_over_all_the_log_and_goes_back_to_the_line() -> None:
    special = {number: f"ERROR: number {number}" for number in (10, 90_000, LINES - 10)}
    special |= {90_001: "    at first", 90_002: "    at second"}
    async with tab(BigLog(LINES, special)) as seen:
        seen.open()
        await seen.rests()
        await seen.press("f")
        await seen.rests()
        texts = [" ".join(line.strip("▌").split()) for line in seen.lines[:5]]
        assert texts == [
            "E 12:00:00.010 ERROR: number 10",
            "E 12:01:30.000 ERROR: number 90000",
            "E at first",
            "E at second",
            f"E 12:03:19.990 ERROR: number {LINES - 10}",
        ]
        assert "number 199990" in seen.under_cursor
        assert "errors only" in seen.footer
        await seen.press("k")
        await seen.search("first")
        assert seen.under_cursor == "E at first"
        assert seen.pane.back()
        await seen.rests()
        assert seen.under_cursor == "E at first"
        assert "errors only" not in seen.footer
        await seen.press("j", "j")
        assert "line 90003" in seen.under_cursor


async def test_a_log_without_errors_says_so_and_f_brings_the_lines_back() -> None:
    async with tab(BigLog(30_000)) as seen:
        seen.open()
        await seen.rests()
        before = seen.under_cursor
        await seen.press("f")
        await seen.rests()
        assert seen.lines[0] == " There is no error in this log."
        await seen.press("f")
        await seen.rests()
        assert seen.under_cursor == before


async def test_so_many_errors_are_shown_and_no_more() -> None:
    special = {number: f"ERROR: number {number}" for number in range(0, 60_000, 5)}
    async with tab(BigLog(60_000, special)) as seen:
        seen.open()
        await seen.rests()
        await seen.press("f")
        await seen.rests()
        assert "errors only, the first 5,000" in seen.footer
        assert len(seen.pane.log_view.source or ()) == 5_000


async def test_a_refusal_stands_in_the_log_s_place_and_r_asks_again() -> None:
    async with tab(BigLog(LINES)) as seen:
        seen.account.fail("GetObject", AccessDenied("s3:GetObject is not allowed.", "Add s3:GetObject."))
        seen.open()
        await seen.rests()
        assert seen.lines[0] == " s3:GetObject is not allowed. Add s3:GetObject."
        seen.account.forgive()
        assert seen.pane.retry()
        await seen.rests()
        assert "line 199999" in seen.under_cursor
        assert not seen.pane.retry()


async def test_a_failure_later_leaves_the_lines_and_r_goes_on() -> None:
    async with tab(BigLog(LINES, {100_000: "INFO: needle"})) as seen:
        seen.open()
        await seen.rests()
        seen.account.fail("GetObject", Unreachable("S3 cannot be reached.", "Check the line."))
        await seen.search("needle")
        assert seen.lines[0] == " S3 cannot be reached."
        assert "line 199999" in seen.under_cursor
        seen.account.forgive()
        assert seen.pane.retry()
        await seen.rests()
        assert "needle" in seen.under_cursor
        assert "reached" not in seen.lines[0]


async def test_another_log_ends_all_that_was_under_way() -> None:
    async with tab(BigLog(HUGE), other=BigLog(100)) as seen:
        gate = seen.account.hold("GetObject")
        seen.open()
        await seen.until(gate.arrived.is_set)
        seen.pane.open(None)
        seen.pane.say("This run has no log.", "It timed out.")
        gate.release()
        await seen.rests()
        assert seen.lines[0] == " This run has no log. It timed out."
        seen.open(key="other")
        await seen.rests()
        assert "line 99" in seen.under_cursor
        assert seen.footer.split()[-5:] == ["81", "to", "100", "of", "100"]


async def test_lines_that_are_here_already_are_shown_searched_and_sifted() -> None:
    lines = parse_log(b"START RequestId: a\nERROR: Task timed out\n  at x\nREPORT RequestId: a\n" + b"INFO: z\n" * 40)
    async with tab() as seen:
        seen.pane.show_lines(lines, "from CloudWatch Logs")
        await seen.settle()
        assert seen.under_cursor == "E ERROR: Task timed out"
        assert seen.footer.startswith(" from CloudWatch Logs")
        await seen.search("report")
        assert seen.under_cursor == "REPORT RequestId: a"
        await seen.press("f")
        await seen.rests()
        assert [line.strip() for line in seen.lines[:3]] == ["E ERROR: Task timed out", "▌E   at x", ""]
        assert "from CloudWatch Logs" in seen.footer
        await seen.press("f")
        await seen.rests()
        assert seen.under_cursor == "REPORT RequestId: a"
        assert seen.account.calls == []


ODD = {
    "a line of 8 MB": b"x" * 8_000_000,
    "newlines": b"\n" * 4_000_000,
    "escapes": b"\x1b[31m\xff" * 500_000,
    "empty": b"",
    "a": b"a",
}


@pytest.mark.parametrize("data", ODD.values(), ids=list(ODD))
@pytest.mark.parametrize("size", [(80, 5), (20, 5), (80, 21)])
async def test_whatever_a_log_is_made_of_it_can_be_walked_through(data: bytes, size: tuple[int, int]) -> None:
    async with tab(data, size=size) as seen:
        seen.open()
        await seen.rests()
        for key in ("g", "pagedown", "G", "pageup", "k", "j", "z", "right", "f", "f", "s", "n", "g"):
            await seen.press(key)
            await seen.rests()
        await seen.search("x$|y")
        assert seen.read < 60 * MEGABYTE


async def test_in_five_lines_there_are_four_of_the_log_and_three_while_a_pattern_is_typed() -> None:
    async with tab(BigLog(500), size=(80, 5)) as seen:
        seen.open()
        await seen.rests()
        assert sum("line 49" in line for line in seen.lines) == 4
        await seen.press("slash", "4")
        assert seen.lines[-1].split() == ["/", "4"]


@pytest.mark.parametrize(("zone", "shows"), [(Zone.RELATIVE, "12:00:00.499"), (Zone.UTC, "12:00:00.499")])
async def test_times_are_shown_in_the_zone_of_the_rest(zone: Zone, shows: str) -> None:
    async with tab(BigLog(500), zone=zone) as seen:
        seen.open()
        await seen.rests()
        assert seen.under_cursor.startswith(shows)
        seen.pane.ascii = True
        await seen.settle()
        assert all(line.isascii() for line in seen.lines)
