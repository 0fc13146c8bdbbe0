"""HTTP archives, as Synthetics leaves them: `*.har`, `*.har.gz`, and `results.har.html`, a page that shows one.

The format is HAR 1.2 with what browsers add to it: Playwright's `_failureText` and a status of -1, Chrome's `_error`
and 0, `_transferSize`. Every member is optional, and one of another shape counts as absent.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from typing import Final
from urllib.parse import urlencode

from canaryscope.evidence.document import (
    BYTES,
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
from canaryscope.evidence.requests import REQUESTS, URL, Request, Requests, Timings, headers, place, status

__all__ = ["parse_har"]

_GZIP: Final = b"\x1f\x8b"
_IN_A_PAGE = re.compile(r"harOutput\s*+=\s*+(?=\{)").search
"""`var harOutput = {…}`: harViewer's page, as the runtimes write it. Behind it are scripts of the page."""
_MIME: Final = 200
_PARAMETERS: Final = 1_000
_IS_TEXT = re.compile(r"text/|.*(?:json|xml|javascript|ecmascript|urlencoded|graphql)", re.IGNORECASE).match


def parse_har(data: bytes, name: str) -> Requests:
    """The requests in the bytes of the file called `name`; what form it has, its content says.

    Raises BadArtifact for what is no HAR, or is too large (packed or not) or too deep.
    """
    content = decoded(_unpacked(data, name) if data.startswith(_GZIP) else data, name)
    start = None
    if not content.lstrip().startswith("{"):
        page = _IN_A_PAGE(content)
        if page is None:
            raise BadArtifact(f"{name} is no HAR, and no page that shows one.")
        start = page.end()
    har = as_object(parsed(content, name, start=start))
    entries = as_object(har.get("log", har)).get("entries")
    if not isinstance(entries, list):
        raise BadArtifact(f"{name} is JSON, but no HAR: it has no log.entries.")
    found = as_objects(entries)
    return Requests(tuple(_request(entry) for entry in found[:REQUESTS]), cut=max(0, len(found) - REQUESTS))


def _unpacked(data: bytes, name: str) -> bytes:
    """At most so much that it can be told to be too much: a packed file may be a thousandth of what is in it."""
    unpacking = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        unpacked = unpacking.decompress(data, BYTES + 1)
    except zlib.error:
        raise BadArtifact(f"{name} begins as a gzip file, but cannot be unpacked.") from None
    if not unpacking.eof and len(unpacked) <= BYTES:
        raise BadArtifact(f"{name} ends before what is packed in it does.")
    return unpacked


def _request(entry: Shape) -> Request:
    sent, answer = as_object(entry.get("request")), as_object(entry.get("response"))
    post, content = as_object(sent.get("postData")), as_object(answer.get("content"))
    url = line(sent.get("url"), limit=URL)
    host, path = place(url)
    timings = _timings(as_object(entry.get("timings")))
    total = milliseconds(entry.get("time"))
    mime = line(content.get("mimeType"), limit=_MIME)
    error = first(answer, "_failureText", "_error", "_errorMessage") or first(entry, "_failureText", "_error")
    return Request(
        method=line(sent.get("method")),
        url=url,
        host=host,
        path=path,
        status=status(answer.get("status")),
        status_text=line(answer.get("statusText")),
        started=moment(entry.get("startedDateTime")),
        total_ms=timings.total if total is None else total,
        timings=timings,
        size=_size(answer, content),
        error=reason(error),
        request_headers=headers(sent.get("headers")),
        response_headers=headers(answer.get("headers")),
        request_mime=line(post.get("mimeType"), limit=_MIME),
        request_body=text(post.get("text")) or _parameters(post),
        mime=mime,
        response_body=_body(content, mime),
    )


def _timings(timings: Shape) -> Timings:
    connect, tls = milliseconds(timings.get("connect")), milliseconds(timings.get("ssl"))
    if connect is not None and tls is not None and tls <= connect:
        connect -= tls
    return Timings(
        blocked=milliseconds(timings.get("blocked")),
        dns=milliseconds(timings.get("dns")),
        connect=connect,
        tls=tls,
        send=milliseconds(timings.get("send")),
        wait=milliseconds(timings.get("wait")),
        receive=milliseconds(timings.get("receive")),
    )


def _size(answer: Shape, content: Shape) -> int | None:
    """-1 stands for "not known", and 0 for that too or for an empty body: the first that says more decides."""
    sizes = [whole(size) for size in (answer.get("_transferSize"), answer.get("bodySize"), content.get("size"))]
    return next((size for size in sizes if size), 0 if 0 in sizes else None)


def _parameters(post: Shape) -> str:
    """A form, where the HAR has only its parameters."""
    pairs = [
        (line(one.get("name")), text(first(one, "value", "fileName")))
        for one in as_objects(post.get("params"))[:_PARAMETERS]
    ]
    return text(urlencode(pairs)) if pairs else ""


def _body(content: Shape, mime: str) -> str:
    if content.get("encoding") != "base64":
        return text(content.get("text"))
    packed = content.get("text")
    if not isinstance(packed, str) or not packed:
        return ""
    if not _IS_TEXT(mime):
        return f"(binary, {len(packed) * 3 // 4:,} bytes)"
    try:
        return text(base64.b64decode(packed + "==").decode("utf-8", "replace"))
    except (binascii.Error, ValueError):
        return "(base64 that cannot be read)"
