"""How pictures are drawn in which terminal."""

from __future__ import annotations

import fcntl
import os
import struct
import termios

import pytest

from canaryscope.pictures.model import Colors, Graphics, PictureRequest
from canaryscope.terminal import TerminalApp
from canaryscope.terminal_answers import Answers
from canaryscope.terminal_graphics import Ability, ability, cell_size, worth_asking

XTERM = {"TERM": "xterm-256color"}
CELL = (9, 18)


def graphics(
    name: str = "",
    *attributes: int,
    cell: tuple[int, int] | None = CELL,
    colors: Colors = Colors.MANY,
    ascii: bool = False,
    images: str | None = None,
) -> Graphics:
    environ = XTERM | ({} if images is None else {"CANARYSCOPE_IMAGES": images})
    return ability(environ, Answers(name, frozenset(attributes)), cell, colors, ascii=ascii).graphics


@pytest.mark.parametrize(
    ("name", "attributes", "drawn"),
    [
        ("kitty(0.41.1)", [62, 52], Graphics.KITTY),
        ("ghostty 1.2.0", [62, 22], Graphics.KITTY),
        ("iTerm2 3.5.11", [62, 4], Graphics.ITERM2),
        ("WezTerm 20240203-110809-5046fc22", [65, 4, 6], Graphics.ITERM2),
        ("XTerm(390)", [64, 1, 2, 4, 22], Graphics.SIXEL),
        ("foot(1.20.2)", [62, 4, 22], Graphics.SIXEL),
        ("tmux 3.5a", [1, 2, 4], Graphics.SIXEL),
        ("tmux 3.5a", [1, 2], Graphics.BLOCKS),
        ("XTerm(390)", [64, 1, 2, 22, 42], Graphics.BLOCKS),
        ("", [], Graphics.BLOCKS),
    ],
)
def test_a_terminal_gets_what_it_says_that_it_can(name: str, attributes: list[int], drawn: Graphics) -> None:
    assert graphics(name, *attributes) is drawn


def test_no_sixels_reach_over_their_cells_where_the_size_of_these_is_unknown() -> None:
    assert graphics("XTerm(390)", 4, cell=None) is Graphics.BLOCKS
    assert ability(XTERM, Answers("", frozenset({4}), (8, 16)), None, Colors.MANY, ascii=False) == Ability(
        Graphics.SIXEL, (8, 16), Colors.MANY
    )


def test_the_kernel_knows_the_size_of_a_cell_also_after_a_change_of_the_font() -> None:
    assert ability(XTERM, Answers(cell=(8, 16)), (12, 24), Colors.MANY, ascii=False).cell == (12, 24)


@pytest.mark.parametrize("colors", [Colors.FEW, Colors.NONE])
def test_kitty_without_the_colours_that_number_its_images_gets_characters(colors: Colors) -> None:
    assert graphics("kitty(0.41.1)", colors=colors) is Graphics.BLOCKS


@pytest.mark.parametrize("name", ["", "kitty(0.41.1)"])
def test_where_there_is_only_ascii_nothing_is_drawn_with_characters(name: str) -> None:
    assert graphics(name, ascii=True) is Graphics.NOTHING


@pytest.mark.parametrize("chosen", ["kitty", "iterm2", "sixel", "blocks", "nothing"])
def test_a_person_decides(chosen: str) -> None:
    assert graphics("ghostty 1.2.0", images=chosen.upper()) is Graphics(chosen)
    assert graphics("", 4, images=chosen, cell=None) is Graphics(chosen)


@pytest.mark.parametrize("chosen", ["", "chafa"])
def test_a_word_that_is_none_of_them_decides_nothing(chosen: str) -> None:
    assert graphics("kitty(0.41.1)", images=chosen) is Graphics.KITTY


@pytest.mark.parametrize(
    ("term", "ascii", "asked"),
    [
        ("xterm-256color", False, True),
        ("screen-256color", False, True),
        ("xterm-256color", True, False),
        ("linux", False, False),
        ("vt100", False, False),
        ("dumb", False, False),
        ("", False, False),
    ],
)
def test_a_terminal_that_may_print_the_question_is_not_asked(term: str, ascii: bool, asked: bool) -> None:
    assert worth_asking({"TERM": term}, ascii=ascii) is asked


def test_a_request_has_what_the_terminal_needs() -> None:
    assert Ability(Graphics.SIXEL, CELL, Colors.FEW).request(78, 20) == PictureRequest(
        Graphics.SIXEL, 78, 20, CELL, Colors.FEW
    )


@pytest.mark.parametrize(
    ("size", "cell"),
    [((24, 80, 800, 480), (10, 20)), ((24, 80, 0, 0), None), ((0, 0, 0, 0), None), ((24, 80, 79, 480), None)],
)
def test_the_size_of_a_cell_is_the_kernels(size: tuple[int, ...], cell: tuple[int, int] | None) -> None:
    leader, line = os.openpty()
    try:
        fcntl.ioctl(line, termios.TIOCSWINSZ, struct.pack("HHHH", *size))
        assert cell_size(line) == cell
    finally:
        os.close(leader)
        os.close(line)


def test_without_a_terminal_the_size_of_a_cell_is_unknown() -> None:
    descriptor = os.open(os.devnull, os.O_RDONLY)
    try:
        assert cell_size(descriptor) is None
    finally:
        os.close(descriptor)


@pytest.mark.parametrize(
    ("environ", "colors"),
    [({"NO_COLOR": ""}, Colors.NONE), ({"TERM": "xterm", "COLORTERM": ""}, Colors.FEW), ({}, Colors.MANY)],
)
async def test_without_a_terminal_there_are_half_blocks_in_the_colours_that_text_has(
    monkeypatch: pytest.MonkeyPatch, environ: dict[str, str], colors: Colors
) -> None:
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    async with (app := TerminalApp[None](ansi_color=True)).run_test():
        assert await app.graphics(ascii=False) == Ability(Graphics.BLOCKS, colors=colors)
        assert (await app.graphics(ascii=True)).graphics is Graphics.NOTHING
