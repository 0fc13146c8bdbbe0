"""Saving a run's artifacts as a person does it: what they read, what they press, what they have afterwards."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from canaryscope import saving
from canaryscope.aws.options import ConnectionOptions
from canaryscope.background import Background
from canaryscope.evidence.artifacts import ArtifactPlace
from canaryscope.runs.errors import AccessDenied, NotFound
from canaryscope.saved_files import SavedFolder
from canaryscope.screens import save_screen
from canaryscope.screens.save_screen import SaveScreen
from canaryscope.source import Source
from canaryscope_widgets.status_bar import StatusBar
from screens.support import PATIENCE, FakeAccount, shown
from stage import Painted, Stage, bindings_of, burst

PLACE = ArtifactPlace("results", "canary/x/2026/11/22/12/27-07-250")
RUN = "checkout-flow-2026-11-22T12-27-07Z"
FILES = {"CHROME/01-home.png": b"0123456789", "SyntheticsReport-PASSED.json": b"{}", "run-log.txt": b"log"}


class SavingStage(Stage):
    """Hears which folder is to be remembered."""

    def on_save_screen_folder_chosen(self, event: SaveScreen.FolderChosen) -> None:
        self.remembered = event.folder


@dataclass
class Opened:
    """The screen on a Pilot, over an account, and with what it was left."""

    pilot: Pilot[None]
    aws: FakeAccount
    screen: SaveScreen
    results: list[str | None] = field(default_factory=list)

    @property
    def lines(self) -> list[str]:
        return shown(self.pilot.app)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.lines).split())

    async def until(self, condition: Callable[[], object]) -> None:
        end = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < end, "\n".join(["it did not come to that; the screen:", *self.lines])
            await asyncio.sleep(0.01)
            await self.pilot.pause()

    async def shows(self, *texts: str) -> None:
        await self.until(lambda: all(text in self.text for text in texts))

    async def press(self, *keys: str) -> None:
        await burst(self.pilot, keys)


@asynccontextmanager
async def opened(
    folder: Path, files: Mapping[str, bytes] = FILES, *, size: tuple[int, int] = (80, 24), **options: Any
) -> AsyncIterator[Opened]:
    aws = FakeAccount({}, artifacts={f"{PLACE.bucket}/{PLACE.folder}{name}": data for name, data in files.items()})
    background = Background()
    source = Source(ConnectionOptions(), background, aws.connect)
    app = SavingStage()
    async with app.run_test(size=size) as pilot:
        found = await source.artifacts(PLACE)
        label = "checkout-flow, Nov 22 12:27:07"
        screen = SaveScreen(source, background, found, label, RUN, folder=str(folder), **options)
        seen = Opened(pilot, aws, screen)
        await app.push_screen(screen, seen.results.append)
        await pilot.pause()
        yield seen
        aws.forgive()


async def test_what_will_be_saved_is_shown_before_anything_is_read() -> None:
    large = {**FILES, "results.har": bytes(5_100_000)}
    async with opened(Path("/srv/evidence"), large) as seen:
        assert seen.lines[:9] == [
            " Save 4 files (5.1 MB) of checkout-flow, Nov 22 12:27:07",
            " Folder /srv/evidence",
            f" They go into a folder of their own there: {RUN}",
            "",
            "       10 B  CHROME/01-home.png",
            "        2 B  SyntheticsReport-PASSED.json",
            "     5.1 MB  results.har  over 5.0 MB",
            "        3 B  run-log.txt",
            "",
        ]
        assert seen.lines[-2] == " 4 files · 5.1 MB · 1 of them over 5.0 MB"
        assert seen.lines[-1] == " enter save  esc back  pgdn pgup the files  ctrl+u delete all  ctrl+c quit"
        await seen.press("escape")
        assert seen.results == [""]
        assert seen.aws.count("GetObject") == 0


async def test_enter_saves_into_the_folder_that_was_typed_and_says_where(tmp_path: Path) -> None:
    async with opened(tmp_path) as seen:
        await seen.press(*"/ab", "backspace", "enter")
        await seen.until(lambda: "Saved" in seen.text)
        folder = tmp_path / "a" / RUN
        assert "".join(f"Saved 3 files (15 B) in {folder}.".split()) in "".join(seen.text.split())
        assert (folder / "CHROME" / "01-home.png").read_bytes() == b"0123456789"
        assert seen.lines[-2] == " 3 of 3 files · 15 of 15 B"
        assert seen.pilot.app.remembered == f"{tmp_path}/a"  # type: ignore[attr-defined]
        await seen.press("enter", "j", "escape")
        assert seen.results == [f"Saved 3 files (15 B) in {folder}."]


async def test_esc_stops_and_enter_goes_on_from_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saving, "PART", 4)
    async with opened(tmp_path) as seen:
        held = seen.aws.hold("GetObject", calls={3})
        await seen.press("enter")
        await seen.shows("0 of 3 files · 8 of 15 B · 01-home.png", "esc stop")
        await asyncio.to_thread(held.arrived.wait, PATIENCE)
        await seen.press("escape")
        await seen.shows("Stopped. 0 of 3 files saved; enter goes on from there.", "enter go on")
        assert seen.results == []
        held.release()
        await seen.press("enter")
        await seen.shows("Saved 3 files (15 B)")
        asked = [call.part for call in seen.aws.calls if call.part]
        assert asked[:4] == [(0, 3), (4, 7), (8, 9), (8, 9)]


async def test_what_fails_is_told_with_the_permission_and_gone_on_with(tmp_path: Path) -> None:
    async with opened(tmp_path) as seen:
        denied = AccessDenied("You may not read it.", "Ask an administrator for the permission s3:GetObject.")
        seen.aws.fail("GetObject", denied, calls={2})
        await seen.press("enter")
        await seen.shows("You may not read it.", "s3:GetObject", "1 of 3 files saved; enter goes on from there.")
        await seen.press("enter")
        await seen.shows("Saved 3 files (15 B)", "1 of them had been there")


async def test_a_file_that_is_gone_is_named_and_the_others_are_saved(tmp_path: Path) -> None:
    async with opened(tmp_path) as seen:
        seen.aws.fail("GetObject", NotFound("01-home.png is no longer there.", "A lifecycle rule."), calls={1})
        await seen.press("enter")
        await seen.shows(
            "Saved 2 files", "1 file could not be saved: 01-home.png is no longer there.", "enter try again"
        )


async def test_a_folder_that_cannot_be_is_told_where_it_was_typed(tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("mine")
    async with opened(tmp_path / "notes") as seen:
        await seen.press("enter")
        await seen.shows("is no folder.", "Enter tries again.")
        await seen.press("ctrl+u", "enter")
        await seen.shows("No folder is named.")
        await seen.press(*"~nobody-of-this-name", "enter")
        await seen.shows("There is no home folder ~nobody-of-this-name.")
        assert seen.aws.count("GetObject") == 0


async def test_a_run_without_artifacts_says_so(tmp_path: Path) -> None:
    async with opened(tmp_path, {}) as seen:
        assert "there is nothing to save" in seen.text
        await seen.press("enter", "escape")
        assert seen.results == [""]


async def test_meanwhile_only_the_line_with_the_progress_is_painted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(save_screen, "REDRAWN_EVERY", 0.01)
    async with opened(tmp_path) as seen:
        held = [seen.aws.hold("GetObject", calls={number}) for number in (1, 2)]
        await seen.press("enter")
        await asyncio.to_thread(held[0].arrived.wait, PATIENCE)
        await seen.shows("0 of 3 files")
        painted = {widget: Painted(widget) for widget in seen.screen.query("*")}
        held[0].release()
        await seen.shows("1 of 3 files")
        assert [type(widget) for widget, what in painted.items() if what.regions or what.whole] == [StatusBar]
        assert painted[seen.screen.query_one(StatusBar)].whole == 0


async def test_progress_is_shown_a_few_times_a_second_at_most(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(save_screen, "REDRAWN_EVERY", 3_600.0)
    async with opened(tmp_path, {f"{number:03}.png": b"x" for number in range(50)}) as seen:
        texts: list[str] = []
        seen.screen.watch(seen.screen.query_one(StatusBar), "text", lambda text: texts.append(text), init=False)
        await seen.press("enter")
        await seen.shows("Saved 50 files")
        assert texts == ["0 of 50 files · 0 of 50 B · 000.png", "50 of 50 files · 50 of 50 B"]


async def test_a_mistake_in_the_program_does_not_look_like_a_saving_that_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def mistaken(*_: object) -> None:
        raise KeyError("x")

    monkeypatch.setattr(SavedFolder, "finish", mistaken)
    async with opened(tmp_path) as seen:
        await seen.press("enter")
        await seen.shows("Saving failed in canaryscope itself: KeyError.", "0 of 3 files saved")


async def test_quitting_meanwhile_ends_it(tmp_path: Path) -> None:
    async with opened(tmp_path) as seen:
        held = seen.aws.hold("GetObject")
        await seen.press("enter")
        await asyncio.to_thread(held.arrived.wait, PATIENCE)
        seen.pilot.app.exit()
        held.release()
    assert not (tmp_path / RUN / "run-log.txt").exists()


async def test_the_list_moves_while_the_folder_is_typed(tmp_path: Path) -> None:
    async with opened(tmp_path, {f"{number:03}.png": b"x" for number in range(50)}) as seen:
        assert "000.png" in seen.text
        await seen.press("pagedown", "down")
        assert "000.png" not in seen.text
        await seen.press("pageup", "up")
        assert "000.png" in seen.text


@pytest.mark.parametrize("size", [(80, 24), (40, 10), (20, 5)])
async def test_on_a_small_screen_the_folder_and_what_came_of_it_are_seen(tmp_path: Path, size: tuple[int, int]) -> None:
    async with opened(tmp_path, size=size) as seen:
        assert "Folder" in seen.text
        seen.aws.fail("GetObject", AccessDenied("No."))
        await seen.press("enter")
        await seen.shows("Folder", "No.", "0 of 3 files", "go on")


async def test_without_unicode_only_ascii_is_drawn(tmp_path: Path) -> None:
    async with opened(tmp_path, size=(40, 24), ascii=True) as seen:
        assert all(line.isascii() for line in seen.lines)
        await seen.press("enter")
        await seen.shows("Saved 3 files")
        assert all(line.isascii() for line in seen.lines)


async def test_a_name_from_s3_is_text_and_nothing_else(tmp_path: Path) -> None:
    async with opened(tmp_path, {"[red]x[/].png": b"x", "\x1b[2J\u202e.png": b"y"}) as seen:
        assert "[red]x[/].png" in seen.text
        assert not any(ord(character) < 32 for line in seen.lines for character in line)


def test_every_key_has_an_id_and_says_what_it_does() -> None:
    for binding in bindings_of(SaveScreen):
        assert (binding.id or "").startswith("save.")
        assert binding.description
        assert binding.tooltip
