"""The list of causes: which there are, how often, and choosing one of them."""

from __future__ import annotations

import pytest
from rich.cells import cell_len
from textual import events

from canaryscope_widgets.cause_list import CauseList, CauseRow
from stage import Painted, Stage, bindings_of, burst, lines_of, styles_at, wheel

TIMEOUT = CauseRow(
    7,
    1_043,
    "timed out",
    "TimeoutError: Navigation timeout exceeded",
    first="Nov 18 03:12:07",
    last="12:27:07",
    where="FIREFOX, eu-west-3",
)
UPLOAD = CauseRow(2, 1, "monitoring plumbing", "Unable to upload artifacts to S3", first="11:42:07", last="11:42:07")


def many(count: int) -> list[CauseRow]:
    return [CauseRow(100 + number, count - number, "script", f"cause {number}") for number in range(count)]


async def test_a_cause_has_its_count_family_and_text_and_below_when_and_where() -> None:
    causes = CauseList([TIMEOUT, UPLOAD])
    async with Stage(causes).run_test(size=(80, 8)):
        assert lines_of(causes) == [
            "  Runs  Family               Cause",
            "▌1,043  timed out            TimeoutError: Navigation timeout exceeded",
            "▌       first Nov 18 03:12:07 · last 12:27:07 · in FIREFOX, eu-west-3",
            "     1  monitoring plumbing  Unable to upload artifacts to S3",
            "        seen 11:42:07",
            *[""] * 3,
        ]


async def test_on_a_narrow_screen_the_family_makes_room_for_the_text() -> None:
    causes = CauseList([TIMEOUT, UPLOAD])
    async with Stage(causes).run_test(size=(40, 8)):
        assert lines_of(causes)[:5] == [
            "  Runs  Cause",
            "▌1,043  TimeoutError: Navigation timeo…",
            "▌       timed out · first Nov 18 03:12…",
            "     1  Unable to upload artifacts to …",
            "        monitoring plumbing · seen 11:…",
        ]


async def test_what_is_not_known_of_a_cause_leaves_no_words_without_meaning() -> None:
    rows = [CauseRow(1, 1, "unknown", "x"), TIMEOUT._replace(last=""), TIMEOUT._replace(first="", where="")]
    causes = CauseList(rows)
    async with Stage(causes).run_test(size=(80, 8)):
        assert [line.strip("▌ ") for line in lines_of(causes)[2:7:2]] == [
            "",
            "seen Nov 18 03:12:07 · in FIREFOX, eu-west-3",
            "seen 12:27:07",
        ]


MOVES = {
    "j": 1,
    "down": 1,
    "j k": 0,
    "k": 0,
    "pagedown": 6,
    "pagedown pageup": 0,
    "ctrl+d": 3,
    "ctrl+d ctrl+u": 0,
    "G": 299,
    "end": 299,
    "G g": 0,
    "end home": 0,
}


async def test_every_key_moves_by_causes_and_the_last_line_says_which_are_in_sight() -> None:
    causes = CauseList(many(300))
    async with Stage(causes).run_test(size=(80, 17)) as pilot:
        causes.focus()
        for keys, expected in MOVES.items():
            await burst(pilot, ["g", *keys.split()])
            assert (keys, causes.highlighted) == (keys, 100 + expected)
            shown = lines_of(causes)
            assert [line for line in shown if line.startswith("▌") and "cause" in line] == [
                f"▌ {300 - expected:3}  script  cause {expected}"
            ]
        assert shown[-1] == " 1 to 7 of 300 causes"
        await burst(pilot, "G")
        assert lines_of(causes)[-1] == " 294 to 300 of 300 causes"


async def test_no_room_is_wasted_where_all_causes_fit() -> None:
    causes = CauseList(many(8))
    async with Stage(causes).run_test(size=(80, 17)):
        assert lines_of(causes)[-2].split() == ["1", "script", "cause", "7"]


async def test_enter_chooses_the_cause_under_the_cursor() -> None:
    causes = CauseList([TIMEOUT, UPLOAD])
    app = Stage(causes)
    async with app.run_test(size=(80, 8)) as pilot:
        causes.focus()
        await burst(pilot, ["j", "enter"])
        assert [message.key for message in app.heard(CauseList.Chosen)] == [2]


