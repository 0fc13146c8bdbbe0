"""The tabs of a run: which there are, which is shown, with and without colours, at every width."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from canaryscope_widgets.tab_bar import Tab, TabBar
from stage import Painted, Stage, lines_of, styles_at

TABS = (
    Tab("status", "Status"),
    Tab("steps", "Steps", "7"),
    Tab("log", "Log", "1.2 MB"),
    Tab("requests", "Requests", "41"),
    Tab("raw", "Raw"),
)


def bar(active: str = "steps", tabs: tuple[Tab, ...] = TABS) -> TabBar:
    shown = TabBar()
    shown.tabs, shown.active = tabs, active
    return shown


@pytest.mark.parametrize("width", [60, 80, 120])
async def test_all_tabs_are_there_with_what_is_in_them_and_one_is_marked(width: int) -> None:
    shown = bar()
    async with Stage(shown).run_test(size=(width, 3)):
        assert lines_of(shown) == [" Status ·[Steps 7]· Log 1.2 MB · Requests 41 · Raw"]


async def test_the_active_tab_is_told_by_brackets_and_weight_not_by_a_colour() -> None:
    shown = bar()
    async with Stage(shown).run_test(size=(60, 3)):
        assert ("[Steps 7]", "bold") in styles_at(shown, 0)
        assert all("color" not in style and "#" not in style for _, style in styles_at(shown, 0))


async def test_nothing_moves_when_another_tab_is_shown() -> None:
    shown = bar()
    async with Stage(shown).run_test(size=(60, 3)) as pilot:
        before = lines_of(shown)[0]
        painted = Painted(shown)
        shown.active = "log"
        await pilot.pause()
        after = lines_of(shown)[0]
        assert after == " Status · Steps 7 ·[Log 1.2 MB]· Requests 41 · Raw"
        assert [after.index(tab.title) for tab in TABS] == [before.index(tab.title) for tab in TABS]
        assert (painted.whole, max(region.width for region in painted.regions)) == (0, len("[Steps 7]·[Log 1.2 MB]"))


@pytest.mark.parametrize(
    ("width", "active", "expected"),
    [
        (50, "steps", " Status ·[Steps 7]· Log · Requests · Raw"),
        (41, "log", " Status · Steps ·[Log]· Requests · Raw"),
        (40, "log", " Status · Steps ·[Log]· Requests · Raw"),
        (34, "log", "… Steps ·[Log]· Requests · Raw"),
        (30, "steps", " Status ·[Steps]· Log …"),
        (26, "log", "… Steps ·[Log]· Requests …"),
        (20, "raw", "… Requests ·[Raw]"),
        (12, "status", "[Status]…"),
        (12, "requests", "…[Requests]…"),
        (6, "requests", "[Requ…"),
        (1, "log", "…"),
    ],
)
async def test_where_room_is_short_the_active_tab_and_its_neighbours_stay(
    width: int, active: str, expected: str
) -> None:
    shown = bar(active)
    async with Stage(shown).run_test(size=(width, 3)):
        assert lines_of(shown) == [expected]


async def test_every_width_shows_the_active_tab_or_the_beginning_of_it() -> None:
    shown = bar("log", (*TABS[:2], Tab("log", "日本語のログ", "1.2 MB"), *TABS[3:]))
    async with Stage(shown).run_test(size=(80, 3)) as pilot:
        for width in range(1, 81):
            await pilot.resize_terminal(width, 3)
            await pilot.pause()
            line = shown.render_line(0)
            assert line.cell_length == cell_len(line.text) == width
            assert "[" in line.text or width == 1


async def test_a_click_chooses_the_tab_and_one_on_the_dots_the_nearest_that_is_not_shown() -> None:
    shown = bar("log")
    app = Stage(shown)
    async with app.run_test(size=(26, 3)) as pilot:
        assert lines_of(shown) == ["… Steps ·[Log]· Requests …"]
        for x in (0, 3, 8, 11, 20, 25):
            await pilot.click(TabBar, offset=(x, 0))
        chosen = [message.name for message in app.heard(TabBar.Chosen)]
        assert chosen == ["status", "steps", "log", "requests", "raw"]


async def test_a_click_beside_the_tabs_chooses_none() -> None:
    shown = bar()
    app = Stage(shown)
    async with app.run_test(size=(80, 3)) as pilot:
        await pilot.click(TabBar, offset=(70, 0))
        shown.tabs = ()
        await pilot.click(TabBar, offset=(2, 0))
        assert app.heard(TabBar.Chosen) == []
        assert lines_of(shown) == [""]


async def test_the_same_tabs_again_paint_nothing() -> None:
    shown = bar()
    async with Stage(shown).run_test(size=(60, 3)) as pilot:
        painted = Painted(shown)
        shown.tabs, shown.active = tuple(Tab(tab.name, tab.title, tab.note) for tab in TABS), "steps"
        await pilot.pause()
        assert (painted.regions, painted.whole) == ([], 0)


async def test_titles_that_look_like_markup_are_shown_as_they_are() -> None:
    shown = bar("x", (Tab("x", "[b]x[/b]", "[red]"),))
    async with Stage(shown).run_test(size=(60, 3)):
        assert lines_of(shown) == ["[[b]x[/b] [red]]"]


async def test_without_unicode_only_ascii_is_drawn() -> None:
    shown = bar("log")
    shown.ascii = True
    async with Stage(shown).run_test(size=(26, 3)):
        assert lines_of(shown) == ["~ Steps .[Log]. Requests ~"]
