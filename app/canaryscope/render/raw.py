"""A run and its files as they are: what the API sent, which artifacts there are, and one of them as text."""

from __future__ import annotations

from typing import Final

from canaryscope.evidence.artifacts import Artifact, ArtifactKind, RunArtifacts
from canaryscope.evidence.masking import masked_document
from canaryscope.render.copies import as_json
from canaryscope.render.figures import bytes_text, counted
from canaryscope.render.json_text import LINES, indented, is_json
from canaryscope.render.times import ABSENT, iso
from canaryscope.runs.model import CanaryRun
from canaryscope.runs.text import clean
from canaryscope_widgets.lines import Part
from canaryscope_widgets.text_panel import TextLine

__all__ = ["DOCUMENT", "LARGE", "document_lines", "kind_word", "raw_lines"]

LARGE: Final = 5_000_000
"""Bytes from which on a file is read only when a person asks for it."""
DOCUMENT: Final = 2_000_000
"""Bytes that are shown of a file."""
_LINE: Final = 16_384
"""Characters of a line; a longer one, of minified JSON say, becomes several."""
_BINARY: Final = (b"\x1f\x8b", b"\x89PNG", b"\xff\xd8\xff", b"PK\x03\x04", b"%PDF")
_LOOKED_AT: Final = 8_192
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


def document_lines(data: bytes, name: str, size: int | None = None) -> list[TextLine]:
    """A file called `name` as text, JSON in lines, always masked. `size`: all of it, where `data` is its beginning.

    Takes up to a second for what is as large as is shown, so it belongs in a thread.
    """
    size = len(data) if size is None else size
    head = data[:_LOOKED_AT]
    if b"\0" in head or head.startswith(_BINARY):
        return [f"{name} is no text ({bytes_text(size)}), so it is not shown here."]
    text = masked_document(clean(data[:DOCUMENT].decode("utf-8-sig", "replace"), limit=DOCUMENT))
    mime = "json" if name.lower().endswith((".json", ".har")) else ""
    shown, more = _lines(indented(text) if is_json(text, mime) else text)
    lines: list[TextLine] = [[("Credentials are masked.", _DIM)]]
    if size > DOCUMENT:
        lines = [[(f"The first {bytes_text(DOCUMENT)} of {bytes_text(size)}. Credentials are masked.", _DIM)]]
    lines += shown
    if more:
        lines.append([(f"Only the first {LINES:,} lines are shown.", _DIM)])
    return lines


def _lines(text: str) -> tuple[list[str], bool]:
    """At most `LINES`, none of them very long, and whether there are more."""
    lines: list[str] = []
    for line in text.split("\n", LINES):
        lines += [line[at : at + _LINE] for at in range(0, len(line) or 1, _LINE)]
        if len(lines) > LINES:
            return lines[:LINES], True
    return lines, False


def _heading(text: str) -> TextLine:
    line: list[Part] = [(text, "text-panel--heading")]
    return line
