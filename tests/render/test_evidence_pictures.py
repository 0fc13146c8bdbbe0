"""How a failed run's steps and requests look in the lists that show them. Each picture was looked at."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from textual.app import App
from textual.widget import Widget

from canaryscope.evidence.report import Report, RequestCounts, Screenshot, Step
from canaryscope.evidence.requests import Request, Requests, Timings
from canaryscope.render.requests import request_rows
from canaryscope.render.steps import report_facts, step_rows
from canaryscope.runs.model import CanaryRun, RunStatus
from canaryscope.screens.request_screen import RequestScreen
from canaryscope_widgets.request_list import RequestList
from canaryscope_widgets.step_list import StepList
from stage import Stage

NOON = datetime(2026, 11, 22, 12, 27, 7, tzinfo=UTC)
REASON = "TimeoutError: Navigation timeout of 30000 ms exceeded\n    at LifecycleWatcher (/opt/nodejs/lib/x.js:12:3)"
SHOP = "https://shop.example.com"


def step(number: int, name: str, seconds: float, status: str = "PASSED", reason: str = "") -> Step:
    ended = NOON + timedelta(seconds=seconds)
    shots = tuple(Screenshot(f"{number:02}-{name}-{when}.png") for when in ("starting", status.lower()))
    return Step(number, name, status, NOON, ended, reason, f"{SHOP}/{name}", f"{SHOP}/{name}?session=abc", shots)


def request(path: str, status: int, *phases: float, error: str = "") -> Request:
    dns, connect, tls, wait, receive = phases or (0, 0, 0, 0, 0)
    timings = Timings(dns=dns, connect=connect, tls=tls, wait=wait, receive=receive)
    return Request(
        method="GET" if status else "POST",
        url=SHOP + path,
        status=status,
        total_ms=timings.total,
        timings=timings,
        size=len(path) * 4_321 if status else None,
        error=error,
        started=NOON,
        request_headers=(("Accept", "*/*"), ("Authorization", "Bearer abcdefghijkl1")),
        response_headers=(("Content-Type", "application/json"), ("Set-Cookie", "sid=1")),
        mime="application/json",
        response_body='{"basket": {"items": [1, 2], "token": "abc"}, "ok": false}',
    )


REPORT = Report(
    status="FAILED",
    started=NOON,
    ended=NOON + timedelta(seconds=34.5),
    launch_ms=1_234,
    setup_ms=2,
    requests=RequestCounts(9, 0, 2, 0, 1),
    steps=(
        *(step(1, "home", 1.2), step(2, "search", 0.8), step(3, "basket", 1.1)),
        *(step(4, "pay", 30.4, "FAILED", REASON), step(5, "receipt", 0)),
    ),
    failure_reason=REASON,
)
REQUESTS = Requests(
    (
        request("/", 200, 12, 30, 40, 300, 80),
        request("/search?q=shoes&token=abc", 200, 0, 0, 0, 640, 20),
        request("/api/pay", 503, 0, 0, 0, 10_200, 5),
        request("/api/basket", 404, 0, 0, 0, 60, 2),
        request("/tracking/pixel", 0, error="net::ERR_NAME_NOT_RESOLVED"),
        request("/static/app.js", 304, 0, 0, 0, 12, 1),
    )
)


def steps() -> Widget:
    shown = StepList()
    facts = report_facts(REPORT, CanaryRun(status=RunStatus("FAILED")))
    shown.show(step_rows(REPORT, None), facts=facts)
    return shown


def requests() -> Widget:
    shown = RequestList()
    shown.show(request_rows(REQUESTS, "run"))
    return shown


class _Opened(Stage):
    def on_mount(self) -> None:
        screen = RequestScreen(REQUESTS.items[2])
        screen.show(REQUESTS.items[2])
        self.push_screen(screen)


APPS: dict[str, Callable[[], App[None]]] = {
    "steps": lambda: Stage(steps()),
    "requests": lambda: Stage(requests()),
    "request": _Opened,
}


@pytest.mark.parametrize("name", APPS)
def test_looks(name: str, snap_compare: Callable[..., bool]) -> None:
    assert snap_compare(APPS[name](), terminal_size=(80, 24))
