"""HttpRequestsReport.json: the requests of an API canary, which has no browser and so no HAR.

The shape is that of the Node.js runtime's classes HttpCallResult, HttpRequestResult, HttpResponseResult and
HttpTimingsResult. Headers and bodies are in it only where the canary's configuration includes them; else there stand
texts such as "Not enabled", or nothing.
"""

from __future__ import annotations

import json
from typing import Final

from canaryscope.evidence.document import (
    Shape,
    as_object,
    as_objects,
    decoded,
    first,
    line,
    milliseconds,
    moment,
    parsed,
    reason,
    text,
    whole,
)
from canaryscope.evidence.errors import BadArtifact
from canaryscope.evidence.requests import REQUESTS, URL, Headers, Request, Requests, Timings, headers, place, status

__all__ = ["parse_http_report"]

_NAME: Final = "HttpRequestsReport.json"


def parse_http_report(data: bytes) -> Requests:
    """The requests in a file's bytes. Raises BadArtifact for what is no such report, or too large or deep."""
    report = parsed(decoded(data, _NAME), _NAME)
    calls = report.get("requests") if isinstance(report, dict) else report
    if not isinstance(calls, list):
        raise BadArtifact(f"{_NAME} is JSON, but has no list of requests.")
    found = as_objects(calls)
    return Requests(tuple(_request(call) for call in found[:REQUESTS]), cut=max(0, len(found) - REQUESTS))


def _request(call: Shape) -> Request:
    sent, answer = as_object(call.get("request")), as_object(call.get("response"))
    content, times = as_object(answer.get("content")), as_object(call.get("httpTimings"))
    sent_headers = headers(sent.get("headers"))
    url = _url(call, sent)
    host, path = place(url)
    timings = Timings(
        dns=milliseconds(times.get("dnsLookUpTimeInMs")),
        connect=milliseconds(times.get("tcpConnectionTimeInMs")),
        tls=milliseconds(times.get("tlsHandshakeTimeInMs")),
        wait=milliseconds(times.get("firstByteTimeInMs")),
        receive=milliseconds(times.get("contentTransferTimeInMs")),
    )
    total = milliseconds(times.get("totalDurationInMs"))
    return Request(
        method=line(sent.get("method")) or "GET",
        url=url,
        host=host,
        path=path,
        status=status(answer.get("statusCode")),
        status_text=line(answer.get("statusMessage")),
        started=moment(times.get("startedAt")),
        total_ms=timings.total if total is None else total,
        timings=timings,
        size=whole(as_object(answer.get("sizeInBytes")).get("body")),
        error=reason(answer.get("error")),
        request_headers=sent_headers,
        response_headers=headers(answer.get("headers")),
        request_mime=_header(sent_headers, "content-type"),
        request_body=_body(sent.get("body")),
        mime=line(content.get("contentType")),
        response_body=_body(first(content, "body") or answer.get("body")),
    )


def _url(call: Shape, sent: Shape) -> str:
    """`requestUrl`, a text or an object; else what the options of Node.js's `https.request` make."""
    whole_url = call.get("requestUrl")
    if isinstance(whole_url, str) and whole_url:
        return line(whole_url, limit=URL)
    options = as_object(whole_url) or sent
    host = line(first(options, "hostname", "host"))
    if not host:
        return ""
    scheme, port = line(options.get("protocol")).rstrip(":/") or "https", line(options.get("port"))
    at = f":{port}" if port and ":" not in host and port != {"https": "443", "http": "80"}.get(scheme) else ""
    return line(f"{scheme}://{host}{at}{line(options.get('path'), limit=URL)}", limit=URL)


def _header(pairs: Headers, name: str) -> str:
    return next((value for found, value in pairs if found.lower() == name), "")


def _body(value: object) -> str:
    """As it was sent; what was given as an object, as JSON."""
    if not isinstance(value, dict | list):
        return text(value)
    try:
        return text(json.dumps(value, ensure_ascii=False))
    except RecursionError:
        return "(nested too deeply to be shown)"
