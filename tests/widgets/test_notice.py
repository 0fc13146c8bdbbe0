"""What went wrong is said in place, in words, and takes no room when nothing did."""

from __future__ import annotations

from canaryscope_widgets.notice import Notice
from canaryscope_widgets.text_panel import TextPanel
from canaryscope_widgets.tone import Tone
from stage import Painted, Stage, lines_of, styles_at


async def test_there_is_no_line_for_it_until_something_is_said() -> None:
    notice, below = Notice(), TextPanel(["below"])
    async with Stage(notice, below).run_test(size=(40, 10)) as pilot:
        assert below.region.y == 0
        notice.say("The credentials have expired.", "aws sso login --profile prod")
        await pilot.pause()
        assert lines_of(notice) == ["The credentials have expired.", "aws sso login --profile prod"]
        assert below.region.y == 2
        assert styles_at(notice, 0)[0] == ("The credentials have expired.", "bold color(1)")  # the terminal's red
        notice.say("")
        await pilot.pause()
        assert (below.region.y, notice.sentence) == (0, "")


async def test_a_long_sentence_leaves_a_line_for_what_to_do() -> None:
    notice = Notice()
    async with Stage(notice).run_test(size=(30, 10)) as pilot:
        notice.say("User: arn:aws:iam::123456789012:user/x is not authorized " * 3, "Ask for it.", Tone.ODD)
        await pilot.pause()
        said = lines_of(notice)
        assert len(said) == 3
        assert said[1].endswith("…")
        assert said[2] == "Ask for it."


async def test_another_width_wraps_it_anew() -> None:
    notice = Notice()
    async with Stage(notice).run_test(size=(60, 10)) as pilot:
        notice.say("a sentence that fits one line [/x]")
        await pilot.pause()
        assert lines_of(notice) == ["a sentence that fits one line [/x]"]
        await pilot.resize_terminal(20, 5)
        await pilot.pause()
        assert lines_of(notice) == ["a sentence that", "fits one line [/x]"]


async def test_saying_the_same_again_paints_nothing() -> None:
    notice = Notice()
    async with Stage(notice).run_test(size=(60, 10)) as pilot:
        notice.say("sentence", "hint")
        await pilot.pause()
        painted = Painted(notice)
        notice.say("sentence", "hint")
        await pilot.pause()
        assert (painted.regions, painted.whole) == ([], 0)


async def test_another_text_of_the_same_size_is_shown() -> None:
    notice = Notice()
    notice.ascii = True
    async with Stage(notice).run_test(size=(60, 10)) as pilot:
        notice.say("before")
        await pilot.pause()
        notice.say("after …")
        await pilot.pause()
        assert lines_of(notice) == ["after ~"]
