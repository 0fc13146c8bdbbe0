"""What a word means to the person on call, apart from the colour it is drawn in.

A tone only supports a word that says the same: colour is never the only carrier of a meaning.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

__all__ = ["TONES", "Tone"]


class Tone(StrEnum):
    """How a word is meant. The value is the last part of the name of its look."""

    PLAIN = "plain"
    """Nothing in particular."""
    GOOD = "good"
    """PASSED, RUNNING canaries: as it should be."""
    BAD = "bad"
    """FAILED, ERROR: somebody has to look."""
    BUSY = "busy"
    """RUNNING runs, STARTING canaries: not yet decided."""
    ODD = "odd"
    """UNKNOWN, STOPPED, values that AWS added later: neither good nor bad, worth a look."""

    @property
    def look(self) -> str:
        """The look of this tone, `tone--bad` for BAD."""
        return f"tone--{self.value}"


TONES: Final = {
    Tone.PLAIN.look: "",
    Tone.GOOD.look: "$text-success",
    Tone.BAD.look: "$text-error bold",
    Tone.BUSY.look: "$text-secondary",
    Tone.ODD.look: "$text-warning",
}
"""Their styles, among the LOOKS of every LinesWidget."""