async def test_a_click_on_either_line_of_a_cause_chooses_it_and_one_beside_them_none() -> None:
    causes = CauseList(many(3))
    app = Stage(causes)
    async with app.run_test(size=(80, 10)) as pilot:
        for y in (3, 4, 0, 8):
            await pilot.click(CauseList, offset=(12, y))
        assert [message.key for message in app.heard(CauseList.Chosen)] == [101, 101]
        assert lines_of(causes)[3].startswith("▌")


async def test_the_wheel_scrolls_and_the_cursor_stays_in_sight() -> None:
    causes = CauseList(many(30))
    async with Stage(causes).run_test(size=(80, 10)) as pilot:
        wheel(causes, events.MouseScrollDown)
        await pilot.pause()
        assert causes.highlighted == 102
        assert lines_of(causes)[1].endswith("cause 2")
        wheel(causes, events.MouseScrollUp)
        await pilot.pause()
        assert causes.highlighted == 102
        assert lines_of(causes)[5].endswith("cause 2")


async def test_without_causes_there_is_nothing_to_see_or_to_choose() -> None:
    causes = CauseList()
    app = Stage(causes)
    async with app.run_test(size=(80, 8)) as pilot:
        causes.focus()
        await burst(pilot, ["j", "G", "pagedown", "enter"])
        await pilot.click(CauseList, offset=(3, 1))
        assert causes.highlighted is None
        assert app.heard(CauseList.Chosen) == []
        assert lines_of(causes) == [""] * 8


async def test_moving_the_cursor_repaints_the_two_causes_only() -> None:
    causes = CauseList(many(30))
    async with Stage(causes).run_test(size=(80, 17)) as pilot:
        causes.focus()
        await pilot.pause()
        painted = Painted(causes)
        await burst(pilot, "j")
        assert (painted.lines, painted.whole) == ([1, 2, 3, 4], 0)
        assert max(region.width for region in painted.regions) <= 6


async def test_the_cursor_is_lit_only_while_keys_move_it() -> None:
    causes, other = CauseList(many(3)), CauseList(many(1))
    async with Stage(causes, other).run_test(size=(80, 16)) as pilot:
        causes.focus()
        await pilot.pause()
        assert ("   3", "bold reverse") in styles_at(causes, 1)
        other.focus()
        await pilot.pause()
        assert not any("reverse" in style for _, style in styles_at(causes, 1))
        assert lines_of(causes)[1].startswith("▌")


async def test_texts_that_look_like_markup_are_shown_as_they_are() -> None:
    causes = CauseList([CauseRow(1, 1, "[b]", "[/x] [@click=app.quit]no link[/]", first="[red]", where="[/]")])
    async with Stage(causes).run_test(size=(80, 8)):
        assert lines_of(causes)[1:3] == [
            "▌   1  [b]     [/x] [@click=app.quit]no link[/]",
            "▌      seen [red] · in [/]",
        ]


async def test_without_unicode_only_ascii_is_drawn() -> None:
    causes = CauseList([TIMEOUT._replace(text="x" * 100), UPLOAD, *many(20)])
    causes.ascii = True
    async with Stage(causes).run_test(size=(80, 8)):
        assert all(line.isascii() for line in lines_of(causes))
        assert lines_of(causes)[1].startswith(">1,043")


@pytest.mark.parametrize("size", [(80, 24), (20, 5), (8, 2), (1, 1)])
async def test_it_works_at_any_size_and_the_cursor_stays_in_sight(size: tuple[int, int]) -> None:
    causes = CauseList([TIMEOUT._replace(text="日本語" * 40, where="日本" * 40), *many(50)])
    app = Stage(causes)
    async with app.run_test(size=size) as pilot:
        causes.focus()
        await burst(pilot, "jjjj")
        assert any(line.startswith("▌") for line in lines_of(causes))
        assert all(cell_len(causes.render_line(y).text) == size[0] for y in range(size[1]))
        await pilot.resize_terminal(30, 7)
        await pilot.pause()
        assert "▌   47  cause 3" in lines_of(causes)
        await burst(pilot, ["G", "enter"])
        assert [message.key for message in app.heard(CauseList.Chosen)] == [149]


def test_every_key_can_be_changed_and_is_explained() -> None:
    bindings = bindings_of(CauseList)
    assert all(binding.id and binding.id.startswith("causes.") for binding in bindings)
    assert len({binding.id for binding in bindings}) == len(bindings)
    assert all(binding.description and binding.tooltip for binding in bindings)
