"""The tabs of a run: what is read when, what it costs, what is said where there is nothing, and what the keys do."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from canaryscope.environment import Environment
from canaryscope.evidence.invocations import LogEvent
from canaryscope.runs.errors import AccessDenied, NotFound, Unreachable
from canaryscope.runs.model import Canary, CanaryRun
from canaryscope.screens import detail_pane
from canaryscope.screens.detail_tabs import DetailTab
from canaryscope.screens.screenshots_pane import ScreenshotsPane
from screens.gated import CANARY, RUNS, cursor, history, quiet, rows, running
from screens.left import (
    GET,
    GROUP,
    LIST,
    LOGS,
    LONG_REASON,
    REASON,
    account_with,
    cut,
    files,
    folder,
    har,
    links,
    on,
    padded,
    pane,
    png,
    report,
    tab,
)
from screens.support import FakeAccount, Seen, Stored, shown

EVERY = list(DetailTab)
SIZES = [(20, 5), (40, 10), (80, 24), (200, 50)]
DENIED = AccessDenied("Access to the bucket is denied.", "Ask for the permission s3:ListBucket.", code="AccessDenied")
NOT_READ = AccessDenied("Access to the object is denied.", "Ask for the permission s3:GetObject.", code="AccessDenied")
LARGE = 6_000_000
TALL = (150, 60)
"""The detail beside the runs has room for all of a tab."""


def left_by(run: CanaryRun) -> dict[str, Stored]:
    """What a run leaves as a rule."""
    state = "FAILED" if run.failed else "PASSED"
    return {
        f"SyntheticsReport-{state}.json": report(run, pictures=["02-pay-failed.png"]),
        "2026-log.txt": b"2026-11-22T12:00:00.000Z INFO: Start\n2026-11-22T12:00:01.000Z ERROR: no button\n",
        "results.har": har("https://shop.example.com/ok", "https://shop.example.com/fail"),
        "01-open-succeeded.png": png("green"),
        f"02-pay-{state.lower()}.png": png("red"),
    }


def usual(count: int = 4, *, failing: tuple[int, ...] = (0,)) -> FakeAccount:
    runs = history(count, failing=failing)
    return account_with(runs, *(files(run, left_by(run)) for run in runs))


def asked(aws: FakeAccount) -> list[tuple[str, str]]:
    """What was asked of S3 and CloudWatch Logs, without the folder."""
    return [
        (call.operation, (call.key or "").rpartition("/")[2] if call.operation == GET else "")
        for call in aws.calls
        if call.operation in (LIST, GET, LOGS)
    ]


def where(seen: Seen) -> str:
    """Which pane has the keys."""
    explorer = seen.app.explorer
    panes = {"picker": explorer.picker_pane, "runs": explorer.runs_pane, "detail": explorer.detail_pane}
    return next((name for name, pane in panes.items() if pane.has_focus_within), "")


@pytest.fixture(autouse=True)
def _own_zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A test may have set another one."""
    yield
    monkeypatch.undo()
    time.tzset()


# Tabs


async def test_the_brackets_go_round_the_tabs_from_the_table_and_from_the_detail() -> None:
    aws = usual()
    async with on(aws) as seen:
        await quiet(seen, aws)
        for start in ("runs", "detail"):
            if start == "detail":
                await seen.press("tab")
            for key, order in (("]", [*EVERY[1:], EVERY[0]]), ("[", [*EVERY[:0:-1], EVERY[0]])):
                for name in order:
                    await seen.press(key)
                    await quiet(seen, aws)
                    assert f"[{name.value}" in pane(seen)
                    assert where(seen) == start, (start, key, name)


async def test_brackets_in_one_packet_each_count_and_the_keys_stay_in_the_detail() -> None:
    aws = usual()
    async with on(aws) as seen:
        await quiet(seen, aws)
        await seen.press("tab", *"]]]]]]]")
        await quiet(seen, aws)
        assert "[Steps" in pane(seen)
        assert where(seen) == "detail"
        await seen.press("[")
        assert where(seen) == "detail"


