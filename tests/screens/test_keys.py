"""What a person would press in vain: a key of the help, their own key, a command of the palette, quit."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from textual import events
from textual.binding import Binding
from textual.command import CommandPalette

from canaryscope.runs.errors import TimedOut
from canaryscope.scopes import scopes
from canaryscope.screens.text_screen import TextScreen
from canaryscope_widgets import keys_in_order
from screens.gated import CANARY, RUNS, account, cursor, history, quiet
from screens.support import Seen, explorer

PROMISED = {
    "Everywhere": (
        "tab shift+tab escape c slash 1 2 d f n N s x less_than_sign greater_than_sign r w t y o exclamation_mark"
        " right_square_bracket left_square_bracket"
        " question_mark ctrl+p colon q ctrl+q ctrl+c"
    ),
    "Runs": "j k down up ctrl+d ctrl+u pagedown pageup g G home end enter space right left u",
    "Causes": "j k down up ctrl+d ctrl+u pagedown pageup g G home end enter escape",
    "Canaries": "j k down up ctrl+d ctrl+u pagedown pageup g G home end enter slash escape",
    "Detail": "j k down up ctrl+d ctrl+u pagedown pageup g G home end enter escape",
    "Detail, steps": "j k down up ctrl+d ctrl+u pagedown pageup g G home end",
    "Detail, requests": "j k down up ctrl+d ctrl+u pagedown pageup g G home end enter",
    "After y": "i r s l c m j escape",
    "Help, log and other text": "j k down up ctrl+d ctrl+u pagedown pageup g G home end escape",
}
"""The keys that a person was promised, by where they act."""


def keys_file(tmp_path: Path, text: str) -> dict[str, str]:
    """The environment of a person with this key map."""
    (tmp_path / "canaryscope").mkdir()
    (tmp_path / "canaryscope" / "keys.toml").write_text(text)
    return {"XDG_CONFIG_HOME": str(tmp_path)}


async def whole_text(seen: Seen) -> str:
    """All of a text screen, read page by page."""
    pages = [seen.text]
    await seen.press("g")
    while True:
        before = seen.lines
        await seen.press("pagedown")
        if seen.lines == before:
            return " ".join(pages)
        pages.append(seen.text)


async def palette(seen: Seen) -> None:
    await seen.until(lambda: isinstance(seen.app.screen, CommandPalette))


@pytest.mark.parametrize("scope", PROMISED)
def test_every_key_that_was_promised_is_bound(scope: str) -> None:
    bound = {binding.key for binding in Binding.make_bindings(scopes()[scope])} | {"ctrl+p"}
    assert set(PROMISED[scope].split()) <= bound


@pytest.mark.parametrize("scope", PROMISED)
def test_no_key_does_two_things_in_one_place(scope: str) -> None:
    keys = [binding.key for binding in Binding.make_bindings(scopes()[scope])]
    assert len(keys) == len(set(keys))


async def test_help_names_every_binding_of_every_scope() -> None:
    aws = account(history(5))
    async with explorer(aws, canary=CANARY, utc=True, size=(100, 40)) as seen:
        await seen.shows("5 loaded")
        await seen.press("question_mark")
        await seen.until(lambda: isinstance(seen.app.screen, TextScreen))
        text = await whole_text(seen)
        for title, bindings in scopes().items():
            assert title in text
            for binding in bindings:
                assert isinstance(binding, Binding)
                assert binding.id in text.split(), binding
        await seen.press("escape")
        await seen.shows("5 loaded")


async def test_a_key_of_ones_own_acts_the_usual_one_no_longer_does_and_help_shows_it(tmp_path: Path) -> None:
    aws = account(history(90, failing={3}))
    environ = keys_file(tmp_path, '[keys]\n"runs.failures" = "f5"\n"table.down" = ["ctrl+n", "x"]\n')
    async with explorer(aws, canary=CANARY, utc=True, environ=environ) as seen:
        await seen.shows("90 loaded")
        await seen.press("f", "j")
        await quiet(seen, aws)
        assert seen.status == "90 loaded · end of history row 1"
        await seen.press("ctrl+n", "x", "f5")
        await seen.shows("1 of 90 loaded match")
        await seen.press("question_mark")
        await seen.shows("Your settings and keys:")
        text = await whole_text(seen)
        assert "f5 Failures only, or all runs runs.failures" in text
        assert "ctrl+n x One line down table.down" in text
        assert "j down One line down picker.down" in text, "another pane keeps its keys"


async def test_a_mistake_in_the_key_map_is_told_with_its_line_and_the_rest_counts(tmp_path: Path) -> None:
    aws = account(history(90, failing={3}))
    environ = keys_file(tmp_path, '[keys]\n"runs.failure" = "f5"\n"runs.refresh" = "f6"\n')
    async with explorer(aws, canary=CANARY, utc=True, environ=environ, size=(250, 40)) as seen:
        await seen.shows("keys.toml:2: runs.failure: there is no such binding: did you mean runs.failures?")
        asked = aws.count(RUNS)
        await seen.press("f6")
        await seen.until(lambda: aws.count(RUNS) == asked + 1)
        await seen.press("question_mark")
        await seen.shows("keys.toml:2: runs.failure")


async def test_the_log_shows_calls_and_errors_the_newest_in_sight() -> None:
    aws = account(history(5))
    aws.fail("connect", TimedOut("connect brought no answer."), calls={1})
    async with explorer(aws, canary=CANARY, utc=True) as seen:
        await seen.shows("timed out · r to retry")
        await seen.press("exclamation_mark")
        await seen.shows("Calls of this session")
        await seen.press("escape")
        await seen.shows("timed out")


async def test_the_palette_offers_what_has_a_key_and_does_it() -> None:
    aws = account(history(90, failing={3}))
    async with explorer(aws, canary=CANARY, utc=True) as seen:
        await seen.shows("90 loaded")
        for key in ("colon", "ctrl+p"):
            await seen.press(key)
            await palette(seen)
            await seen.press("escape")
            await seen.until(lambda: seen.app.screen is seen.app.explorer)
        await seen.press("colon")
        await palette(seen)
        await seen.pilot.press(*"failures")
        await seen.shows("Failures only, or all runs")
        await seen.pilot.press("down", "enter")
        await seen.shows("1 of 90 loaded match")


async def test_a_command_of_the_palette_acts_on_the_run_under_the_cursor() -> None:
    aws = account(history(90, failing={30}))
    async with explorer(aws, canary=CANARY, utc=True) as seen:
        await seen.shows("90 loaded")
        await seen.press("colon")
        await palette(seen)
        await seen.pilot.press(*"next failure")
        await seen.shows("Go to the next older failure")
        await seen.pilot.press("down", "enter")
        await seen.until(lambda: "row 31" in seen.status)
        assert cursor(seen) == 30


@pytest.mark.parametrize("key", ["q", "ctrl+q", "ctrl+c"])
@pytest.mark.parametrize("way", [(), ("enter",), ("question_mark",), ("y",), ("c",)], ids=" ".join)
async def test_quit_works_from_everywhere(key: str, way: Iterable[str]) -> None:
    aws = account(history(5))
    async with explorer(aws, canary=CANARY, utc=True) as seen:
        await seen.shows("5 loaded")
        await seen.press(*way)
        await quiet(seen, aws)
        seen.app.post_message(events.Key(key, key if len(key) == 1 else None))
        while seen.app.is_running:
            await seen.pilot.pause(0.001)
        assert seen.app.return_code == 0


@pytest.mark.parametrize("key", ["ctrl+q", "ctrl+c"])
@pytest.mark.parametrize("way", [("slash",), ("d",), ("c", "slash")], ids=" ".join)
async def test_quit_works_while_typing_and_q_is_a_letter_there(key: str, way: Iterable[str]) -> None:
    aws = account(history(5))
    async with explorer(aws, canary=CANARY, utc=True) as seen:
        await seen.shows("5 loaded")
        await seen.press(*way, "q", "1", "question_mark")
        await quiet(seen, aws)
        assert seen.app.is_running
        assert seen.app.screen is seen.app.explorer
        seen.app.post_message(events.Key(key, None))
        while seen.app.is_running:
            await seen.pilot.pause(0.001)
        assert seen.app.return_code == 0


async def test_keys_of_a_burst_act_in_order_across_screens_without_a_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys_in_order, "PATIENCE", 3_600.0)
    aws = account(history(90))
    async with explorer(aws, canary=CANARY, utc=True) as seen:
        await seen.shows("90 loaded")
        for opener in ("enter", "question_mark", "exclamation_mark", "y"):
            await seen.press("j", opener, "escape", "j")
        await seen.until(lambda: cursor(seen) == 8)
        await seen.press("enter")
        await seen.until(lambda: seen.app.explorer.detail_pane.full)
        await seen.press("escape")
        await seen.press("j")
        await seen.until(lambda: cursor(seen) == 9)


async def test_esc_first_stops_then_clears_then_goes_back() -> None:
    aws = account(history(1_000, failing={5}))
    gate = aws.hold(RUNS, calls=range(3, 100))
    async with explorer(aws, canary=CANARY, utc=True) as seen:
        await seen.shows("100 loaded")
        await seen.press("f")
        await seen.shows("1 of 200 loaded match · loading…", "esc stop")
        await seen.press("escape")
        gate.release()
        await seen.shows("1 of 300 loaded match · more below", "esc clear filter", "failures only")
        await seen.press("slash", *"time", "enter")
        await seen.shows("failures only filter: time")
        await quiet(seen, aws)
        await seen.until(lambda: "end of history" in seen.status)
        await seen.press("escape")
        await seen.until(lambda: "filter: time" not in seen.text)
        assert "failures only" in seen.text
        await seen.press("escape")
        await seen.until(lambda: "failures only" not in seen.text)
        assert seen.picker == ""
        await seen.press("escape")
        await seen.until(lambda: seen.picker != "")


async def test_slash_filters_the_pane_that_has_the_keys() -> None:
    aws = account(history(90, failing={3}))
    async with explorer(aws, canary=CANARY, utc=True, size=(120, 35)) as seen:
        await seen.shows("90 loaded", "Canaries 1")
        await seen.press("shift+tab", "slash", *"zzz")
        await seen.shows("0 of 1")
        assert seen.status.startswith("90 loaded")
        await seen.press("escape", "escape", "tab", "slash", *"time")
        await seen.shows("1 of 90 loaded match")
