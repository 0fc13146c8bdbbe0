"""Runs to compare: their evidence as hypothesis makes it up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from canaryscope.evidence.compare import Side
from canaryscope.evidence.report import Report, RequestCounts, Step
from canaryscope.evidence.requests import Request, place
from canaryscope.runs.model import CanaryRun, RunStatus, RunTimeline, RunType

START = datetime(2026, 11, 22, 11, 37, 7, tzinfo=UTC)
MOMENTS = st.none() | st.integers(-9, 9).map(lambda minutes: START + timedelta(minutes=minutes))
TEXTS = st.sampled_from(["", "pay", "log in", "`a|b` *c*", "\x00é…".strip("\x00"), "x" * 300]) | st.text(
    st.characters(categories=("L", "N", "P", "S", "Zs")), max_size=9
)
STEPS = st.builds(
    Step,
    number=st.none() | st.integers(1, 4),
    name=TEXTS,
    status=st.sampled_from(["", "PASSED", "FAILED", "SKIPPED", "passed"]),
    started=MOMENTS,
    ended=MOMENTS,
    failure_reason=st.sampled_from(["", "Error: no", "a\nb"]),
)
REPORTS = st.builds(
    Report,
    status=st.sampled_from(["", "PASSED", "FAILED", "NO RESULT"]),
    failure_reason=TEXTS,
    started=MOMENTS,
    ended=MOMENTS,
    reset_ms=st.none() | st.floats(0, 1e12),
    setup_ms=st.none() | st.floats(0, 1e12),
    requests=st.none() | st.builds(RequestCounts, successful=st.none() | st.integers(0, 9)),
    steps=st.lists(STEPS, max_size=8).map(tuple),
)
REQUESTS = st.builds(
    Request,
    method=st.sampled_from(["GET", "POST", ""]),
    url=st.sampled_from(
        ["https://h/pay?x=1", "https://h/pay?x=2", "https://o/9", "https://u:pw@h/?token=t", "data:a,b"]
    ),
    host=st.sampled_from(["h", "H", "o", ""]),
    path=st.sampled_from(["/pay?x=1", "/pay?x=2", "/7", "/8", "data:a,b", ""]) | TEXTS,
    status=st.sampled_from([None, 0, 200, 304, 404, 503]),
    total_ms=st.none() | st.floats(0, 1e12),
    error=st.sampled_from(["", "net::ERR_ABORTED"]),
)
RUNS = st.builds(
    CanaryRun,
    run_type=st.sampled_from(RunType),
    id=st.none() | TEXTS,
    status=st.builds(
        RunStatus,
        st.sampled_from([None, "PASSED", "FAILED", "RUNNING", "LATER"]),
        st.none() | TEXTS,
        st.none(),
        st.sampled_from([None, "PASSED", "FAILED", "UNKNOWN"]),
    ),
    timeline=st.builds(RunTimeline, MOMENTS, MOMENTS, st.none()),
    **dict.fromkeys(("name", "scheduled_run_id", "retry_attempt", "artifact_s3_location"), st.none()),
    dry_run_id=st.none() | TEXTS,
    browser_type=st.sampled_from([None, "CHROME", "FIREFOX"]),
    location=st.sampled_from([None, "eu-west-3"]),
)
SIDES = st.builds(
    Side,
    RUNS,
    st.none() | REPORTS,
    st.none() | st.lists(REQUESTS, max_size=12).map(tuple),
    st.lists(st.just("HAR: access denied to s3:GetObject."), max_size=1).map(tuple),
)


def step(number: int, name: str, seconds: float = 1, status: str = "PASSED", reason: str = "") -> Step:
    return Step(number, name, status, START, START + timedelta(seconds=seconds), reason)


def request(url: str, status: int = 200, ms: float = 100, method: str = "GET", error: str = "") -> Request:
    host, path = place(url)
    return Request(method, url, host, path, status, total_ms=ms, error=error)


STEP_NAMES = ("open the home page", "log in", "put into basket", "pay", "thank you")
TIMEOUT = "TimeoutError: Navigation timeout of 30000 ms exceeded"
GOOD = Side(
    CanaryRun(
        id="0f8fad5b-d9cb-469f-a165-70867728950e",
        name="checkout-flow",
        status=RunStatus("PASSED", None, None, "PASSED"),
        timeline=RunTimeline(START, START + timedelta(seconds=2.9)),
        browser_type="CHROME",
    ),
    Report(
        steps=tuple(step(number, name, 0.4 + number / 5) for number, name in enumerate(STEP_NAMES, 1)),
        launch_ms=800,
        requests=RequestCounts(4, 0, 0, 0, 0),
    ),
    (
        request("https://shop.example.com/"),
        request("https://api.example.com/pay?token=hunter2", 200, 312, "POST"),
        request("https://cdn.example.com/app.3f2a9c1b.js", 200, 80),
        request("https://t.example.net/old"),
    ),
)
FAILED_AT = START + timedelta(minutes=50)
FAILED = Side(
    CanaryRun(
        id="7c9e6679-7425-40de-944b-e07fc1f90ae7",
        name="checkout-flow",
        status=RunStatus("FAILED", TIMEOUT, "CANARY_FAILURE", "FAILED"),
        timeline=RunTimeline(FAILED_AT, FAILED_AT + timedelta(seconds=30.4)),
        browser_type="FIREFOX",
    ),
    Report(
        steps=(
            step(1, STEP_NAMES[0], 0.6),
            step(2, STEP_NAMES[1], 3.8),
            step(3, STEP_NAMES[2], 1),
            step(4, STEP_NAMES[3], 30, "FAILED", f"{TIMEOUT}\n    at index.js:1:2"),
        )
    ),
    (
        request("https://shop.example.com/"),
        request("https://api.example.com/pay?token=hunter2", 504, 30_000, "POST"),
        request("https://cdn.example.com/app.9f2a9c1c.js", 200, 2_400),
        request("https://consent.example.net/banner/of/a/vendor.js?site=1", 0, 12, error="net::ERR_NAME_NOT_RESOLVED"),
        request("https://api.example.com/pay?token=hunter3", 504, 30_000, "POST"),
    ),
)
"""A good run and a failed one, fifty minutes later, of one story."""