async def test_the_tab_stays_when_the_cursor_goes_to_another_run() -> None:
    aws = usual(failing=(0, 1))
    async with on(aws) as seen:
        await tab(seen, aws, DetailTab.REQUESTS)
        await seen.press("j")
        await quiet(seen, aws)
        assert "[Requests 2]" in pane(seen)
        assert "/fail" in pane(seen)
        assert where(seen) == "runs"


# What is read, and what that costs


async def test_nothing_is_read_for_a_run_that_the_cursor_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    aws = usual(60, failing=tuple(range(60)))
    async with on(aws) as seen:
        await quiet(seen, aws)
        monkeypatch.setattr(detail_pane, "REST", 3600.0)
        before = asked(aws)
        for name in DetailTab:
            for _ in range(5):
                await seen.press("j")
                await seen.until(lambda: seen.app.explorer.detail_pane.shown == seen.app.runs_pane.under_cursor)
            assert asked(aws) == before, name
            seen.app.explorer.detail_pane._rested()
            await quiet(seen, aws)
            await seen.press("]")
            await quiet(seen, aws)
            before = asked(aws)


async def test_a_run_that_was_read_before_is_passed_without_a_call_too(monkeypatch: pytest.MonkeyPatch) -> None:
    aws = usual(5, failing=(0, 1, 2))
    async with on(aws) as seen:
        for name in (DetailTab.LOG, DetailTab.SCREENSHOTS):
            await tab(seen, aws, name)
            for key in "jjkk":
                await seen.press(key)
                await quiet(seen, aws)
        seen.app.explorer.query_one(ScreenshotsPane)._drawn.clear()
        for name in (DetailTab.LOG, DetailTab.SCREENSHOTS):
            await tab(seen, aws, name)
            with monkeypatch.context() as patch:
                patch.setattr(detail_pane, "REST", 3600.0)
                before = asked(aws)
                await seen.press("j")
                await seen.until(lambda: seen.app.explorer.detail_pane.shown == seen.app.runs_pane.under_cursor)
                assert asked(aws) == before, name
            seen.app.explorer.detail_pane._rested()
            await quiet(seen, aws)


async def test_of_a_failed_run_the_report_is_read_by_itself_and_of_a_passed_one_nothing() -> None:
    aws = usual()
    async with on(aws) as seen:
        await quiet(seen, aws)
        assert asked(aws) == [(LIST, ""), (GET, "SyntheticsReport-FAILED.json")]
        await seen.press("j")
        await quiet(seen, aws)
        assert len(asked(aws)) == 2
        await seen.press("]")
        await quiet(seen, aws)
        assert asked(aws)[2:] == [(LIST, ""), (GET, "SyntheticsReport-PASSED.json")]


async def test_each_piece_is_read_once() -> None:
    aws = usual(failing=(0,))
    async with on(aws) as seen:
        for name in DetailTab:
            await tab(seen, aws, name)
        before = asked(aws)
        assert len(set(before)) + 2 == len(before), "lists of two runs, and the report as it is"
        for _ in range(2):
            for name in DetailTab:
                await tab(seen, aws, name)
        await seen.press("enter", "]", "]", "escape", "j")
        await quiet(seen, aws)
        await seen.press("k")
        await quiet(seen, aws)
        assert [one for one in asked(aws)[len(before) :] if one != (GET, "2026-log.txt")] == []


async def test_enter_reads_at_once_and_opens_the_active_tab_full_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    aws = usual(failing=(0, 1))
    async with on(aws) as seen:
        await tab(seen, aws, DetailTab.STEPS)
        monkeypatch.setattr(detail_pane, "REST", 3600.0)
        await seen.press("j", "enter")
        await seen.shows(REASON)
        assert rows(seen) == []
        assert "[Steps 2]" in seen.lines[1]


