"""BrokenLinkCheckerReport.json: the links that a canary followed, and what each brought.

The shape is that of the runtimes' classes BrokenLinkCheckerReport and SyntheticsLink: an object of links by their URL
(a list would do as well), and a list of the URLs that are broken. Every member is optional.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from canaryscope.evidence.document import (
    Shape,
    as_list,
    as_object,
    as_objects,
    decoded,
    line,
    parsed,
    reason,
)
from canaryscope.evidence.errors import BadArtifact
from canaryscope.evidence.report import Screenshot, screenshots
from canaryscope.evidence.requests import URL, status

__all__ = ["LINKS", "Link", "Links", "broken_first", "parse_links"]

LINKS: Final = 20_000
"""Links kept of one report."""
_NAME: Final = "BrokenLinkCheckerReport.json"


@dataclass(frozen=True, slots=True)
class Link:
    """SyntheticsLink. All text is clean."""

    url: str = ""
    status: int | None = None
    """None: no answer came."""
    status_text: str = ""
    text: str = ""
    """Of the anchor that leads there."""
    parent_url: str = ""
    """The page it is on; empty for the one that the canary began with."""
    failed: bool = False
    """Broken, in the canary's own view where it says so; else without a status, or with one from 400 on."""
    failure_reason: str = ""
    screenshots: tuple[Screenshot, ...] = ()


@dataclass(frozen=True, slots=True)
class Links:
    """The links of one report, in its order."""

    items: tuple[Link, ...] = ()
    cut: int = 0
    """Links beyond `LINKS`, which are not kept."""


def broken_first(links: Iterable[Link]) -> tuple[Link, ...]:
    """Those that are broken first; each kind in the order in which they were followed."""
    return tuple(sorted(links, key=lambda link: not link.failed))


def parse_links(data: bytes) -> Links:
    """The links in a file's bytes. Raises BadArtifact for what is no such report, or too large or deep."""
    report = as_object(parsed(decoded(data, _NAME), _NAME))
    by_url = report.get("links")
    if isinstance(by_url, dict):
        found = [(url, as_object(link)) for url, link in by_url.items()]
    elif isinstance(by_url, list):
        found = [("", link) for link in as_objects(by_url)]
    else:
        raise BadArtifact(f"{_NAME} is JSON, but has no links.")
    broken = None
    if isinstance(report.get("brokenLinks"), list):
        broken = {url for url in as_list(report["brokenLinks"]) if isinstance(url, str)}
    return Links(tuple(_link(url, link, broken) for url, link in found[:LINKS]), cut=max(0, len(found) - LINKS))


def _link(key: str, link: Shape, broken: set[str] | None) -> Link:
    answer = as_object(link.get("status"))
    code = status(answer.get("statusCode")) or None
    url = link.get("url") if isinstance(link.get("url"), str) else key
    return Link(
        url=line(url, limit=URL),
        status=code,
        status_text=line(answer.get("statusText")),
        text=line(link.get("text")),
        parent_url=line(link.get("parentUrl"), limit=URL),
        failed=(code is None or code >= 400) if broken is None else (url in broken or key in broken),
        failure_reason=reason(link.get("failureReason")),
        screenshots=screenshots(link.get("screenshots")),
    )
