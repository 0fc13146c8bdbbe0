"""What a word means to the person on call, apart from the colour it is drawn in.

A tone only supports a word that says the same: colour is never the only carrier of a meaning. A widget that shows
tones names `Tone.component_classes()` among its COMPONENT_CLASSES; the colours are in `TONE_CSS`.
"""

from __future__ import annotations

from enum import StrEnum

__all__ = ["TONE_CSS", "Tone"]


class Tone(StrEnum):
    """How a word is meant. The value is the last part of the component class that styles it."""

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
    def component(self) -> str:
        """The component class that carries this tone's style, `tone--bad` for BAD."""
        return f"tone--{self.value}"

    @classmethod
    def component_classes(cls) -> set[str]:
        """The component classes of all tones, for a widget's COMPONENT_CLASSES."""
        return {tone.component for tone in cls}


TONE_CSS = """
& > .tone--good { color: $text-success; }
& > .tone--bad { color: $text-error; text-style: bold; }
& > .tone--busy { color: $text-secondary; }
& > .tone--odd { color: $text-warning; }
"""
"""The tones' styles, to be put between the braces of a widget's own rule in its DEFAULT_CSS."""
