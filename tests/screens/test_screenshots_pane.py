"""The Screenshots tab: the right one first, beside that of the last good run, and nothing read twice or unasked."""

from __future__ import annotations

from canaryscope.runs.errors import NotFound
from canaryscope.runs.model import CanaryRun
from canaryscope.screens.detail_tabs import DetailTab
from canaryscope_widgets.picture_view import PictureView, Shown
from screens.gated import CANARY, history, quiet
from screens.left import GET, LIST, account_with, files, on, pane, png, report, tab
from screens.support import FakeAccount, Seen, Stored

PICTURES = ("01-open-succeeded.png", "02-pay-starting.png", "02-pay-failed.png")
LARGE = 6_000_000


def left_by(run: CanaryRun) -> dict[str, Stored]:
    names = PICTURES if run.failed else ("01-open-succeeded.png", "02-pay-succeeded.png")
    pay = [name for name in names if "pay" in name]
    return {"SyntheticsReport-FAILED.json": report(run, pictures=pay), **{name: png() for name in names}}


def usual(count: int = 3, *, failing: tuple[int, ...] = (0,)) -> FakeAccount:
    runs = history(count, failing=failing)
    return account_with(runs, *(files(run, left_by(run)) for run in runs))


def put(aws: FakeAccount, at: int, name: str, data: Stored) -> None:
    """Put another file below a run's place."""
    aws.artifacts.update(files(aws.runs[CANARY][at], {name: data}))  # type: ignore[attr-defined]


def pictures(seen: Seen) -> tuple[Shown, ...]:
    return seen.app.explorer.query_one(PictureView).pictures


def titles(seen: Seen) -> list[str]:
    return [shown.title for shown in pictures(seen)]


def got(aws: FakeAccount) -> list[str]:
    """The screenshots that were read."""
    names = [(call.key or "").rpartition("/")[2] for call in aws.calls if call.operation == GET]
    return [name for name in names if name.endswith(".png")]


async def test_the_failing_step_is_first_and_the_last_good_run_stands_beside_it() -> None:
    aws = usual()
    async with on(aws) as seen:
        await tab(seen, aws, DetailTab.SCREENSHOTS)
        assert titles(seen) == ["1 of 3 · step 2 pay, failed", "last good run, 11:59:00"]
        assert all(shown.image is not None for shown in pictures(seen))
        assert got(aws) == ["02-pay-failed.png", "02-pay-succeeded.png"]
        assert aws.count(LIST) == 2
        await seen.press("tab", "j", "j", "j")
        await quiet(seen, aws)
        assert titles(seen)[0] == "3 of 3 · 01-open-succeeded.png"
        await seen.press("k", "g")
        await quiet(seen, aws)
        assert titles(seen)[0] == "1 of 3 · step 2 pay, failed"


async def test_nothing_is_asked_for_twice_while_the_report_is_still_to_come() -> None:
    aws = usual()
    gate = aws.hold(GET, calls={1})
    async with on(aws) as seen:
        await tab(seen, None, DetailTab.SCREENSHOTS)
        await seen.until(gate.arrived.is_set)
        await seen.shows("Reading SyntheticsReport-FAILED.json")
        assert got(aws) == []
        gate.release()
        await quiet(seen, aws)
        assert got(aws) == ["02-pay-failed.png", "02-pay-succeeded.png"]
        assert aws.count(LIST) == 2


async def test_of_a_passed_run_and_where_it_is_narrow_one_stands_alone() -> None:
    aws = usual()
    async with on(aws) as seen:
        await seen.press("j")
        await tab(seen, aws, DetailTab.SCREENSHOTS)
        assert titles(seen) == ["1 of 2 · 01-open-succeeded.png"]
    async with on(usual(), size=(50, 30)) as seen:
        await tab(seen, None, DetailTab.SCREENSHOTS)
        await seen.until(lambda: pictures(seen) and pictures(seen)[0].image)
        assert len(pictures(seen)) == 1


async def test_a_canary_without_a_good_run_shows_its_own() -> None:
    aws = usual(failing=(0, 1, 2))
    async with on(aws) as seen:
        await tab(seen, aws, DetailTab.SCREENSHOTS)
        assert titles(seen) == ["1 of 3 · step 2 pay, failed"]
        assert pictures(seen)[0].image is not None


