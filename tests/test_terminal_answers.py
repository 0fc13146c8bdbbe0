"""What a terminal says of itself never presses a key, in whatever pieces and whenever it comes."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canaryscope.paste import END, START
from canaryscope.terminal_answers import AnswerFilter, Answers

KITTY = "\x1bP>|kitty(0.41.1)\x1b\\\x1b[6;20;10t\x1b[?62;4;52;c"
KEYS = f"j\x1b[B\x1b[6;5~é\x1b[<0;1;1M\x1b[?2026;2$y\x1b\x1b[A{START}a c{END}\x1b[6~\x1b[?0u\x1bOPq"
"""Among them what looks like an answer for some characters."""
SAID = Answers("kitty(0.41.1)", frozenset({62, 4, 52}), (10, 20))


def pieces(text: str, cuts: list[int]) -> list[str]:
    places = sorted({0, *(min(cut, len(text)) for cut in cuts), len(text)})
    return [text[first:last] for first, last in pairwise(places)]


@given(st.lists(st.integers(0, 200), max_size=12))
def test_answers_are_taken_out_and_keys_stay_however_the_input_is_cut(cuts: list[int]) -> None:
    heard: list[Answers] = []
    keys = AnswerFilter()
    keys.expect(lambda: heard.append(keys.answers))
    assert "".join(keys(piece) for piece in pieces(KEYS + KITTY + KEYS, cuts)) + keys.idle() == KEYS * 2
    assert heard == [SAID]


@given(st.lists(st.integers(0, 200), max_size=12))
def test_answers_that_come_too_late_press_nothing_either(cuts: list[int]) -> None:
    """But for one that is cut just behind its escape, which has gone on as the key that it may be. They count, too."""
    text = KEYS + KITTY + KEYS + KITTY
    whole = [cut for cut in cuts if text[cut - 1 : cut] != "\x1b"]
    keys = AnswerFilter()
    assert "".join(keys(piece) for piece in pieces(text, whole)) + keys.idle() == KEYS * 2
    assert keys.answers == SAID


@pytest.mark.parametrize("at", range(1, len(KITTY)))
def test_an_answer_in_two_pieces_with_a_pause_between_them_presses_nothing(at: int) -> None:
    heard: list[Answers] = []
    keys = AnswerFilter()
    keys.expect(lambda: heard.append(keys.answers))
    assert keys(KITTY[:at]) + keys.idle() + keys.idle() + keys(KITTY[at:]) + keys.idle() == ""
    assert heard == [SAID]


@pytest.mark.parametrize(
    "answer", ["\x1b[?64;1;2;22c", "\x1bP>|XTerm(390)\x1b\\", "\x1b[6;16;8t", "\x1b_Gi=1;OK\x1b\\"]
)
def test_an_answer_that_nobody_asked_for_presses_nothing(answer: str) -> None:
    assert AnswerFilter()(f"j{answer}k") == "jk"


@pytest.mark.parametrize("key", ["\x1b", "j", "\x1b[A", "\x1b\x1b", "\x1b[1;5C", "\x1bOP", "\x1bj", "\x1b[200~"])
def test_a_key_is_not_held_back(key: str) -> None:
    assert AnswerFilter()(key) == key


@pytest.mark.parametrize("key", ["\x1b[", "\x1bP", "\x1b_", "\x1b[6"])
def test_alt_and_a_key_with_which_answers_begin_waits_for_a_pause_only(key: str) -> None:
    keys = AnswerFilter()
    assert keys(key) == ""
    assert keys.idle() == key
    assert keys.idle() == ""


def test_escape_waits_while_an_answer_is_due_and_no_longer() -> None:
    keys = AnswerFilter()
    keys.expect(lambda: None)
    assert keys("\x1b") + keys.idle() == ""
    keys.give_up()
    assert keys.idle() == "\x1b"
    assert keys("\x1b") == "\x1b"


def test_escape_is_there_with_the_next_key() -> None:
    keys = AnswerFilter()
    keys.expect(lambda: None)
    assert keys("\x1b") == ""
    assert keys("\x1b[B") == "\x1b\x1b[B"


def test_what_has_come_counts_when_the_last_answer_is_missing() -> None:
    keys = AnswerFilter()
    keys.expect(lambda: pytest.fail("not complete"))
    assert keys("\x1bP>|iTerm2 3.5.1\x1b\\") == ""
    keys.give_up()
    assert keys.answers == Answers("iTerm2 3.5.1")


@pytest.mark.parametrize("start", ["\x1bP>|", "\x1b_G"])
def test_an_answer_without_an_end_does_not_swallow_the_keys_for_good(start: str) -> None:
    keys = AnswerFilter()
    assert keys(start + "x" * 100) == ""
    assert keys("j" * 500).endswith("j" * 500)
    assert keys("k") == "k"


@given(st.text(alphabet="[]?;>|P_Gcqt0169~\\", max_size=30))
def test_text_without_an_escape_passes(text: str) -> None:
    assert AnswerFilter()(text) == text
