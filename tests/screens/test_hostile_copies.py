"""Whatever is copied of what a server or a monitored site says, or a variable holds, is words in the clipboard, too."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from canaryscope.preferences import Preferences
from canaryscope.render.copies import Copy
from canaryscope.screens.text_screen import TextScreen
from canaryscope_widgets.copy_menu import CHOICES
from peer import Peer
from runs.history import run
from screens.gated import CANARY, account, history
from screens.left import REASON, account_with, files, png
from screens.support import explorer
from screens.test_copy import Clipboard
from screens.test_hostile_text import RUNS, poison_runs, poisoned

NAME = "\x1b]0;pwned\x07\x9b31m\u202e\u200bprod\udcff"
"""What a variable can hold."""


def assert_words(text: str) -> None:
    unseen = {letter for letter in text if unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Zl", "Zp")}
    assert unseen <= {"\n"}


@pytest.mark.parametrize("environ", [{"TERM": "xterm"}, {"TERM": "linux"}], ids=["copied", "shown for selecting"])
async def test_each_choice_of_the_menu(environ: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    with Peer() as peer:
        peer.script(RUNS, poisoned(poison_runs))
        credentials = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "example"}
        async with explorer(peer, canary=CANARY, environ=credentials | environ) as seen:
            await seen.reaches()
            clipboard = Clipboard(seen, monkeypatch)
            for key, name, *_ in CHOICES:
                await seen.press("y", key)
                await seen.shows(Copy(name).label)
                assert_words("".join(seen.lines))
                if isinstance(seen.app.screen, TextScreen):
                    await seen.press("escape")
            if environ["TERM"] == "xterm":
                assert len(clipboard.texts) == len(CHOICES) - 1, "an endpoint of one's own has no console link"
                assert sum("[@click=app.quit]quit[/]" in text for text in clipboard.texts) == len(CHOICES) - 2
            for text in clipboard.texts:
                assert_words(text)


async def test_the_name_of_a_profile(monkeypatch: pytest.MonkeyPatch) -> None:
    aws = account(history(3))
    aws.profile = NAME
    async with explorer(aws, canary=CANARY, utc=True) as seen:
        await seen.shows("3 loaded", "prod\ufffd · eu-west-1")
        clipboard = Clipboard(seen, monkeypatch)
        for key, name, *_ in CHOICES:
            if name not in (Copy.REASON, Copy.S3):
                await seen.press("y", key)
                await seen.shows(f"{Copy(name).label} sent to the terminal's clipboard")
        assert_words("".join(seen.lines))
        assert len(clipboard.texts) == len(CHOICES) - 2
        for text in clipboard.texts:
            assert_words(text)
        command = next(text for text in clipboard.texts if text.startswith("aws "))
        assert "--profile" not in command, "one that is altered would name another profile"


async def test_a_folder_kept_from_the_last_time(tmp_path: Path) -> None:
    """It may have been changed in preferences.json."""
    failed = run(0, state="FAILED", reason=REASON)
    aws = account_with([failed], files(failed, {"01-home-failed.png": png()}))
    choices = Preferences(tmp_path / "preferences.json")
    choices.set("save_folder", f"~{NAME}\r\n")
    async with explorer(aws, canary=CANARY, choices=choices) as seen:
        await seen.shows("1 loaded")
        await seen.press("E")
        await seen.shows("Folder", "01-home-failed.png")
        assert_words("".join(seen.lines))
        await seen.press("enter")
        await seen.shows("There is no home folder ~", "prod.")
        assert_words("".join(seen.lines))
