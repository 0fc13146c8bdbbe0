"""The outcome strip: which runs failed, how long each took and where the cursor is, at a glance on any terminal."""

from __future__ import annotations

import math
import os
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.geometry import Region
from textual.pilot import Pilot

from canaryscope_widgets.outcome_strip import Labels, OutcomeCell, OutcomeStrip
from canaryscope_widgets.tone import Tone
from stage import Painted, Stage, lines_of, styles_at
from terminal.probe import Terminal
from terminal.program import ROOT, SOURCES

TONES = {".": Tone.GOOD, "F": Tone.BAD, "R": Tone.BUSY, "~": Tone.ODD}
LEVELS = {".": 0.1, "F": 1.0, "R": None, "~": 0.5}
LABELS: Labels = (
    ("97.2% of 1,200 since Nov 18 03:12", "97.2% of 1,200"),
    ("p50 3.0 s  p95 30.4 s", "p95 30.4 s"),
)


def cells(letters: str) -> list[OutcomeCell]:
    return [OutcomeCell(letter, TONES[letter], LEVELS[letter]) for letter in letters]


def strip(letters: str = "", labels: Labels = ((), ())) -> OutcomeStrip:
    widget = OutcomeStrip()
    widget.outcomes, widget.labels = cells(letters), labels
    return widget


@asynccontextmanager
async def shown(widget: OutcomeStrip, width: int = 80) -> AsyncIterator[tuple[Stage, Pilot[None]]]:
    app = Stage(widget)
    async with app.run_test(size=(width, 4)) as pilot:
        await pilot.pause()
        yield app, pilot


def rooms(app: Stage) -> list[int]:
    """What was told since this was last asked."""
    return [message.room for message in app.heard(OutcomeStrip.RoomChanged)]


# What it shows


async def test_each_bar_stands_under_its_run_and_both_labels_in_one_column() -> None:
    widget = strip("..F~R", LABELS)
    async with shown(widget, 80):
        outcomes, durations = lines_of(widget)
        assert outcomes == " " * 51 + "..F~R  97.2% of 1,200"
        assert durations == " " * 51 + "▁▁█▄   p50 3.0 s  p95 30.4 s"
        assert widget.size.height == 2


async def test_a_full_strip_goes_from_edge_to_label() -> None:
    widget = strip(labels=LABELS)
    async with shown(widget, 80):
        widget.outcomes = cells("F" * widget.room)
        assert [line.index("F" if y == 0 else "█") for y, line in enumerate(lines_of(widget))] == [1, 1]
        assert lines_of(widget)[1] == " " + "█" * widget.room + "  p50 3.0 s  p95 30.4 s"
        assert lines_of(widget)[0].startswith(" " + "F" * widget.room + "  97.2%")


async def test_of_more_cells_than_fit_the_newest_are_shown() -> None:
    widget = strip("F" * 30 + "." * 17 + "~")
    async with shown(widget, 20):
        assert lines_of(widget)[0] == " " + "." * 17 + "~"
        widget.cursor = 47
        assert [text for text, style in styles_at(widget, 0) if "reverse" in style] == ["~"]
        widget.cursor = 29
        assert not any("reverse" in style for _, style in styles_at(widget, 0))


async def test_without_runs_the_labels_stay_where_they_are() -> None:
    widget = strip("F", LABELS)
    async with shown(widget, 80):
        before = lines_of(widget)[0].index("97.2%")
        widget.outcomes = []
        assert lines_of(widget)[0] == " " * before + "97.2% of 1,200"


@pytest.mark.parametrize(
    ("level", "bar", "ascii_bar"),
    [
        (None, " ", " "),
        (math.nan, " ", " "),
        (-0.5, " ", " "),
        (0.0, "▁", "_"),
        (0.001, "▁", "_"),
        (0.125, "▁", "_"),
        (0.126, "▂", "_"),
        (0.5, "▄", "-"),
        (0.7, "▆", "="),
        (0.8, "▇", "#"),
        (1.0, "█", "#"),
        (7.0, "█", "#"),
        (math.inf, "█", "#"),
    ],
)
async def test_a_bar_is_as_high_as_the_run_was_long(level: float | None, bar: str, ascii_bar: str) -> None:
    widget = OutcomeStrip()
    widget.outcomes = [OutcomeCell("F", Tone.BAD, level), OutcomeCell("F", Tone.BAD, 1.0)]
    async with shown(widget, 20):
        assert widget.render_line(1).text[17:] == f"{bar}█ "
        widget.ascii = True
        assert widget.render_line(1).text[17:] == f"{ascii_bar}# "


