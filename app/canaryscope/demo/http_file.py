"""HttpRequestsReport.json and BrokenLinkCheckerReport.json: what canaries tell that have no browser, or many pages."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

from canaryscope.demo.course import Course
from canaryscope.demo.traffic import Exchange

__all__ = ["HTTP_REPORT", "LINKS_REPORT", "http_file", "links_file"]

HTTP_REPORT = "HttpRequestsReport.json"
LINKS_REPORT = "BrokenLinkCheckerReport.json"

_CHAPTERS = ("", "start", "install", "api/v1", "api/v1/orders", "api/v1/refunds", "api/v1/webhooks", "errors", "limits")
_MORE = ("sdk/python", "sdk/java", "sdk/go", "changelog", "support", "legal", "glossary", "examples", "status")
_BROKEN = ("api/v1/refunds", "sdk/go", "examples")


def http_file(made: list[Exchange]) -> bytes:
    """The calls of an API canary."""
    return json.dumps({"requests": [_call(number, one) for number, one in enumerate(made, 1)]}, indent=2).encode()


def links_file(course: Course) -> bytes:
    """The links that were followed, and those that are broken where the run failed for it."""
    base = f"https://{course.journey.host}/"
    broken = _BROKEN if course.failing else ()
    links: dict[str, dict[str, Any]] = {}
    for number, path in enumerate(_CHAPTERS + _MORE, 1):
        missing = path in broken
        links[base + path] = {
            "linkNum": number,
            "url": base + path,
            "text": path.rpartition("/")[2] or "Manual",
            "parentUrl": "" if number == 1 else base + ("api/v1" if path.startswith("api/v1/") else ""),
            "status": {"statusCode": "404", "statusText": "Not Found"}
            if missing
            else {"statusCode": 200, "statusText": "OK"},
            "failureReason": f"Failed to load url: {base}{path}. Status code: 404 Not Found" if missing else None,
            "screenshots": [],
        }
    report = {
        "links": links,
        "totalLinksChecked": len(links),
        "totalBrokenLinks": len(broken),
        "brokenLinks": [base + path for path in broken],
    }
    return json.dumps(report, indent=2).encode()


def _call(number: int, exchange: Exchange) -> dict[str, Any]:
    parts = urlsplit(exchange.url)
    phases = exchange.phases
    return {
        "requestNum": number,
        "requestUrl": exchange.url,
        "request": {
            "headers": dict(exchange.sent),
            "path": f"{parts.path}?{parts.query}" if parts.query else parts.path,
            "body": exchange.sent_body,
            "hostname": parts.hostname,
            "method": exchange.method,
            "protocol": "https:",
            "port": 443,
            "sizeInBytes": {"headers": 0, "body": len(exchange.sent_body)},
        },
        "response": {
            "headers": dict(exchange.answered),
            "content": {"body": exchange.answered_body, "encoding": "", "contentType": exchange.mime},
            "statusCode": exchange.status or None,
            "statusMessage": exchange.status_text,
            "error": {"code": exchange.error, "message": f"connect {exchange.error} {parts.hostname}:443"}
            if exchange.error
            else "",
            "sizeInBytes": {"headers": 0, "body": exchange.size},
        },
        "httpTimings": {
            "startedAt": exchange.started,
            "endedAt": exchange.started + round(phases.total),
            "dnsLookUpTimeInMs": max(0, round(phases.dns)),
            "tcpConnectionTimeInMs": max(0, round(phases.connect)),
            "tlsHandshakeTimeInMs": max(0, round(phases.tls)),
            "firstByteTimeInMs": max(0, round(phases.wait)),
            "contentTransferTimeInMs": max(0, round(phases.receive)),
            "totalDurationInMs": round(phases.total),
        },
        "step": exchange.step.stage.name,
    }
