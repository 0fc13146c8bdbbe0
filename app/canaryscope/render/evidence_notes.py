"""What a tab says while it has nothing to show: why that is, how far the reading is, what a person can do."""

from __future__ import annotations

from typing import Final

from canaryscope.evidence.artifacts import Artifact, ArtifactKind, NoArtifacts, RunArtifacts, why_no_place
from canaryscope.evidence.document import BYTES
from canaryscope.evidence.pieces import LARGE, Part, Phase, Piece, RunEvidence
from canaryscope.render.figures import bytes_text, counted
from canaryscope.runs.errors import SourceError, Unreadable

__all__ = [
    "EMPTY_PLACE",
    "LISTING",
    "asks_first",
    "failure",
    "log_note",
    "nothing_of",
    "part_missing",
    "piece_note",
    "readable",
    "reading",
]

LISTING: Final = "Listing the run's artifacts…"
EMPTY_PLACE: Final = "The place in S3 is empty: a lifecycle rule of the bucket has deleted the artifacts, perhaps."
INSTEAD: Final = "The tab Log shows what its Lambda function wrote."
READING_LAMBDA: Final = "Reading what its Lambda function wrote…"
NOTHING: Final = {
    ArtifactKind.REPORT: "The run left no SyntheticsReport, so its steps are not known.",
    ArtifactKind.LOG: "The run left no log of its script.",
    ArtifactKind.HAR: "The run left no requests: no HAR, no HttpRequestsReport.json, no BrokenLinkCheckerReport.json.",
    ArtifactKind.SCREENSHOT: "The run left no screenshots.",
}
API_CANARY: Final = "The run left no screenshots: it has HttpRequestsReport.json, so it is one of an API canary."
UNREADABLE: Final = "Raw lists it; E saves it as it is."


def nothing_of(kind: ArtifactKind, found: RunArtifacts | NoArtifacts) -> str:
    """Why there is nothing of this kind to show. HttpRequestsReport.json and links are asked for as HAR, too."""
    if isinstance(found, NoArtifacts):
        return found.sentence
    if not found.artifacts:
        return EMPTY_PLACE
    if kind is ArtifactKind.SCREENSHOT and found.of_kind(ArtifactKind.HTTP_REQUESTS):
        return API_CANARY
    said = NOTHING.get(kind, NOTHING[ArtifactKind.HAR])
    listed = f"Raw lists the {counted(len(found.artifacts), 'file')} that it left."
    more = " There are more files than were listed." if found.cut else ""
    return f"{said} {listed}{more}"


def readable(artifact: Artifact | None) -> bool:
    """Whether it is read, if need be when a person says so: nothing larger than `BYTES` is."""
    return artifact is not None and artifact.size <= BYTES


def asks_first(artifact: Artifact) -> str:
    """What is said instead of reading a large file at once; "" for one that is not large."""
    if artifact.size <= LARGE:
        return ""
    size = bytes_text(artifact.size)
    if not readable(artifact):
        return f"{artifact.name} is {size}: more than {bytes_text(BYTES)} is not read here. E saves it."
    return f"{artifact.name} is {size}: enter reads it."


def reading(artifact: Artifact, done: int = 0) -> str:
    """`Reading SyntheticsReport-FAILED.json · 1.2 of 4.0 MB`."""
    whole, unit = bytes_text(artifact.size).split(" ")
    if not done or artifact.size <= 0:
        return f"Reading {artifact.name} · {whole} {unit}"
    so_far, its_unit = bytes_text(min(done, artifact.size)).split(" ")
    return f"Reading {artifact.name} · {so_far}{'' if unit == its_unit else f' {its_unit}'} of {whole} {unit}"


def failure(error: SourceError) -> str:
    """What went wrong and what to do about it, the missing permission by name, as two paragraphs."""
    hint = error.hint or (UNREADABLE if isinstance(error, Unreadable) else "")
    return "\n\n".join(part for part in (error.sentence, hint) if part)


def piece_note(evidence: RunEvidence, *parts: Part) -> str:
    """What there is to say in place of the first of these parts that the run left; "" where nothing is asked yet."""
    if evidence.place is None:
        return f"{why_no_place(evidence.run.artifact_s3_location).sentence}\n\n{INSTEAD}"
    artifacts = evidence.artifacts
    if artifacts is None:
        return _note(evidence.piece(Part.ARTIFACTS), "")
    left = [part for part in parts if evidence.piece(part).phase is not Phase.ABSENT]
    return _note(evidence.piece((left or parts)[0]), nothing_of((*parts[0].kinds, ArtifactKind.OTHER)[0], artifacts))


def _note(piece: Piece, nothing: str) -> str:
    match piece.phase:
        case Phase.LOADING:
            return LISTING if piece.artifact is None else reading(piece.artifact, piece.done)
        case Phase.LARGE if piece.artifact is not None:
            return asks_first(piece.artifact)
        case Phase.FAILED if piece.error is not None:
            return failure(piece.error)
        case Phase.ABSENT:
            return nothing
    return ""


def part_missing(evidence: RunEvidence, part: Part) -> str:
    """Why a part could not be had, in one line; "" where the run has simply left no such file beside others."""
    piece = evidence.piece(part)
    if piece.phase is Phase.ABSENT and not evidence.left_nothing:
        return ""
    if piece.phase is Phase.LARGE and piece.artifact is not None:
        return f"{piece.artifact.name} is {bytes_text(piece.artifact.size)} and was not read: its tab reads it."
    return piece_note(evidence, part).split("\n", 1)[0]


def log_note(evidence: RunEvidence) -> str:
    """What there is to say above the Lambda log, or in its place; "" where the run left a log of its script."""
    if evidence.log is not None:
        return ""
    if evidence.place is not None and evidence.artifacts is None:
        return piece_note(evidence, Part.ARTIFACTS)
    why = nothing_of(ArtifactKind.LOG, evidence.artifacts or why_no_place(evidence.run.artifact_s3_location))
    piece = evidence.piece(Part.LAMBDA_LOG)
    if piece.phase is Phase.READY:
        return why
    return f"{why}\n\n{failure(piece.error) if piece.error is not None else READING_LAMBDA}"
