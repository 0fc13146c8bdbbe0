"""A file as text to read: JSON in lines, credentials masked, harmless whatever is in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from canaryscope.evidence.json_text import indented, is_json
from canaryscope.evidence.masking import masked_document
from canaryscope.runs.text import clean

__all__ = ["DOCUMENT", "LINES", "DocumentText", "document_text"]

DOCUMENT: Final = 2_000_000
"""Bytes that are shown of a file."""
LINES: Final = 50_000
"""Lines that are shown of a file."""
_LINE: Final = 16_384
"""Characters of a line; a longer one, of minified JSON say, becomes several."""
_BINARY: Final = (b"\x1f\x8b", b"\x89PNG", b"\xff\xd8\xff", b"PK\x03\x04", b"%PDF")
_LOOKED_AT: Final = 8_192


@dataclass(frozen=True, slots=True)
class DocumentText:
    """The first `DOCUMENT` bytes of a file."""

    lines: tuple[str, ...] = ()
    more: bool = False
    """Whether there were more than `LINES`."""
    binary: bool = False
    """It is no text: there are no lines."""


def document_text(data: bytes, name: str) -> DocumentText:
    """The bytes of a file called `name`, or its beginning. Takes up to a second for as much as is shown."""
    head = data[:_LOOKED_AT]
    if b"\0" in head or head.startswith(_BINARY):
        return DocumentText(binary=True)
    text = masked_document(clean(data[:DOCUMENT].decode("utf-8-sig", "replace"), limit=DOCUMENT))
    mime = "json" if name.lower().endswith((".json", ".har")) else ""
    lines: list[str] = []
    for line in (indented(text, LINES) if is_json(text, mime) else text).split("\n", LINES):
        lines += [line[at : at + _LINE] for at in range(0, len(line) or 1, _LINE)]
        if len(lines) > LINES:
            return DocumentText(tuple(lines[:LINES]), more=True)
    return DocumentText(tuple(lines))
