"""The browser's requests as an HTTP archive, in the three forms in which the runtimes leave one."""

from __future__ import annotations

import gzip
import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from canaryscope.demo.course import Course, iso
from canaryscope.demo.journeys import GUEST_BOOK
from canaryscope.demo.story import PLAYWRIGHT
from canaryscope.demo.traffic import Exchange, Phases

__all__ = ["har_file", "har_name"]

_PACKED = "release-gate"
"""The canary whose archives are packed."""

_PAGE = (
    '<!DOCTYPE html><html><head><meta charset="utf-8"><title>HAR viewer</title></head><body>'
    '<div id="content"></div><script>var harOutput = {har};</script>'
    "<script>document.getElementById('content').textContent = harOutput.log.entries.length;</script></body></html>"
)

_MEGABYTE = "GB18030\x1b[5m\u202e guest " * 50_000


def har_name(course: Course) -> str:
    """A page for Puppeteer, the archive itself for Playwright."""
    if course.story.name == _PACKED:
        return "results.har.gz"
    return "results.har" if course.story.runtime == PLAYWRIGHT else "results.har.html"


def har_file(course: Course, made: list[Exchange]) -> bytes:
    """The archive. A page may not hold `</script`, so no `<` is in it as such."""
    playwright = course.story.runtime == PLAYWRIGHT
    entries = [_entry(exchange, playwright=playwright) for exchange in made]
    if course.story.name == GUEST_BOOK and course.failure is not None:
        entries[-1]["response"]["content"] = {"size": len(_MEGABYTE), "mimeType": "text/plain", "text": _MEGABYTE}
    creator = {"name": "Playwright", "version": "1.52.0"} if playwright else {"name": "chrome-har", "version": "1.0.3"}
    pages = [
        {"id": f"page_{step.number}", "title": step.stage.name, "startedDateTime": iso(step.started), "pageTimings": {}}
        for step in course.steps
    ]
    text = json.dumps({"log": {"version": "1.2", "creator": creator, "pages": pages, "entries": entries}})
    name = har_name(course)
    if name.endswith(".gz"):
        return gzip.compress(text.encode(), mtime=0)
    if name.endswith(".html"):
        return _PAGE.replace("{har}", text.replace("<", "\\u003c")).encode()
    return text.encode()


def _entry(exchange: Exchange, *, playwright: bool) -> dict[str, Any]:
    sent: dict[str, Any] = {
        "method": exchange.method,
        "url": exchange.url,
        "httpVersion": "HTTP/2.0",
        "headers": _pairs(exchange.sent),
        "cookies": [],
        "queryString": _pairs(tuple(parse_qsl(urlsplit(exchange.url).query))),
        "headersSize": -1,
        "bodySize": len(exchange.sent_body),
    }
    if exchange.sent_body:
        sent["postData"] = {"mimeType": "application/json", "text": exchange.sent_body}
    return {
        "startedDateTime": iso(exchange.started),
        "time": exchange.phases.total,
        "pageref": f"page_{exchange.step.number}",
        "request": sent,
        "response": _response(exchange, playwright=playwright),
        "cache": {},
        "timings": _timings(exchange.phases),
        "serverIPAddress": "" if exchange.error else "198.51.100.17",
    }


def _response(exchange: Exchange, *, playwright: bool) -> dict[str, Any]:
    """Without an answer, Playwright says -1 and `_failureText`, Chrome 0 and `_error`."""
    answer: dict[str, Any] = {
        "status": exchange.status,
        "statusText": exchange.status_text,
        "httpVersion": "HTTP/2.0",
        "headers": _pairs(exchange.answered),
        "cookies": [],
        "content": {"size": exchange.size, "mimeType": exchange.mime, "text": exchange.answered_body},
        "redirectURL": "",
        "headersSize": -1,
        "bodySize": exchange.size,
        "_transferSize": exchange.size + 180 if exchange.status else 0,
    }
    if exchange.error:
        answer |= {"status": -1, "_failureText": exchange.error} if playwright else {"_error": exchange.error}
    return answer


def _timings(phases: Phases) -> dict[str, float]:
    """In a HAR the time for TLS is a part of that for the connection."""
    connect = phases.connect + max(0, phases.tls) if phases.connect >= 0 else -1
    return {
        "blocked": phases.blocked,
        "dns": phases.dns,
        "connect": round(connect, 3),
        "ssl": phases.tls,
        "send": phases.send,
        "wait": phases.wait,
        "receive": phases.receive,
    }


def _pairs(values: tuple[tuple[str, str], ...]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in values]
