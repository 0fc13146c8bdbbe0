"""The demo's time and latency, and the hidden variables that fix them for tests and screenshots."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import blake2b

__all__ = ["LATENCY_VARIABLE", "NOW_VARIABLE", "Latency", "clock_from_environment", "latency_from_environment"]

LATENCY_VARIABLE = "CANARYSCOPE_DEMO_LATENCY"
"""Set to 0, answers are instant. For tests."""

NOW_VARIABLE = "CANARYSCOPE_DEMO_NOW"
"""An ISO 8601 time at which the demo's time stands still. For screenshots."""

_SHORTEST, _LONGEST = 0.040, 0.120


class Latency:
    """How long the answers take, one after the other: 40 to 120 ms, the same row for the same seed. In seconds."""

    def __init__(self, seed: int = 0) -> None:
        self._seed = seed
        self._count = itertools.count()

    def __call__(self) -> float:
        """The next answer's latency, in seconds."""
        digest = blake2b(f"{self._seed}/{next(self._count)}".encode(), digest_size=4).digest()
        return _SHORTEST + (_LONGEST - _SHORTEST) * int.from_bytes(digest) / 0xFFFF_FFFF


def latency_from_environment(seed: int = 0) -> Latency | None:
    """The demo's latency, or None where CANARYSCOPE_DEMO_LATENCY=0 asks for instant answers."""
    return None if os.environ.get(LATENCY_VARIABLE) == "0" else Latency(seed)


def clock_from_environment() -> datetime | Callable[[], datetime]:
    """The time of CANARYSCOPE_DEMO_NOW (UTC where it names no zone), or the machine's clock.

    Raises ValueError where the variable is no ISO 8601 time.
    """
    text = os.environ.get(NOW_VARIABLE)
    if not text:
        return lambda: datetime.now(UTC)
    try:
        fixed = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{NOW_VARIABLE} is no ISO 8601 time: {text!r}") from None
    return fixed if fixed.tzinfo else fixed.replace(tzinfo=UTC)
