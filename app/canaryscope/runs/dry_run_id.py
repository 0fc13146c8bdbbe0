"""DryRunIds as people type them.

A DryRunId is a lower-case UUID (the API's pattern: 8-4-4-4-12 hexadecimal digits).
"""

from __future__ import annotations

__all__ = ["LENGTH", "is_whole", "normalise", "refusal"]

LENGTH = 36
DASHES = frozenset({8, 13, 18, 23})
DIGITS = frozenset("0123456789abcdef")


def normalise(text: str) -> str:
    """Forgive upper case and surrounding blanks."""
    return text.strip().lower()


def is_whole(text: str) -> bool:
    """Whether a normalised text is a whole DryRunId."""
    return len(text) == LENGTH and refusal(text) is None


def refusal(text: str) -> str | None:
    """Why a normalised text cannot be part of a DryRunId; None if it can."""
    strange = next((character for character in text if character not in DIGITS and character != "-"), None)
    if strange is not None:
        shown = repr(strange) if strange.isprintable() and strange != " " else "that character"
        return f"{shown} cannot be in a DryRunId: it has 0-9, a-f and - only"
    if len(text) > LENGTH:
        return f"a DryRunId has {LENGTH} characters"
    dashes = {index for index, character in enumerate(text) if character == "-"}
    offsets = range(LENGTH - len(text) + 1)
    if any({index for index in range(len(text)) if index + offset in DASHES} == dashes for offset in offsets):
        return None
    return "a DryRunId is 8-4-4-4-12 digits: a - does not fit there"
