"""Untrusted text acts on nothing: what `clean` and `clean_line` promise."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from canaryscope.runs.text import CUT, LIMIT, MARKS, clean, clean_line

BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
ZERO_WIDTH = (
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180e\u180f\u200b\u200c\u200d\u2060\u2061\u2062\u2063\u2064"
    "\u206a\u206f\u3164\ufe00\ufe0e\ufe0f\ufeff\uffa0\ufff9\ufffb\U000e0001\U000e0041\U000e007f\U000e0100\U000e01ef\U0001d173"
)
PIECES = [
    "\x1b]0;title\x07",
    "\x1b]8;;https://evil.example/\x1b\\",
    "\x1b]52;c;ZXZpbA==",
    "\x1bPtmux;\x1b\x1b]52;c;ZXZpbA==\x07\x1b\\",
    "\x1b_Gf=100;AAAA\x1b\\",
    "\x1b[31;1m",
    "\x1b[?1049h",
    "\x1b[",
    "\x1b",
    "\x1bc",
    "\x1b(B",
    "\x9b2J",
    "\x9d0;title\x9c",
    "\x90q",
    "\x00",
    "\x07",
    "\x7f",
    "\r\n",
    "\r",
    "\x0b",
    "\u2028",
    "\t",
    "\ud800",
    "\u202e",
    "\u200b",
    "e\u0301",
    "\u0301" * 9,
    "宽",
    "plain",
    " ",
    "\n",
]
anything = st.one_of(
    st.text(max_size=80),
    st.text(alphabet=st.characters(), max_size=40),
    st.lists(st.sampled_from([*PIECES, *BIDI, *ZERO_WIDTH]), max_size=30).map("".join),
    st.text(alphabet=st.characters(max_codepoint=0x9F), max_size=60),
)


def acts(character: str) -> bool:
    """Whether a terminal or a reader's eye is deceived by it. The newline is `clean`'s own business."""
    if character == "\n":
        return False
    category = unicodedata.category(character)
    return category in ("Cc", "Cf", "Cs", "Zl", "Zp") or character in ZERO_WIDTH


@given(anything)
def test_no_forbidden_character_survives(text: str) -> None:
    assert not [character for character in clean(text) if acts(character)]
    line = clean_line(text)
    assert not [character for character in line if acts(character) or character == "\n"]


@given(anything)
@example(" \u0300")
@example(" \u0300 \u0300x")
def test_cleaning_twice_is_cleaning_once_and_never_grows(text: str) -> None:
    for cleaned, again in ((clean(text), clean), (clean_line(text), clean_line)):
        assert again(cleaned) == cleaned
        assert len(cleaned) <= len(text)


@given(anything, st.integers(min_value=0, max_value=60))
def test_a_limit_is_kept_and_cutting_is_idempotent(text: str, limit: int) -> None:
    for shorten in (clean, clean_line):
        cut = shorten(text, limit=limit)
        assert len(cut) <= limit
        assert shorten(cut, limit=limit) == cut


@given(st.binary(max_size=200))
def test_bytes_of_any_kind_become_harmless_text(data: bytes) -> None:
    assert clean(data) == clean(data.decode("utf-8", "replace"))


@given(st.text(alphabet=st.characters(min_codepoint=0x20, max_codepoint=0x7E)))
def test_plain_text_is_untouched(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "TimeoutError: Navigation timeout of 30000 ms exceeded\n    at step (/opt/index.js:69:19)",
        "[bold]not markup[/bold] $HOME \\ %s {}",
        "プレフィックス 日本語 한국어 中文",
        "Größe: 3 µs – „ok“ … ✓ ✗ → 🙂",
        "Tiếng Việt \u0e17\u0e35\u0e48 \u05e9\u05c1\u05b8\u05dc\u05d5\u05b9\u05dd e\u0301",
        "a\u00a0b\u3000c",
    ],
)
def test_what_real_messages_hold_is_untouched(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\x1b[31mred\x1b[0m", "ared"),
        ("a\x9b31mred", "ared"),
        ("a\x1b]0;title\x07b", "ab"),
        ("a\x1b]0;title\x1b\\b", "ab"),
        ("a\x9d0;title\x9cb", "ab"),
        ("a\x1b]8;;https://evil.example/\x07here\x1b]8;;\x07", "ahere"),
        ("a\x1bP1$r0m\x1b\\b", "ab"),
        ("a\x1b_payload\x1b\\b", "ab"),
        ("a\x1b^payload\x1b\\b", "ab"),
        ("a\x1bXpayload\x1b\\b", "ab"),
        ("a\x1b]52;c;never ended", "a"),
        ("a\x1b]52;c;never ended\nnext line", "a\nnext line"),
        ("a\x1b[38;5", "a"),
        ("a\x1b", "a"),
        ("a\x1bcb", "ab"),
        ("a\x1b(Bb", "ab"),
        ("a\x1b[3\x001mb", "ab"),
        ("\x1b\x1b[31mx", "x"),
        ("a\x00b\x08c\x7fd", "abcd"),
        ("a\tb", "a b"),
        ("a\r\nb\rc\x0bd\x0ce\x85f\u2028g\u2029h", "a\nb\nc\nd\ne\nf\ng\nh"),
        ("user\u202egpj.exe", "usergpj.exe"),
        ("pay\u200bpal\u00ad\ufeff", "paypal"),
        ("\U0001f468\u200d\U0001f469\ufe0f", "\U0001f468\U0001f469"),
        ("a\ud800b", "a\ufffdb"),
        ("\u00e2\x80\x9cquoted\u00e2\x80\x9d and more", "\u00e2quoted\u00e2 and more"),
        ("e" + "\u0301" * 50 + "x", "e" + "\u0301" * MARKS + "x"),
        ("\u0301\u0301a\n\u0301b", "a\nb"),
    ],
)
def test_sequences_go_whole_and_the_text_around_them_stays(text: str, expected: str) -> None:
    assert clean(text) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(None, ""), (12, "12"), (True, "True"), (b"caf\xc3\xa9 \xff", "café \ufffd"), (bytearray(b"a\x1b[1mb"), "ab")],
)
def test_values_that_are_no_text_become_text(value: object, expected: str) -> None:
    assert clean(value) == expected


def test_an_object_that_cannot_be_printed_is_named_by_its_type() -> None:
    class Broken:
        def __str__(self) -> str:
            raise RuntimeError

    assert clean(Broken()) == "Broken"


def test_a_line_is_one_line_with_single_blanks() -> None:
    assert clean_line("  Error:\n\n   at  a\t\tb \r\n") == "Error: at a b"


def test_a_cut_is_told() -> None:
    cut = clean("x" * (LIMIT + 1))
    assert len(cut) == LIMIT
    assert cut.endswith(CUT)
    assert clean("x" * LIMIT) == "x" * LIMIT


def best_of_three(text: str, times: int = 1) -> float:
    """Seconds that `clean` and `clean_line` need for `text`, at best."""
    best = 1e9
    for _ in range(3):
        start = time.perf_counter()
        for _ in range(times):
            clean(text)
            clean_line(text)
        best = min(best, time.perf_counter() - start)
    return best


def test_a_page_of_plain_rows_costs_nothing_to_speak_of() -> None:
    reason = "TimeoutError: Navigation timeout of 30000 ms exceeded"
    assert best_of_three(reason, times=100) < 0.001


@pytest.mark.parametrize("piece", [*PIECES, "\x9d\n", "\x1b]a\n", "\u0301", "e\u0301" + "\u0301" * 5, " \n"])
def test_time_grows_with_the_length_only(piece: str) -> None:
    """A hundred thousand characters of the worst kind: a quadratic way would take minutes."""
    assert best_of_three(piece * (100_000 // len(piece))) < 1.0
