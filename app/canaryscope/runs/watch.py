"""Watch: when to look for new runs of a canary, and what to tell of them. Headless, no timers, no I/O.

Whoever owns it says what time it is (`time.monotonic()`, in seconds), makes the looks and tells how they went.
"""

from __future__ import annotations

import math
from datetime import timedelta
from typing import NamedTuple

from canaryscope.runs.errors import SourceError, Throttled
from canaryscope.runs.scheduled import Outcome
from canaryscope.runs.triage import Streak

__all__ = ["Change", "Watch"]

SHORTEST = 15.0
"""Seconds."""
LONGEST = 300.0
"""Seconds, while nothing goes wrong."""
UNKNOWN = 60.0
"""Seconds, for a canary whose schedule is not known or has no interval."""
AFTER_ERRORS = 600.0
"""Seconds, however many errors there were."""
LOOKS = 4
"""In one interval, so that a new run is seen soon and few looks find nothing."""
DOUBLINGS = 6
"""From SHORTEST, more than it takes to AFTER_ERRORS."""


class Change(NamedTuple):
    """Another verdict than the last time."""

    failing: bool
    """passing → failing; else failing → passing."""
    streak: Streak
    """What it is now."""


class Watch:
    """Looks about four times in an interval, less often after errors, not at all while nobody is there to see it.

    `chosen` is how often a person wants it instead, in seconds.
    """

    def __init__(self, interval: timedelta | None = None, chosen: float | None = None) -> None:
        self.interval = interval
        """How often the canary runs, as far as it is known; may be set at any time."""
        self._chosen = chosen
        self._errors = 0
        self._last: float | None = None
        self._not_before = -math.inf
        self._awake = True
        self._failing: bool | None = None

    @property
    def pace(self) -> float:
        """Seconds from one look to the next, as things are now."""
        base = UNKNOWN
        if self._chosen is not None:
            base = max(SHORTEST, self._chosen)
        elif self.interval is not None:
            base = min(LONGEST, max(SHORTEST, self.interval.total_seconds() / LOOKS))
        return max(base, min(AFTER_ERRORS, base * 2.0 ** min(self._errors, DOUBLINGS)))

    def due(self, now: float) -> float | None:
        """Seconds until the next look: 0 for at once, as for the first one; None while asleep."""
        if not self._awake:
            return None
        if self._last is None:
            return 0.0
        return max(0.0, self._last + self.pace - now, self._not_before - now)

    def looked(self, now: float) -> None:
        """A look went well, or a person has had the newest runs loaded."""
        self._last = now
        self._errors = 0
        self._not_before = -math.inf

    def failed(self, now: float, error: SourceError) -> None:
        """A look failed. A wait that the service asked for (`Throttled.delay`) is not undercut, be it ever so long."""
        self._last = now
        self._errors += 1
        delay = error.delay if isinstance(error, Throttled) else None
        self._not_before = now + (delay or 0.0)

    def focus(self, focused: bool) -> None:
        """The terminal has lost the focus, or has it again. A look that was due meanwhile is due at once then."""
        self._awake = focused

    def heard(self, streak: Streak | None) -> Change | None:
        """Take in the streak after a look; what there is to tell of it, once for each change.

        The first streak is what later ones are compared with. None (no run is decided) changes nothing.
        """
        if streak is None:
            return None
        before, self._failing = self._failing, streak.outcome is Outcome.FAILED
        return Change(self._failing, streak) if before not in (None, self._failing) else None