@pytest.mark.parametrize(("ascii", "heights"), [(False, "▁▂▃▄▅▆▇█"), (True, "_-=#")])
async def test_a_longer_run_never_has_the_lower_bar(ascii: bool, heights: str) -> None:
    widget = OutcomeStrip()
    widget.outcomes, widget.ascii = [OutcomeCell(".", level=step / 97) for step in range(98)], ascii
    async with shown(widget, 100):
        bars = lines_of(widget)[1].strip()
        assert bars == "".join(height * bars.count(height) for height in heights)
        assert min(bars.count(height) for height in heights) >= 96 // len(heights)


# On every terminal


async def test_without_colours_the_letters_tell_the_same() -> None:
    widget = strip("..F~R")
    async with shown(widget, 20):
        assert [(text.strip(), style) for text, style in styles_at(widget, 0) if text.strip()] == [
            ("..", "color(2)"),
            ("F", "bold color(1)"),
            ("~", "color(3)"),
            ("R", "color(6)"),
        ]
        toned = lines_of(widget)
        widget.outcomes = [OutcomeCell(cell.letter, level=cell.level) for cell in widget.outcomes]
        assert lines_of(widget) == toned
        assert {style for _, style in styles_at(widget, 0)} == {""}


async def test_the_linux_console_gets_ascii_in_the_same_places() -> None:
    widget = strip("..F~R", (("97.2% of 1,200 · since Nov 18",), ("p50 –  p95 30.4 s",)))
    async with shown(widget, 80):
        before = lines_of(widget)
        widget.ascii = True
        assert all(line.isascii() for line in lines_of(widget))
        assert lines_of(widget)[0] == before[0].replace("·", ".")
        assert lines_of(widget)[1].split() == ["__#-", "p50", "-", "p95", "30.4", "s"]
        assert [len(line) for line in lines_of(widget)] == [len(line) for line in before]


# Labels and room


@pytest.mark.parametrize(
    ("width", "labels", "room"),
    [
        (120, ("97.2% of 1,200 since Nov 18 03:12", "p50 3.0 s  p95 30.4 s"), 83),
        (92, ("97.2% of 1,200", "p50 3.0 s  p95 30.4 s"), 67),
        (80, ("97.2% of 1,200", "p50 3.0 s  p95 30.4 s"), 55),
        (60, ("97.2% of 1,200", "p95 30.4 s"), 42),
        (36, ("", "p95 30.4 s"), 22),
        (20, ("", ""), 18),
        (2, ("", ""), 0),
    ],
)
async def test_a_narrow_strip_has_shorter_labels_before_it_has_few_cells(
    width: int, labels: tuple[str, str], room: int
) -> None:
    widget = strip(labels=LABELS)
    async with shown(widget, width):
        assert tuple(line.strip() for line in lines_of(widget)) == labels
        assert widget.room == room


async def test_at_every_width_labels_are_whole_and_three_fifths_are_left_for_cells() -> None:
    widget = strip("F" * 300, LABELS)
    app = Stage(widget)
    async with app.run_test(size=(200, 4)) as pilot:
        for width in range(200, 19, -9):
            await pilot.resize_terminal(width, 4)
            await pilot.pause()
            assert rooms(app) == [widget.room]
            assert widget.room >= 0.6 * width
            for y, (letter, texts) in enumerate(zip("F█", LABELS, strict=True)):
                assert widget.render_line(y).cell_length == width
                drawn, label = re.fullmatch(rf" ({letter}+)(?:  (.*))?", lines_of(widget)[y]).groups()  # type: ignore[union-attr]
                assert len(drawn) == widget.room
                assert label in (None, *texts)


async def test_the_owner_hears_how_many_cells_to_make() -> None:
    widget = strip()
    assert widget.room == 0
    async with shown(widget, 80) as (app, pilot):
        assert rooms(app) == [78]
        widget.labels = LABELS
        await pilot.pause()
        assert rooms(app) == [55]
        await pilot.resize_terminal(120, 4)
        await pilot.pause()
        assert rooms(app) == [83]
        widget.outcomes = cells("..F")
        widget.labels = (LABELS[0], ("p50 3.1 s",))
        await pilot.resize_terminal(120, 3)
        await pilot.pause()
        assert rooms(app) == []


async def test_a_strip_that_comes_back_in_another_size_tells_its_room() -> None:
    widget = strip("..F")
    async with shown(widget, 80) as (app, pilot):
        widget.display = False
        await pilot.resize_terminal(60, 4)
        await pilot.pause()
        rooms(app)
        widget.labels = LABELS
        widget.display = True
        await pilot.pause()
        assert rooms(app)[-1] == widget.room == 42
        assert lines_of(widget)[0].strip() == "..F  97.2% of 1,200"


async def test_cells_stay_where_they_are_while_the_figures_beside_them_move() -> None:
    widget = strip("..F", (("99.9% of 999",), ("p95 9.9 s",)))
    async with shown(widget, 80) as (app, pilot):
        assert rooms(app) == [64]
        for figure in ("100% of 1,000", "99.9% of 1,000", "99.9% of 999", "100% of 999"):
            widget.labels = ((figure,), ("p95 9.9 s",))
            assert lines_of(widget)[0].endswith(f"..F  {figure}".ljust(20).rstrip())
        await pilot.pause()
        assert rooms(app) == [63, 62]
        widget.labels = (("100%",), ("p95 9.9 s",))
        await pilot.pause()
        assert rooms(app) == [67]
        widget.labels = ((), ())
        await pilot.pause()
        assert rooms(app) == [78]


