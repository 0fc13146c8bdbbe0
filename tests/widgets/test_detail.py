"""A run in full: nothing is left out where there is room, nothing is made up where nothing was sent."""

from __future__ import annotations

import pytest
from rich.cells import cell_len
from textual import events

from canaryscope_widgets.detail import Detail, Field, RunDetail
from canaryscope_widgets.timeline import Bar
from canaryscope_widgets.tone import Tone
from stage import Painted, Stage, bindings_of, burst, lines_of, styles_at, wheel

REASON = "TimeoutError: Navigation timeout of 30000 ms exceeded"
ARTIFACTS = (
    "cw-syn-results-123456789012-eu-west-1/canary/eu-west-1/checkout-flow-abc-0123456789ab/2026/11/22/12/27-07-123"
)
FAILED = Detail(
    status=(
        Field("State", "FAILED", Tone.BAD),
        Field("Test result", "FAILED", Tone.BAD),
        Field("Reason code", "CANARY_FAILURE", explanation="The canary's script failed."),
        Field("Reason", REASON),
    ),
    timeline=(
        Field("Started", "2026-11-22 12:27:07"),
        Field("Completed", "2026-11-22 12:27:37"),
        Field("Duration", "30.4 s"),
        Field("Metric timestamp", None),
    ),
    more=(Field("Run ID", "3f2c1b1e-8a54-4a51-9d3c-0123456789ab"), Field("Browser", ""), Field("Artifacts", ARTIFACTS)),
    bar=Bar(0.5, "of 60 s"),
    key="first",
)
STACK = "Error: Step 3 failed\n at x.js:69:19\n\nAdditional error: " + "1 of 6 assertions failed " * 8


def reason(text: str, key: str = "first") -> Detail:
    return FAILED._replace(status=(*FAILED.status[:-1], Field("Reason", text)), key=key)


async def shown(
    detail: Detail | None, size: tuple[int, int], *, compact: bool = False, ascii: bool = False
) -> list[str]:
    widget = RunDetail(compact=compact)
    widget.ascii = ascii
    widget.detail = detail
    async with Stage(widget).run_test(size=size):
        assert all(widget.render_line(y).cell_length == size[0] for y in range(size[1]))
        return lines_of(widget)


async def test_at_eighty_columns_the_short_form_is_as_it_was_drawn() -> None:
    assert await shown(FAILED, (80, 5), compact=True) == [
        " ── Status ─────────────────────────── Timeline ───────────────────────────────",
        " State        FAILED                   Started    2026-11-22 12:27:07",
        " Test result  FAILED                   Completed  2026-11-22 12:27:37",
        " Reason code  CANARY_FAILURE           Duration   30.4 s  ▕█████▌     ▏ of 60 s",
        " Reason       TimeoutError: Navigation timeout of 30000 ms exceeded",
    ]


async def test_in_the_short_form_the_reason_takes_what_is_left_and_is_cut() -> None:
    lines = await shown(reason(STACK), (80, 7), compact=True)
    assert lines[4:] == [
        " Reason       Error: Step 3 failed",
        "               at x.js:69:19",
        "              …",
    ]
    assert "Metric timestamp  –" in (await shown(reason(STACK), (80, 9), compact=True))[4]
    assert "Metric timestamp  –" in (await shown(FAILED, (80, 6), compact=True))[4]


async def test_in_the_short_form_what_else_was_sent_follows_where_there_is_room() -> None:
    lines = await shown(FAILED, (80, 9), compact=True)
    assert lines[5:] == [
        " Reason       TimeoutError: Navigation timeout of 30000 ms exceeded",
        " ── Run ───────────────────────────────────────────────────────────────────────",
        " Run ID     3f2c1b1e-8a54-4a51-9d3c-0123456789ab",
        f" Artifacts  {ARTIFACTS[:66]}…",
    ]
    assert len(await shown(FAILED, (80, 12), compact=True)) == 12
    assert (await shown(FAILED, (80, 7), compact=True))[6:] == [""], "a rule alone says nothing"


async def test_in_full_everything_is_there_whole() -> None:
    lines = await shown(reason(STACK), (60, 40))
    joined = "".join(line[15:] for line in lines if line.strip())
    assert ARTIFACTS in joined.replace(" ", "")
    assert "".join(STACK.split()) in "".join(joined.split())
    assert " Reason code       CANARY_FAILURE" in lines
    assert "                   The canary's script failed." in lines
    assert " Metric timestamp  –" in lines
    assert " Browser           –" in lines
    assert any(line.endswith("▏ of 60 s") for line in lines)


async def test_a_narrow_screen_puts_values_below_their_labels() -> None:
    lines = await shown(FAILED, (20, 40), compact=True)
    assert lines[:5] == [" ── Status ────────", " State", "  FAILED", " Test result", "  FAILED"]
    assert ARTIFACTS in "".join(line.strip() for line in lines)


async def test_a_running_run_has_an_open_bar_and_one_without_a_duration_none() -> None:
    running = FAILED._replace(bar=Bar(0.25, open_end=True))
    assert any("  ▕█████" in line and line.endswith("·····") for line in await shown(running, (60, 20)))
    assert not any("▕" in line for line in await shown(FAILED._replace(bar=None), (60, 20)))
    assert not any("▕" in line for line in await shown(FAILED._replace(bar=Bar(-1.0)), (60, 20)))