async def test_a_bracket_is_for_the_run_that_the_cursor_is_on_now() -> None:
    aws = usual(failing=(0, 1))
    async with on(aws) as seen:
        await quiet(seen, aws)
        await seen.press("j", "]")
        await quiet(seen, aws)
        lists = [call.key for call in aws.calls if call.operation == LIST]
        assert lists == [folder(aws.runs[CANARY][at]).removeprefix("bucket/") for at in (0, 1)]
        assert seen.app.explorer.detail_pane.shown == seen.app.runs_pane.under_cursor


async def test_what_comes_late_for_another_run_changes_nothing_and_is_asked_for_again() -> None:
    aws = usual(failing=(0, 1))
    gate = aws.hold(GET, calls={1})
    async with on(aws) as seen:
        await seen.press("]")
        await seen.until(lambda: aws.count(GET) == 1)
        await seen.shows("Reading SyntheticsReport-FAILED.json")
        await seen.press("j")
        await seen.until(lambda: aws.count(GET) == 2)
        await seen.shows(REASON)
        before = pane(seen)
        gate.release()
        await quiet(seen, aws)
        assert pane(seen) == before
        await seen.press("k")
        await quiet(seen, aws)
        assert aws.count(GET) == 3
        assert aws.count(LIST) == 2


async def test_a_log_and_a_picture_in_flight_are_given_up_with_the_run_whatever_tab_is_shown() -> None:
    for name in (DetailTab.LOG, DetailTab.SCREENSHOTS):
        aws = usual(failing=(0, 1))
        async with on(aws) as seen:
            await tab(seen, aws, name.beside(-1))
            gate = aws.hold(GET, calls=range(aws.count(GET) + 1, 99))
            await seen.press("]")
            await seen.until(gate.arrived.is_set)
            await seen.press("[", "j")
            await seen.until(lambda: seen.app.explorer.detail_pane.shown == seen.app.runs_pane.under_cursor)
            busy = {worker.group for worker in seen.app.workers if not worker.is_finished}
            assert not busy & {"pictures", "log-reading", "log-filling"}
            gate.release()


# What fails


async def test_a_bucket_that_refuses_is_not_asked_again_for_each_failed_run() -> None:
    aws = usual(4, failing=(0, 1, 2, 3))
    aws.fail(LIST, DENIED)
    async with on(aws) as seen:
        for key in ("j", "j", "k"):
            await quiet(seen, aws)
            await seen.press(key)
        await quiet(seen, aws)
        assert asked(aws) == [(LIST, "")]
        await seen.press("]")
        await quiet(seen, aws)
        assert asked(aws) == [(LIST, "")] * 2
        assert "s3:ListBucket" in pane(seen)


async def test_objects_that_are_refused_are_not_asked_for_again_for_each_failed_run() -> None:
    aws = usual(4, failing=(0, 1, 2, 3))
    aws.fail(GET, NOT_READ)
    async with on(aws, size=TALL) as seen:
        await quiet(seen, aws)
        await seen.press("j")
        await quiet(seen, aws)
        assert asked(aws) == [(LIST, ""), (GET, "SyntheticsReport-FAILED.json")]
        for name in EVERY[1:]:
            await tab(seen, aws, name)
            assert "s3:GetObject" in pane(seen), name


async def test_a_bucket_that_has_answered_again_is_asked_unasked() -> None:
    aws = usual(4, failing=(0, 1, 2))
    aws.fail(LIST, Unreachable("No way."), calls={1})
    async with on(aws) as seen:
        await quiet(seen, aws)
        await seen.press("j", "]")
        await quiet(seen, aws)
        assert REASON in pane(seen)
        await seen.press("[", "j")
        await quiet(seen, aws)
        assert aws.count(LIST) == 3


@pytest.mark.parametrize("name", EVERY[1:])
@pytest.mark.parametrize("keys", ["runs", "detail", "full"])
async def test_r_reads_again_what_failed(name: DetailTab, keys: str) -> None:
    aws = usual()
    aws.fail(GET, NOT_READ)
    async with on(aws, size=TALL) as seen:
        await tab(seen, aws, name)
        assert "s3:GetObject" in pane(seen)
        if keys != "runs":
            await seen.press("tab" if keys == "detail" else "enter")
        aws.forgive()
        runs, lists = aws.count(RUNS), aws.count(LIST)
        await seen.press("r")
        await quiet(seen, aws)
        assert "s3:GetObject" not in pane(seen)
        assert "[" + name.value in pane(seen)
        assert aws.count(RUNS) - runs == (keys == "runs")
        assert aws.count(LIST) == lists


