"""When a canary is to run: Synthetics' Schedule.Expression. Pure functions; all times are UTC, as the service's are.

The syntax is that of "Scheduling canary runs using cron" in CloudWatch's user guide: `rate(5 minutes)`, or `cron(...)`
with minutes, hours, day of month, month, day of week (1 is Sunday) and a year that is always `*`. What does not read
like that has no schedule here, rather than a wrong one.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from calendar import monthrange
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import islice, pairwise
from typing import NamedTuple

from canaryscope.runs.model import Canary

__all__ = ["due", "interval", "overdue"]

LATE = 3
"""So many starts without a run, and a canary is overdue."""
STARTS = 4
"""The gaps between so many starts are looked at for a cron schedule's interval."""
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
SATURDAY = 7
LAST = 0
"""In place of 1 to 5: the last one of its weekday in a month."""
MONTHS_AHEAD = 12
"""How far starts are looked for: the service refuses a canary that would wait for more than a year."""
END_OF_TIME = 12 * 10_000


def interval(expression: str | None, now: datetime) -> timedelta | None:
    """How often a canary runs while it runs; None: once, or not known.

    Of a cron schedule, the shortest time between its next few starts: 5 minutes for every 5 minutes of the business
    hours, on a Saturday, too.
    """
    schedule = _parsed(expression)
    if not isinstance(schedule, _Cron):
        return schedule
    starts = islice(schedule.starts(now.astimezone(UTC)), STARTS)
    return min((later - earlier for earlier, later in pairwise(starts)), default=None)


def due(expression: str | None, last: datetime, n: int = 1) -> datetime | None:
    """When the `n`th start after a run that started at `last` is to be; None: never, or not known."""
    schedule = _parsed(expression)
    try:
        if isinstance(schedule, timedelta):
            return last + n * schedule
        if schedule is not None:
            return next(islice(schedule.starts(last.astimezone(UTC)), n - 1, None), None)
    except OverflowError:  # a run that claims to be of the year 9999
        pass
    return None


def overdue(canary: Canary, last: datetime | None, now: datetime) -> bool:
    """Whether three starts have gone by without a run; `last` is when the newest run started, None if there is none.

    Counted from the canary's own start where that is later: what stood still for a week is not overdue at its start.
    Only for a canary in the state RUNNING, whose DurationInSeconds is not over: the others are not to run.
    """
    begun = canary.last_started or canary.created
    known = [moment for moment in (last, begun) if moment is not None]
    if canary.state != "RUNNING" or not known:
        return False
    if canary.duration_seconds and begun is not None and (now - begun).total_seconds() >= canary.duration_seconds:
        return False
    limit = due(canary.schedule, max(known), LATE)
    return limit is not None and limit < now


