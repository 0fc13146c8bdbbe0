"""What a run left in S3: where that is, and which file is what (SYNTHETICS.md, "Artifacts").

Keys are written by the canary's script and by whoever can write to the bucket. An artifact keeps its key as it came,
to be fetched by; what is shown is its name.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from enum import Enum, auto
from typing import Final, NamedTuple

from canaryscope.runs.text import clean_line

__all__ = [
    "PART",
    "Artifact",
    "ArtifactKind",
    "ArtifactPlace",
    "NoArtifacts",
    "RunArtifacts",
    "artifact_of",
    "place_of",
    "why_no_place",
]

PART: Final = 4 * 1024 * 1024
"""Bytes of an artifact that one call reads at most: they come over any line, and a reading is stopped between calls."""

NO_DATA: Final = "no data"
_LONGEST_NAME: Final = 1_024
"""Characters. A key has up to 1,024 bytes."""

# Today's rule is 3 to 63 of a-z, 0-9, "." and "-"; buckets of the early years in us-east-1 may have more.
_ETAG = re.compile(r'"[\x21\x23-\x7e]{1,254}"')  # a strong entity-tag (RFC 9110) in ASCII: all that If-Match takes
_LOCATION = re.compile(r"(?:s3://)?(?P<bucket>[a-z0-9][a-z0-9._-]{1,254})/(?P<prefix>.+)", re.IGNORECASE | re.DOTALL)


class ArtifactKind(Enum):
    """What a file is, by its name."""

    REPORT = auto()
    """SyntheticsReport-PASSED.json or -FAILED.json: the steps."""
    LOG = auto()
    """`2026-11-22T12-27-07-820Z-log.txt`: what the script logged."""
    HAR = auto()
    """results.har.html, `*.har`, `*.har.gz`: the browser's requests."""
    HTTP_REQUESTS = auto()
    """HttpRequestsReport.json: the requests of an API canary."""
    LINKS = auto()
    """BrokenLinkCheckerReport.json."""
    SCREENSHOT = auto()
    OTHER = auto()


# How the file name begins and ends, in lower case and behind a "-", so that "log.txt" and "x-log.txt" end alike. The
# first line that fits tells the kind; among files of one kind, those of the earlier line tell more.
_KINDS: Final = (
    ("-syntheticsreport-failed", ".json", ArtifactKind.REPORT),
    ("-syntheticsreport", ".json", ArtifactKind.REPORT),
    ("", "-log.txt", ArtifactKind.LOG),
    ("", ".log", ArtifactKind.LOG),
    ("", ".har", ArtifactKind.HAR),
    ("", ".har.gz", ArtifactKind.HAR),
    ("", ".har.html", ArtifactKind.HAR),
    ("-httprequestsreport", ".json", ArtifactKind.HTTP_REQUESTS),
    ("-brokenlinkcheckerreport", ".json", ArtifactKind.LINKS),
    ("", ".png", ArtifactKind.SCREENSHOT),
    ("", ".jpg", ArtifactKind.SCREENSHOT),
    ("", ".jpeg", ArtifactKind.SCREENSHOT),
    ("", "", ArtifactKind.OTHER),
)


class NoArtifacts(Enum):
    """Why a run's ArtifactS3Location is no place to look at."""

    ABSENT = "The run has no ArtifactS3Location: it has not uploaded anything (yet)."
    NO_DATA = 'The run uploaded nothing: its ArtifactS3Location says "No data", as after a timeout.'
    MALFORMED = "The run's ArtifactS3Location is no bucket and prefix."

    @property
    def sentence(self) -> str:
        """The reason, for a person."""
        return self.value


class ArtifactPlace(NamedTuple):
    """A bucket and the prefix of one run in it, which has no slash at its end."""

    bucket: str
    prefix: str

    @property
    def folder(self) -> str:
        """The prefix to list by. The slash at its end keeps `…/27-07-250` from matching `…/27-07-2501`, another run."""
        return f"{self.prefix}/"


class Artifact(NamedTuple):
    """One object below a run's prefix."""

    key: str
    """As S3 has it, unclean: to fetch the object by, never to be shown or made a file name of."""
    name: str
    """The key after the prefix, on one clean line: `CHROME/01-home-loaded.png`."""
    size: int
    """Bytes."""
    modified: datetime | None
    """UTC."""
    kind: ArtifactKind
    etag: str = ""
    """Tells what the key holds from what it held before; as S3 has it, in quotation marks. "" where unknown."""


class RunArtifacts(NamedTuple):
    """What lies below a run's prefix, in S3's order: by key."""

    place: ArtifactPlace
    artifacts: tuple[Artifact, ...]
    cut: bool = False
    """Whether there are more than were listed."""

    def of_kind(self, kind: ArtifactKind) -> tuple[Artifact, ...]:
        """Those of a kind, in S3's order."""
        return tuple(artifact for artifact in self.artifacts if artifact.kind is kind)

    def telling(self, kind: ArtifactKind, browser: str | None = None) -> Artifact | None:
        """The one of a kind to open first; None where there is none.

        One in the folder of the run's `browser` (CHROME, FIREFOX) comes before one beside it, and that before one in
        another folder; then a report that FAILED, a log of the script, a HAR that needs no unpacking; then the newest.
        """
        found = self.of_kind(kind)
        return max(found, key=lambda artifact: _rank(artifact, browser), default=None)


def place_of(location: str | None) -> ArtifactPlace | None:
    """The place that an ArtifactS3Location names, with or without `s3://`; None where `why_no_place` tells why."""
    found = _LOCATION.fullmatch(_trimmed(location))
    return ArtifactPlace(found["bucket"], found["prefix"]) if found else None


def why_no_place(location: str | None) -> NoArtifacts:
    """The reason for a location of which `place_of` makes nothing."""
    text = _trimmed(location)
    if not text:
        return NoArtifacts.ABSENT
    return NoArtifacts.NO_DATA if text.lower() == NO_DATA else NoArtifacts.MALFORMED


def artifact_of(
    place: ArtifactPlace, key: str, size: int, modified: datetime | None, etag: str = ""
) -> Artifact | None:
    """The artifact with this key; None for what is not below the prefix, and for the empty object of a folder.

    `modified` is UTC where it has no zone. An `etag` that is none is left out.
    """
    inside = key.removeprefix(place.folder)
    if inside == key or not inside or (size == 0 and key.endswith("/")):
        return None
    if modified is not None:
        modified = modified.astimezone(UTC) if modified.tzinfo else modified.replace(tzinfo=UTC)
    name = clean_line(inside, limit=_LONGEST_NAME) or "(a name without visible characters)"
    known = etag if _ETAG.fullmatch(etag) else ""
    return Artifact(key, name, max(0, size), modified, _KINDS[_line_of(inside)][2], known)


def _trimmed(location: str | None) -> str:
    return (location or "").strip().rstrip("/")


def _line_of(inside: str) -> int:
    """Which line of `_KINDS` a key fits."""
    name = f"-{inside.rpartition('/')[2].lower()}"
    return next(at for at, (begins, ends, _) in enumerate(_KINDS) if name.startswith(begins) and name.endswith(ends))


def _rank(artifact: Artifact, browser: str | None) -> tuple[int, int, datetime, str]:
    """The greater, the more telling."""
    folder, _, name = artifact.name.rpartition("/")
    own = browser is not None and browser.lower() in folder.lower().split("/")
    nearness = 2 if own else int(not folder)
    return nearness, -_line_of(name), artifact.modified or datetime.min.replace(tzinfo=UTC), artifact.name