async def test_r_in_the_detail_looks_for_new_runs_where_nothing_has_failed() -> None:
    aws = usual()
    aws.runs[CANARY][0] = running(aws.runs[CANARY][0])  # type: ignore[index]
    async with on(aws) as seen:
        await seen.press("enter")
        await quiet(seen, aws)
        assert "RUNNING" in pane(seen)
        aws.runs[CANARY][0] = history(1, failing={0})[0]  # type: ignore[index]
        await seen.press("r")
        await seen.shows("FAILED")
        assert where(seen) == "detail"


async def test_r_lists_again_what_was_not_there() -> None:
    aws = account_with(history(2, failing={0}))
    async with on(aws) as seen:
        await tab(seen, aws, DetailTab.STEPS)
        assert "lifecycle rule" in pane(seen)
        aws.artifacts.update(files(aws.runs[CANARY][0], left_by(aws.runs[CANARY][0])))  # type: ignore[attr-defined]
        await seen.press("r")
        await quiet(seen, aws)
        assert REASON in pane(seen)


async def test_r_lists_again_what_was_written_anew() -> None:
    aws = usual()
    run = aws.runs[CANARY][0]
    async with on(aws) as seen:
        await tab(seen, aws, DetailTab.STEPS)
        aws.artifacts.update(files(run, {"results.har": har("https://shop.example.com/new")}))  # type: ignore[attr-defined]
        await tab(seen, aws, DetailTab.REQUESTS)
        assert "written anew" in pane(seen)
        await seen.press("r")
        await quiet(seen, aws)
        assert "/new" in pane(seen)


# Large files


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize(
    ("name", "file", "there"),
    [
        (DetailTab.STEPS, "SyntheticsReport-FAILED.json", REASON),
        (DetailTab.REQUESTS, "results.har", "/fail"),
    ],
)
async def test_a_large_file_is_read_when_a_person_says_so(name: DetailTab, file: str, there: str, full: bool) -> None:
    aws = usual()
    run = aws.runs[CANARY][0]
    large = padded(left_by(run)[file][:], LARGE)
    aws.artifacts.update(files(run, {file: large}))  # type: ignore[attr-defined]
    async with on(aws) as seen:
        await tab(seen, aws, name)
        assert "is 6.0 MB: enter reads it" in pane(seen)
        assert (GET, file) not in asked(aws)
        await seen.press("enter" if full else "tab")
        assert seen.app.explorer.detail_pane.full is full
        gate = aws.hold(GET, calls={aws.count(GET) + 2})
        await seen.press("enter")
        await seen.until(gate.arrived.is_set)
        await seen.shows("4.2 of 6.0 MB")
        await seen.press("escape")
        await seen.shows("is 6.0 MB: enter reads it")
        assert seen.app.explorer.detail_pane.full is full
        gate.release()
        await seen.press("enter")
        await seen.shows(there)
        assert seen.app.explorer.detail_pane.full is full
        await seen.press("escape")
        assert not seen.app.explorer.detail_pane.full


async def test_enter_in_another_tab_opens_full_screen_though_the_report_is_large() -> None:
    aws = usual()
    run = aws.runs[CANARY][0]
    name = "SyntheticsReport-FAILED.json"
    aws.artifacts.update(files(run, {name: padded(left_by(run)[name][:], LARGE)}))  # type: ignore[attr-defined]
    async with on(aws) as seen:
        for one in (DetailTab.STATUS, DetailTab.LOG, DetailTab.SCREENSHOTS, DetailTab.RAW):
            await tab(seen, aws, one)
            await seen.press("tab", "enter")
            await seen.until(lambda: seen.app.explorer.detail_pane.full)
            await seen.press("escape")
        await quiet(seen, aws)
        assert [call.part for call in aws.calls if call.key and call.key.endswith(name)] == [(0, 1_999_999)]


