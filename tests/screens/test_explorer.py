"""What a person would miss of the explorer as a whole: the right layout, the detail, their place, their choices."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from rich.cells import cell_len
from textual import events

from canaryscope.environment import Environment
from canaryscope.preferences import Preferences
from canaryscope.runs.model import Canary, RunStatus, RunType
from canaryscope.screens import explorer as explorer_screen
from canaryscope.screens.palette import QuietPalette
from runs.history import DRY_RUN_ID, run
from screens.gated import CANARY, RUNS, account, cursor, dry_runs, history, quiet, rows, tokens
from screens.support import FakeAccount, Seen, explorer, shown

SIZES = [(80, 24), (120, 35), (200, 50), (40, 10), (20, 5)]


def focused(seen: Seen) -> str:
    """Which pane has the keys."""
    app = seen.app
    for name, pane in (
        ("picker", app.explorer.picker_pane),
        ("runs", app.runs_pane),
        ("detail", app.explorer.detail_pane.status),
    ):
        if pane.has_focus_within or pane.has_focus:
            return name
    return ""


def detail(seen: Seen) -> str:
    return " ".join(" ".join(shown(seen.app, seen.app.explorer.detail_pane.status)).split())


# Layout


async def test_narrow_shows_runs_above_a_short_detail_and_the_picker_over_them() -> None:
    aws = account(history(300))
    async with explorer(aws, canary=CANARY, utc=True) as seen:
        await seen.shows("100 loaded")
        assert seen.lines[2].startswith(" Passing at least since")
        assert len(rows(seen)) == 10
        assert seen.lines[16].startswith("[Status]· Steps · Log · Requests · Screenshots · Raw")
        assert seen.lines[17].startswith(" ── Status ──")
        assert seen.lines[22].startswith(" 100 loaded · more below")
        await seen.press("c")
        await quiet(seen, aws)
        assert "Canaries" in seen.lines[1]
        assert rows(seen) == []


async def test_medium_shows_picker_and_runs_side_by_side_and_the_detail_below_the_runs() -> None:
    aws = account(history(300))
    async with explorer(aws, canary=CANARY, utc=True, size=(120, 35)) as seen:
        await seen.shows("100 loaded", "Canaries 1")
        picker, table, below = (
            widget.region
            for widget in (seen.app.explorer.picker_pane, seen.app.runs_pane, seen.app.explorer.detail_pane)
        )
        assert picker.right == table.x == below.x
        assert table.bottom == below.y
        assert table.right == below.right == 120


async def test_wide_shows_all_three_side_by_side() -> None:
    aws = account(history(300))
    async with explorer(aws, canary=CANARY, utc=True, size=(200, 50)) as seen:
        await seen.shows("100 loaded", "Canaries 1")
        picker, table, beside = (
            widget.region
            for widget in (seen.app.explorer.picker_pane, seen.app.runs_pane, seen.app.explorer.detail_pane)
        )
        assert (picker.right, table.right, beside.right) == (table.x, beside.x, 200)
        assert picker.y == table.y == beside.y == 1


@pytest.mark.parametrize("size", SIZES)
async def test_every_size_works_and_one_that_is_too_small_says_so(size: tuple[int, int]) -> None:
    aws = account(history(300))
    async with explorer(aws, canary=CANARY, utc=True, size=size) as seen:
        await seen.until(lambda: "100 loaded" in seen.status)
        await quiet(seen, aws)
        small = size[0] < 80 or size[1] < 24
        assert ("under 80x24" in seen.text) == (small and size[0] >= 40)
        await seen.press("G", "c", "escape", "tab", "enter", "escape", "y", "escape", "question_mark", "escape", "d")
        await quiet(seen, aws)
        assert all(cell_len(line) <= size[0] for line in seen.lines)
        assert len(seen.lines) == size[1]


async def test_a_resize_at_any_moment_keeps_cursor_place_and_focus() -> None:
    aws = account(history(300))
    async with explorer(aws, canary=CANARY, utc=True) as seen:
        await seen.shows("100 loaded")
        await seen.press("pagedown", *"jjj")
        await quiet(seen, aws)
        before = cursor(seen)
        for size in [(200, 50), (40, 10), (20, 5), (120, 35), (40, 10), (80, 24), (20, 5), (200, 50), (80, 24)]:
            await seen.pilot.resize_terminal(*size)
            await quiet(seen, aws)
            assert focused(seen) == "runs", size
            under_cursor = seen.app.runs_pane.under_cursor
            assert under_cursor is not None
            assert under_cursor.run.id == run(int(before)).id, size
            if size != (20, 5):  # where there is no room for the times
                assert cursor(seen) == before, size
        assert len(rows(seen)) == 10


async def test_a_resize_that_hides_the_pane_with_the_keys_gives_them_to_the_runs() -> None:
    aws = account(history(300))
    async with explorer(aws, canary=CANARY, utc=True, size=(200, 50)) as seen:
        await seen.shows("100 loaded", "Canaries 1")
        await seen.press("tab")
        assert focused(seen) == "detail"
        await seen.pilot.resize_terminal(40, 10)
        await quiet(seen, aws)
        assert focused(seen) == "runs"
        await seen.press("j")
        await quiet(seen, aws)
        assert cursor(seen) == 1


async def test_a_resize_keeps_the_picker_that_has_the_keys() -> None:
    aws = account(history(300))
    async with explorer(aws, canary=CANARY, utc=True, size=(120, 35)) as seen:
        await seen.shows("100 loaded", "Canaries 1")
        await seen.press("shift+tab")
        assert focused(seen) == "picker"
        await seen.pilot.resize_terminal(80, 24)
        await quiet(seen, aws)
        assert focused(seen) in ("picker", "runs")
        assert (seen.picker != "") == (focused(seen) == "picker"), "the keys go to what can be seen"


async def test_a_resize_while_a_filter_is_typed_keeps_what_was_typed() -> None:
    aws = account(history(90, failing={3, 40}))
    async with explorer(aws, canary=CANARY, utc=True) as seen:
        await seen.shows("90 loaded")
        await seen.press("slash", *"time")
        await seen.pilot.resize_terminal(120, 35)
        await seen.press(*"out")
        await seen.shows("2 of 90 loaded match", "/ timeout")


async def test_a_resize_of_a_full_screen_detail_and_of_the_explorer_below_it() -> None:
    aws = account(history(300))
    async with explorer(aws, canary=CANARY, utc=True) as seen:
        await seen.shows("100 loaded")
        await seen.press("j", "enter")
        await seen.shows("Artifacts")
        await seen.pilot.resize_terminal(200, 50)
        await seen.shows("Artifacts")
        await seen.press("escape")
        await seen.shows("Canaries 1", "200 loaded · more below")
        assert (focused(seen), cursor(seen)) == ("runs", 1)


# Panes


async def test_tab_goes_round_the_panes_that_are_there() -> None:
    aws = account(history(30))
    async with explorer(aws, canary=CANARY, utc=True, size=(120, 35)) as seen:
        await seen.shows("30 loaded", "Canaries 1")
        round_trip = [focused(seen)]
        for _ in range(3):
            await seen.press("tab")
            round_trip.append(focused(seen))
        assert round_trip == ["runs", "detail", "picker", "runs"]
        await seen.press("shift+tab")
        assert focused(seen) == "picker"
        await seen.pilot.resize_terminal(80, 24)
        await quiet(seen, aws)
        assert focused(seen) == "runs"
        await seen.press("tab")
        assert focused(seen) == "detail"
        await seen.press("tab")
        assert focused(seen) == "runs", "the picker is not there"


async def test_the_hints_are_those_of_the_pane_and_none_is_cut() -> None:
    aws = account(history(30))
    for width in (80, 60, 40, 20):
        async with explorer(aws, canary=CANARY, utc=True, size=(width, 24)) as seen:
            await seen.until(lambda: "30 loaded" in seen.status)
            words = (
                "enter detail [ ] tabs f failures n next s streak x causes y copy ? help c canaries d dry run w watch"
            )
            assert words.startswith(" ".join(seen.lines[-1].split()))
            assert seen.lines[-1].split()
            await seen.press("tab")
            assert "tab next pane [ ] tabs j k scroll y copy ? help q quit".startswith(" ".join(seen.lines[-1].split()))


# Detail


async def test_the_first_run_is_shown_at_once_and_then_the_one_under_the_cursor_once_it_rests(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(explorer_screen, "REST", 3_600.0)
    aws = account(history(30, failing={3}))
    async with explorer(aws, canary=CANARY, utc=True) as seen:
        await seen.shows("30 loaded")
        await quiet(seen, aws)
        assert "2026-11-22 12:00:00" in detail(seen)
        await seen.press(*"jjj")
        await quiet(seen, aws)
        assert cursor(seen) == 3
        assert "2026-11-22 12:00:00" in detail(seen), "not before the cursor rests"
        monkeypatch.setattr(explorer_screen, "REST", 0.001)
        await seen.press("j", "k")
        await seen.until(lambda: "2026-11-22 11:57:00" in detail(seen))
        assert "TimeoutError: Navigation timeout of 30000 ms exceeded" in detail(seen)


async def test_a_running_run_that_completes_is_told_anew_by_a_refresh() -> None:
    [newest, *older] = history(30)
    under_way = newest._replace(status=RunStatus("RUNNING"), timeline=newest.timeline._replace(completed=None))
    aws = account([under_way, *older])
    async with explorer(aws, canary=CANARY, utc=True) as seen:
        await seen.shows("30 loaded")
        await seen.until(lambda: "still running" in detail(seen))
        aws.runs[CANARY][0] = newest  # type: ignore[index]
        await seen.press("r")
        await seen.until(lambda: "3.000 s" in detail(seen))
        assert rows(seen)[0].state == "PASSED"


async def test_the_bar_is_measured_against_the_canarys_timeout_where_that_is_known() -> None:
    aws = FakeAccount({CANARY: history(30)}, canaries=[Canary(CANARY, state="RUNNING", timeout_seconds=60)])
    async with explorer(aws, canary=CANARY, utc=True, size=(200, 50)) as seen:
        await seen.shows("30 loaded", "Canaries 1")
        await quiet(seen, aws)
        await seen.press("j")
        await seen.until(lambda: "of 60 s" in detail(seen))


async def test_enter_shows_a_run_full_screen_and_esc_goes_back_to_the_same_place() -> None:
    reason = "Error: Step 3 failed\n" + "\n".join(f"    at step{number} (index.js:{number})" for number in range(40))
    aws = account([*history(20), run(20, state="FAILED", reason=reason), *history(60, first=21)])
    async with explorer(aws, canary=CANARY, utc=True) as seen:
        await seen.shows("81 loaded")
        await seen.press("pagedown", "pagedown", "j", "j")
        await seen.until(lambda: cursor(seen) == 20)
        await seen.until(lambda: "FAILED" in detail(seen))
        before = seen.lines
        await seen.press("enter")
        await seen.shows("at step0 (index.js:0)", "esc back", "more below")
        assert seen.app.explorer.detail_pane.full
        await seen.press("G")
        await seen.shows("Artifacts", "bucket/canary")
        await seen.press("escape")
        await seen.until(lambda: not seen.app.explorer.detail_pane.full)
        await seen.until(lambda: seen.lines == before)


async def test_the_whole_reason_can_be_scrolled_in_the_pane() -> None:
    reason = "\n".join(f"line {number} of the reason" for number in range(40))
    aws = account([run(0, state="FAILED", reason=reason)])
    async with explorer(aws, canary=CANARY, utc=True, size=(200, 50)) as seen:
        await seen.shows("1 loaded", "line 0 of the reason")
        await seen.press("tab", "G")
        await seen.until(lambda: "line 39 of the reason" in detail(seen) or "Artifacts" in detail(seen))
        await seen.press(*["ctrl+u"] * 2)
        await quiet(seen, aws)
        assert re.search(r"line \d+ of the reason", detail(seen))


async def test_a_canary_without_runs_has_no_detail() -> None:
    aws = FakeAccount({"empty": [], "full": history(5)})
    async with explorer(aws, canary="full", utc=True) as seen:
        await seen.shows("5 loaded")
        await seen.until(lambda: "PASSED" in detail(seen))
        await seen.press("c", "slash", *"empty", "enter")
        await seen.shows("empty has no runs")
        assert detail(seen) == "No run"
        assert "row" not in seen.status


# Times


async def test_t_shows_times_in_another_zone_everywhere_and_keeps_the_cursor(tmp_path: Path) -> None:
    choices = Preferences(tmp_path / "preferences.json")
    aws = account(history(30))
    async with explorer(aws, canary=CANARY, choices=choices) as seen:
        await seen.shows("30 loaded", "local (UTC)")
        await seen.press(*"jj", "t")
        await seen.until(lambda: seen.lines[0].endswith(" UTC"))
        assert cursor(seen) == 2
        await seen.press("t")
        await seen.shows("relative to 12:30:00 UTC", "32 min ago")
        await seen.until(lambda: "32 min ago, 2026-11-22 11:58" in detail(seen))
        await seen.until(lambda: Preferences(tmp_path / "preferences.json").get("zone", "") == "relative")
    async with explorer(aws, canary=CANARY, choices=Preferences(tmp_path / "preferences.json")) as seen:
        await seen.shows("30 loaded", "relative to")
    async with explorer(aws, canary=CANARY, utc=True, choices=Preferences(tmp_path / "preferences.json")) as seen:
        await seen.shows("30 loaded")
        assert seen.lines[0].endswith(" UTC"), "an option counts more than what was chosen last"


async def test_a_choice_that_no_version_knows_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "preferences.json").write_text('{"zone": "mars", "theme": "no-such-theme"}')
    aws = account(history(30))
    async with explorer(aws, canary=CANARY, choices=Preferences(tmp_path / "preferences.json")) as seen:
        await seen.shows("30 loaded", "local (UTC)")
        assert seen.app.theme == "ansi-dark"


async def test_the_theme_is_remembered(tmp_path: Path) -> None:
    choices = Preferences(tmp_path / "preferences.json")
    aws = account(history(30))
    async with explorer(aws, canary=CANARY, choices=choices) as seen:
        await seen.shows("30 loaded")
        assert set(seen.app.available_themes) == {"ansi-dark", "ansi-light"}
        seen.app.theme = "ansi-light"
        await seen.until(lambda: Preferences(tmp_path / "preferences.json").get("theme", "") == "ansi-light")
    async with explorer(aws, canary=CANARY, choices=Preferences(tmp_path / "preferences.json")) as seen:
        assert seen.app.theme == "ansi-light"


async def test_the_palette_goes_from_a_dark_to_a_light_terminal_and_back() -> None:
    async with explorer(account(history(30)), canary=CANARY) as seen:
        await seen.shows("30 loaded")
        for theme in ("ansi-light", "ansi-dark"):
            await seen.press("colon")
            await seen.until(lambda: isinstance(seen.app.screen, QuietPalette))
            await seen.pilot.press(*"theme")
            await seen.shows("Light or dark terminal")
            await seen.pilot.press("down", "enter")
            await seen.until(lambda theme=theme: seen.app.theme == theme)  # type: ignore[misc]


# Options, title


@pytest.mark.parametrize(
    ("types", "asked", "boxes"),
    [
        ({RunType.CANARY_RUN}, [RunType.CANARY_RUN], "[x] Canary runs [ ] Dry runs"),
        ({RunType.DRY_RUN}, [RunType.DRY_RUN], "[ ] Canary runs [x] Dry runs"),
        (set(RunType), list(RunType), "[x] Canary runs [x] Dry runs"),
    ],
)
async def test_option_run_type(types: set[RunType], asked: list[RunType], boxes: str) -> None:
    aws = account([*history(30), *dry_runs(30)])
    async with explorer(aws, canary=CANARY, utc=True, run_types=frozenset(types)) as seen:
        await seen.shows(boxes, f"{30 * len(types)} loaded · end of history")
        assert sorted(call.query.run_type for call in aws.calls if call.query) == sorted(asked)


async def test_option_dry_run_id_asks_for_that_one_and_esc_shows_all_dry_runs() -> None:
    aws = account([*history(30), *dry_runs(30, ids=(DRY_RUN_ID, "aaaaaaaa-0000-4000-8000-000000000000"))])
    async with explorer(
        aws, canary=CANARY, utc=True, run_types=frozenset({RunType.DRY_RUN}), dry_run_id=DRY_RUN_ID
    ) as seen:
        await seen.shows(f"DryRunId: {DRY_RUN_ID}", "15 loaded · end of history")
        [call] = [call for call in aws.calls if call.operation == RUNS]
        assert call.query is not None
        assert (call.query.run_type, call.query.dry_run_id) == (RunType.DRY_RUN, DRY_RUN_ID)
        await seen.press("escape")
        await seen.shows("30 loaded · end of history", "[ ] Canary runs [x] Dry runs")


async def test_the_option_dry_run_id_waits_for_the_canary_that_is_picked() -> None:
    aws = account([*history(30), *dry_runs(30)])
    async with explorer(aws, utc=True, run_types=frozenset({RunType.DRY_RUN}), dry_run_id=DRY_RUN_ID) as seen:
        await seen.shows("Canaries 1")
        await seen.press("enter")
        await seen.shows(f"DryRunId: {DRY_RUN_ID}", "30 loaded")
        assert tokens(aws, run_type=RunType.CANARY_RUN) == []


async def test_the_title_says_where_one_is() -> None:
    aws = account(history(30))
    async with explorer(aws, canary=CANARY, utc=True) as seen:
        await seen.shows("30 loaded")
        await quiet(seen, aws)
        assert seen.lines[0].split() == ["canaryscope", "prod", "·", "eu-west-1", CANARY, "UTC"]
    aws.profile = None
    async with explorer(aws, canary=CANARY, utc=True) as seen:
        await seen.shows("123456789012 · eu-west-1")


async def test_the_account_is_not_asked_for_again_while_the_answer_is_on_its_way() -> None:
    aws = account(history(90))
    gate = aws.hold("GetCallerIdentity")
    async with explorer(aws, canary=CANARY, utc=True) as seen:
        await seen.until(lambda: aws.count("GetCallerIdentity") == 1)
        await seen.press("r")
        await quiet(seen, aws)
        assert aws.count("GetCallerIdentity") == 1
        gate.release()
        await seen.until(lambda: seen.app._whereabouts._account)
        await quiet(seen, aws)
        assert aws.count("GetCallerIdentity") == 1


async def test_without_unicode_nothing_but_ascii_is_drawn() -> None:
    aws = account(history(300, failing={3}))
    for size in ((80, 24), (200, 50)):
        async with explorer(aws, canary=CANARY, utc=True, size=size, environment=Environment(ascii=True)) as seen:
            await seen.until(lambda: "100 loaded" in seen.status)
            await quiet(seen, aws)
            assert "".join(seen.lines).isascii(), seen.lines
            for keys in (("enter",), ("escape", "y"), ("escape", "question_mark"), ("escape", "exclamation_mark")):
                await seen.press(*keys)
                await quiet(seen, aws)
                assert "".join(seen.lines).isascii(), (keys, seen.lines)


async def test_quitting_ends_it_whatever_is_in_flight() -> None:
    aws = account(history(300))
    gate = aws.hold(RUNS)
    async with explorer(aws, canary=CANARY, utc=True) as seen:
        await seen.shows("0 loaded · loading…")
        await quiet(seen, aws)
        seen.app.post_message(events.Key("q", "q"))
        while seen.app.is_running:
            await seen.pilot.pause(0.001)
        assert seen.app.return_code == 0
    gate.release()
