"""The log of 200 MB that nobody has: read by ranges, as if it lay somewhere."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from canaryscope.demo.border import demo_session
from canaryscope.demo.long_log import LONG_LOG_BYTES, NEEDLE, LongLog
from canaryscope.demo.responder import Responder
from canaryscope.demo.stories import BIG_CANARY
from canaryscope.evidence.artifacts import PART, ArtifactKind
from canaryscope.evidence.log import Level, parse_log
from demo.leavings import listed, place
from demo.paging import NOW, runs_page

LOG = LongLog(1_795_350_427_820, 2_100)


@pytest.fixture
def big() -> Responder:
    return Responder(NOW, big=True)


@pytest.fixture
def big_s3(big: Responder) -> Iterator[Any]:
    client: Any = demo_session(big).create_client("s3")
    yield client
    client.close()


def test_the_newest_runs_of_the_big_canary_have_one_of_exactly_200_mb(big: Responder, big_s3: Any) -> None:
    runs = runs_page(big, BIG_CANARY)["CanaryRuns"]
    for run, size in ((runs[1], LONG_LOG_BYTES), (runs[50], LONG_LOG_BYTES), (runs[90], None)):
        [log] = listed(big_s3, run).of_kind(ArtifactKind.LOG)
        assert log.size == size or (size is None and log.size < 10_000)
    assert LONG_LOG_BYTES == 200_000_000


def test_it_is_read_by_ranges_and_never_whole(big: Responder, big_s3: Any) -> None:
    run = runs_page(big, BIG_CANARY)["CanaryRuns"][1]
    [log] = listed(big_s3, run).of_kind(ArtifactKind.LOG)
    asked = {"Bucket": place(run).bucket, "Key": log.key}
    tracemalloc.start()
    try:
        part = big_s3.get_object(**asked, Range=f"bytes=99999990-{99999990 + PART - 1}")
        assert part["ContentRange"] == f"bytes 99999990-{99999990 + PART - 1}/200000000"
        assert NEEDLE.encode() in part["Body"].read()
        assert tracemalloc.get_traced_memory()[1] < 10 * PART
    finally:
        tracemalloc.stop()
    with pytest.raises(ClientError, match="at most"):
        big_s3.get_object(**asked)
    end = big_s3.get_object(**asked, Range="bytes=-300")["Body"].read()
    assert (len(end), end.count(b"\n"), end[-1:]) == (300, 3, b"\n")


@given(st.integers(0, LONG_LOG_BYTES - 1), st.integers(1, 2_000), st.integers(0, 2_000))
def test_ranges_join(first: int, count: int, cut: int) -> None:
    last = min(LONG_LOG_BYTES - 1, first + count)
    whole = LOG.read(first, last)
    assert len(whole) == last - first + 1
    middle = min(last, first + cut)
    assert LOG.read(first, middle) + (LOG.read(middle + 1, last) if middle < last else b"") == whole


def test_errors_with_a_stack_are_spread_over_it_and_the_needle_is_in_it_once() -> None:
    needles = errors = stacks = 0
    for first in range(90_000_000, 110_000_000, PART):
        data = LOG.read(first, first + PART - 1)
        needles += data.count(NEEDLE.encode())
        lines = parse_log(data)
        errors += sum(line.level is Level.ERROR for line in lines)
        stacks += sum(line.text.startswith("    at ") for line in lines)
    assert needles == 1
    assert 18 <= errors <= 22
    assert stacks == 3 * errors
    assert parse_log(LOG.read(0, 99))[0].time is not None