async def test_what_is_too_large_is_not_read_whatever_is_pressed() -> None:
    aws = usual()
    run = aws.runs[CANARY][0]

    class Huge:
        def __len__(self) -> int:
            return 70_000_000

        def __getitem__(self, part: slice, /) -> bytes:
            return bytes(part.stop - part.start)

    aws.artifacts.update(files(run, {"results.har": Huge()}))  # type: ignore[attr-defined]
    async with on(aws) as seen:
        await tab(seen, aws, DetailTab.REQUESTS)
        await seen.press("enter", "enter")
        await quiet(seen, aws)
        assert "E saves it" in pane(seen)
        assert (GET, "results.har") not in asked(aws)


# Status


async def test_status_shows_the_whole_reason_where_the_api_has_cut_it_and_it_is_copied_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    runs = [cut(history(1, failing={0})[0]), *history(2, failing={1}, first=1)]
    aws = account_with(runs, files(runs[0], {"SyntheticsReport-FAILED.json": report(runs[0], reason=LONG_REASON)}))
    async with on(aws, size=TALL) as seen:
        await quiet(seen, aws)
        assert "and further on" in pane(seen)
        copied: list[str] = []
        monkeypatch.setattr(seen.app, "_copy", lambda _, text: copied.append(text))
        await seen.press("y", "r", "y", "m", "j", "y", "r")
        await quiet(seen, aws)
        assert copied[0] == LONG_REASON
        assert LONG_REASON in copied[1]
        assert copied[2] == runs[1].status.state_reason


async def test_the_whole_reason_does_not_move_what_is_read() -> None:
    runs = [cut(history(1, failing={0})[0])]
    aws = account_with(runs, files(runs[0], {"SyntheticsReport-FAILED.json": report(runs[0], reason=LONG_REASON)}))
    gate = aws.hold(GET)
    async with on(aws, size=(80, 24)) as seen:
        await seen.until(gate.arrived.is_set)
        await seen.press("tab", "j", "j")
        status = seen.app.explorer.detail_pane.status
        top = shown(seen.app, status)[0]
        gate.release()
        await quiet(seen, aws)
        assert shown(seen.app, status)[0] == top


# Runs without artifacts


def without(run: CanaryRun, location: str | None) -> CanaryRun:
    return run._replace(artifact_s3_location=location)


@pytest.mark.parametrize(
    ("location", "why"),
    [(None, "has not uploaded anything"), ("No data", "uploaded nothing"), ("bucket/gone", "lifecycle rule")],
)
async def test_each_tab_says_why_there_is_nothing_and_the_log_shows_the_lambda_log(
    location: str | None, why: str
) -> None:
    runs = [without(history(1, failing={0})[0], location)]
    started = runs[0].timeline.started
    assert started is not None
    id = "0f8fad5b-d9cb-469f-a165-70867728950e"
    events = [
        LogEvent("s", started, f"START RequestId: {id} Version: 4\n"),
        LogEvent("s", started, f"2026-11-22T12:00:00.000Z\t{id}\tERROR\tTask is late\n"),
        LogEvent("s", started, f"END RequestId: {id}\n"),
    ]
    aws = account_with(runs, logs={GROUP: events})
    async with on(aws, size=TALL) as seen:
        for name in EVERY[1:]:
            await tab(seen, aws, name)
            assert why in pane(seen), name
        await tab(seen, aws, DetailTab.LOG)
        assert "Task is late" in pane(seen)
        assert "The invocation that began nearest to" in pane(seen)
        assert aws.count(LOGS) == 1


async def test_a_function_that_is_not_known_is_a_sentence() -> None:
    aws = account_with([without(history(1, failing={0})[0], None)], canaries=[Canary(CANARY, state="RUNNING")])
    async with on(aws) as seen:
        await tab(seen, aws, DetailTab.LOG)
        assert "does not say which Lambda function" in pane(seen)