async def test_another_size_draws_anew_without_another_call() -> None:
    aws = usual()
    async with on(aws) as seen:
        await tab(seen, aws, DetailTab.SCREENSHOTS)
        before = len(aws.calls)
        drawn = pictures(seen)[0].image
        await seen.press("enter")
        await quiet(seen, aws)
        assert pictures(seen)[0].image not in (None, drawn)
        for size in ((200, 50), (20, 5), (90, 30)):
            await seen.pilot.resize_terminal(*size)
            await quiet(seen, aws)
            assert pictures(seen)[0].image is not None
        assert len(aws.calls) == before


async def test_another_run_while_a_picture_is_in_flight() -> None:
    aws = usual(failing=(0, 1))
    gate = aws.hold(GET, calls={2})
    async with on(aws) as seen:
        await tab(seen, None, DetailTab.SCREENSHOTS)
        await seen.until(gate.arrived.is_set)
        await seen.press("j")
        await seen.until(lambda: titles(seen)[1:] == ["last good run, 11:58:00"] and pictures(seen)[1].image)
        before = pictures(seen)
        gate.release()
        await quiet(seen, aws)
        assert pictures(seen) == before


async def test_a_large_one_is_read_when_a_person_says_so_and_esc_stops_it() -> None:
    aws = usual()
    put(aws, 0, "02-pay-failed.png", png() + b" " * LARGE)
    async with on(aws) as seen:
        await tab(seen, aws, DetailTab.SCREENSHOTS)
        assert "02-pay-failed.png is 6.0 MB: enter reads it" in pane(seen)
        assert got(aws) == []
        await seen.press("tab")
        gate = aws.hold(GET, calls={aws.count(GET) + 3})  # the good run's report, and the first part
        await seen.press("enter")
        await seen.until(gate.arrived.is_set)
        await seen.shows("4.2 of 6.0 MB")
        await seen.press("escape")
        await seen.shows("enter reads it")
        gate.release()
        await seen.press("enter")
        await seen.until(lambda: pictures(seen)[0].image)
        assert not seen.app.explorer.detail_pane.full
        await seen.press("enter")
        await seen.until(lambda: seen.app.explorer.detail_pane.full)


async def test_a_large_one_of_the_good_run_is_not_read() -> None:
    aws = usual()
    put(aws, 1, "02-pay-succeeded.png", png() + b" " * LARGE)
    async with on(aws) as seen:
        await tab(seen, aws, DetailTab.SCREENSHOTS)
        assert got(aws) == ["02-pay-failed.png"]
        assert len(pictures(seen)) == 1


async def test_a_broken_file_is_a_sentence() -> None:
    aws = usual()
    put(aws, 0, "02-pay-failed.png", b"no picture at all")
    async with on(aws) as seen:
        await tab(seen, aws, DetailTab.SCREENSHOTS)
        assert pictures(seen)[0].image is None
        assert "02-pay-failed.png" in pictures(seen)[0].notice
        assert "Raw lists it" in pictures(seen)[0].notice
        assert pictures(seen)[1].image is not None


async def test_one_that_is_gone_is_a_sentence_and_r_reads_it_again() -> None:
    aws = usual()
    aws.fail(GET, NotFound("It is no longer there."), calls={3})
    async with on(aws) as seen:
        await tab(seen, aws, DetailTab.SCREENSHOTS)
        assert "no longer there" in pictures(seen)[0].notice
        await seen.press("r")
        await quiet(seen, aws)
        assert pictures(seen)[0].image is not None


async def test_an_api_canary_and_one_without_screenshots_say_so() -> None:
    runs = history(2)
    api = {"HttpRequestsReport.json": b'{"requests": []}', "SyntheticsReport-PASSED.json": report(runs[0])}
    aws = account_with(runs, files(runs[0], api), files(runs[1], {"x-log.txt": b"INFO: hi\n"}))
    async with on(aws) as seen:
        await tab(seen, aws, DetailTab.SCREENSHOTS)
        assert "one of an API canary" in pane(seen)
        await seen.press("j")
        await quiet(seen, aws)
        assert "The run left no screenshots. Raw lists the 1 file" in pane(seen)


async def test_a_run_whose_report_cannot_be_read_shows_its_screenshots_all_the_same() -> None:
    aws = usual()
    put(aws, 0, "SyntheticsReport-FAILED.json", b"{")
    async with on(aws) as seen:
        await tab(seen, aws, DetailTab.SCREENSHOTS)
        assert titles(seen)[0] == "1 of 3 · 02-pay-failed.png"
        assert pictures(seen)[0].image is not None
