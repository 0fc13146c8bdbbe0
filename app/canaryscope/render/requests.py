"""Requests and links as lines of the list, without what lets somebody in."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Final

from canaryscope.evidence.links import Link, Links
from canaryscope.evidence.masking import masked_text, masked_url
from canaryscope.evidence.requests import Request, Requests, Timings, place, urgency
from canaryscope.render.figures import bytes_text, counted, milliseconds_text
from canaryscope.render.times import ABSENT
from canaryscope.runs.text import clean_line
from canaryscope_widgets.request_columns import Phase, RequestRow
from canaryscope_widgets.request_rows import RequestRows
from canaryscope_widgets.tone import Tone

__all__ = [
    "NO_ANSWER",
    "link_rows",
    "link_title",
    "links_summary",
    "request_rows",
    "requests_summary",
    "status_tone",
    "status_word",
]

NO_ANSWER: Final = "none"
"""In place of a status where no answer came."""
NOTE: Final = 500
"""Characters of a note."""


def request_rows(requests: Requests, key: Hashable) -> RequestRows:
    """Those that failed first, then the slowest. A row's key is `(key, at)`: the request is `requests.items[at]`.

    The bars are shares of the slowest request's time.
    """
    items = requests.items
    slowest = max(map(_time, items), default=0.0)
    order = sorted(range(len(items)), key=[urgency(request) for request in items].__getitem__)
    keys = [(key, at) for at in order]
    return RequestRows(keys, lambda row: _request_row(keys[row], items[order[row]], slowest))


def _request_row(key: tuple[Hashable, int], request: Request, slowest: float) -> RequestRow:
    host, path = place(masked_url(request.url))
    why = request.error or (request.status_text if request.failed else "")
    return RequestRow(
        key=key,
        status=status_word(request.status, failed=request.failed),
        method=request.method,
        host=host,
        path=path,
        size="" if request.size is None else bytes_text(request.size),
        time="" if request.total_ms is None else milliseconds_text(request.total_ms),
        tone=status_tone(request.status, failed=request.failed),
        bar=tuple((phase, took / slowest) for phase, took in _phases(request.timings) if took),
        note=clean_line(masked_text(why), limit=NOTE) if why else "",
    )


def _phases(timings: Timings) -> tuple[tuple[Phase, float | None], ...]:
    return (
        (Phase.DNS, timings.dns),
        (Phase.CONNECT, timings.connect),
        (Phase.TLS, timings.tls),
        (Phase.WAIT, timings.wait),
        (Phase.RECEIVE, timings.receive),
    )


def _time(request: Request) -> float:
    """What is known of how long it took: the phases together may be longer than the time that the file names."""
    return max(request.total_ms or 0.0, request.timings.total or 0.0)


def requests_summary(requests: Requests) -> str:
    """`24 requests, 2 failed, slowest 10.2 s, 1.4 MB; 3 more are not kept`."""
    items = requests.items
    if not items:
        return "The file has no requests."
    failed = sum(request.failed for request in items)
    slowest = max((request.total_ms for request in items if request.total_ms is not None), default=None)
    sizes = [request.size for request in items if request.size is not None]
    parts = (
        counted(len(items), "request"),
        f"{failed:,} failed" if failed else "",
        "" if slowest is None else f"slowest {milliseconds_text(slowest)}",
        bytes_text(sum(sizes)) if sizes else "",
    )
    return ", ".join(part for part in parts if part) + _not_kept(requests.cut)


def link_title(link: Link) -> str:
    """`404 docs.example.com/api/v1/refunds`."""
    host, path = place(masked_url(link.url))
    return f"{status_word(link.status, failed=link.failed)} {host}{path}"


def link_rows(links: Links, key: Hashable) -> RequestRows:
    """Those that are broken first. A row's key is `(key, at)`: the link is `links.items[at]`."""
    items = links.items
    order = sorted(range(len(items)), key=[not link.failed for link in items].__getitem__)
    keys = [(key, at) for at in order]
    return RequestRows(keys, lambda row: _link_row(keys[row], items[order[row]]))


def _link_row(key: tuple[Hashable, int], link: Link) -> RequestRow:
    host, path = place(masked_url(link.url))
    anchor = f'"{link.text}"' if link.text else ""
    parent = f"on {masked_url(link.parent_url)}" if link.parent_url else ""
    told = (masked_text(_why_broken(link)), " ".join(part for part in (anchor, parent) if part))
    return RequestRow(
        key=key,
        status=status_word(link.status, failed=link.failed),
        method="",
        host=host,
        path=path,
        tone=status_tone(link.status, failed=link.failed),
        note=clean_line(", ".join(part for part in told if part), limit=NOTE),
    )


def _why_broken(link: Link) -> str:
    """In words: the tone alone does not say that a link which brought something is broken all the same."""
    if link.failure_reason or not link.failed:
        return link.failure_reason
    return link.status_text if (link.status or 400) >= 400 else "Broken, in the canary's view"


def links_summary(links: Links) -> str:
    """`24 links, 2 broken; 3 more are not kept`."""
    if not links.items:
        return "The report has no links."
    broken = sum(link.failed for link in links.items)
    return f"{counted(len(links.items), 'link')}, {f'{broken:,}' if broken else 'none'} broken" + _not_kept(links.cut)


def status_word(status: int | None, *, failed: bool) -> str:
    """`503`, `none` where no answer came, a dash where the file does not tell."""
    return str(status) if status else NO_ANSWER if failed or status == 0 else ABSENT


def status_tone(status: int | None, *, failed: bool) -> Tone:
    """What a status means; a redirection is nothing in particular."""
    if failed:
        return Tone.BAD
    return Tone.GOOD if status is not None and 200 <= status < 300 else Tone.PLAIN


def _not_kept(count: int) -> str:
    return f"; {count:,} more {'is' if count == 1 else 'are'} not kept" if count else ""