async def test_a_canary_that_may_not_be_asked_about_is_a_sentence_that_names_the_action() -> None:
    aws = account_with([without(history(1, failing={0})[0], None)], canaries=())
    denied = AccessDenied("GetCanary is not allowed.", "Ask for the permission synthetics:GetCanary.")
    aws.fail("GetCanary", denied)
    aws.fail("DescribeCanaries", denied)
    async with on(aws, size=(80, 35)) as seen:
        await tab(seen, aws, DetailTab.LOG)
        assert "synthetics:GetCanary" in pane(seen)
        aws.forgive()
        await seen.press("r")
        await quiet(seen, aws)
        assert "does not say which Lambda function" in pane(seen)


async def test_a_run_with_files_but_without_a_log_shows_the_lambda_log() -> None:
    run = history(1, failing={0})[0]
    aws = account_with([run], files(run, {"SyntheticsReport-FAILED.json": report(run)}), logs={GROUP: []})
    async with on(aws) as seen:
        await tab(seen, aws, DetailTab.LOG)
        assert "left no log of its script" in pane(seen)
        assert aws.count(LOGS) == 1


async def test_a_log_group_that_is_not_there_is_a_sentence() -> None:
    aws = account_with([without(history(1, failing={0})[0], "No data")])
    async with on(aws) as seen:
        await tab(seen, aws, DetailTab.LOG)
        assert "There is no log group" in pane(seen)
        assert "uploaded nothing" in pane(seen)


async def test_a_run_under_way_says_that_it_has_uploaded_nothing_yet() -> None:
    run = running(history(1)[0])
    aws = account_with([run._replace(artifact_s3_location=None)])
    async with on(aws, size=TALL) as seen:
        for name in EVERY[1:]:
            await tab(seen, aws, name)
            assert "(yet)" in pane(seen), name


# Keys


async def test_esc_first_undoes_what_is_searched_in_the_log_then_leads_back() -> None:
    for key in ("escape", "backspace"):
        aws = usual()
        async with on(aws) as seen:
            await tab(seen, aws, DetailTab.LOG)
            await seen.press("enter", "slash", *"button", "enter")
            await quiet(seen, aws)
            await seen.press(key)
            assert seen.app.explorer.detail_pane.full
            await seen.press(key)
            assert not seen.app.explorer.detail_pane.full
            assert where(seen) == "runs"
            assert len(rows(seen)) == 4


async def test_while_one_run_fills_the_screen_the_keys_of_the_runs_do_nothing_and_c_leaves() -> None:
    aws = usual(6, failing=(0, 3))
    async with on(aws) as seen:
        await quiet(seen, aws)
        await seen.press("enter", *"fns12dxw</>")
        await quiet(seen, aws)
        assert seen.app.explorer.detail_pane.full
        assert where(seen) == "detail"
        await seen.press("escape")
        assert len(rows(seen)) == 6
        assert cursor(seen) == 0
        await seen.press("enter", "c")
        await quiet(seen, aws)
        assert where(seen) == "picker"
        await seen.press("escape")
        assert len(rows(seen)) == 6


async def test_help_and_copying_give_the_keys_back_to_the_detail() -> None:
    aws = usual()
    async with on(aws) as seen:
        for name in EVERY:
            await tab(seen, aws, name)
            for open_it in ("tab", "enter"):
                await seen.press(open_it)
                await seen.press("question_mark", "escape")
                assert where(seen) == "detail", (name, open_it)
                await seen.press("y", "i")
                assert where(seen) == "detail", (name, open_it)
                await seen.press("y", "escape")
                assert where(seen) == "detail", (name, open_it)
                await seen.press(*(["shift+tab"] if open_it == "tab" else ["escape"]))
                assert where(seen) == "runs", (name, open_it)


