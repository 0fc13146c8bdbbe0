"""What is done with a run beyond looking at it: comparing, saving, and what is said where that cannot be."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest

from canaryscope.runs.errors import AccessDenied
from canaryscope.runs.model import CanaryRun
from canaryscope.screens import run_actions
from canaryscope.screens.compare_screen import CompareScreen
from canaryscope.screens.detail_tabs import DetailTab
from canaryscope.screens.save_screen import SaveScreen
from screens.gated import CANARY, dry_runs, history, quiet, rows
from screens.left import GET, LIST, account_with, files, har, on, padded, png, report, tab
from screens.support import FakeAccount, Seen

DENIED = AccessDenied("The bucket refuses.", "Ask for the permission s3:ListBucket.")


def left_by(run: CanaryRun) -> dict[str, bytes]:
    names = ["02-pay-failed.png"] if run.failed else []
    urls = ["https://shop.example.com/ok", *(["https://shop.example.com/fail"] if run.failed else [])]
    return {
        "SyntheticsReport-FAILED.json": report(run, pictures=names),
        "results.har": har(*urls),
        **{name: png() for name in names},
    }


def usual(count: int = 4, *, failing: tuple[int, ...] = (0,), dry: int = 0) -> FakeAccount:
    runs = [*history(count, failing=failing), *dry_runs(dry)]
    return account_with(runs, *(files(run, left_by(run)) for run in runs))


def opened(aws: FakeAccount, **options: Any) -> AbstractAsyncContextManager[Seen]:
    return on(aws, size=(100, 40), **options)


def files_below(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def compared(seen: Seen) -> bool:
    return isinstance(seen.app.screen, CompareScreen)


# Two runs


async def test_m_on_two_runs_compares_them_and_esc_leads_back() -> None:
    aws = usual()
    async with opened(aws) as seen:
        await quiet(seen, aws)
        await seen.press("m")
        await seen.shows("The run of 12:00:00 is marked: m on another one compares the two")
        await seen.press("j", "j", "m")
        await seen.until(lambda: compared(seen))
        await seen.shows("Two runs compared: 11:58:00 and 12:00:00", "/fail")
        await seen.press("escape")
        assert len(rows(seen)) == 4
        await seen.press("m")
        await seen.shows("The run of 11:58:00 is marked")


async def test_m_twice_on_a_run_unmarks_it() -> None:
    aws = usual()
    async with opened(aws) as seen:
        await quiet(seen, aws)
        await seen.press("m", "m")
        await seen.shows("No run is marked any more")
        await seen.press("j", "m")
        await seen.shows("is marked: m on another one")


async def test_another_canary_forgets_the_mark() -> None:
    aws = usual()
    aws.runs = {**aws.runs, "login-api": history(2)}
    async with opened(aws) as seen:
        await quiet(seen, aws)
        await seen.press("m")
        seen.app.explorer.open("login-api")
        await quiet(seen, aws)
        await seen.press("m")
        await seen.shows("is marked: m on another one")
        assert not compared(seen)


async def test_b_compares_a_failed_run_with_the_last_good_one_also_full_screen() -> None:
    aws = usual()
    async with opened(aws) as seen:
        await quiet(seen, aws)
        await seen.press("enter", "b")
        await seen.until(lambda: compared(seen))
        await seen.shows("Two runs compared: 11:59:00 and 12:00:00", "/fail")
        await seen.press("escape")
        assert seen.app.explorer.detail_pane.full


async def test_b_says_what_it_is_for_and_where_there_is_no_good_run() -> None:
    aws = usual(failing=(1, 2, 3))
    async with opened(aws) as seen:
        await quiet(seen, aws)
        await seen.press("b")
        await seen.shows("this run has not failed")
        await seen.press("j", "b")
        await seen.shows("There is no good run before it in the whole history")


async def test_b_says_that_older_runs_may_have_to_be_loaded() -> None:
    runs = history(250, failing=range(250))
    aws = account_with(runs, page=50)
    async with opened(aws) as seen:
        await quiet(seen, aws)
        await seen.press("b")
        await seen.shows("No good run before it among the", "s or G loads older ones")


async def test_what_one_side_left_out_is_said_and_the_rest_compared() -> None:
    aws = usual()
    good = aws.runs[CANARY][1]
    for name in left_by(good):
        del aws.artifacts[f"{good.artifact_s3_location}/{name}"]  # type: ignore[attr-defined]
    async with opened(aws) as seen:
        await quiet(seen, aws)
        await seen.press("b")
        await seen.until(lambda: compared(seen))
        await seen.shows("The place in S3 is empty")


async def test_what_was_refused_is_asked_for_again_when_a_person_compares() -> None:
    aws = usual()
    aws.fail(LIST, DENIED, calls={1})
    async with opened(aws) as seen:
        await quiet(seen, aws)
        await seen.press("b")
        await seen.until(lambda: compared(seen))
        await seen.shows("/fail")
        assert aws.count(LIST) == 3


async def test_a_large_har_is_not_read_to_compare() -> None:
    aws = usual()
    run = aws.runs[CANARY][0]
    aws.artifacts.update(files(run, {"results.har": padded(har("https://a.example"), 6_000_000)}))  # type: ignore[attr-defined]
    async with opened(aws) as seen:
        await quiet(seen, aws)
        await seen.press("b")
        await seen.until(lambda: compared(seen))
        await seen.shows("results.har is 6.0 MB and was not read: its tab reads it")


async def test_a_dry_run_is_compared_like_any_other() -> None:
    aws = usual(dry=1)
    async with opened(aws) as seen:
        await seen.press("2")
        await quiet(seen, aws)
        await seen.press("m", "j", "m")
        await seen.until(lambda: compared(seen))
        await seen.shows("Two runs compared")


async def test_leaving_the_comparison_stops_its_readings() -> None:
    aws = usual()
    async with opened(aws) as seen:
        await quiet(seen, aws)
        gate = aws.hold(GET)
        await seen.press("b")
        await seen.until(gate.arrived.is_set)
        await seen.press("escape")
        await seen.until(lambda: all(worker.is_finished for worker in seen.app.workers if worker.group == "evidence"))
        gate.release()
        assert len(rows(seen)) == 4


async def test_a_comparison_that_takes_too_long_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_actions, "SECONDS", 0.0)
    aws = usual()
    async with opened(aws) as seen:
        await quiet(seen, aws)
        await seen.press("b")
        await seen.shows("comparing them takes more than")


# Saving


async def test_capital_e_asks_for_a_folder_once_however_often_it_is_pressed() -> None:
    aws = usual()
    async with opened(aws) as seen:
        await seen.press("j", "j")
        await quiet(seen, aws)
        gate = aws.hold(LIST)
        await seen.press("E", "E")
        await seen.until(gate.arrived.is_set)
        gate.release()
        await seen.until(lambda: isinstance(seen.app.screen, SaveScreen))
        await seen.press("escape")
        await seen.until(lambda: len(rows(seen)) == 4)


async def test_capital_e_on_a_run_without_artifacts_says_why_and_asks_again() -> None:
    aws = usual()
    aws.fail(LIST, DENIED, calls={1, 2})
    async with opened(aws) as seen:
        await quiet(seen, aws)
        await seen.press("E")
        await seen.shows("The bucket refuses.")
        assert aws.count(LIST) == 2
        await seen.press("E")
        await seen.until(lambda: isinstance(seen.app.screen, SaveScreen))


async def test_e_saves_the_screenshot_that_is_shown_and_says_where(tmp_path: Path) -> None:
    aws = usual()
    async with opened(aws) as seen:
        seen.app.explorer.run_actions.folder = str(tmp_path)
        await quiet(seen, aws)
        await seen.press("e")
        await seen.shows("e saves the screenshot that is shown: ] goes to the tab Screenshots")
        await tab(seen, aws, DetailTab.SCREENSHOTS)
        await seen.press("e")
        await quiet(seen, aws)
    [saved] = files_below(tmp_path)
    assert saved.name == "02-pay-failed.png"
    assert saved.read_bytes() == png()


async def test_e_says_what_went_wrong(tmp_path: Path) -> None:
    aws = usual()
    async with opened(aws) as seen:
        seen.app.explorer.run_actions.folder = str(tmp_path)
        await tab(seen, aws, DetailTab.SCREENSHOTS)
        aws.fail(GET, AccessDenied("The object is refused."))
        await seen.press("e")
        await seen.shows("The object is refused.")
