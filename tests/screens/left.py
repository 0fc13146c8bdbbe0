"""What the runs of an account have left in S3, made in code, and how a test opens the explorer on it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import Any

from PIL import Image

from canaryscope.runs.model import Canary, CanaryRun, Engine
from canaryscope.screens.detail_tabs import DetailTab
from pictures.files import image_file
from screens.gated import CANARY, opened, quiet
from screens.support import FakeAccount, Seen, Stored, shown

__all__ = [
    "BUCKET",
    "FUNCTION",
    "GET",
    "GROUP",
    "LIST",
    "LOGS",
    "LONG_REASON",
    "REASON",
    "account_with",
    "cut",
    "files",
    "folder",
    "har",
    "links",
    "on",
    "padded",
    "pane",
    "png",
    "report",
    "tab",
]

LIST, GET, LOGS = "ListObjectsV2", "GetObject", "FilterLogEvents"
BUCKET = "bucket"
FUNCTION = "arn:aws:lambda:eu-west-1:123456789012:function:cwsyn-checkout-flow-abc:4"
GROUP = "/aws/lambda/cwsyn-checkout-flow-abc"
REASON = "pay: no button was found"
LONG_REASON = "TimeoutError: Navigation timeout of 30000 ms exceeded at https://shop.example.com/pay and further on"


def folder(run: CanaryRun) -> str:
    """The run's place, bucket and all, with the slash at its end."""
    return f"{run.artifact_s3_location}/"


def files(run: CanaryRun, named: Mapping[str, Stored]) -> dict[str, Stored]:
    """Files below a run's place, by bucket and key."""
    return {f"{folder(run)}{name}": data for name, data in named.items()}


def report(run: CanaryRun, *, reason: str = REASON, pictures: Iterable[str] = ()) -> bytes:
    """A SyntheticsReport of two steps, the second failed if the run has; its screenshots are `pictures`."""
    failed, started = run.failed, run.timeline.started
    assert started is not None
    times = [f"{started + timedelta(seconds=second):%Y-%m-%dT%H:%M:%S}.000Z" for second in range(3)]
    steps: list[dict[str, Any]] = [
        {"stepNum": 1, "stepName": "open", "startTime": times[0], "endTime": times[1], "status": "PASSED"},
        {
            "stepNum": 2,
            "stepName": "pay",
            "startTime": times[1],
            "endTime": times[2],
            "status": "FAILED" if failed else "PASSED",
            "failureReason": reason if failed else None,
            "screenshots": [{"fileName": name} for name in pictures],
        },
    ]
    script = {
        "startTime": times[0],
        "endTime": times[2],
        "status": "FAILED" if failed else "PASSED",
        "failureReason": reason if failed else None,
        "steps": steps,
    }
    return json.dumps({"canaryName": CANARY, "executionStatus": "PASSED", "customerScript": script}).encode()


def har(*urls: str) -> bytes:
    """A HAR with a request to each URL; those with `fail` in them are 503."""
    entries = [
        {
            "startedDateTime": "2026-11-22T12:00:00.000Z",
            "time": 100 + at,
            "request": {"method": "GET", "url": url, "headers": [{"name": "X-Asked", "value": "whole"}]},
            "response": {"status": 503 if "fail" in url else 200, "headers": [], "content": {"size": 1}},
            "timings": {"wait": 100},
        }
        for at, url in enumerate(urls)
    ]
    return json.dumps({"log": {"version": "1.2", "entries": entries}}).encode()


def links(*urls: str) -> bytes:
    """A BrokenLinkCheckerReport in which all links are broken."""
    broken = {"statusCode": 404, "statusText": "Not Found"}
    return json.dumps({"links": {url: {"url": url, "status": broken, "text": "docs"} for url in urls}}).encode()


def png(colour: str = "red", size: tuple[int, int] = (64, 36)) -> bytes:
    """A small screenshot."""
    return image_file(Image.new("RGB", size, colour))


def padded(data: bytes, size: int) -> bytes:
    """JSON that is as large as that, with the same in it."""
    return data + b" " * (size - len(data))


def account_with(runs: Iterable[CanaryRun], *left: Mapping[str, Stored], **more: Any) -> FakeAccount:
    """An account with one canary, whose function is known, and what its runs have left."""
    more.setdefault("canaries", [Canary(CANARY, state="RUNNING", engines=(Engine(None, FUNCTION),))])
    artifacts = {name: data for some in left for name, data in some.items()}
    return FakeAccount({CANARY: list(runs)}, artifacts=artifacts, **more)


def on(aws: FakeAccount, **options: Any) -> AbstractAsyncContextManager[Seen]:
    """The explorer on the account's canary, wide enough for two screenshots."""
    return opened(aws, **{"size": (100, 35), **options})


def pane(seen: Seen) -> str:
    """The detail with its tabs as one line."""
    return " ".join(" ".join(shown(seen.app, seen.app.explorer.detail_pane)).replace("│", " ").split())


async def tab(seen: Seen, aws: FakeAccount | None, name: DetailTab) -> None:
    """Go to a tab with ], and wait until all is read that is read by itself."""
    for _ in DetailTab:
        if seen.app.explorer.detail_pane.tab is name:
            break
        await seen.press("]")
    assert seen.app.explorer.detail_pane.tab is name
    if aws is not None:
        await quiet(seen, aws)


def cut(run: CanaryRun) -> CanaryRun:
    """The run with the beginning of LONG_REASON only."""
    return run._replace(status=run.status._replace(state_reason=LONG_REASON.partition(" at ")[0]))