async def test_the_keys_of_the_log_are_the_logs_only_while_it_has_the_focus() -> None:
    aws = usual(6, failing=(0, 3))
    async with on(aws) as seen:
        await tab(seen, aws, DetailTab.LOG)
        await seen.press("n")
        assert cursor(seen) == 3
        await seen.press("k", "k", "k", "f")
        await quiet(seen, aws)
        assert len(rows(seen)) == 2
        await seen.press("f", "slash")
        assert seen.app.runs_pane.query_pane.has_focus_within
        await seen.press("escape")
        await quiet(seen, aws)
        await seen.press("tab", "f")
        await quiet(seen, aws)
        assert len(rows(seen)) == 6
        assert "errors only" in pane(seen)
        await seen.press("n", "s", "escape")
        await quiet(seen, aws)
        assert cursor(seen) == 0


@pytest.mark.parametrize("ascii", [False, True])
async def test_every_tab_works_at_every_size_full_or_not(ascii: bool) -> None:
    aws = usual()
    environment = Environment(ascii=ascii)
    async with on(aws, environment=environment) as seen:
        for name in EVERY:
            await tab(seen, aws, name)
            for full in (False, True):
                if full:
                    await seen.press("enter")
                for size in SIZES:
                    await seen.pilot.resize_terminal(*size)
                    await quiet(seen, aws)
                    assert where(seen) == ("detail" if full else "runs"), (name, size)
                    if ascii:
                        assert "".join(seen.lines).isascii(), (name, size, seen.text)
                await seen.pilot.resize_terminal(100, 35)
                await quiet(seen, aws)
            await seen.press("escape")
            assert where(seen) == "runs"


async def test_another_zone_is_shown_in_the_log_and_beside_the_screenshot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    aws = usual(failing=(0,))
    async with on(aws) as seen:
        await tab(seen, aws, DetailTab.SCREENSHOTS)
        assert "last good run, 11:59:00" in pane(seen)
        calls = len(aws.calls)
        await seen.press("t", "t")
        await quiet(seen, aws)
        assert "last good run, 20:59:00" in pane(seen)
        assert len(aws.calls) == calls
        await tab(seen, aws, DetailTab.LOG)
        assert "21:00:01" in pane(seen)
        await seen.press("t")
        await quiet(seen, aws)
        assert "12:00:01" in pane(seen)


# Requests and links


async def test_enter_opens_one_request_whole_and_back_leads_to_the_list() -> None:
    aws = usual()
    async with on(aws) as seen:
        await tab(seen, aws, DetailTab.REQUESTS)
        await seen.press("tab", "enter")
        await seen.shows("GET 503 shop.example.com/fail", "X-Asked: whole")
        await seen.press("escape")
        assert where(seen) == "detail"


async def test_a_request_that_cannot_be_read_any_more_is_a_sentence() -> None:
    aws = usual()
    async with on(aws) as seen:
        await tab(seen, aws, DetailTab.REQUESTS)
        seen.app.source.connection.evidence._requests.clear()  # type: ignore[union-attr]
        aws.fail(GET, NOT_READ)
        await seen.press("enter", "enter")
        await seen.shows("GET 503 shop.example.com/fail", "Access to the object is denied", "s3:GetObject")
        await seen.press("escape", "escape")
        assert len(rows(seen)) == 4


async def test_who_checks_links_leaves_links_and_requests_and_both_are_listed_and_open() -> None:
    run = history(1, failing={0})[0]
    named = {
        "BrokenLinkCheckerReport.json": links("https://docs.example.com/gone"),
        "results.har": har("https://shop.example.com/ok"),
    }
    aws = account_with([run], files(run, named))
    async with on(aws) as seen:
        await tab(seen, aws, DetailTab.REQUESTS)
        assert "docs.example.com" in pane(seen)
        assert "shop.example.com" in pane(seen)
        await seen.press("tab", "enter")
        await seen.shows("404 docs.example.com/gone")
        await seen.press("escape", "j", "enter")
        await seen.shows("X-Asked")


async def test_a_file_that_is_gone_since_it_was_listed_is_a_sentence() -> None:
    aws = usual()
    aws.fail(GET, NotFound("results.har is no longer there."), calls=range(2, 9))
    async with on(aws) as seen:
        await tab(seen, aws, DetailTab.REQUESTS)
        assert "no longer there" in pane(seen)