async def test_without_unicode_only_ascii_is_drawn() -> None:
    for size in ((80, 5), (60, 20)):
        lines = await shown(reason(STACK), size, compact=True, ascii=True)
        assert all(line.isascii() for line in lines)
        assert any("[####" in line for line in lines)


async def test_text_that_looks_like_markup_and_wide_characters_stay_as_they_are() -> None:
    hostile = "[/x] [@click=app.quit]quit[/] 日本語"
    for size in ((80, 5), (60, 20)):
        assert any(hostile in line for line in await shown(reason(hostile), size, compact=True))
    wide = await shown(reason("日本語テキスト" * 20), (50, 24))
    assert all(cell_len(line) <= 50 for line in wide)


async def test_a_run_without_anything_is_shown_as_such() -> None:
    empty = Detail(status=(Field("State", None), Field("Reason", None)), timeline=())
    assert (await shown(empty, (80, 4), compact=True))[1:3] == [" State   –", " Reason  –"]
    assert await shown(Detail(status=(), timeline=()), (80, 2), compact=True) != []
    assert (await shown(None, (40, 3)))[0] == " No run"


@pytest.mark.parametrize("size", [(1, 1), (2, 9), (5, 2), (76, 1), (80, 2)])
@pytest.mark.parametrize("compact", [True, False])
async def test_no_size_breaks_it(size: tuple[int, int], compact: bool) -> None:
    assert len(await shown(reason(STACK), size, compact=compact)) == size[1]


async def test_every_key_and_the_wheel_scroll_and_one_is_told_that_there_is_more() -> None:
    widget = RunDetail()
    async with Stage(widget).run_test(size=(60, 8)) as pilot:
        widget.detail = reason("\n".join(f"line {number}" for number in range(50)))
        widget.focus()
        await pilot.pause()
        assert (widget.top, lines_of(widget)[-1]) == (0, "more below")
        rows = widget.row_count(0)
        last = rows - 7
        moves = {"j": 1, "down": 1, "j k": 0, "pagedown": 6, "ctrl+d": 3, "G": last, "end": last, "end g": 0, "k": 0}
        for keys, expected in moves.items():
            await burst(pilot, ["home", *keys.split()])
            assert (keys, widget.top) == (keys, expected)
        await burst(pilot, "G")
        assert ARTIFACTS.endswith(lines_of(widget)[-2].strip())
        assert lines_of(widget)[-1] == "more above"
        wheel(widget, events.MouseScrollUp)
        await pilot.pause()
        assert (widget.top, lines_of(widget)[-1]) == (last - 3, "more above and below")


async def test_another_run_starts_at_its_top_and_the_same_one_stays_where_it_was() -> None:
    widget = RunDetail()
    async with Stage(widget).run_test(size=(60, 8)) as pilot:
        widget.detail = reason(STACK)
        widget.focus()
        await burst(pilot, "jjj")
        assert widget.top == 3
        widget.detail = reason(STACK + "and more")
        assert widget.top == 3
        widget.detail = reason(STACK, key="second")
        assert widget.top == 0
        await burst(pilot, "jjj")
        widget.detail = reason(STACK, key="")
        await burst(pilot, "j")
        widget.detail = reason(STACK, key="")
        assert widget.top == 0


async def test_a_resize_does_not_lose_the_place() -> None:
    widget = RunDetail(compact=True)
    async with Stage(widget).run_test(size=(60, 8)) as pilot:
        widget.detail = reason(STACK)
        widget.focus()
        await burst(pilot, "jjj")
        await pilot.resize_terminal(58, 9)
        widget.compact = True
        await pilot.pause()
        assert widget.top == 3
        widget.compact = False
        assert widget.top == 0


async def test_another_run_repaints_only_what_differs() -> None:
    widget = RunDetail(compact=True)
    async with Stage(widget).run_test(size=(80, 6)) as pilot:
        widget.detail = FAILED
        await pilot.pause()
        painted = Painted(widget)
        widget.detail = FAILED._replace(
            timeline=(Field("Started", "2026-11-22 12:22:07"), *FAILED.timeline[1:]), key="2"
        )
        assert [(region.y, region.width) for region in painted.regions] == [(1, 1)]
        widget.detail = None
        assert painted.whole == 0


async def test_one_sees_where_the_focus_is() -> None:
    widget = RunDetail()
    async with Stage(widget).run_test(size=(60, 8)) as pilot:
        widget.detail = FAILED
        app_title = next(style for text, style in styles_at(widget, 0) if "Status" in text)
        widget.screen.set_focus(None)
        await pilot.pause()
        assert next(style for text, style in styles_at(widget, 0) if "Status" in text) != app_title


def test_every_key_can_be_changed_and_is_explained() -> None:
    ids = [binding.id for binding in bindings_of(RunDetail)]
    assert ids[0] == "detail.down"
    assert len(set(ids)) == len(ids) == 8
    assert all(binding.description and binding.tooltip for binding in bindings_of(RunDetail))
