"""S3, as far as a run's artifacts are read: what lies below its prefix, and the bytes of one object.

Every method blocks and belongs in a worker thread; several may run at once. Every one raises SourceError, and nothing
else that is an Exception. A bucket in another Region needs nothing here: botocore's client follows S3 there once, on
the word of its answer, and remembers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import closing
from typing import Any, Final

from canaryscope.aws import convert
from canaryscope.aws.call import Caller
from canaryscope.aws.situation import Situation
from canaryscope.evidence.artifacts import PART, Artifact, ArtifactPlace, RunArtifacts
from canaryscope.evidence.begun import Begun
from canaryscope.evidence.reading import Reading
from canaryscope.runs.errors import InvalidRequest, Malformed
from canaryscope.runs.model import Page

__all__ = ["MOST", "Artifacts"]

MOST: Final = 1_000
"""Artifacts that are listed of a run; also the most that S3 has on a page."""
PAGES: Final = 10
"""Pages that are asked for at most: a server may send short ones."""
AT_ONCE: Final = 64 * 1024
"""Bytes between two looks at whether a reading is still wanted."""

_CONTENT_RANGE = re.compile(r"bytes (\d{1,15})-(\d{1,15})/(?:\d{1,15}|\*)")


class Artifacts:
    """The artifacts of runs. Made by `canaryscope.aws.session.Connection`.

    `caller` makes the client when it is first needed; it is told for which call, and raises SourceError.
    """

    def __init__(self, caller: Callable[[Situation], Caller]) -> None:
        self._caller = caller

    def list_artifacts(self, place: ArtifactPlace, begun: Begun | None = None) -> RunArtifacts:
        """ListObjectsV2: the first 1,000 artifacts of a run, of this one only; on from what is `begun`."""
        found = (begun or Begun()).read(
            place.folder,
            lambda token: self._page(place, token),
            lambda pages: pages.count >= PAGES or len(pages.items) >= MOST,
        )
        return RunArtifacts(place, tuple(found.items[:MOST]), cut=found.token is not None or len(found.items) > MOST)

    def read_artifact(
        self, bucket: str, key: str, first: int, last: int, etag: str = "", reading: Reading | None = None
    ) -> bytes:
        """GetObject: the bytes from `first` to `last`, both of them included, at most `PART`.

        As many as asked for, or an error: an object is never shorter than when it was listed. With an `etag`, bytes of
        no other object than the one that had it: parts of two never make a whole. `reading` is told how far into the
        object the bytes reach that are here.
        """
        asked = Situation(operation="GetObject", service="s3", bucket=bucket, key=key)
        count = last - first + 1
        if not 0 < count <= PART or first < 0:
            raise InvalidRequest(f"Bytes {first:,} to {last:,} are not a range of 1 to {PART:,} bytes.")
        return self._caller(asked).call(
            asked,
            {"Bucket": bucket, "Key": key, "Range": f"bytes={first}-{last}", "IfMatch": etag or None},
            lambda answer: _bytes(answer, first, count, reading or Reading()),
            lambda data: f"{len(data):,} bytes",
        )

    def _page(self, place: ArtifactPlace, token: str | None) -> Page[Artifact]:
        asked = Situation(operation="ListObjectsV2", service="s3", bucket=place.bucket)
        return self._caller(asked).call(
            asked,
            {"Bucket": place.bucket, "Prefix": place.folder, "MaxKeys": MOST, "ContinuationToken": token},
            lambda answer: convert.artifacts_page(answer, place),
            lambda page: f"{len(page.items):,} artifacts{', more below' if page.next_token else ''}",
        )


def _bytes(answer: Mapping[str, Any], first: int, count: int, reading: Reading) -> bytes:
    """The body of GetObjectOutput, if it is the range that was asked for: nothing else is read.

    A server that does not know ranges sends the whole object, which may be the same.
    """
    with closing(answer["Body"]) as body:
        sent = _CONTENT_RANGE.fullmatch(answer.get("ContentRange") or "")
        begins, length = (int(sent[1]), int(sent[2]) - int(sent[1]) + 1) if sent else (0, answer.get("ContentLength"))
        if (begins, length) != (first, count):
            raise Malformed(
                "The answer to GetObject is not the range of bytes that was asked for.",
                "Was the artifact written anew? List the artifacts again.",
                code="NotTheRange",
            )
        data = bytearray()
        for piece in body.iter_chunks(AT_ONCE):
            data += piece
            if len(data) > count:
                break
            reading.reached(first + len(data))
    if len(data) != count:
        raise Malformed("The answer to GetObject does not have as many bytes as it says.", "Try again.")
    return bytes(data)
