"""One request, or one link, whole: as lines to read, and as a block of Markdown for a ticket."""

from __future__ import annotations

from typing import Final, TypeAlias

from canaryscope.evidence.json_text import indented, is_json
from canaryscope.evidence.links import Link
from canaryscope.evidence.masking import masked_text, masked_url
from canaryscope.evidence.report import Screenshot
from canaryscope.evidence.requests import Headers, Request, Timings
from canaryscope.evidence.requests import masked as without_secrets
from canaryscope.render.figures import bytes_text, milliseconds_text
from canaryscope.render.markdown import fence
from canaryscope.render.requests import status_tone, status_word
from canaryscope.render.times import iso
from canaryscope.runs.text import clean
from canaryscope_widgets.lines import Part
from canaryscope_widgets.text_panel import TextLine

__all__ = ["link_lines", "request_lines", "request_markdown", "request_title"]

Line: TypeAlias = list[Part]

BAR: Final = 40
"""Cells of the bar of all phases together."""
COPIED: Final = 8_000
"""Characters that are copied of a body, and of all headers of one side: so all of it fits into any clipboard."""
MASKED: Final = "Credentials are masked; v shows them."
CLEAR: Final = "Credentials are shown; v masks them again."
_DIM: Final = "text-panel--dim"
_KEY: Final = "text-panel--key"


def request_title(request: Request) -> str:
    """`POST 503 shop.example.com/api/pay`, always masked."""
    shown = without_secrets(request)
    status = status_word(request.status, failed=request.failed)
    return " ".join(part for part in (shown.method, status, shown.host + shown.path) if part)


def request_lines(request: Request, *, masked: bool = True, whole: bool = True) -> list[TextLine]:
    """All of it, masked unless the person asked for more. Not `whole`: its headers and bodies are still to come."""
    shown = without_secrets(request) if masked else request
    secrets: Line = [(MASKED, _DIM) if masked else (CLEAR, "tone--odd")]
    content = [[], secrets, *_content(shown)] if whole else []
    return [_status(shown), *_facts(shown), *content]


def request_markdown(request: Request) -> str:
    """The same, masked, as a block of code, in which nothing acts as markup."""
    shown = without_secrets(request)
    lines = [_status(shown), *_facts(shown), *_content(shown, COPIED)]
    text = "\n".join("".join(text for text, _ in line).rstrip() for line in lines)
    return "\n".join(fence(text)[1:])


def link_lines(link: Link) -> list[TextLine]:
    """All that is known of a link, masked."""
    status: Line = [
        _status_part(link.status, failed=link.failed),
        (f" {masked_text(link.status_text)}".rstrip(), ""),
        ("  broken" if link.failed else "", "tone--bad"),
    ]
    known = (("Text", link.text), ("On the page", masked_url(link.parent_url)))
    members = [
        *(_member(name, value) for name, value in known if value),
        *(_member("Screenshot", _shot(shot)) for shot in link.screenshots),
    ]
    why: list[TextLine] = ["", *_text("Why", masked_text(link.failure_reason))] if link.failure_reason else []
    return [status, masked_url(link.url), "", *members, *why]


def _shot(shot: Screenshot) -> str:
    return f"none: {masked_text(shot.error)}" if shot.error else shot.file_name


def _status(request: Request) -> Line:
    return [_status_part(request.status, failed=request.failed), (f"  {request.method} {request.url}", "")]


def _status_part(status: int | None, *, failed: bool) -> Part:
    return status_word(status, failed=failed), status_tone(status, failed=failed).look


def _facts(request: Request) -> list[Line]:
    """`Service Unavailable · 123 ms · 210 B · started 2026-11-22T12:27:07.123Z`, the error, the phases."""
    started = iso(request.started)
    parts = (
        request.status_text,
        "" if request.total_ms is None else milliseconds_text(request.total_ms),
        "" if request.size is None else bytes_text(request.size),
        f"started {started}" if started else "",
    )
    known = " · ".join(part for part in parts if part)
    said: list[Line] = [[(text, looks)] for text, looks in ((known, ""), (request.error, "tone--bad")) if text]
    return [*said, *_phases(request.timings)]


def _phases(timings: Timings) -> list[Line]:
    """A line for each phase that took time: its name, its time, and its part of the whole, from left to right."""
    named = (
        *(("blocked", timings.blocked), ("DNS", timings.dns), ("connect", timings.connect), ("TLS", timings.tls)),
        *(("send", timings.send), ("wait", timings.wait), ("receive", timings.receive)),
    )
    known = [(name, took) for name, took in named if took]
    whole = sum(took for _, took in known)
    lines: list[Line] = [[], _heading("Time")] if known else []
    begin = 0.0
    for name, took in known:
        first, last = round(begin / whole * BAR), round((begin + took) / whole * BAR)
        bar = " " * min(first, BAR - 1) + name[0].lower() * max(1, last - first)
        lines.append([(f"  {name:<8}", _KEY), (f"{milliseconds_text(took):>8}  ", ""), (bar, _DIM)])
        begin += took
    return lines


def _content(request: Request, limit: int | None = None) -> list[Line]:
    """Headers and bodies; `limit`: characters of each."""
    return [
        [],
        *_headers("Request headers", request.request_headers, limit),
        *_body("Request body", request.request_body, request.request_mime, limit),
        [],
        *_headers("Response headers", request.response_headers, limit),
        *_body("Response body", request.response_body, request.mime, limit),
    ]


def _headers(title: str, headers: Headers, limit: int | None) -> list[Line]:
    shown: list[Line] = []
    for name, value in headers:
        if limit is not None:
            limit -= len(name) + len(value)
            if limit < 0:
                shown.append([("  … (cut)", _DIM)])
                break
        shown.append(_member(name, value))
    return [_heading(title), *(shown or [[("  none in the file", _DIM)]])]


def _body(title: str, body: str, mime: str, limit: int | None) -> list[Line]:
    """Nothing where there is none: whether that is because the file leaves bodies out, nobody knows."""
    if not body:
        return []
    text = indented(body) if is_json(body, mime) else body
    return [[], *_text(title, text if limit is None else clean(text, limit=limit), mime)]


def _text(title: str, text: str, remark: str = "") -> list[Line]:
    lines: list[Line] = [[(line, "")] for line in text.split("\n")]
    return [[*_heading(title), (f"  {remark}" if remark else "", _DIM)], *lines]


def _heading(text: str) -> Line:
    return [(text, "text-panel--heading")]


def _member(name: str, value: str) -> Line:
    return [(f"  {name}: ", _KEY), (value, "")]