class _Cron(NamedTuple):
    """A cron expression, expanded. A start needs a day that fits both the days of the month and the weekdays."""

    times: tuple[int, ...]
    """Of a day, in minutes since midnight, ascending."""
    months: frozenset[int]
    days: frozenset[int]
    last_day: bool
    """`L`: the last day of the month, too."""
    nearest: frozenset[int]
    """`15W`: the workday nearest to the 15th, too, within the month."""
    weekdays: frozenset[int]
    """1 is Sunday."""
    nth: frozenset[tuple[int, int]]
    """`6#3`, `6L`: the third, the last Friday of the month, too."""

    def starts(self, after: datetime) -> Iterator[datetime]:
        """All starts later than `after`, which is in UTC; at an end where there is none for a year."""
        first = month = 12 * after.year + after.month - 1
        end = first + MONTHS_AHEAD
        while month <= end and month < END_OF_TIME:
            year, index = divmod(month, 12)
            for day in self._days_of(year, index + 1) if index + 1 in self.months else ():
                if month == first and day < after.day:
                    continue
                today = month == first and day == after.day
                for time in self.times[bisect_right(self.times, 60 * after.hour + after.minute) if today else 0 :]:
                    end = month + MONTHS_AHEAD
                    yield datetime(year, index + 1, day, *divmod(time, 60), tzinfo=UTC)
            month += 1

    def _days_of(self, year: int, month: int) -> list[int]:
        first, length = monthrange(year, month)
        wanted = {_workday(min(day, length), first, length) for day in self.nearest} | self.days
        if self.last_day:
            wanted.add(length)
        return [day for day in range(1, length + 1) if day in wanted and self._on(day, (first + day) % 7 + 1, length)]

    def _on(self, day: int, weekday: int, length: int) -> bool:
        if weekday in self.weekdays or (weekday, (day + 6) // 7) in self.nth:
            return True
        return day + 7 > length and (weekday, LAST) in self.nth


def _workday(day: int, first: int, length: int) -> int:
    """The day from Monday to Friday that is nearest, within the month, whose first is weekday `first` (0 is Monday)."""
    match (first + day - 1) % 7:
        case 5:
            return day - 1 if day > 1 else day + 2
        case 6:
            return day + 1 if day < length else day - 2
    return day


@lru_cache(maxsize=1024)
def _parsed(expression: str | None) -> timedelta | _Cron | None:
    """The interval of a rate, or the starts of a cron expression; None for once and for what is neither."""
    text = (expression or "").strip()
    if rate := re.fullmatch(r"rate\(\s*([0-9]{1,4})\s+(minute|hour)s?\s*\)", text):
        return timedelta(minutes=int(rate[1]) * (60 if rate[2] == "hour" else 1)) or None
    if cron := re.fullmatch(r"cron\((.*)\)", text):
        try:
            return _cron(cron[1].upper().split())
        except ValueError:
            pass
    return None


def _cron(fields: list[str]) -> _Cron:
    """Raises ValueError where the fields are not as they have to be. The console leaves the year out."""
    if fields[5:] not in ([], ["*"]):
        raise ValueError(fields[5:])
    minutes, hours, monthdays, months, weekdays = fields[:5]
    past_the_hour = sorted(_set(minutes, 0, 59))
    days, special_days = _split(monthdays, r"L|LW|[0-9]{1,2}W")
    on, special_weekdays = _split(weekdays, r"L|\w{1,3}L|\w{1,3}#[1-5]")
    return _Cron(
        times=tuple(60 * hour + minute for hour in sorted(_set(hours, 0, 23)) for minute in past_the_hour),
        months=_set(months, 1, 12, MONTHS),
        days=_set(days, 1, 31),
        last_day="L" in special_days,
        nearest=frozenset(31 if part == "LW" else _value(part[:-1], 1, 31) for part in special_days - {"L"}),
        weekdays=_set(on, 1, 7, WEEKDAYS) | ({SATURDAY} if "L" in special_weekdays else set()),
        nth=frozenset(
            (_value(re.split("[L#]", part)[0], 1, 7, WEEKDAYS), LAST if part.endswith("L") else int(part[-1]))
            for part in special_weekdays - {"L"}
        ),
    )


def _split(field: str, special: str) -> tuple[str, frozenset[str]]:
    """A field of days: the parts that every field may have, and the special ones. `?` means any day, as `*` does."""
    parts = ["*" if part == "?" else part for part in field.split(",")]
    found = frozenset(part for part in parts if re.fullmatch(special, part))
    return ",".join(part for part in parts if part not in found), found


def _set(field: str, low: int, high: int, names: tuple[str, ...] = ()) -> frozenset[int]:
    """The values of a list of `*`, `5`, `1-5`, `FRI-MON`, `0/5`, `8-18/2`; a range may go past the end."""
    values: set[int] = set()
    for part in field.split(",") if field else ():
        span, slash, step = part.partition("/")
        first, dash, last = span.partition("-")
        begin = low if span == "*" else _value(first, low, high, names)
        until = high if span == "*" else _value(last, low, high, names) if dash else high if slash else begin
        whole = [*range(begin, until + 1)] if begin <= until else [*range(begin, high + 1), *range(low, until + 1)]
        values.update(whole[:: _value(step, 1, high) if slash else 1])
    return frozenset(values)


def _value(text: str, low: int, high: int, names: tuple[str, ...] = ()) -> int:
    """A number, or a name that stands for one."""
    value = low + names.index(text) if text in names else int(text) if re.fullmatch("[0-9]{1,4}", text) else -1
    if not low <= value <= high:
        raise ValueError(text)
    return value
