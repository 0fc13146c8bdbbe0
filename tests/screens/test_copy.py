"""What a person would miss in their clipboard, or not know of it: the run that they see, whole, and where it went."""

from __future__ import annotations

import base64
import json
import re
import shlex
import webbrowser

import pytest

from canaryscope.clipboard import LIMIT
from canaryscope.screens.text_screen import TextScreen
from canaryscope_widgets.copy_menu import CHOICES
from runs.history import DRY_RUN_ID, run
from screens.gated import CANARY, account, dry_runs, history, quiet
from screens.support import FakeAccount, Seen, explorer

REASON = "TimeoutError: Navigation timeout of 30000 ms exceeded\n    at Page.goto (index.js:1:2)"
LINK = f"https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#synthetics:canary/detail/{CANARY}"
BARE = re.compile(r"\x1b\]52;c;([A-Za-z0-9+/=]*)\a")


class Clipboard:
    """What the terminal is told to copy."""

    def __init__(self, seen: Seen, monkeypatch: pytest.MonkeyPatch) -> None:
        self.written: list[str] = []
        monkeypatch.setattr(seen.app._driver, "write", self.written.append)

    @property
    def texts(self) -> list[str]:
        return [base64.b64decode(found).decode() for text in self.written for found in BARE.findall(text)]


def failing() -> FakeAccount:
    aws = account([run(0, state="FAILED", reason=REASON), *history(40, first=1)])
    aws.profile = None
    return aws


