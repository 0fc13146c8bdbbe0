"""What is found range by range is what a plain search over all lines finds, and a hostile pattern ends."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canaryscope.evidence import log, log_text
from canaryscope.evidence.log import Level, LogLine, parse_log
from canaryscope.evidence.log_pattern import LogPattern, PatternTooSlow, refusal
from canaryscope.evidence.log_rows import LogPlace, LogRows
from canaryscope.evidence.log_search import ERRORS, LogErrors, LogMatches, LogQuestion, errors_in, merged, search
from canaryscope.evidence.log_text import LogChunk, LogGap, LogText
from canaryscope.evidence.log_walk import walk

STARTS = ["INFO: a", "ERROR: b", "  at x", "a b", "", "WARN: ab", "\x1b[31mab", "é b", "a\rb\ra", "ERROR: a\rb"]
LOGS = st.lists(st.sampled_from(STARTS), max_size=40).map(lambda lines: "\n".join(lines).encode())
PATTERNS = st.sampled_from(["a", "b$", "^a", "a.?b", "é", "x|ERROR", "^$", "nothing"])


@pytest.fixture(autouse=True, scope="module")
def _short_lines() -> Iterator[None]:
    """What is read beyond a block for its last line is short, too: else a range of a small log has all of it."""
    with patch.object(log, "LINE", 16), patch.object(log_text, "LINE", 16):
        yield


def ranges(size: int, block: int, blocks: int) -> Iterator[log_text.ByteRange]:
    return LogText(size, block=block).ranges(LogGap(0, size - 1), blocks=blocks)


def plain(data: bytes, pattern: str) -> list[LogPlace]:
    rows = LogRows([LogChunk(0, len(data), parse_log(data))])
    return [
        rows.place(row)
        for row, line in enumerate(rows)
        if isinstance(line, LogLine) and re.search(pattern, line.text, re.IGNORECASE if pattern.islower() else 0)
    ]


def answers(data: bytes, question: LogQuestion, block: int, blocks: int) -> list[LogMatches | LogErrors]:
    with patch.object(log_text.LogText.__init__, "__kwdefaults__", {"block": block, "kept": 32}):
        return [
            search(len(data), part, data[part.first : part.last + 1], question, lambda: None)
            for part in ranges(len(data), block, blocks)
        ]


@given(LOGS.filter(bool), PATTERNS, st.integers(2, 60), st.integers(1, 4))
def test_ranges_of_any_size_find_the_lines_that_all_lines_have(
    data: bytes, pattern: str, block: int, blocks: int
) -> None:
    found = answers(data, LogQuestion(pattern), block, blocks)
    assert [place for one in found if isinstance(one, LogMatches) for place in one.places] == plain(data, pattern)


@given(LOGS.filter(bool), st.integers(2, 60), st.integers(1, 4), st.randoms(use_true_random=False))
def test_ranges_in_any_order_give_the_errors_with_their_stacks(data: bytes, block: int, blocks: int, order) -> None:  # type: ignore[no-untyped-def]
    parts = [one for one in answers(data, LogQuestion(None), block, blocks) if isinstance(one, LogErrors)]
    order.shuffle(parts)
    within, wanted = False, []
    for line in parse_log(data):
        within = within if line.continues else line.level is Level.ERROR
        if within:
            wanted.append(line)
    assert merged(parts) == (tuple(wanted), False)


def test_a_stack_whose_error_is_in_a_part_that_is_missing_is_left_out() -> None:
    lines = parse_log(b"ERROR: a\n at x\n at y\nINFO: b\n at z\n")
    first, second = errors_in(lines[:2], 0, 15), errors_in(lines[2:], 16, 40)
    assert [line.text for line in merged([second])[0]] == []
    assert [line.text for line in merged([second, first])[0]] == ["ERROR: a", " at x", " at y"]


def test_so_many_errors_are_kept_and_it_is_said_that_there_are_more() -> None:
    found = errors_in(parse_log(b"ERROR: abcdef\n" * (ERRORS + 1)), 0, 99)
    assert (len(found.lines), found.cut) == (ERRORS, True)
    assert merged([found])[1]
    one = errors_in(parse_log(b"ERROR: abcdef\n" * 3_000), 0, 9)
    lines, cut = merged([one, LogErrors(10, 19, (), one.lines, True)])
    assert (len(lines), cut) == (ERRORS, True)


def test_a_log_without_levels_fills_no_memory_when_errors_are_asked_for() -> None:
    found = errors_in(parse_log(b"words\n" * 50_000), 0, 300_000)
    assert len(found.leading) < 1_000


@given(LOGS.filter(bool), PATTERNS, st.integers(2, 60), st.data())
def test_from_any_row_every_line_is_looked_at_once_in_order_and_that_row_last(
    data: bytes, pattern: str, block: int, choice: st.DataObject
) -> None:
    text = LogText(len(data), block=block, kept=1_000)
    for part in text.ranges(LogGap(0, len(data) - 1)):
        if choice.draw(st.booleans()):
            text.add(part.first, data[part.first : part.last + 1])
    rows = LogRows(text.parts())
    if not len(rows):
        return
    row, step = choice.draw(st.integers(0, len(rows) - 1)), choice.draw(st.sampled_from([1, -1]))
    order: list[int] = []
    for piece in walk(rows, row, step, lambda gap, backwards: text.ranges(gap, backwards=backwards, blocks=2)):
        if piece.part is None:
            order += [rows.place(number).at for number in piece.rows]
        else:
            end = piece.part.end or len(data)
            lines = [line.at for chunk in text.chunks_in(piece.part.first, data[piece.part.first : piece.part.last + 1])
                     for line in chunk.lines if chunk.last_byte < end]  # fmt: skip
            order += lines if step > 0 else lines[::-1]
    wanted = [line.at for line in parse_log(data)]
    assert sorted(order) == wanted
    here = rows[row]
    if isinstance(here, LogLine) and order:
        assert order[-1] == here.at


@pytest.mark.parametrize(("pattern", "text", "found"), [
    ("timeout", "Navigation TIMEOUT", True),
    ("Timeout", "Navigation timeout", False),
    (r"\d+ MS$", "30000 ms", False),
    (r"\D\S", "ab", True),
    ("x{2}", "xx", True),
])  # fmt: skip
def test_case_counts_where_the_pattern_has_a_capital_letter(pattern: str, text: str, found: bool) -> None:
    assert LogPattern(pattern).matches(text) is found


@pytest.mark.parametrize("pattern", [
    "(", "a{", "[", "*", "(?P<x", "\\", "(?<=", r"\L<x>", "a" * 201, "(" * 200, "a{1000000}", "(?:a{500}){500}",
    "(?:(?:ab{99}){99}){99}",
])  # fmt: skip
def test_what_is_no_pattern_or_would_fill_the_memory_is_refused_at_once(pattern: str) -> None:
    begun = time.process_time()
    assert refusal(pattern) or pattern == "a{"
    assert time.process_time() - begun < 0.5


def test_a_common_pattern_is_none_of_these() -> None:
    assert refusal("[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}") == ""


@given(st.text(st.sampled_from("ab()[]{}*+?|^$\\.,0129<>=!:P-&ls"), max_size=20))
def test_whatever_is_typed_is_a_pattern_or_a_reason_and_can_be_searched_for(pattern: str) -> None:
    reason = refusal(pattern)
    assert reason.isprintable()
    if not reason:
        it = LogPattern(pattern)
        for _ in range(3):
            it.matches("ab" * 50)
            assert all(start < end for start, end in it.spans("ab(1)" * 20))


def test_a_line_on_which_a_pattern_takes_too_long_does_not_match_and_many_of_them_end_it() -> None:
    pattern = LogPattern("(x+x+)+y")
    begun = time.process_time()
    assert not pattern.matches("x" * 16_000)
    assert pattern.matches("xxy")
    with pytest.raises(PatternTooSlow):
        [pattern.matches("x" * 16_000) for _ in range(20)]
    assert time.process_time() - begun < 2
    assert pattern.slow == 11


def test_marks_that_take_too_long_are_made_no_more() -> None:
    pattern = LogPattern("(x+x+)+y")
    assert pattern.spans("xxy") == [(0, 3)]
    assert pattern.spans("x" * 16_000) == []
    assert pattern.spans("xxy") == []
    assert LogPattern(".").spans("a" * 1_000) == [(at, at + 1) for at in range(100)]
