"""The explorer obeys settings.toml, and says what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from canaryscope.preferences import Preferences
from canaryscope.runs.calls import CallRecord
from canaryscope.runs.model import RunType
from canaryscope.session_log import SessionLog
from peer import FIXED_NOW
from screens.gated import CANARY, account, history
from screens.support import explorer, shown
from screens.watching import Alarms, alarms, watching

__all__ = ["alarms"]


Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Writes the file anew, and returns its path. It is not there yet."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (folder := tmp_path / "canaryscope").mkdir()

    def write(text: str) -> Path:
        (path := folder / "settings.toml").write_text(text)
        return path

    return write


async def test_theme_and_zone_are_those_of_the_file_until_others_are_chosen(write: Write, tmp_path: Path) -> None:
    write('theme = "light"\nzone = "utc"\n')
    kept = tmp_path / "preferences.json"
    aws = account(history(30))
    async with explorer(aws, canary=CANARY, choices=Preferences(kept)) as seen:
        await seen.shows("30 loaded")
        assert seen.app.theme == "ansi-light"
        assert seen.lines[0].endswith(" UTC")
        await seen.press("t")
        await seen.until(lambda: Preferences(kept).get("zone", "") == "relative")
    async with explorer(aws, canary=CANARY, choices=Preferences(kept)) as seen:
        await seen.shows("30 loaded", "relative to")
        assert seen.app.theme == "ansi-light"
    write('zone = "local"\n')
    async with explorer(aws, canary=CANARY, choices=Preferences(kept)) as seen:
        await seen.shows("30 loaded", "local (UTC)")
        assert seen.app.theme == "ansi-dark", "what the file said is no choice"


async def test_columns_are_shown_or_hidden_as_the_file_says(write: Write) -> None:
    write("[columns]\nbrowser = true\ndry_run = false\n")
    aws = account(history(30))
    async with explorer(aws, canary=CANARY, run_types=frozenset(RunType), size=(200, 50)) as seen:
        await seen.shows("30 loaded")
        header = next(line for line in shown(seen.app, seen.app.runs_pane.table) if "Started" in line)
        assert "Browser" in header
        assert "Dry run" not in header
    write("")
    async with explorer(aws, canary=CANARY, run_types=frozenset(RunType), size=(200, 50)) as seen:
        await seen.shows("30 loaded", "Dry run")
        header = next(line for line in shown(seen.app, seen.app.runs_pane.table) if "Started" in line)
        assert "Browser" not in header


async def test_the_watch_looks_as_often_as_the_file_says(write: Write, alarms: Alarms) -> None:
    write("watch_interval = 900\n")
    aws = account(history(30))
    async with explorer(aws, canary=CANARY) as seen:
        await watching(seen, aws)
        assert "watch 15 min" in seen.text
        assert alarms.delay == pytest.approx(900, abs=5)


async def test_keys_of_the_file_act(write: Write) -> None:
    write('[keys]\n"explorer.zone" = "f5"\n')
    async with explorer(account(history(30)), canary=CANARY) as seen:
        await seen.shows("30 loaded", "local (UTC)")
        await seen.press("f5")
        await seen.until(lambda: seen.lines[0].endswith(" UTC"))


async def test_what_is_wrong_is_told_at_the_start_and_in_the_help(write: Write) -> None:
    settings = write('zone = "utc"\nwatch_interval = 1\n[keys]\n"runs.nothing" = "x"\n')
    async with explorer(account(history(30)), canary=CANARY, size=(200, 50)) as seen:
        await seen.shows(f"2 problems (? shows all): {settings}:2: watch_interval: at least 15")
        await seen.press("question_mark")
        await seen.shows(
            f"{settings}:2: watch_interval: at least 15 and at most 86,400 seconds are expected",
            f"{settings}:4: runs.nothing: there is no such binding",
            f"Your settings and keys: {settings}",
        )


async def test_one_problem_is_its_sentence(write: Write) -> None:
    settings = write("watch_interval = 1\n")
    async with explorer(account(history(30)), canary=CANARY, size=(200, 50)) as seen:
        await seen.until(lambda: seen.lines[-1].startswith(f" {settings}:1: watch_interval: at least 15"))


async def test_choices_that_cannot_be_kept_are_told_once_beside_what_else_is_wrong(
    write: Write, tmp_path: Path
) -> None:
    write("watch_interval = 1\n")
    (tmp_path / "file").write_text("in the way of a folder")
    kept = tmp_path / "file" / "preferences.json"
    told = f"2 problems (? shows all): Choices are kept for this session only: {kept}: "
    async with explorer(account(history(30)), canary=CANARY, choices=Preferences(kept), size=(200, 50)) as seen:
        await seen.shows(told)
        await seen.press("t")
        await seen.until(lambda: seen.lines[0].endswith(" UTC"))
        await seen.app.workers.wait_for_complete()
        assert "problem" not in seen.text
        await seen.press("question_mark")
        await seen.shows("settings.toml:1: watch_interval", f"Choices are kept for this session only: {kept}: ")


async def test_a_log_that_cannot_be_written_is_told_and_the_session_goes_on(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    (tmp_path / "canaryscope" / "log" / "canaryscope.log").mkdir(parents=True)
    log = SessionLog(kept=True)
    log.note(CallRecord(FIXED_NOW, "sts", "GetCallerIdentity", (), 1.0, "account"))
    async with explorer(account(history(30)), canary=CANARY, log=log, size=(200, 50)) as seen:
        await seen.shows("The log ", "canaryscope.log is not written any more: Is a directory")
        await seen.press("j")
        await seen.shows("row 2")
        assert "The log " not in seen.text
        await seen.press("question_mark")
        await seen.shows("canaryscope.log is not written any more: Is a directory")
    log.close()
