"""Why runs failed, full screen: what a person reads there, and what comes back from it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from textual.pilot import Pilot

from canaryscope.screens.causes_screen import CausesScreen
from canaryscope_widgets.cause_list import CauseList, CauseRow
from canaryscope_widgets.title_bar import TitleBar
from screens.support import shown
from stage import Stage, burst, styles_at

HEADING = "Causes of 44 failed runs among 1,200 loaded"
NUMBERS = [
    "Pass rate 97.2%: 1,167 of 1,200 scheduled runs, Nov 18 03:12:07 to 12:27:07",
    "Half of the runs took up to 3.0 s (p50), 95% up to 30.4 s (p95)",
]
ROWS = [
    CauseRow(7, 43, "timed out", "TimeoutError: Navigation timeout exceeded", "03:12:07", "12:27:07", "FIREFOX"),
    CauseRow(2, 1, "content", "404 Not Found", "11:42:07", "11:42:07"),
]


@dataclass
class Opened:
    """The screen on a Pilot, and with what it was left."""

    pilot: Pilot[None]
    results: list[int | None] = field(default_factory=list)

    @property
    def lines(self) -> list[str]:
        return shown(self.pilot.app)

    @property
    def causes(self) -> CauseList:
        return self.pilot.app.screen.query_one(CauseList)


@asynccontextmanager
async def opened(
    rows: list[CauseRow], heading: str = HEADING, *, size: tuple[int, int] = (80, 24), ascii: bool = False
) -> AsyncIterator[Opened]:
    title = TitleBar()
    title.place, title.aws_region, title.canary, title.zone = "prod", "eu-west-1", "checkout-flow", "UTC"
    app = Stage()
    async with app.run_test(size=size) as pilot:
        seen = Opened(pilot)
        await app.push_screen(CausesScreen(title, heading, NUMBERS, rows, ascii=ascii), seen.results.append)
        await pilot.pause()
        yield seen


async def test_it_says_of_what_the_causes_are_then_the_numbers_then_the_causes() -> None:
    async with opened(ROWS) as seen:
        assert seen.lines[:10] == [
            " canaryscope  prod · eu-west-1  checkout-flow" + "UTC".rjust(34),
            f" {HEADING}",
            *(f" {line}" for line in NUMBERS),
            "",
            " Runs  Family     Cause",
            "▌  43  timed out  TimeoutError: Navigation timeout exceeded",
            "▌      first 03:12:07 · last 12:27:07 · in FIREFOX",
            "    1  content    404 Not Found",
            "       seen 11:42:07",
        ]
        assert seen.lines[-1] == " enter its runs  j k move  esc back  ? help  q quit"


async def test_enter_comes_back_with_the_cause_whose_runs_are_wanted() -> None:
    async with opened(ROWS) as seen:
        await burst(seen.pilot, ["j", "enter"])
        assert seen.results == [2]


async def test_a_click_comes_back_with_the_cause_too() -> None:
    async with opened(ROWS) as seen:
        await seen.pilot.click(CauseList, offset=(20, 1))
        await seen.pilot.pause()
        assert seen.results == [7]


@pytest.mark.parametrize("key", ["escape", "backspace"])
async def test_esc_comes_back_without_one(key: str) -> None:
    async with opened(ROWS) as seen:
        await burst(seen.pilot, [key])
        assert seen.results == [None]


async def test_without_failed_runs_it_says_so_and_offers_no_key_that_does_nothing() -> None:
    async with opened([], "No failed run among the 1,200 loaded") as seen:
        assert seen.lines[1] == " No failed run among the 1,200 loaded"
        assert not any(line.strip() for line in seen.lines[5:-1])
        assert seen.lines[-1] == " esc back  ? help  q quit"
        await burst(seen.pilot, ["j", "enter"])
        assert seen.results == []
        await burst(seen.pilot, ["escape"])
        assert seen.results == [None]


async def test_on_a_low_screen_the_causes_have_the_room() -> None:
    async with opened(ROWS, size=(80, 8)) as seen:
        assert seen.lines[1] == f" {HEADING}"
        assert seen.lines[3].startswith("▌  43")
        assert "404 Not Found" in seen.lines[5]


async def test_without_unicode_only_ascii_is_drawn() -> None:
    async with opened(ROWS, ascii=True) as seen:
        assert all(line.isascii() for line in seen.lines)
        assert ">  43  timed out" in "\n".join(seen.lines)


async def test_the_keys_go_to_the_list_at_once() -> None:
    async with opened(ROWS) as seen:
        assert seen.pilot.app.focused is seen.causes
        assert ("  43", "bold reverse") in styles_at(seen.causes, 1)
