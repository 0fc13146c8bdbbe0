"""What is read of one run, piece by piece: how far each reading is, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from canaryscope.evidence.artifacts import Artifact, ArtifactKind, ArtifactPlace, RunArtifacts, place_of
from canaryscope.runs.errors import Malformed, NotFound, SourceError
from canaryscope.runs.model import CanaryRun

if TYPE_CHECKING:
    from canaryscope.evidence.lambda_log import LambdaLog
    from canaryscope.evidence.links import Links
    from canaryscope.evidence.report import Report
    from canaryscope.evidence.requests import Requests

__all__ = ["LARGE", "Part", "Phase", "Piece", "RunEvidence"]

LARGE: Final = 5_000_000
"""Bytes of a file above which a person is asked before it is read whole."""


class Part(Enum):
    """What is read of a run."""

    ARTIFACTS = auto()
    """The list of its files, from which the next ones are read."""
    REPORT = auto()
    REQUESTS = auto()
    LINKS = auto()
    DOCUMENT = auto()
    """The beginning of the file that tells most, as it is."""
    LAMBDA_LOG = auto()
    """What the run's function wrote, where it left no files."""

    @property
    def kinds(self) -> tuple[ArtifactKind, ...]:
        """The files that have it; of several, the first kind is read."""
        return _KINDS.get(self, ())


_KINDS: Final = {
    Part.REPORT: (ArtifactKind.REPORT,),
    Part.REQUESTS: (ArtifactKind.HAR, ArtifactKind.HTTP_REQUESTS),
    Part.LINKS: (ArtifactKind.LINKS,),
    Part.DOCUMENT: (ArtifactKind.REPORT, ArtifactKind.LINKS, ArtifactKind.HTTP_REQUESTS),
}

_LINES: Final = {
    Part.ARTIFACTS: "artifacts",
    Part.REPORT: "steps",
    Part.REQUESTS: "items",
    Part.LINKS: "items",
    Part.DOCUMENT: "lines",
    Part.LAMBDA_LOG: "lines",
}
"""What there is much of in the value of a part."""


class Phase(Enum):
    """How far it is with a piece."""

    UNASKED = auto()
    LOADING = auto()
    ABSENT = auto()
    """The run left no such file, or there is no place where it could be."""
    LARGE = auto()
    """It is there, and waits for a person's word: see `LARGE`."""
    READY = auto()
    FAILED = auto()


class Piece(NamedTuple):
    """One of the `Part`s of a run."""

    phase: Phase = Phase.UNASKED
    value: Any = None
    """Once READY: RunArtifacts, Report, Requests, Links, DocumentText or LambdaLog."""
    error: SourceError | None = None
    """Once FAILED."""
    artifact: Artifact | None = None
    """The file that is read, or waits to be."""
    done: int = 0
    """Bytes of it that are here while it is LOADING."""
    begun: Any = None
    """What came of it before it failed (a `Begun`), once it is asked for anew."""


class RunEvidence:
    """The pieces of one run."""

    def __init__(self, run: CanaryRun) -> None:
        self.run = run
        self.place: ArtifactPlace | None = place_of(run.artifact_s3_location)
        """None: there is no place to look at, and `why_no_place` tells why."""
        self._pieces: dict[Part, Piece] = {}

    def piece(self, part: Part) -> Piece:
        """How far it is with a part."""
        return self._pieces.get(part, Piece())

    def put(self, part: Part, piece: Piece) -> None:
        """It has come further with a part."""
        self._pieces[part] = piece

    def forget_failures(self, *wanted: Part) -> bool:
        """What failed may be asked for anew. False: nothing is asked for anew.

        So may the list of files, where it has none of the `wanted` parts, or another version of one than is there now.
        """
        forgotten = {part for part, piece in self._pieces.items() if piece.phase is Phase.FAILED}
        if self.artifacts is not None and self._outdated([part for part in wanted if part.kinds]):
            absent = {part for part, piece in self._pieces.items() if piece.phase is Phase.ABSENT}
            forgotten |= absent | {Part.ARTIFACTS}
        for part in forgotten:
            error = self._pieces.pop(part).error
            if error is not None and error.begun:
                self._pieces[part] = Piece(begun=error.begun)
        return bool(forgotten)

    def _outdated(self, wanted: Sequence[Part]) -> bool:
        """Whether what the person wants to see may be there by now."""
        pieces = [self.piece(part) for part in wanted]
        absent = bool(pieces) and all(piece.phase is Phase.ABSENT for piece in pieces)
        changed = any(isinstance(piece.error, NotFound | Malformed) for piece in pieces)
        return self.left_nothing or absent or changed

    def file(self, part: Part) -> Artifact | None:
        """The file that tells most of a part; None where none of the listed ones does."""
        if (artifacts := self.artifacts) is None:
            return None
        found = (artifacts.telling(kind, self.run.browser_type) for kind in part.kinds)
        return next((artifact for artifact in found if artifact is not None), None)

    @property
    def artifacts(self) -> RunArtifacts | None:
        """The run's files; None while they are not known."""
        artifacts: RunArtifacts | None = self.piece(Part.ARTIFACTS).value
        return artifacts

    @property
    def log(self) -> Artifact | None:
        """The file with the script's log; None where there is none among the listed ones."""
        return None if self.artifacts is None else self.artifacts.telling(ArtifactKind.LOG, self.run.browser_type)

    @property
    def report(self) -> Report | None:
        """What the script did; None while that is not known."""
        report: Report | None = self.piece(Part.REPORT).value
        return report

    @property
    def requests(self) -> Requests | None:
        """What the script asked for; None while that is not known."""
        requests: Requests | None = self.piece(Part.REQUESTS).value
        return requests

    @property
    def links(self) -> Links | None:
        """The links that were followed; None while they are not known."""
        links: Links | None = self.piece(Part.LINKS).value
        return links

    @property
    def lambda_log(self) -> LambdaLog | None:
        """What the run's function wrote; None while that is not known."""
        log: LambdaLog | None = self.piece(Part.LAMBDA_LOG).value
        return log

    @property
    def left_nothing(self) -> bool:
        """Whether the run is known to have left no files: no place for them, or an empty one."""
        return self.place is None or (self.artifacts is not None and not self.artifacts.artifacts)

    @property
    def weight(self) -> int:
        """How many lines are kept of it: files, steps, requests, links, of logs, of a file as it is; begun ones too."""
        here = sum(len(getattr(piece.value, _LINES[part])) for part, piece in self._pieces.items() if piece.value)
        begun = (piece.begun or (piece.error and piece.error.begun) for piece in self._pieces.values())
        return here + sum(len(it) for it in begun if it)
