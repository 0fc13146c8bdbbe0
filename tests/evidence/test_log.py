"""A log as a person reads it: which lines are errors, when they were, and the same however much was read at a time."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canaryscope.evidence.log import LINE, Level, LogLine, lines_in, parse_log
from canaryscope.evidence.log_text import BLOCK, HEAD, KEPT, READ, TAIL, ByteRange, LogChunk, LogGap, LogText
from canaryscope.runs.text import CUT, clean

ID = "6ecbbe03-2c53-4d05-a73b-89da6cefec7e"
AT_49 = datetime(2021, 10, 30, 13, 49, 10, tzinfo=UTC)


def line(text: str) -> LogLine:
    [found] = parse_log(text.encode())
    return found


def texts(data: bytes) -> list[str]:
    return [found.text for found in parse_log(data)]


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("INFO: Start executing customer steps", Level.INFO),
        ("ERROR: Canary execution exception.Traceback (most recent call last):", Level.ERROR),
        ("WARN: Unable to find element", Level.WARN),
        ("WARNING: soon", Level.WARN),
        ("DEBUG: headers", Level.DEBUG),
        ("[ERROR] Runtime.ImportModuleError: Unable to import module 'index'", Level.ERROR),
        ("ERROR:root:no logger configured", Level.ERROR),
        ("error: Command failed", Level.ERROR),
        ("ERROR Invoke Error", Level.ERROR),
        ("TimeoutError: Navigation timeout of 30000 ms exceeded", Level.ERROR),
        ("Uncaught java.lang.IllegalStateException: closed", Level.ERROR),
        ("Error [ERR_MODULE_NOT_FOUND]: Cannot find package", Level.ERROR),
        (f"RequestId: {ID} Error: Runtime exited with error: signal: killed", Level.ERROR),
        (f"REPORT RequestId: {ID} Duration: 60000.00 ms Memory Size: 960 MB Status: timeout", Level.ERROR),
        (f"REPORT RequestId: {ID}\tDuration: 9.11 ms\tBilled Duration: 10 ms", Level.INFO),
        (f"START RequestId: {ID} Version: 2", Level.INFO),
        ("Start Canary", Level.NONE),
        ("Information about errors", Level.NONE),
        ("Error handling works", Level.NONE),
        ("    at Page.goto (/opt/nodejs/Page.js:656:49)", Level.NONE),
        ("   ERROR: quoted by what it belongs to", Level.NONE),
        ("", Level.NONE),
    ],
)
def test_levels_of_lines_without_a_time(text: str, level: Level) -> None:
    [found] = parse_log(f"{text}\n".encode())
    assert (found.level, found.time) == (level, None)


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("2021-10-30T13:49:10Z INFO: Start canary", Level.INFO),
        ("2021-10-30T13:49:10Z ERROR: Canary execution exception.", Level.ERROR),
        (f"2021-10-30T13:49:10.000Z\t{ID}\tINFO\tRequest: GET", Level.INFO),
        (f"2021-10-30T13:49:10.000Z\t{ID}\tERROR\tCanary error:", Level.ERROR),
        (f"2021-10-30T13:49:10.000Z\t{ID}\tWARN\tslow", Level.WARN),
        (f"2021-10-30T13:49:10.000Z {ID} Task timed out after 60.06 seconds", Level.ERROR),
        (f"2021-10-30T13:49:10.000Z\t{ID}\tError: Runtime exited with error", Level.ERROR),
        (f"[INFO]\t2021-10-30T13:49:10.000Z\t{ID}\tCalling customer canary", Level.INFO),
        (f"[ERROR]\t2021-10-30T13:49:10.000Z\t{ID}\tno such element", Level.ERROR),
        ("2021-10-30 13:49:10,000 DEBUG urllib3: Starting", Level.DEBUG),
        ("2021-10-30 13:49:10 - WARNING - retry", Level.WARN),
        ("[2021-10-30T15:49:10+0200] [error] upstream", Level.ERROR),
        ("2021-10-30T15:49:10+02:00 plain words", Level.NONE),
        ('{"timestamp":"2021-10-30T13:49:10.000Z","level":"ERROR","message":"no"}', Level.ERROR),
        ('{"level": "info", "time": "2021-10-30T13:49:10Z", "message": "\\"level\\":\\"ERROR\\""}', Level.INFO),
        ('{"message": "\\"level\\": \\"ERROR\\"", "time": "2021-10-30T13:49:10Z"}', Level.NONE),
    ],
)
def test_levels_and_times_of_lines_that_have_one(text: str, level: Level) -> None:
    found = line(text)
    assert (found.level, found.time) == (level, AT_49)


def test_a_time_that_does_not_exist_is_none() -> None:
    assert line("2021-13-45T99:99:99Z ERROR: odd").time is None
    assert line("0001-01-01T00:00:00+14:00 INFO: odd").time is None


def test_a_stack_belongs_to_the_error_above_it() -> None:
    stack = b"ERROR: no\nTraceback (most recent call last):\n  File x\n\tat y\nINFO: on\n2021-10-30T13:49:10Z words\n"
    assert [found.continues for found in parse_log(stack)] == [False, True, True, True, False, False]


def test_colours_and_escape_sequences_leave_the_text() -> None:
    log = "\x1b[31mERROR\x1b[0m: \x1b[1;4mred\x1b[m\n\x1b]0;title\x07shown\n\x1b[2J\x1b[H\x9b5nx\n"
    assert texts(log.encode()) == ["ERROR: red", "shown", "x"]


def test_every_kind_of_line_end_is_one() -> None:
    assert texts(b"a\r\nb\nc\rd\n\ne \t\n") == ["a", "b", "c", "d", "", "e"]
    assert texts("a\u2028b\x0bc".encode()) == ["a", "b", "c"]
    assert texts(b"10%\r20%\r100%\r\ndone") == ["10%", "20%", "100%", "done"]


def test_indentation_stays_and_a_tab_is_a_blank() -> None:
    assert texts(b"    at a\n\tat b") == ["    at a", " at b"]


def test_bytes_that_are_not_utf8_do_not_cost_the_line() -> None:
    assert texts(b"caf\xe9 \xff\xfe ok\n\xe2\x82") == ["caf\ufffd \ufffd\ufffd ok", "\ufffd"]


def test_a_line_of_megabytes_is_cut_between_characters_and_the_next_one_is_there() -> None:
    giant = "€".encode() * 500_000
    first, second = parse_log(giant + b"\nINFO: next\n")
    assert first.text == "€" * (LINE // 3) + CUT
    assert (second.text, second.at) == ("INFO: next", len(giant) + 1)
    [exact] = parse_log(b"x" * LINE)
    assert exact.text == "x" * LINE


def test_a_file_of_nothing_but_newlines_fills_no_memory() -> None:
    found = parse_log(b"\n" * 1_000_000 + b"end\n")
    assert len(found) < 100_000
    assert found[-1].text.endswith("very short lines more)")


PIECES = ["\n", "\r\n", "\r", "\x1b[31m", "\x1b]0;", "\x1b", "€", "ü", "\u202e", "\u0301", " ", "\t", "{"]
STARTS = ["INFO: ", "Error: ", "2021-10-30T13:49:10Z ", "2021-10-30T13:49:10Z ERROR: "]
ODD = st.sampled_from([*(piece.encode() for piece in (*PIECES, *STARTS)), b"\xe2", b"\xff", b"x" * 40])
LOGS = st.lists(ODD | st.binary(max_size=8), max_size=60).map(b"".join)


@given(LOGS)
def test_whatever_a_log_holds_its_lines_are_clean_and_in_order(data: bytes) -> None:
    found = parse_log(data)
    for one in found:
        assert "\n" not in one.text
        assert clean(one.text) == one.text == one.text.rstrip()
    assert all(before.at <= after.at for before, after in pairwise(found))
    assert all(one.at == 0 or data[one.at - 1 : one.at] == b"\n" for one in found)


@given(LOGS, st.integers(1, 50), st.randoms(use_true_random=False))
def test_reading_blocks_of_any_size_in_any_order_gives_the_lines_of_the_whole(data: bytes, block: int, order) -> None:  # type: ignore[no-untyped-def]
    text = LogText(len(data), block=block, kept=1_000)
    wanted = list(text.opening())
    wanted += [found for gap in text.parts() if isinstance(gap, LogGap) for found in text.ranges(gap)]
    order.shuffle(wanted)
    for found in wanted:
        text.add(found.first, data[found.first : found.last + 1])
    assert text.rows() == list(parse_log(data))


@given(LOGS, st.integers(0, 400), st.integers(0, 400), st.integers(1, 9))
def test_a_range_that_begins_and_ends_anywhere_gives_whole_lines_only(
    data: bytes, first: int, length: int, block: int
) -> None:
    whole = parse_log(data)
    for chunk in LogText(len(data), block=block).chunks_in(first, data[first : first + length]):
        assert first <= max(0, chunk.first_byte - 1)
        assert chunk.lines == tuple(one for one in whole if chunk.first_byte <= one.at <= chunk.last_byte)


def test_a_line_that_is_longer_than_what_is_kept_is_the_same_in_blocks() -> None:
    data = b"INFO: a\n" + b"x" * (LINE + 1) + b"\n" + b"y" * (3 * LINE) + b"\nERROR: b\n"
    text = LogText(len(data), block=1_000, kept=100)
    for found in text.ranges(LogGap(0, len(data) - 1)):
        text.add(found.first, data[found.first : found.last + 1])
    assert text.rows() == list(parse_log(data))
    assert len(text.rows()) == 4


class Served:
    """A log of 200 MB, made where it is read. Every line has 100 bytes."""

    SIZE = 200_000_000

    def __init__(self) -> None:
        self.text = LogText(self.SIZE)
        self.reads: list[ByteRange] = []

    def read(self, found: ByteRange) -> bytes:
        self.reads.append(found)
        first = found.first // 100
        lines = range(first, found.last // 100 + 1)
        data = b"".join(b"INFO: line %010d %s\n" % (number, b"." * 77) for number in lines)
        return data[found.first - first * 100 : found.last + 1 - first * 100]

    def add(self, found: ByteRange) -> None:
        self.text.add(found.first, self.read(found))


def test_a_log_of_200_mb_opens_with_its_first_and_last_lines_and_a_gap() -> None:
    served = Served()
    for found in served.text.opening():
        served.add(found)
    assert sum(found.last - found.first for found in served.reads) < 1_100_000
    rows = served.text.rows()
    [gap] = [row for row in rows if isinstance(row, LogGap)]
    assert gap.size > 198_000_000
    at = rows.index(gap)
    before, after = rows[at - 1], rows[at + 1]
    assert isinstance(before, LogLine)
    assert isinstance(after, LogLine)
    assert before.at < gap.first_byte <= before.at + 100
    assert gap.last_byte < after.at <= gap.last_byte + 100
    assert isinstance(rows[-1], LogLine)
    assert rows[-1].text.startswith("INFO: line 0001999999 ")


def test_a_gap_is_filled_from_where_the_person_comes() -> None:
    served = Served()
    for found in served.text.opening():
        served.add(found)
    for backwards in (False, True):
        [gap] = [part for part in served.text.parts() if isinstance(part, LogGap)]
        served.add(next(served.text.ranges(gap, backwards=backwards)))
        [left] = [part for part in served.text.parts() if isinstance(part, LogGap)]
        assert left.size == gap.size - READ * BLOCK
        assert (left.last_byte == gap.last_byte) is not backwards


def test_scrolling_through_a_large_log_keeps_few_blocks_and_those_nearby() -> None:
    served = Served()
    for found in served.text.opening():
        served.add(found)
    first, last = served.text.parts()[0], served.text.parts()[-1]
    for _ in range(20):
        gap = [part for part in served.text.parts() if isinstance(part, LogGap)][-1]
        served.add(next(served.text.ranges(gap)))
    parts = served.text.parts()
    kept = [part for part in parts if isinstance(part, LogChunk)]
    assert len(kept) == KEPT
    assert (parts[0], parts[-1]) == (first, last)
    newest = max(part.first_byte for part in kept[:-TAIL])
    assert newest == (HEAD + 20 * READ - 1) * BLOCK
    assert all(part.first_byte >= newest - (KEPT - HEAD - TAIL) * BLOCK for part in kept[HEAD:-TAIL])


def test_searching_a_log_reads_every_byte_and_keeps_none() -> None:
    data = b"".join(b"INFO: line %06d\n" % number for number in range(2_000))
    text = LogText(len(data), block=1_000)
    found: list[LogLine] = []
    for some in text.ranges(LogGap(0, len(data) - 1)):
        for chunk in text.chunks_in(some.first, data[some.first : some.last + 1]):
            found.extend(chunk.lines)
    assert found == list(parse_log(data))
    assert text.rows() == [LogGap(0, len(data) - 1)]


def test_an_empty_log_wants_nothing_and_has_no_lines() -> None:
    text = LogText(0)
    assert (text.opening(), text.parts(), parse_log(b"")) == ((), [], ())


def test_a_small_log_is_read_whole_and_at_once() -> None:
    assert LogText(8 * BLOCK).opening() == (ByteRange(0, 8 * BLOCK - 1),)
    assert len(LogText(8 * BLOCK + 1).opening()) == 2


def test_bytes_that_do_not_reach_a_block_are_no_block() -> None:
    text = LogText(10 * BLOCK)
    text.add(0, b"x" * (BLOCK + LINE - 1))
    text.add(BLOCK, b"x" * (2 * BLOCK))
    assert text.parts() == [LogGap(0, 10 * BLOCK - 1)]


def test_the_lines_of_a_block_begin_in_it() -> None:
    assert [found.text for found in lines_in(b"b\nc\nd\ne", 1, 2, 6)] == ["c", "d"]