@pytest.mark.parametrize(
    ("key", "label", "start"),
    [
        ("i", "run id", "00000000-0000-4000-8000-000000000000"),
        ("r", "reason", REASON),
        ("s", "S3 location", "s3://bucket/canary/eu-west-1/checkout-flow-abc/2026/11/22/12/00-00-000"),
        ("l", "console link", LINK),
        ("c", "AWS CLI command", "aws "),
        ("m", "Markdown block", "| | |\n|---|---|\n| Canary | checkout-flow |"),
        ("j", "JSON", "{\n"),
    ],
)
async def test_y_and_a_second_key_copy_something_of_the_run_and_say_so(
    key: str, label: str, start: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    aws = failing()
    async with explorer(aws, canary=CANARY, utc=True) as seen:
        await seen.shows("41 loaded")
        await quiet(seen, aws)
        clipboard = Clipboard(seen, monkeypatch)
        await seen.press("y")
        await seen.shows("copy: i run id r reason s S3 l link c CLI m Markdown j JSON")
        await seen.press(key)
        await seen.shows(f"{label} sent to the terminal's clipboard")
        [text] = clipboard.texts
        assert text.startswith(start)
        assert text == start or key in "cmj"
        assert seen.app.focused is seen.app.runs_pane.table


def test_no_choice_of_the_menu_is_untested() -> None:
    assert [key for key, *_ in CHOICES] == list("irslcmj")


async def test_what_is_copied_is_of_the_run_under_the_cursor_although_the_detail_has_not_followed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    aws = failing()
    async with explorer(aws, canary=CANARY, utc=True) as seen:
        await seen.shows("41 loaded")
        clipboard = Clipboard(seen, monkeypatch)
        await seen.press("j", "j", "y", "i", "j", "y", "j")
        await seen.until(lambda: len(clipboard.texts) == 2)
        assert clipboard.texts[0].startswith("00000002-")
        assert json.loads(clipboard.texts[1])["Id"].startswith("00000003-")


async def test_json_and_markdown_are_in_utc_whatever_the_screen_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    aws = failing()
    async with explorer(aws, canary=CANARY) as seen:
        await seen.shows("41 loaded")
        await quiet(seen, aws)
        await seen.press("t", "t")
        clipboard = Clipboard(seen, monkeypatch)
        await seen.press("y", "j", "y", "m")
        await seen.until(lambda: len(clipboard.texts) == 2)
        assert json.loads(clipboard.texts[0])["Timeline"]["Started"] == "2026-11-22T12:00:00Z"
        assert "| Started | 2026-11-22T12:00:00Z |" in clipboard.texts[1]
        assert "| Account | 123456789012 |" in clipboard.texts[1]
        assert f"| Console | {LINK} |" in clipboard.texts[1]


async def test_the_command_asks_the_question_on_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    aws = account([*history(5), *dry_runs(5)])
    async with explorer(aws, canary=CANARY, utc=True) as seen:
        await seen.shows("5 loaded")
        clipboard = Clipboard(seen, monkeypatch)
        await seen.press("y", "c", "2", "1")
        await seen.shows("5 loaded · end of history", "[ ] Canary runs")
        await seen.press("y", "c", "d", *DRY_RUN_ID, "enter")
        await seen.shows(f"DryRunId: {DRY_RUN_ID}")
        await seen.press("y", "c")
        await seen.until(lambda: len(clipboard.texts) == 3)
        asked = [shlex.split(text) for text in clipboard.texts]
        for words in asked:
            assert words[0] == "aws"
            assert words[words.index("synthetics") + 1] == "get-canary-runs"
            assert words[words.index("--name") + 1] == CANARY
            assert words[words.index("--profile") + 1] == "prod"
            assert words[words.index("--region") + 1] == "eu-west-1"
        assert [words[words.index("--run-type") + 1] for words in asked] == ["CANARY_RUN", "DRY_RUN", "DRY_RUN"]
        assert ["--dry-run-id" in words for words in asked] == [False, False, True]


async def test_esc_copies_nothing_and_gives_the_keys_back(monkeypatch: pytest.MonkeyPatch) -> None:
    aws = failing()
    async with explorer(aws, canary=CANARY, utc=True) as seen:
        await seen.shows("41 loaded")
        await quiet(seen, aws)
        before, clipboard = seen.lines, Clipboard(seen, monkeypatch)
        await seen.press("y", "escape")
        await quiet(seen, aws)
        assert seen.lines == before
        assert clipboard.texts == []
        await seen.press("j")
        await seen.shows("row 2")


async def test_what_the_run_does_not_have_is_said_and_nothing_is_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    aws = account(history(5))
    async with explorer(aws, canary=CANARY, utc=True) as seen:
        await seen.shows("5 loaded")
        clipboard = Clipboard(seen, monkeypatch)
        await seen.press("y", "r")
        await seen.shows("There is no reason to copy")
        assert clipboard.texts == []


async def test_without_a_run_the_link_can_still_be_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    aws = account([])
    async with explorer(aws, canary=CANARY, utc=True) as seen:
        await seen.shows("has no runs")
        clipboard = Clipboard(seen, monkeypatch)
        await seen.press("y", "i")
        await seen.shows("There is no run id to copy")
        await seen.press("y", "l")
        await seen.until(lambda: clipboard.texts == [LINK])


async def test_before_a_canary_is_chosen_there_is_nothing_to_copy() -> None:
    aws = account(history(5))
    async with explorer(aws, utc=True) as seen:
        await seen.shows("Canaries 1")
        before = seen.lines
        await seen.press("y", "o")
        await quiet(seen, aws)
        assert seen.lines == before


async def test_a_run_shown_full_screen_can_be_copied_from_there(monkeypatch: pytest.MonkeyPatch) -> None:
    aws = failing()
    async with explorer(aws, canary=CANARY, utc=True) as seen:
        await seen.shows("41 loaded")
        await seen.press("j", "enter")
        await seen.shows("Artifacts")
        clipboard = Clipboard(seen, monkeypatch)
        await seen.press("y")
        await seen.shows("copy: i run id")
        await seen.press("i")
        await seen.shows("run id sent to the terminal's clipboard")
        assert clipboard.texts == ["00000001-0000-4000-8000-000000000000"]
        await seen.press("escape")
        await seen.until(lambda: not seen.app.explorer.detail_pane.full)


async def test_in_tmux_both_forms_are_sent_and_it_says_which_setting_passes_them_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    aws = failing()
    async with explorer(aws, canary=CANARY, utc=True, environ={"TMUX": "/tmp/tmux-0/default,1,0"}) as seen:
        await seen.shows("41 loaded")
        clipboard = Clipboard(seen, monkeypatch)
        await seen.press("y", "c")
        await seen.shows("AWS CLI command sent to the terminal's clipboard (tmux needs set-clipboard on)")
        assert "\x1bPtmux;" in "".join(clipboard.written)


async def test_where_a_terminal_cannot_copy_the_text_is_shown_whole_for_selecting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    aws = failing()
    async with explorer(aws, canary=CANARY, utc=True, environ={"TERM": "linux"}) as seen:
        await seen.shows("41 loaded")
        clipboard = Clipboard(seen, monkeypatch)
        await seen.press("y", "r")
        await seen.shows("reason: the Linux console has no clipboard. Select it here", *REASON.split("\n    "))
        assert isinstance(seen.app.screen, TextScreen)
        assert clipboard.texts == []
        await seen.press("escape")
        await seen.shows("41 loaded")


async def test_more_than_a_terminal_takes_is_shown_for_selecting() -> None:
    aws = account([run(0, state="FAILED", reason="x" * (LIMIT + 1))])
    async with explorer(aws, canary=CANARY, utc=True) as seen:
        await seen.shows("1 loaded")
        await seen.press("y", "r")
        await seen.shows(f"{LIMIT + 1:,} bytes are more than a terminal takes", "Select it here (shift and mouse)")


async def test_o_shows_the_console_link_and_opens_it_only_where_there_is_a_browser_of_ones_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    aws = failing()
    for environ in ({}, {"DISPLAY": ":0", "SSH_CONNECTION": "a b c d"}, {"DISPLAY": ":0"}):
        async with explorer(aws, canary=CANARY, utc=True, environ=environ) as seen:
            await seen.shows("41 loaded")
            await seen.press("o")
            await seen.until(lambda: isinstance(seen.app.screen, TextScreen))
            assert LINK in "".join(seen.lines).replace(" ", "")
    assert opened == [LINK]


async def test_where_no_link_is_known_none_is_made_up() -> None:
    aws = failing()
    async with explorer(aws, canary=CANARY, utc=True) as seen:
        await seen.shows("41 loaded")
        assert seen.app.source.connection is not None
        seen.app.source.connection.partition = "aws-new"
        await seen.press("o")
        await seen.shows("No console link is known for this region")
