"""Two runs beside each other, full screen: what a person reads while it loads and after, and what they copy."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from textual.pilot import Pilot

from canaryscope.evidence.compare import Side, compare
from canaryscope.render.compare_markdown import comparison_markdown
from canaryscope.render.times import Clock, Zone
from canaryscope.screens.compare_screen import CompareScreen
from canaryscope_widgets.text_panel import TextPanel
from canaryscope_widgets.title_bar import TitleBar
from evidence.comparing import FAILED, FAILED_AT, GOOD, START
from screens.support import shown
from stage import Painted, Stage, burst

HEADING = "Compared: 11:37:07 PASSED, and 12:27:07 FAILED"
CLOCK = Clock(Zone.UTC, FAILED_AT)
COMPARISON = compare(GOOD, FAILED, START)


class Desk(Stage):
    """The application, as far as copying goes."""

    def __init__(self) -> None:
        super().__init__()
        self.copied: list[str] = []

    def on_compare_screen_copy_wanted(self, event: CompareScreen.CopyWanted) -> None:
        self.copied.append(event.markdown)
        assert isinstance(self.screen, CompareScreen)
        self.screen.say("comparison sent to the terminal's clipboard")


@dataclass
class Opened:
    """The screen on a Pilot."""

    app: Desk
    pilot: Pilot[None]
    screen: CompareScreen
    left: list[None] = field(default_factory=list)

    @property
    def lines(self) -> list[str]:
        return shown(self.app)

    async def tell(self, *sentences: str) -> None:
        self.screen.tell(*sentences)
        await self.pilot.pause()

    async def show(self, before: Side = GOOD, after: Side = FAILED) -> None:
        self.screen.show(compare(before, after, START), CLOCK)
        await self.pilot.pause()


@asynccontextmanager
async def opened(*, size: tuple[int, int] = (80, 24), ascii: bool = False) -> AsyncIterator[Opened]:
    title = TitleBar()
    title.place, title.aws_region, title.canary, title.zone = "prod", "eu-west-1", "checkout-flow", "UTC"
    app = Desk()
    async with app.run_test(size=size) as pilot:
        screen = CompareScreen(title, HEADING, ascii=ascii)
        seen = Opened(app, pilot, screen)
        await app.push_screen(screen, seen.left.append)
        await pilot.pause()
        yield seen


async def test_while_the_evidence_comes_it_says_so_and_offers_nothing_to_copy() -> None:
    async with opened() as seen:
        await seen.tell("11:37:07: reading results.har.html, 3.1 MB", "12:27:07: looking for files")
        assert seen.lines[:4] == [
            " canaryscope  prod · eu-west-1  checkout-flow" + "UTC".rjust(34),
            f" {HEADING}",
            " 11:37:07: reading results.har.html, 3.1 MB",
            " 12:27:07: looking for files",
        ]
        assert seen.lines[-1] == " esc back  j k scroll  ? help  q quit"
        await burst(seen.pilot, ["y"])
        assert seen.app.copied == []


async def test_what_matters_is_in_sight_on_a_small_screen_and_the_keys_scroll_to_the_rest() -> None:
    async with opened() as seen:
        await seen.tell("12:27:07: looking for files")
        await seen.show()
        assert seen.lines[2] == ' Step 4 "pay" FAILED after 30.0 s, before PASSED in 1.2 s'
        assert " > 4 pay                        PASSED    1.2 s  FAILED   30.0 s  +28.8 s   x25" in seen.lines
        assert seen.lines[-1] == " esc back  j k scroll  y copy as Markdown  ? help  q quit"
        await burst(seen.pilot, ["G"])
        assert seen.lines[-3] == "               after  7c9e6679-7425-40de-944b-e07fc1f90ae7"


async def test_y_asks_for_the_whole_comparison_to_be_copied_and_what_came_of_it_is_said() -> None:
    async with opened() as seen:
        await seen.show()
        await burst(seen.pilot, ["y"])
        assert seen.app.copied == [comparison_markdown(COMPARISON)]
        assert seen.lines[-1] == " comparison sent to the terminal's clipboard"


async def test_what_comes_later_is_shown_without_moving_what_is_read() -> None:
    async with opened() as seen:
        await seen.show(Side(GOOD.run, GOOD.report), Side(FAILED.run, FAILED.report))
        await burst(seen.pilot, ["j", "j", "j"])
        top = seen.lines[2]
        painted = Painted(seen.screen.query_one(TextPanel))
        await seen.show(Side(GOOD.run, GOOD.report), Side(FAILED.run, FAILED.report))
        assert (painted.whole, painted.lines) == (0, []), "the same again paints nothing"
        await seen.show(Side(GOOD.run, GOOD.report), Side(FAILED.run, FAILED.report, missing=("HAR: none.",)))
        assert seen.lines[2] == top


@pytest.mark.parametrize("size", [(120, 35), (80, 24), (20, 5), (5, 3)])
async def test_on_a_screen_of_any_size_it_is_laid_out_anew(size: tuple[int, int]) -> None:
    async with opened() as seen:
        await seen.show()
        await seen.pilot.resize_terminal(*size)
        await seen.pilot.pause()
        assert len(seen.lines) == size[1]
        if size == (120, 35):
            row = next(line for line in seen.lines if line.startswith(" > 4 pay"))
            assert row.endswith("x25")
            assert len(row) == 119


async def test_without_unicode_only_ascii_is_drawn() -> None:
    async with opened(ascii=True, size=(80, 70)) as seen:
        await seen.show()
        assert all(line.isascii() for line in seen.lines)


@pytest.mark.parametrize("key", ["escape", "backspace"])
async def test_esc_goes_back_also_while_it_loads(key: str) -> None:
    async with opened() as seen:
        await seen.tell("12:27:07: looking for files")
        await burst(seen.pilot, [key])
        assert seen.left == [None]
