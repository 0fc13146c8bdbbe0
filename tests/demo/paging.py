"""GetCanaryRuns of a responder, page after page, as JSON."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from canaryscope.demo.responder import Responder

__all__ = ["NOW", "all_runs", "answer", "runs_page"]

NOW = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)


def answer(responder: Responder, path: str, **params: Any) -> dict[str, Any]:
    """What the responder answers to a POST, which must be no error."""
    reply = responder.respond("synthetics", "POST", path, "", json.dumps(params).encode())
    assert reply.status == 200, reply
    body: dict[str, Any] = json.loads(reply.body)
    return body


def runs_page(responder: Responder, canary: str, **params: Any) -> dict[str, Any]:
    """One page of a canary's runs."""
    return answer(responder, f"/canary/{canary}/runs", **params)


def all_runs(responder: Responder, canary: str, **params: Any) -> list[dict[str, Any]]:
    """Every run, in the order of the pages."""
    page = runs_page(responder, canary, **params)
    runs = list(page["CanaryRuns"])
    while "NextToken" in page:
        page = runs_page(responder, canary, **params | {"NextToken": page["NextToken"]})
        runs += page["CanaryRuns"]
    return runs
