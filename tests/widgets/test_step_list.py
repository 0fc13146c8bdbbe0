"""The steps of a run: the failing one is seen first, with all that is known of why."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rich.cells import cell_len
from textual import events

from canaryscope_widgets.step_list import StepList, StepRow
from canaryscope_widgets.tone import Tone
from stage import Painted, Stage, bindings_of, burst, lines_of, styles_at, wheel

REASON = 'TimeoutError: waiting for selector ".pay" failed: timeout 30000ms exceeded\n at checkout.js:69:19'
FACTS = ("FAILED · 34.5 s · 41 requests, 1 failed", "TimeoutError: waiting for a selector")
STEPS = (
    StepRow("1", "1", "open the shop", "PASSED", Tone.GOOD, "1.2 s", requests="8 requests"),
    StepRow("2", "2", "log in", "PASSED", Tone.GOOD, "800 ms", requests="3 requests"),
    StepRow(
        "3",
        "3",
        "pay",
        "FAILED",
        Tone.BAD,
        "30.4 s",
        REASON,
        "https://shop.example.com/pay",
        "12 requests, 1 failed",
        "2 screenshots",
    ),
    StepRow("4", "4", "log out", "PASSED", Tone.GOOD),
)
FAILING = [
    "▌3  FAILED  pay                                      30.4 s",
    '▌   TimeoutError: waiting for selector ".pay" failed:',
    "▌   timeout 30000ms exceeded",
    "▌    at checkout.js:69:19",
    "▌   https://shop.example.com/pay",
    "▌   12 requests, 1 failed · 2 screenshots",
]


def many(count: int, failing: int) -> list[StepRow]:
    return [
        replace(STEPS[2], key=number, number=str(number), name=f"step {number}")
        if number == failing
        else StepRow(number, str(number), f"step {number}", "PASSED", Tone.GOOD, "1.2 s")
        for number in range(1, count + 1)
    ]


def marked(steps: StepList) -> list[str]:
    """The lines with the marker."""
    return [line for line in lines_of(steps) if line.startswith("▌")]


async def test_the_failing_step_has_the_cursor_and_its_reason_is_there_whole() -> None:
    steps = StepList()
    async with Stage(steps).run_test(size=(60, 14)) as pilot:
        steps.show(STEPS, facts=FACTS)
        await pilot.pause()
        assert steps.highlighted == "3"
        assert lines_of(steps) == [
            " FAILED · 34.5 s · 41 requests, 1 failed",
            " TimeoutError: waiting for a selector",
            " #  Status  Step                                   Duration",
            " 1  PASSED  open the shop                             1.2 s",
            " 2  PASSED  log in                                   800 ms",
            *FAILING,
            " 4  PASSED  log out",
            *[""] * 2,
        ]


async def test_with_more_room_the_counts_have_columns() -> None:
    steps = StepList()
    async with Stage(steps).run_test(size=(80, 12)) as pilot:
        steps.show(STEPS)
        await pilot.pause()
        assert lines_of(steps)[2:4] == [
            " 2  PASSED  log in                              3 requests               800 ms",
            "▌3  FAILED  pay                                 12 requests, 1 failed    30.4 s",
        ]
        assert marked(steps)[-1] == "▌   2 screenshots"
        await pilot.resize_terminal(120, 12)
        await pilot.pause()
        assert marked(steps)[0].endswith("12 requests, 1 failed  2 screenshots    30.4 s")
        assert marked(steps)[-1] == "▌   https://shop.example.com/pay"


@pytest.mark.parametrize("failing", [1, 7, 40])
async def test_where_not_all_fits_the_failing_step_is_in_view_all_the_same(failing: int) -> None:
    steps = StepList()
    async with Stage(steps).run_test(size=(60, 10)) as pilot:
        steps.show(many(40, failing), facts=[f"fact {number}" for number in range(20)])
        await pilot.pause()
        assert steps.highlighted == failing
        assert f"▌{failing:2}  FAILED" in "\n".join(lines_of(steps))
        assert [line.lstrip("▌ ") for line in marked(steps)[1:]] == [line.lstrip("▌ ") for line in FAILING[1:]]


async def test_facts_that_are_scrolled_away_can_be_reached_with_the_keys() -> None:
    steps = StepList()
    async with Stage(steps).run_test(size=(60, 10)) as pilot:
        steps.show(many(40, 7), facts=[f"fact {number}" for number in range(20)])
        steps.focus()
        await burst(pilot, "kkkkkk")
        assert (steps.highlighted, lines_of(steps)[0]) == (1, " fact 17")
        await burst(pilot, "k" * 8)
        assert lines_of(steps)[0] == " fact 0"
        assert lines_of(steps)[-1] == " more below"
        await burst(pilot, "G")
        assert steps.highlighted == 40
        assert lines_of(steps)[-1] == " more above"
        await burst(pilot, "g")
        assert (steps.highlighted, lines_of(steps)[0]) == (1, " fact 0")


async def test_a_reason_longer_than_the_screen_can_be_read_to_its_end() -> None:
    steps = StepList()
    long = replace(STEPS[2], reason="\n".join(f"stack line {number}" for number in range(100)))
    async with Stage(steps).run_test(size=(60, 10)) as pilot:
        steps.show([*STEPS[:2], long, STEPS[3]])
        steps.focus()
        seen: set[str] = set()
        while steps.highlighted == "3":
            seen |= set(lines_of(steps))
            await burst(pilot, "j")
        assert {f"▌   stack line {number}" for number in range(100)} <= seen


async def test_only_the_highlighted_step_says_more() -> None:
    steps = StepList()
    async with Stage(steps).run_test(size=(60, 14)) as pilot:
        steps.show(STEPS)
        steps.focus()
        await burst(pilot, "k")
        assert marked(steps) == ["▌2  PASSED  log in                                   800 ms", "▌   3 requests"]
        await burst(pilot, "jj")
        assert marked(steps) == ["▌4  PASSED  log out"]


async def test_news_of_the_same_run_leave_the_cursor_where_the_person_put_it() -> None:
    steps = StepList()
    async with Stage(steps).run_test(size=(60, 14)) as pilot:
        steps.focus()
        went = []
        for keys, rows in (("", STEPS[:2]), ("", STEPS), ("k", STEPS), ("", many(5, 4))):
            await burst(pilot, keys)
            steps.show(rows, facts=FACTS)
            went.append(steps.highlighted)
        assert went == ["1", "3", "2", 4]


async def test_a_notice_stands_in_the_place_of_steps_and_wraps() -> None:
    steps = StepList()
    async with Stage(steps).run_test(size=(60, 8)) as pilot:
        steps.show(
            (), facts=FACTS[:1], notice="The run has left no report: it timed out, and then nothing is uploaded."
        )
        steps.focus()
        await burst(pilot, "jjG")
        assert steps.highlighted is None
        assert lines_of(steps) == [
            " FAILED · 34.5 s · 41 requests, 1 failed",
            " The run has left no report: it timed out, and then nothing",
            " is uploaded.",
            *[""] * 5,
        ]


async def test_before_anything_is_known_there_is_nothing_to_see() -> None:
    steps = StepList()
    async with Stage(steps).run_test(size=(60, 4)) as pilot:
        steps.focus()
        await burst(pilot, "jkG")
        await pilot.click(StepList, offset=(2, 0))
        assert (lines_of(steps), steps.highlighted) == ([""] * 4, None)


async def test_a_list_filled_while_it_is_hidden_opens_on_the_failing_step() -> None:
    steps = StepList()
    async with Stage(steps).run_test(size=(60, 10)) as pilot:
        steps.show(many(40, 30))
        await pilot.pause()
        steps.display = False
        await pilot.pause()
        steps.show(many(60, 50), facts=FACTS)
        await pilot.pause()
        steps.display = True
        await pilot.pause()
        assert marked(steps)[0].startswith("▌50  FAILED")


async def test_a_click_highlights_the_step_and_the_wheel_scrolls() -> None:
    steps = StepList()
    async with Stage(steps).run_test(size=(60, 14)) as pilot:
        steps.show(many(40, 2))
        await pilot.pause()
        await pilot.click(StepList, offset=(10, 10))
        assert (steps.highlighted, lines_of(steps)[5][:5]) == (5, "▌ 5  ")
        for _ in range(3):
            wheel(steps, events.MouseScrollDown)
        await pilot.pause()
        assert lines_of(steps)[0].startswith("▌ 9  PASSED")
        for _ in range(5):
            wheel(steps, events.MouseScrollUp)
        await pilot.pause()
        assert lines_of(steps)[0].startswith("  #  Status")
        assert steps.highlighted == 9


async def test_the_cursor_and_the_status_need_no_colour() -> None:
    steps, other = StepList(), StepList()
    async with Stage(steps, other).run_test(size=(60, 24)) as pilot:
        steps.show(STEPS)
        steps.focus()
        await pilot.pause()
        (word, style) = next(piece for piece in styles_at(steps, 3) if "FAILED" in piece[0])
        assert (word, "bold reverse" in style) == ("FAILED", True)
        other.focus()
        await pilot.pause()
        assert not any("reverse" in style for _, style in styles_at(steps, 3))
        assert lines_of(steps)[3].startswith("▌3  FAILED")


async def test_a_key_repaints_only_the_lines_that_change() -> None:
    steps = StepList()
    async with Stage(steps).run_test(size=(60, 30)) as pilot:
        steps.show(many(20, 18))
        steps.focus()
        await burst(pilot, "gj")
        painted = Painted(steps)
        await burst(pilot, "j")
        assert (painted.lines, painted.whole) == ([2, 3], 0)
        painted.regions.clear()
        steps.show(many(20, 18))
        await burst(pilot, "l")
        assert (painted.regions, painted.whole) == ([], 0)


async def test_texts_that_look_like_markup_are_shown_as_they_are() -> None:
    steps = StepList()
    odd = StepRow("1", "[1]", "[/x] [@click=app.quit]no link[/]", "[b]", Tone.BAD, "[red]", "[/]", "[u]x[/u]")
    async with Stage(steps).run_test(size=(60, 8)) as pilot:
        steps.show([odd], facts=["[bold]fact"])
        await pilot.pause()
        text = "\n".join(lines_of(steps))
        for part in ("[bold]fact", "[1]  [b] ", "[/x] [@click=app.quit]no link[/]", "[red]", "[/]", "[u]x[/u]"):
            assert part in text


async def test_without_unicode_only_ascii_is_drawn() -> None:
    steps = StepList()
    steps.ascii = True
    async with Stage(steps).run_test(size=(60, 10)) as pilot:
        steps.show([replace(row, name="x" * 100) for row in STEPS], facts=["a fact"])
        await pilot.pause()
        assert all(line.isascii() for line in lines_of(steps))
        assert any(line.startswith(">3  FAILED  xxx") for line in lines_of(steps))


@pytest.mark.parametrize("size", [(120, 24), (80, 20), (60, 12), (20, 5), (8, 2), (1, 1)])
async def test_it_works_at_any_size_with_any_text(size: tuple[int, int]) -> None:
    steps = StepList()
    wide = replace(STEPS[2], number="日本", name="日本語" * 30, status="失敗", reason="日本語" * 80, url="é" * 200)
    app = Stage(steps)
    async with app.run_test(size=size) as pilot:
        steps.show([*STEPS[:2], wide, *many(9, 0)], facts=["日本語" * 40])
        steps.focus()
        await burst(pilot, "jk")
        assert marked(steps)
        for keys in ("G", "g", "jjjjj", ["pagedown"], ["pageup"], ["ctrl+d"]):
            await burst(pilot, keys)
            lines = [steps.render_line(y) for y in range(size[1])]
            assert [cell_len(line.text) for line in lines] == [size[0]] * size[1]
        await pilot.resize_terminal(30, 7)
        await pilot.pause()
        assert marked(steps)


def test_every_key_can_be_changed_and_is_explained() -> None:
    bindings = bindings_of(StepList)
    assert all(binding.id and binding.id.startswith("steps.") for binding in bindings)
    assert len({binding.id for binding in bindings}) == len(bindings)
    assert all(binding.description and binding.tooltip for binding in bindings)
