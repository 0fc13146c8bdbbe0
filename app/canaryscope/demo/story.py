"""What a canary's story is made of: a timetable, and the spells in which its runs fail.

A story says when runs start and which of them fail; `canaryscope.demo.history` computes the runs from it, one by
one, when they are asked for. Ages are seconds before the demo's start: 23 * MINUTE is 23 minutes ago, and a
negative age lies after the start.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

__all__ = [
    "API",
    "DAY",
    "HOUR",
    "MINUTE",
    "PLAYWRIGHT",
    "PUPPETEER",
    "SELENIUM",
    "Artifacts",
    "Failure",
    "Spell",
    "Story",
    "Timetable",
    "now_and_then",
    "outage",
]

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR

PUPPETEER = "syn-nodejs-puppeteer-13.0"
PLAYWRIGHT = "syn-nodejs-playwright-5.0"
SELENIUM = "syn-python-selenium-9.0"
API = "syn-nodejs-4.1"
"""Runtimes without a browser: their runs have no BrowserType."""


class Artifacts(Enum):
    """What ArtifactS3Location says of a run."""

    STORED = "a location"
    NO_DATA = "the literal text 'No data'"
    ABSENT = "nothing"


@dataclass(frozen=True, slots=True)
class Failure:
    """One way in which a run fails.

    `reason` is the StateReason, cut at the API's 1,024 characters; `{uuid}` in it becomes an id of the run's own.
    `took_ms` is the run's duration, None for that of a passing run. With `executes` False a dry run is not even
    created: it has a DryRunId and no run.

    The rest is what a run's files and log tell beyond that. It fails in `step`, counted from 1 (the last one where
    there are fewer, no step at all for 0). `stack` follows the reason in the report. What the failing request brought
    is `status`, or no answer and `net_error`; with neither it was only slow. It is the page itself, or with `call`
    something that the page asks for.
    """

    reason: str | None
    test_result: str = "FAILED"
    code: str = "CANARY_FAILURE"
    took_ms: int | None = None
    artifacts: Artifacts = Artifacts.STORED
    executes: bool = True
    step: int = 1
    stack: str = ""
    status: int = 0
    net_error: str = ""
    call: bool = False


@dataclass(frozen=True, slots=True)
class Spell:
    """A time in which runs fail: scheduled more than `until` and at most `since` seconds before the demo's start.

    `since` None: from the first run on. `until` None: still going on. `share` of the runs fail, 1.0 all of them.
    `browser`, `location` and `attempts` (0 is the first attempt) limit it to some of the runs of a schedule.
    """

    failure: Failure
    since: float | None = None
    until: float | None = None
    share: float = 1.0
    browser: str | None = None
    location: str | None = None
    attempts: tuple[int, ...] | None = None

    def covers(self, age: float, browser: str | None, location: str | None, attempt: int) -> bool:
        """Whether a run of this age (in seconds) and kind falls into the spell."""
        return (
            (self.since is None or age <= self.since)
            and (self.until is None or age > self.until)
            and (self.browser is None or self.browser == browser)
            and (self.location is None or self.location == location)
            and (self.attempts is None or attempt in self.attempts)
        )


def now_and_then(*failures: Failure, until: float = 3 * HOUR) -> tuple[Spell, ...]:
    """The failed run that every canary has once in a while, each of these in 2 of 1,000 runs."""
    return tuple(Spell(failure, until=until, share=0.002) for failure in failures)


def outage(failure: Failure, ago: float, lasted: float) -> Spell:
    """Something that is over: it began `ago` seconds before the demo and lasted that long."""
    return Spell(failure, since=ago, until=ago - lasted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timetable:
    """When runs start. All times in seconds, but for `took_ms`.

    `newest` is the age of the newest start when the demo begins; None leaves it to the seed. `begins` and `ends` are
    the ages of the first and the last start; None: as far back as the retention reaches, and still going on. Each
    start is put off by up to `scatter`. `aligned` counts from the full hour or day instead, as cron does.
    The first spell that covers a run and draws it decides how it fails; a run that no spell draws passes.
    """

    every: int
    took_ms: int = 2_800
    newest: int | None = None
    begins: int | None = None
    ends: int | None = None
    scatter: int = 0
    aligned: bool = False
    spells: tuple[Spell, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One canary. `schedule` is derived from the timetable where it is None; `age` is the age of the canary in seconds.

    One run for each of `browsers` and `locations` starts on each schedule, and up to `max_retries` more after a
    failed one. `runs` None: it has never run.
    """

    name: str
    runs: Timetable | None
    dry_runs: Timetable | None = None
    runtime: str = PUPPETEER
    browsers: tuple[str, ...] = ("CHROME",)
    locations: tuple[str, ...] = ()
    max_retries: int = 0
    timeout: int = 60
    state: str = "RUNNING"
    state_reason: str | None = None
    state_reason_code: str | None = None
    schedule: str | None = None
    duration_limit: int = 0
    success_days: int = 31
    failure_days: int = 31
    age: int = 400 * DAY
    group: str | None = None
    vpc: bool = False
    modified: int | None = None
    """How many seconds ago its configuration was changed; None: a time that means nothing."""
    bucket: str | None = None
    """How the name of its own bucket begins; None: the account's bucket."""
    bucket_region: str | None = None
    """Where that bucket is; None: where the canary is."""
    refuses: tuple[str, ...] = ()
    """What the person who asks may not do with that bucket: `s3:ListBucket`, `s3:GetObject`, `kms:Decrypt`."""
    artifact_days: int | None = None
    """After how many days a lifecycle rule deletes a run's artifacts; None: never."""

    @property
    def expression(self) -> str:
        """Schedule.Expression."""
        if self.schedule is not None:
            return self.schedule
        minutes = self.runs.every // MINUTE if self.runs else 5
        if minutes == 60:
            return "rate(1 hour)"
        return "rate(1 minute)" if minutes == 1 else f"rate({minutes} minutes)"
