"""A run and its files as they are: what the API sent, which artifacts there are, and one of them as text."""

from __future__ import annotations

from typing import Final

from canaryscope.evidence.artifacts import Artifact, ArtifactKind, RunArtifacts
from canaryscope.evidence.document_text import DOCUMENT, LINES, DocumentText
from canaryscope.evidence.pieces import LARGE
from canaryscope.render.copies import as_json
from canaryscope.render.figures import bytes_text, counted
from canaryscope.render.times import ABSENT, iso
from canaryscope.runs.model import CanaryRun
from canaryscope_widgets.lines import Part
from canaryscope_widgets.text_panel import TextLine

__all__ = ["document_lines", "kind_word", "raw_lines"]

_DIM: Final = "text-panel--dim"

_KINDS: Final = {
    ArtifactKind.REPORT: "report",
    ArtifactKind.LOG: "log",
    ArtifactKind.HAR: "HAR",
    ArtifactKind.HTTP_REQUESTS: "requests",
    ArtifactKind.LINKS: "links",
    ArtifactKind.SCREENSHOT: "screenshot",
    ArtifactKind.OTHER: "other",
}


def kind_word(kind: ArtifactKind) -> str:
    """What a kind of files is called in a list."""
    return _KINDS[kind]


def raw_lines(run: CanaryRun, artifacts: RunArtifacts | None, notice: str = "") -> list[TextLine]:
    """The run as the API sent it, then its artifacts; `notice` says why these are not known (yet)."""
    lines: list[TextLine] = [_heading("The run, as the API sent it"), *as_json(run).split("\n"), ""]
    if artifacts is None:
        return [*lines, _heading("Artifacts"), *([notice] if notice else [])]
    size = bytes_text(sum(one.size for one in artifacts.artifacts))
    lines += [
        _heading("Artifacts"),
        f"{counted(len(artifacts.artifacts), 'file')}, {size}, in s3://{artifacts.place.bucket}/{artifacts.place.folder}",
        *([notice] if notice else []),
        *map(_artifact, artifacts.artifacts),
    ]
    if artifacts.cut:
        lines.append([("  There are more than were listed.", _DIM)])
    return lines


def _artifact(artifact: Artifact) -> TextLine:
    """Size, time, kind and name: the name last, which may be long."""
    modified = ABSENT if artifact.modified is None else iso(artifact.modified.replace(microsecond=0))
    line: list[Part] = [
        (f"  {bytes_text(artifact.size):>9}  ", ""),
        (f"{modified:<20}  {kind_word(artifact.kind):<10}  ", _DIM),
        (artifact.name, ""),
        ("  large" if artifact.size > LARGE else "", "tone--odd"),
    ]
    return line


def document_lines(document: DocumentText, artifact: Artifact) -> list[TextLine]:
    """A file as it is, always masked, and what of it is left out."""
    if document.binary:
        return [f"{artifact.name} is no text ({bytes_text(artifact.size)}), so it is not shown here."]
    said = "Credentials are masked."
    if artifact.size > DOCUMENT:
        said = f"The first {bytes_text(DOCUMENT)} of {bytes_text(artifact.size)}. {said}"
    lines: list[TextLine] = [[(said, _DIM)], *document.lines]
    if document.more:
        lines.append([(f"Only the first {LINES:,} lines are shown.", _DIM)])
    return lines


def _heading(text: str) -> TextLine:
    line: list[Part] = [(text, "text-panel--heading")]
    return line
