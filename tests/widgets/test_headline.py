"""The sentence above the table: read first, so never cut without need, and in words whatever the terminal shows."""

from __future__ import annotations

import pytest

from canaryscope_widgets.headline import Headline
from canaryscope_widgets.tone import Tone
from stage import Painted, Stage, lines_of, styles_at

FAILING = "Failing since 11:42:07 (9 runs, 45 min) · last good 11:37:07"


def headline(*more: str, sentence: str = FAILING, tone: Tone = Tone.BAD) -> Headline:
    line = Headline()
    line.sentence, line.tone, line.more = sentence, tone, more
    return line


async def at(line: Headline, width: int) -> str:
    """What the line shows at a width, which it fills."""
    async with Stage(line).run_test(size=(width, 3)) as pilot:
        await pilot.pause()
        assert line.render_line(0).cell_length == width
        return lines_of(line)[0]


@pytest.mark.parametrize(
    ("sentence", "tone", "word", "style"),
    [
        (FAILING, Tone.BAD, "Failing", "bold color(1)"),
        ("Passing since Nov 18 03:12:07 (1,200 runs)", Tone.GOOD, "Passing", "color(2)"),
        ("Flapping: 7 changes in the last 50 runs", Tone.ODD, "Flapping:", "color(3)"),
        ("Loading…", Tone.BUSY, "Loading…", "color(6)"),
    ],
)
async def test_the_first_word_alone_has_the_tone(sentence: str, tone: Tone, word: str, style: str) -> None:
    line = headline(sentence=sentence, tone=tone)
    async with Stage(line).run_test(size=(80, 3)):
        assert lines_of(line) == [f" {sentence}"]
        pieces = [(text.strip(), style) for text, style in styles_at(line, 0) if text.strip()]
        assert pieces[0] == (word, style)
        assert {style for _, style in pieces[1:]} <= {""}


async def test_a_sentence_that_means_nothing_in_particular_is_plain() -> None:
    line = headline(sentence="No run is decided yet", tone=Tone.PLAIN)
    async with Stage(line).run_test(size=(80, 3)):
        assert {style for _, style in styles_at(line, 0)} == {""}


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (105, f" {FAILING} · in FIREFOX only · TimeoutError · 1 cause"),
        (104, f" {FAILING} · in FIREFOX only · TimeoutError"),
        (94, f" {FAILING} · in FIREFOX only · 1 cause"),
        (80, f" {FAILING} · in FIREFOX only"),
        (79, f" {FAILING} · TimeoutError"),
        (76, f" {FAILING} · 1 cause"),
        (62, f" {FAILING}"),
        (61, " Failing since 11:42:07 (9 runs, 45 min) · last good 11:37:…"),
        (20, " Failing since 11:…"),
        (4, " F…"),
        (2, ""),
        (1, ""),
    ],
)
async def test_parts_are_whole_or_left_out_and_the_sentence_goes_last(width: int, shown: str) -> None:
    assert await at(headline("in FIREFOX only", "TimeoutError", "1 cause"), width) == shown


async def test_what_is_unknown_leaves_no_separator_behind() -> None:
    assert await at(headline("", "1 cause", ""), 80) == f" {FAILING} · 1 cause"
    assert await at(headline("1 cause", sentence=""), 80) == ""


async def test_another_sentence_paints_the_cells_that_differ_and_the_same_one_none() -> None:
    line = headline("1 cause")
    async with Stage(line).run_test(size=(80, 3)) as pilot:
        await pilot.pause()
        painted = Painted(line)
        line.sentence, line.tone, line.more = FAILING, Tone.BAD, ("1 cause",)
        assert (painted.regions, painted.whole) == ([], 0)
        line.sentence = FAILING.replace("(9 runs", "(8 runs")
        assert [(region.x, region.width) for region in painted.regions] == [(25, 1)]


async def test_at_every_width_what_is_shown_is_the_sentence_and_whole_parts() -> None:
    parts = ["in FIREFOX only", "原因 503", "TimeoutError: Navigation timeout", "1 cause"]
    line = headline(*parts)
    async with Stage(line).run_test(size=(200, 3)) as pilot:
        for width in range(200, 19, -9):
            await pilot.resize_terminal(width, 3)
            await pilot.pause()
            shown = lines_of(line)[0].strip()
            assert line.render_line(0).cell_length == width
            if shown.endswith("…"):
                assert width < len(FAILING) + 2
                assert FAILING.startswith(shown[:-1])
            else:
                sentence, rest = shown[: len(FAILING)], shown[len(FAILING) :]
                assert sentence == FAILING
                assert rest == "".join(f" · {part}" for part in parts if f" · {part}" in rest)


async def test_the_linux_console_gets_ascii() -> None:
    line = headline("1 cause")
    line.ascii = True
    assert await at(line, 80) == f" {FAILING} · 1 cause".replace("·", ".")
    assert await at(line, 30) == " Failing since 11:42:07 (9 r~"
