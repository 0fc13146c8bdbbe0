"""How far the loading of a canary's runs has come."""

from __future__ import annotations

from enum import Enum, auto
from typing import NamedTuple

from canaryscope.runs.errors import SourceError

__all__ = ["Phase", "Progress"]


class Phase(Enum):
    """What the status bar says of the loading."""

    MORE = auto()
    END = auto()
    LOADING = auto()
    FAILED = auto()
    GAP = auto()
    """A refresh was stopped before it met what was loaded: runs are missing in between."""


class Progress(NamedTuple):
    """How much is loaded, how much of it matches (None: no filter is on), and what happens now."""

    loaded: int
    matched: int | None
    phase: Phase
    error: SourceError | None = None
