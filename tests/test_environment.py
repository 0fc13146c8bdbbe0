"""What is settled before Textual is loaded."""

from __future__ import annotations

import pytest

from canaryscope.environment import Environment, settle


def test_a_key_waits_for_no_frame_and_nothing_moves() -> None:
    environ: dict[str, str] = {"TEXTUAL_ANIMATIONS": ""}
    settle(environ)
    assert environ == {
        "TEXTUAL_FPS": "250",
        "TEXTUAL_ANIMATIONS": "none",
        "TEXTUAL_SMOOTH_SCROLL": "0",
        "TEXTUAL_COLOR_SYSTEM": "standard",
        "ESCDELAY": "25",
    }


def test_what_a_person_has_set_stays() -> None:
    environ = {"TEXTUAL_FPS": "10", "TEXTUAL_COLOR_SYSTEM": "256", "ESCDELAY": "100"}
    chosen = dict(environ)
    settle(environ)
    assert {name: environ[name] for name in chosen} == chosen


@pytest.mark.parametrize(
    ("term", "colors"),
    [
        ("xterm-256color", "256"),
        ("screen-256color", "256"),
        ("tmux-256color", "256"),
        ("xterm-direct", "256"),
        ("xterm-kitty", "256"),
        ("xterm-ghostty", "256"),
        ("alacritty", "256"),
        ("foot-extra", "256"),
        ("xterm", "standard"),
        ("linux", "standard"),
        ("vt100", "standard"),
        ("screen", "standard"),
    ],
)
def test_pictures_have_more_colours_where_the_terminal_says_so(term: str, colors: str) -> None:
    environ = {"TERM": term, "COLORTERM": "truecolor"}
    settle(environ)
    assert environ["TEXTUAL_COLOR_SYSTEM"] == colors


@pytest.mark.parametrize(("environ", "no_color"), [({}, False), ({"NO_COLOR": ""}, True), ({"NO_COLOR": "1"}, True)])
def test_no_color_counts_when_it_is_there(environ: dict[str, str], no_color: bool) -> None:
    assert settle(environ).no_color is no_color


@pytest.mark.parametrize(
    ("environ", "encoding", "ascii_only"),
    [
        ({"TERM": "xterm-256color", "LANG": "en_US.UTF-8"}, "utf-8", False),
        ({"LANG": "de_DE.utf8@euro"}, "UTF-8", False),
        ({"LANG": "C.UTF-8", "LC_ALL": ""}, "utf-8", False),
        ({}, "utf-8", False),
        ({}, None, False),
        ({"LC_ALL": "C"}, "utf-8", False),
        ({"LANG": "POSIX"}, None, False),
        ({"TERM": "linux", "LANG": "en_US.UTF-8"}, "utf-8", True),
        ({"TERM": "linux-16color"}, "utf-8", True),
        ({"LANG": "de_DE.ISO-8859-1"}, "utf-8", True),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "ja_JP.eucJP"}, None, True),
        ({"LANG": "en_US.UTF-8", "LC_CTYPE": "de_DE.ISO-8859-15@euro"}, None, True),
        ({"LANG": "de_DE"}, "iso8859-1", True),
        ({"LANG": "C"}, "ascii", True),
    ],
)
def test_box_drawing_is_left_out_where_it_cannot_be_shown(
    environ: dict[str, str], encoding: str | None, ascii_only: bool
) -> None:
    assert settle(environ, encoding) == Environment(ascii=ascii_only)
