"""Lines of a log as rows: level, stack, time, and what is missing between them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from canaryscope.evidence.log import parse_log
from canaryscope.evidence.log_text import LogGap
from canaryscope.render.log import TIME_WIDTH, log_rows, looked_through
from canaryscope.render.times import Clock, Zone
from canaryscope_widgets.log_rows import LogRow
from canaryscope_widgets.tone import Tone

NOW = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)
LOG = b"""2026-11-22T12:27:31.104Z INFO: Start
ERROR: no
    at x
2026-11-22T12:27:32Z WARN: slow
words
"""


def clock(zone: Zone) -> Clock:
    return Clock(zone, NOW, timezone(timedelta(hours=-5, minutes=-30)))


def test_a_row_has_its_level_and_a_stack_that_of_its_error() -> None:
    assert log_rows(parse_log(LOG), clock(Zone.UTC), in_error=False) == [
        LogRow("INFO: Start", Tone.PLAIN, "12:27:31.104"),
        LogRow("ERROR: no", Tone.BAD),
        LogRow("    at x", Tone.BAD),
        LogRow("WARN: slow", Tone.ODD, "12:27:32.000"),
        LogRow("words", Tone.PLAIN),
    ]


def test_the_first_rows_may_go_on_with_an_error_that_is_not_among_them() -> None:
    lines = parse_log(b" at x\n at y\nINFO: z\n at z\n")
    tones = [row.tone for row in log_rows(lines, clock(Zone.UTC), in_error=True)]
    assert tones == [Tone.BAD, Tone.BAD, Tone.PLAIN, Tone.PLAIN]


@pytest.mark.parametrize(
    ("zone", "time"), [(Zone.UTC, "12:27:31.104"), (Zone.LOCAL, "06:57:31.104"), (Zone.RELATIVE, "12:27:31.104")]
)
def test_times_are_in_the_zone_that_is_shown_and_those_in_the_text_make_room(zone: Zone, time: str) -> None:
    row = log_rows(parse_log(LOG), clock(zone), in_error=False)[0]
    assert (row.time, len(row.time), row.text) == (time, TIME_WIDTH, "INFO: Start")


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("[2026-11-22T12:27:31+0000] [error] upstream", "[error] upstream"),
        ("[INFO]\t2026-11-22T12:27:31.000Z\tid\ttext", "[INFO] 2026-11-22T12:27:31.000Z id text"),
        ("2026-11-22T12:27:31Z", "2026-11-22T12:27:31Z"),
        ('{"time": "2026-11-22T12:27:31Z"}', '{"time": "2026-11-22T12:27:31Z"}'),
        ("2026-99-22T12:27:31Z odd", "2026-99-22T12:27:31Z odd"),
    ],
)
def test_only_a_time_at_the_start_goes_and_never_the_whole_line(line: str, text: str) -> None:
    assert log_rows(parse_log(line.encode()), clock(Zone.UTC), in_error=False)[0].text == text


def test_a_gap_says_how_much_is_missing_and_ends_the_stack_above_it() -> None:
    [line] = parse_log(b" at x")
    gap, after = log_rows([LogGap(0, 197_999_999), line], clock(Zone.UTC), in_error=True)
    assert gap == LogRow("… 198.0 MB not read: they are loaded as you come near")
    assert after.tone is Tone.PLAIN


@pytest.mark.parametrize(
    ("count", "size", "text"),
    [(34_400_000, 200_000_000, "34 of 200 MB"), (0, 2_000_000, "0 of 2 MB"), (500, 900_000, "500 B of 900.0 kB")],
)
def test_how_far_a_search_is(count: int, size: int, text: str) -> None:
    assert looked_through(count, size) == text
