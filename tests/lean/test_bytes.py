"""What the least is: bytes of single frames."""

import pytest

from canaryscope.lean.screen import LeanScreen

ROWS = [
    f"row {number:04} of them, of which each is different from the others: {number * 7919:012}" for number in range(60)
]


def frame(top: int) -> str:
    """Twenty-two rows between a title and a status line."""
    rows = ["title", *ROWS[top : top + 22], "status"]
    return "\n".join(f"\x1b[{y};1H{row:80}" for y, row in enumerate(rows, 1)) + "\x1b[1;1H"


@pytest.fixture
def screen() -> LeanScreen:
    made = LeanScreen(80, 24)
    made.write(frame(10))
    made.frame()
    return made


def answer(screen: LeanScreen, data: str) -> str:
    return screen.write(data) + screen.frame()


def test_the_same_again_is_nothing(screen: LeanScreen) -> None:
    assert answer(screen, frame(10)) == ""


def test_one_cell_is_one_cell(screen: LeanScreen) -> None:
    assert answer(screen, "\x1b[5;7Hx\x1b[1;1H") == "\x1b[5;7Hx\x1b[H"


def test_rows_that_moved_are_moved_by_the_terminal(screen: LeanScreen) -> None:
    down = answer(screen, frame(11))
    assert down.startswith("\x1b[2;23r\x1b[23H\x1bD\x1b[r")
    assert len(down) < 120
    up = answer(screen, frame(9))
    assert up.startswith("\x1b[2;23r\x1b[2H\x1bM\x1bM\x1b[r")
    assert len(up) < 200


def test_what_is_blank_is_erased(screen: LeanScreen) -> None:
    assert answer(screen, f"\x1b[24;1H{'':80}\x1b[1;1H") == "\x1b[24H\x1b[K\x1b[H"


def test_a_moved_marker_costs_little(screen: LeanScreen) -> None:
    answer(screen, "\x1b[3;1H\x1b[7m▌\x1b[0m\x1b[1;1H")
    assert (
        answer(screen, f"\x1b[3;1H{ROWS[11][0]}\n\x1b[4;1H\x1b[7m▌\x1b[0m\x1b[1;1H")
        == "\x1b[3Hr\r\n\x1b[7m▌\x1b[m\x1b[H"
    )


def test_the_first_screen_says_nothing_of_its_blanks() -> None:
    screen = LeanScreen(80, 24)
    screen.write("\x1b[?1049h")
    screen.reset(80, 24)
    first = answer(screen, "\n".join(f"\x1b[{y};1H{'x':80}" for y in range(1, 25)) + "\x1b[1;1H")
    assert len(first) == len("\x1b[m\x1b[H\x1b[Jx" + "\r\nx" * 23 + "\x1b[H")


def test_only_large_frames_are_shown_at_once_and_only_where_textual_found_that_supported(screen: LeanScreen) -> None:
    assert "\x1b[?2026h" not in answer(screen, frame(30))
    assert answer(screen, "\x1b[?2026h") + answer(screen, "\x1b[?2026l") == ""
    assert answer(screen, "\x1b[2;1Hz\x1b[1;1H") == "\r\nz\x1b[H"
    large = answer(screen, frame(0).upper())
    assert large.startswith("\x1b[?2026h")
    assert large.endswith("\x1b[?2026l")


def test_what_is_not_understood_goes_through_and_is_behind_what_was_drawn(screen: LeanScreen) -> None:
    screen.write("\x1b[2;1Hz\x1b[1;1H")
    assert screen.write("\x1b7\x1b[3;3H\x1bPq#0~\x1b\\\x1b8") == "\r\nz\x1b[H\x1b7\x1b[3;3H\x1bPq#0~\x1b\\\x1b8"
    again = answer(screen, frame(10))  # all of it, since nobody knows what is shown
    assert len(again) > 1400
    assert "\x1b[J" not in again  # cells that are not drawn may be below an image


def test_an_image_is_not_written_over_where_nothing_is_drawn(screen: LeanScreen) -> None:
    screen.write("\x1b7\x1b[3;3H\x1b]1337;File=inline=1:AAAA\x07\x1b8")
    assert answer(screen, "\x1b[1;1Htitle\x1b[1;1H") == "\x1b[H\x1b[mtitle\r"
