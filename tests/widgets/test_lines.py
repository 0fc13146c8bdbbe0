"""On a slow line every cell that is painted for nothing is waited for."""

from typing import Self

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.app import App, ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Region
from textual.strip import Strip

from canaryscope_widgets.lines import ELLIPSIS, LinesWidget, Part, changed_cells, cut, fit, spread

RED = Style.parse("red")


class Letters(LinesWidget, can_focus=True):
    """Three lines of text, and a star while it has focus."""

    LOOKS = {"letters--loud": "$text-error bold"}
    DEFAULT_CSS = "Letters { height: 3; }"

    def __init__(self, *texts: str, id: str | None = None) -> None:
        super().__init__(id=id)
        self.texts = list(texts)
        self.refreshed: list[tuple[Region, ...]] = []

    def line(self, y: int) -> list[Part]:
        if y >= len(self.texts):
            return []
        return [("*" if self.has_focus and y == 0 else " ", ""), (self.texts[y], "letters--loud" if y == 2 else "")]

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        if hasattr(self, "refreshed") and not layout:
            self.refreshed.append(regions)
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)


class LettersApp(App[None]):
    def __init__(self, *letters: Letters) -> None:
        super().__init__(ansi_color=True)
        self.theme = "ansi-dark"
        self.letters = letters

    def compose(self) -> ComposeResult:
        yield from self.letters


def strip(*texts: str | tuple[str, Style]) -> Strip:
    return Strip([Segment(*text) if isinstance(text, tuple) else Segment(text) for text in texts])


async def test_only_the_cells_that_differ_are_painted() -> None:
    letters = Letters("abc", "def", "ghi")
    async with LettersApp(letters).run_test(size=(20, 3)):
        letters.refreshed.clear()
        letters.texts[1] = "dxf"
        letters.redraw()
        assert letters.refreshed == [(Region(2, 1, 1, 1),)]
        assert letters.render_line(1).text == " dxf".ljust(20)


async def test_nothing_is_painted_when_nothing_changed() -> None:
    letters = Letters("abc", "def", "ghi")
    async with LettersApp(letters).run_test(size=(20, 3)):
        letters.refreshed.clear()
        letters.redraw()
        assert letters.refreshed == []


async def test_a_change_of_focus_paints_only_what_shows_it() -> None:
    """Textual repaints a widget whole at focus and blur; this notices when the way around that is closed."""
    first, second = Letters("abc", id="first"), Letters("def", id="second")
    async with LettersApp(first, second).run_test(size=(20, 6)) as pilot:
        await pilot.pause()
        assert first.has_focus
        first.refreshed.clear()
        second.refreshed.clear()
        await pilot.press("tab")
        await pilot.pause()
        assert second.has_focus
        assert (first.refreshed, second.refreshed) == ([(Region(0, 0, 1, 1),)], [(Region(0, 0, 1, 1),)])
        assert (first.render_line(0).text[0], second.render_line(0).text[0]) == (" ", "*")


async def test_what_changed_while_hidden_is_seen_when_it_comes_back_in_the_same_size() -> None:
    letters = Letters("abc", "def", "ghi")

    class PaneApp(App[None]):
        def compose(self) -> ComposeResult:
            with Vertical():
                yield letters

    async with PaneApp().run_test(size=(20, 3)) as pilot:
        pane = pilot.app.query_one(Vertical)
        pane.display = False
        await pilot.pause()
        letters.texts[1] = "xyz"
        letters.redraw()
        pane.display = True
        await pilot.pause()
        assert letters.render_lines(letters.size.region)[1].text == " xyz".ljust(20)


async def test_plain_text_needs_no_escape_sequence() -> None:
    letters = Letters("abc", "def", "ghi")
    async with LettersApp(letters).run_test(size=(20, 3)):
        assert [style for _, style, _ in letters.render_line(0)] == [None]
        styles = [style for _, style, _ in letters.render_line(2)]
        assert styles == [None, Style.parse("bold color(1)"), None]


async def test_another_theme_redraws_everything_in_its_colours() -> None:
    letters = Letters("abc", "def", "ghi")
    app = LettersApp(letters)
    async with app.run_test(size=(20, 3)) as pilot:
        app.theme = "nord"
        await pilot.pause()
        assert Style.parse(f"bold {app.theme_variables['text-error']}") in [
            style for _, style, _ in letters.render_line(2)
        ]


async def test_text_that_looks_like_markup_and_styled_content_are_both_shown_as_they_are() -> None:
    class Styled(Letters):
        def line(self, y: int) -> list[Part]:
            return list((Content.styled("[b]loud[/b]", "bold") if y else Content("[red]no[/]")).render(end=""))

    letters = Styled()
    async with LettersApp(letters).run_test(size=(20, 2)):
        assert letters.render_line(0).text.rstrip() == "[red]no[/]"
        assert letters.render_line(1).text.rstrip() == "[b]loud[/b]"
        assert next(iter(letters.render_line(1))).style == Style(bold=True)


async def test_a_line_is_cut_at_the_edge() -> None:
    letters = Letters("abcdefgh")
    async with LettersApp(letters).run_test(size=(4, 3)) as pilot:
        assert letters.render_line(0).text == "*abc"
        await pilot.resize_terminal(6, 3)
        await pilot.pause()
        assert letters.render_line(0).text == "*abcde"


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        (strip("same"), strip("same"), (0, 0)),
        (strip("a", "b"), strip("ab"), (0, 0)),
        (strip("abcd"), strip("aXXd"), (1, 3)),
        (strip("abcd"), strip("a", ("bc", RED), "d"), (1, 3)),
        (strip("a   "), strip("a", ("   ", RED)), (0, 0)),
        (strip("a   "), strip("a", ("   ", Style(reverse=True))), (1, 4)),
        (strip(" x界 "), strip("▌x界 "), (0, 1)),
        (strip(" x界y"), strip(" x界z"), (0, 5)),
        (strip("ab  "), strip("界  "), (0, 4)),
        (strip("e\u0301ab"), strip("e\u0301ac"), (0, 3)),
    ],
    ids=[
        "same",
        "cut otherwise",
        "text",
        "style",
        "style of blanks",
        "reverse",
        "before wide",
        "after wide",
        "to wide",
        "combining",
    ],
)
def test_changed_cells(old: Strip, new: Strip, changed: tuple[int, int]) -> None:
    assert changed_cells(old, new) == changed


@given(st.text(st.characters(exclude_categories=["C", "Zl", "Zp"])), st.integers(0, 40), st.booleans())
def test_fit_fills_its_cells_whatever_the_text(text: str, width: int, right: bool) -> None:
    assert cell_len(fit(text, width, right=right)) == width


def test_what_is_cut_says_so() -> None:
    assert cut("abcdef", 6) == "abcdef"
    assert cut("abcdefg", 6) == "abcde" + ELLIPSIS
    assert cut("日本語日本語", 6) == "日本 " + ELLIPSIS
    assert cut("abc", 0) == ""
    assert fit("7 s", 6, right=True) == "   7 s"


def test_left_and_right_fill_the_line() -> None:
    assert "".join(text for text, _ in spread([("ab", "")], [("日", "")], 8)) == "ab    日"