async def test_a_narrower_strip_does_not_keep_the_width_of_its_labels() -> None:
    widget = strip(labels=(("97.2% of 1,200", "97.2% of 1k"), ()))
    async with shown(widget, 45) as (app, pilot):
        await pilot.resize_terminal(40, 4)
        await pilot.pause()
        assert lines_of(widget)[0].strip() == "97.2% of 1k"
        assert rooms(app) == [27, 25]


# The cursor and the mouse


async def test_the_cursor_is_seen_without_colours() -> None:
    widget = strip("..F~R")
    async with shown(widget, 20):
        for index, style in ((2, "bold reverse color(1)"), (0, "bold reverse color(2)"), (4, "bold reverse color(6)")):
            widget.cursor = index
            marked = [(text, style) for text, style in styles_at(widget, 0) if "reverse" in style]
            assert marked == [("..F~R"[index], style)]
        for nowhere in (None, -1, 5):
            widget.cursor = nowhere
            assert not any("reverse" in style for _, style in styles_at(widget, 0))
        assert not any("reverse" in style for _, style in styles_at(widget, 1))


async def test_a_moved_cursor_paints_one_stretch_between_the_two_cells() -> None:
    widget = strip("." * 60 + "F", LABELS)
    async with shown(widget, 120):
        widget.cursor = 60
        painted = Painted(widget)
        widget.cursor = 10
        assert painted.regions == [Region(33, 0, 51, 1)]
        widget.cursor = 10
        assert (len(painted.regions), painted.whole) == (1, 0)


async def test_nothing_is_painted_when_nothing_changes() -> None:
    widget = strip("..F~R", LABELS)
    async with shown(widget) as (app, pilot):
        rooms(app)
        widget.cursor = 1
        painted = Painted(widget)
        widget.outcomes, widget.labels, widget.cursor = cells("..F~R"), LABELS, 1
        widget.redraw()
        await pilot.pause()
        assert (painted.regions, painted.whole, rooms(app)) == ([], 0, [])


async def test_a_run_that_is_decided_paints_its_own_cells() -> None:
    widget = strip("....R", LABELS)
    async with shown(widget):
        painted = Painted(widget)
        widget.outcomes = cells("....F")
        assert painted.regions == [Region(55, 0, 1, 1), Region(55, 1, 1, 1)]


@pytest.mark.parametrize("y", [0, 1])
async def test_a_click_chooses_the_cell_below_the_pointer(y: int) -> None:
    widget = strip("..F", LABELS)
    async with shown(widget, 80) as (app, pilot):
        for x in (0, 52, 53, 55, 56, 58, 70):
            await pilot.click(widget, offset=(x, y))
        assert [message.index for message in app.heard(OutcomeStrip.CellChosen)] == [0, 2]
        widget.outcomes = cells("F" * 100)
        await pilot.click(widget, offset=(1, y))
        assert [message.index for message in app.heard(OutcomeStrip.CellChosen)] == [45]


async def test_it_takes_no_keys_from_the_table() -> None:
    widget = strip("..F")
    async with shown(widget) as (_, pilot):
        await pilot.click(widget, offset=(78, 0))
        await pilot.press("tab")
        assert not widget.has_focus


# On a real terminal


def program(**environ: str) -> Terminal:
    """The strip at 80x24, painted."""
    environment = SOURCES | {"PYTHONPATH": os.pathsep.join([SOURCES["PYTHONPATH"], str(ROOT / "tests")])} | environ
    pane = Path(__file__).with_name("pane_app.py")
    terminal = Terminal([sys.executable, str(pane), "strip"], env=environment)
    terminal.wait_for("93.3%")
    terminal.wait_for_quiet()
    return terminal


@pytest.mark.terminal
@pytest.mark.parametrize("environ", [{}, {"NO_COLOR": "1"}, {"TERM": "linux"}], ids=["colours", "NO_COLOR", "linux"])
def test_a_moved_cursor_costs_a_few_bytes_and_is_reversed(environ: dict[str, str]) -> None:
    """Textual writes a line from the widget's left edge up to the last cell that changed."""
    with program(**environ) as terminal:
        before, written = terminal.lines(), len(terminal.output)
        assert 0 < terminal.press("n").bytes <= 200
        assert re.search(rb"\x1b\[1;7(;\d+)*mF\x1b\[0m", bytes(terminal.output[written:]))
        assert terminal.hold("n", 30, hz=60).bytes / 30 <= 200
        assert terminal.lines() == before
        assert terminal.written_in(0.5) == 0
