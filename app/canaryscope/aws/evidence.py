"""A run's files, read and parsed where they come in: what crosses to the explorer is what it shows of them.

Parsing 20 MB takes a second of Python; in this process it holds up no key. Every method blocks and belongs in a thread.
Every one raises SourceError, and nothing else that is an Exception.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from threading import Lock
from typing import Final, TypeVar

from canaryscope.aws.artifacts import Artifacts
from canaryscope.evidence.artifacts import PART, Artifact, ArtifactKind
from canaryscope.evidence.document import BYTES
from canaryscope.evidence.document_text import DOCUMENT, DocumentText, document_text
from canaryscope.evidence.errors import BadArtifact
from canaryscope.evidence.har import parse_har
from canaryscope.evidence.http_report import parse_http_report
from canaryscope.evidence.links import Links, parse_links
from canaryscope.evidence.log_search import LogErrors, LogMatches, LogQuestion, search
from canaryscope.evidence.log_text import ByteRange
from canaryscope.evidence.reading import Reading
from canaryscope.evidence.report import Report, parse_report
from canaryscope.evidence.requests import Request, Requests, summary
from canaryscope.pictures.model import Picture, PictureRequest
from canaryscope.runs.errors import Unreadable

__all__ = ["Evidence"]

T = TypeVar("T")

KEPT: Final = 64 * 1024 * 1024
"""Bytes of the files whose requests are kept whole, so that one of them is shown at once."""

KEPT_SCREENSHOTS: Final = 16 * 1024 * 1024
"""Bytes of screenshots that are kept as they came."""


class Evidence:
    """What a run's files say. Made by `canaryscope.aws.session.Connection`."""

    def __init__(self, artifacts: Artifacts) -> None:
        self._artifacts = artifacts
        self._lock = Lock()
        self._requests: OrderedDict[tuple[str, Artifact], Requests] = OrderedDict()
        self._screenshots: OrderedDict[tuple[str, Artifact], bytes] = OrderedDict()

    def report(self, bucket: str, artifact: Artifact, reading: Reading) -> Report:
        """SyntheticsReport-*.json."""
        return self._parsed(bucket, artifact, reading, parse_report)

    def links(self, bucket: str, artifact: Artifact, reading: Reading) -> Links:
        """BrokenLinkCheckerReport.json."""
        return self._parsed(bucket, artifact, reading, parse_links)

    def requests(self, bucket: str, artifact: Artifact, reading: Reading) -> Requests:
        """A HAR or HttpRequestsReport.json: its requests in its order, each without headers and bodies."""
        found = self._whole_requests(bucket, artifact, reading)
        return replace(found, items=tuple(map(summary, found.items)))

    def request(self, bucket: str, artifact: Artifact, index: int, reading: Reading) -> Request:
        """One of them whole, by its place among them (from 0)."""
        found = self._whole_requests(bucket, artifact, reading).items
        if index >= len(found):
            raise Unreadable(f"{artifact.name} has fewer requests than before: it was written anew, perhaps.")
        return found[index]

    def document(self, bucket: str, artifact: Artifact, reading: Reading) -> DocumentText:
        """The beginning of any file, as text to read."""
        shown = artifact._replace(size=min(artifact.size, DOCUMENT))
        return self._parsed(bucket, shown, reading, lambda data: document_text(data, artifact.name))

    def search_log(
        self, bucket: str, artifact: Artifact, part: ByteRange, question: LogQuestion, reading: Reading
    ) -> LogMatches | LogErrors:
        """What is looked for in a range of a log; the range is not kept."""
        data = self._artifacts.read_artifact(bucket, artifact.key, part.first, part.last, artifact.etag, reading)
        try:
            return search(artifact.size, part, data, question, lambda: reading.reached(len(data)))
        except (ValueError, BadArtifact) as error:
            raise Unreadable(str(error), code=type(error).__name__) from None

    def picture(self, bucket: str, artifact: Artifact, request: PictureRequest, reading: Reading) -> Picture:
        """A screenshot, drawn as the terminal takes it. Its bytes are kept, to be drawn anew for another size."""
        from canaryscope.pictures.drawing import render_picture  # Pillow: most sessions do not need it

        with self._lock:
            data = self._screenshots.get((bucket, artifact))
        if data is None:
            data = self._whole(bucket, artifact, reading)
            with self._lock:
                self._screenshots[bucket, artifact] = data
                while len(self._screenshots) > 1 and sum(map(len, self._screenshots.values())) > KEPT_SCREENSHOTS:
                    self._screenshots.popitem(last=False)
        return _readable(partial(render_picture, data, artifact.name, request))

    def _whole_requests(self, bucket: str, artifact: Artifact, reading: Reading) -> Requests:
        with self._lock:
            found = self._requests.get((bucket, artifact))
        if found is not None:
            return found
        if artifact.kind is ArtifactKind.HTTP_REQUESTS:
            found = self._parsed(bucket, artifact, reading, parse_http_report)
        else:
            found = self._parsed(bucket, artifact, reading, lambda data: parse_har(data, artifact.name))
        with self._lock:
            self._requests[bucket, artifact] = found
            while len(self._requests) > 1 and sum(kept.size for _, kept in self._requests) > KEPT:
                self._requests.popitem(last=False)
        return found

    def _parsed(self, bucket: str, artifact: Artifact, reading: Reading, parse: Callable[[bytes], T]) -> T:
        return _readable(partial(parse, self._whole(bucket, artifact, reading)))

    def _whole(self, bucket: str, artifact: Artifact, reading: Reading) -> bytes:
        """The bytes of an artifact, part by part."""
        if artifact.size > BYTES:
            size = f"{artifact.size / 1e6:,.0f} MB"
            raise Unreadable(f"{artifact.name} has {size}: so much is not read at once.", code="TooLarge")
        data = bytearray()
        while len(data) < artifact.size:
            last = min(len(data) + PART, artifact.size) - 1
            data += self._artifacts.read_artifact(bucket, artifact.key, len(data), last, artifact.etag, reading)
        return bytes(data)


def _readable(parse: Callable[[], T]) -> T:
    """What `parse` makes. Raises Unreadable where that is nothing."""
    try:
        return parse()
    except BadArtifact as error:
        raise Unreadable(str(error), code="BadArtifact") from None
