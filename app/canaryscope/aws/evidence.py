"""A run's files, read and parsed where they come in: what crosses to the explorer is what it shows of them.

Parsing 20 MB takes a second of Python; in this process it holds up no key. Every method blocks and belongs in a thread.
Every one raises SourceError, and nothing else that is an Exception.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
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
from canaryscope.runs.errors import Unreadable

__all__ = ["Evidence"]

T = TypeVar("T")

KEPT: Final = 64 * 1024 * 1024
"""Bytes of the files whose requests are kept whole, so that one of them is shown at once."""


class Evidence:
    """What a run's files say. Made by `canaryscope.aws.session.Connection`."""

    def __init__(self, artifacts: Artifacts) -> None:
        self._artifacts = artifacts
        self._lock = Lock()
        self._requests: OrderedDict[tuple[str, Artifact], Requests] = OrderedDict()

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
        shown = replace(artifact, size=min(artifact.size, DOCUMENT))
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
        try:
            return parse(self._whole(bucket, artifact, reading))
        except BadArtifact as error:
            raise Unreadable(str(error), code="BadArtifact") from None

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
