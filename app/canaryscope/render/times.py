"""Times and durations as a person reads them. The zone is always named somewhere on the screen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum
from typing import NamedTuple

__all__ = ["ABSENT", "Clock", "Zone", "duration", "iso"]

ABSENT = "–"
"""What is shown for a value that the API did not send."""
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Zone(StrEnum):
    """How times are shown; `t` cycles through them."""

    LOCAL = "local"
    UTC = "utc"
    RELATIVE = "relative"

    @property
    def next(self) -> Zone:
        """The zone that `t` goes to."""
        zones = list(Zone)
        return zones[(zones.index(self) + 1) % len(zones)]


class Clock(NamedTuple):
    """How to show a moment: in which zone, and seen from when. `local` None is the machine's own zone."""

    zone: Zone
    now: datetime
    local: tzinfo | None = None

    @property
    def name(self) -> str:
        """The zone by name, for the title bar: `UTC`, `local (CET)`, `relative to 12:27:07 UTC`.

        Relative times don't tick (a quiet screen costs no bytes), so it is said from when they count.
        """
        match self.zone:
            case Zone.UTC:
                return "UTC"
            case Zone.LOCAL:
                return f"local ({self._local(self.now).tzname() or 'no name'})"
            case Zone.RELATIVE:
                return f"relative to {self.now.astimezone(UTC):%H:%M:%S} UTC"

    def short(self, moment: datetime | None) -> str:
        """For a column: `Nov 22 12:27:07`, in another year `2025-11-22 12:27`, or `3 min ago`."""
        if moment is None:
            return ABSENT
        if self.zone is Zone.RELATIVE:
            return _ago(self.now - moment)
        shown = self._shown(moment)
        if shown.year != self._shown(self.now).year:
            return f"{shown:%Y-%m-%d %H:%M}"
        return f"{MONTHS[shown.month - 1]} {shown:%d %H:%M:%S}"

    def brief(self, moment: datetime | None) -> str:
        """Within a sentence: `12:27:07` where that is today, in the zone that is shown; else as `short`."""
        if moment is None or self.zone is Zone.RELATIVE or self._shown(moment).date() != self._shown(self.now).date():
            return self.short(moment)
        return f"{self._shown(moment):%H:%M:%S}"

    def day(self, moment: datetime) -> str:
        """A moment as far as there is room for little: `11:42:07` today, else the day, `Nov 18`."""
        brief = self.brief(moment)
        return brief.rpartition(" ")[0] if self.zone is not Zone.RELATIVE and " " in brief else brief

    def long(self, moment: datetime | None) -> str | None:
        """For a detail: `2026-11-22 12:27:07`; where times are relative, the age and the time in UTC. None for None."""
        if moment is None:
            return None
        if self.zone is Zone.RELATIVE:
            return f"{_ago(self.now - moment)}, {moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
        return f"{self._shown(moment):%Y-%m-%d %H:%M:%S}"

    def precise(self, moment: datetime) -> str:
        """The time of day with milliseconds, `12:27:31.104`, for a log; in UTC where times are relative."""
        shown = moment.astimezone(UTC) if self.zone is Zone.RELATIVE else self._shown(moment)
        return f"{shown:%H:%M:%S}.{shown.microsecond // 1000:03}"

    def _shown(self, moment: datetime) -> datetime:
        return moment.astimezone(UTC) if self.zone is Zone.UTC else self._local(moment)

    def _local(self, moment: datetime) -> datetime:
        try:
            return moment.astimezone(self.local)
        except (OverflowError, OSError, ValueError):  # years 1 and 9999 have no room for an offset
            return moment


def _ago(age: timedelta) -> str:
    """`3 min ago`, or `in 3 min`; no wider than an absolute time up to ages of 9,999 days."""
    seconds = abs(int(age.total_seconds()))
    unit, size = next(
        (unit, size)
        for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))
        if seconds >= 2 * size or size == 1
    )
    text = f"{seconds // size} {unit}"
    return f"in {text}" if age < timedelta(0) else f"{text} ago"


def duration(length: timedelta | None) -> str:
    """`2.9 s`, `14.2 min`, `3.4 h`, in at most eight cells up to 999 days.

    The sign is kept, for a run that ended before it started is worth a look.
    """
    if length is None:
        return ABSENT
    for unit, seconds, most in (("s", 1, 1_000), ("min", 60, 100), ("h", 3_600, 100)):
        value = round(length.total_seconds() / seconds, 1)
        text = f"{value:.1f} {unit}"
        if abs(value) < most and len(text) <= 8:
            return text
    return f"{length.total_seconds() / 86_400:.1f} d"


def iso(moment: datetime | None) -> str | None:
    """ISO 8601 in UTC with Z, for all that is copied or exported."""
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
